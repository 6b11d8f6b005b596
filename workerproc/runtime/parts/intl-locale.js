// Intl.Locale.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { TypeError, RangeError } = p;
  const { state, make, Slot, canonical, coerce, option, flag, wellFormed } = core.part("intl").shared;
  const wrong = () => new RangeError("Incorrect locale information provided");
  const service = "locale";
  const days = { 1: "mon", 2: "tue", 3: "wed", 4: "thu", 5: "fri", 6: "sat", 7: "sun", 0: "sun" };
  const dayNumbers = { mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6, sun: 7 };

  function init(given, options) {
    if (typeof given !== "string" && (typeof given !== "object" || given === null) && typeof given !== "function") throw new TypeError("First argument to Intl.Locale constructor can't be empty or missing");
    const text = Slot.of(given, "Locale")?.tag ?? `${given}`;
    if (text === "") throw new RangeError("First argument to Intl.Locale constructor can't be empty or missing");
    const tag = ops.intlCanonical(text);
    if (tag === undefined) throw wrong();
    options = coerce(options, "Locale");
    const replaces = [tag];
    for (const name of ["language", "script", "region", "variants"]) {
      const value = option(options, name);
      if (value === "") throw wrong();
      replaces[replaces.length] = value ?? "";
    }
    const keywords = [];
    const put = (key, value) => { keywords[keywords.length] = key; keywords[keywords.length] = value; };
    const text3 = (name, key) => {
      const value = option(options, name);
      if (value === undefined) return;
      if (!wellFormed(value)) throw wrong();
      put(key, value);
    };
    text3("calendar", "ca");
    text3("collation", "co");
    const first = option(options, "firstDayOfWeek");
    if (first !== undefined) {
      const day = days[first] ?? first;
      if (!wellFormed(day)) throw wrong();
      put("fw", day);
    }
    const hc = option(options, "hourCycle", ["h11", "h12", "h23", "h24"], undefined, service);
    if (hc !== undefined) put("hc", hc);
    const kf = option(options, "caseFirst", ["upper", "lower", "false"], undefined, service);
    if (kf !== undefined) put("kf", kf);
    const kn = flag(options, "numeric");
    if (kn !== undefined) put("kn", `${kn}`);
    text3("numberingSystem", "nu");
    const made = ops.intlApply(replaces, keywords);
    if (made === undefined) throw wrong();
    return parse(made);
  }

  function parse(tag) {
    const [base, language, script, region, variants, ...list] = ops.intlTag(tag);
    const keys = { __proto__: null };
    for (let i = 0; i < list.length; i += 2) keys[list[i]] = list[i + 1];
    return { tag, base, language, script, region, variants, keys };
  }

  const of = (o, name) => state(o, "Locale", name);
  const key = (o, name, k) => {
    const value = of(o, name).keys[k];
    return value === "" ? (k === "kf" ? "" : "true") : value;
  };
  const fact = (o, name, what) => ops.intlRegion(of(o, name).tag, what);

  const Locale = make("Locale", false, init, {
    toString() { return of(this, "toString").tag; },
    maximize() { return new Locale(ops.intlMaximize(of(this, "maximize").tag)); },
    minimize() { return new Locale(ops.intlMinimize(of(this, "minimize").tag)); },
    get language() { return of(this, "language").language; },
    get script() { return of(this, "script").script || undefined; },
    get region() { return of(this, "region").region || undefined; },
    get variants() { return of(this, "variants").variants || undefined; },
    get baseName() { return of(this, "baseName").base; },
    get calendar() { return key(this, "calendar", "ca"); },
    get caseFirst() { return key(this, "caseFirst", "kf"); },
    get collation() { return key(this, "collation", "co"); },
    get firstDayOfWeek() { return key(this, "firstDayOfWeek", "fw"); },
    get hourCycle() { return key(this, "hourCycle", "hc"); },
    get numeric() { const v = of(this, "numeric").keys.kn; return v === "" || v === "true"; },
    get numberingSystem() { return key(this, "numberingSystem", "nu"); },
    getCalendars() { const v = key(this, "getCalendars", "ca"); return v !== undefined ? [v] : fact(this, "getCalendars", "calendars"); },
    getCollations() { const v = key(this, "getCollations", "co"); return v !== undefined ? [v] : fact(this, "getCollations", "collations"); },
    getHourCycles() { const v = key(this, "getHourCycles", "hc"); return v !== undefined ? [v] : [ops.intlHourCycles(of(this, "getHourCycles").tag)[0]]; },
    getNumberingSystems() { const v = key(this, "getNumberingSystems", "nu"); return v !== undefined ? [v] : fact(this, "getNumberingSystems", "system"); },
    getTimeZones() { return of(this, "getTimeZones").region === "" ? undefined : fact(this, "getTimeZones", "zones"); },
    getTextInfo() { return { direction: fact(this, "getTextInfo", "order")[0] }; },
    getWeekInfo() {
      const [first, start, end] = fact(this, "getWeekInfo", "week");
      const fw = of(this, "getWeekInfo").keys.fw;
      const weekend = [];
      for (let d = dayNumbers[start]; ; d = d === 7 ? 1 : d + 1) {
        weekend[weekend.length] = d;
        if (d === dayNumbers[end]) break;
      }
      return { firstDay: dayNumbers[fw] ?? dayNumbers[first], weekend };
    },
  }, 1);

  return { Locale };
})
