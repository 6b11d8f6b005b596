// Socket.connect(): the arguments, the way to a connection and its events.
const { withCode, invalidArgType, invalidArgValue, validateNumber, validateFunction, validateBoolean, validateInt32 } = require("internal:errors");
const { Socket, kState, startReading, letGo } = require("internal:net_socket");
const { isIP, validatePort } = require("internal:net_address");
const { Wire } = require("internal:net_wire");
const ports = require("internal:net_ports");

const normalized = Symbol("normalizedArgs");

// normalizeArgs makes [options, callback or null] of what connect() and listen() are called with.
function normalizeArgs(args) {
  const [first, second] = args;
  let options = {};
  if (typeof first === "object" && first !== null) options = first;
  else if (typeof first === "string" && !(Number(first) >= 0)) options = { path: first };
  else if (args.length > 0) options = { port: first, ...(typeof second === "string" ? { host: second } : {}) };
  const last = args.at(-1);
  const result = [options, typeof last === "function" ? last : null];
  result[normalized] = true;
  return result;
}

Socket.prototype.connect = function (...args) {
  const [options, done] = args[0]?.[normalized] ? args[0] : normalizeArgs(args);
  if (this.connecting) throw withCode(Error, "ERR_SOCKET_CONNECTING", "Socket is already connecting");
  if (done !== null) this.once("connect", done);
  if (this._parentWrap?.connecting) return this;
  if (options.port === undefined && options.path == null) throw withCode(TypeError, "ERR_MISSING_ARGS", 'The "options" or "port" or "path" argument must be specified');
  if (options.path != null) throw invalidArgValue("path", options.path, "is not supported");
  const to = destination(this, options);
  if (Object.hasOwn(this, "write")) delete this.write; // it may have been refused
  const state = this[kState], before = this._handle;
  state.bytesRead = state.bytesWritten = 0;
  this._unrefTimer();
  this.connecting = true;
  if (before === null) begin(this, options, to);
  else {
    letGo(this);
    this._handle = null;
    state.reading = false;
    const go = () => begin(this, options, to);
    before.close().then(go, go);
  }
  return this;
};

// destination checks the options and gives host and port.
function destination(socket, options) {
  const { host = "localhost", port, localAddress, localPort, autoSelectFamily, autoSelectFamilyAttemptTimeout, lookup } = options;
  if (socket[kState].local !== null && socket[kState].reserved && (localAddress !== undefined || localPort !== undefined)) {
    throw invalidArgValue("options", options, "localAddress and localPort cannot be used with an adopted bound socket");
  }
  if (localAddress && !isIP(localAddress)) throw withCode(TypeError, "ERR_INVALID_IP_ADDRESS", `Invalid IP address: ${localAddress}`);
  if (localPort) validateNumber(localPort, "options.localPort");
  if (typeof port !== "number" && typeof port !== "string") throw invalidArgType("options.port", ["number", "string"], port);
  if (autoSelectFamily != null) validateBoolean(autoSelectFamily, "options.autoSelectFamily");
  if (autoSelectFamilyAttemptTimeout != null) validateInt32(autoSelectFamilyAttemptTimeout, "options.autoSelectFamilyAttemptTimeout", 1);
  if (lookup != null) validateFunction(lookup, "options.lookup");
  return { host: `${host}`, port: validatePort(port) };
}

// begin looks the name up, when a function for that is given; else whoever makes the connection does.
function begin(socket, options, { host, port }) {
  const kind = isIP(host);
  if (kind !== 0 || options.lookup == null) return dial(socket, options, host, port, kind);
  options.lookup(host, { family: options.family || 0, hints: options.hints }, (error, address, family) => {
    if (Array.isArray(address)) [{ address, family }] = address;
    socket.emit("lookup", error, address, family, host);
    if (socket.destroyed) return;
    if (error) return void socket.destroy(error);
    if (isIP(address) === 0) return void socket.destroy(withCode(TypeError, "ERR_INVALID_IP_ADDRESS", `Invalid IP address: ${address}`));
    dial(socket, options, address, port, isIP(address));
  });
}

function dial(socket, options, address, port, kind) {
  const state = socket[kState];
  const host = kind === 6 ? `[${address}]` : address;
  socket._undestroy();
  state.peer = { address, port, family: kind === 0 ? undefined : `IPv${kind}` };
  socket.autoSelectFamilyAttemptedAddresses = [`${host}:${port}`];
  socket._host = host;
  let told = false; // a name that isn't found is never tried
  const tried = () => { if (!told) socket.emit("connectionAttempt", host, port, kind); told = true; };
  if (kind !== 0) tried();
  try {
    bindLocal(state, options, kind);
    const wire = Wire.dial({ hostname: host, port, secureTransport: socket.encrypted ? "on" : "starttls", allowHalfOpen: true });
    socket._handle = wire;
    wire.opened.then(() => {
      if (socket.destroyed || socket._handle !== wire) return;
      tried();
      opened(socket);
    }, (e) => {
      if (socket.destroyed || socket._handle !== wire) return;
      const error = failure(e, address, port);
      if (error.syscall === "getaddrinfo") socket.emit("lookup", error, undefined, undefined, address);
      else { tried(); socket.emit("connectionAttemptFailed", host, port, kind, error); }
      socket.destroy(error);
    });
  } catch (e) { socket.destroy(e); }
}

// bindLocal gives the socket a local address, as connect(2) does.
function bindLocal(state, { localAddress, localPort }, kind) {
  if (state.local === null) {
    const address = localAddress ?? (kind === 6 ? "::" : "0.0.0.0");
    const family = `IPv${isIP(address)}`;
    state.reserved = Boolean(localPort);
    state.local = { address, family, port: localPort ? ports.bind(address, localPort) : ports.ephemeral() };
  }
  state.local = ports.concrete(state.local);
}

const numbers = { ECONNREFUSED: 111, ECONNRESET: 104, ETIMEDOUT: 110, EHOSTUNREACH: 113, ENETUNREACH: 101 };
// failure is an error of connecting as Node.js words it, where it is known what happened.
function failure(e, address, port) {
  const code = e?.connectFailure;
  if (code === undefined) return e;
  if (code !== "ENOTFOUND") return ports.systemError("connect", code, numbers[code] ?? 5, address, port);
  const error = ports.systemError("getaddrinfo", code, 3008, address);
  delete error.address;
  error.hostname = address;
  return error;
}

function opened(socket) {
  if (socket.destroyed) return;
  socket.connecting = false;
  socket._unrefTimer();
  socket.emit("connect");
  socket.emit("ready");
  if (!socket.isPaused()) startReading(socket);
}

function connect(...args) {
  const list = normalizeArgs(args);
  const socket = new Socket(list[0]);
  if (list[0].timeout) socket.setTimeout(list[0].timeout);
  return socket.destroyed ? socket : socket.connect(list);
}

module.exports = { connect, normalizeArgs, opened };
