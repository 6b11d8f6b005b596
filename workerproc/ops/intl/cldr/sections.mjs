// What is taken of a locale: each section is a flat object.
import { existsSync } from "node:fs";

const forms = ["zero", "one", "two", "few", "many", "other"];

// put copies an object's leaves, keys joined with dots.
function put(to, prefix, value) {
  if (value === undefined) return;
  if (typeof value !== "object") { to[prefix] = value; return; }
  for (const k of Object.keys(value)) if (!k.startsWith("_") && !k.includes("-alt-")) put(to, `${prefix}.${k.replace(/^unitPattern-count-|^relativeTimePattern-count-|^relative-type-|^relativeTime-type-/, "")}`, value[k]);
}

function numbers(name, json) {
  // The packages leave out what the root has for these systems: it is what the locales that use them have.
  const symbols = (system, of) => { const { list, currencySpacing, ...rest } = json(`cldr-numbers-full/main/${of}/numbers`).main[of].numbers[`symbols-numberSystem-${system}`]; put(out, `${system}.sym`, rest); };
  const n = json(`cldr-numbers-full/main/${name}/numbers`).main[name].numbers;
  const out = { ns: n.defaultNumberingSystem, native: n.otherNumberingSystems.native, min: n.minimumGroupingDigits };
  for (const key of Object.keys(n)) {
    const [, kind, ns] = /^(symbols|decimalFormats|scientificFormats|percentFormats|currencyFormats|miscPatterns)-numberSystem-(.*)$/.exec(key) ?? [];
    const v = n[key];
    switch (kind) {
      case "symbols": {
        const { list, currencySpacing, ...rest } = v;
        put(out, `${ns}.sym`, rest);
        break;
      }
      case "decimalFormats":
        out[`${ns}.decimal`] = v.standard;
        for (const width of ["short", "long"]) compact(out, `${ns}.${width}`, v[width].decimalFormat);
        break;
      case "scientificFormats": out[`${ns}.scientific`] = v.standard; break;
      case "percentFormats": out[`${ns}.percent`] = v.standard; break;
      case "miscPatterns": out[`${ns}.approximately`] = v.approximately; out[`${ns}.range`] = v.range; break;
      case "currencyFormats":
        out[`${ns}.currency`] = v.standard;
        out[`${ns}.accounting`] = v.accounting;
        out[`${ns}.spaceBefore`] = v.currencySpacing.beforeCurrency.insertBetween;
        out[`${ns}.spaceAfter`] = v.currencySpacing.afterCurrency.insertBetween;
        if (v.short) compact(out, `${ns}.shortCurrency`, v.short.standard);
        for (const form of forms) if (v[`unitPattern-count-${form}`]) out[`${ns}.unit.${form}`] = v[`unitPattern-count-${form}`];
    }
  }
  for (const [system, of] of [["arab", "ar-EG"], ["arabext", "fa"]]) if (!(`${system}.sym.decimal` in out)) symbols(system, of);
  return out;
}

// compact: 1000-count-one becomes 3.one, the exponent.
function compact(out, prefix, patterns) {
  for (const k of Object.keys(patterns ?? {})) {
    const [, digits, form] = /^(\d+)-count-([a-z0-9]+)$/.exec(k) ?? [];
    if (digits) out[`${prefix}.${digits.length - 1}.${form}`] = patterns[k];
  }
}

function currencies(name, json) {
  const out = {};
  const all = json(`cldr-numbers-full/main/${name}/currencies`).main[name].numbers.currencies;
  for (const code of Object.keys(all)) {
    const c = all[code];
    if (c.symbol && c.symbol !== code) out[`${code}.s`] = c.symbol;
    if (c["symbol-alt-narrow"]) out[`${code}.n`] = c["symbol-alt-narrow"];
    if (c["symbol-alt-formal"]) out[`${code}.f`] = c["symbol-alt-formal"];
    if (c.pattern) out[`${code}.p`] = c.pattern;
    if (c.displayName && c.displayName !== code) out[`${code}.d`] = c.displayName;
    for (const form of forms) if (c[`displayName-count-${form}`] && c[`displayName-count-${form}`] !== c.displayName) out[`${code}.${form}`] = c[`displayName-count-${form}`];
  }
  return out;
}

export const simpleUnits = "acre bit byte celsius centimeter day degree fahrenheit fluid-ounce foot gallon gigabit gigabyte gram hectare hour inch kilobit kilobyte kilogram kilometer liter megabit megabyte meter microsecond mile mile-scandinavian milliliter millimeter millisecond minute month nanosecond ounce percent petabyte pound second stone terabit terabyte week yard year".split(" ");

function units(name, json) {
  const out = {};
  const all = json(`cldr-units-full/main/${name}/units`).main[name].units;
  for (const width of ["long", "short", "narrow"]) {
    put(out, `${width}.per`, all[width].per.compoundUnitPattern);
    for (const key of Object.keys(all[width])) {
      const unit = key.replace(/^[a-z]+-/, "");
      const [above, below] = unit.split("-per-");
      if (!simpleUnits.includes(above) || (below !== undefined && !simpleUnits.includes(below))) continue;
      const v = all[width][key];
      for (const form of forms) if (v[`unitPattern-count-${form}`]) out[`${width}.${unit}.${form}`] = v[`unitPattern-count-${form}`];
      if (v.perUnitPattern) out[`${width}.${unit}.per`] = v.perUnitPattern;
    }
  }
  return out;
}

function dates(name, json) {
  const out = {};
  const g = json(`cldr-dates-full/main/${name}/ca-gregorian`).main[name].dates.calendars.gregorian;
  for (const kind of ["months", "days", "dayPeriods"]) put(out, kind, g[kind]);
  put(out, "eras", g.eras);
  put(out, "date", g.dateFormats);
  put(out, "time", g.timeFormats);
  const { availableFormats, appendItems, intervalFormats, ...join } = g.dateTimeFormats;
  put(out, "join", join);
  put(out, "at", g["dateTimeFormats-atTime"].standard);
  for (const k of Object.keys(availableFormats)) if (!k.includes("-")) out[`skeleton.${k}`] = availableFormats[k];
  put(out, "append", appendItems);
  put(out, "interval", intervalFormats);
  for (const k of Object.keys(out)) if (k.endsWith("-alt-variant")) delete out[k];
  generic(out, name, json);
  return out;
}

// generic: the dates of calendars other than the Gregorian.
function generic(out, name, json) {
  const g = json(`cldr-dates-full/main/${name}/ca-generic`).main[name].dates.calendars.generic;
  put(out, "g.date", g.dateFormats);
  const { availableFormats, appendItems, intervalFormats, ...join } = g.dateTimeFormats;
  for (const k of Object.keys(availableFormats)) if (!k.includes("-")) out[`g.skeleton.${k}`] = availableFormats[k];
  if (name === "th") out["g.skeleton.yMd"] = "d/M/y"; // its usual calendar has no need to name the era
  put(out, "g.interval", intervalFormats);
  eras(out, name);
}

// eras are asked of Node.js: the packages for these calendars are years older.
const samples = { buddhist: { 0: "2020-01-01" }, roc: { 0: "1900-01-01", 1: "2020-01-01" }, japanese: { 232: "1900-01-01", 233: "1920-01-01", 234: "1950-01-01", 235: "2000-01-01", 236: "2020-01-01" } };
function eras(out, name) {
  for (const [calendar, all] of Object.entries(samples)) {
    for (const [width, key] of [["short", "eraAbbr"], ["long", "eraNames"], ["narrow", "eraNarrow"]]) {
      const f = new Intl.DateTimeFormat(name === "und" ? "en-US-POSIX" : name, { calendar, era: width, year: "numeric", timeZone: "UTC" });
      for (const [n, day] of Object.entries(all)) out[`${calendar}.${key}.${n}`] = f.formatToParts(Date.parse(day)).find((p) => p.type === "era")?.value ?? "";
    }
  }
}

function zones(name, json) {
  const out = {};
  const { zone, metazone, ...formats } = json(`cldr-dates-full/main/${name}/timeZoneNames`).main[name].dates.timeZoneNames;
  put(out, "f", formats);
  const walk = (path, v) => {
    if (v.exemplarCity !== undefined || v.long !== undefined || v.short !== undefined) {
      put(out, `zone.${path}`, { long: v.long, short: v.short });
      return;
    }
    for (const k of Object.keys(v)) if (typeof v[k] === "object") walk(path ? `${path}/${k}` : k, v[k]);
  };
  walk("", zone);
  put(out, "meta", metazone);
  return out;
}

function fields(name, json) {
  const out = {};
  const all = json(`cldr-dates-full/main/${name}/dateFields`).main[name].dates.fields;
  for (const base of "era year quarter month week weekOfMonth day dayOfYear weekday weekdayOfMonth dayperiod hour minute second zone".split(" ")) {
    for (const width of ["", "-short", "-narrow"]) put(out, base + width, all[base + width]);
  }
  return out;
}

function lists(name, json) {
  const out = {};
  const all = json(`cldr-misc-full/main/${name}/listPatterns`).main[name].listPatterns;
  for (const k of Object.keys(all)) put(out, k.replace("listPattern-type-", ""), all[k]);
  return out;
}

const widths = { "-alt-short": ".short", "-alt-long": ".long", "-alt-menu": ".menu", "-menu-core": ".core", "-menu-extension": ".extension" };

function namesOf(name, json) {
  const out = {};
  const dir = `cldr-localenames-full/main/${name}`;
  for (const [kind, file] of [["languages", "languages"], ["scripts", "scripts"], ["territories", "territories"]]) {
    if (!existsSync(`node_modules/${dir}/${file}.json`)) continue; // the root has only the rest
    const all = json(`${dir}/${file}`).main[name].localeDisplayNames[kind];
    for (const k of Object.keys(all)) {
      const alt = Object.keys(widths).find((w) => k.endsWith(w));
      if (alt === undefined && k.includes("-alt-")) continue;
      const code = alt === undefined ? k : k.slice(0, -alt.length) + widths[alt];
      if (all[k] !== k) out[`${kind[0]}.${code}`] = all[k];
    }
  }
  const display = json(`${dir}/localeDisplayNames`).main[name].localeDisplayNames;
  put(out, "pattern", display.localeDisplayPattern);
  put(out, "calendar", display.types?.calendar);
  return out;
}

export const sections = [["numbers", numbers], ["currencies", currencies], ["units", units], ["dates", dates], ["zones", zones], ["fields", fields], ["lists", lists], ["names", namesOf]];
