// Requests of node:http and node:https, made with fetch(). A body that is whole in the turn of its first piece is sent with its
// length; any other is streamed as it is written.
const { Buffer } = require("node:buffer");
const EventEmitter = require("node:events");
const { nextTick } = require("node:process");
const { setTimeout, clearTimeout } = core.timers;
const { withCode, invalidArgType, invalidArgValue, validateNumber, validateFunction, validateString, outOfRange, AbortError, received } = require("internal:errors");
const { IncomingMessage, OutgoingMessage, validateHeaderName, socket } = require("internal:http_messages");

class Agent extends EventEmitter {
  constructor(options = {}) {
    super();
    Object.assign(this, { defaultPort: 80, protocol: "http:", options: { path: null, noDelay: true, ...options }, keepAlive: !!options?.keepAlive, keepAliveMsecs: options?.keepAliveMsecs ?? 1000,
      maxSockets: options?.maxSockets ?? Infinity, maxFreeSockets: options?.maxFreeSockets ?? 256, maxTotalSockets: options?.maxTotalSockets ?? Infinity, scheduling: options?.scheduling ?? "lifo",
      totalSocketCount: 0, sockets: {}, freeSockets: {}, requests: {} });
  }
  getName(options = {}) { return `${options.host || "localhost"}:${options.port || ""}:${options.localAddress || ""}${options.family === 4 || options.family === 6 ? `:${options.family}` : ""}`; }
  addRequest() {}
  createConnection() { throw withCode(Error, "ERR_METHOD_NOT_IMPLEMENTED", "The createConnection method is not implemented"); }
  createSocket() { this.createConnection(); }
  keepSocketAlive() { return false; }
  removeSocket() {}
  reuseSocket() {}
  destroy() {}
}
class HttpsAgent extends Agent {
  constructor(options) {
    super(options);
    Object.assign(this, { defaultPort: 443, protocol: "https:", maxCachedSessions: options?.maxCachedSessions ?? 100 });
  }
}
Object.defineProperty(HttpsAgent, "name", { value: "Agent" });

// refused are options that a request over fetch() can't have.
function refuse(options) {
  const checks = { maxHeaderSize: validateNumber, createConnection: validateFunction, lookup: validateFunction, socketPath: validateString };
  for (const name of Object.keys(checks)) {
    if (options[name] === undefined) continue;
    checks[name](options[name], `options.${name}`);
    throw withCode(Error, "ERR_OPTION_NOT_IMPLEMENTED", `The options.${name} option is not implemented`);
  }
}

function duration(ms, name) {
  validateNumber(ms, name);
  if (!(ms >= 0 && Number.isFinite(ms))) throw outOfRange(name, "a non-negative finite number", ms);
  return Math.min(ms, 2 ** 31 - 1);
}

const agents = { http: new Agent({ keepAlive: true, scheduling: "lifo", timeout: 5000 }), https: new HttpsAgent({ keepAlive: true, scheduling: "lifo", timeout: 5000 }) };

// optionsOf puts (url, options, callback) together.
function optionsOf(input, options, callback) {
  if (typeof input === "string" || input instanceof URL) {
    const url = typeof input === "string" ? new URL(input) : input;
    const base = { protocol: url.protocol, hostname: url.hostname.replace(/^\[|\]$/g, ""), path: `${url.pathname}${url.search}`, hash: url.hash, href: url.href };
    if (url.port !== "") base.port = Number(url.port);
    if (url.username || url.password) base.auth = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    if (typeof options === "function") { callback = options; options = {}; }
    return [{ ...base, ...options }, callback];
  }
  if (typeof options === "function") callback = options;
  return [{ ...input }, callback];
}

class ClientRequest extends OutgoingMessage {
  constructor(input, options, callback) {
    super();
    [options, callback] = optionsOf(input, options, callback);
    if (typeof options.agent === "object" && options.agent !== null && typeof options.agent.addRequest !== "function") throw withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The "options.agent" property must be one of Agent-like Object, undefined, or false.${received(options.agent)}`);
    const agent = options.agent === false ? new Agent() : options.agent ?? options._defaultAgent ?? agents.http;
    const protocol = options.protocol || agent.protocol || "http:", expected = (options._defaultAgent ?? agent).protocol ?? "http:";
    if (protocol !== expected) throw withCode(TypeError, "ERR_INVALID_PROTOCOL", `Protocol "${protocol}" not supported. Expected "${expected}"`);
    if (options.path && /[^\x21-\xff]/.test(`${options.path}`)) throw withCode(TypeError, "ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters");
    if (options.path && /^(?:[a-z][a-z\d+.-]*:|[/\\]{2})/i.test(`${options.path}`)) throw invalidArgValue("options.path", options.path, "must be a path-only request target");
    if (options.timeout !== undefined) options.timeout = duration(options.timeout, "timeout");
    refuse(options);
    const method = options.method;
    if (method !== undefined && method !== null && typeof method !== "string") throw invalidArgType("options.method", "string", method);
    if (method) validateHeaderName(method, "Method");
    for (const name of ["hostname", "host"]) if (options[name] !== undefined && options[name] !== null && typeof options[name] !== "string") throw invalidArgType(`options.${name}`, ["string", "undefined", "null"], options[name]);
    const host = options.hostname || options.host || "localhost";
    Object.assign(this, { agent, protocol, method: method ? method.toUpperCase() : "GET", path: options.path || "/", host, aborted: false, reusedSocket: false, maxHeadersCount: null, timeout: options.timeout,
      socket: socket(host, protocol === "https:"), res: null });
    this._gathered = [];
    this._abort = new AbortController();
    this._port = Number(options.port || options.defaultPort || agent.defaultPort);
    this._setHeaders(options, host);
    if (callback) this.once("response", callback);
    if (options.signal) this._follow(options.signal);
    queueMicrotask(() => { if (!this.destroyed) this.emit("socket", this.socket); });
  }
  _setHeaders(options, host) {
    const { headers } = options;
    if (Array.isArray(headers) && !Array.isArray(headers[0]) && headers.length % 2 !== 0) throw invalidArgValue("headers", headers);
    if (Array.isArray(headers)) for (let i = 0; i < headers.length; i += Array.isArray(headers[0]) ? 1 : 2) Array.isArray(headers[i]) ? this.appendHeader(...headers[i]) : this.appendHeader(headers[i], headers[i + 1]);
    else if (headers) for (const name of Object.keys(headers)) if (headers[name] !== undefined) this.setHeader(name, headers[name]);
    if (!this.hasHeader("host") && options.setHost !== false) {
      const usual = this._port === (this.protocol === "https:" ? 443 : 80);
      this.setHeader("Host", `${host.includes(":") ? `[${host}]` : host}${usual ? "" : `:${this._port}`}`);
    }
    if (options.auth && !this.hasHeader("authorization")) this.setHeader("Authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`);
  }
  _follow(signal) {
    const stop = () => this.destroy(new AbortError(undefined, { cause: signal.reason }));
    if (signal.aborted) return void stop();
    signal.addEventListener("abort", stop, { once: true });
    this.once("close", () => signal.removeEventListener("abort", stop));
  }
  get _bodiless() { return this.method === "GET" || this.method === "HEAD"; }
  _write(chunk, encoding, done) {
    if (this._bodiless) return done(); // fetch() sends none
    if (this._writer) return this._pass(this._writer.write(new Uint8Array(chunk)), done);
    this._gathered.push(Buffer.from(chunk));
    if (this._gathered.length === 1) nextTick(() => this._flow());
    if (this._gathered.length > 1 || chunk.length < this.writableHighWaterMark) done(); else this._waiting = done;
  }
  flushHeaders() { if (!this._sent && !this.destroyed) { if (this._bodiless) this._send(); else this._flow(); } }
  // _flow begins to stream, unless all has been sent.
  _flow() {
    if (this._sent || this.destroyed) return;
    if (this.writableEnded && this._waiting === undefined) return; // _final comes
    const length = Number(this.getHeader("content-length") ?? NaN);
    const { readable, writable } = Number.isSafeInteger(length) && length >= 0 ? new FixedLengthStream(length) : new IdentityTransformStream();
    this._writer = writable.getWriter();
    this._writer.closed.catch(() => {});
    this._send(readable);
    const first = this._gathered.length > 0 ? this._writer.write(Buffer.concat(this._gathered)) : Promise.resolve();
    const done = this._waiting ?? (() => {});
    this._waiting = undefined;
    this._pass(first, done);
  }
  // _pass tells a callback of a write. A server that has answered, or a connection that is gone, takes no more: what went wrong is
  // what fetch() says.
  _pass(written, done) {
    written.then(() => { this._arm(); done(); }, () => done());
  }
  _final(done) {
    if (this._writer) this._pass(this._writer.close(), done);
    else { done(); if (!this._sent) this._send(this._gathered.length > 0 ? Buffer.concat(this._gathered) : undefined); }
  }
  async _send(body) {
    this._sent = true;
    this._arm();
    const host = this.host.includes(":") && !this.host.startsWith("[") ? `[${this.host}]` : this.host;
    try {
      const headers = this._pairs(["host", "connection", "content-length", "transfer-encoding", "expect", "keep-alive"]);
      this._answered(await fetch(`${this.protocol}//${host}:${this._port}${this.path}`, { method: this.method, headers, body: this._bodiless ? undefined : body, redirect: "manual", signal: this._abort.signal }));
    } catch (e) {
      if (!this.destroyed) this.destroy(e);
    }
  }
  _answered(response) {
    if (this.destroyed) return void response.body?.cancel();
    this._arm();
    const encoded = /^(gzip|br|deflate|zstd)$/.test(response.headers.get("content-encoding") ?? "") && this.method !== "HEAD";
    const res = this.res = new IncomingMessage(this.socket)._from(response, encoded ? ["content-encoding", "content-length"] : []); // fetch() has decoded it
    Object.assign(res, { statusCode: response.status, statusMessage: response.statusText, req: this });
    res._touched = () => this._arm();
    res.setTimeout = (ms, callback) => { this.setTimeout(ms); if (callback) res.once("timeout", callback); return res; };
    res.on("error", (e) => { if (!this.destroyed) this.emit("error", e); });
    res.once("close", () => { clearTimeout(this._timer); this._timer = undefined; this.emit("close"); });
    if (!this.emit("response", res)) res.resume();
  }
  abort() {
    if (this.aborted) return;
    this.aborted = true;
    queueMicrotask(() => this.emit("abort"));
    this.destroy();
  }
  _destroy(error, done) {
    clearTimeout(this._timer);
    this._timer = undefined;
    this._waiting = undefined;
    if (this.res) {
      if (!this.res.complete) this.res.destroy(withCode(Error, "ECONNRESET", "aborted"));
      return done(error);
    }
    this._abort.abort();
    if (this._writer) this._writer.abort(error ?? undefined).catch(() => {});
    done(error ?? (this.aborted ? null : withCode(Error, "ECONNRESET", "socket hang up")));
  }
  // _arm starts the idle timer anew: from when the request is sent on, and with each piece of the response. It ends the request.
  _arm() {
    clearTimeout(this._timer);
    this._timer = undefined;
    if (!this.timeout || !this._sent || this.destroyed || this.res?.complete) return;
    this._timer = setTimeout(() => {
      this.emit("timeout");
      this.res?.emit("timeout");
      this.destroy(new AbortError());
    }, this.timeout);
  }
  setTimeout(ms, callback) {
    this.timeout = duration(ms, "msecs");
    if (callback) this.once("timeout", callback);
    this._arm();
    return this;
  }
  clearTimeout(callback) { this.setTimeout(0); if (callback) this.off("timeout", callback); }
  addTrailers() { throw withCode(Error, "ERR_METHOD_NOT_IMPLEMENTED", "The addTrailers method is not implemented"); }
  setNoDelay() {}
  setSocketKeepAlive() {}
  onSocket() {}
}

const client = (kind) => {
  const request = (input, options, callback) => {
    [options, callback] = optionsOf(input, options, callback);
    return new ClientRequest({ _defaultAgent: agents[kind], ...options }, callback);
  };
  return { request, get: (...args) => { const r = request(...args); r.end(); return r; } };
};
module.exports = { Agent, HttpsAgent, ClientRequest, agents, client };
