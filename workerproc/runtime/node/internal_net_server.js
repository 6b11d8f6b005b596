// net.Server: it listens on a port of its isolate, and handleAsNodeConnection of cloudflare:node hands it the connections that
// connect() of the Worker gets.
const EventEmitter = require("node:events");
const { withCode, invalidArgValue, validateFunction, validateNumber, validateObject, validateString, validateBoolean } = require("internal:errors");
const { isIP, validatePort } = require("internal:net_address");
const { Socket, kState, startReading } = require("internal:net_socket");
const { BoundSocket, consume } = require("internal:net_bound");
const { normalizeArgs } = require("internal:net_connect");
const { Wire } = require("internal:net_wire");
const ports = require("internal:net_ports");

// endpoint reads "host:port".
function endpoint(text) {
  const found = typeof text === "string" ? /^\[?([^\]]*?)\]?:(\d+)$/.exec(text) : null;
  if (found === null) return undefined;
  const address = found[1] === "*" ? "0.0.0.0" : found[1];
  return { address, port: Number(found[2]), ...(isIP(address) === 0 ? {} : { family: `IPv${isIP(address)}` }) };
}

class Server extends EventEmitter {
  #address = null;
  #connections = 0;
  #closing = false;
  #handler = { connect: (socket) => this.#accept(socket) };

  constructor(options, listener) {
    super();
    if (typeof options === "function") [options, listener] = [{}, options];
    options ??= {};
    validateObject(options, "options");
    if (listener !== undefined) {
      validateFunction(listener, "connectionListener");
      this.on("connection", listener);
    }
    const { allowHalfOpen = false, pauseOnConnect, noDelay, keepAlive, keepAliveInitialDelay, highWaterMark } = options;
    if (keepAliveInitialDelay !== undefined) validateNumber(keepAliveInitialDelay, "options.keepAliveInitialDelay");
    Object.assign(this, { allowHalfOpen, pauseOnConnect: Boolean(pauseOnConnect), noDelay: Boolean(noDelay), keepAlive: Boolean(keepAlive),
      keepAliveInitialDelay: ~~(Math.max(keepAliveInitialDelay ?? 0, 0) / 1000), highWaterMark, maxConnections: undefined });
  }

  listen(...args) {
    const [options, done] = normalizeArgs(args);
    if (this.#address !== null) throw withCode(Error, "ERR_SERVER_ALREADY_LISTEN", "Listen method has been called more than once without closing.");
    if (done !== null) this.once("listening", done);
    try {
      this.#address = this.#bind(options);
    } catch (e) {
      if (e.code !== "EADDRINUSE") throw e;
      queueMicrotask(() => this.emit("error", e));
      return this;
    }
    this.#closing = false;
    ports.handlers.set(this.#address.port, this.#handler);
    queueMicrotask(() => this.emit("listening"));
    return this;
  }
  #bind(options) {
    const handle = [options, options.handle].find(BoundSocket.isBoundSocket);
    if (handle !== undefined) return handle[consume]().address;
    if (options.path != null) throw invalidArgValue("options.path", options.path, "is not supported");
    if (options.handle != null || options.fd != null) throw invalidArgValue("options", options, "only a net.BoundSocket handle is supported");
    const port = options.port == null ? 0 : validatePort(options.port, "options.port");
    const { reusePort = false, ipv6Only, host = ipv6Only ? "::" : "0.0.0.0" } = options;
    validateBoolean(reusePort, "options.reusePort");
    validateString(host, "options.host");
    const address = host === "localhost" ? "127.0.0.1" : host;
    return { address, port: ports.bind(address, port, reusePort), ...(isIP(address) === 0 ? {} : { family: `IPv${isIP(address)}` }) };
  }

  address() { return this.#address === null ? null : { ...this.#address }; }
  get listening() { return this.#address !== null; }
  close(done) {
    const was = this.#address;
    if (typeof done === "function") this.once("close", was === null ? () => done(withCode(Error, "ERR_SERVER_NOT_RUNNING", "Server is not running.")) : done);
    if (was !== null) {
      if (ports.handlers.get(was.port) === this.#handler) ports.handlers.delete(was.port);
      ports.release(was.port);
    }
    this.#address = null;
    this.#closing = true;
    this.#maybeClosed();
    return this;
  }
  #maybeClosed() {
    if (!this.#closing || this.#address !== null || this.#connections > 0) return;
    this.#closing = false;
    queueMicrotask(() => this.emit("close"));
  }
  getConnections(done) {
    validateFunction(done, "cb");
    const n = this.#connections;
    queueMicrotask(() => done(null, n));
    return this;
  }
  ref() { return this; }
  unref() { return this; }
  async [Symbol.asyncDispose]() { if (this.#address !== null) await new Promise((resolve) => this.close(resolve)); }

  // #accept lasts as long as the connection does.
  async #accept(from) {
    const { remoteAddress } = await from.opened;
    if (this.#address === null) return void await from.close();
    const local = ports.concrete(this.#address);
    const peer = endpoint(remoteAddress) ?? { address: local.family === "IPv6" ? `::ffff:${ports.GATEWAY}` : ports.GATEWAY, family: local.family ?? "IPv4", port: ports.ephemeral() };
    if (this.maxConnections !== undefined && this.#connections >= this.maxConnections) {
      this.emit("drop", { localAddress: local.address, localPort: local.port, localFamily: local.family, remoteAddress: peer.address, remotePort: peer.port, remoteFamily: peer.family });
      return void await from.close();
    }
    const socket = new Socket({ allowHalfOpen: this.allowHalfOpen, highWaterMark: this.highWaterMark });
    socket._handle = Wire.over(from);
    Object.assign(socket[kState], { peer, local });
    socket.server = socket._server = this;
    const closed = new Promise((resolve) => socket.once("close", resolve));
    this.#connections++;
    if (this.pauseOnConnect) socket.pause();
    this.emit("connection", socket);
    if (!socket.isPaused()) startReading(socket);
    await closed;
    this.#connections--;
    this.#maybeClosed();
  }
}

module.exports = { Server };
