import process from "node:process";
import os from "node:os";
import { builtinModules, isBuiltin, createRequire } from "node:module";
import constants from "node:constants";
import { constants as osConstants } from "os";
import fs_path from "path";

export default {
  order: async () => { const out = []; process.nextTick((x) => out.push(x), "tick"); queueMicrotask(() => out.push("micro")); setImmediate(() => out.push("immediate")); out.push("sync"); await new Promise((r) => setTimeout(r, 5)); return out.sort(); },
  env: () => { process.env.ABC = 5; const r = [process.env.ABC, typeof process.env.ABC, "ABC" in process.env, Object.keys(process.env).includes("ABC")]; delete process.env.ABC; return [...r, process.env.ABC, process.env.NOPE]; },
  "env symbol": () => { process.env[Symbol("x")] = 1; },
  shape: () => [process.platform, typeof process.version, typeof process.versions.node, typeof process.pid, Array.isArray(process.argv), typeof process.cwd(), Object.prototype.toString.call(process), typeof process.uptime(), process.release.name, typeof process.title],
  hrtime: () => { const a = process.hrtime(), b = process.hrtime(a); return [a.length, b[0], typeof process.hrtime.bigint(), b[1] >= 0]; },
  "hrtime bad": () => process.hrtime(5),
  "nextTick bad": () => process.nextTick(5),
  emitter: () => { let x; process.once("custom", (v) => (x = v)); process.emit("custom", 1); return [x, typeof process.on]; },
  emitWarning: () => new Promise((r) => { process.once("warning", (w) => r([w.name, w.message, w.code])); process.emitWarning("careful", "TestWarning", "T1"); }),
  umask: () => typeof process.umask(),
  stdout: () => [typeof process.stdout.write, process.stdout.fd, process.stderr.fd],
  os: () => [os.EOL, os.platform(), os.type(), os.endianness(), typeof os.hostname(), typeof os.tmpdir(), os.constants.signals.SIGTERM, os.constants.errno.ENOENT, os.devNull],
  module: () => [isBuiltin("fs") === isBuiltin("node:fs"), isBuiltin("node:path"), isBuiltin("nope"), builtinModules.includes("buffer"), createRequire("/x/y.js")("node:path") === fs_path, createRequire("file:///a.js")("path").sep],
  "createRequire relative": () => createRequire("a.js"),
  constants: () => [constants.SIGINT, constants.ENOENT, osConstants.signals.SIGKILL],
  globals: () => [typeof Buffer, typeof process, globalThis === global, typeof setImmediate, typeof clearImmediate, Buffer.from("a").toString("hex")],
};
