// What the Workers runtime answers: ask({"main.js": text, …}, date, flags) serves the modules (text, or bytes of JSON by
// their name's ending) with the program of $WORKERD and gives the body of one GET.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const kind = (name) => (name.endsWith(".json") ? "json" : "esModule");

const config = (port, names, date, flags) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [${names.map((name) => `(name = "${name}", ${kind(name)} = embed "${name}")`).join(", ")}],
  compatibilityDate = "${date}",
  compatibilityFlags = [${flags.map((flag) => JSON.stringify(flag)).join(", ")}],
  cacheApiOutbound = "main",
);`;

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

async function answer(port, child) {
  for (;;) {
    if (child.exitCode !== null) throw new Error("workerd has ended");
    try {
      return await (await fetch(`http://127.0.0.1:${port}/`)).text();
    } catch {
      await new Promise((r) => setTimeout(r, 50));
    }
  }
}

export async function ask(modules, date, flags = []) {
  const dir = mkdtempSync(join(tmpdir(), "record-"));
  const port = await freePort();
  writeFileSync(join(dir, "config.capnp"), config(port, Object.keys(modules), date, flags));
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(dir, name), text);
  const child = spawn(process.env.WORKERD, ["serve", "--experimental", join(dir, "config.capnp")], { stdio: ["ignore", "inherit", "inherit"] });
  try {
    return await answer(port, child);
  } finally {
    child.kill();
    rmSync(dir, { recursive: true });
  }
}
