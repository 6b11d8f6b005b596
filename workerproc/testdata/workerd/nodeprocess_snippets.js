// compatibility_date: 2026-11-17
import process from "node:process";

const t = (f) => { try { return f(); } catch (e) { return e; } };
const ta = async (f) => { try { return await f(); } catch (e) { return e; } };
const tick = () => new Promise((r) => setTimeout(r, 2));
const listen = async (f) => { const o = []; const w = (e) => o.push([e.name, e.message, e.code, e.detail]); process.on("warning", w); const r = t(f); await tick(); process.off("warning", w); return [r, o]; };

export default {
  [Symbol.for("split")]: true,
  values: () => ["arch", "argv", "argv0", "execArgv", "execPath", "exitCode", "pid", "ppid", "platform", "title", "version", "release", "config", "features", "debugPort", "moduleLoadList", "noDeprecation", "throwDeprecation", "traceDeprecation", "domain"].map((n) => [n, n === "version" ? typeof process[n] : t(() => process[n])]),
  versions: () => Object.keys(process.versions),
  identity: () => [process === globalThis.process, Object.prototype.toString.call(process), process.constructor.name, t(() => new process.constructor())],
  emitWarning: async () => [await listen(() => process.emitWarning("w")), await listen(() => process.emitWarning("w", "T", "C")), await listen(() => process.emitWarning("w", { type: "T2", code: "C2", detail: "d" })), await listen(() => process.emitWarning(Object.assign(new Error("e"), { name: "Own" }))), await listen(() => process.emitWarning(5)), await listen(() => process.emitWarning("w", 5)), await listen(() => process.emitWarning("w", "T", 5)), await listen(() => process.emitWarning()), await listen(() => process.emitWarning("w", null)), await listen(() => process.emitWarning("w", () => {})), await listen(() => process.emitWarning("d", "DeprecationWarning"))],
  hrtime: () => { const a = process.hrtime(); return [a.length, a.every(Number.isInteger), process.hrtime(a).length, typeof process.hrtime.bigint(), t(() => process.hrtime(5)), t(() => process.hrtime([1])), t(() => process.hrtime(null))]; },
  memoryUsage: () => [process.memoryUsage(), process.cpuUsage(), process.resourceUsage(), process.constrainedMemory(), process.availableMemory(), typeof process.uptime(), t(() => process.threadCpuUsage?.())],
  nextTick: async () => { const o = []; process.nextTick((...a) => o.push(a), 1, 2); o.push("sync"); await tick(); return [o, t(() => process.nextTick(5)), t(() => process.nextTick())]; },
  "nextTick order": async () => { const o = []; queueMicrotask(() => o.push("m1")); process.nextTick(() => { o.push("t1"); queueMicrotask(() => o.push("m3")); process.nextTick(() => o.push("t2")); }); Promise.resolve().then(() => { o.push("p1"); process.nextTick(() => o.push("t3")); }).then(() => o.push("p2")); queueMicrotask(() => o.push("m2")); await tick(); return o; },
  "nextTick throws": async () => { let n = 0; process.nextTick(() => n++); await tick(); return n; },
  env: () => { process.env.X = 5; const o = [process.env.X, "X" in process.env, Object.keys(process.env).includes("X"), delete process.env.X, process.env.X, process.env.NOPE, t(() => { process.env.Y = Symbol("x"); }), t(() => { process.env.Z = undefined; return process.env.Z; }), t(() => { process.env.N = null; return process.env.N; }), typeof process.env.toString, t(() => { process.env = { A: 1 }; return process.env.A; })]; return o; },
  cwd: () => [process.cwd(), t(() => process.chdir("/tmp")), process.cwd(), t(() => process.chdir("..")), process.cwd(), t(() => process.chdir(5)), t(() => process.chdir("/nope")), t(() => process.chdir("/bundle")), process.cwd()],
  umask: () => [process.umask(), t(() => process.umask(0o77)), process.umask(), t(() => process.umask("22")), process.umask(), t(() => process.umask("x")), t(() => process.umask({}))],
  events: () => { const o = []; process.once("custom", (...a) => o.push(a)); process.emit("custom", 1, 2); return [o, process.emit("custom"), process.listenerCount("custom"), process.eventNames(), typeof process.setMaxListeners]; },
  exit: () => [typeof process.exit, typeof process.abort, typeof process.reallyExit, t(() => { process.exitCode = 5; const c = process.exitCode; process.exitCode = undefined; return c; }), t(() => { process.exitCode = "x"; }), t(() => { process.exitCode = 1.5; })],
  refused: () => ["setuid", "setgid", "seteuid", "setegid", "kill", "dlopen", "binding", "loadEnvFile", "getgroups", "getuid", "geteuid", "getgid", "getegid", "setUncaughtExceptionCaptureCallback", "hasUncaughtExceptionCaptureCallback", "setSourceMapsEnabled", "getActiveResourcesInfo", "ref", "unref", "disconnect", "getBuiltinModule"].map((n) => [n, typeof process[n], n === "exit" ? 0 : t(() => process[n]?.("x"))]),
  streams: () => [process.stdout.constructor.name, process.stdout.fd, process.stdout.isTTY, process.stdin.fd, process.stderr.fd, t(() => process.stdout.write("")), process.stdout.writable, process.stdin.readable, process.stdin.isTTY, process.stdout.columns, process.stdout._type],
  getBuiltinModule: () => [typeof process.getBuiltinModule("fs"), typeof process.getBuiltinModule("node:path"), process.getBuiltinModule("nope"), t(() => process.getBuiltinModule(5)), process.getBuiltinModule("cloudflare:workers"), process.getBuiltinModule("node:test") === undefined],
  misc: () => [t(() => process.assert(false, "m")), process.allowedNodeEnvironmentFlags.size, t(() => process.stdin.constructor.name)],
};
