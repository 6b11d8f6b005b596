// cloudflare:node: what comes to a Worker goes to the server of node:http or node:net that listens on a port.
const { withCode } = require("internal:errors");
const { handlers } = require("internal:net_ports");

function checked(port) {
  if (!(typeof port === "number" && Number.isFinite(port) && port >= 0 && port <= 65535)) throw new Error("Failed to determine port for server");
  return port;
}
const invalid = (message) => withCode(Error, "ERR_INVALID_ARG_VALUE", message);

// portOf is that of a number, of an object with a port, or of a server, which listens then.
function portOf(server) {
  if (server === undefined || server === null) throw new Error("Server descriptor cannot be null or undefined");
  if (typeof server === "number") return checked(server);
  if (typeof server.port === "number" || typeof server.listen !== "function") return checked(server.port);
  if (server.address?.() === null) server.listen();
  return checked(server.address?.()?.port);
}

async function handleAsNodeRequest(server, request, env, ctx) {
  const port = checked(typeof server === "number" ? server : server?.port ?? server?.address?.()?.port);
  const found = handlers.get(port);
  if (found?.fetch === undefined) throw invalid(`Http server with port ${port} not found. This is likely a bug with your code. You should check if server.listen() was called with the same port (${port})`);
  return found.fetch(request, env, ctx);
}

// handleAsNodeConnection lasts as long as the connection does.
async function handleAsNodeConnection(socket) {
  const { localAddress } = await socket.opened;
  const found = typeof localAddress === "string" ? /:(\d+)$/.exec(localAddress) : null;
  if (found === null) throw new Error(`Failed to determine port for inbound socket from local address ${localAddress}`);
  const port = checked(Number(found[1]));
  const server = handlers.get(port);
  if (server?.connect === undefined) throw invalid(`No net.Server is listening on port ${port}. Call server.listen(${port}) to accept connections arriving on that port.`);
  await server.connect(socket);
}

const connectHandler = () => ({ connect: (socket, env, ctx) => handleAsNodeConnection(socket, env, ctx) });

function httpServerHandler(server, handlers = {}) {
  const port = portOf(server);
  return { ...handlers, fetch: (request, env, ctx) => handleAsNodeRequest(port, request, env, ctx) };
}

module.exports = { connectHandler, handleAsNodeConnection, handleAsNodeRequest, httpServerHandler };
