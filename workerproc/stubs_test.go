package workerproc

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
)

// callerSource does with the results of calls what can be done with them. An engine takes the most frequent way of a call over
// from the runtime (engine.Stubs): nobody is to notice.
const callerSource = `import { RpcPromise } from "cloudflare:workers";
import { AsyncLocalStorage } from "node:async_hooks";
const where = new AsyncLocalStorage();
const message = (e) => e.name + ": " + e.message;
const cases = {
	awaited: async (B) => [await B.add(1, 2), await B.add("é\u4e00", -0), await B.add(true, undefined), await B.add(NaN, 1e300)],
	"awaited twice": async (B) => { const p = B.add(1, 2); return [await p, await p, await B.add(3, 4), await p]; },
	"awaited by two": async (B) => { const p = B.add(1, 2), f = async () => await p; return Promise.all([f(), f(), p, f()]); },
	returned: async (B) => (async () => B.add(1, 2))(),
	together: async (B) => [await Promise.all([B.add(1, 1), B.add(2, 2), 3]), await Promise.race([B.add(1, 2)]), await Promise.any([B.fails(), B.add(2, 3)]),
		(await Promise.allSettled([B.add(1, 2), B.fails()])).map((r) => r.status + (r.value ?? message(r.reason)))],
	order: async (B) => {
		const out = [], p = B.add(1, 2), awaits = async (name, q) => { await q; out.push(name); };
		await Promise.all([awaits("await", p), p.then(() => out.push("then")), awaits("again", p), p.finally(() => out.push("finally"))]);
		return out;
	},
	fails: async (B) => {
		const p = B.fails(), out = [];
		for (const wait of [() => p, () => p, () => Promise.all([B.fails()]), () => B.fails().then(() => 1)]) try { await wait(); } catch (e) { out.push(message(e), e.remote); }
		return [...out, await B.fails().catch(message), await B.fails().then(() => 1, message)];
	},
	object: async (B) => { const p = B.object(), [a, b] = await Promise.all([p, p]); return [a === b, await p === a, a.x, (await B.object()).x, await B.object().then((o) => o.x)]; },
	"then of a result": async (B) => [typeof await B.thenable()],
	functions: async (B) => [await B.add(1, 2).then((v) => v * 2), await B.add(1, 2).finally(() => 9), await new Promise((ok) => B.add(1, 2).then(ok)),
		await new Promise((ok, bad) => { B.fails().then(ok, bad); }).catch(message), (() => { try { B.add(1, 2).then(1); } catch (e) { return message(e); } })()],
	"own then": async (B) => { const p = B.add(1, 2); p.then = (ok) => ok("own"); p.x = 5; return [await p, p.x, Object.keys(p)]; },
	"own x": async (B) => { const p = B.add(1, 2); p.x = 5; return [await p, p.x]; },
	"own property later": async (B) => { const p = B.add(1, 2), q = (async () => await p)(); p.x = 5; return [await q, p.x]; },
	looks: async (B) => { const p = B.add(1, 2); return [typeof p, p instanceof RpcPromise, p.constructor === RpcPromise, p.then === RpcPromise.prototype.then, p.then.name, p.then.length,
		"then" in p, Object.keys(p), Object.prototype.toString.call(p), typeof p.y, p[0], await p]; },
	"then of others": async (B) => [{}, 1, undefined, B.add].map((o) => { try { RpcPromise.prototype.then.call(o, () => {}); return "none"; } catch (e) { return e.name; } }),
	pipelined: async (B) => [await B.make().more(1), await B.make().a.b(2), await B.make()(3)],
	arguments: async (B) => [await B.add(null, 1), await B.add({ a: 1 }, 1), await B.add(...Array(40).fill(1)), await B.add(10n, 1), await B.add(new String("s"), 1),
		(await Promise.allSettled([(async () => B.add(Symbol.iterator))()]))[0].status, await B.add(), await B.add("\ud800", 1)],
	ways: async (B) => { const { add } = B; return [await add(1, 2), await Reflect.apply(add, null, [1, 2]), await new B.add(1, 2), await B.deep.er.add(1, 2), await B["é"](1), B.add === B.add]; },
	storage: async (B) => where.run("here", async () => { await B.add(1, 2); const a = where.getStore(); await Promise.all([B.add(1, 2)]); return [a, where.getStore(), await B.add(1, 2).then(() => where.getStore())]; }),
	disposed: async (B) => { const p = B.add(1, 2), q = (async () => await p)(); p[Symbol.dispose](); return [await q, await Promise.resolve(p).catch(message), (() => { try { return typeof p.x(); } catch (e) { return message(e); } })()]; },
	using: async (B) => { { using p = B.add(1, 2); return [await p]; } },
	"changed prototypes": async (B) => {
		const { then } = Promise.prototype, { get, set } = Map.prototype;
		let asked = 0;
		try {
			Promise.prototype.then = function (...a) { asked++; return then.apply(this, a); };
			Map.prototype.get = Map.prototype.set = () => { asked++; };
			Object.prototype.ok = Object.prototype.value = Object.prototype.names = () => { asked++; };
			return [await B.add(1, 2), await B.object().x, asked];
		} finally { Promise.prototype.then = then; Map.prototype.get = get; Map.prototype.set = set; for (const name of ["ok", "value", "names"]) delete Object.prototype[name]; }
	},
	many: async (B) => { let sum = 0; for (const v of await Promise.all(Array.from({ length: 200 }, (_, i) => B.add(i, 1)))) sum += v.length; return [sum]; },
};
export default { async fetch(request, env) {
	const out = {};
	for (const name in cases) try { out[name] = await cases[name](env.B); } catch (e) { out[name] = "threw " + message(e); }
	return new Response(Object.entries(out).map(([name, v]) => name + ": " + JSON.stringify(v)).join("\n"));
} }`

// calledWant is the same on both engines.
const calledWant = `awaited: ["add [[1,2]]","add [[\"é一\",[\"f\",\"-0\"]]]","add [[true,[\"u\"]]]","add [[[\"f\",\"NaN\"],1e+300]]"]
awaited twice: ["add [[1,2]]","add [[1,2]]","add [[3,4]]","add [[1,2]]"]
awaited by two: ["add [[1,2]]","add [[1,2]]","add [[1,2]]","add [[1,2]]"]
returned: "add [[1,2]]"
together: [["add [[1,1]]","add [[2,2]]",3],"add [[1,2]]","add [[2,3]]",["fulfilledadd [[1,2]]","rejectedError: it fails"]]
order: ["then","finally","await","again"]
fails: ["Error: it fails",null,"Error: it fails",null,"Error: it fails",null,"Error: it fails",null,"Error: it fails","Error: it fails"]
object: [true,true,1,1,1]
then of a result: ["object"]
functions: [null,"add [[1,2]]","add [[1,2]]","Error: it fails","TypeError: Failed to execute 'then' on 'JsRpcPromise': parameter 1 is not of type 'Function'."]
own then: ["own",5,["then","x"]]
own x: ["add [[1,2]]",5]
own property later: ["add [[1,2]]",5]
looks: ["function",true,true,true,"then",2,true,[],"[object JsRpcPromise]","function",null,"add [[1,2]]"]
then of others: ["TypeError","TypeError","TypeError","TypeError"]
pipelined: ["on it more","on it a.b","on it "]
arguments: ["add [[null,1]]","add [[{\"a\":1},1]]","add [[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]]","add [[[\"n\",\"10\"],1]]","add [[[\"o\",\"s\"],1]]","rejected","add [[]]","add [[\"\\ud800\",1]]"]
ways: ["add [[1,2]]","add [[1,2]]","add [[1,2]]","deep.er.add [[1,2]]","é [[1]]",true]
storage: ["here","here","here"]
disposed: ["add [[1,2]]","add [[1,2]]","function"]
using: ["add [[1,2]]"]
changed prototypes: ["add [[1,2]]","on it x",1]
many: [2490]`

// called answers as a Worker would, with the text of what it is called with.
func called(c *rpc.HostCall) *rpc.HostResult {
	text := func(s string) *rpc.HostResult {
		return &rpc.HostResult{Value: rpc.Given{Data: append(binary.AppendUvarint(nil, uint64(len(s))), s...)}}
	}
	switch name := strings.Join(c.Path, "."); {
	case c.Of != 0:
		return text(fmt.Sprintf("%q", "on it "+name))
	case name == "fails":
		return &rpc.HostResult{Error: rpc.Errorf(rpc.Thrown, "it fails"), Value: rpc.Given{}}
	case name == "object":
		return text(`{"x":1}`)
	case name == "thenable":
		return text(`{"then":1}`)
	default:
		_, n := binary.Uvarint(c.Args.Data)
		return text(fmt.Sprintf("%q", name+" "+string(c.Args.Data[n:])))
	}
}

func TestResultsOfCalls(t *testing.T) { onEachEngine(t, testResultsOfCalls) }

func testResultsOfCalls(t *testing.T) {
	s := startWith(t, real)
	s.answer = called
	load := worker("main.js", callerSource)
	load.CompatFlag = []string{"nodejs_compat"}
	load.Bindings = []rpc.Binding{{Name: "B", Kind: "service", Grant: 1}}
	if err := s.load(load); err != nil {
		t.Fatal(err, err.Stack)
	}
	r := s.invoke(get())
	got, want := strings.Split(r.body, "\n"), strings.Split(calledWant, "\n")
	for n := range max(len(got), len(want)) {
		if n >= len(got) || n >= len(want) || got[n] != want[n] {
			t.Fatalf("line %d of\n%s\n%v", n+1, r.body, r)
		}
	}
}

// TestResultsTogether: a simple result and a response that come in one read reach both of those who wait, whoever has made the
// calls.
func TestResultsTogether(t *testing.T) { onEachEngine(t, testResultsTogether) }

func testResultsTogether(t *testing.T) {
	load := worker("main.js", `export default { async fetch(request, env) {
		const [sum, response] = await Promise.all([env.B.add(1, 2), env.B.fetch("http://y/")]);
		return new Response(sum + await response.text());
	} }`)
	load.Bindings = []rpc.Binding{{Name: "B", Kind: "service", Grant: 1}}
	i := newBenchIsolate(t, load)
	i.calls()
	i.taken = nil
	i.turn(t, rpc.Frame{ID: 1, Message: get()})
	sent := i.calls()
	i.turn(t, rpc.Frame{ID: sent[0].ID, Message: &rpc.HostResult{Value: rpc.Given{Data: []byte("\x013")}}},
		rpc.Frame{ID: sent[1].ID, Message: &rpc.HostResult{Response: &rpc.Response{Status: 200, HasBody: true, Body: []byte("hello")}}})
	i.calls()
	if len(i.taken) == 0 {
		t.Fatal("no answer: a result was lost")
	}
	if r, ok := i.taken[0].Message.(*rpc.ResponseHead); !ok || string(r.Body) != "3hello" {
		t.Fatalf("%+v", i.taken[0].Message)
	}
}

// TestHeadersAreTheRequests: what a library has put on Object.prototype is no header of what is fetched.
func TestHeadersAreTheRequests(t *testing.T) { onEachEngine(t, testHeadersAreTheRequests) }

func testHeadersAreTheRequests(t *testing.T) {
	s := startWith(t, real)
	var sent []rpc.Header
	s.answer = func(c *rpc.HostCall) *rpc.HostResult {
		sent = append(sent, c.Request.Headers...)
		return &rpc.HostResult{Response: &rpc.Response{Status: 200, HasBody: true}}
	}
	load := worker("main.js", `export default { async fetch(request, env) {
		Object.prototype.flat = "authorization\nstolen";
		await env.B.fetch("http://y/", { headers: { a: "1" } });
		await env.B.fetch(new Request(new Request("http://y/", { headers: { b: "2" } })));
		delete Object.prototype.flat;
		return new Response("done");
	} }`)
	load.Bindings = []rpc.Binding{{Name: "B", Kind: "service", Grant: 1}}
	if err := s.load(load); err != nil {
		t.Fatal(err, err.Stack)
	}
	if r := s.invoke(get()); r.body != "done" {
		t.Fatal(r)
	}
	if want := []rpc.Header{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}; !slices.Equal(sent, want) {
		t.Errorf("sent %v, want %v", sent, want)
	}
}
