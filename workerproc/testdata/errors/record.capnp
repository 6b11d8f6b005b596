# Records what the Workers runtime says: `workerd serve record.capnp` here, then ask the port for want.txt.
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:8799", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [
    (name = "main.js", esModule = embed "main.js"),
    (name = "snippets.js", esModule = embed "snippets.js"),
    (name = "run.js", esModule = embed "run.js"),
  ],
  compatibilityDate = "2026-01-01",
);
