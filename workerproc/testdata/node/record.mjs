// Records what Node.js gives for the snippets: `node record.mjs` here, with Node.js 20. Each file has a process of its own.
import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { run } from "./show.js";

const file = process.argv[2];
if (file) {
  const { default: snippets } = await import(`./${file}`);
  writeFileSync(file.replace("_snippets.js", ".want"), await run(snippets));
  process.exit(0);
}
for (const name of readdirSync(".")) {
  if (name.endsWith("_snippets.js")) execFileSync(process.execPath, ["record.mjs", name], { stdio: "ignore" });
}
