using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:18301", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "details.js", esModule = embed "details.js")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat", "experimental", "enhanced_error_serialization", "enable_abortsignal_rpc"],
  bindings = [(name = "LOADER", workerLoader = ())],
);
