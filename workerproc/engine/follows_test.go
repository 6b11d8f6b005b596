package engine_test

import (
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// TestFollows asks whether a then is called by the job that has a promise follow its object, in each way in which it can be.
func TestFollows(t *testing.T) { onEach(t, testFollows) }

func testFollows(t *testing.T, m maker) {
	const script = `(ops) => async () => {
		const said = [];
		const thenable = { then(ok, bad) { said.push(ops.follows(ok, bad)); ok(); } };
		const settle = (f) => new Promise((ok, bad) => { f(ok, bad); ok(); });
		const after = async (name, f) => { said.push(name); await f(); };
		await after("await", async () => { await thenable; });
		await after("returned", async () => thenable);
		await after("resolve", () => Promise.resolve(thenable));
		await after("settles", () => new Promise((ok) => ok(thenable)));
		await after("all", () => Promise.all([thenable, thenable]));
		await after("derived", () => Promise.resolve().then(() => thenable));
		await after("called", () => settle((ok, bad) => thenable.then(ok, bad)));
		await after("applied", () => settle((ok, bad) => Reflect.apply(thenable.then, thenable, [ok, bad])));
		await after("in a job", async () => { await null; await settle((ok, bad) => thenable.then(ok, bad)); });
		await after("own functions", () => Promise.resolve().then(thenable.then.bind(thenable, () => {}, () => {})));
		await after("swapped", () => settle((ok, bad) => Promise.resolve().then(thenable.then.bind(thenable, bad, ok)).catch(() => {})));
		await after("behind", async () => { await { then(ok, bad) { thenable.then(ok, bad); } }; });
		await after("others'", async () => { await { then(ok, bad) { said.push(ops.follows(ok, () => {}), ops.follows(ok), ops.follows(), ops.follows(1, 2)); ok(); } }; });
		return said.join();
	}`
	e := m.engine(t)
	ops := e.Ops(map[string]engine.Op{})
	make, err := e.Script("stockade:test", script)
	if err != nil {
		t.Fatal(err)
	}
	run, err := e.Call(make, ops)
	if err != nil {
		t.Fatal(err)
	}
	promise, err := e.Call(run)
	if err != nil {
		t.Fatal(err)
	}
	const want = "await,true,returned,true,resolve,true,settles,true,all,true,true,derived,true,called,false,applied,false,in a job,false," +
		"own functions,false,swapped,false,behind,false,others',false,false,false,false"
	e.Then(promise, func(got any, err error) {
		if got != want || err != nil {
			t.Errorf("got %v, %v\nwant %s", got, err, want)
		}
	})
	if kind, _ := e.Internals(promise); kind != "fulfilled" {
		t.Errorf("the promise is %s", kind)
	}
	idle, err := e.Script("stockade:test", "() => {}")
	if err == nil {
		_, err = e.Call(idle)
	}
	if err != nil {
		t.Fatal(err)
	}
}
