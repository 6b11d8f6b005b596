// The messages of node:http: IncomingMessage reads a body of fetch's, OutgoingMessage keeps headers and writes one.
const { Buffer } = require("node:buffer");
const { Readable, Writable } = require("node:stream");
const { withCode, invalidArgType } = require("internal:errors");

const token = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
function validateHeaderName(name, label = "Header name") {
  if (typeof name !== "string" || !token.test(name)) throw withCode(TypeError, "ERR_INVALID_HTTP_TOKEN", `${label} must be a valid HTTP token ["${name}"]`);
}
function validateHeaderValue(name, value) {
  if (value === undefined) throw withCode(TypeError, "ERR_HTTP_INVALID_HEADER_VALUE", `Invalid value "${value}" for header "${name}"`);
  for (const one of Array.isArray(value) ? value : [value]) if (/[^\t\x20-\x7e\x80-\xff]/.test(`${one}`)) throw withCode(TypeError, "ERR_INVALID_CHAR", `Invalid character in header content ["${name}"]`);
}

// socket is what libraries ask of a connection that they can't have.
function socket(remoteAddress, encrypted) {
  const EventEmitter = require("node:events");
  const self = () => fake;
  const fake = Object.assign(new EventEmitter(), { remoteAddress, remotePort: 0, remoteFamily: "IPv4", localAddress: "127.0.0.1", localPort: 0, encrypted, authorized: encrypted, readable: true, writable: true,
    destroyed: false, setTimeout: self, setNoDelay: self, setKeepAlive: self, ref: self, unref: self, cork() {}, uncork() {}, pause: self, resume: self, end: self, write: () => true, address: () => ({}), destroy() { fake.destroyed = true; return fake; } });
  return fake;
}

class IncomingMessage extends Readable {
  constructor(connection) {
    super({ autoDestroy: true });
    Object.assign(this, { socket: connection, httpVersionMajor: 1, httpVersionMinor: 1, httpVersion: "1.1", complete: false, rawHeaders: [], rawTrailers: [], joinDuplicateHeaders: undefined, aborted: false,
      upgrade: false, url: "", method: null, statusCode: null, statusMessage: null, client: connection });
    this._headers = {};
    this._reader = undefined;
  }
  get connection() { return this.socket; }
  get headers() { return this._headers; }
  set headers(value) { this._headers = value; }
  get headersDistinct() { return Object.fromEntries(Object.entries(this._headers).map(([name, value]) => [name, [].concat(value)])); }
  get trailers() { return {}; }
  get trailersDistinct() { return {}; }
  // from takes headers and body of a Request or Response.
  _from(message, without = []) {
    for (const [name, value] of message.headers) {
      if (without.includes(name)) continue;
      this.rawHeaders.push(name, value);
      if (name === "set-cookie") (this._headers[name] ??= []).push(value);
      else this._headers[name] = value;
    }
    this._reader = message.body?.getReader();
    return this;
  }
  _read() {
    if (!this._reader) { this.complete = true; this.push(null); return; }
    this._reader.read().then(({ done, value }) => {
      this._touched?.();
      if (!done) return void (value.length === 0 ? this._read() : this.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength)));
      this.complete = true;
      this.push(null);
    }, (e) => this.destroy(e));
  }
  _destroy(error, done) {
    if (!this.complete && this._reader) {
      this.aborted = true;
      this.emit("aborted");
      this._reader.cancel(error ?? undefined).catch(() => {});
    }
    done(error);
  }
  setTimeout(ms, callback) { if (callback) this.once("timeout", callback); return this; }
}

class OutgoingMessage extends Writable {
  constructor(options) {
    super({ decodeStrings: true, autoDestroy: false, ...options });
    Object.assign(this, { sendDate: false, shouldKeepAlive: true, useChunkedEncodingByDefault: true, chunkedEncoding: false, _sent: false, strictContentLength: false });
    this._names = new Map(); // lower case: [name, value]
  }
  get headersSent() { return this._sent; }
  get finished() { return this.writableEnded; }
  set finished(value) {}
  get connection() { return this.socket; }
  get _header() { return this._sent ? "" : null; }
  get _headers() { return this.getHeaders(); }
  setHeader(name, value) {
    if (this._sent) throw withCode(Error, "ERR_HTTP_HEADERS_SENT", "Cannot set headers after they are sent to the client");
    validateHeaderName(name);
    validateHeaderValue(name, value);
    this._names.set(name.toLowerCase(), [name, value]);
    return this;
  }
  setHeaders(headers) {
    if (!headers || Array.isArray(headers) || typeof headers.keys !== "function" || typeof headers.get !== "function") throw invalidArgType("headers", ["Headers", "Map"], headers);
    for (const [name, value] of headers) this.setHeader(name, value);
    return this;
  }
  appendHeader(name, value) {
    const before = this.getHeader(name);
    return this.setHeader(name, before === undefined ? value : [].concat(before, value));
  }
  getHeader(name) {
    if (typeof name !== "string") throw invalidArgType("name", "string", name);
    return this._names.get(name.toLowerCase())?.[1];
  }
  hasHeader(name) { return this._names.has(`${name}`.toLowerCase()); }
  removeHeader(name) {
    if (typeof name !== "string") throw invalidArgType("name", "string", name);
    if (this._sent) throw withCode(Error, "ERR_HTTP_HEADERS_SENT", "Cannot remove headers after they are sent to the client");
    this._names.delete(name.toLowerCase());
  }
  getHeaderNames() { return [...this._names.keys()]; }
  getRawHeaderNames() { return [...this._names.values()].map(([name]) => name); }
  getHeaders() { const all = { __proto__: null }; for (const [name, [, value]] of this._names) all[name] = value; return all; }
  flushHeaders() {}
  addTrailers() {}
  setTimeout(ms, callback) { if (callback) this.once("timeout", callback); return this; }
  // _pairs are the headers for fetch's classes.
  _pairs(without = []) {
    const pairs = [];
    for (const [lower, [name, value]] of this._names) {
      if (without.includes(lower)) continue;
      for (const one of Array.isArray(value) ? value : [value]) pairs.push([name, `${one}`]);
    }
    return pairs;
  }
}

module.exports = { IncomingMessage, OutgoingMessage, validateHeaderName, validateHeaderValue, socket };
