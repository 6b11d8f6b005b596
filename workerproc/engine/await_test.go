package engine_test

import (
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// TestAwaitOfTheOdd awaits what says of itself that it is a promise, or throws when it is asked: that is an error to catch.
func TestAwaitOfTheOdd(t *testing.T) { onEach(t, testAwaitOfTheOdd) }

func testAwaitOfTheOdd(t *testing.T, m maker) {
	const main = `
		const thrower = (name) => ({ get [name]() { throw new RangeError(name) } });
		const own = (p, d) => Object.defineProperty(p, "constructor", d);
		class Sub extends Promise {}
		Object.defineProperty(Sub.prototype, "constructor", { get() { throw new RangeError("sub") } });
		class Plain extends Promise {}
		const odd = {
			proxy: () => new Proxy({}, { get(t, name) { throw new RangeError(String(name)) } }), then: () => thrower("then"), constructor: () => thrower("constructor"),
			says: () => ({ constructor: Promise, x: 1 }), inherits: () => Object.create(Promise.prototype).x, revoked: () => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy },
			plain: () => new Plain((r) => r(5)), own: () => own(Promise.resolve(6), { value: Promise }), thenable: () => ({ then(r) { r(7) }, constructor: Promise }),
			promise: () => Promise.resolve(8), number: () => 9, rejected: () => Promise.reject(new RangeError("r")), never: () => ({ then(_, r) { r(new RangeError("n")) } }),
		};
		const name = (e) => e instanceof TypeError ? e.name : e.name + ": " + e.message;
		async function of(make) { try { const v = await make(); return typeof v === "object" ? "object" : String(v) } catch (e) { return name(e) } }
		const out = [];
		for (let n = 0; n < 3; n++) for (const name in odd) out.push(name + "=" + await of(odd[name]));
		// QuickJS ends the function with what such a constructor throws
		for (let n = 0; n < 3; n++) for (const make of [() => new Sub((r) => r(1)), () => own(Promise.resolve(1), { get() { throw 1 } })]) await (async () => { await make() })().catch(() => {});
		const order = [];
		await Promise.all([(async () => { await null; order.push("a1"); await Promise.resolve(); order.push("a2"); await {}; order.push("a3") })(),
			(async () => { for (let n = 1; n < 6; n++) { await null; order.push("b" + n) } })()]);
		export default out.slice(out.length / 3 * 2).join() + " " + order`
	e := m.engine(t)
	e.Define(engine.Module{Name: "main.js", Kind: engine.ESModule, Source: []byte(main)})
	got, err := importMain(t, e)
	const want = "proxy=RangeError: then,then=RangeError: then,constructor=object,says=object,inherits=undefined,revoked=TypeError," +
		"plain=5,own=6,thenable=7,promise=8,number=9,rejected=RangeError: r,never=RangeError: n a1,b1,a2,b2,a3,b3,b4,b5"
	if err != nil || got != want {
		t.Errorf("got %v, %v\nwant %s", got, err, want)
	}
}
