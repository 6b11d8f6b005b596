// fetch(), on whatever stub: the global one is that on globalOutbound (grant 0). Redirects are followed here, each hop a call
// of its own, so that a gateway sees all of them. The wording is the Workers runtime's.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { call, isWaited, promiseIn, records, sendFetch, thereOf } = core.part("rpc").internal;
  const { PRIVATE } = core;

  const redirects = { __proto__: null, 301: 1, 302: 1, 303: 1, 307: 1, 308: 1 };
  const maxRedirects = 20;
  const oneTime = "A request with a one-time-use body (it was initialized from a stream, not a buffer) encountered a redirect requiring the body to be " +
    "retransmitted. To avoid this error in the future, construct this request from a buffer-like body initializer.";

  function fetchOn(record, input, init) {
    try {
      if (init !== undefined && init !== null && typeof init !== "object" && typeof init !== "function") throw new TypeError("Failed to execute 'fetch' on 'ServiceWorkerGlobalScope': parameter 2 is not of type 'RequestInitializerDict or Request'.");
      const request = init === undefined && core.isRequest(input) ? input : new core.Request(input, init);
      const answer = atOnce(record, request);
      return answer === undefined ? slowly(record, new core.Request(request)) : answer;
    } catch (e) {
      return p.rejected(e);
    }
  }

  // atOnce sends a request that crosses as it is, as most do; undefined if it doesn't.
  function atOnce(record, request) {
    const s = core.requestState(request);
    const { body } = s;
    if (body !== null && core.isUsed(body)) return undefined;
    const hop = { url: s.url, method: s.method, list: core.flatOf(s), body };
    const call = inline(record, s, hop, sentAtOnce);
    if (call === undefined) return undefined;
    if (body !== null) {
      hop.body = { ...body };
      body.used = true;
    }
    hop.state = s;
    if (s.redirect === "follow") keepList(hop); // the request is still its owner's
    return call.promise;
  }
  const sentAtOnce = records(
    (response, call) => {
      const { hop } = call;
      try { call.resolve(follows(hop.record, hop.state, hop, response)); } catch (e) { call.reject(e); }
    },
    (e, call) => call.reject(e));
  // keepList has hop keep the headers, whatever becomes of the request's. A text doesn't change.
  function keepList(hop) {
    if (typeof hop.list !== "string") hop.list = p.apply(slice, hop.list, []);
  }

  // slowly is for all others. The request is its own.
  async function slowly(record, request) {
    const s = core.requestState(request);
    s.signal?.throwIfAborted();
    const hop = hopOf(s);
    if (hop.url.startsWith("data:")) return dataResponse(hop.url);
    return follows(record, s, hop, await answerOf(record, s, hop));
  }
  const hopOf = (s) => ({ url: sent(s.url), method: s.method, list: core.flatOf(s), body: s.body });
  const { slice } = Array.prototype;
  const isHTTP = (url) => p.indexOf(url, "http://") === 0 || p.indexOf(url, "https://") === 0;

  // follows is the response, or a promise of the one at the end of the redirects.
  function follows(record, s, hop, response) {
    const location = locationOf(s, response);
    return location === undefined ? last(s, hop, response, false) : redirected(record, s, hop, response, location);
  }
  function locationOf(s, response) {
    if (!core.isResponse(response)) throw new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'.");
    if (s.redirect !== "follow") return undefined;
    const state = core.responseState(response);
    return redirects[state.status] === 1 ? valueOf(state.list, "location") : undefined;
  }
  function last(s, hop, response, redirected) {
    const state = core.responseState(response);
    state.url = hop.url;
    if (state.redirected !== redirected) state.redirected = redirected;
    if (state.immutable !== true) state.immutable = true;
    if (s.signal) abortable(state.body, s.signal);
    return response;
  }
  async function redirected(record, s, hop, response, location) {
    const urls = [];
    while (location !== undefined) {
      const { status, body } = core.responseState(response);
      drop(body);
      urls.push(hop.url);
      if (urls.length > maxRedirects) throw new TypeError(`Too many redirects.${urls.join(", ")}`);
      follow(hop, status, location);
      response = await answerOf(record, s, hop);
      location = locationOf(s, response);
    }
    return last(s, hop, response, true);
  }

  // sent is a URL as it leaves: without what stays with the caller.
  function sent(url) {
    const end = url.indexOf("#");
    if (end >= 0) url = url.slice(0, end);
    if (!url.includes("@")) return url;
    const parsed = new (core.part("url").URL)(url);
    parsed.username = parsed.password = "";
    return parsed.href;
  }

  function answerOf(record, s, hop) {
    if (!isHTTP(hop.url)) throw new TypeError(`Fetch API cannot load: ${hop.url}`);
    const sent = inline(record, s, hop);
    const answer = sent !== undefined ? promiseIn(sent) : call(record, ["fetch"], [wireOf(s, hop)]);
    return s.signal ? raced(answer, s.signal) : answer;
  }
  // inline is the call of a request that crosses as it is; undefined if it can't.
  function inline(record, s, hop, traps) {
    const { body } = hop;
    if (s.signal || s.cf !== undefined || body !== null && (body.source === undefined || body.stream !== null || body.take)) return undefined;
    if (record.kind === "entrypoint" ? isWaited(record) : record.kind !== "grant" || record.free === true) return undefined;
    const sent = sendFetch(record, hop.method, hop.url, hop.list, sourceOf(hop), traps, undefined, s.redirect === "follow");
    if (sent === undefined) return undefined;
    hop.record = record;
    sent.hop = hop;
    const { worker } = record;
    if (worker !== undefined && worker.finding !== undefined) {
      keepList(hop);
      sent.again = again;
    }
    return sent;
  }
  // again makes a call anew, as its method.
  function again() {
    const { hop, promise } = this;
    const { record, state } = hop; // state: of one that was sent at once
    return p.then(thereOf(record.worker), () => promiseIn(sendFetch(record, hop.method, hop.url, hop.list, sourceOf(hop), undefined,
      state === undefined ? undefined : promise, state?.redirect === "follow")));
  }
  const sourceOf = ({ body }) => (body === null ? undefined : body.source);
  function wireOf(s, hop) {
    const body = hop.body !== null && isBuffer(hop.body) ? { ...hop.body, used: false } : hop.body;
    return new core.Request(PRIVATE, { __proto__: null, method: hop.method, url: hop.url, list: listOf(hop), headers: null, immutable: true, redirect: "manual", signal: s.signal,
      cf: s.cf, cache: s.cache, integrity: "", body });
  }
  const listOf = ({ list }) => (typeof list === "string" ? ops.headerList(list) : list);
  const isBuffer = (body) => body.stream === null && body.source !== undefined;

  function raced(promise, signal) {
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      signal.addEventListener("abort", stop, { once: true });
      promise.then((v) => { signal.removeEventListener("abort", stop); resolve(v); }, (e) => { signal.removeEventListener("abort", stop); reject(e); });
    });
  }

  // abortable makes a body end with its request's signal.
  function abortable(body, signal) {
    if (body === null || !body.take) return;
    const take = body.take;
    body.pass = undefined;
    body.take = () => {
      const reader = core.part("streams").internal.readerOf(take());
      return core.part("streams").internal.fromPull({
        async pull() {
          try {
            signal.throwIfAborted();
            const { done, value } = await raced(reader.read(), signal);
            return done ? undefined : value;
          } catch (e) {
            reader.cancel(e).catch(() => {}); // nobody else ends what is read from
            throw e;
          }
        },
        cancel: (reason) => reader.cancel(reason),
      });
    };
  }

  function drop(body) {
    if (body?.take) core.part("streams").internal.cancel(core.streamOf(body));
  }

  function valueOf(list, name) {
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) return list[i + 1];
    return undefined;
  }

  // follow makes hop the next one.
  function follow(hop, status, location) {
    const { URL } = core.part("url");
    const next = URL.parse(location, hop.url);
    if (next === null) throw new TypeError("Invalid Location header; unable to follow redirect.");
    if (status === 303 ? hop.method !== "GET" && hop.method !== "HEAD" : status <= 302 && hop.method === "POST") {
      hop.method = "GET";
      hop.body = null;
    }
    if (hop.body !== null && !isBuffer(hop.body)) throw new TypeError(oneTime);
    if (new URL(hop.url).origin !== next.origin) hop.list = without(listOf(hop), "authorization");
    hop.url = sent(next.href);
  }

  function without(list, name) {
    const out = [];
    for (let i = 0; i < list.length; i += 2) if (list[i] !== name) out.push(list[i], list[i + 1]);
    return out;
  }

  // dataResponse: https://fetch.spec.whatwg.org/#data-urls
  function dataResponse(url) {
    const comma = url.indexOf(",");
    if (comma < 0) throw new TypeError("Invalid data: URL.");
    let type = url.slice(5, comma).trim();
    let bytes = percentDecoded(url.slice(comma + 1));
    const base64 = /; *base64$/i.exec(type);
    if (base64) {
      type = type.slice(0, base64.index);
      bytes = ops.base64Decode(ops.utf8Decode(bytes, false, true).replace(/[\t\n\f\r ]/g, ""));
      if (bytes === undefined || bytes === null) throw new TypeError("Invalid data: URL.");
    }
    if (type.startsWith(";")) type = `text/plain${type}`;
    const response = new core.Response(bytes, { headers: { "content-type": /^[^/]+\/[^/]+/.test(type) ? type : "text/plain;charset=US-ASCII" } });
    const state = core.responseState(response);
    state.url = url;
    state.immutable = true;
    return response;
  }
  function percentDecoded(text) {
    const bytes = ops.utf8Encode(text);
    const out = new p.Uint8Array(bytes.length);
    let n = 0;
    for (let i = 0; i < bytes.length; i++) {
      const hex = bytes[i] === 37 ? /^[0-9A-Fa-f]{2}/.exec(String.fromCharCode(bytes[i + 1] ?? 32, bytes[i + 2] ?? 32)) : null;
      if (hex === null) out[n++] = bytes[i];
      else { out[n++] = parseInt(hex[0], 16); i += 2; }
    }
    return out.slice(0, n);
  }

  // --- compressed bodies. What comes from the network stays as it came until somebody reads it: a gateway that only passes
  // it on costs nothing.

  // decoded is a stream of what is in a compressed one.
  function decoded(stream, encoding) {
    const { internal } = core.part("compression");
    const reader = core.part("streams").internal.readerOf(stream);
    const codec = internal.pull(false, encoding, async () => {
      const { done, value } = await reader.read();
      return done ? undefined : value;
    }, encoding === "gzip" ? "Gzip decompression failed." : "Brotli decompression failed.");
    return core.part("streams").internal.fromPull({ pull: codec.pull, cancel: (reason) => { codec.close(); return reader.cancel(reason); } });
  }

  // encoded is a stream of the compressed form of another, or of bytes.
  function encoded(stream, encoding) {
    const { internal } = core.part("compression");
    const reader = core.part("streams").internal.readerOf(stream);
    const codec = internal.pull(true, encoding, async () => {
      const { done, value } = await reader.read();
      return done ? undefined : value;
    }, "Compression failed.");
    return core.part("streams").internal.fromPull({ pull: codec.pull, cancel: (reason) => { codec.close(); return reader.cancel(reason); } });
  }

  return { internal: { fetchOn, decoded, encoded } };
})
