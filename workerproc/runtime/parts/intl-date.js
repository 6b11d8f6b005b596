// Intl.DateTimeFormat.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { TypeError, RangeError } = p;
  const { state, make, incompatible, Slot, canonicalList, coerce, option, flag, integer, matcher, keyword, settings, object, parts, has } = core.part("intl").shared;

  const text = ["narrow", "short", "long"];
  const digit = ["2-digit", "numeric"];
  const components = { weekday: text, era: text, year: digit, month: ["2-digit", "numeric", "narrow", "short", "long"], day: digit, dayPeriod: text, hour: digit, minute: digit, second: digit,
    fractionalSecondDigits: undefined, timeZoneName: ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"] };
  const ofDate = ["weekday", "year", "month", "day"];
  const ofTime = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];
  const styles = ["full", "long", "medium", "short"];

  // required and defaults are "date", "time" or "any"/"all".
  function init(locales, given, required = "any", defaults = "date") {
    const service = "Intl.DateTimeFormat";
    const requested = canonicalList(locales);
    const options = coerce(given, "DateTimeFormat");
    matcher(options, "DateTimeFormat");
    const ca = keyword(options, "calendar");
    const nu = keyword(options, "numberingSystem");
    const hour12 = flag(options, "hour12");
    const hc = option(options, "hourCycle", ["h11", "h12", "h23", "h24"], undefined, service);
    const [locale, calendar, numberingSystem, cycle] = ops.intlResolve(requested, hour12 === undefined ? ["ca", ca ?? "", "nu", nu ?? "", "hc", hc ?? ""] : ["ca", ca ?? "", "nu", nu ?? ""]);
    const zone = options.timeZone;
    const timeZone = zone === undefined ? "UTC" : ops.intlZone(`${zone}`);
    if (timeZone === undefined) throw new RangeError(`Invalid time zone specified: ${zone}`);
    const chosen = { __proto__: null };
    let explicit = false;
    for (const name of p.ownKeys(components)) {
      const value = name === "fractionalSecondDigits" ? integer(options[name], 1, 3, undefined, name) : option(options, name, components[name], undefined, service);
      chosen[name] = value;
      explicit ||= value !== undefined;
    }
    option(options, "formatMatcher", ["basic", "best fit"], "best fit", service);
    const dateStyle = option(options, "dateStyle", styles, undefined, service);
    const timeStyle = option(options, "timeStyle", styles, undefined, service);
    if (dateStyle !== undefined || timeStyle !== undefined) {
      if (explicit) throw new TypeError("Invalid option : option");
      if (required === "date" && timeStyle !== undefined) throw new TypeError("Invalid option : timeStyle");
      if (required === "time" && dateStyle !== undefined) throw new TypeError("Invalid option : dateStyle");
    } else fallback(chosen, required, defaults);
    const cycles = ops.intlHourCycles(locale);
    let hourCycle;
    if (chosen.hour !== undefined || timeStyle !== undefined) {
      hourCycle = hour12 === undefined ? cycle || cycles[0] : hour12 ? cycles[1] : "h23";
    }
    const made = settings({ locale, calendar, numberingSystem, timeZone, hourCycle, ...chosen, dateStyle, timeStyle });
    return { text: made, locale, calendar, numberingSystem, timeZone, dateStyle, timeStyle };
  }

  function fallback(chosen, required, defaults) {
    const none = (names) => { for (const name of names) if (chosen[name] !== undefined) return false; return true; };
    if (!((required === "time" || none(ofDate)) && (required === "date" || none(ofTime)))) return;
    if (defaults !== "time") chosen.year = chosen.month = chosen.day = "numeric";
    if (defaults !== "date") chosen.hour = chosen.minute = chosen.second = "numeric";
  }

  function resolved(s) {
    const flat = ops.intlDateResolved(s.text);
    const found = { __proto__: null };
    for (let i = 0; i < flat.length; i += 2) found[flat[i]] = flat[i + 1];
    const cycle = found.hourCycle || undefined;
    const out = { locale: s.locale, calendar: s.calendar, numberingSystem: s.numberingSystem, timeZone: s.timeZone, hourCycle: cycle,
      hour12: cycle === undefined ? undefined : cycle === "h11" || cycle === "h12" };
    if (s.dateStyle === undefined && s.timeStyle === undefined) {
      for (const name of p.ownKeys(components)) out[name] = name === "fractionalSecondDigits" && found[name] !== undefined ? +found[name] : found[name];
    }
    return object({ ...out, dateStyle: s.dateStyle, timeStyle: s.timeStyle });
  }

  const dateNow = p.now;

  // time is that of a Date or number, cut to whole milliseconds.
  function time(value) {
    const ms = value === undefined ? dateNow() : Math.trunc(+value);
    if (!(Math.abs(ms) <= 8.64e15)) throw new RangeError("Invalid time value");
    return ms;
  }

  function range(start, end) {
    if (start === undefined || end === undefined) throw new TypeError("Invalid time value");
    return [time(start), time(end)];
  }

  const DateTimeFormat = make("DateTimeFormat", true, (locales, options) => init(locales, options), {
    resolvedOptions() { return resolved(state(this, "DateTimeFormat", "resolvedOptions")); },
    formatToParts(value) {
      const s = state(this, "DateTimeFormat", "formatToParts");
      return parts(ops.intlDateParts(s.text, time(value)));
    },
    get format() {
      const s = Slot.of(this, "DateTimeFormat");
      if (s === undefined) throw incompatible("UnwrapDateTimeFormat", this);
      if (s.format === undefined) {
        s.format = (value) => ops.intlDate(s.text, time(value));
        p.defineProperty(s.format, "name", { value: "", configurable: true });
      }
      return s.format;
    },
    formatRange(start, end) {
      const s = state(this, "DateTimeFormat", "formatRange");
      const [a, b] = range(start, end);
      return ops.intlDateRange(s.text, a, b);
    },
    formatRangeToParts(start, end) {
      const s = state(this, "DateTimeFormat", "formatRangeToParts");
      const [a, b] = range(start, end);
      return parts(ops.intlDateRangeParts(s.text, a, b), true);
    },
  });

  // format is Date.prototype.toLocale…String; what is "any", "date" or "time".
  const plain = { __proto__: null };
  function format(ms, locales, options, what) {
    const defaults = what === "any" ? "all" : what;
    const simple = locales === undefined && options === undefined;
    const made = simple ? (plain[what] ??= init(undefined, undefined, what, defaults).text) : init(locales, options, what, defaults).text;
    return ms !== ms ? "Invalid Date" : ops.intlDate(made, ms);
  }

  return { DateTimeFormat, format };
})
