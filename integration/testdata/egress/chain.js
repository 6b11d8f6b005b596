// A Worker, its children and their gateways: what passes through a chain of globalOutbounds.
import { WorkerEntrypoint } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const show = (e) => `${e?.name}: ${e?.message}`;
const text = (stream) => new Response(stream).text();

export class Gateway extends WorkerEntrypoint {
  async fetch(request) {
    const headers = new Headers(request.headers);
    headers.set("x-tenant", this.ctx.props.tenant);
    headers.append("x-hops", `${request.method} ${request.redirect}`);
    return fetch(new Request(request, { headers }));
  }
  async connect(socket) {
    const { localAddress } = await socket.opened;
    const out = connect(localAddress);
    await Promise.all([socket.readable.pipeTo(out.writable), out.readable.pipeTo(socket.writable)]);
  }
}
export class Passing extends WorkerEntrypoint { // touches nothing
  fetch(request) { return fetch(request); }
  connect(socket) { return socket.opened.then(({ localAddress }) => { const out = connect(localAddress); return Promise.all([socket.readable.pipeTo(out.writable), out.readable.pipeTo(socket.writable)]); }); }
}
export class Refusing extends WorkerEntrypoint {
  fetch() { throw new RangeError("not today"); }
  connect() { throw new RangeError("not today, either"); }
}
export class Answering extends WorkerEntrypoint {
  async fetch(request) {
    if (request.headers.get("upgrade") === "websocket") {
      const [client, server] = Object.values(new WebSocketPair());
      server.accept();
      server.addEventListener("message", ({ data }) => server.send(`echo ${data}`));
      server.addEventListener("close", ({ code, reason }) => server.close(code, reason));
      this.ctx.waitUntil(new Promise((done) => server.addEventListener("close", done)));
      return new Response(null, { status: 101, webSocket: client });
    }
    return new Response(`answered ${await request.text()}`, { headers: { "x-a": "b" } });
  }
}

const child = `
import { connect } from "cloudflare:sockets";
const show = (e) => e?.name + ": " + e?.message;
const text = (stream) => new Response(stream).text();
const socketOf = (port) => connect("127.0.0.1:" + port);
const tests = {
  get: async ({ up }) => { const r = await fetch("http://127.0.0.1:" + up + "/echo", { headers: { "x-mine": "1" } }); return [r.url, r.status, await r.json()]; },
  redirect: async ({ up }) => { const r = await fetch("http://127.0.0.1:" + up + "/redir?to=/echo"); return [r.url, r.redirected, (await r.json()).h]; },
  manual: async ({ up }) => { const r = await fetch("http://127.0.0.1:" + up + "/redir?to=/echo", { redirect: "manual" }); return [r.status, r.headers.get("location")]; },
  upload: async ({ up }) => {
    let sent = 0;
    const body = new ReadableStream({ pull(c) { if (sent === 64) return c.close(); sent++; c.enqueue(new Uint8Array(16384)); } });
    return await (await fetch("http://127.0.0.1:" + up + "/sink", { method: "POST", body })).text();
  },
  download: async ({ up }) => { let n = 0; for await (const chunk of (await fetch("http://127.0.0.1:" + up + "/big?n=3000000")).body) n += chunk.length; return n; },
  streamed: async ({ up }) => {
    const id = crypto.randomUUID(), of = (path) => fetch("http://127.0.0.1:" + up + path + "?id=" + id);
    const reader = (await of("/held")).body.getReader();
    let all = new TextDecoder().decode((await reader.read()).value);
    const before = all;
    await (await of("/release")).text();
    for (let r; !(r = await reader.read()).done;) all += new TextDecoder().decode(r.value);
    return [before, all];
  },
  gzip: async ({ up }) => { const r = await fetch("http://127.0.0.1:" + up + "/gzip"); return [r.headers.get("content-encoding"), await r.text()]; },
  abort: async ({ up }) => { const c = new AbortController(); setTimeout(() => c.abort(new RangeError("enough")), 20); return fetch("http://127.0.0.1:" + up + "/hang", { signal: c.signal }).then(() => "answered", show); },
  lost: async ({ up }) => fetch("http://127.0.0.1:" + up + "/reset").then(() => "answered", show),
  half: async ({ up }) => (await fetch("http://127.0.0.1:" + up + "/half")).text().then(() => "read", show),
  websocket: async ({ up }) => {
    const w = new WebSocket("ws://127.0.0.1:" + up + "/ws");
    return await new Promise((f) => { const log = []; w.onopen = () => w.send("hi"); w.onmessage = (e) => { log.push(e.data); w.close(3001, "bye"); }; w.onclose = (e) => f([...log, e.code, e.reason]); w.onerror = (e) => f([e.message]); });
  },
  upgrade: async ({ up }) => {
    const r = await fetch("http://127.0.0.1:" + up + "/ws", { headers: { upgrade: "websocket" } });
    const w = r.webSocket; w.accept();
    return await new Promise((f) => { w.onmessage = (e) => { w.close(1000, "x"); f([r.status, typeof e.data === "string" ? e.data : e.data.byteLength]); }; w.send(new Uint8Array(5)); });
  },
  socket: async ({ echo }) => {
    const s = socketOf(echo);
    const opened = await s.opened;
    const w = s.writable.getWriter();
    await w.write(new TextEncoder().encode("ab"));
    await w.close();
    return [opened.remoteAddress === "127.0.0.1:" + echo, await text(s.readable)];
  },
  hello: async ({ hello }) => { const s = socketOf(hello); const t = await text(s.readable); await s.closed; return t; },
};
export default { async fetch(request) {
  const url = new URL(request.url);
  try { return Response.json(await tests[url.pathname.slice(1)](JSON.parse(url.searchParams.get("ports")))); } catch (e) { return Response.json("threw " + show(e)); }
} };`;

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    const [, how, ...test] = url.pathname.split("/");
    const outbound = { inherit: undefined, none: null, gateway: ctx.exports.Gateway({ props: { tenant: "t1" } }), passing: ctx.exports.Passing({ props: {} }),
      refusing: ctx.exports.Refusing({ props: {} }), answering: ctx.exports.Answering({ props: {} }) }[how];
    const code = { compatibilityDate: "2026-01-01", mainModule: "a.js", modules: { "a.js": child } };
    if (how !== "inherit") code.globalOutbound = outbound;
    url.pathname = `/${test.join("/")}`;
    return env.LOADER.get(how, () => code).getEntrypoint().fetch(new Request(url));
  },
};
