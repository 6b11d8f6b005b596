package workerproc

import "testing"

// TestPlatformEvents is about what tells a Worker of something: events,
// messages, sockets. What is returned is compared.
func TestPlatformEvents(t *testing.T) { onEachEngine(t, testPlatformEvents) }

func testPlatformEvents(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"error event": {`let got; addEventListener("error", (e) => { got = [e.constructor.name, e.message, e.error.message, e.target === globalThis]; e.preventDefault() });
			reportError(new Error("x")); return got`, `["ErrorEvent","Uncaught Error: x","x",true]`},
		"error event of a timer": {`const said = new Promise((r) => addEventListener("error", (e) => { e.preventDefault(); r(e.message) }));
			setTimeout(() => { throw new TypeError("late") }, 1); return said`, `"Uncaught TypeError: late"`},
		"unhandledrejection": {`const got = []; addEventListener("unhandledrejection", (e) => { got.push(["un", e.constructor.name, e.reason.message, e.promise === p]); e.preventDefault() });
			addEventListener("rejectionhandled", (e) => got.push(["now", e.promise === p]));
			const p = Promise.reject(new Error("x")); await scheduler.wait(2); p.catch(() => {}); await scheduler.wait(2); return got`,
			`[["un","PromiseRejectionEvent","x",true],["now",true]]`},
		"a listener that rejects": {`let n = 0; addEventListener("unhandledrejection", (e) => { n++; e.preventDefault(); if (n < 5) Promise.reject(n) });
			Promise.reject(0); await scheduler.wait(2); return n`, `5`},
		"event twice at once": {`const t = new EventTarget(); const e = new Event("x"); let name; t.addEventListener("x", () => { try { t.dispatchEvent(e) } catch (err) { name = err.name } });
			t.dispatchEvent(e); return [name, e.eventPhase, e.composedPath(), e.target === t, e.currentTarget]`, `["InvalidStateError",0,[],true,null]`},
		"passive": {`const t = new EventTarget(); const e = new Event("x", {cancelable: true}); t.addEventListener("x", (e) => e.preventDefault(), {passive: true}); return t.dispatchEvent(e)`, `true`},
		"AbortSignal": {`const c = new AbortController(); const s = AbortSignal.any([c.signal, AbortSignal.timeout(1e6)]); c.abort("x"); const late = AbortSignal.timeout(1); await scheduler.wait(5);
			let wrong; try { AbortSignal.any([{}]) } catch (e) { wrong = e.message } return [s.reason, late.reason.name, wrong]`,
			`["x","TimeoutError","Incorrect type for array element 0: the provided value is not of type 'AbortSignal'."]`},
		"MessageChannel": {`const { port1, port2 } = new MessageChannel(); const got = []; port2.onmessage = (e) => got.push(e.data); const closed = new Promise((r) => port2.onclose = r);
			port1.postMessage({a: new Map([[1, 2]])}); port1.postMessage(2); let name; try { port1.postMessage(() => {}) } catch (e) { name = e.name } await scheduler.wait(1);
			port1.close(); await closed; return [got[0].a.get(1), got[1], name]`, `[2,2,"DataCloneError"]`},
		"MessagePort before its listener": {`const { port1, port2 } = new MessageChannel(); port1.postMessage(1); port1.postMessage(2); await scheduler.wait(1);
			const got = []; port2.addEventListener("message", (e) => got.push(e.data)); await scheduler.wait(1); return got`, `[1,2]`},
		"WebSocketPair": {`const [a, b] = Object.values(new WebSocketPair()); const got = []; b.addEventListener("message", (e) => got.push(typeof e.data === "string" ? e.data : e.data.byteLength));
			b.addEventListener("close", (e) => got.push([e.code, e.reason, e.wasClean])); a.accept(); a.send("hi"); a.send(new Uint8Array(3)); b.accept(); a.close(4000, "bye");
			await scheduler.wait(1); got.push(a.readyState, b.readyState); b.close(); await scheduler.wait(1); got.push(a.readyState, b.readyState); return got`,
			`["hi",3,[4000,"bye",true],2,2,3,3]`},
		"WebSocket errors": {`const said = (f) => { try { f(); return "nothing" } catch (e) { return e.name + ": " + e.message } }; const [a] = Object.values(new WebSocketPair()); const first = said(() => a.send("x")); a.accept();
			return [first, said(() => a.close(5)), said(() => a.close(undefined, "x")), said(() => { a.close(); a.send("x") }), said(() => new WebSocket("http://x")), said(() => new Response(null, {webSocket: a}))]`,
			`["TypeError: You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.","InvalidAccessError: Invalid WebSocket close code: 5.","InvalidAccessError: If you specify a WebSocket close reason, you must also specify a code.","TypeError: Can't call WebSocket send() after close().","SyntaxError: WebSocket Constructor: The url scheme must be ws or wss.","RangeError: Responses with a WebSocket must have status code 101."]`},
		"EventSource.from": {`const es = EventSource.from(new Response("data: a\r\ndata: b\nid: 7\n\nevent: foo\ndata:c\n\n: no\ndata\n\ndata: lost").body); const got = [];
			es.onmessage = (e) => got.push(["message", e.data, e.lastEventId]); es.addEventListener("foo", (e) => got.push(["foo", e.data, e.lastEventId])); const ended = new Promise((r) => es.onerror = r);
			await ended; return [got, es.readyState, es.url]`, `[[["message","a\nb","7"],["foo","c","7"],["message","","7"]],2,""]`},
		"EventSource over fetch": {`const urls = []; const fetcher = { async fetch(url, init) { urls.push([url, init.headers.accept, init.headers["last-event-id"]]); return new Response("retry: 1\nid: 5\ndata: x\n\n", {headers: {"content-type": "text/event-stream"}}) } };
			const es = new EventSource("http://x/y", {fetcher}); let n = 0; await new Promise((r) => es.onmessage = () => { if (++n === 2) { es.close(); r() } }); return [urls, es.readyState]`,
			`[[["http://x/y","text/event-stream",null],["http://x/y","text/event-stream","5"]],2]`},
		"performance": {`const m = performance.mark("a", {detail: 1}); performance.measure("b", "a"); let name; try { performance.measure("c", "none") } catch (e) { name = e.name }
			return [m.entryType, performance.getEntries().length, performance.getEntriesByType("measure")[0].name, name, performance.timeOrigin, navigator.userAgent, typeof navigator.sendBeacon]`,
			`["mark",2,"b","SyntaxError",0,"Cloudflare-Workers","function"]`},
		"compressed body":   {`const body = new Response("hello ".repeat(1000)).body.pipeThrough(new CompressionStream("gzip")); return (await new Response(body.pipeThrough(new DecompressionStream("gzip"))).text()).length`, `6000`},
		"codec left behind": {`const { writable, readable } = new DecompressionStream("gzip"); writable.getWriter().write(new Uint8Array([31, 139])); readable.getReader().read(); await scheduler.wait(1); return 1`, `1`},
		"URLPattern":        {`return new URLPattern({ pathname: "/:a" }).exec("https://x/y").pathname.groups`, `{"a":"y"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := startWith(t, real)
			if err := s.load(worker("main.js", handler(`return Response.json(await (async () => { `+test.body+` })() ?? null)`))); err != nil {
				t.Fatalf("cannot load: %v\n%s", err, err.Stack)
			}
			r := s.invoke(get())
			if got, want := r.String(), "200 "+test.want+"\nok"; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
				if r.failed != nil {
					t.Log(r.failed.Stack)
				}
			}
		})
	}
}
