// Request (https://fetch.spec.whatwg.org/#request-class).
import { primordials as p, enumerable, isObject, PRIVATE } from "./primordials.js";
import { Headers, headersOf, isHeaders, lazyList, listOf } from "./headers.js";
import { bodyFrom, cfOf, cloneBody, isLocked, isUsed, mixin } from "./body.js";
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
  const href = ops.urlParse(text);
  if (href === undefined) throw new TypeError(`Invalid URL: ${text}`);
  return href;
}

function cacheOf(mode) {
  if (!flag("cache_option_enabled")) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
  if (mode !== "no-store" && mode !== "no-cache" && !(mode === "reload" && flag("cache_reload_enabled"))) throw new TypeError(`Unsupported cache mode: ${mode}`);
  return mode;
}

function redirectOf(value) {
  const mode = p.lower(`${value}`);
  if (mode !== "follow" && mode !== "manual") throw new TypeError(`Invalid redirect value, must be one of "follow" or "manual" ("error" won't be implemented since it does not make sense at the edge; use "manual" and check the response status code).`);
  return mode;
}

const wrongField = (name, type) => { throw new TypeError(`Incorrect type for the '${name}' field on 'RequestInitializerDict': the provided value is not of type '${type}'.`); };

// incoming is what a request from outside is at first: an object of few properties is made faster.
const incoming = { __proto__: null, headers: null, immutable: true, body: null, redirect: "manual", signal: null, cf: undefined, cache: undefined, integrity: "" };
p.defineProperty(incoming, "list", lazyList);
// requestFrom makes one; flat are its headers as Go gives them.
export const requestFrom = (method, url, flat) => new Request(PRIVATE, typeof flat === "string" ? { __proto__: incoming, method, url, flat } : { __proto__: incoming, method, url, list: flat });
const ownList = (s) => [...(s.headers === null ? s.list : listOf(s.headers))];

export class Request {
  #s;
  constructor(...args) {
    const input = args[0], init = args[1];
    if (input === PRIVATE) {
      this.#s = init;
      return;
    }
    if (args.length === 0) throw new TypeError("Failed to construct 'Request': constructor parameter 1 is not of type 'Request or string'.");
    const from = isObject(input) && #s in input ? input.#s : null;
    const s = from === null
      ? { __proto__: null, method: "GET", url: urlOf(input), list: [], headers: null, body: null, redirect: "follow", signal: null, cf: undefined, cache: undefined, integrity: "" }
      : { __proto__: null, method: from.method, url: from.url, list: ownList(from), headers: null, body: null, redirect: from.redirect, signal: from.signal, cf: from.cf, cache: from.cache, integrity: from.integrity };
    this.#s = s;
    if (init !== undefined && init !== null) {
      if (!isObject(init)) throw new TypeError("Failed to construct 'Request': constructor parameter 2 is not of type 'RequestInitializerDict or Request'.");
      this.#init(s, from, init);
    } else this.#takeFrom(s, from);
  }
  // #init reads what is given in the order in which the Workers runtime does.
  #init(s, from, init) {
    const { method, headers, body, redirect } = init;
    if (init.fetcher !== undefined && init.fetcher !== null && !isObject(init.fetcher)) wrongField("fetcher", "Fetcher");
    const { cf, cache, integrity, signal } = init;
    if (method !== undefined) s.method = methodOf(method);
    if (headers !== undefined) {
      if (!isObject(headers)) wrongField("headers", "Headers or Sequence or object");
      s.list = [...listOf(isHeaders(headers) ? headers : new Headers(headers))];
    }
    if (redirect !== undefined) s.redirect = redirectOf(redirect);
    if (signal !== undefined) {
      if (signal !== null && !(signal instanceof AbortSignal)) wrongField("signal", "AbortSignal");
      s.signal = signal;
    }
    if (cf !== undefined) s.cf = isRequest(init) ? cf : cfOf(cf, wrongField);
    if (cache !== undefined) s.cache = cacheOf(`${cache}`);
    if (integrity !== undefined && `${integrity}` !== "") throw new TypeError("Subrequest integrity checking is not implemented. The integrity option must be either undefined or an empty string.");
    this.#takeBody(s, from, body);
  }
  #takeBody(s, from, given) {
    if (given === undefined || given === null) {
      s.body = null;
      if (given !== null) this.#takeFrom(s, from);
      return;
    }
    if (s.method === "GET" || s.method === "HEAD") throw new TypeError("Request with a GET or HEAD method cannot have a body.");
    s.body = bodyFrom(given);
    if (s.body.type !== undefined && !this.headers.has("content-type")) this.headers.set("content-type", s.body.type);
  }
  // #takeFrom takes the body of the request that this one is made from.
  #takeFrom(s, from) {
    s.body = null;
    if (from === null || from.body === null) return;
    if (isUsed(from.body)) throw new TypeError("Cannot reconstruct a Request with a used body.");
    if (s.method !== from.method && (s.method === "GET" || s.method === "HEAD")) throw new TypeError("Request with a GET or HEAD method cannot have a body.");
    if (isLocked(from.body)) throw new TypeError("The ReadableStream has been locked to a reader.");
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
    return new Request(PRIVATE, { __proto__: p.getPrototypeOf(s), ...s, list: ownList(s), flat: undefined, headers: null, body: cloneBody(s.body) });
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
enumerable(Request);
mixin(Request, (request) => requestState(request).body);
