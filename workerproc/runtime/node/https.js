// node:https, as node:http.
const { HttpsAgent, agents, client } = require("internal:http_client");
module.exports = { Agent: HttpsAgent, globalAgent: agents.https, ...client("https"), createServer: (options, listener) => new module.exports.Server(options, listener) };
Object.defineProperty(module.exports, "Server", { enumerable: true, configurable: true, get: () => require("internal:http_server").Server });
