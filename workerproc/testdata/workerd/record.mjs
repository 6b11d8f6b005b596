// Records what the Workers runtime gives for the snippets: `WORKERD=path/to/workerd node record.mjs [name…]` here.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { ask } from "./runtime.mjs";

const read = (file) => readFileSync(file, "utf8");
const main = `import { run } from "./show.js"; import snippets from "./snippets.js";
export default { async fetch(request, env, ctx) { return new Response(await run(snippets, env, ctx)); } };`;

async function record(name) {
  const snippets = read(`${name}_snippets.js`);
  // A file may say its date: a first line `// compatibility_date: 2021-11-02`.
  const date = /^\/\/ compatibility_date: (\S+)/.exec(snippets)?.[1] ?? "2026-01-01";
  // It may import files beside it.
  const beside = Object.fromEntries(Array.from(snippets.matchAll(/^import .* from "\.\/(.+)";$/gm), ([, file]) => [file, read(file)]));
  writeFileSync(`${name}.want`, await ask({ "main.js": main, "show.js": read("../node/show.js"), "snippets.js": snippets, ...beside }, date));
}

const all = readdirSync(".").filter((f) => f.endsWith("_snippets.js")).map((f) => f.replace("_snippets.js", ""));
for (const name of process.argv.length > 2 ? process.argv.slice(2) : all) await record(name);
