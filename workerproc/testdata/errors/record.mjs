// Records what the Workers runtime says: `WORKERD=path/to/workerd node record.mjs [name…]` here.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { ask } from "../workerd/runtime.mjs";

const read = (file) => readFileSync(file, "utf8");
const all = readdirSync(".").filter((f) => f.endsWith("_snippets.js")).map((f) => f.replace("_snippets.js", ""));
for (const name of process.argv.length > 2 ? process.argv.slice(2) : all) {
  writeFileSync(`${name}.want`, await ask({ "main.js": read("main.js"), "run.js": read("run.js"), "snippets.js": read(`${name}_snippets.js`) }, "2026-01-01"));
}
