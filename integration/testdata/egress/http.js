// What requests of node:http do, one case a member: egress_node_test.go compares it with what workerd has answered.
import http, { Agent, request, get } from "node:http";
import https from "node:https";
let P, B;

const plain = (v) => v instanceof Error ? `${v.name}: ${v.message} code=${v.code}` : v;
const bodyOf = async (res) => { let text = ""; for await (const piece of res) text += piece; return text; };
const answered = (req) => new Promise((resolve, reject) => { req.on("response", resolve); req.on("error", reject); });
// told gathers the events of a request and of its response.
const told = (req, each = {}) => new Promise((done) => {
  const out = [];
  const on = (emitter, prefix, names) => { for (const name of names) emitter.on(name, (...args) => { out.push([prefix + name, ...args.filter((a) => typeof a !== "object" || a instanceof Error).map(plain)]); each[prefix + name]?.(...args); if (prefix === "" && name === "close") done(out); }); };
  on(req, "", ["response", "finish", "abort", "timeout", "error", "close"]);
  req.on("response", (res) => { on(res, "res ", ["end", "error", "aborted", "timeout", "close"]); if (!each.keep) res.resume(); });
});
const post = (path, options, ...chunks) => { const req = request(`${B}${path}`, { method: "POST", ...options }); for (const c of chunks) req.write(c); req.end(); return req; };
const echo = async (req) => JSON.parse(await bodyOf(await answered(req)));
const own = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(date|connection|keep-alive|transfer-encoding)$/.test(name)));

const T = {
  get: async () => { const res = await answered(get(`${B}/echo?a=1`)); return [res.statusCode, res.statusMessage, res.httpVersion, own(res.headers), await bodyOf(res), res.complete]; },
  post: () => echo(post("/echo", { headers: { "content-type": "text/x" } }, "one ", "two")), end: () => { const req = request(`${B}/echo`, { method: "POST" }); req.end("whole"); return echo(req); },
  postLength: () => echo(post("/echo", { headers: { "content-length": 5 } }, "12345")), put: () => echo(post("/echo", { method: "PUT" })), buffer: () => echo(post("/echo", {}, Buffer.from([65, 66]), new Uint8Array([67]))),
  hex: () => { const req = request(`${B}/echo`, { method: "POST" }); req.write("6162", "hex"); req.end("YWI=", "base64"); return echo(req); },
  getBody: () => echo(post("/echo", { method: "GET" }, "dropped")), delete: () => echo(post("/echo", { method: "DELETE" }, "x")),
  headers: () => echo(get({ host: "127.0.0.1", port: P.up, path: "/echo", headers: { "X-A": ["1", "2"], "x-b": 5, authorization: "t" } })), auth: () => echo(get({ host: "127.0.0.1", port: P.up, path: "/echo", auth: "u:p" })),
  arrayHeaders: () => echo(request({ host: "127.0.0.1", port: P.up, path: "/echo", headers: ["X-A", "1", "x-b", "2"] }).end()), setHeader: () => { const req = request(`${B}/echo`); req.setHeader("x-c", "3"); req.removeHeader("x-d"); return echo(req.end()); },
  names: () => { const req = request(`${B}/echo`, { headers: { "X-Mixed": "1" } }); const out = [req.getHeaderNames(), req.getRawHeaderNames(), req.getHeader("x-mixed"), req.hasHeader("X-MIXED"), req.method, req.path, req.host, req.protocol, req.aborted, req.reusedSocket, req.writableEnded]; req.end(); return answered(req).then((res) => { res.resume(); return out; }); },
  redirect: async () => { const res = await answered(get(`${B}/redir?to=/echo`)); res.resume(); return [res.statusCode, res.headers.location]; },
  cookies: async () => { const res = await answered(get(`${B}/cookie`)); res.resume(); return [res.headers["set-cookie"], res.headersDistinct?.["set-cookie"]]; },
  status: async () => { const res = await answered(get(`${B}/status?s=404`)); return [res.statusCode, res.statusMessage, await bodyOf(res)]; }, noContent: async () => { const res = await answered(get(`${B}/noct`)); return [res.statusCode, await bodyOf(res)]; },
  head: async () => { const res = await answered(request(`${B}/echo`, { method: "HEAD" }).end()); return [res.statusCode, await bodyOf(res)]; }, encoding: async () => { const res = await answered(get(`${B}/status?s=200`)); res.setEncoding("utf8"); return typeof await bodyOf(res); },
  events: () => told(get(`${B}/echo`)), eventsPost: () => told(post("/echo", {}, "x")), unread: async () => { const req = get(`${B}/echo`); await answered(req); req.destroy(); return req.destroyed; },
  refused: () => told(get("http://127.0.0.1:1/")).then((all) => all.map(([name]) => name)), abort: () => { const req = get(`${B}/hang`); setTimeout(() => req.abort(), 30); return told(req); }, abortNow: () => { const req = request(`${B}/echo`); req.abort(); return told(req); },
  destroy: () => { const req = get(`${B}/hang`); setTimeout(() => req.destroy(), 30); return told(req); }, destroyError: () => { const req = get(`${B}/hang`); setTimeout(() => req.destroy(new Error("mine")), 30); return told(req); },
  signal: () => { const c = new AbortController(); const req = get(`${B}/hang`, { signal: c.signal }); setTimeout(() => c.abort(), 30); return told(req); }, signalBefore: () => told(get(`${B}/hang`, { signal: AbortSignal.abort() })),
  timeout: () => told(get(`${B}/hang`, { timeout: 30 })), setTimeout: () => { const req = get(`${B}/hang`); req.setTimeout(30, () => {}); return told(req); }, timeoutDestroys: () => { const req = get(`${B}/hang`, { timeout: 30 }); return told(req, { timeout: () => req.destroy(new Error("too slow")) }); },
  timeoutOff: () => { const req = get(`${B}/echo`, { timeout: 30 }); req.setTimeout(0); return told(req); }, half: () => told(get(`${B}/half`)).then((all) => all.map(([name]) => name)),
  twice: () => { const req = request(`${B}/echo`, { method: "POST" }); req.end("a"); req.end(); return echo(req); }, late: () => { const req = request(`${B}/echo`); req.end(); try { req.setHeader("a", "b"); return answered(req).then((r) => { r.resume(); return "set"; }); } catch (e) { return plain(e); } },
  badPath: () => get({ host: "x", path: "/a b" }), badPath2: () => get({ host: "x", path: "//other/" }), badProtocol: () => get("ftp://x/"), badProtocol2: () => http.get("https://x/"), badMethod: () => request({ method: "a b" }), badMethod2: () => request({ method: 5 }), badHost: () => request({ host: 5 }), badHost2: () => request({ hostname: {} }),
  badHeader: () => request({ headers: { "a b": "1" } }), badHeader2: () => request({ headers: { a: "\n" } }), badHeader3: () => request({ headers: ["a"] }), badAgent: () => request({ agent: {} }), badTimeout: () => request({ timeout: "x" }), badTimeout2: () => request({ timeout: -1 }),
  noLookup: () => request({ lookup() {} }), noPath: () => request({ socketPath: "/x" }), noCreate: () => request({ createConnection() {} }), noSize: () => request({ maxHeaderSize: 5 }), trailers: () => request(`${B}/echo`).addTrailers({ a: "b" }), badURL: () => get("http://["),
  agent: () => { const a = new Agent({ keepAlive: true, maxSockets: 3 }); return [a.keepAlive, a.maxSockets, a.maxFreeSockets, a.defaultPort, a.protocol, a.scheduling, a.getName({ host: "h", port: 1 }), new https.Agent().defaultPort, http.globalAgent instanceof Agent]; },
  agentUsed: () => echo(get(`${B}/echo`, { agent: new Agent() })), agentNone: () => echo(get(`${B}/echo`, { agent: false })), callback: () => new Promise((done) => get(`${B}/status?s=201`, (res) => { res.resume(); done(res.statusCode); })), callback2: () => new Promise((done) => request({ host: "127.0.0.1", port: P.up, path: "/status?s=202" }, (res) => { res.resume(); done(res.statusCode); }).end()),
  destroyRes: async () => { const res = await answered(get(`${B}/endless`)); await new Promise((r) => res.once("data", r)); const e = await new Promise((r) => { res.on("error", r); res.on("close", () => r("closed")); res.destroy(new Error("enough")); }); return plain(e); },
  many: async () => (await Promise.all(Array.from({ length: 20 }, async (_, i) => (await answered(get(`${B}/status?s=${200 + i}`).on("response", (r) => r.resume()))).statusCode))).join(),
};
export default { async fetch(req) {
  const url = new URL(req.url), n = url.pathname.slice(1);
  P = JSON.parse(url.searchParams.get("ports") ?? "{}"); B = `http://127.0.0.1:${P.up}`;
  if (n === "list") return Response.json(Object.keys(T));
  try { const v = await Promise.race([T[n](), new Promise((f) => setTimeout(f, 8000, "PENDING"))]); return new Response(`${n}: ${typeof v === "string" ? v : JSON.stringify(v)}\n`); } catch (e) { return new Response(`${n}: THROWS ${plain(e)}\n`); }
} };
