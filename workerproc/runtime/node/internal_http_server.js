// Servers of node:http: a server listens on a port that only its Worker knows (internal_net_ports.js), and httpServerHandler of
// cloudflare:node hands it the requests of fetch().
const EventEmitter = require("node:events");
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType } = require("internal:errors");
const { IncomingMessage, OutgoingMessage, socket } = require("internal:http_messages");
const ports = require("internal:net_ports");

const hop = ["connection", "keep-alive", "transfer-encoding", "upgrade"];

class ServerResponse extends OutgoingMessage {
  constructor(req, options) {
    super(options);
    Object.assign(this, { statusCode: 200, statusMessage: undefined, req, socket: req?.socket });
    this._answer = undefined; // takes the Response
    this._stream = undefined;
  }
  writeHead(statusCode, reason, headers) {
    if (this._sent) throw withCode(Error, "ERR_HTTP_HEADERS_SENT", "Cannot write headers after they are sent to the client");
    const code = statusCode | 0;
    if (code < 100 || code > 999) throw withCode(RangeError, "ERR_HTTP_INVALID_STATUS_CODE", `Invalid status code: ${statusCode}`);
    this.statusCode = code;
    if (typeof reason === "string") this.statusMessage = reason; else headers ??= reason;
    const list = Array.isArray(headers) ? (Array.isArray(headers[0]) ? headers : headers.flatMap((name, i) => (i % 2 ? [] : [[name, headers[i + 1]]]))) : Object.entries(headers ?? {});
    for (const [name, value] of list) this.setHeader(name, value);
    this._head = true;
    this._sent = true;
    return this;
  }
  flushHeaders() { if (!this._stream) this._start(undefined, true); }
  writeContinue() {}
  writeProcessing() {}
  writeEarlyHints(hints, done) { done?.(); }
  assignSocket(s) { this.socket = s; }
  detachSocket() {}
  _implicitHeader() { this.writeHead(this.statusCode); }
  // start answers: with the whole body, or with what is still to be written.
  _start(whole, open) {
    this._sent = true;
    const bare = this.statusCode === 204 || this.statusCode === 304 || this.statusCode === 101 || this.req?.method === "HEAD";
    const { STATUS_CODES } = require("node:http");
    const init = { status: this.statusCode < 200 ? 200 : this.statusCode, statusText: this.statusMessage ?? STATUS_CODES[this.statusCode] ?? "unknown", headers: this._pairs(hop) };
    let body = null;
    if (!bare && open) {
      body = new ReadableStream({ start: (c) => { this._stream = c; }, pull: () => { const go = this._wanted; this._wanted = undefined; go?.(); }, cancel: (reason) => { this.destroy(reason instanceof Error ? reason : undefined); } }, { highWaterMark: 1 });
    } else {
      if (!bare && whole !== undefined) body = whole;
      if (!bare && !this.hasHeader("content-length")) init.headers.push(["Content-Length", `${whole?.length ?? 0}`]);
      this._stream = null;
    }
    this._answer?.(new Response(body, init));
  }
  // end with all of the body needs no stream.
  end(chunk, encoding, done) {
    if (typeof chunk === "function") { done = chunk; chunk = undefined; } else if (typeof encoding === "function") { done = encoding; encoding = undefined; }
    if (this._stream === undefined && !this.writableEnded && this.writableLength === 0) {
      if (chunk !== undefined && chunk !== null && typeof chunk !== "string" && !ArrayBuffer.isView(chunk)) throw invalidArgType("chunk", ["string", "Buffer", "Uint8Array"], chunk);
      this._start(chunk === undefined || chunk === null ? undefined : typeof chunk === "string" ? Buffer.from(chunk, encoding) : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      chunk = undefined;
    }
    return chunk === undefined || chunk === null ? super.end(done) : super.end(chunk, encoding, done);
  }
  _write(chunk, encoding, done) {
    if (this._stream === undefined) this._start(undefined, true);
    if (!this._stream) return done();
    if (chunk.length > 0) this._stream.enqueue(new Uint8Array(chunk)); // a copy: who writes may go on with it
    if (this._stream.desiredSize > 0) done(); else this._wanted = done;
  }
  _final(done) {
    if (this._stream) { try { this._stream.close(); } catch { /* it was cancelled */ } }
    done();
  }
  _destroy(error, done) {
    if (this._stream && !this.writableFinished) { try { this._stream.error(error ?? withCode(Error, "ECONNRESET", "aborted")); } catch { /* it has ended */ } }
    if (this._stream === undefined) this._failed?.(error ?? withCode(Error, "ECONNRESET", "socket hang up"));
    const go = this._wanted;
    this._wanted = undefined;
    go?.(error);
    done(error);
  }
}

class Server extends EventEmitter {
  constructor(options, listener) {
    super();
    if (typeof options === "function") { listener = options; options = {}; }
    else if (options !== undefined && options !== null && typeof options !== "object") throw invalidArgType("options", "object", options);
    Object.assign(this, { timeout: 0, keepAliveTimeout: 5000, headersTimeout: 60000, requestTimeout: 300000, maxHeadersCount: null, maxRequestsPerSocket: 0 });
    this._port = undefined;
    this._classes = [options?.IncomingMessage ?? IncomingMessage, options?.ServerResponse ?? ServerResponse];
    if (listener) this.on("request", listener);
  }
  get listening() { return this._port !== undefined; }
  listen(...args) {
    const done = typeof args.at(-1) === "function" ? args.pop() : undefined;
    const given = args[0] !== null && typeof args[0] === "object" ? args[0].port : args[0];
    if (this._port !== undefined) throw withCode(Error, "ERR_SERVER_ALREADY_LISTEN", "Listen method has been called more than once without closing.");
    const port = given === undefined || given === null ? 0 : Number(given);
    if (!(Number.isInteger(port) && port >= 0 && port < 65536)) throw withCode(RangeError, "ERR_SOCKET_BAD_PORT", `options.port should be >= 0 and < 65536. Received ${typeof given} (${given}).`);
    this._port = ports.bind("127.0.0.1", port);
    ports.handlers.set(this._port, this._handler = { fetch: (request) => serve(this, request) });
    if (done) this.once("listening", done);
    queueMicrotask(() => this.emit("listening"));
    return this;
  }
  address() { return this._port === undefined ? null : { port: this._port, family: "IPv4", address: "127.0.0.1" }; }
  close(done) {
    const was = this._port;
    if (was !== undefined) {
      if (ports.handlers.get(was) === this._handler) ports.handlers.delete(was);
      ports.release(was);
    }
    this._port = undefined;
    if (done) this.once("close", () => done(was === undefined ? withCode(Error, "ERR_SERVER_NOT_RUNNING", "Server is not running.") : undefined));
    queueMicrotask(() => this.emit("close"));
    return this;
  }
  closeAllConnections() {}
  closeIdleConnections() {}
  getConnections(done) { queueMicrotask(() => done(null, 0)); return this; }
  setTimeout(ms, callback) { if (callback) this.on("timeout", callback); return this; }
  ref() { return this; }
  unref() { return this; }
  [Symbol.asyncDispose]() { return new Promise((resolve) => this.close(() => resolve())); }
}

// serve has a server answer a request.
function serve(server, request) {
  return new Promise((resolve, reject) => {
    const url = new URL(request.url);
    const connection = socket(request.headers.get("cf-connecting-ip") ?? "127.0.0.1", url.protocol === "https:");
    const [Incoming, Outgoing] = server._classes;
    const req = new Incoming(connection)._from(request);
    Object.assign(req, { method: request.method, url: url.pathname + url.search });
    if (req.headers.host === undefined) { req.headers.host = url.host; req.rawHeaders.push("host", url.host); }
    // A body without a length comes in chunks, as HTTP has it: libraries ask for one or the other.
    if (request.body && req.headers["content-length"] === undefined && req.headers["transfer-encoding"] === undefined) {
      req.headers["transfer-encoding"] = "chunked";
      req.rawHeaders.push("transfer-encoding", "chunked");
    }
    const res = new Outgoing(req);
    Object.assign(res, { _answer: resolve, _failed: reject });
    request.signal?.addEventListener("abort", () => { req.destroy(); res.destroy(); }, { once: true });
    if (!server.emit("request", req, res)) reject(new Error("The http server has no listener of 'request'."));
  });
}

module.exports = { Server, ServerResponse };
