package workerproc

import (
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/ops"
	"stockade.dev/stockade/workerproc/runtime"
)

// real is the platform itself, under the isolate host.
var real = platform{source: runtime.Source, ops: ops.All()}

func TestPlatform(t *testing.T) { onEachEngine(t, testPlatform) }

func testPlatform(t *testing.T) {
	for name, test := range map[string]struct {
		invoke *rpc.Invoke
		main   string
		want   string
	}{
		"hello":                 {get(), hello, "200 hello\nok"},
		"headers, status":       {get(), handler(`return new Response(request.headers.get("x"), {status: 201, headers: {"A": "b"}})`), "201 v\nok"},
		"json":                  {get(), handler(`return Response.json({url: new URL(request.url).pathname})`), "200 {\"url\":\"/path\"}\nok"},
		"class":                 {get(), entrypointClass + `export default class extends WorkerEntrypoint { async fetch(request) { return new Response(this.env.NAME + typeof this.ctx.waitUntil + request.method) } }`, "200 envfunctionGET\nok"},
		"env":                   {get(), `import { env } from "cloudflare:workers"; const n = env.NAME; ` + handler(`return new Response(n + env.NAME)`), "200 envenv\nok"},
		"call":                  {call("add", 1, 2), entrypointClass + `export default class extends WorkerEntrypoint { add(a, b) { return {sum: a + b} } }`, "{\"sum\":3}\nok"},
		"call of own":           {call("own"), entrypointClass + `export default class extends WorkerEntrypoint { own = () => 1 }`, "not_found TypeError: The RPC receiver does not implement the method \"own\".\nexception"},
		"call of toString":      {call("toString"), entrypointClass + `export default class extends WorkerEntrypoint { }`, "not_found TypeError: The RPC receiver does not implement the method \"toString\".\nexception"},
		"call, plain":           {call("f", 1), `export default { f(a, env, ctx) { return [a, env.NAME, typeof ctx.waitUntil] } }`, "[1,\"env\",\"function\"]\nok"},
		"no Response":           {get(), `export default { fetch() {} }`, "exception TypeError: Callback returned incorrect type; expected 'Promise'\nTypeError: Callback returned incorrect type; expected 'Promise'\nexception"},
		"no Response, async":    {get(), handler(`return {}`), "exception TypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'.\nTypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'.\nexception"},
		"hangs":                 {get(), handler(`await new Promise(() => {})`), "exception Error: " + hung + "\nError: " + hung + "\nexception"},
		"body":                  {&rpc.Invoke{Method: "POST", URL: "http://w/", Body: []byte("abc")}, handler(`return new Response((await request.text()).toUpperCase())`), "200 ABC\nok"},
		"body, untouched":       {&rpc.Invoke{Method: "POST", URL: "http://w/", Body: []byte("abc")}, handler(`return new Response(request.body)`), "200 abc\nok"},
		"stream":                {get(), handler(`const {readable, writable} = new TransformStream(); const w = writable.getWriter(); ctx.waitUntil((async () => { await w.write(new TextEncoder().encode("a")); await w.write(new TextEncoder().encode("b")); await w.close() })()); return new Response(readable)`), "200 ab\nok"},
		"stream, from":          {get(), handler(`return new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array([104, 105])); c.close() } }))`), "200 hi\nok"},
		"stream, breaks":        {get(), handler(`let n = 0; return new Response(new ReadableStream({ pull(c) { if (n++) throw new Error("broken"); c.enqueue(new Uint8Array([104])) } }))`), "200 h (aborted: Error: broken)\nok"},
		"timer":                 {get(), handler(`await new Promise((r) => setTimeout(r, 5)); return new Response("late")`), "200 late\nok"},
		"scheduler":             {get(), handler(`await scheduler.wait(2); return new Response("late")`), "200 late\nok"},
		"waitUntil":             {get(), handler(`ctx.waitUntil(new Promise((r) => setTimeout(() => { console.log("late"); r() }, 5))); return new Response("now")`), "200 now\nlog [\"late\"]\nok"},
		"waitUntil rejects":     {get(), handler(`ctx.waitUntil(Promise.reject(new Error("no"))); return new Response("now")`), "200 now\nError: no\nexception"},
		"throws":                {get(), handler(`throw new RangeError("no")`), "exception RangeError: no\nRangeError: no\nexception"},
		"throws a DOMException": {get(), handler(`throw new DOMException("no", "AbortError")`), "exception AbortError: no\nAbortError: no\nexception"},
		"console":               {get(), handler(`console.log("a", {b: 1}, [2]); return new Response("")`), "200 \nlog [\"a\",{\"b\":1},[2]]\nok"},
		"props":                 {&rpc.Invoke{Method: "GET", URL: "http://w/", Props: rpc.Given{Data: []byte(`{"a":5}`)}}, handler(`return new Response(ctx.props.a)`), "200 5\nok"},
		"base64":                {get(), handler(`return new Response(btoa("hi") + atob("aGk="))`), "200 aGk=hi\nok"},
		"structuredClone":       {get(), handler(`return Response.json(structuredClone({a: [1]}))`), "200 {\"a\":[1]}\nok"},
		"crypto":                {get(), handler(`return new Response(crypto.randomUUID().length + "" + (await crypto.subtle.digest("SHA-256", new Uint8Array(1))).byteLength)`), "200 3632\nok"},
		"async generator":       {get(), handler(`async function* g() { yield 1; yield 2 } let s = 0; for await (const x of g()) s += x; return new Response(String(s))`), "200 3\nok"},
		"lodash's root":         {get(), handler(`return new Response(typeof self + typeof global + (self === globalThis))`), "200 objectundefinedtrue\nok"},
		"undefined thrown":      {get(), handler(`throw undefined`), "exception Error: undefined\nError: undefined\nexception"},
		"error response":        {get(), handler(`return Response.error()`), "exception TypeError: Return value from serve handler must not be an error response (like Response.error())\nTypeError: Return value from serve handler must not be an error response (like Response.error())\nexception"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startWith(t, real)
			if err := s.load(worker("main.js", test.main)); err != nil {
				t.Fatalf("cannot load: %v\n%s", err, err.Stack)
			}
			if test.invoke.RPCMethod == "" && len(test.invoke.Headers) == 0 {
				test.invoke.Headers = []rpc.Header{{Name: "x", Value: "v"}}
			}
			r := s.invoke(test.invoke)
			if got := r.String(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
				if r.failed != nil {
					t.Log(r.failed.Stack)
				}
			}
		})
	}
}

func TestPlatformStreams(t *testing.T) { onEachEngine(t, testPlatformStreams) }

func testPlatformStreams(t *testing.T) {
	s := startWith(t, real)
	main := handler(`
		let n = 0;
		for await (const chunk of request.body) n += chunk.length;
		return new Response(String(n))`)
	if err := s.load(worker("main.js", main)); err != nil {
		t.Fatal(err)
	}
	s.send(1, &rpc.Invoke{Method: "POST", URL: "http://w/", Stream: true})
	if got := streamTwentyPieces(s); got != "200 1310723\nok" {
		t.Errorf("got %s", got)
	}
}

// TestPlatformEcho streams a request's body back as it comes.
func TestPlatformEcho(t *testing.T) { onEachEngine(t, testPlatformEcho) }

func testPlatformEcho(t *testing.T) {
	s := startWith(t, real)
	if err := s.load(worker("main.js", handler(`return new Response(request.body)`))); err != nil {
		t.Fatal(err)
	}
	s.send(1, &rpc.Invoke{Method: "POST", URL: "http://w/", Stream: true})
	s.send(1, &rpc.BodyData{Data: []byte("one ")})
	r := s.collect(1, func(f rpc.Frame) bool { _, ok := f.Message.(*rpc.BodyData); return ok })
	s.send(1, &rpc.BodyData{Data: []byte("two"), Last: true})
	rest := s.collect(1, nil)
	if r.body+rest.body != "one two" || rest.done.Outcome != "ok" {
		t.Errorf("got %q, %s", r.body+rest.body, rest)
	}
}

func TestPlatformCancel(t *testing.T) { onEachEngine(t, testPlatformCancel) }

func testPlatformCancel(t *testing.T) {
	s := startWith(t, real)
	main := handler(`
		await new Promise((r) => { request.signal.onabort = r; setTimeout(() => {}, 1e6); console.log("ready") });
		console.log("aborted", request.signal.aborted);
		return new Response("nobody reads this")`)
	if err := s.load(worker("main.js", main)); err != nil {
		t.Fatal(err)
	}
	s.send(1, get())
	s.collect(1, func(f rpc.Frame) bool { _, ok := f.Message.(*rpc.LogLine); return ok })
	s.send(1, &rpc.Cancel{Reason: "gone"})
	if got := s.collect(1, nil).String(); got != "\nlog [\"aborted\",true]\ncanceled" {
		t.Errorf("got %s", got)
	}
}

// TestWhatNothingSettlesIsLeft: a canceled call whose promise nothing settles ends, while others go on.
func TestWhatNothingSettlesIsLeft(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		s := startWith(t, real)
		main := `import { WorkerEntrypoint } from "cloudflare:workers"; let release; export default class extends WorkerEntrypoint { never() { console.log("never"); return new Promise(() => {}) } waits() { console.log("waits"); return new Promise((done) => { release = done; setTimeout(() => {}, 1e6) }) } release() { release(5); return 6 } }`
		if err := s.load(worker("main.js", main)); err != nil {
			t.Fatal(err)
		}
		logged := func(f rpc.Frame) bool { _, ok := f.Message.(*rpc.LogLine); return ok }
		s.send(2, call("waits"))
		s.collect(2, logged)
		for range 3 {
			s.send(1, call("never"))
			s.collect(1, logged)
			s.send(1, &rpc.Cancel{Reason: "gone"})
			if got := s.collect(1, nil); got.done == nil || got.done.Outcome != "canceled" {
				t.Errorf("got %v", got)
			}
		}
		s.send(1, call("release"))
		for answers := 0; answers < 2; {
			if m, is := s.receive().Message.(*rpc.CallResult); is { // 2 goes on, and is answered
				answers++
				if got := string(m.Value); got != "5" && got != "6" {
					t.Errorf("got %s", got)
				}
			}
		}
	})
}

// TestWhatNobodyWaitsForEnds: a canceled call that always has something under way ends, too, unless waitUntil keeps it.
func TestWhatNobodyWaitsForEnds(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		s := startWith(t, real)
		main := `import { WorkerEntrypoint } from "cloudflare:workers"; let stop = false; export default class extends WorkerEntrypoint {
			async works(kept) {
				const work = (async () => { console.log("works"); while (!stop) await scheduler.wait(5); console.log("kept") })();
				if (kept) this.ctx.waitUntil(work);
				await work;
			}
			stop() { stop = true }
		}`
		if err := s.load(worker("main.js", main)); err != nil {
			t.Fatal(err)
		}
		logged := func(f rpc.Frame) bool { _, ok := f.Message.(*rpc.LogLine); return ok }
		for id, kept := range map[uint32]bool{1: false, 2: true} {
			s.send(id, call("works", kept))
			s.collect(id, logged)
			s.send(id, &rpc.Cancel{Reason: "gone"})
		}
		if got := s.collect(1, nil); got.done == nil || got.done.Outcome != "canceled" {
			t.Errorf("got %v", got)
		}
		s.send(3, call("stop"))
		var kept result
		for kept.done == nil {
			if f := s.receive(); f.ID == 2 {
				kept.take(f.Message)
			}
		}
		if got := kept.String(); got != "\nlog [\"kept\"]\ncanceled" {
			t.Errorf("got %s", got)
		}
	})
}

func TestPlatformCancelsBody(t *testing.T) { onEachEngine(t, testPlatformCancelsBody) }

func testPlatformCancelsBody(t *testing.T) {
	s := startWith(t, real)
	main := handler(`return new Response(new ReadableStream({
		pull(c) { c.enqueue(new Uint8Array(65536)) },
		cancel(reason) { console.log("canceled") } }))`)
	if err := s.load(worker("main.js", main)); err != nil {
		t.Fatal(err)
	}
	s.send(1, get())
	got := 0
	s.collect(1, func(f rpc.Frame) bool {
		if data, ok := f.Message.(*rpc.BodyData); ok {
			got += len(data.Data)
		}
		return got == rpc.Window
	})
	s.send(1, &rpc.Cancel{Reason: "gone"})
	if got := s.collect(1, nil).String(); got != "\nlog [\"canceled\"]\ncanceled" {
		t.Errorf("got %s", got)
	}
}

func TestPlatformStack(t *testing.T) { onEachEngine(t, testPlatformStack) }

func testPlatformStack(t *testing.T) {
	s := startWith(t, real)
	if err := s.load(worker("main.js", "const boom = () => {\n  throw new Error('x')\n}\n"+handler("boom()"))); err != nil {
		t.Fatal(err)
	}
	if r := s.invoke(get()); !strings.HasPrefix(r.failed.Stack, "Error: x\n    at boom (main.js:2:9)\n    at fetch (main.js:4:5") || strings.Contains(r.failed.Stack, "stockade") {
		t.Errorf("got %s", r.failed.Stack)
	}
}

func TestPlatformIsQuiescent(t *testing.T) { onEachEngine(t, testPlatformIsQuiescent) }

func testPlatformIsQuiescent(t *testing.T) {
	p, err := prepare(engineOf(t), real)
	if err != nil {
		t.Fatal(err)
	}
	if i := p.isolate; i.watchdog.timer != nil || i.timers.set > 0 || len(i.out.frames) > 0 {
		t.Errorf("state was left: %+v", i)
	}
}
