// Records what the Workers runtime gives for the snippets: `WORKERD=path/to/workerd node record.mjs [name…]` here.
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

// A file may say its date: a first line `// compatibility_date: 2021-11-02`.
const dateOf = (name) => /^\/\/ compatibility_date: (\S+)/.exec(readFileSync(`${name}_snippets.js`, "utf8"))?.[1] ?? "2026-01-01";

const config = (port, date) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "main.js", esModule = embed "main.js"), (name = "show.js", esModule = embed "show.js"), (name = "snippets.js", esModule = embed "snippets.js")],
  compatibilityDate = "${date}",
  cacheApiOutbound = "main",
);`;
const main = `import { run } from "./show.js"; import snippets from "./snippets.js";
export default { async fetch(request, env, ctx) { return new Response(await run(snippets, env, ctx)); } };`;

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

async function record(name) {
  const dir = mkdtempSync(join(tmpdir(), "record-"));
  const port = await freePort();
  writeFileSync(join(dir, "config.capnp"), config(port, dateOf(name)));
  writeFileSync(join(dir, "main.js"), main);
  copyFileSync("../node/show.js", join(dir, "show.js"));
  copyFileSync(`${name}_snippets.js`, join(dir, "snippets.js"));
  const child = spawn(process.env.WORKERD, ["serve", "--experimental", join(dir, "config.capnp")], { stdio: ["ignore", "inherit", "inherit"] });
  try {
    writeFileSync(`${name}.want`, await answer(port, child));
  } finally {
    child.kill();
    rmSync(dir, { recursive: true });
  }
}

const all = readdirSync(".").filter((f) => f.endsWith("_snippets.js")).map((f) => f.replace("_snippets.js", ""));
for (const name of process.argv.length > 2 ? process.argv.slice(2) : all) await record(name);
