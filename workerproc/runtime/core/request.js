// Request (https://fetch.spec.whatwg.org/#request-class).
import { primordials as p, isObject, PRIVATE } from "./primordials.js";
import { Headers, headersOf, isHeaders, listOf } from "./headers.js";
import { bodyFrom, cloneBody, isUsed, mixin } from "./body.js";
import { newSignal, AbortSignal, abortSignal } from "./events.js";
import { flag } from "./flags.js";

const known = { __proto__: null };
for (const m of ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "PURGE", "OPTIONS", "TRACE", "COPY", "LOCK", "MKCOL", "MOVE", "PROPFIND", "PROPPATCH", "SEARCH",
  "UNLOCK", "ACL", "REPORT", "MKACTIVITY", "CHECKOUT", "MERGE", "M-SEARCH", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE", "QUERY", "BAN"]) known[m] = 1;
const inAnyCase = { __proto__: null, GET: 1, POST: 1, PUT: 1, DELETE: 1, HEAD: 1, OPTIONS: 1 };

function methodOf(method) {
  const s = `${method}`;
  if (known[s]) return s;
  const m = p.upper(s);
  if (!known[m] || !inAnyCase[m] && !flag("upper_case_all_http_methods")) throw new TypeError(`Invalid HTTP method string: ${s}`);
  return m;
}

function urlOf(input) {
  const text = `${input}`;
  const record = ops.urlParse(text);
  if (record === undefined) throw new TypeError(`Invalid URL: ${text}`);
  return record[0];
}

function cacheOf(mode) {
  if (!flag("cache_option_enabled")) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
  if (mode !== "no-store" && mode !== "no-cache" && mode !== "reload") throw new TypeError(`Unsupported cache mode: ${mode}`);
  return mode;
}

const redirects = ["follow", "manual"];

export class Request {
  #s;
  constructor(input, init) {
    if (input === PRIVATE) {
      this.#s = init;
      return;
    }
    if (arguments.length === 0) throw new TypeError("Failed to construct 'Request': constructor parameter 1 is not of type 'Request or string'.");
    const from = isObject(input) && #s in input ? input.#s : null;
    const s = from === null
      ? { method: "GET", url: urlOf(input), list: [], headers: null, body: null, redirect: "follow", signal: null, cf: undefined, cache: undefined, integrity: "" }
      : { ...from, list: [...(from.headers === null ? from.list : listOf(from.headers))], headers: null };
    this.#s = s;
    if (init !== undefined && init !== null) {
      if (!isObject(init)) throw new TypeError("Failed to construct 'Request': constructor parameter 2 is not of type 'RequestInitializerDict or Request'.");
      if (init instanceof Request) init = { method: init.method, headers: init.headers, body: init.body, redirect: init.redirect, signal: init.signal, cf: init.cf };
      this.#init(s, init);
    }
    this.#takeBody(s, from, init);
  }
  #init(s, init) {
    if (init.method !== undefined) s.method = methodOf(init.method);
    if (init.headers !== undefined && init.headers !== null) s.list = [...listOf(isHeaders(init.headers) ? init.headers : new Headers(init.headers))];
    if (init.redirect !== undefined) {
      if (!redirects.includes(init.redirect)) throw new TypeError(`Invalid redirect value, must be one of "follow" or "manual" ("error" won't be implemented since it does not make sense at the edge; use "manual" and check the response status code).`);
      s.redirect = init.redirect;
    }
    if (init.signal !== undefined && init.signal !== null) {
      if (!(init.signal instanceof AbortSignal)) throw new TypeError("Incorrect type for the 'signal' field on 'RequestInitializerDict': the provided value is not of type 'AbortSignal'.");
      s.signal = init.signal;
    } else if (init.signal === null) s.signal = null;
    if (init.cf !== undefined) s.cf = init.cf;
    if (init.cache !== undefined) s.cache = cacheOf(`${init.cache}`);
    if (init.integrity !== undefined) s.integrity = `${init.integrity}`;
  }
  #takeBody(s, from, init) {
    const given = init?.body;
    if (given !== undefined && given !== null) {
      if (s.method === "GET" || s.method === "HEAD") throw new TypeError("Request with a GET or HEAD method cannot have a body.");
      s.body = bodyFrom(given);
      if (s.body.type !== undefined && !this.headers.has("content-type")) this.headers.set("content-type", s.body.type);
      return;
    }
    s.body = null;
    if (from === null || from.body === null || given === null) return;
    if (isUsed(from.body)) throw new TypeError("Cannot reconstruct a Request with a used body.");
    s.body = { ...from.body };
    from.body.used = true;
  }
  get method() { return this.#s.method; }
  get url() { return this.#s.url; }
  get headers() { return this.#s.headers ??= headersOf(this.#s.list, this.#s.immutable); }
  get redirect() { return this.#s.redirect ?? "follow"; }
  get fetcher() { return null; }
  get signal() { return this.#s.signal ??= newSignal(); }
  get cf() { return this.#s.cf; }
  get integrity() { return this.#s.integrity ?? ""; }
  get keepalive() { return false; }
  get cache() { return this.#s.cache; }
  clone() {
    const s = this.#s;
    return new Request(PRIVATE, { ...s, list: [...(s.headers === null ? s.list : listOf(s.headers))], headers: null, immutable: false, body: cloneBody(s.body) });
  }
  get [Symbol.toStringTag]() { return "Request"; }

  static state(request) { return request.#s; }
  static is(value) { return isObject(value) && #s in value; }
  static abort(request, reason) { abortSignal(request.signal, reason); }
}
export const { state: requestState, is: isRequest, abort: abortRequest } = Request;
delete Request.state;
delete Request.is;
delete Request.abort;
mixin(Request, (request) => requestState(request).body);
