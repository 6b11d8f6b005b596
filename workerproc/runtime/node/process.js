// node:process, and the global of that name.
const EventEmitter = require("node:events");
const { withCode, received, invalidArgType, invalidArgValue, notImplemented, validateFunction, validateObject, validateString, validateUint32, outOfRange } = require("internal:errors");
const { env: bindings, date, flags } = core.node;

const version = core.node.named("nodejs_process_version_24") ? "v24.22.2" : "v22.23.4";

// The environment: what env has of text, if the flags say so (it is JSON, so the rest is written as that).
const populate = flags.includes("nodejs_compat_populate_process_env") ||
  core.node.compat && date >= "2025-04-01" && !flags.includes("nodejs_compat_do_not_populate_process_env");
const variables = {};
if (populate && bindings) {
  for (const name of Object.keys(bindings)) {
    const value = bindings[name];
    if (typeof value === "string") variables[name] = value;
    else if (value !== null && typeof value === "object" ? [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value)) : typeof value !== "function") {
      try { variables[name] = JSON.stringify(value); } catch { /* it isn't text */ }
    }
  }
}
const env = new Proxy(variables, {
  set(target, name, value) {
    if (typeof name === "symbol" || typeof value === "symbol") throw new TypeError("Cannot convert a symbol value to a string");
    target[name] = `${value}`;
    return true;
  },
  defineProperty(target, name, descriptor) {
    if ("value" in descriptor) descriptor = { value: `${descriptor.value}`, writable: true, enumerable: true, configurable: true };
    return Reflect.defineProperty(target, name, descriptor);
  },
});

const versions = { node: version.slice(1) };
for (const name of ["v8", "modules", "zlib", "brotli", "zstd", "ares", "napi", "llhttp", "nghttp2", "acorn", "ada", "simdutf", "nbytes", "ncrypto", "uvwasi", "uv", "openssl", "sqlite",
  "icu", "undici", "simdjson", "unicode", "cldr", "tz", "cjs_module_lexer", "amaro", "merve"]) versions[name] = "";

const process = Object.create(Object.create(EventEmitter.prototype, {
  constructor: { value: Object.defineProperty(function () { throw new TypeError("Illegal constructor"); }, "name", { value: "process" }), configurable: true, writable: true },
  [Symbol.toStringTag]: { value: "process", configurable: true },
}));
EventEmitter.init.call(process);

const started = ops.now();
let directory = "/bundle";

function hrtime(before) {
  const ms = ops.now() - started;
  let seconds = Math.floor(ms / 1000), nanos = Math.round((ms % 1000) * 1e6);
  if (before !== undefined) {
    if (!Array.isArray(before)) throw withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The "time" argument must be tuple of integers.${received(before)}`);
    if (before.length !== 2) throw outOfRange("time", "2", before);
    seconds -= before[0];
    nanos -= before[1];
    if (nanos < 0) { seconds--; nanos += 1e9; }
  }
  return [seconds, nanos];
}
hrtime.bigint = () => BigInt(Math.round((ops.now() - started) * 1e6));

function nextTick(callback, ...args) {
  validateFunction(callback, "callback");
  queueMicrotask(() => { Reflect.apply(callback, undefined, args); });
}

function emitWarning(warning, type, code, ctor) {
  let detail;
  if (type !== null && typeof type === "object" && !Array.isArray(type)) ({ type, code, detail, ctor } = type);
  else if (typeof type === "function") { ctor = type; type = "Warning"; code = ""; }
  if (type !== undefined && type !== null && typeof type !== "string") validateObject(type, "options");
  if (typeof code === "function") { ctor = code; code = undefined; } else if (code !== undefined && code !== null && typeof code !== "string") validateFunction(code, "ctor");
  if (typeof warning === "string") {
    const e = new Error(warning);
    e.name = String(type || "Warning");
    if (code) e.code = code;
    if (detail !== undefined) e.detail = detail;
    warning = e;
  } else if (!(warning instanceof Error)) throw withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The "warning" argument must be an string or Error.${received(warning)}`);
  if (warning.name === "DeprecationWarning" && process.noDeprecation) return;
  nextTick(() => {
    const handled = process.emit("warning", warning);
    if (!handled) console.warn(`(node:1) ${warning.code ? `[${warning.code}] ` : ""}${warning.name}: ${warning.message}${warning.detail ? `\n${warning.detail}` : ""}`);
  });
}

// output is a Writable whose whole lines go to the log.
function output(write, fd) {
  const { Writable } = require("node:stream");
  let rest = "";
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, encoding, done) {
      const lines = (rest + (typeof chunk === "string" ? chunk : chunk.toString())).split("\n");
      rest = lines.pop();
      if (rest.length > 65536) { lines.push(rest); rest = ""; }
      for (const line of lines) write(line);
      done();
    },
    final(done) { if (rest !== "") write(rest); rest = ""; done(); },
  });
  return Object.assign(stream, { fd, _type: "fs" });
}

function exit(code) {
  const e = new Error(`The Node.js process.exit(${code ?? process.exitCode ?? 0}) API was called. Canceling the request.`);
  ops.fail(ops.current(), e);
  throw e;
}

const methods = (names, fail) => Object.fromEntries(names.map((name) => [name, { [name]() { throw fail(name); } }[name]]));
const refused = (...names) => methods(names, () => Object.assign(withCode(Error, "EPERM", "operation not permitted"), { syscall: undefined }));
const absent = (...names) => methods(names, (name) => notImplemented(`process.${name}`));
const lazily = (name, make) => Object.defineProperty(process, name, {
  configurable: true, enumerable: true,
  get() {
    const value = make();
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true, writable: true });
    return value;
  },
});

Object.assign(process, {
  version, versions: Object.freeze(versions), title: "workerd", arch: "x64", platform: "linux",
  release: { name: "node", lts: true, sourceUrl: "", headersUrl: "" }, argv: ["workerd"], argv0: "workerd", execArgv: [], execPath: "", pid: 1, ppid: 0,
  config: Object.freeze({ target_defaults: {}, variables: {} }), features: Object.freeze({ cached_builtins: true, debug: false, inspector: false, ipv6: true,
    openssl_is_boringssl: true, require_module: false, tls: true, tls_alpn: true, tls_ocsp: true, tls_sni: true, typescript: false, uv: true }),
  allowedNodeEnvironmentFlags: new Set(), exitCode: undefined, noDeprecation: false, throwDeprecation: false, traceDeprecation: false,
  debugPort: 0, moduleLoadList: [], env, nextTick, emitWarning, hrtime, exit, reallyExit: exit,
  abort() { exit(134); },
  cwd: () => directory,
  chdir(path) {
    validateString(path, "directory");
    const to = require("node:path").posix.resolve(directory, path);
    if (!require("node:fs").statSync(to, { throwIfNoEntry: false })?.isDirectory()) throw Object.assign(withCode(Error, "ENOENT", `no such file or directory, chdir '${path.replace(/^\/+/, "")}'`), { errno: -2, syscall: "chdir" });
    directory = to;
  },
  umask(mask) {
    if (mask !== undefined) {
      const n = typeof mask === "string" ? parseInt(mask, 8) : mask;
      if (typeof mask === "string" && !/^[0-7]+$/.test(mask)) throw invalidArgValue("mask", mask, "must be a 32-bit unsigned integer or an octal string");
      validateUint32(n, "mask");
      // nothing heeds it, so it stays
    }
    return 0o22;
  },
  uptime: () => (ops.now() - started) / 1000,
  memoryUsage: Object.assign(() => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }), { rss: () => 0 }),
  cpuUsage: () => ({ user: 0, system: 0 }), resourceUsage: () => ({ userCPUTime: 0, systemCPUTime: 0, maxRSS: 0 }),
  constrainedMemory: () => 0, availableMemory: () => 0,
  getuid: () => 0, geteuid: () => 0, getgid: () => 0, getegid: () => 0, getgroups: () => [0],
  ...refused("setuid", "setgid", "seteuid", "setegid"),
  ...absent("kill", "dlopen", "binding", "setUncaughtExceptionCaptureCallback", "hasUncaughtExceptionCaptureCallback", "getActiveResourcesInfo"),
  loadEnvFile(path = ".env") {
    const found = require("internal:parse_env")(require("node:fs").readFileSync(require("node:path").posix.resolve(directory, path), "utf8"));
    for (const name of Object.keys(found)) env[name] ??= found[name];
  },
  setSourceMapsEnabled() {}, ref() {}, unref() {}, assert(value, message) { require("node:assert").ok(value, message); },
  getBuiltinModule(id) {
    if (typeof id !== "string") return undefined;
    return core.node.require(id.startsWith("node:") ? id.slice(5) : id, id.startsWith("node:"));
  },
});
lazily("stdout", () => output((line) => console.log(line), 1));
lazily("stderr", () => output((line) => console.error(line), 2));
lazily("stdin", () => {
  const { Readable } = require("node:stream");
  return Object.assign(new Readable({ read() { this.push(null); } }), { fd: 0 });
});
Object.assign(process, require("internal:rare").process);
lazily("report", () => ({}));
lazily("permission", () => ({ has: () => true }));
// Before enable_nodejs_process_v2 there is little of it.
const early = ["env", "exit", "features", "getBuiltinModule", "nextTick", "platform"];
module.exports = core.node.flag("enable_nodejs_process_v2", "2025-09-15") ? process : Object.fromEntries(early.map((name) => [name, process[name]]));
