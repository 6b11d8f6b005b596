const c = () => caches.default;
const R = (init, body = "x") => new Response(body, init);
const tryit = async (f) => { try { return await f(); } catch (e) { return `${e.name}: ${e.message}`; } };
const put = (req, res) => tryit(() => c().put(req, res));
export default {
  classes: () => [Object.prototype.toString.call(caches), Object.prototype.toString.call(caches.default), typeof CacheStorage, typeof Cache, caches.default === caches.default, Object.getOwnPropertyNames(CacheStorage.prototype).sort().join(), Object.getOwnPropertyNames(Cache.prototype).sort().join()],
  "illegal constructors": async () => [await tryit(() => new Cache()), await tryit(() => new CacheStorage())],
  "put, method": () => put(new Request("http://a/", { method: "POST" }), R()),
  "put, HEAD": () => put(new Request("http://a/", { method: "HEAD" }), R()),
  "put, 206": () => put("http://a/", R({ status: 206 })),
  "put, vary": () => put("http://a/", R({ headers: { vary: "a, *" } })),
  "put, used": async () => { const r = R(); await r.text(); return put("http://a/", r); },
  "put, relative": () => put("/a", R()),
  "put, no response": () => put("http://a/", "x"),
  "put, no arguments": () => tryit(() => c().put()),
  "put, one argument": () => tryit(() => c().put("http://a/")),
  "put, 304": () => put("http://a/", R({ status: 304 }, null)),
  "match, no arguments": () => tryit(() => c().match()),
  "match, relative": () => tryit(() => c().match("/a")),
  "match, POST": async () => tryit(() => c().match(new Request("http://a/", { method: "POST" }))),
  "delete, POST": async () => tryit(() => c().delete(new Request("http://a/", { method: "POST" }))),
  "delete, relative": () => tryit(() => c().delete("/a")),
  "open, no arguments": () => tryit(() => caches.open()),
  "open, long": () => tryit(async () => Object.prototype.toString.call(await caches.open("x".repeat(2000)))),
  add: () => tryit(() => c().add("http://a/")),
  others: () => tryit(async () => [typeof c().addAll, typeof c().keys, typeof c().matchAll, typeof caches.has, typeof caches.match, typeof caches.keys, typeof caches.delete]),
};
