// The modules of Node.js (nodejs_compat), each in a script of its own: node_buffer.js is node:buffer. A script is a
// CommonJS module, `(function (require, module, exports, ops, core) { … })`; what it requires of the others, it spells
// "node:…", and "internal:…" where that isn't for import.
(function (ops, core) {
  "use strict";
  const { ownKeys, getOwnPropertyDescriptor, defineProperty } = core.primordials;
  const { create, freeze } = Object;

  // Modules by the names for import; the script's name, where it differs.
  const scripts = {
    __proto__: null,
    _stream_duplex: "stream_duplex", _stream_passthrough: "stream_passthrough", _stream_readable: "stream_readable",
    _stream_transform: "stream_transform", _stream_writable: "stream_writable", assert: 1, "assert/strict": "assert_strict",
    async_hooks: 1, buffer: 1, console: 1, constants: 1, crypto: 1, diagnostics_channel: 1, events: 1, module: 1, os: 1,
    path: 1, "path/posix": "path_posix", "path/win32": "path_win32", perf_hooks: 1, process: 1, punycode: 1, querystring: 1,
    stream: 1, "stream/consumers": "stream_consumers", "stream/promises": "stream_promises", "stream/web": "stream_web",
    string_decoder: 1, sys: "util", timers: 1, "timers/promises": "timers_promises", url: 1, util: 1,
    "util/types": "util_types", zlib: 1,
  };
  // Those of what a Worker doesn't have are all in internal_absent.js.
  const absent = { __proto__: null };
  for (const name of ["child_process", "cluster", "dgram", "dns", "dns/promises", "domain", "fs", "fs/promises", "http", "http2", "https", "inspector",
    "inspector/promises", "net", "readline", "readline/promises", "repl", "sqlite", "tls", "trace_events", "tty", "v8", "vm", "wasi", "worker_threads"]) absent[name] = true;
  const names = freeze([...ownKeys(scripts), ...ownKeys(absent)]);

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

  // namespaceOf is what an import sees: each name of the exports, and the exports as default.
  function namespaceOf(exports) {
    const namespace = create(null);
    const keys = ownKeys(exports);
    for (let i = 0; i < keys.length; i++) {
      const d = getOwnPropertyDescriptor(exports, keys[i]);
      if (!d.enumerable || keys[i] === "default") continue;
      defineProperty(namespace, keys[i], d.get ? { enumerable: true, get: () => exports[keys[i]] } : { enumerable: true, value: d.value });
    }
    defineProperty(namespace, "default", { enumerable: true, value: exports });
    defineProperty(namespace, Symbol.toStringTag, { value: "Module" });
    return namespace;
  }

  const namespaces = { __proto__: null };

  // builtin is what the core says of it; on: the flags allow the name.
  function builtin(name, prefixed, on) {
    const script = scriptOf(name) ?? (absent[name] && name);
    if (script === undefined) return prefixed && on ? "This version of Stockade does not have it." : undefined;
    if (!on) return 'Modules of Node.js need the compatibility flag "nodejs_compat".';
    return namespaces[script] ??= namespaceOf(absent[script] ? require(`node:${script}`) : load(script));
  }

  core.node ??= {};
  core.node.names = names;
  core.node.require = (name) => (absent[name] ? require(`node:${name}`) : scriptOf(name) === undefined ? undefined : load(scriptOf(name)));

  return {
    builtin,
    // what the console shows values with, whatever the flags say
    internal: { inspect: () => load("internal_inspect") },
    get Buffer() { return load("buffer").Buffer; },
    get process() { return load("process"); },
  };
})
