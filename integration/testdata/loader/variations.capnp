using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:18302", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "variations.js", esModule = embed "variations.js")],
  compatibilityDate = "2026-05-01",
  compatibilityFlags = ["nodejs_compat", "experimental", "enhanced_error_serialization", "enable_abortsignal_rpc"],
  bindings = [(name = "LOADER", workerLoader = ())],
);
