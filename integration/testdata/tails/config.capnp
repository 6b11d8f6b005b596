using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "probe", worker = .probe)],
  sockets = [(name = "http", address = "127.0.0.1:18302", http = (), service = "probe")],
);
const probe :Workerd.Worker = (
  modules = [(name = "probe.js", esModule = embed "probe.js"), (name = "watched.txt", text = embed "watched.js")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat"],
  bindings = [(name = "LOADER", workerLoader = ())],
);
