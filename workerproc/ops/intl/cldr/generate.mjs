// Makes ../locales.bin of CLDR's data (packages of package-lock.json): `npm ci && node generate.mjs` here, with Node.js 20,
// which is asked for what CLDR's packages don't say: the canonical names of time zones, and which a region has.
//
// The file is an index (a line for each locale: name, parent, offset, the length of each section) and then the sections,
// each deflated. A section is lines of key and value, between them a tab; a locale has only those in which it differs from
// its parent. The locale "+" has what isn't of a locale.
import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { execFileSync } from "node:child_process";
import { sections } from "./sections.mjs";
import { supplement } from "./supplement.mjs";

export const json = (path) => JSON.parse(readFileSync(`node_modules/${path}.json`, "utf8"));
const names = readFileSync("locales.txt", "utf8").split(/\s+/).filter(Boolean);
const parents = json("cldr-core/supplemental/parentLocales").supplemental.parentLocales.parentLocale;

const parentOf = (name) => {
  const parent = parents[name] ?? (name.includes("-") ? name.replace(/-[^-]*$/, "") : "und");
  if (parent === "root") return "und";
  return parent === "und" || names.includes(parent) ? parent : parentOf(parent);
};

const flat = new Map(); // locale → its sections, with all that it inherits

function flatten(name) {
  if (!flat.has(name)) flat.set(name, sections.map(([, f]) => existsSync(`node_modules/cldr-numbers-full/main/${name}`) ? f(name, json) : flatten(parentOf(name))));
  return flat.get(name);
}

const clean = (v) => {
  if (/[\t\n]/.test(v)) throw new Error(`cannot write ${JSON.stringify(v)}`);
  return v;
};
const lines = (section) => Object.entries(section).map(([k, v]) => `${clean(k)}\t${clean(String(v))}\n`).join("");

const gone = "\x01"; // the value of a key that the parent has and this locale hasn't
function difference(own, parent) {
  const result = {};
  for (const k in own) if (own[k] !== parent[k]) result[k] = own[k];
  for (const k in parent) if (!(k in own)) result[k] = gone;
  return result;
}

const records = [["+", "", supplement(json, names).map(lines)], ["und", "", flatten("und").map(lines)]];
for (const name of names) {
  const parent = parentOf(name);
  records.push([name, parent, flatten(name).map((s, i) => lines(difference(s, flatten(parent)[i])))]);
}

// What ICU has besides, without data of its own: de-DE is de, and zh-TW is zh-Hant-TW.
const likely = json("cldr-core/supplemental/likelySubtags").supplemental.likelySubtags;
const known = new Set(records.map(([name]) => name));
const add = (name, parent) => { if (!known.has(name)) { known.add(name); records.push([name, parent, sections.map(() => "")]); } };
for (const name of json("cldr-core/defaultContent").defaultContent) {
  let parent = parents[name] ?? name.replace(/-[^-]*$/, "");
  if (!known.has(parent)) parent = parent.replace(/-[^-]*$/, "");
  if (known.has(parent)) add(name, parent);
}
for (const [name] of [...records]) {
  const [, language, script, region] = /^([a-z]+)-([A-Z][a-z]{3})-([A-Z]{2})$/.exec(name) ?? [];
  const usual = likely[`${language}-${region}`] ?? likely[language];
  if (usual?.split("-")[1] === script) add(`${language}-${region}`, name);
}

let offset = 0;
const index = [];
const data = [];
for (const [name, parent, texts] of records.sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
  const packed = texts.map((t) => (t === "" ? Buffer.alloc(0) : deflateRawSync(t, { level: 9 })));
  index.push(`${name}\t${parent}\t${offset}\t${packed.map((p) => p.length).join("\t")}`);
  for (const p of packed) { offset += p.length; data.push(p); }
}
writeFileSync("../locales.idx", "\n" + index.join("\n") + "\n");
writeFileSync("../locales.bin", Buffer.concat(data));
console.log(`${records.length} locales, ${offset} bytes; by section: ${sections.map(([n], i) => `${n} ${records.reduce((sum, r) => sum + deflateRawSync(r[2][i] ?? "").length, 0)}`).join(", ")}`);
