// Response (https://fetch.spec.whatwg.org/#response-class).
import { primordials as p, enumerable, isObject, PRIVATE } from "./primordials.js";
import { Headers, headersOf, isHeaders, lazyList, listOf } from "./headers.js";
import { bodyFrom, cfOf, cloneBody, mixin } from "./body.js";
import { part } from "./parts.js";

const wrongField = (name, type) => { throw new TypeError(`Incorrect type for the '${name}' field on 'InitializerDict': the provided value is not of type '${type}'.`); };
const nullBody = (status) => status === 101 || status === 204 || status === 205 || status === 304;

function int(value) {
  const n = Math.trunc(Number(value)) || 0;
  if (n < -2147483648 || n > 2147483647) throw new TypeError("Value out of range. Must be between -2147483648 and 2147483647 (inclusive).");
  return n;
}

function statusOf(status, webSocket) {
  const n = int(status);
  if (webSocket) {
    if (n !== 101) throw new RangeError("Responses with a WebSocket must have status code 101.");
    return n;
  }
  if (!(n >= 200 && n <= 599)) throw new RangeError(`Responses may only be constructed with status codes in the range 200 to 599, inclusive.`);
  return n;
}

// made is what a response is at first, and received one that has come from outside: an object of few properties is made faster.
const made = { __proto__: null, status: 200, headers: null, body: null, type: "default", url: "", redirected: false, encodeBody: "automatic" };
const received = { __proto__: null, statusText: "", headers: null, immutable: true, body: null, type: "default", url: "", redirected: false };
p.defineProperty(made, "list", lazyList);
p.defineProperty(received, "list", lazyList);
// responseFrom makes one of what has come; flat are its headers as Go gives them.
export const responseFrom = (status, statusText, flat) => {
  const s = typeof flat === "string" ? { __proto__: received, status, flat } : { __proto__: received, status, list: flat };
  if (statusText !== "") s.statusText = statusText;
  return new Response(PRIVATE, s);
};

export class Response {
  #s;
  constructor(body, init) {
    if (body === PRIVATE) {
      this.#s = init;
      return;
    }
    if (typeof body === "string" && (init === undefined || init === null)) { // most are that
      this.#s = { __proto__: made, flat: "content-type\ntext/plain;charset=UTF-8", body: bodyFrom(body) };
      return;
    }
    const s = this.#s = { __proto__: made, list: [], body: body === undefined || body === null ? null : bodyFrom(body) };
    if (init !== undefined && init !== null) this.#init(s, init);
    if (s.body === null) return;
    if (nullBody(s.status) && s.body.source === "") {
      s.body = null;
      return;
    }
    if (nullBody(s.status)) throw new TypeError("Response with null body status (101, 204, 205, or 304) cannot have a body.");
    if (s.body.type !== undefined && !hasType(s.list)) {
      s.list[s.list.length] = "content-type";
      s.list[s.list.length] = s.body.type;
    }
  }
  // #init reads what is given in the order in which the Workers runtime does.
  #init(s, init) {
    if (!isObject(init)) throw new TypeError("Failed to construct 'Response': constructor parameter 2 is not of type 'InitializerDict or Response'.");
    const { status, statusText, headers, cf } = init;
    const webSocket = init.webSocket ?? null;
    const encodeBody = init.encodeBody;
    if (webSocket !== null) {
      if (!(webSocket instanceof part("websocket").WebSocket)) wrongField("webSocket", "WebSocket");
      s.webSocket = webSocket;
    }
    if (status !== undefined || webSocket !== null) s.status = statusOf(status === undefined ? 200 : status, webSocket !== null);
    if (statusText !== undefined) {
      s.statusText = `${statusText}`;
      if (/[\0-\x1f]/.test(s.statusText)) throw new TypeError("Invalid statusText");
    }
    if (headers !== undefined && headers !== null) s.list = [...listOf(isHeaders(headers) ? headers : new Headers(headers))];
    if (cf !== undefined) s.cf = isResponse(init) ? cf : cfOf(cf, wrongField);
    if (encodeBody !== undefined) {
      s.encodeBody = `${encodeBody}`;
      if (s.encodeBody !== "automatic" && s.encodeBody !== "manual") throw new TypeError(`encodeBody: unexpected value: ${s.encodeBody}`);
    }
  }
  get status() { return this.#s.status; }
  get ok() { return this.#s.status >= 200 && this.#s.status < 300; }
  get statusText() { return this.#s.statusText ?? ""; }
  get headers() { return this.#s.headers ??= headersOf(this.#s.list, this.#s.immutable); }
  get type() { return this.#s.type; }
  get url() { return this.#s.url; }
  get redirected() { return this.#s.redirected; }
  get webSocket() { return this.#s.webSocket ?? null; }
  get cf() { return this.#s.cf; }
  clone() {
    const s = this.#s;
    if (s.webSocket) throw new TypeError("Cannot clone a response to a WebSocket handshake.");
    const list = [...(s.headers === null ? s.list : listOf(s.headers))];
    return new Response(PRIVATE, { __proto__: p.getPrototypeOf(s), ...s, list, flat: undefined, headers: null, body: cloneBody(s.body) });
  }
  get [Symbol.toStringTag]() { return "Response"; }

  static error() {
    return new Response(PRIVATE, { __proto__: null, status: 0, statusText: "", list: [], headers: null, body: null, type: "error", url: "", redirected: false });
  }
  static redirect(...args) {
    const url = args[0], status = args[1] === undefined ? 302 : args[1];
    if (args.length === 0) throw new TypeError("Failed to execute 'redirect' on 'Response': parameter 1 is not of type 'string'.");
    const { URL } = part("url");
    let location;
    try { location = new URL(`${url}`).href; } catch { throw new TypeError(`Unable to parse URL: ${url}`); }
    const n = int(status);
    if (n !== 301 && n !== 302 && n !== 303 && n !== 307 && n !== 308) throw new RangeError(`${n} is not a redirect status code. It must be one of: 301, 302, 303, 307, or 308.`);
    return new Response(PRIVATE, { __proto__: null, status: n, statusText: undefined, list: ["location", location], headers: null, immutable: true, body: null, type: "default", url: "", redirected: false });
  }
  static json(...args) {
    const data = args[0], init = args[1];
    if (args.length === 0) throw new TypeError("Failed to execute 'json' on 'Response': parameter 1 is not of type 'Value'.");
    const text = `${p.stringify(data)}`; // "undefined" for what JSON can't say, as in the Workers runtime
    const response = new Response(text, init);
    if (init === undefined || init === null) response.#s.flat = "content-type\napplication/json";
    else if (!init.headers || !new Headers(init.headers).has("content-type")) {
      response.headers.set("content-type", "application/json");
    }
    return response;
  }

  static state(response) { return response.#s; }
  static is(value) { return isObject(value) && #s in value; }
}

function hasType(list) {
  for (let i = 0; i < list.length; i += 2) if (list[i] === "content-type") return true;
  return false;
}

export const { state: responseState, is: isResponse } = Response;
delete Response.state;
delete Response.is;
enumerable(Response);
mixin(Response, (response) => responseState(response).body);
