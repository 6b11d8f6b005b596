// net.Socket: a stream over a raw connection (internal_net_wire.js). How a connection comes to be is in internal_net_connect.js.
const { Duplex } = require("node:stream");
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType, invalidArgValue, outOfRange, AbortError, validateFunction, validateNumber, validateObject, validateAbortSignal } = require("internal:errors");
const ports = require("internal:net_ports");
const { BoundSocket, consume } = require("internal:net_bound");
const { nextTick } = require("node:process");
const { setTimeout, clearTimeout } = core.timers;

const kState = Symbol("state"); // { timer, onread, peer, local, reserved, handed, … }
const notImplemented = (name) => withCode(Error, "ERR_OPTION_NOT_IMPLEMENTED", `The ${name} option is not implemented`);
const socketClosed = () => withCode(Error, "ERR_SOCKET_CLOSED", "Socket is closed");
const lost = "Network connection lost.";

// broken is an error of a read or a write as Node.js words it, where it is known what happened.
function broken(syscall, e) {
  if (e?.message !== lost) return e;
  return syscall === "read" ? ports.systemError("read", "ECONNRESET", 104) : ports.systemError("write", "EPIPE", 32);
}

function Socket(options) {
  if (!(this instanceof Socket)) return new Socket(options);
  options = checked(options);
  this._handle = null;
  this.connecting = false;
  this._hadError = false;
  this._parent = null;
  this._parentWrap = null;
  this._host = null;
  this.server = null;
  this._server = null;
  this._closeAfterHandlingError = false;
  this.autoSelectFamilyAttemptedAddresses = [];
  this._pendingData = null;
  this._pendingEncoding = "";
  const state = { timer: null, onread: undefined, peer: null, local: null, reserved: false, handed: undefined, reading: false, looping: false, bytesRead: 0, bytesWritten: 0 };
  Object.defineProperty(this, kState, { value: state });
  Duplex.call(this, { ...options, emitClose: false, autoDestroy: true, decodeStrings: false, readable: true, writable: true, signal: undefined });
  if (options.handle) adopt(this, options.handle);
  this.on("end", refuseWrites);
  if (typeof options.onread === "object" && options.onread !== null && typeof options.onread.callback === "function" &&
    (options.onread.buffer instanceof Uint8Array || typeof options.onread.buffer === "function")) state.onread = options.onread;
  if (options.signal) follow(this, options.signal);
}
Object.setPrototypeOf(Socket.prototype, Duplex.prototype);
Object.setPrototypeOf(Socket, Duplex);

function checked(options) {
  if (options?.objectMode) throw invalidArgValue("options.objectMode", options.objectMode, "is not supported");
  for (const name of ["readableObjectMode", "writableObjectMode"]) if (options?.[name]) throw invalidArgValue(`options.${name}`, options[name], "is not supported");
  if (options?.keepAliveInitialDelay !== undefined) validateNumber(options.keepAliveInitialDelay, "options.keepAliveInitialDelay");
  if (typeof options === "number" || options?.fd !== undefined) throw notImplemented("options.fd");
  return { ...options, allowHalfOpen: Boolean(options?.allowHalfOpen) };
}

function adopt(socket, handle) {
  validateObject(handle, "options.handle");
  if (!BoundSocket.isBoundSocket(handle)) return void (socket._handle = handle);
  socket[kState].local = handle[consume]().address;
  socket[kState].reserved = true;
}

function follow(socket, signal) {
  validateAbortSignal(signal, "options.signal");
  const stop = () => socket.destroy(new AbortError(undefined, { cause: signal.reason }));
  if (signal.aborted) return void nextTick(stop);
  signal.addEventListener("abort", stop, { once: true });
  socket.once("close", () => signal.removeEventListener("abort", stop));
}

// refuseWrites: the other side has ended, and without allowHalfOpen nothing is written any more.
function refuseWrites() {
  if (this.allowHalfOpen) return;
  this.write = function (chunk, encoding, done) {
    if (!this.writableEnded) return Duplex.prototype.write.call(this, chunk, encoding, done);
    if (typeof encoding === "function") done = encoding;
    const e = withCode(Error, "EPIPE", "This socket has been ended by the other party");
    if (typeof done === "function") queueMicrotask(() => done(e));
    this.destroy(e);
    return false;
  };
}

// --- reading

async function readLoop(socket) {
  const state = socket[kState], wire = socket._handle;
  if (state.looping === wire) return;
  state.looping = wire;
  const current = () => socket._handle === wire && !socket.destroyed && state.handed !== wire;
  try {
    while (state.reading && current()) {
      const bytes = await wire.read();
      if (!current()) break;
      socket._unrefTimer();
      if (bytes === undefined) {
        state.reading = false;
        socket.push(null);
        Duplex.prototype.read.call(socket, 0);
        break;
      }
      state.bytesRead += bytes.length;
      if (bytes.length > 0 && !deliver(socket, bytes)) state.reading = false;
    }
  } catch (e) {
    if (current()) socket.destroy(broken("read", e));
  } finally {
    if (state.looping === wire) state.looping = false;
  }
}

// deliver returns whether more may come.
function deliver(socket, bytes) {
  const { onread } = socket[kState];
  if (onread === undefined) return socket.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  let more = true;
  for (let at = 0; at < bytes.length;) {
    const into = typeof onread.buffer === "function" ? onread.buffer() : onread.buffer;
    if (!(into instanceof Uint8Array)) throw invalidArgType("onread.buffer", ["Buffer", "Uint8Array"], into);
    if (into.length === 0) throw ports.systemError("read", "ENOBUFS", 105);
    const piece = bytes.subarray(at, at + into.length);
    into.set(piece);
    at += piece.length;
    if (onread.callback(piece.length, into) === false) more = false;
  }
  return more;
}

function startReading(socket) {
  if (socket._handle === null || socket.connecting || socket._handle === socket[kState].handed) return;
  socket[kState].reading = true;
  readLoop(socket);
}

// --- the methods

const methods = {
  _unrefTimer() {
    for (let s = this; s; s = s._parentWrap) {
      const state = s[kState];
      if (state === undefined || state.timer === null) continue;
      clearTimeout(state.timer);
      state.timer = setTimeout(() => s._onTimeout(), s.timeout);
    }
  },
  setTimeout(ms, callback) {
    if (this.destroyed) return this;
    this.timeout = ms;
    validateNumber(ms, "msecs");
    if (!(ms >= 0 && Number.isFinite(ms))) throw outOfRange("msecs", "a non-negative finite number", ms);
    const state = this[kState];
    clearTimeout(state.timer);
    state.timer = null;
    if (callback !== undefined) {
      validateFunction(callback, "callback");
      if (ms === 0) this.removeListener("timeout", callback); else this.once("timeout", callback);
    }
    if (ms > 0) state.timer = setTimeout(() => this._onTimeout(), Math.min(ms, 2 ** 31 - 1));
    return this;
  },
  _onTimeout() { this.emit("timeout"); },
  _getpeername() { return this._handle === null || this[kState].peer === null ? {} : { ...this[kState].peer }; },
  _getsockname() { return this[kState].local ?? this._parentWrap?._getsockname() ?? {}; },
  address() { return this._getsockname(); },

  _writeGeneric(many, data, encoding, done) {
    if (this.connecting) {
      this._pendingData = data;
      this._pendingEncoding = encoding;
      const closed = () => done(withCode(Error, "ERR_SOCKET_CLOSED_BEFORE_CONNECTION", "Socket closed before the connection was established"));
      this.once("close", closed);
      this.once("connect", () => { this.off("close", closed); this._writeGeneric(many, data, encoding, done); });
      return;
    }
    this._pendingData = null;
    this._pendingEncoding = "";
    const wire = this._handle, state = this[kState];
    if (wire === null) return void done(socketClosed());
    const bytes = many ? Buffer.concat(data.map(({ chunk, encoding }) => bytesOf(chunk, encoding))) : bytesOf(data, encoding);
    this._unrefTimer();
    wire.write(bytes).then(() => {
      state.bytesWritten += bytes.length;
      this._unrefTimer();
      done();
    }, (e) => done(broken("write", e)));
  },
  _writev(chunks, done) { this._writeGeneric(true, chunks, "", done); },
  _write(chunk, encoding, done) { this._writeGeneric(false, chunk, encoding, done); },
  _final(done) {
    if (this.connecting) return void this.once("connect", () => this._final(done));
    if (this._handle === null) return void done();
    this._handle.end().then(() => done(), (e) => done(broken("write", e)));
  },
  end(data, encoding, done) { Duplex.prototype.end.call(this, data, encoding, done); return this; },

  pause() { if (!this.destroyed) this[kState].reading = false; return Duplex.prototype.pause.call(this); },
  resume() { if (!this[kState].reading) startReading(this); return Duplex.prototype.resume.call(this); },
  read(n) { if (!this[kState].reading) startReading(this); return Duplex.prototype.read.call(this, n); },
  _read(n) {
    if (this.connecting || this._handle === null) this.once("connect", () => this._read(n));
    else if (!this[kState].reading) startReading(this);
  },

  _reset() { this.resetAndClosing = true; return this.destroy(); },
  resetAndDestroy() {
    if (this._handle === null) this.destroy(socketClosed());
    else if (this.connecting) this.once("connect", () => this._reset());
    else this._reset();
    return this;
  },
  destroySoon() {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy(); else this.once("finish", () => this.destroy());
  },
  _destroy(error, done) {
    this.connecting = false;
    for (let s = this; s; s = s._parentWrap) { clearTimeout(s[kState]?.timer); if (s[kState]) s[kState].timer = null; }
    letGo(this);
    const wire = this._handle, state = this[kState];
    state.reading = false;
    const ended = () => {
      state.peer = null;
      done(error);
      nextTick(() => this.emit("close", Boolean(error)));
    };
    if (wire === null) ended(); else wire.close().then(ended, ended);
  },
  setNoDelay() { return this; },
  setKeepAlive() { return this; },
  setTypeOfService() { return this; },
  getTypeOfService() { return 0; },
  ref() { return this; },
  unref() { return this; },
};

function bytesOf(chunk, encoding) {
  if (typeof chunk === "string") return Buffer.from(chunk, encoding);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw invalidArgType("chunk", ["string", "ArrayBufferView"], chunk);
}

// letGo gives back the local port.
function letGo(socket) {
  const state = socket[kState];
  if (state.reserved) ports.release(state.local.port);
  state.reserved = false;
  state.local = null;
}

for (const name of Object.keys(methods)) Object.defineProperty(Socket.prototype, name, { value: methods[name], writable: true, enumerable: true, configurable: true });

function lengthOf(socket) {
  const { _pendingData: data, _pendingEncoding: encoding } = socket;
  if (data === null) return socket.writableLength;
  if (Array.isArray(data)) return data.reduce((n, { chunk, encoding }) => n + (typeof chunk === "string" ? Buffer.byteLength(chunk, encoding) : chunk.byteLength), 0);
  return typeof data === "string" ? Buffer.byteLength(data, encoding) : data.byteLength;
}
const getters = {
  _connecting() { return this.connecting; },
  pending() { return this._handle === null || this.connecting; },
  readyState() {
    if (this.connecting) return "opening";
    if (this.readable) return this.writable ? "open" : "readOnly";
    return this.writable ? "writeOnly" : "closed";
  },
  bufferSize() { return this._handle === null ? undefined : this.writableLength; },
  bytesRead() { return this[kState].bytesRead; },
  _bytesDispatched() { return this[kState].bytesWritten; },
  bytesWritten() { return this[kState].bytesWritten + lengthOf(this); },
  remoteAddress() { return this._getpeername().address; },
  remoteFamily() { return this._getpeername().family; },
  remotePort() { return this._getpeername().port; },
  localAddress() { return this._getsockname().address; },
  localPort() { return this._getsockname().port; },
  localFamily() { return this._getsockname().family; },
};
for (const name of Object.keys(getters)) Object.defineProperty(Socket.prototype, name, { get: getters[name], enumerable: /^(bytes|_bytes|remote|local)/.test(name), configurable: true });

module.exports = { Socket, kState, startReading, letGo, notImplemented };
