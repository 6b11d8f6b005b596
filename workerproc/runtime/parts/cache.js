// The Cache API. What HTTP says about what may be kept, for how long and how it is answered from is decided here; the
// supervisor keeps bytes under keys, for this Worker alone (ops.cacheCall).
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { PRIVATE, Request, Response, Headers, isRequest, isResponse, responseState, listOf } = core;
  const streams = core.part("streams").internal;
  const verbs = { match: 1, read: 2, put: 3, write: 4, commit: 5, abort: 6, delete: 7 };
  const chunkSize = 64 * 1024;

  const wrong = (method, on, n, type) => new TypeError(`Failed to execute '${method}' on '${on}': parameter ${n} is not of type '${type}'.`);

  // --- calls

  const pending = new Map(); // by number: how to settle it, and whose it is

  function call(verb, { cache = "", key = "", entry = 0, offset = 0, expires = 0, meta, data } = {}) {
    const n = ops.cacheCall(verbs[verb], cache, key, entry, offset, expires, meta, data);
    return new p.Promise((resolve, reject) => pending.set(n, { resolve, reject, invocation: ops.current() }));
  }

  core.ended.push((id) => {
    for (const [n, call] of pending) if (call.invocation === id) pending.delete(n);
  });

  function cacheResult(n, failure, found, entry, size, meta, data) {
    const waiting = pending.get(n);
    if (waiting === undefined) return;
    pending.delete(n);
    if (failure === undefined) return waiting.resolve({ found, entry, size, meta, data });
    const [kind, name, message] = failure;
    const error = new (name === "TypeError" ? TypeError : Error)(message);
    if (kind === "denied") tooLarge.add(error);
    waiting.reject(error);
  }
  const tooLarge = new WeakSet(); // errors that say that something doesn't fit

  // --- what may be kept, and for how long (RFC 9111, and the Workers runtime's rules)

  // directives reads Cache-Control: name → value, true for none.
  function directives(text) {
    const found = { __proto__: null };
    const each = /([^\s,;="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?/g;
    for (const m of (text ?? "").matchAll(each)) found[m[1].toLowerCase()] ??= m[2] ?? m[3] ?? true;
    return found;
  }

  const seconds = (value) => (typeof value === "string" && /^\d+$/.test(value) ? Math.min(Number(value), 315360000) : undefined);

  // What is kept without a word about it: seconds by status.
  const unsaid = { __proto__: null, 200: 7200, 203: 7200, 301: 7200, 302: 1200, 303: 1200, 404: 180, 410: 180 };

  // lifetime is how many seconds a response may be kept for; 0: not at all.
  function lifetime(status, headers, control) {
    if (control["no-store"] !== undefined || control["no-cache"] === true || control.private === true) return 0;
    const said = seconds(control["s-maxage"]) ?? seconds(control["max-age"]);
    if (said !== undefined) return Math.max(0, said - (seconds(headers.get("age")) ?? 0));
    const expires = headers.get("expires");
    if (expires === null) return unsaid[status] ?? 0;
    const date = Date.parse(headers.get("date") ?? "");
    const left = (Date.parse(expires) - (Number.isNaN(date) ? ops.now() : date)) / 1000;
    return left > 0 ? left : 0;
  }

  const fields = (value) => (typeof value === "string" ? value.split(",").map((s) => s.trim().toLowerCase()) : []);

  // --- requests

  function requestOf(method, args) {
    if (args.length === 0 || args[0] === undefined) throw wrong(method, "Cache", 1, "Request or string");
    return isRequest(args[0]) ? args[0] : new Request(`${args[0]}`);
  }
  const keyOf = (request) => request.url.split("#", 1)[0];
  const onlyGET = (request, options) => request.method !== "GET" && !options?.ignoreMethod;

  // conditional tells whether what the request knows is still so.
  function notModified(request, headers) {
    const tags = request.headers.get("if-none-match");
    if (tags !== null) {
      const own = weak(headers.get("etag") ?? "");
      return own !== "" && tags.split(",").some((tag) => tag.trim() === "*" || weak(tag.trim()) === own);
    }
    const since = Date.parse(request.headers.get("if-modified-since") ?? "");
    const changed = Date.parse(headers.get("last-modified") ?? "");
    return changed <= since;
  }
  const weak = (tag) => (tag.startsWith("W/") ? tag.slice(2) : tag);

  // rangeOf reads a Range of one part: [first, last], "none" of it can be given, undefined for all.
  function rangeOf(request, headers, size) {
    const m = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(request.headers.get("range") ?? "");
    if (m === null || (m[1] === "" && m[2] === "")) return undefined;
    const condition = request.headers.get("if-range");
    if (condition !== null && condition !== headers.get("etag") && condition !== headers.get("last-modified")) return undefined;
    const [from, to] = m[1] === "" ? [Math.max(0, size - Number(m[2])), size - 1] : [Number(m[1]), m[2] === "" ? size - 1 : Math.min(Number(m[2]), size - 1)];
    return from >= size || (m[1] === "" && m[2] === "0") ? "none" : from > to ? undefined : [from, to];
  }

  // --- bodies

  // bodyFrom streams [from, to] of an entry; data are its first bytes.
  function bodyFrom(entry, data, from, to) {
    let at = from;
    return streams.fromPull({
      async pull() {
        if (at > to) return undefined;
        const there = at < data.length ? data.subarray(at, to + 1) : (await call("read", { entry, offset: at })).data.subarray(0, to + 1 - at);
        at += there.length;
        return there.slice();
      },
    });
  }

  async function store(cache, key, meta, expires, body) {
    const { entry } = await call("put");
    try {
      let data = new Uint8Array(0);
      if (body !== null) {
        const reader = streams.readerOf(body);
        const { bytesOf } = core.part("encoding").internal;
        try {
          for (;;) {
            const { done, value } = await reader.read();
            if (done) break;
            data = await writeWhole(entry, data, bytesOf(value));
          }
        } catch (e) {
          p.then(reader.cancel(e), undefined, () => {});
          throw e;
        }
      }
      await call("commit", { cache, key, entry, expires, meta: ops.utf8Encode(JSON.stringify(meta)), data });
    } catch (e) {
      if (tooLarge.has(e)) return; // nobody has promised to keep it
      p.then(call("abort", { entry }), undefined, () => {});
      throw e;
    }
  }

  // writeWhole writes what fills a chunk and returns the rest.
  async function writeWhole(entry, data, more) {
    data = data.length === 0 ? more : ops.bytesConcat([data, more]);
    let at = 0;
    for (; data.length - at > chunkSize; at += chunkSize) await call("write", { entry, data: data.subarray(at, at + chunkSize) });
    return data.slice(at);
  }

  class Cache {
    #name;
    constructor(key, name) {
      if (key !== PRIVATE) throw new TypeError("Illegal constructor");
      this.#name = name;
    }
    async put(...args) {
      const request = requestOf("put", args);
      const response = args[1];
      if (!isResponse(response)) throw wrong("put", "Cache", 2, "Response");
      if (request.method !== "GET") throw new TypeError("Cannot cache response to non-GET request.");
      if (response.status === 206) throw new TypeError("Cannot cache response to a range request (206 Partial Content).");
      const { headers } = response;
      if (fields(headers.get("vary") ?? "").includes("*")) throw new TypeError("Cannot cache response with 'Vary: *' header.");
      if (response.bodyUsed) throw new TypeError("Body has already been used. It can only be used once. Use tee() first if you need to read it twice.");
      const control = directives(headers.get("cache-control"));
      const kept = new Headers(headers);
      for (const name of [...fields(control.private), ...fields(control["no-cache"])]) if (name !== "") kept.delete(name);
      const ttl = kept.has("set-cookie") || response.status === 304 || response.status < 200 ? 0 : lifetime(response.status, headers, control);
      if (ttl <= 0) {
        await response.body?.cancel();
        return;
      }
      const meta = { status: response.status, statusText: response.statusText, list: listOf(kept) };
      await store(this.#name, keyOf(request), meta, Math.ceil(ops.now() + ttl * 1000), response.body);
    }
    async match(...args) {
      const request = requestOf("match", args);
      if (onlyGET(request, args[1])) return undefined;
      const { found, entry, size, meta, data = new Uint8Array(0) } = await call("match", { cache: this.#name, key: keyOf(request) });
      if (!found) return undefined;
      const { status, statusText, list } = JSON.parse(ops.utf8Decode(meta, false, false));
      return answer(request, { status, statusText, list, entry, size, data });
    }
    async delete(...args) {
      const request = requestOf("delete", args);
      if (onlyGET(request, args[1])) return false;
      return (await call("delete", { cache: this.#name, key: keyOf(request) })).found;
    }
    async add() { throw new Error("Failed to execute 'add' on 'Cache': the method is not implemented."); }
    async addAll() { throw new Error("Failed to execute 'addAll' on 'Cache': the method is not implemented."); }
    async matchAll() { throw new Error("Failed to execute 'matchAll' on 'Cache': the method is not implemented."); }
    async keys() { throw new Error("Failed to execute 'keys' on 'Cache': the method is not implemented."); }
    get [Symbol.toStringTag]() { return "Cache"; }
  }

  function answer(request, found) {
    const { status, statusText, list, entry, size, data } = found;
    const headers = new Headers();
    for (let i = 0; i < list.length; i += 2) headers.append(list[i], list[i + 1]);
    headers.set("cf-cache-status", "HIT");
    const give = (status, statusText, body) => {
      const response = new Response(body, { status, statusText, headers });
      responseState(response).immutable = true;
      return response;
    };
    if (notModified(request, headers)) {
      for (const name of ["content-length", "content-encoding"]) headers.delete(name);
      return give(304, "", null);
    }
    const range = status === 200 ? rangeOf(request, headers, size) : undefined;
    if (range === "none") {
      headers.set("content-range", `bytes */${size}`);
      headers.delete("content-length");
      return give(416, "", null);
    }
    if (range !== undefined) {
      const [from, to] = range;
      headers.set("content-range", `bytes ${from}-${to}/${size}`);
      headers.set("content-length", `${to - from + 1}`);
      return give(206, "", bodyFrom(entry, data, from, to));
    }
    const none = status === 204 || status === 205;
    return give(status, statusText, none ? null : size === data.length ? data : bodyFrom(entry, data, 0, size - 1));
  }

  // The default cache has a name that none can be opened under.
  const longest = 1024;

  class CacheStorage {
    constructor(key) {
      if (key !== PRIVATE) throw new TypeError("Illegal constructor");
      p.defineProperty(this, "default", { value: new Cache(PRIVATE, ""), enumerable: true });
    }
    async open(...args) {
      if (args.length === 0) throw wrong("open", "CacheStorage", 1, "string");
      const name = `${args[0]}`;
      if (name.length > longest) throw new TypeError("Cache name is too long.");
      return new Cache(PRIVATE, `/${name}`);
    }
    async match() { throw new Error("Failed to execute 'match' on 'CacheStorage': the method is not implemented."); }
    async has() { throw new Error("Failed to execute 'has' on 'CacheStorage': the method is not implemented."); }
    async delete() { throw new Error("Failed to execute 'delete' on 'CacheStorage': the method is not implemented."); }
    async keys() { throw new Error("Failed to execute 'keys' on 'CacheStorage': the method is not implemented."); }
    get [Symbol.toStringTag]() { return "CacheStorage"; }
  }

  return { caches: new CacheStorage(PRIVATE), CacheStorage, Cache, internal: { cacheResult } };
})
