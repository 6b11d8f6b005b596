package workerproc

import "testing"

// nodeServer is a Worker with a server of node:http; its fetch() is the
// network that the requests of node:http find it by.
const nodeServer = `import http from "node:http"; import https from "node:https"; import { handleAsNodeRequest, httpServerHandler } from "cloudflare:node"; import { Buffer } from "node:buffer";
	const server = http.createServer(async (req, res) => {
		if (req.url === "/slow") return;
		if (req.url === "/throw") throw new Error("boom");
		if (req.url === "/redirect") return void res.writeHead(302, { location: "/x" }).end();
		if (req.url === "/stream") { res.write("one "); setTimeout(() => { res.write("two "); res.end("three"); }, 1); return; }
		if (req.url === "/large") { for (let i = 0; i < 20; i++) if (!res.write("x".repeat(50000))) await new Promise((go) => res.once("drain", go)); return void res.end(); }
		let body = "";
		for await (const part of req) body += part;
		res.setHeader("Set-Cookie", ["a=1", "b=2"]);
		res.writeHead(201, "Made", { "X-A": "b" });
		res.end(JSON.stringify([req.method, req.url, req.headers.host, req.headers["x-y"], req.headers.authorization, body]));
	}).listen(8080);
	const network = globalThis.fetch = async (url, init) => {
		const request = new Request(url, init);
		if (new URL(url).port !== "8080") throw new Error("Network connection lost.");
		return handleAsNodeRequest(8080, request);
	};
	const asked = (...args) => new Promise((done) => {
		const body = typeof args.at(-1) === "string" ? args.pop() : undefined;
		const seen = [], req = http.request(...args, (res) => { let text = ""; res.setEncoding("utf8"); res.on("data", (c) => { text += c; }); res.on("end", () => done([res.statusCode, res.statusMessage, res.headers["set-cookie"], text.length > 100 ? text.length : text, res.complete, seen])); });
		req.on("error", (e) => done([e.name, e.code, e.message])).on("timeout", () => { seen.push("timeout"); req.destroy(); }).on("finish", () => seen.push("finish"));
		req.end(body);
	});
	const wrong = (f) => { try { f(); return "no error"; } catch (e) { return e.code + " " + e.message; } };
`

func TestNodeHTTP(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		s := startWith(t, real)
		main := nodeServer + handler(`const out = [];
			out.push(await asked("http://host.example:8080/p?q=1", { method: "POST", headers: { "X-Y": "z" } }, "hello"));
			out.push(await asked({ host: "h", port: 8080, path: "/x", auth: "u:p" }));
			for (const path of ["/redirect", "/stream", "/large"]) out.push(await asked("http://h:8080" + path, {}));
			out.push(await asked("http://h:1/", {}), await asked("http://h:8080/slow", { timeout: 5 }), await asked("http://h:8080/slow", { signal: AbortSignal.abort() }));
			out.push([() => http.get("https://h/"), () => http.get("nope"), () => http.request("http://h/", { method: "A B" }), () => http.request({ host: "h", path: "/a b" }), () => https.request("http://h/"),
				() => new http.ClientRequest("http://h:1/").setHeader("a b", "x"), () => http.validateHeaderValue("a", "\n"), () => http.validateHeaderValue("a", undefined)].map(wrong));
			out.push([server.listening, server.address(), wrong(() => server.listen(8081)), wrong(() => http.createServer().listen(8080)), wrong(() => httpServerHandler()), wrong(() => httpServerHandler({}))]);
			out.push(await handleAsNodeRequest(9, new Request("http://h/")).catch((e) => e.message));
			const head = await handleAsNodeRequest(server, new Request("http://h/stream", { method: "HEAD" }));
			out.push([head.status, await head.text()]);
			out.push(await new Promise((done) => server.close(() => done([server.listening, server.address()]))));
			return new Response(out.map((x) => JSON.stringify(x) + "\n").join(""))`)
		if err := s.load(nodeWorker("main.js", main)); err != nil {
			t.Fatal(err, err.Stack)
		}
		const want = `[201,"Made",["a=1","b=2"],"[\"POST\",\"/p?q=1\",\"host.example:8080\",\"z\",null,\"hello\"]",true,["finish"]]
[201,"Made",["a=1","b=2"],"[\"GET\",\"/x\",\"h:8080\",null,\"Basic dTpw\",\"\"]",true,["finish"]]
[302,"Found",null,"",true,["finish"]]
[200,"OK",null,"one two three",true,["finish"]]
[200,"OK",null,1000000,true,["finish"]]
["Error",null,"Network connection lost."]
["Error","ECONNRESET","socket hang up"]
["AbortError","ABORT_ERR","The operation was aborted"]
["ERR_INVALID_PROTOCOL Protocol \"https:\" not supported. Expected \"http:\"","undefined Invalid URL string.","ERR_INVALID_HTTP_TOKEN Method must be a valid HTTP token [\"A B\"]","ERR_UNESCAPED_CHARACTERS Request path contains unescaped characters","ERR_INVALID_PROTOCOL Protocol \"http:\" not supported. Expected \"https:\"","ERR_INVALID_HTTP_TOKEN Header name must be a valid HTTP token [\"a b\"]","ERR_INVALID_CHAR Invalid character in header content [\"a\"]","ERR_HTTP_INVALID_HEADER_VALUE Invalid value \"undefined\" for header \"a\""]
[true,{"port":8080,"family":"IPv4","address":"127.0.0.1"},"ERR_SERVER_ALREADY_LISTEN Listen method has been called more than once without closing.","EADDRINUSE bind EADDRINUSE 127.0.0.1:8080","undefined Server descriptor cannot be null or undefined","undefined Failed to determine port for server"]
"Http server with port 9 not found. This is likely a bug with your code. You should check if server.listen() was called with the same port (9)"
[200,""]
[false,null]
`
		if r := s.invoke(get()); r.body != want {
			t.Errorf("%s", r)
		}
	})
}
