// Response (https://fetch.spec.whatwg.org/#response-class).
import { primordials as p, isObject, PRIVATE } from "./primordials.js";
import { Headers, headersOf, isHeaders, listOf } from "./headers.js";
import { bodyFrom, cloneBody, mixin } from "./body.js";
import { part } from "./parts.js";

const nullBody = (status) => status === 101 || status === 204 || status === 205 || status === 304;

function statusOf(status, webSocket) {
  const n = Number(status);
  if (webSocket) {
    if (n !== 101) throw new RangeError("Responses with a WebSocket must have status code 101.");
    return n;
  }
  if (!(n >= 200 && n <= 599)) throw new RangeError(`Responses may only be constructed with status codes in the range 200 to 599, inclusive.`);
  return Math.trunc(n);
}

export class Response {
  #s;
  constructor(body, init) {
    if (body === PRIVATE) {
      this.#s = init;
      return;
    }
    const s = this.#s = { status: 200, statusText: undefined, list: [], headers: null, body: body === undefined || body === null ? null : bodyFrom(body), type: "default", url: "", redirected: false, cf: undefined, encodeBody: "automatic" };
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
  #init(s, init) {
    if (!isObject(init)) throw new TypeError("Failed to construct 'Response': parameter 2 is not of type 'ResponseInit'.");
    const from = #s in init ? init.#s : null;
    const socket = init.webSocket ?? null;
    if (socket !== null) {
      if (!(socket instanceof part("websocket").WebSocket)) throw new TypeError("Incorrect type for the 'webSocket' field on 'ResponseInit': the provided value is not of type 'WebSocket'.");
      s.webSocket = socket;
    }
    if (init.status !== undefined || socket !== null) s.status = statusOf(init.status ?? 200, socket !== null);
    if (init.statusText !== undefined && init.statusText !== "") {
      s.statusText = `${init.statusText}`;
      if (/[\0\r\n]/.test(s.statusText)) throw new TypeError("Invalid statusText");
    }
    const headers = init.headers;
    if (headers !== undefined && headers !== null) s.list = [...listOf(isHeaders(headers) ? headers : new Headers(headers))];
    if (init.cf !== undefined) s.cf = init.cf;
    if (init.encodeBody !== undefined) s.encodeBody = `${init.encodeBody}`;
    if (from !== null) s.url = from.url;
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
    return new Response(PRIVATE, { ...s, list: [...(s.headers === null ? s.list : listOf(s.headers))], headers: null, body: cloneBody(s.body) });
  }
  get [Symbol.toStringTag]() { return "Response"; }

  static error() {
    return new Response(PRIVATE, { status: 0, statusText: "", list: [], headers: null, body: null, type: "error", url: "", redirected: false });
  }
  static redirect(url, status = 302) {
    if (arguments.length === 0) throw new TypeError("Failed to execute 'redirect' on 'Response': parameter 1 is not of type 'string'.");
    const { URL } = part("url");
    let location;
    try { location = new URL(`${url}`).href; } catch { throw new TypeError(`Unable to parse URL: ${url}`); }
    const n = Number(status);
    if (n !== 301 && n !== 302 && n !== 303 && n !== 307 && n !== 308) throw new RangeError(`${status} is not a redirect status code. It must be one of: 301, 302, 303, 307, or 308.`);
    return new Response(PRIVATE, { status: n, statusText: undefined, list: ["location", location], headers: null, immutable: true, body: null, type: "default", url: "", redirected: false });
  }
  static json(data, init) {
    if (arguments.length === 0) throw new TypeError("Failed to execute 'json' on 'Response': parameter 1 is not of type 'Value'.");
    const text = p.stringify(data);
    if (text === undefined) throw new TypeError("Value is not JSON serializable.");
    const response = new Response(text, init);
    if (init === undefined || init === null || !init.headers || !new Headers(init.headers).has("content-type")) {
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
mixin(Response, (response) => responseState(response).body);
