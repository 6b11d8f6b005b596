// node:net.
const { isIP, isIPv4, isIPv6, SocketAddress, BlockList } = require("internal:net_address");
const { BoundSocket } = require("internal:net_bound");
const { Socket } = require("internal:net_socket");
const { connect, normalizeArgs } = require("internal:net_connect");
const { Server } = require("internal:net_server");
const { invalidArgValue, validateInt32 } = require("internal:errors");

let attemptTimeout = 10;
module.exports = {
  BlockList, BoundSocket, SocketAddress, Stream: Socket, Server, Socket, connect, createConnection: connect,
  createServer: (options, listener) => new Server(options, listener),
  getDefaultAutoSelectFamily: () => false,
  setDefaultAutoSelectFamily(value) { if (value) throw invalidArgValue("val", value); },
  getDefaultAutoSelectFamilyAttemptTimeout: () => attemptTimeout,
  setDefaultAutoSelectFamilyAttemptTimeout(value) { validateInt32(value, "val", 1); attemptTimeout = Math.max(value, 10); },
  isIP, isIPv4, isIPv6, _normalizeArgs: normalizeArgs,
};
