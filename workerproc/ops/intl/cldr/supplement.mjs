// What isn't of one locale; the order is that of the section constants in ../data.go.
import { writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export function supplement(json, names) {
  const s = (file) => json(`cldr-core/supplemental/${file}`).supplemental;
  return [plurals(s), aliases(s), numbering(s), regions(s, json), zones(s), currencies(s), s("likelySubtags").likelySubtags, {}];
}

const rule = (text) => text.replace(/@.*/s, "").trim();

function plurals(s) {
  const out = {};
  for (const [prefix, all] of [["c", s("plurals")["plurals-type-cardinal"]], ["o", s("ordinals")["plurals-type-ordinal"]]]) {
    for (const language of Object.keys(all)) {
      out[`${prefix}.${language}`] = Object.entries(all[language]).map(([k, v]) => `${k.replace("pluralRule-count-", "")}:${rule(v)}`).join(";");
    }
  }
  const ranges = s("pluralRanges").plurals;
  for (const language of Object.keys(ranges)) {
    for (const [k, v] of Object.entries(ranges[language])) {
      const [, from, to] = /^pluralRange-start-([a-z]+)-end-([a-z]+)$/.exec(k);
      out[`r.${language}.${from}.${to}`] = v;
    }
  }
  return out;
}

function aliases(s) {
  const out = {};
  const alias = s("aliases").metadata.alias;
  for (const [kind, prefix] of [["languageAlias", "l"], ["scriptAlias", "s"], ["territoryAlias", "t"], ["variantAlias", "v"], ["subdivisionAlias", "d"]]) {
    for (const k of Object.keys(alias[kind] ?? {})) out[`${prefix}.${k}`] = alias[kind][k]._replacement;
  }
  return out;
}

function numbering(s) {
  const out = {};
  const all = s("numberingSystems").numberingSystems;
  for (const k of Object.keys(all)) if (all[k]._type === "numeric") out[k] = all[k]._digits;
  return out;
}

function regions(s, json) {
  const out = {};
  const time = s("timeData").timeData;
  for (const k of Object.keys(time)) out[`hours.${k.replace("_", "-")}`] = `${time[k]._preferred} ${time[k]._allowed}`;
  const week = s("weekData").weekData;
  for (const k of ["firstDay", "weekendStart", "weekendEnd", "minDays"]) for (const r of Object.keys(week[k])) if (/^[A-Z0-9]+$/.test(r)) out[`${k}.${r}`] = week[k][r];
  const calendars = s("calendarPreferenceData").calendarPreferenceData;
  for (const r of Object.keys(calendars)) out[`calendar.${r}`] = calendars[r].join(" ");
  const periods = s("dayPeriods").dayPeriodRuleSet;
  for (const language of Object.keys(periods)) {
    out[`periods.${language}`] = Object.entries(periods[language]).map(([k, v]) => `${k} ${v._at ?? `${v._from} ${v._before}`}`.replace(/:00/g, "")).join(";");
  }
  for (const [name, { characterOrder: order }] of Object.entries(layouts(json))) out[`order.${name}`] = order;
  return out;
}

// layouts: which locales are written from right to left.
function layouts(json) {
  const out = {};
  for (const name of json("cldr-core/availableLocales").availableLocales.full) {
    const { layout } = json(`cldr-misc-full/main/${name}/layout`).main[name];
    if (layout.orientation.characterOrder !== "left-to-right") out[name] = { characterOrder: "rtl" };
  }
  return out;
}

function currencies(s) {
  const out = {};
  const { fractions } = s("currencyData").currencyData;
  for (const k of Object.keys(fractions)) out[k] = fractions[k]._digits;
  out["*"] = Intl.supportedValuesOf("currency").filter((c) => !["SLE", "XCG", "ZWG"].includes(c)).join(" "); // as workerd
  return out;
}

// Names that V8 keeps in workerd, which is newer than Node.js 20.
const kept = ["PST8PDT", "EST5EDT", "CST6CDT", "MST7MDT"];

// placeIn is what a locale without names for zones calls one by: its city or its country.
const placeIn = (locale, timeZone) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "shortGeneric" }).format(16e11);

// zones writes the data of time zones, each deflated, and says where each is. time/tzdata has the same, but asks the file
// system first, at which a jail ends the process. Besides: their names, as Go has them, with the one that V8 prints; periods of metazones; those of a region.
function zones(s) {
  const out = {};
  const root = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
  const zip = join(root, "lib/time/zoneinfo.zip");
  const files = new Map();
  const listing = execFileSync("unzip", ["-Z1", zip], { encoding: "utf8" }).split("\n");
  for (const name of listing.filter((n) => n !== "" && !n.endsWith("/"))) {
    let printed;
    try { printed = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone; } catch { continue; /* not one of ICU's */ }
    out[`name.${name}`] = kept.includes(name) ? name : printed;
    files.set(name, execFileSync("unzip", ["-p", zip, name], { encoding: "latin1" }));
  }
  let offset = 0;
  const packed = [];
  const places = new Map(); // content → place
  for (const [name, text] of files) {
    if (!places.has(text)) {
      const data = deflateRawSync(Buffer.from(text, "latin1"), { level: 9 });
      places.set(text, `${offset} ${data.length}`);
      offset += data.length;
      packed.push(data);
    }
    out[`file.${name}`] = places.get(text);
  }
  writeFileSync("../zones.bin", Buffer.concat(packed));
  for (const name of Intl.supportedValuesOf("timeZone")) if (!(`name.${name}` in out)) throw new Error(`Go has no ${name}`);
  const info = s("metaZones").metaZones.metazoneInfo.timezone;
  const walk = (path, v) => {
    if (Array.isArray(v)) {
      out[`meta.${path}`] = v.map(({ usesMetazone: m }) => `${m._mzone} ${(m._from ?? "").replace(" ", "T")} ${(m._to ?? "").replace(" ", "T")}`).join(";");
    } else for (const k of Object.keys(v)) walk(path ? `${path}/${k}` : k, v[k]);
  };
  walk("", info);
  for (const { mapZone: m } of s("metaZones").metaZones.metazones) out[`golden.${m._other}.${m._territory}`] = m._type;
  out["*"] = Intl.supportedValuesOf("timeZone").join(" ");
  for (let a = 65; a < 91; a++) for (let b = 65; b < 91; b++) {
    const region = String.fromCharCode(a, b);
    const list = new Intl.Locale(`und-${region}`).timeZones ?? [];
    if (list.length > 0) out[`of.${region}`] = list.join(" ");
    for (const timeZone of list) if (["af", "is", "sw", "zu", "eu"].some((l) => placeIn(l, timeZone).includes(new Intl.DisplayNames(l, { type: "region" }).of(region)))) out[`place.${timeZone}`] = region;
  }
  out["place.Europe/London"] = "GB"; // of which those locales have names
  out["place.Europe/Dublin"] = "IE";
  return out;
}
