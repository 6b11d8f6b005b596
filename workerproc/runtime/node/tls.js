// node:tls, for clients: the connection is made, or becomes, one with TLS outside of the jail, which verifies the server.
const { withCode, invalidArgType, validateFunction, validateNumber, validateInteger, validateObject, validateString, validateInt32, validateUint32, notImplemented: noMethod } = require("internal:errors");
const { Socket, kState, notImplemented } = require("internal:net_socket");
const { normalizeArgs, opened } = require("internal:net_connect");
const { checkServerIdentity, convertALPNProtocols } = require("internal:tls_names");

const throwing = core.flag("throw_on_not_implemented_tls_options");
const kOptions = Symbol("connect-options");

// checkIdentity refuses a function that the certificate can't be shown to; before the flag it was ignored.
function checkIdentity(check) {
  if (check === undefined) return;
  validateFunction(check, "options.checkServerIdentity");
  if (throwing) throw notImplemented("options.checkServerIdentity");
}

function TLSSocket(socket, options) {
  if (!(this instanceof TLSSocket)) return new TLSSocket(socket, options);
  options = { ...options };
  for (const name of ["enableTrace", "isServer", "server", "requestCert"]) if (options[name]) throw notImplemented(`options.${name}`);
  if (options.rejectUnauthorized === false) throw notImplemented("options.rejectUnauthorized");
  for (const name of ["ALPNProtocols", "SNICallback"]) if (options[name] !== undefined) throw notImplemented(`options.${name}`);
  if (options.requestOCSP) throw notImplemented("options.requestOCSP");
  if (options.secureContext !== undefined && !(options.secureContext instanceof SecureContext)) throw withCode(TypeError, "ERR_TLS_INVALID_CONTEXT", "context must be a SecureContext");
  if (options.pskCallback !== undefined) throw notImplemented("options.pskCallback");
  if (socket && !(socket instanceof Socket)) throw notImplemented("options.socket"); // nobody here can speak TLS over any other stream
  checkIdentity(options.checkServerIdentity);
  Object.assign(this, { _tlsOptions: options, _secureEstablished: false, _securePending: false, _newSessionPending: false, _controlReleased: false, secureConnecting: true,
    servername: options.servername ?? null, authorized: false, authorizationError: null, encrypted: true });
  Socket.call(this, { allowHalfOpen: socket ? socket.allowHalfOpen : options.allowHalfOpen, highWaterMark: options.highWaterMark, onread: socket ? undefined : options.onread, signal: options.signal });
  this.encrypted = true;
  this._parent = socket?._handle ?? null;
  this._parentWrap = socket ?? null;
  this.ssl = this._handle;
  this._init();
}
Object.setPrototypeOf(TLSSocket.prototype, Socket.prototype);
Object.setPrototypeOf(TLSSocket, Socket);

const absent = (name) => () => { throw new Error(`${name} is not implemented`); };
const methods = {
  _init() {
    const parent = this._parentWrap, { handshakeTimeout } = this._tlsOptions;
    this.on("error", (e) => { this._hadError = true; this.emit("_tlsError", e); });
    this.on("connect", () => this._finishInit());
    if (parent !== null) {
      parent.once("close", () => this.destroy());
      this.once("close", () => parent.destroy());
    }
    if (handshakeTimeout > 0) this.setTimeout(handshakeTimeout, this._timedOut = () => this.destroy(withCode(Error, "ERR_TLS_HANDSHAKE_TIMEOUT", "TLS handshake timeout")));
  },
  // _start makes the connection of another socket, once it is there, one with TLS.
  _start() {
    const parent = this._parentWrap;
    if (parent === null || this.destroyed) return;
    if (parent.connecting || parent._handle === null) return void parent.once("connect", () => this._start());
    const plain = parent._handle;
    parent[kState].reading = false;
    parent[kState].handed = plain; // what it still reads isn't its own
    const wire = this._handle = plain.secured(this.servername ?? undefined);
    this.ssl = wire;
    this.connecting = true;
    this[kState].peer = parent[kState].peer;
    wire.opened.then(() => { if (this._handle === wire && !this.destroyed) opened(this); }, (e) => {
      if (this._handle !== wire || this.destroyed) return;
      this.emit("connectionAttemptFailed", this.remoteAddress, this.remotePort, 0, e);
      this.destroy(e);
    });
  },
  _finishInit() {
    if (this.destroyed) return;
    this._secureEstablished = true;
    if (this._timedOut) this.setTimeout(0, this._timedOut);
    this.emit("secure");
  },
  _releaseControl() { const before = this._controlReleased; this._controlReleased = true; return !before; },
  _tlsError(e) { this.emit("_tlsError", e); return this._controlReleased ? e : null; },
  _emitTLSError(e) { const error = this._tlsError(e); if (error) this.emit("error", error); },
  disableRenegotiation() {},
  renegotiate(options, callback) {
    validateObject(options, "options");
    if (callback !== undefined) validateFunction(callback, "callback");
    return false;
  },
  exportKeyingMaterial(length, label) {
    validateUint32(length, "length", true);
    validateString(label, "label");
    throw new Error("exportKeyingMaterial is not implemented");
  },
  setMaxSendFragment(size) { validateInt32(size, "size"); return false; },
  setServername(name) { validateString(name, "name"); this.servername = name; },
  setSession() {},
  getPeerCertificate: absent("getPeerCertificate"),
};
for (const name of ["getCertificate", "getPeerX509Certificate", "getX509Certificate", "setKeyCert"]) methods[name] = absent(`TLSSocket.${name}`);
for (const name of ["getCipher", "getSharedSigalgs", "getEphemeralKeyInfo", "getFinished", "getPeerFinished", "getProtocol", "getSession", "getTLSTicket", "isSessionReused", "enableTrace"]) methods[name] = () => null;
for (const name of Object.keys(methods)) Object.defineProperty(TLSSocket.prototype, name, { value: methods[name], writable: true, enumerable: true, configurable: true });

function SecureContext(secureProtocol, secureOptions, minVersion, maxVersion) {
  if (!(this instanceof SecureContext)) return new SecureContext(secureProtocol, secureOptions, minVersion, maxVersion);
  if (secureOptions !== undefined) validateInteger(secureOptions, "secureOptions");
  this.context = undefined;
}
const createSecureContext = (options = {}) => new SecureContext(options.secureProtocol, options.secureOptions, options.minVersion, options.maxVersion);

// argumentsOf are those of connect(): [port,] [host,] [options,] [callback].
function argumentsOf(args) {
  const [options, done] = normalizeArgs(args);
  const more = args.slice(1, 3).find((arg) => arg !== null && typeof arg === "object");
  return [more === undefined ? options : Object.assign(options, more), done];
}

function secured() {
  this.authorized = true;
  this.secureConnecting = false;
  this.emit("secureConnect");
  this.removeListener("end", endedEarly);
}
function endedEarly() {
  if (this._hadError) return;
  this._hadError = true;
  const { path, host, port, localAddress } = this[kOptions];
  const e = withCode(Error, "ECONNRESET", "Client network socket disconnected before secure TLS connection was established");
  this.destroy(Object.assign(e, { path, host, port, localAddress }));
}

function connect(...args) {
  const [options, done] = argumentsOf(args);
  if (options.minDHSize !== undefined) {
    validateNumber(options.minDHSize, "options.minDHSize", 1);
    throw notImplemented("options.minDHSize");
  }
  if (options.rejectUnauthorized === false) throw notImplemented("options.rejectUnauthorized");
  if (options.pskCallback !== undefined) throw notImplemented("options.pskCallback");
  checkIdentity(options.checkServerIdentity);
  const { allowHalfOpen, ALPNProtocols, enableTrace, highWaterMark, secureContext, onread, signal, handshakeTimeout } = options;
  const socket = new TLSSocket(options.socket, { allowHalfOpen, ALPNProtocols, enableTrace, highWaterMark, secureContext, onread, signal, handshakeTimeout, rejectUnauthorized: true });
  socket[kOptions] = options;
  if (options.servername !== undefined) socket.servername = options.servername;
  if (done) socket.once("secureConnect", done);
  socket._releaseControl();
  socket.on("secure", secured);
  socket.prependListener("end", endedEarly);
  if (options.timeout) socket.setTimeout(options.timeout);
  if (options.socket) socket._start(); else socket.connect(options);
  return socket;
}

// translatePeerCertificate makes objects of the text in a certificate's infoAccess.
function translatePeerCertificate(c) {
  if (!c) return null;
  if (c.issuerCertificate != null && c.issuerCertificate !== c) c.issuerCertificate = translatePeerCertificate(c.issuerCertificate);
  if (c.infoAccess == null) return c;
  const lines = c.infoAccess;
  c.infoAccess = { __proto__: null };
  for (const line of lines.split("\n")) {
    const at = line.indexOf(":");
    if (at < 0) continue;
    const value = line.slice(at + 1);
    (c.infoAccess[line.slice(0, at)] ??= []).push(value.startsWith('"') ? JSON.parse(value) : value);
  }
  return c;
}

function absentServer() { throw new Error("Not implemented"); }
const none = { createSecurePair() { throw noMethod("createSecurePair"); } };
module.exports = {
  SecureContext, Server: function Server() { absentServer(); }, TLSSocket, connect, createSecureContext, createServer: function createServer() { absentServer(); },
  checkServerIdentity, convertALPNProtocols, getCiphers: function getCiphers() { absentServer(); }, createSecurePair: none.createSecurePair,
  CLIENT_RENEG_LIMIT: 3, CLIENT_RENEG_WINDOW: 600, DEFAULT_CIPHERS: "", DEFAULT_ECDH_CURVE: "auto", DEFAULT_MAX_VERSION: "TLSv1.3", DEFAULT_MIN_VERSION: "TLSv1.2", rootCertificates: [],
};
Object.defineProperty(module.exports, "translatePeerCertificate", { value: translatePeerCertificate, enumerable: false });
