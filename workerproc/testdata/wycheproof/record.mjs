// Records what the Workers runtime says of the vectors: `WORKERD=path/to/workerd node record.mjs` here.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { ask } from "../workerd/runtime.mjs";

const main = `import { run } from "./check.js"; import vectors from "./vectors.json";
export default { async fetch() { return new Response(await run(vectors)); } };`;
const modules = { "main.js": main, "check.js": readFileSync("check.js"), "vectors.json": gunzipSync(readFileSync("vectors.json.gz")) };
writeFileSync("workerd.want", await ask(modules, "2026-01-01", ["nodejs_compat"]));
