// A stand-in for the runtime with just enough of the platform to test the
// isolate host by itself.
(function (ops, lazy) {
  "use strict";
  const invocations = new Map();
  const calls = new Map();
  const timers = new Map();
  let env;

  class Response {
    constructor(body, init = {}) {
      const asIs = body === undefined || typeof body === "function" || body instanceof Uint8Array;
      this.body = asIs ? body : String(body);
      this.status = init.status ?? 200;
      this.headers = init.headers ?? {};
    }
  }
  class WorkerEntrypoint {
    constructor(ctx, env) {
      this.ctx = ctx;
      this.env = env;
    }
  }
  globalThis.Response = Response;
  globalThis.console = {};
  for (const level of ["debug", "info", "log", "warn", "error"]) {
    console[level] = (...args) => ops.log(ops.current(), level, JSON.stringify(args));
  }
  globalThis.setTimeout = (f, ms) => {
    const n = ops.setTimer(ms, false);
    timers.set(n, f);
    return n;
  };
  globalThis.setInterval = (f, ms) => {
    const n = ops.setTimer(ms, true);
    timers.set(n, f);
    return n;
  };
  globalThis.clearTimeout = globalThis.clearInterval = (n) => {
    timers.delete(n);
    ops.clearTimer(n);
  };
  globalThis.hostCall = (grant, operation, payload) => new Promise((resolve, reject) => {
    calls.set(ops.call([1, grant], 0, [], false, operation, [payload ?? "", [], []]), { resolve, reject });
  });
  globalThis.currentInvocation = () => ops.current();
  globalThis.describe = (e) => ops.describe(e);

  function begin(id, entry, environment, props) {
    const v = { id, waiting: 1, chunks: [], waiters: [], ended: false };
    invocations.set(id, v);
    v.release = () => {
      if (--v.waiting === 0) ops.settled(id);
    };
    v.ctx = {
      props: props ?? {},
      waitUntil(promise) {
        v.waiting++;
        Promise.resolve(promise).then(v.release, (e) => {
          ops.exception(id, e);
          v.release();
        });
      },
    };
    v.target = typeof entry === "function" ? new entry(v.ctx, environment) : entry;
    return v;
  }
  function readBody(v) {
    return new Promise((resolve, reject) => {
      v.waiters.push({ resolve, reject });
      serve(v);
    });
  }
  function serve(v) {
    while (v.waiters.length > 0) {
      if (v.chunks.length > 0) {
        const chunk = v.chunks.shift();
        ops.requestRead(v.id, chunk.length);
        v.waiters.shift().resolve(chunk);
      } else if (v.error) v.waiters.shift().reject(v.error);
      else if (v.ended) v.waiters.shift().resolve(undefined);
      else return;
    }
  }
  async function pump(id, body) {
    try {
      for (const next of { [Symbol.iterator]: () => ({ next: () => ({ value: body(), done: false }) }) }) {
        const piece = await next;
        if (piece === undefined) break;
        await ops.bodyWrite(id, piece);
      }
      ops.bodyClose(id);
    } catch (e) {
      ops.bodyAbort(id, e);
    }
  }
  async function answerFetch(v, request, environment) {
    const id = v.id;
    try {
      if (typeof v.target.fetch !== "function") throw new Error("Handler does not export a fetch() function.");
      const result = v.target.fetch(request, environment, v.ctx);
      const response = result instanceof Response ? result : await result;
      if (!(response instanceof Response)) {
        throw new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'.");
      }
      const streaming = typeof response.body === "function";
      ops.respond(id, response.status, "", Object.entries(response.headers).flat(), streaming ? undefined : response.body, streaming);
      if (streaming) v.ctx.waitUntil(pump(id, response.body));
    } catch (e) {
      ops.fail(id, e);
    }
    v.release();
  }
  async function answerCall(v, method, args) {
    try {
      if (typeof v.target[method] !== "function" || Object.hasOwn(v.target, method)) {
        ops.fail(v.id, new TypeError(`The RPC receiver does not implement the method "${method}".`), "not_found");
      } else {
        const result = await v.target[method](...JSON.parse(args));
        ops.callResult(v.id, JSON.stringify(result));
      }
    } catch (e) {
      ops.fail(v.id, e);
    }
    v.release();
  }
  const exports = { WorkerEntrypoint };
  return {
    modules: { "cloudflare:workers": exports },
    load(environment) {
      return env = exports.env = environment;
    },
    dispatchFetch(id, entry, environment, props, method, url, headers, body) {
      const v = begin(id, entry, environment, props);
      const request = { method, url, headers, body, aborted: false, read: () => readBody(v), onabort: null };
      v.request = request;
      answerFetch(v, request, environment);
    },
    dispatchCall(id, entry, environment, props, method, args) {
      answerCall(begin(id, entry, environment, props), method, args);
    },
    cancel(id, reason) {
      const request = invocations.get(id)?.request;
      if (request) {
        request.aborted = reason;
        request.onabort?.();
      }
    },
    isKept(id) {
      return invocations.get(id)?.waiting > 1;
    },
    forget(id) {
      invocations.delete(id);
    },
    requestChunk(id, bytes) {
      const v = invocations.get(id);
      v.chunks.push(bytes);
      serve(v);
    },
    requestEnd(id) {
      const v = invocations.get(id);
      v.ended = true;
      serve(v);
    },
    requestAbort(id, reason) {
      const v = invocations.get(id);
      v.error = new Error(reason);
      serve(v);
    },
    fireTimer(n) {
      timers.get(n)?.();
    },
    rejected() {},
    prepare() {},
    dispatchCoded() {},
    dispatchPlain() {},
    dispatchTail() {},
    dispatchRequest() {},
    dispatchTail() {},
    hostResponse() {},
    cacheResult() {},
    stubCall() {},
    release() {},
    hostPlain(results) {
      for (let i = 0; i < results.length; i += 2) {
        calls.get(results[i]).resolve(String(results[i + 1]));
        calls.delete(results[i]);
      }
    },
    cacheResult() {},
    hostResult(n, error, value) {
      const call = calls.get(n);
      calls.delete(n);
      if (error) call.reject(Object.assign(new Error(error[2]), { kind: error[0] }));
      else call.resolve(value[0]);
    },
  };
})
