// Variations of the documentation's examples, as a reader makes them. The answers of workerd are in variations.txt.
import { WorkerEntrypoint } from "cloudflare:workers";
export class HttpGateway extends WorkerEntrypoint { async fetch(request) { return Response.json({ url: request.url, auth: request.headers.get("authorization"), props: this.ctx.props, method: request.method }); } nope() {} }
export class Chat extends WorkerEntrypoint { async post(text) { if (text.length > 10) throw new Error("too long: " + text.length); return { room: this.ctx.props.room, text }; } async list(n = 2, ...rest) { return Array.from({ length: n }, (_, i) => i).concat(rest); } get topic() { return "t"; } }
export class T extends WorkerEntrypoint { tail() {} }
const D = { compatibilityDate: "2026-05-01", mainModule: "src/index.js" };
export default { async fetch(request, env, ctx) {
  const L = env.LOADER, out = [];
  const run = async (n, f) => { try { out.push([n, await Promise.race([f(), new Promise((_, no) => setTimeout(() => no(new Error("hangs")), 30000))])]); } catch (e) { out.push([n, "!" + e.name + ": " + e.message]); } };
  const load = (src, more) => L.load({ ...D, modules: { "src/index.js": src }, globalOutbound: null, ...more }).getEntrypoint();
  const text = async (src, more, url = "http://x/") => (await load(src, more).fetch(url)).text();
  await run("gateway", () => text("export default { async fetch() { const r = await fetch('https://api.example.com/v1?x=1', { method: 'POST', headers: { a: 'b' }, body: 'x' }); return new Response(await r.text()) } }", { globalOutbound: ctx.exports.HttpGateway({ props: { tenant: 1 } }) }));
  await run("gateway props cyc", () => text("export default { async fetch() { const r = await fetch('http://a/'); return new Response(await r.text()) } }", { globalOutbound: ctx.exports.HttpGateway({ props: { d: new Date(0), m: new Map([[1, 2]]) } }) }));
  await run("chat", () => text("export default { async fetch(r, env) { return Response.json([await env.CHAT.post('hi'), await env.CHAT.list(), await env.CHAT.list(1, 2, 3), await env.CHAT.topic]) } }", { env: { CHAT: ctx.exports.Chat({ props: { room: "r" } }) } }));
  await run("chat error", () => text("export default { async fetch(r, env) { return Response.json(await env.CHAT.post('x'.repeat(20))) } }", { env: { CHAT: ctx.exports.Chat({ props: { room: "r" } }) } }));
  await run("chat no such method", () => text("export default { async fetch(r, env) { return Response.json(await env.CHAT.remove('x')) } }", { env: { CHAT: ctx.exports.Chat({ props: {} }) } }));
  await run("chat without env", () => text("export default { async fetch(r, env) { return Response.json(await env.CHAT.post('x')) } }"));
  await run("chat fetch on it", () => text("export default { async fetch(r, env) { return env.CHAT.fetch('http://x/') } }", { env: { CHAT: ctx.exports.Chat({ props: {} }) } }));
  await run("no props", () => text("export default { async fetch(r, env) { return Response.json(await env.CHAT.post('x')) } }", { env: { CHAT: ctx.exports.Chat } }));
  await run("cjs main", async () => (await L.load({ ...D, mainModule: "i", modules: { i: { cjs: "module.exports = { fetch() { return new Response('cjs') } }" } } }).getEntrypoint().fetch("http://x/")).text());
  await run("data", () => text("import d from 'd'; import j from 'j'; import t from 't'; export default { fetch() { return Response.json([new Uint8Array(d).length, j, t]) } }", { modules: { "src/index.js": "import d from '../d'; import j from '../j'; import t from '../t'; export default { fetch() { return Response.json([new Uint8Array(d).length, j, t]) } }", d: { data: new ArrayBuffer(3) }, j: { json: { a: [1] } }, t: { text: "t" } } }));
  await run("tail ok", () => text("export default { fetch() { console.log('a', { b: 1 }); console.error(new Error('e').message); return new Response('x') } }", { tails: [ctx.exports.T({ props: {} })] }));
  await run("tail throws", () => text("export default { fetch() { console.warn('w'); throw new TypeError('boom') } }", { tails: [ctx.exports.T({ props: {} }), ctx.exports.T({ props: {} })] }));
  await run("get twice", async () => { const g = (v) => L.get("k", async () => ({ ...D, modules: { "src/index.js": `let n = 0; export default { fetch() { return new Response('${v}' + ++n) } }` } })).getEntrypoint().fetch("http://x/").then(r => r.text()); return [await g("a"), await g("b")]; });
  await run("redirect", async () => { const r = await load("export default { fetch() { return Response.redirect('http://y/', 302) } }").fetch("http://x/", { redirect: "manual" }); return [r.status, r.headers.get("location")]; });
  await run("forward request", async () => (await load("export default { async fetch(r) { return new Response([r.method, r.url, r.headers.get('x-a'), await r.text(), r.cf === undefined].join()) } }").fetch(new Request("http://h/p?q", { method: "POST", body: "b", headers: { "x-a": "1" } }))).text());
  await run("websocket", async () => { const r = await load("export default { fetch(r) { const [c, s] = Object.values(new WebSocketPair()); s.accept(); s.addEventListener('message', (e) => s.send('echo ' + e.data)); return new Response(null, { status: 101, webSocket: c }) } }").fetch("http://x/", { headers: { upgrade: "websocket" } }); const ws = r.webSocket; ws.accept(); const got = new Promise((y) => ws.addEventListener("message", (e) => y(e.data))); ws.send("hi"); return await got; });
  await run("stream", async () => { const r = await load("export default { fetch() { const { readable, writable } = new TransformStream(); const w = writable.getWriter(); (async () => { for (const x of 'abc') { await w.write(new TextEncoder().encode(x)); await new Promise(r => setTimeout(r, 5)) } await w.close() })(); return new Response(readable) } }").fetch("http://x/"); let s = []; for await (const c of r.body) s.push(new TextDecoder().decode(c)); return s.join(""); });
  await run("abort", async () => { const c = new AbortController(); setTimeout(() => c.abort(new Error("stop")), 20); return (await load("export default { fetch() { return new Promise((y) => setTimeout(() => y(new Response('late')), 3000)) } }").fetch("http://x/", { signal: c.signal })).text(); });
  await run("waitUntil", () => text("export default { fetch(r, e, ctx) { ctx.waitUntil(new Promise(y => setTimeout(y, 5))); return new Response('w') } }"));
  await run("scheduled", () => load("export default { scheduled() {} }").scheduled?.({}));
  await run("env mutable", () => text("export default { fetch(r, env) { env.x = 1; delete env.A; return Response.json(env) } }", { env: { A: 1, B: { c: [1] } } }));
  await run("global state", async () => { const w = L.load({ ...D, modules: { "src/index.js": "globalThis.n = (globalThis.n ?? 0); export default { fetch() { return new Response(String(++n)) } }" } }); return [await (await w.getEntrypoint().fetch("http://x/")).text(), await (await w.getEntrypoint().fetch("http://x/")).text()]; });
  await run("nested loader", () => text("export default { fetch(r, env) { return new Response(typeof env.LOADER) } }"));
  await run("headers case", async () => [...(await load("export default { fetch() { const h = new Headers({ 'X-B': '1' }); h.append('Set-Cookie', 'a=1'); h.append('Set-Cookie', 'b=2'); return new Response('', { headers: h }) } }").fetch("http://x/")).headers]);
  await run("big body", async () => (await load("export default { async fetch(r) { return new Response((await r.arrayBuffer()).byteLength + '') } }").fetch("http://x/", { method: "POST", body: new Uint8Array(5e6) })).text());
  await run("string url", async () => (await load("export default { fetch(r) { return new Response(r.url) } }").fetch(new URL("http://h/ä b?x=ü#f"))).text());
  await run("relative url", async () => (await load("export default { fetch(r) { return new Response(r.url) } }").fetch("/x")).text());
  return new Response(out.map((x) => JSON.stringify(x)).join("\n") + "\n");
} };
