using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "loader", worker = .loader),
    (name = "kernels", worker = .kernels),
    (name = "internet", network = (allow = ["public", "private"])),
    (name = "disk", disk = (path = "@DISK@", writable = true)),
  ],
  sockets = [
    (name = "loader", address = "127.0.0.1:@LOADER@", http = (), service = "loader"),
    (name = "kernels", address = "127.0.0.1:@KERNELS@", http = (), service = "kernels"),
  ],
);

const loader :Workerd.Worker = (
  modules = [(name = "loader.js", esModule = embed "loader.js")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat", "experimental"],
  bindings = [(name = "LOADER", workerLoader = ())],
  durableObjectNamespaces = [(className = "Room", uniqueKey = "room", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
  globalOutbound = "internet",
);

const kernels :Workerd.Worker = (
  modules = [(name = "kernels.js", esModule = embed "kernels.js")],
  compatibilityDate = "2026-01-01",
  globalOutbound = "internet",
);
