// Asks the Workers runtime for what the odd programs give: `STOCKADE_ODD=dir go test -run TestOdd .` in workerproc writes the
// programs, then `WORKERD=path/to/workerd node record.mjs dir` here writes want.txt.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { ask } from "../workerd/runtime.mjs";

const dir = process.argv[2];
const seeds = readdirSync(dir).filter((f) => f.endsWith(".js")).map((f) => parseInt(f)).sort((a, b) => a - b);
const modules = Object.fromEntries(seeds.map((n) => [`f${n}.js`, readFileSync(`${dir}/${n}.js`, "utf8")]));
const main = `export default { async fetch() {
  const all = {};
  for (const n of ${JSON.stringify(seeds)}) {
    try { all[n] = String(await (await import("./f" + n + ".js")).default()); } catch (e) { all[n] = "THROWN " + e?.name; }
  }
  return Response.json(all);
} }`;
const all = JSON.parse(await ask({ "main.js": main, ...modules }, "2026-01-01"));
for (const n of seeds) writeFileSync(`${dir}/${n}.want`, all[n]);
writeFileSync("want.txt", seeds.map((n) => `${n} ${createHash("sha256").update(all[n]).digest("hex").slice(0, 12)}\n`).join(""));
