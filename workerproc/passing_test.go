package workerproc

import (
	"fmt"
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
)

// passers are handlers that call env.B or the network, with what is said of each call: "passes", "follows" (it passes, but for a
// redirect) or "-".
var passers = []struct{ name, main, said string }{
	{"async", `export default { async fetch(q, env) { return env.B.fetch(q) } }`, "passes"},
	{"not async", `export default { fetch(q, env) { return env.B.fetch(q) } }`, "passes"},
	{"a class's", `export default class extends WorkerEntrypoint { async fetch(q) { return this.env.B.fetch(q) } }`, "passes"},
	{"through another function", `const pass = async (q, env) => env.B.fetch(q); export default { async fetch(q, env) { return pass(q, env) } }`, "passes"},
	{"later", `export default { async fetch(q, env) { await 1; await null; return env.B.fetch(q) } }`, "passes"},
	{"after another", `export default { async fetch(q, env) { await env.B.fetch(q); return env.B.fetch(q) } }`, "- passes"},
	{"beside another", `export default { async fetch(q, env) { env.B.fetch(q); return env.B.fetch(q) } }`, "- passes"},
	{"the network's", `export default { async fetch() { return fetch("http://y/") } }`, "follows"},
	{"without redirects", `export default { async fetch() { return fetch("http://y/", { redirect: "manual" }) } }`, "passes"},
	{"awaited", `export default { async fetch(q, env) { return await env.B.fetch(q) } }`, "passes"},
	{"caught", `export default { async fetch(q, env) { return env.B.fetch(q).catch(() => new Response("caught")) } }`, "passes"},
	{"tried", `export default { async fetch(q, env) { try { return await env.B.fetch(q) } catch { return new Response("caught") } } }`, "passes"},
	{"then, same", `export default { async fetch(q, env) { return env.B.fetch(q).then((r) => r) } }`, "passes"},
	{"then, as Hono does", `export default { fetch(q, env) { return env.B.fetch(q).then((r) => r || new Response("none")).catch((e) => new Response(String(e))) } }`, "passes"},
	{"then, if it is there", `export default { async fetch(q, env) { const r = await env.B.fetch(q); if (!r) return new Response("none"); return r } }`, "passes"},
	{"then", `export default { async fetch(q, env) { return env.B.fetch(q).then((r) => { r.status; return r }) } }`, "-"},
	{"looked at", `export default { async fetch(q, env) { const r = await env.B.fetch(q); r.status; return r } }`, "-"},
	{"waited for", `export default { async fetch(q, env, ctx) { const p = env.B.fetch(q); ctx.waitUntil(p); return p } }`, "-"},
	{"raced", `export default { async fetch(q, env) { return Promise.race([env.B.fetch(q), scheduler.wait(5000)]) } }`, "-"},
	{"a then of responses", `export default { async fetch(q, env) {
		Response.prototype.then = function (ok) { delete Response.prototype.then; ok(this) };
		return env.B.fetch(q);
	} }`, "-"},
	{"a then of promises", `export default { async fetch(q, env) {
		const p = env.B.fetch(q);
		p.then = (ok) => ok(new Response("hello"));
		return p;
	} }`, "-"},
}

// answering has calls answered as the supervisor does, and keeps what was said of them.
func answering(s *supervisor) (said *[]string) {
	said = new([]string)
	s.answer = func(c *rpc.HostCall) *rpc.HostResult {
		what := "-"
		switch {
		case c.Passes && c.Follows:
			what = "follows"
		case c.Passes:
			what = "passes"
		}
		*said = append(*said, what)
		return &rpc.HostResult{Passed: c.Passes, Response: &rpc.Response{Status: 200, HasBody: true, Body: []byte("hello")}}
	}
	return said
}

// mostTries is how often it is asked of what should pass: in a turn that takes long, because the machine does something else, calls are
// sent before it is known what becomes of them.
const mostTries = 20

// TestAnswersThatPass: an isolate says of a fetch() that its answer is the invocation's exactly when nothing else can become of it.
// It sends no other answer then, and ends the invocation as ever.
func TestAnswersThatPass(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		main := entrypointClass
		for n, p := range passers {
			named := fmt.Sprintf("export const e%d = ", n)
			main += strings.NewReplacer("export default class extends", fmt.Sprintf("export class e%d extends", n), "export default", named).Replace(p.main) + "\n"
		}
		s, id := passer(t, main), uint32(0)
		for n, test := range passers {
			for _, invoke := range []*rpc.Invoke{get(), {Coded: true, Path: []string{"fetch"}, Request: &rpc.Request{Method: "GET", URL: "http://x/"}}} {
				invoke.Entrypoint = fmt.Sprintf("e%d", n)
				var got string
				var r *result
				for range mostTries {
					said := answering(s)
					id++
					s.send(id, invoke)
					r = s.collect(id, nil)
					if got = strings.Join(*said, " "); got == test.said || strings.HasSuffix(test.said, "-") {
						break
					}
				}
				if got != test.said || r.done.Outcome != "ok" || r.failed != nil {
					t.Errorf("%s: it says %q of its calls, want %q: %v", test.name, got, test.said, r)
				}
				if passed := !strings.HasSuffix(got, "-"); passed != (r.head == nil && r.call == nil) {
					t.Errorf("%s: it says %q and answers %v", test.name, got, r)
				}
			}
		}
	})
}

func passer(t *testing.T, main string) *supervisor {
	s := startWith(t, real)
	load := worker("main.js", main)
	load.Bindings = []rpc.Binding{{Name: "B", Kind: "service", Grant: 1}}
	if err := s.load(load); err != nil {
		t.Fatal(err, err.Stack)
	}
	return s
}

// waitsLate comes to wait for a promise that has been returned.
const waitsLate = `export default { async fetch(q, env, ctx) {
	const p = env.B.fetch(q);
	ctx.waitUntil((async () => {
		await scheduler.wait(1);
		const late = p.then(async (r) => { %s });
		console.log("waits");
		await late;
	})());
	return p;
} }`

// TestWhoWaitsLateHasTheWholeResponse: a promise gets its Response although the answer has passed by. Who takes the body before the
// runtime would have has it, and the client has its answer; in the Workers runtime the client has an error then.
func TestWhoWaitsLateHasTheWholeResponse(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		for _, test := range []struct{ does, want string }{
			{`const own = r.clone(); console.log(r.status, r.headers.get("a"), r.url, await own.text())`, "log [\"waits\"]\nlog [201,\"b\",\"http://worker/path\",\"hello\"]\nok"},
			{`console.log(await r.text())`, "log [\"waits\"]\nlog [\"hello\"]\nok"},
			{`await 1; await 1; await 1; await 1; console.log(r.bodyUsed)`, "log [\"waits\"]\nlog [true]\nok"},
		} {
			var s *supervisor
			var r *result
			var call *rpc.HostCall
			for tries := 0; tries < mostTries && (call == nil || !call.Passes); tries++ {
				s = passer(t, fmt.Sprintf(waitsLate, test.does))
				s.answer = func(c *rpc.HostCall) *rpc.HostResult { call = c; return nil }
				s.send(1, get())
				r = s.collect(1, func(f rpc.Frame) bool { _, is := f.Message.(*rpc.LogLine); return is })
			}
			if call == nil || !call.Passes {
				t.Fatalf("it says nothing of its call %+v", call)
			}
			s.send(1, &rpc.HostResult{Passed: true, Response: &rpc.Response{Status: 201, Headers: []rpc.Header{{Name: "a", Value: "b"}}, HasBody: true, Body: []byte("hello")}})
			rest := s.collect(1, nil)
			rest.logs = append(r.logs, rest.logs...)
			if got := strings.TrimSpace(rest.String()); got != test.want {
				t.Errorf("%s: got\n%s\nwant\n%s", test.does, got, test.want)
			}
		}
	})
}

// TestAnAnswerThatFailsIsTheHandlers: of a call that passes, an error is what the handler's promise is rejected with.
func TestAnAnswerThatFailsIsTheHandlers(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		s := passer(t, passers[0].main)
		s.answer = func(*rpc.HostCall) *rpc.HostResult { return &rpc.HostResult{Error: rpc.Errorf(rpc.Thrown, "no")} }
		if r := s.invoke(get()); r.failed == nil || r.failed.Message != "no" || r.done.Outcome != "exception" {
			t.Error(r)
		}
	})
}
