// Records what Node.js gives for the snippets, `node record.mjs` here with Node.js 20, and what workerd gives where that is
// something else: `node record.mjs PATH-OF-WORKERD`. Each file has a process of its own.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { run } from "../node/show.js";

const file = process.argv[2];
if (file?.endsWith("_snippets.js")) {
  const { default: snippets } = await import(`./${file}`);
  writeFileSync(file.replace("_snippets.js", ".want"), await run(snippets));
  process.exit(0);
}

const config = (port) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (modules = [(name = "main.js", esModule = embed "main.js"), (name = "show.js", esModule = embed "show.js"), (name = "snippets.js", esModule = embed "snippets.js")], compatibilityDate = "2026-01-01"))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]);`;

async function asWorker(workerd, file, port) {
  const dir = mkdtempSync(join(tmpdir(), "intl-"));
  writeFileSync(join(dir, "config.capnp"), config(port));
  writeFileSync(join(dir, "main.js"), `import { run } from "./show.js"; import snippets from "./snippets.js"; export default { async fetch() { return new Response(await run(snippets)) } }`);
  writeFileSync(join(dir, "show.js"), readFileSync("../node/show.js"));
  writeFileSync(join(dir, "snippets.js"), readFileSync(file));
  const server = spawn(workerd, ["serve", join(dir, "config.capnp")], { stdio: "ignore" });
  try {
    for (let tries = 0; ; tries++) {
      try { return await (await fetch(`http://127.0.0.1:${port}/`)).text(); } catch (e) { if (tries > 100) throw e; }
      await new Promise((ok) => setTimeout(ok, 100));
    }
  } finally {
    server.kill();
    await once(server, "exit");
    rmSync(dir, { recursive: true });
  }
}

const port = 18700 + (process.pid % 200);
for (const name of readdirSync(".").filter((n) => n.endsWith("_snippets.js"))) {
  const want = name.replace("_snippets.js", ".want");
  if (!file || !existsSync(want)) execFileSync(process.execPath, ["record.mjs", name], { stdio: "inherit", env: { ...process.env, TZ: "UTC" } });
  if (!file) continue;
  const lines = new Set(readFileSync(want, "utf8").split("\n"));
  writeFileSync(name.replace("_snippets.js", ".workerd"), (await asWorker(file, name, port)).split("\n").filter((l) => !lines.has(l)).map((l) => `${l}\n`).join(""));
}
