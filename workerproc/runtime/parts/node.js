// The modules of Node.js (nodejs_compat), each in a script of its own: node_buffer.js is node:buffer. A script is a
// CommonJS module, `(function (require, module, exports, ops, core) { … })`; what it requires of the others, it spells
// "node:…", and "internal:…" where that isn't for import.
(function (ops, core) {
  "use strict";
  const { ownKeys, getOwnPropertyDescriptor, defineProperty } = core.primordials;
  const { create } = Object;

  // Modules by the names for import; the script's name, where it differs.
  const scripts = {
    __proto__: null,
    _stream_duplex: "stream_duplex", _stream_passthrough: "stream_passthrough", _stream_readable: "stream_readable",
    _stream_transform: "stream_transform", _stream_writable: "stream_writable", assert: 1, "assert/strict": "assert_strict",
    async_hooks: 1, buffer: 1, console: 1, constants: 1, crypto: 1, diagnostics_channel: 1, dns: 1, "dns/promises": "dns_promises", events: 1, fs: 1, "fs/promises": "fs_promises", http: 1, https: 1, module: 1, net: 1, os: 1,
    path: 1, "path/posix": "path_posix", "path/win32": "path_win32", perf_hooks: 1, process: 1, punycode: 1, querystring: 1,
    stream: 1, "stream/consumers": "stream_consumers", "stream/promises": "stream_promises", "stream/web": "stream_web",
    string_decoder: 1, sys: "util", timers: 1, "timers/promises": "timers_promises", tls: 1, url: 1, util: 1,
    "util/types": "util_types", zlib: 1,
  };
  // Those of what a Worker doesn't have are all in internal_absent.js.
  const absent = { __proto__: null };
  for (const name of ["_http_agent", "_http_client", "_http_common", "_http_incoming", "_http_outgoing", "_http_server", "_stream_wrap", "_tls_common", "_tls_wrap",
    "child_process", "cluster", "dgram", "domain", "http2", "inspector",
    "inspector/promises", "readline", "readline/promises", "repl", "sqlite", "test", "trace_events", "tty", "v8", "vm", "wasi", "worker_threads"]) absent[name] = true;

  // Flags that turn modules on, with nodejs_compat from their date on by themselves: supervisor/compat has the same.
  const gates = [
    ["enable_nodejs_http_modules", "2025-08-15", "http https _http_agent _http_client _http_common _http_incoming _http_outgoing"],
    ["enable_nodejs_http_server_modules", "2025-09-01", "_http_server"],
    ["enable_nodejs_http2_module", "2025-09-01", "http2"],
    ["enable_nodejs_fs_module", "2025-09-15", "fs"],
    ["enable_nodejs_os_module", "2025-09-15", "os"],
    ["enable_nodejs_console_module", "2025-09-21", "console"],
    ["enable_nodejs_vm_module", "2025-10-01", "vm"],
    ["enable_nodejs_cluster_module", "2025-12-04", "cluster"],
    ["enable_nodejs_domain_module", "2025-12-04", "domain"],
    ["enable_nodejs_punycode_module", "2025-12-04", "punycode"],
    ["enable_nodejs_trace_events_module", "2025-12-04", "trace_events"],
    ["enable_nodejs_wasi_module", "2025-12-04", "wasi"],
    ["enable_nodejs_stream_wrap_module", "2026-01-29", "_stream_wrap"],
    ["enable_nodejs_dgram_module", "2026-01-29", "dgram"],
    ["enable_nodejs_inspector_module", "2026-01-29", "inspector inspector/promises"],
    ["enable_nodejs_sqlite_module", "2026-01-29", "sqlite"],
    ["enable_nodejs_child_process_module", "2026-03-17", "child_process"],
    ["enable_nodejs_perf_hooks_module", "2026-03-17", "perf_hooks"],
    ["enable_nodejs_readline_module", "2026-03-17", "readline readline/promises"],
    ["enable_nodejs_repl_module", "2026-03-17", "repl"],
    ["enable_nodejs_tty_module", "2026-03-17", "tty"],
    ["enable_nodejs_v8_module", "2026-03-17", "v8"],
    ["enable_nodejs_worker_threads_module", "2026-03-17", "worker_threads"],
  ];
  core.node ??= { named: () => false, flags: [] };
  const gateOf = { __proto__: null };
  for (const gate of gates) for (const name of gate[2].split(" ")) gateOf[name] = gate;

  function flag(name, from) {
    const { named, compat, date } = core.node;
    if (named(name)) return true;
    if (name === "enable_nodejs_http_server_modules" && !flag("enable_nodejs_http_modules", "2025-08-15")) return false;
    return (compat || name === "enable_nodejs_http_server_modules") && date >= from && !named(`dis${name.slice(2)}`);
  }

  // missing is why a name is not there though modules of Node.js are; undefined if it is.
  function missing(name, prefixed) {
    if (name === "sys" && !core.node.bare) return 'It needs the compatibility flag "nodejs_compat_v2".';
    if (name === "test" && !prefixed) return 'It is there as "node:test" only.';
    const gate = gateOf[name];
    if (gate === undefined || flag(gate[0], gate[1])) return undefined;
    return `It needs the compatibility flag "${gate[0]}", which "nodejs_compat" brings from the compatibility date ${gate[1]} on.`;
  }

  const loaded = { __proto__: null };

  function load(script) {
    const there = loaded[script];
    if (there !== undefined) return there.exports;
    const module = loaded[script] = { exports: {} };
    try {
      ops.lazy(`node_${script}`)(require, module, module.exports, ops, core);
    } catch (e) {
      loaded[script] = undefined;
      throw e;
    }
    return module.exports;
  }

  function require(specifier) {
    const internal = specifier.slice(0, 9) === "internal:";
    if (absent[specifier.slice(5)]) return load("internal_absent").load(specifier.slice(5));
    return load(internal ? `internal_${specifier.slice(9)}` : scriptOf(specifier.slice(5)));
  }

  const scriptOf = (name) => {
    const script = scripts[name];
    return script === 1 ? name : script;
  };

  // namespaceOf is what an import sees: each name of the exports, and the exports as default, and one that is only for imports.
  function namespaceOf(exports, called) {
    const namespace = create(null);
    const keys = ownKeys(exports);
    for (let i = 0; i < keys.length; i++) {
      const d = getOwnPropertyDescriptor(exports, keys[i]);
      if (!d.enumerable || keys[i] === "default") continue;
      defineProperty(namespace, keys[i], d.get ? { enumerable: true, get: () => exports[keys[i]] } : { enumerable: true, value: d.value });
    }
    if (called !== undefined) defineProperty(namespace, called, { enumerable: true, value: (getOwnPropertyDescriptor(exports, called) ?? { value: exports }).value });
    defineProperty(namespace, "default", { enumerable: true, value: exports });
    defineProperty(namespace, Symbol.toStringTag, { value: "Module" });
    return namespace;
  }

  // Names that an import has and the exports don't (or hide): what a module that is a class is called, and two others.
  const classes = { __proto__: null, diagnostics_channel: "TracingChannel", stream_promises: "promises", stream_duplex: "Duplex", stream_passthrough: "PassThrough", stream_transform: "Transform", stream_writable: "Writable" };
  const namespaces = { __proto__: null };

  // builtin is what the core says of it; on: the flags allow the name. node:process is always there, and with nodejs_als
  // node:async_hooks is.
  function builtin(name, prefixed, on) {
    const script = scriptOf(name) ?? (absent[name] && name);
    if (script === undefined) return prefixed && on ? "This version of Stockade does not have it." : undefined;
    if (!on && !(prefixed && (name === "process" || name === "async_hooks" && core.node.named("nodejs_als")))) return 'Modules of Node.js need the compatibility flag "nodejs_compat".';
    const why = missing(name, prefixed);
    if (why !== undefined) return why;
    return namespaces[script] ??= namespaceOf(absent[script] ? require(`node:${script}`) : load(script), classes[script]);
  }

  core.node.names = [...ownKeys(scripts), ...ownKeys(absent)];
  core.node.flag = flag;
  core.node.require = (name, prefixed) => {
    if (missing(name, prefixed) !== undefined) return undefined;
    return absent[name] ? require(`node:${name}`) : scriptOf(name) === undefined ? undefined : load(scriptOf(name));
  };

  const timer = (name) => load("internal_timers")[name];
  return {
    builtin,
    // cloudflare:node
    get cloudflare() {
      return namespaces["cloudflare:node"] ??= namespaceOf(load("internal_cloudflare_node"));
    },
    // what the console shows values with, whatever the flags say
    internal: { inspect: () => load("internal_inspect") },
    get Buffer() { return load("buffer").Buffer; },
    get process() { return load("process"); },
    get setTimeout() { return timer("setTimeout"); },
    get setInterval() { return timer("setInterval"); },
    get clearTimeout() { return timer("clearTimeout"); },
    get clearInterval() { return timer("clearInterval"); },
    get setImmediate() { return timer("setImmediate"); },
    get clearImmediate() { return timer("clearImmediate"); },
  };
})
