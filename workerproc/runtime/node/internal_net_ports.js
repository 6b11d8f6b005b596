// The ports of an isolate, which node:http and node:net share: a server listens on one that only its Worker knows, and
// cloudflare:node hands it what arrives there.
const { withCode } = require("internal:errors");

const HOST = "240.1.0.1", GATEWAY = "240.1.255.254";
const bound = new Map(); // port: { count, shared }
const handlers = new Map(); // port: what serves it, { fetch } or { connect }
let last = 49151;

function systemError(syscall, code, number, address, port) {
  const e = withCode(Error, code, `${syscall} ${code}${address === undefined ? "" : ` ${address}${port === undefined ? "" : `:${port}`}`}`);
  delete e.toString;
  return Object.assign(e, { errno: -number, code, syscall, ...(address === undefined ? {} : { address }), ...(port === undefined ? {} : { port }) });
}
function inUse(address, port) {
  return Object.assign(withCode(Error, "EADDRINUSE", `bind EADDRINUSE ${address}:${port}`), { syscall: "bind", address, port });
}

// ephemeral is a port that nobody has.
function ephemeral() {
  for (let tries = 0; tries < 16384; tries++) {
    last = last >= 65535 ? 49152 : last + 1;
    if (!bound.has(last)) return last;
  }
  return 0;
}

// bind takes a port, or with 0 one that is free. shared: as long as all who have it say so.
function bind(address, port, shared = false) {
  const taken = port === 0 ? ephemeral() : port;
  const there = bound.get(taken);
  if (taken === 0 || there !== undefined && !(shared && there.shared)) throw inUse(address, port);
  if (there === undefined) bound.set(taken, { count: 1, shared });
  else there.count++;
  return taken;
}
function release(port) {
  const there = bound.get(port);
  if (there !== undefined && --there.count === 0) bound.delete(port);
}

// concrete is a local address as a connection has it: the wildcard is the isolate's.
function concrete({ address, family, port }) {
  const wild = address === "0.0.0.0" || address === "::";
  return { address: wild ? (family === "IPv6" ? `::ffff:${HOST}` : HOST) : address, family, port };
}

module.exports = { HOST, GATEWAY, handlers, bind, release, ephemeral, concrete, systemError, inUse };
