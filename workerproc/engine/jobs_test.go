package engine_test

import "testing"

// TestWhatAJobCallsThrows has the job of a promise call straight what is no function to be called so. goja doesn't know a class's name there.
func TestWhatAJobCallsThrows(t *testing.T) { onEach(t, testWhatAJobCallsThrows) }

func testWhatAJobCallsThrows(t *testing.T, m maker) {
	const main = `
		class Named {}
		const p = Promise.resolve(1), out = [], note = (v) => { out.push(v.replace(/or Named|ors/, "ors")) };
		for (const f of [Named, class {}, Map, Map.prototype.get.bind(1), BigInt.bind(null, 1.5)]) {
			p.then(f).catch((e) => note(e.name + ": " + (typeof f.prototype === "object" ? e.message : "")));
			p.then(() => note("between"));
		}
		Promise.resolve({ then: Named }).catch((e) => note("then: " + e.message));
		await new Promise((ok) => p.finally(Named).catch((e) => { note("finally: " + e.message); ok() }));
		await null;
		export default out.join()`
	got, err := load(t, m, map[string]string{"main.js": main})
	const want = "between,between,between,between,between," +
		"TypeError: Class constructors cannot be invoked without 'new',TypeError: Class constructors cannot be invoked without 'new'," +
		"TypeError: Constructor Map requires 'new',TypeError: ,RangeError: ,then: Class constructors cannot be invoked without 'new',finally: Class constructors cannot be invoked without 'new'"
	if err != nil || got != want {
		t.Errorf("got %v, %v\nwant %s", got, err, want)
	}
}
