// Records which modules of Node.js the Workers runtime has, by date and flags (modules.txt), and their exports at the newest
// date (exports.txt): `WORKERD=path/to/workerd node record_modules.mjs` here.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const names = `_http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _stream_duplex _stream_passthrough _stream_readable
_stream_transform _stream_wrap _stream_writable _tls_common _tls_wrap assert assert/strict async_hooks buffer child_process cluster console constants
crypto dgram diagnostics_channel dns dns/promises domain events fs fs/promises http http2 https inspector inspector/promises module net os path
path/posix path/win32 perf_hooks process punycode querystring readline readline/promises repl sqlite stream stream/consumers stream/promises
stream/web string_decoder sys test timers timers/promises tls trace_events tty url util util/types v8 vm wasi worker_threads zlib`.split(/\s+/);
const dates = `2024-01-01 2024-09-23 2025-08-15 2025-09-01 2025-09-15 2025-10-01 2025-12-04 2026-01-29 2026-02-10 2026-03-17 2026-11-17`.split(/\s+/);
const cases = [...dates.map((d) => `${d} nodejs_compat`), ...`2024-01-01|2026-08-03|2026-08-04|2024-01-01 nodejs_compat_v2|2026-06-01 nodejs_compat_v2
2026-01-01 nodejs_compat no_nodejs_compat_v2|2026-10-01 no_nodejs_compat|2026-10-01 no_nodejs_compat_v2|2026-10-01 no_nodejs_compat no_nodejs_compat_v2|2026-01-01 nodejs_als
2026-01-01 enable_nodejs_fs_module|2024-01-01 nodejs_compat enable_nodejs_fs_module enable_nodejs_http_server_modules|2026-01-01 nodejs_compat disable_nodejs_http_modules
2024-01-01 nodejs_compat enable_nodejs_http_modules|2026-10-01 disable_nodejs_fs_module disable_nodejs_tty_module|2026-06-01 nodejs_compat no_nodejs_global_timers
2025-09-15 nodejs_compat disable_nodejs_process_v2`.split(/[|\n]/)];

const asked = `const names = ${JSON.stringify(names)}; const there = async (name) => { try { return await import(name) } catch { return undefined } };
export default { async fetch() {
  const prefixed = [], bare = [], exports = {}, globals = ["Buffer", "process", "global"].filter((name) => name in globalThis);
  for (const name of names) {
    const module = await there("node:" + name);
    if (module) prefixed.push(name);
    if (module) exports[name] = Object.keys(module).sort().map((key) => key + ":" + typeof module[key]).join(" ");
    if (await there(name)) bare.push(name);
  }
  const t = setTimeout(() => {}, 1);
  clearTimeout(t);
  return Response.json({ line: prefixed.join(" ") + " | " + bare.join(" ") + " | " + globals.join(" ") + " | " + typeof t, exports });
} };`;
const main = `let n = 0; const asked = ${JSON.stringify(asked)};
export default { async fetch(request, env) {
  const [compatibilityDate, ...compatibilityFlags] = (await request.text()).split(" ");
  const worker = env.LOADER.get("w" + n++, () => ({ compatibilityDate, compatibilityFlags, mainModule: "m.js", modules: { "m.js": asked } }));
  return worker.getEntrypoint().fetch("http://x/");
} };`;
const config = (port) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (modules = [(name = "main.js", esModule = embed "main.js")], bindings = [(name = "LOADER", workerLoader = ())], compatibilityDate = "2026-01-01");`;

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const dir = mkdtempSync(join(tmpdir(), "record-"));
writeFileSync(join(dir, "config.capnp"), config(port));
writeFileSync(join(dir, "main.js"), main);
const child = spawn(process.env.WORKERD, ["serve", "--experimental", join(dir, "config.capnp")], { stdio: ["ignore", "inherit", "inherit"] });
async function ask(body) {
  for (;;) {
    if (child.exitCode !== null) throw new Error("workerd has ended");
    try {
      return await (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body })).json();
    } catch {
      await new Promise((r) => setTimeout(r, 50));
    }
  }
}
try {
  let text = "";
  for (const one of cases) text += `${one}: ${(await ask(one)).line}\n`;
  writeFileSync("modules.txt", text);
  const { exports } = await ask("2026-11-17 nodejs_compat");
  writeFileSync("exports.txt", Object.entries(exports).map(([name, list]) => `${name}: ${list}\n`).join(""));
} finally {
  child.kill();
  rmSync(dir, { recursive: true });
}
