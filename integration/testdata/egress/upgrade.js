// A Worker that answers requests with WebSockets. What its ends have seen is kept by the request's id, for ?seen.
import { WorkerEntrypoint } from "cloudflare:workers";

const seen = new Map();
const show = (e) => (e instanceof Error ? `${e.name}: ${e.message}` : String(e));

function pair(id, f) {
  const [client, server] = Object.values(new WebSocketPair());
  const list = [];
  seen.set(id, list);
  server.addEventListener("message", (e) => list.push(["message", typeof e.data === "string" ? e.data : e.data.byteLength ?? e.data.size, e.data?.constructor.name]));
  server.addEventListener("close", (e) => list.push(["close", e.code, e.reason, e.wasClean]));
  server.addEventListener("error", (e) => list.push(["error", show(e.error)]));
  f?.(server);
  return client;
}
const up = (client, init) => new Response(null, { status: 101, webSocket: client, ...init });
const echo = (s) => { s.accept(); s.addEventListener("message", (e) => s.send(e.data)); };
const routes = {
  echo: (id) => up(pair(id, echo)),
  reply: (id) => up(pair(id, (s) => { echo(s); s.addEventListener("close", (e) => s.close(e.code, "re:" + e.reason)); })),
  greet: (id) => up(pair(id, (s) => { s.accept(); s.send("hello"); s.send(new Uint8Array([1, 2])); })),
  bye: (id) => up(pair(id, (s) => { s.accept(); s.close(4001, "bye"); })),
  plainbye: (id) => up(pair(id, (s) => { s.accept(); s.close(); })),
  late: (id) => up(pair(id, (s) => { s.accept(); setTimeout(() => { s.send("late"); s.close(1000, "ok"); }, 5); })),
  headers: (id, r) => up(pair(id, (s) => { s.accept(); s.send([...r.headers].filter(([k]) => /^(upgrade|connection|sec-|x-)/.test(k)).join(" ")); }), { headers: { "x-a": "b", "set-cookie": "c=d", "sec-websocket-protocol": "p2", "sec-websocket-accept": "forged", "sec-websocket-extensions": "x" } }),
  no: () => new Response("no", { status: 403, headers: { "x-a": "b" } }),
  stream: () => new Response(new Blob(["x".repeat(300000)]).stream()),
  err: () => { throw new RangeError("not today"); },
  flood: (id) => up(pair(id, (s) => { s.accept(); const text = "x".repeat(1000); for (let i = 0; i < 2000; i++) s.send(i + text); s.close(1000, "all"); })),
  loop: (id) => up(pair(id, (s) => { s.accept(); s.addEventListener("message", () => { for (;;); }); })),
  forward: (id, r, u) => fetch(u.searchParams.get("up"), r),
  service: async (id, r, u, ctx) => ctx.exports.Inner({ props: { id } }).fetch(r),
  seen: (id) => Response.json(seen.get(id) ?? []),
};
export class Inner extends WorkerEntrypoint {
  fetch() { return up(pair(this.ctx.props.id, echo)); }
}
export default {
  fetch(request, env, ctx) {
    const u = new URL(request.url);
    return routes[u.pathname.split("/").pop()](u.searchParams.get("id"), request, u, ctx);
  },
};
