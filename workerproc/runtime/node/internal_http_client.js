// Requests of node:http and node:https, made with fetch(): what is written is gathered and sent at end().
const { Buffer } = require("node:buffer");
const EventEmitter = require("node:events");
const { withCode, invalidArgType } = require("internal:errors");
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
    const agent = options.agent === false ? new Agent() : options.agent ?? options._defaultAgent ?? agents.http;
    const protocol = options.protocol || agent.protocol || "http:", expected = (options._defaultAgent ?? agent).protocol ?? "http:";
    if (protocol !== expected) throw withCode(TypeError, "ERR_INVALID_PROTOCOL", `Protocol "${protocol}" not supported. Expected "${expected}"`);
    if (options.path && /[^\x21-\xff]/.test(`${options.path}`)) throw withCode(TypeError, "ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters");
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
    if (options.timeout) this.setTimeout(options.timeout);
    queueMicrotask(() => { if (!this.destroyed) this.emit("socket", this.socket); });
  }
  _setHeaders(options, host) {
    const { headers } = options;
    if (Array.isArray(headers)) for (let i = 0; i < headers.length; i += Array.isArray(headers[0]) ? 1 : 2) Array.isArray(headers[i]) ? this.appendHeader(...headers[i]) : this.appendHeader(headers[i], headers[i + 1]);
    else if (headers) for (const name of Object.keys(headers)) if (headers[name] !== undefined) this.setHeader(name, headers[name]);
    if (!this.hasHeader("host") && options.setHost !== false) {
      const usual = this._port === (this.protocol === "https:" ? 443 : 80);
      this.setHeader("Host", `${host.includes(":") ? `[${host}]` : host}${usual ? "" : `:${this._port}`}`);
    }
    if (options.auth && !this.hasHeader("authorization")) this.setHeader("Authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`);
  }
  _follow(signal) {
    const stop = () => { const e = new (require("internal:errors").AbortError)(undefined, { cause: signal.reason }); this.destroy(e); };
    if (signal.aborted) queueMicrotask(stop); else signal.addEventListener("abort", stop, { once: true });
  }
  _write(chunk, encoding, done) { this._gathered.push(Buffer.from(chunk)); done(); }
  _final(done) {
    done();
    this._send();
  }
  async _send() {
    this._sent = true;
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    const body = this._gathered.length > 0 && this.method !== "GET" && this.method !== "HEAD" ? Buffer.concat(this._gathered) : undefined;
    try {
      const response = await fetch(`${this.protocol}//${host}:${this._port}${this.path}`, { method: this.method, headers: this._pairs(["host", "connection", "content-length", "transfer-encoding", "expect", "keep-alive"]), body, redirect: "manual", signal: this._abort.signal });
      this._answered(response);
    } catch (e) {
      if (!this.destroyed) this.destroy(e);
    }
  }
  _answered(response) {
    if (this.destroyed) return void response.body?.cancel();
    clearTimeout(this._timer);
    const encoded = /^(gzip|br|deflate|zstd)$/.test(response.headers.get("content-encoding") ?? "") && this.method !== "HEAD";
    const res = this.res = new IncomingMessage(this.socket)._from(response, encoded ? ["content-encoding", "content-length"] : []); // fetch() has decoded it
    Object.assign(res, { statusCode: response.status, statusMessage: response.statusText, req: this });
    res.once("close", () => { this.emit("close"); });
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
    if (this.writableFinished && !error && !this.res && !this._gone) { this._gone = true; }
    this._abort.abort();
    if (this.res) { if (!this.res.complete) this.res.destroy(error); return done(error); }
    done(error ?? withCode(Error, "ECONNRESET", "socket hang up"));
  }
  setTimeout(ms, callback) {
    if (callback) this.once("timeout", callback);
    clearTimeout(this._timer);
    if (ms > 0) this._timer = setTimeout(() => this.emit("timeout"), ms);
    return this;
  }
  clearTimeout(callback) { this.setTimeout(0); if (callback) this.off("timeout", callback); }
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
