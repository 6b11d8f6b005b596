using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "caller", worker = .caller)],
  sockets = [(name = "http", address = "127.0.0.1:18300", http = (), service = "caller")],
);
const caller :Workerd.Worker = (
  modules = [
    (name = "caller.js", esModule = embed "caller.js"), (name = "api.js", esModule = embed "api.js"), (name = "show.js", esModule = embed "show.js"),
    (name = "probe.js", esModule = embed "probe.js"), (name = "api.txt", text = embed "api.js"), (name = "show.txt", text = embed "show.js"),
    (name = "probe.txt", text = embed "probe.js"), (name = "more.js", esModule = embed "more.js"), (name = "more.txt", text = embed "more.js"),
    (name = "moreapi.js", esModule = embed "moreapi.js"), (name = "moreapi.txt", text = embed "moreapi.js"), (name = "shapes.js", esModule = embed "shapes.js"),
    (name = "further.js", esModule = embed "further.js"), (name = "further.txt", text = embed "further.js"),
    (name = "furtherapi.js", esModule = embed "furtherapi.js"), (name = "furtherapi.txt", text = embed "furtherapi.js"),
  ],
  compatibilityDate = "2026-01-01",
  # What the three last flags turn on is what Stockade always does.
  compatibilityFlags = ["nodejs_compat", "experimental", "enhanced_error_serialization", "enable_abortsignal_rpc", "rpc_params_dup_stubs"],
  bindings = [(name = "LOADER", workerLoader = ()), (name = "FLAGS", text = "experimental,enhanced_error_serialization,enable_abortsignal_rpc,rpc_params_dup_stubs")],
);
