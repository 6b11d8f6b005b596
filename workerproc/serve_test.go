package workerproc

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/rpc/rpctest"
)

const entrypointClass = `import { WorkerEntrypoint } from "cloudflare:workers";
`

// handler wraps the body of a fetch handler in a Worker.
func handler(body string) string {
	return "export default { async fetch(request, env, ctx) { " + body + " } }"
}

func TestInvoke(t *testing.T) { onEachEngine(t, testInvoke) }

func testInvoke(t *testing.T) {
	for name, test := range map[string]struct {
		invoke *rpc.Invoke
		main   string
		want   string
	}{
		"hello":             {get(), handler(`return new Response("hello")`), "200 hello\nok"},
		"status, headers":   {get(), handler(`return new Response("", {status: 404})`), "404 \nok"},
		"request":           {get(), handler(`return new Response(request.method + request.url)`), "200 GEThttp://worker/path\nok"},
		"env":               {get(), handler(`return new Response(env.NAME)`), "200 env\nok"},
		"env of module":     {get(), `import {env} from "cloudflare:workers"; const name = env.NAME; ` + handler(`return new Response(name)`), "200 env\nok"},
		"props":             {&rpc.Invoke{Method: "GET", Props: rpc.Given{Data: []byte(`{"a":5}`)}}, handler(`return new Response(ctx.props.a)`), "200 5\nok"},
		"bad props":         {&rpc.Invoke{Method: "GET", Props: rpc.Given{Data: []byte(`{`)}}, handler(``), "bad_request : props are not JSON\nexception"},
		"class":             {get(), entrypointClass + `export default class extends WorkerEntrypoint { fetch() { return new Response(this.env.NAME + typeof this.ctx.waitUntil) } }`, "200 envfunction\nok"},
		"named":             {&rpc.Invoke{Method: "GET", Entrypoint: "Other"}, `export const Other = { fetch() { return new Response("other") } }`, "200 other\nok"},
		"no entrypoint":     {&rpc.Invoke{Method: "GET", Entrypoint: "Other"}, `export default {}`, "not_found : Worker has no such entrypoint: Other\nscriptNotFound"},
		"no default":        {get(), `export const Other = {}`, "not_found : Worker has no such entrypoint: default\nscriptNotFound"},
		"no fetch":          {get(), `export default {}`, "exception Error: Handler does not export a fetch() function.\nError: Handler does not export a fetch() function.\nexception"},
		"no Response":       {get(), handler(`return "x"`), "exception TypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'.\nTypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'.\nexception"},
		"throws":            {get(), handler(`throw new RangeError("no")`), "exception RangeError: no\nRangeError: no\nexception"},
		"throws a number":   {get(), handler(`throw 5`), "exception Error: 5\nError: 5\nexception"},
		"throws an object":  {get(), handler(`throw {a: 1}`), "exception Error: #<Object>\nError: #<Object>\nexception"},
		"throws a function": {get(), handler(`throw class Foo {}`), "exception Error: #<Function>\nError: #<Function>\nexception"},
		"hangs":             {get(), handler(`await new Promise(() => {})`), "exception Error: " + hung + "\nError: " + hung + "\nexception"},
		"timer":             {get(), handler(`await new Promise((r) => setTimeout(r, 5)); return new Response("late")`), "200 late\nok"},
		"timers, order":     {get(), handler(`let s = ""; setTimeout(() => s += "b", 3); setTimeout(() => s += "a", 1); clearTimeout(setTimeout(() => s += "x", 2)); await new Promise((r) => setTimeout(r, 9)); return new Response(s)`), "200 ab\nok"},
		"interval":          {get(), handler(`let n = 0; await new Promise((r) => { const i = setInterval(() => { if (++n === 3) { clearInterval(i); r() } }, 1) }); return new Response(n)`), "200 3\nok"},
		"waitUntil":         {get(), handler(`ctx.waitUntil(new Promise((r) => setTimeout(() => { console.log("late"); r() }, 5))); return new Response("now")`), "200 now\nlog [\"late\"]\nok"},
		"waitUntil rejects": {get(), handler(`ctx.waitUntil(Promise.reject(new Error("no"))); return new Response("now")`), "200 now\nError: no\nexception"},
		"waitUntil hangs":   {get(), handler(`ctx.waitUntil(new Promise(() => {})); return new Response("now")`), "200 now\nok"},
		"rejection":         {get(), handler(`Promise.reject(new TypeError("lost")); return new Response("now")`), "200 now\nTypeError: lost\nok"},
		"rejection, caught": {get(), handler(`const p = Promise.reject(1); await null; p.catch(() => {}); return new Response("now")`), "200 now\nok"},
		"console":           {get(), handler(`console.log("a", {b: 1}); console.error("c"); return new Response("")`), "200 \nlog [\"a\",{\"b\":1}]\nerror [\"c\"]\nok"},
		"call":              {call("add", 1, 2), entrypointClass + `export default class extends WorkerEntrypoint { add(a, b) { return {sum: a + b} } }`, "{\"sum\":3}\nok"},
		"call, nothing":     {call("f"), entrypointClass + `export default class extends WorkerEntrypoint { f() { } }`, "\nok"},
		"call, missing":     {call("g"), entrypointClass + `export default class extends WorkerEntrypoint { f() { } }`, "not_found TypeError: The RPC receiver does not implement the method \"g\".\nexception"},
		"call, throws":      {call("f"), entrypointClass + `export default class extends WorkerEntrypoint { f() { throw new RangeError("no") } }`, "exception RangeError: no\nRangeError: no\nexception"},
		"call, hangs":       {call("f"), entrypointClass + `export default class extends WorkerEntrypoint { f() { return new Promise(() => {}) } }`, "exception Error: " + hung + "\nError: " + hung + "\nexception"},
		"stack overflow":    {get(), handler(`(function f() { f() })()`), "exception RangeError: Maximum call stack size exceeded\nRangeError: Maximum call stack size exceeded\nexception"},
		"current":           {get(), handler(`const before = currentInvocation(); await new Promise((r) => setTimeout(r, 1)); return new Response([before, currentInvocation()].join())`), "200 1,1\nok"},
		"body":              {&rpc.Invoke{Method: "POST", Body: []byte("abc")}, handler(`return new Response(request.body)`), "200 abc\nok"},
		"eval":              {get(), handler(`return new Response(eval("1"))`), "exception EvalError: Code generation from strings disallowed for this context\nEvalError: Code generation from strings disallowed for this context\nexception"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := run(t, test.invoke, "main.js", test.main).String(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestLoadFailures(t *testing.T) { onEachEngine(t, testLoadFailures) }

func testLoadFailures(t *testing.T) {
	for name, test := range map[string]struct {
		load *rpc.Load
		want string
	}{
		"no main":        {worker("other.js", ""), "code_error Error: No such module: main.js"},
		"main is common": {&rpc.Load{Main: "m.cjs", Modules: []rpc.Module{{Name: "m.cjs", Kind: rpc.ModuleCJS}}}, "code_error TypeError: Main module must be an ES module."},
		"python":         {worker("main.js", "", "x.py", ""), "code_error TypeError: Module \"x.py\" is of a kind that this engine can't run."},
		"syntax":         {worker("main.js", "let a;\nlet b = = 1"), "code_error SyntaxError: Unexpected token '=' main.js:2:9\n     1 | let a;\n>    2 | let b = = 1\n       |         ^"},
		"throws":         {worker("main.js", "\nfunction f() { throw new TypeError('boom') }\nf()"), "code_error TypeError: boom\nTypeError: boom\n    at f (main.js:2:22)\n    at main.js:3:"},
		"missing module": {worker("main.js", "import './x.js'"), "code_error Error: No such module \"x.js\".\n  imported from \"main.js\""},
		"unsettled":      {worker("main.js", "await new Promise(() => {})"), "code_error Error: Top-level await in module is unsettled."},
		"bad export":     {worker("main.js", "export const a = 1; export default {}"), "code_error TypeError: Incorrect type for map entry 'a': the provided value is not of type 'function or ExportedHandler'."},
		"timer":          {worker("main.js", "setTimeout(() => {}, 1)"), "code_error Error: " + globalScope.Message},
		"host call":      {worker("main.js", "await hostCall(0, 'fetch')"), "code_error Error: " + globalScope.Message},
		"typescript":     {worker("main.js", "let x: number"), "code_error SyntaxError: Unexpected token ':'. This looks like TypeScript, which has to be compiled or bundled to JavaScript first (or be given as a {ts} module) main.js:1:6\n>    1 | let x: number\n       |      ^"},
		"bad env":        {&rpc.Load{Main: "main.js", Modules: worker("main.js", "").Modules, Env: rpc.Given{Data: []byte("{")}}, "code_error SyntaxError"},
		"cpu":            {withLimits(worker("main.js", "for (;;);"), rpc.LoadLimits{StartupCPU: 30 * time.Millisecond}), "limit_exceeded Error: Worker exceeded CPU time limit while starting up."},
		"wall":           {withLimits(worker("main.js", "for (;;);"), rpc.LoadLimits{StartupWall: 30 * time.Millisecond}), "limit_exceeded Error: Worker exceeded its time limit while starting up."},
		"overflow":       {worker("main.js", "(function f() { f() })()"), "code_error RangeError: Maximum call stack size exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			e := s.load(test.load)
			if e == nil {
				t.Fatal("loaded")
			}
			got := fmt.Sprintf("%s %s: %s", e.Kind, e.Name, e.Message)
			if e.File != "" {
				got += fmt.Sprintf(" %s:%d:%d\n%s", e.File, e.Line, e.Column, e.Frame)
			} else if strings.Contains(test.want, " at ") {
				got += "\n" + e.Stack
			}
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if r := s.invoke(get()); r.failed == nil || r.failed.Message != e.Message || r.done.Outcome == "ok" {
				t.Errorf("an invocation after it: %v", r)
			}
		})
	}
}

func withLimits(m *rpc.Load, limits rpc.LoadLimits) *rpc.Load {
	m.Limits = limits
	return m
}

func TestCPULimit(t *testing.T) { onEachEngine(t, testCPULimit) }

func testCPULimit(t *testing.T) {
	s := start(t)
	if err := s.load(worker("main.js", handler(`if (request.method === "GET") for (;;); return new Response("fine")`))); err != nil {
		t.Fatal(err)
	}
	m := get()
	m.Limits.CPU = 30 * time.Millisecond
	r := s.invoke(m)
	if r.failed == nil || r.failed.Kind != rpc.LimitExceeded || r.failed.Message != "Worker exceeded CPU time limit." ||
		r.failed.Limit.Which != "cpuMs" || r.failed.Limit.Value != 30 || r.done.Outcome != "exceededCpu" {
		t.Fatalf("got %v %+v", r, r.failed)
	}
	if r.done.CPU < 30*time.Millisecond || r.done.CPU > time.Second {
		t.Errorf("used %v", r.done.CPU)
	}
	m.Method = "POST"
	if got := s.invoke(m).String(); got != "200 fine\nok" {
		t.Errorf("the next one: %s", got)
	}
}

func TestMemoryLimit(t *testing.T) { onEachEngine(t, testMemoryLimit) }

func testMemoryLimit(t *testing.T) {
	s := start(t)
	defer resetMemoryLimit()
	load := withLimits(worker("main.js", handler(`const a = []; for (;;) a.push({n: a.length, s: "x".repeat(100)})`)), rpc.LoadLimits{Memory: 64 << 20})
	if err := s.load(load); err != nil {
		t.Fatal(err)
	}
	if got := s.invoke(get()).String(); !strings.HasPrefix(got, "limit_exceeded Error: Worker exceeded memory limit.") || !strings.HasSuffix(got, "exceededMemory") {
		t.Errorf("got %s", got)
	}
}

func TestWallLimit(t *testing.T) { onEachEngine(t, testWallLimit) }

func testWallLimit(t *testing.T) {
	s := start(t)
	if err := s.load(worker("main.js", handler(`await new Promise((r) => setTimeout(r, 1e6))`))); err != nil {
		t.Fatal(err)
	}
	m := get()
	m.Limits.Wall = 10 * time.Millisecond
	if r := s.invoke(m); r.failed == nil || r.failed.Limit == nil || r.failed.Limit.Which != "wallMs" || r.done.Outcome != "exceededWallTime" {
		t.Errorf("got %v", r)
	}
}

func TestLogLimits(t *testing.T) { onEachEngine(t, testLogLimits) }

func testLogLimits(t *testing.T) {
	s := start(t)
	load := withLimits(worker("main.js", handler(`for (let i = 0; i < 10; i++) console.log(i); return new Response("")`)), rpc.LoadLimits{LogLines: 3})
	if err := s.load(load); err != nil {
		t.Fatal(err)
	}
	if r := s.invoke(get()); len(r.logs) != 3 || r.done.LogsDropped != 7 {
		t.Errorf("got %v, dropped %d", r.logs, r.done.LogsDropped)
	}
}

func TestStartupLogs(t *testing.T) { onEachEngine(t, testStartupLogs) }

func testStartupLogs(t *testing.T) {
	s := start(t)
	s.send(0, worker("main.js", `console.warn("starting"); export default {}`))
	if f := s.receive(); f.ID != 0 || string(f.Message.(*rpc.LogLine).Message) != `["starting"]` {
		t.Errorf("got %+v", f)
	}
	if _, ok := s.receive().Message.(*rpc.Loaded); !ok {
		t.Error("not loaded")
	}
}

func TestInvokeBehindLoad(t *testing.T) { onEachEngine(t, testInvokeBehindLoad) }

func testInvokeBehindLoad(t *testing.T) {
	s := start(t)
	err := s.conn.Send(rpc.Frame{Message: worker("main.js", handler(`return new Response("hello")`))}, rpc.Frame{ID: 1, Message: get()})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := s.receive().Message.(*rpc.Loaded); !ok {
		t.Fatal("not loaded")
	}
	if got := s.collect(1, nil).String(); got != "200 hello\nok" {
		t.Errorf("got %s", got)
	}
}

func TestConcurrentInvocations(t *testing.T) { onEachEngine(t, testConcurrentInvocations) }

func testConcurrentInvocations(t *testing.T) {
	s := start(t)
	if err := s.load(worker("main.js", handler(`await new Promise((r) => setTimeout(r, request.url.length)); console.log(request.url); return new Response(request.url)`))); err != nil {
		t.Fatal(err)
	}
	const n = 20
	for id := uint32(1); id <= n; id++ {
		s.send(id, &rpc.Invoke{Method: "GET", URL: strings.Repeat("x", int(n-id))})
	}
	results := map[uint32]*result{}
	for done := 0; done < n; {
		f := s.receive()
		if results[f.ID] == nil {
			results[f.ID] = &result{}
		}
		results[f.ID].take(f.Message)
		if _, ok := f.Message.(*rpc.Done); ok {
			done++
		}
	}
	for id, r := range results {
		url := strings.Repeat("x", int(n-id))
		if want := fmt.Sprintf("200 %s\nlog [%q]\nok", url, url); r.String() != want {
			t.Errorf("%d: got %s", id, r)
		}
	}
}

func TestHostCalls(t *testing.T) { onEachEngine(t, testHostCalls) }

func testHostCalls(t *testing.T) {
	s := start(t)
	s.answer = func(c *rpc.HostCall) *rpc.HostResult {
		if c.Operation == "deny" {
			return &rpc.HostResult{Error: rpc.Errorf(rpc.Denied, "not allowed")}
		}
		text := fmt.Sprintf("%d %d %s %s", c.Invocation, c.Target.ID, c.Operation, c.Args.Data[1:])
		return &rpc.HostResult{Value: rpc.Given{Data: append([]byte{byte(len(text))}, text...)}}
	}
	main := handler(`
		const bytes = await hostCall(3, "echo", "payload");
		const denied = await hostCall(3, "deny").catch((e) => e.kind + e.message);
		return new Response(bytes + denied + currentInvocation());`)
	if err := s.load(worker("main.js", main)); err != nil {
		t.Fatal(err)
	}
	r := s.invoke(get())
	if got := r.String(); got != "200 1 3 echo payloaddeniednot allowed1\nok" || r.done.SubRequests != 2 {
		t.Errorf("got %s, %d subrequests", got, r.done.SubRequests)
	}
	m := get()
	m.Limits.SubRequests = 1
	if got := s.invoke(m).String(); got != "200 1 3 echo payloadundefinedToo many subrequests.1\nok" {
		t.Errorf("got %s", got)
	}
}

func TestException(t *testing.T) { onEachEngine(t, testException) }

func testException(t *testing.T) {
	s := start(t)
	if err := s.load(worker("main.js", "const boom = () => {\n  throw new Error('x')\n}\n"+handler("boom()"))); err != nil {
		t.Fatal(err)
	}
	r := s.invoke(get())
	if want := "Error: x\n    at boom (main.js:2:9)\n    at fetch (main.js:4:5"; !strings.HasPrefix(r.failed.Stack, want) {
		t.Errorf("got %s", r.failed.Stack)
	}
}

func TestCompiledIsReturnedAndUsed(t *testing.T) { onEachEngine(t, testCompiledIsReturnedAndUsed) }

func testCompiledIsReturnedAndUsed(t *testing.T) {
	s := start(t)
	load := worker("main.js", "import {x} from './x.js'; { using lowered = null } "+handler("return new Response(x)"), "x.js", "export const x = 'x'")
	load.Worker = "w"
	s.send(0, load)
	loaded := s.receive().Message.(*rpc.Loaded)
	if len(loaded.Compiled) != 1 || loaded.Compiled[0].Name != "main.js" {
		t.Fatalf("compiled %v", loaded.Compiled)
	}
	again := start(t)
	load.Modules[0].Compiled = loaded.Compiled[0].Data
	again.send(0, load)
	if loaded := again.receive().Message.(*rpc.Loaded); len(loaded.Compiled) != 0 {
		t.Errorf("compiled again")
	}
	if got := again.invoke(get()).String(); got != "200 x\nok" {
		t.Errorf("got %s", got)
	}
	once := start(t)
	load.Worker, load.Modules[0].Compiled = "", nil
	once.send(0, load)
	if loaded := once.receive().Message.(*rpc.Loaded); len(loaded.Compiled) != 0 {
		t.Errorf("compiled for a Worker that has no cache")
	}
}

func TestProtocolViolations(t *testing.T) { onEachEngine(t, testProtocolViolations) }

func testProtocolViolations(t *testing.T) {
	for name, frames := range map[string][]rpc.Frame{
		"invoke first":   {{ID: 1, Message: get()}},
		"two loads":      {{Message: worker("main.js", "")}, {Message: worker("main.js", "")}},
		"same id":        {{Message: worker("main.js", handler("await new Promise((r) => setTimeout(r, 1e6))"))}, {ID: 1, Message: get()}, {ID: 1, Message: get()}},
		"result of none": {{Message: worker("main.js", "")}, {ID: 7, Message: &rpc.HostResult{}}},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := prepare(engineOf(t), stub)
			if err != nil {
				t.Fatal(err)
			}
			inside, outside := rpctest.Pair(t)
			conn := rpc.NewConn(outside, rpc.Worker)
			ended := make(chan error, 1)
			go func() { ended <- p.Serve(t.Context(), inside) }()
			if err := conn.Send(frames...); err != nil {
				t.Fatal(err)
			}
			if err := <-ended; !errors.Is(err, rpc.ErrProtocol) {
				t.Errorf("got %v", err)
			}
			_ = conn.Close()
		})
	}
}
