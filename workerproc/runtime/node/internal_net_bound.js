// net.BoundSocket: a port of the isolate that is taken before anything listens on it or connects from it.
const { withCode, invalidArgValue, validateObject, validateString, validateBoolean } = require("internal:errors");
const { isIP, validatePort } = require("internal:net_address");
const ports = require("internal:net_ports");

const consume = Symbol("consume");
const adopted = () => withCode(Error, "ERR_SOCKET_HANDLE_ADOPTED", "The bound socket has already been adopted by a server or socket");

class BoundSocket {
  #address; // null: somebody else has it, or it is closed
  static isBoundSocket(value) { return typeof value === "object" && value !== null && #address in value; }
  constructor(options = {}) {
    validateObject(options, "options");
    if (options.path !== undefined) throw invalidArgValue("options.path", options.path, "is not supported");
    const port = validatePort(options.port ?? 0, "options.port");
    const { ipv6Only = false, reusePort = false } = options;
    validateBoolean(ipv6Only, "options.ipv6Only");
    validateBoolean(reusePort, "options.reusePort");
    const address = options.host ?? (ipv6Only ? "::" : "0.0.0.0");
    validateString(address, "options.host");
    const kind = isIP(address);
    if (kind === 0) throw invalidArgValue("options.host", address, "must be a numeric IP address; net.BoundSocket does not perform DNS resolution");
    this.#address = { address, family: `IPv${kind}`, port: ports.bind(address, port, reusePort) };
  }
  #there() { if (this.#address === null) throw adopted(); return this.#address; }
  address() { return this.#there(); }
  fd() { this.#there(); return -1; }
  close() { ports.release(this.#there().port); this.#address = null; }
  [Symbol.dispose]() { if (this.#address !== null) this.close(); }
  [consume]() {
    const address = this.#there();
    this.#address = null;
    return { address };
  }
}

module.exports = { BoundSocket, consume };
