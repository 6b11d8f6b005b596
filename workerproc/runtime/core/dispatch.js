// A request comes in here and its answer goes out. The wording is the Workers runtime's.
import { primordials as p, isObject, steady, push, PRIVATE } from "./primordials.js";
import { DurableObject, ExecutionContext, WorkerEntrypoint, release, setCurrent, waitUntilOf } from "./context.js";
import { abortRequest, requestFrom, requestState } from "./request.js";
import { isResponse, responseState } from "./response.js";
import { flatOf } from "./headers.js";
import { isUsed } from "./body.js";
import { core, part } from "./parts.js";

const invocations = steady(new p.Map());
const find = (id) => invocations.get(id);
setCurrent(() => find(ops.current()));

// fresh is what an invocation is at first, beside what each has: an object of few properties is made faster.
const fresh = { __proto__: null, kept: 0, request: null, upload: null, response: null, codedProps: undefined, fetched: false, passed: false, answered: false, result: undefined };

// begin makes the invocation and the object whose method is called: the handler object itself, or a new instance.
function begin(id, entry, env, props) {
  const v = { __proto__: fresh, id, props, waiting: 1, ctx: null };
  invocations.set(id, v);
  v.ctx = new ExecutionContext(PRIVATE, v);
  return v;
}

// plain is the entrypoint that was called last, if it is a class, and none of a Durable Object.
let plain;

function targetOf(v, entry, env) {
  if (plain !== undefined && entry === plain) return new entry(v.ctx, env);
  if (typeof entry === "function" && entry.prototype instanceof DurableObject) {
    throw new Error(`The class "${entry.name}" is a Durable Object: it can't be called as an entrypoint.`);
  }
  if (typeof entry !== "function" || entry.prototype === undefined) return entry; // an arrow function makes nothing
  plain = p.getOwnPropertyDescriptor(entry, "prototype")?.writable === false ? entry : undefined;
  return new entry(v.ctx, env);
}

export function dispatchFetch(id, entry, env, props, method, url, list, body) {
  const v = begin(id, entry, env, props);
  return answerFetch(v, entry, env, method, url, list, body);
}

// dispatchRequest is a fetch() by another isolate. What of the answer can't cross as it is is coded as a value.
export function dispatchRequest(id, entry, env, props, method, url, list, body) {
  const v = begin(id, entry, env, undefined);
  v.codedProps = props;
  v.fetched = true;
  return answerFetch(v, entry, env, method, url, list, body);
}

// answerFetch answers, or returns the promise of which the answer comes.
function answerFetch(v, entry, env, method, url, list, body) {
  try {
    const request = v.request = requestOf(v, method, url, list, body);
    if (v.fetched && core.traced) part("trace").internal.request(v.id, request);
    const target = targetOf(v, entry, env);
    const handler = target.fetch;
    if (typeof handler !== "function") throw new Error("Handler does not export a fetch() function.");
    const response = typeof entry === "function" ? p.apply(handler, target, [request]) : p.apply(handler, target, [request, env, v.ctx]);
    if (!isResponse(response)) {
      if (!isObject(response) || typeof response.then !== "function") throw new TypeError("Callback returned incorrect type; expected 'Promise'");
      return answerLater(v, p.resolved(response));
    }
    answerWith(v, response);
  } catch (e) {
    failFetch(v, e);
  }
  release(v);
}

// answerLater waits for the promise itself, whatever its then is: of what passes through it Go need not be told (passing.go).
function answerLater(v, promise) {
  p.then(promise, (response) => {
    try {
      if (!isResponse(response)) throw new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'.");
      answerWith(v, response);
    } catch (e) {
      failFetch(v, e);
    }
    release(v);
  }, (e) => {
    failFetch(v, e);
    release(v);
  });
  return promise;
}

function answerWith(v, response) {
  if (v.passed) passOn(v, response);
  else if (v.fetched) answerRequest(v, response);
  else respond(v, response);
}
// hostResponse settles a fetch(). If its response has answered an invocation already, that sends no other.
export function hostResponse(n, status, text, list, body, encoding, before, answered) {
  const v = answered === undefined ? undefined : find(answered);
  if (v !== undefined) v.passed = true;
  part("rpc").internal.hostResponse(n, status, text, list, body, encoding, before);
}
function passOn(v, response) {
  const { body } = responseState(response);
  if (v.fetched && core.traced) part("trace").internal.response(v.id, response);
  if (body !== null) body.used = true;
}
function failFetch(v, e) {
  if (v.fetched) part("rpc").internal.sendFailure(v, e);
  else ops.fail(v.id, e);
}

// requestOf makes the request; what it is made of is looked at when the handler does.
function requestOf(v, method, url, list, body) {
  const request = requestFrom(method, url, list);
  if (body === true) requestState(request).body = { source: undefined, stream: null, used: false, type: undefined, take: () => uploadOf(v) };
  else if (body !== undefined) requestState(request).body = { source: body, stream: null, used: false, type: undefined };
  return request;
}

// Uploads: chunks that have come before anybody read wait in v.upload.
function upload(v) {
  return v.upload ??= { chunks: [], wanted: null, ended: false, error: undefined, dropped: false };
}

function uploadOf(v) {
  const u = upload(v);
  return part("streams").internal.fromPull({
    pull: () => new p.Promise((resolve, reject) => {
      u.wanted = { resolve, reject };
      feed(v, u);
    }),
    cancel: () => {
      u.dropped = true;
      u.chunks.length = 0;
    },
  });
}

// feed hands the next chunk to who waits for it: bytes, or undefined at the end.
function feed(v, u) {
  if (u.wanted === null) return;
  const { resolve, reject } = u.wanted;
  if (u.chunks.length > 0) {
    u.wanted = null;
    const chunk = u.chunks.shift();
    ops.requestRead(v.id, chunk.length);
    resolve(chunk);
  } else if (u.error !== undefined) {
    u.wanted = null;
    reject(u.error);
  } else if (u.ended) {
    u.wanted = null;
    resolve(undefined);
  }
}

export function requestChunk(id, bytes) {
  const v = find(id);
  if (!v) return;
  const u = upload(v);
  if (u.dropped) return;
  push(u.chunks, bytes);
  feed(v, u);
}

export function requestEnd(id) {
  const v = find(id);
  if (!v) return;
  upload(v).ended = true;
  feed(v, v.upload);
}

export function requestAbort(id, reason) {
  const v = find(id);
  if (!v) return;
  upload(v).error = new Error(reason);
  feed(v, v.upload);
}

// respond sends the response; a body that is a stream is pumped behind it.
function respond(v, response) {
  const s = responseState(response);
  if (s.type === "error") throw new TypeError("Return value from serve handler must not be an error response (like Response.error())");
  if (s.webSocket) throw new TypeError('Worker tried to return a WebSocket in a response to a request which did not contain the header "Upgrade: websocket".');
  let list = flatOf(s);
  let body = s.body;
  const encoding = body !== null && s.encodeBody !== "manual" ? encodingOf(list) : undefined;
  if (encoding !== undefined) [list, body] = encodedBody(response, list, body, encoding);
  if (body === null) return ops.respond(v.id, s.status, s.statusText ?? "", list, undefined, false);
  if (isUsed(body)) throw new TypeError("Body has already been used. It can only be used once. Use tee() first if you need to read it twice.");
  if (body.stream === null && !body.take) {
    body.used = true;
    return ops.respond(v.id, s.status, s.statusText ?? "", list, body.source, false);
  }
  const stream = body.stream ?? (body.pass !== undefined ? rawBody(body) : response.body);
  const { ReadableStreamDefaultReader } = part("streams");
  const reader = new ReadableStreamDefaultReader(stream);
  ops.respond(v.id, s.status, s.statusText ?? "", list, undefined, true);
  v.waiting++;
  v.response = reader;
  pump(v, reader);
}

function answerRequest(v, response) {
  const s = responseState(response);
  if (s.type === "error") throw new TypeError("Return value from serve handler must not be an error response (like Response.error())");
  if (core.traced) part("trace").internal.response(v.id, response);
  nameStatus(s);
  const { body } = s;
  if (!s.webSocket && (body === null || !isUsed(body) && body.stream === null)) {
    const bytes = body === null ? undefined : body.take ? body.pass?.bytes : body.source;
    if ((body === null || bytes !== undefined) && ops.answerFetch(v.id, s.status, s.statusText, flatOf(s), bytes, body?.pass?.encoding ?? "")) {
      if (body !== null) body.used = true;
      return;
    }
  }
  if (isUsed(body)) throw new TypeError("Body has already been used. It can only be used once. Use tee() first if you need to read it twice.");
  part("rpc").internal.sendAnswer(v, response);
}

// nameStatus gives a response to another isolate's fetch() the text that one by HTTP has.
function nameStatus(s) {
  s.statusText ??= ops.statusText(s.status);
}

// rawBody is a body as it came, not decompressed.
function rawBody(body) {
  body.used = true;
  return part("rpc").internal.rawStream(body.pass);
}

// encodedBody compresses what its content-encoding says is compressed. What has come so and was not touched is left alone.
function encodingOf(list) {
  if (typeof list === "string") {
    if (p.indexOf(list, "content-encoding") < 0) return undefined;
    list = ops.headerList(list);
  }
  let encoding;
  for (let i = 0; i < list.length; i += 2) if (list[i] === "content-encoding") encoding = list[i + 1];
  return encoding;
}

function encodedBody(response, list, body, encoding) {
  if (encoding !== "gzip" && encoding !== "br" || isUsed(body) || body.stream === null && body.pass !== undefined) return [list, body];
  if (typeof list === "string") list = ops.headerList(list);
  const out = [];
  for (let i = 0; i < list.length; i += 2) {
    if (list[i] === "content-length") continue;
    push(out, list[i]);
    push(out, list[i + 1]);
  }
  const stream = part("fetch").internal.encoded(response.body, encoding);
  return [out, { source: undefined, stream, used: false, type: undefined }];
}

async function pump(v, reader) {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const bytes = bytesOf(value);
      if (bytes.length > 0) await ops.bodyWrite(v.id, bytes);
    }
    ops.bodyClose(v.id);
  } catch (e) {
    p.then(p.resolved(reader.cancel(e)), undefined, () => {});
    ops.bodyAbort(v.id, e);
  }
  release(v);
}

function bytesOf(value) {
  if (value instanceof p.Uint8Array) return value;
  if (p.isView(value)) return new p.Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof p.ArrayBuffer) return new p.Uint8Array(value);
  throw new TypeError("This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side. To emit a string, use TextEncoderStream.");
}

export function cancel(id, reason) {
  const v = find(id);
  if (!v) return;
  if (v.request !== null) abortRequest(v.request, undefined);
  if (v.response !== null) p.then(p.resolved(v.response.cancel(new Error(reason))), undefined, () => {});
}

// isKept says whether a promise of waitUntil() keeps the invocation.
export function isKept(id) { return find(id)?.kept > 0; }

export function forget(id) {
  invocations.delete(id);
  for (let i = 0; i < core.ended.length; i++) core.ended[i](id);
}

export function dispatchCall(id, entry, env, props, method, args) {
  const v = begin(id, entry, env, props);
  answerCall(v, entry, env, method, args);
}

const reserved = { __proto__: null, alarm: 1, webSocketMessage: 1, webSocketClose: 1, webSocketError: 1, connect: 1, dup: 1, constructor: 1 };

async function answerCall(v, entry, env, method, args) {
  try {
    if (reserved[method] && method !== "constructor") throw new TypeError(`'${method}' is a reserved method and cannot be called over RPC.`);
    const target = targetOf(v, entry, env);
    const f = typeof entry === "function" ? methodOf(target, method) : ownMethodOf(target, method);
    if (f === undefined) return ops.fail(v.id, new TypeError(`The RPC receiver does not implement the method "${method}".`), "not_found");
    if (typeof f !== "function") throw new TypeError(`"${method}" is not a function.`);
    const values = p.parse(args ?? "[]");
    const result = await (typeof entry === "function" ? p.apply(f, target, values) : callPlain(v, target, f, method, values, env));
    ops.callResult(v.id, result === undefined ? undefined : p.stringify(result));
  } catch (e) {
    ops.fail(v.id, e);
  } finally {
    release(v);
  }
}

// methodOf finds a method on the target's classes: own properties are its state, and Object.prototype is nobody's.
const { hasOwn, getPrototypeOf } = p, { prototype: objectPrototype } = p.Object;
function methodOf(target, name) {
  if (name === "constructor" || hasOwn(target, name)) return undefined;
  for (let o = getPrototypeOf(target); o !== null && o !== objectPrototype; o = getPrototypeOf(o)) {
    if (hasOwn(o, name)) return target[name];
  }
  return undefined;
}

const ownMethodOf = (target, name) => (p.hasOwn(target, name) ? target[name] : undefined);

// callPlain calls a handler object's function: one argument, then env and ctx.
function callPlain(v, target, f, method, values, env) {
  if (f.length > 3) throw new TypeError(`Cannot call handler function "${method}" over RPC because it has the wrong number of arguments. A simple function handler can only be called over RPC if it has exactly the arguments (arg, env, ctx), where only the first argument comes from the client. To support multi-argument RPC functions, use class-based syntax (extending WorkerEntrypoint) instead.`);
  if (values.length !== 1) throw new TypeError(`Attempted to call RPC function "${method}" with the wrong number of arguments. When calling a top-level handler function that is not declared as part of a class, you must always send exactly one argument. In order to support variable numbers of arguments, the server must use class-based syntax (extending WorkerEntrypoint) instead.`);
  return p.apply(f, target, [values[0], env, v.ctx]);
}

// --- calls from other isolates

// dispatchPlain is dispatchCoded of one method with simple arguments (values.go). A simple result that is there at once
// takes one op, and nothing is left of the invocation.
export function dispatchPlain(id, entry, env, props, method, args) {
  const v = begin(id, entry, env, undefined);
  v.codedProps = props;
  let result;
  try {
    result = callMethod(v, targetOf(v, entry, env), entry, env, method, args);
  } catch (e) {
    return failPlain(v, e);
  }
  if (isSimple(result)) return answerPlain(v, result);
  if (!isObject(result) || typeof result.then !== "function") return answerCoded(v, result);
  v.result = p.resolved(result);
  p.then(v.result, (value) => {
    v.answered = true;
    if (isSimple(value)) answerPlain(v, value);
    else answerCoded(v, value);
  }, (e) => failPlain(v, e));
}

function callMethod(v, target, entry, env, method, args) {
  if (reserved[method] && method !== "constructor") throw new TypeError(`'${method}' is a reserved method and cannot be called over RPC.`);
  const own = typeof entry !== "function";
  const f = own ? ownMethodOf(target, method) : methodOf(target, method);
  if (f === undefined) throw part("rpc").internal.missing(method);
  if (typeof f !== "function") throw new TypeError(`"${method}" is not a function.`);
  return own ? callPlain(v, target, f, method, args, env) : p.apply(f, target, args);
}

const isSimple = (value) => {
  switch (typeof value) {
    case "number": case "string": case "boolean": case "undefined": return true;
  }
  return false;
};

function answerPlain(v, value) {
  v.answered = true;
  const last = --v.waiting === 0;
  switch (ops.answerPlain(v.id, value, last)) {
    case 1: return;
    case 2: return forget(v.id); // the invocation is over
  }
  v.waiting++;
  answerCoded(v, value);
}

function answerCoded(v, value) {
  v.answered = true;
  part("rpc").internal.sendAnswer(v, value);
  release(v);
}

function failPlain(v, e) {
  v.answered = true;
  part("rpc").internal.sendFailure(v, e);
  release(v);
}

export function dispatchCoded(id, entry, env, props, path, get, args) {
  const { internal } = part("rpc");
  const v = begin(id, entry, env, props === undefined ? undefined : internal.decode(props).value);
  internal.answer(v, (values) => runCoded(v, entry, env, path, get, values), args).finally(() => release(v));
}

function runCoded(v, entry, env, path, get, args) {
  const { member, missing, reach } = part("rpc").internal;
  const [method] = path;
  if (core.traced && path.length === 1 && method === "fetch" && !get && core.isRequest(args[0])) part("trace").internal.request(v.id, args[0]);
  const target = targetOf(v, entry, env);
  if (method === undefined) throw new TypeError('"(this)" is not a function.');
  if (path.length === 1 && method === "fetch" && !get) return fetchCoded(v, target, entry, env, args[0]);
  if (path.length === 1 && method === "connect" && !get) return connectCoded(v, target, entry, env, args[0]);
  if (reserved[method] && method !== "constructor") throw new TypeError(`'${method}' is a reserved method and cannot be called over RPC.`);
  if (typeof entry === "function") return reach(target, path, get, args, true);
  const f = ownMethodOf(target, method);
  if (f === undefined) throw missing(method);
  if (get || path.length > 1) return reach(target, path, get, args);
  if (typeof f !== "function") throw new TypeError(`"${method}" is not a function.`);
  return callPlain(v, target, f, method, args, env);
}

// dispatchTail hands a Tail Worker what a Worker has done that it watches.
export function dispatchTail(id, entry, env, props, events) {
  const { internal } = part("rpc");
  const v = begin(id, entry, env, props === undefined ? undefined : internal.decode(props).value);
  internal.answer(v, async () => { await part("trace").internal.tail(targetOf(v, entry, env), entry, env, v.ctx, events); }).finally(() => release(v));
}

async function fetchCoded(v, target, entry, env, request) {
  const handler = target.fetch;
  if (typeof handler !== "function") throw new Error("Handler does not export a fetch() function.");
  v.request = request;
  core.requestState(request).immutable = true;
  let response = typeof entry === "function" ? p.apply(handler, target, [request]) : p.apply(handler, target, [request, env, v.ctx]);
  if (!isResponse(response)) {
    if (!isObject(response) || typeof response.then !== "function") throw new TypeError("Callback returned incorrect type; expected 'Promise'");
    response = await response;
    if (!isResponse(response)) throw new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'.");
  }
  if (responseState(response).body !== null && isUsed(responseState(response).body)) throw new TypeError("Body has already been used. It can only be used once. Use tee() first if you need to read it twice.");
  if (responseState(response).type === "error") throw new TypeError("Return value from serve handler must not be an error response (like Response.error())");
  if (core.traced) part("trace").internal.response(v.id, response);
  nameStatus(responseState(response));
  return response;
}

// connectCoded is a raw connection from another isolate. The handler's promise keeps the invocation.
function connectCoded(v, target, entry, env, options) {
  const handler = target.connect;
  if (typeof handler !== "function") throw new Error("Handler does not export a connect() function.");
  const call = (socket) => typeof entry === "function" ? p.apply(handler, target, [socket]) : p.apply(handler, target, [socket, env, v.ctx]);
  return part("sockets").internal.serve(call, (promise) => waitUntilOf(v, promise), options);
}

export function stubCall(id, invocation, on, of, path, get, args) {
  const v = find(invocation);
  if (v) part("rpc").internal.stubCall(v, id, on, of, path, get, args);
}

export function releaseStubs(ids, disposes) { part("rpc").internal.release(ids, disposes); }
