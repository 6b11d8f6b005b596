// Intl.DurationFormat.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { TypeError, RangeError, defineProperty } = p;
  const { state, make, canonicalList, strict, option, integer, matcher, keyword, settings, object } = core.part("intl").shared;
  const service = "Intl.DurationFormat";

  const texts = ["long", "short", "narrow"];
  const clock = ["long", "short", "narrow", "numeric", "2-digit"];
  const parts = ["long", "short", "narrow", "numeric"];
  // Each unit with the styles it may have and the one that it has in a digital clock.
  const units = [["years", texts, "short"], ["months", texts, "short"], ["weeks", texts, "short"], ["days", texts, "short"], ["hours", clock, "numeric"],
    ["minutes", clock, "numeric"], ["seconds", clock, "numeric"], ["milliseconds", parts, "numeric"], ["microseconds", parts, "numeric"], ["nanoseconds", parts, "numeric"]];

  const numeric = (style) => style === "numeric" || style === "2-digit";

  // unitOptions is GetDurationUnitOptions: style and display of one unit, given the style of the unit before.
  function unitOptions(unit, options, base, styles, digital, before) {
    let style = option(options, unit, styles, undefined, service);
    let fallback = "always";
    const ofClock = unit === "hours" || unit === "minutes" || unit === "seconds";
    const small = unit === "milliseconds" || unit === "microseconds" || unit === "nanoseconds";
    if (style === undefined) {
      if (base === "digital") {
        if (!ofClock) fallback = "auto";
        style = digital;
      } else if (numeric(before) || before === "fractional") {
        if (unit !== "minutes" && unit !== "seconds") fallback = "auto";
        style = "numeric";
      } else {
        fallback = "auto";
        style = base;
      }
    }
    if (style === "numeric" && small) {
      style = "fractional";
      fallback = "auto";
    }
    const display = option(options, `${unit}Display`, ["auto", "always"], fallback, service);
    if (display === "always" && style === "fractional") throw wrong();
    if (before === "fractional" && style !== "fractional") throw wrong();
    if (numeric(before)) {
      if (style !== "fractional" && !numeric(style)) throw wrong();
      if (unit === "minutes" || unit === "seconds") style = "2-digit";
    }
    return [style, display];
  }

  const wrong = () => new RangeError("Invalid object : #<Object>");

  function init(locales, given) {
    const requested = canonicalList(locales);
    const options = strict(given);
    matcher(options, "DurationFormat");
    const nu = keyword(options, "numberingSystem");
    const [locale, numberingSystem] = ops.intlResolve(requested, ["nu", nu ?? ""]);
    const style = option(options, "style", ["long", "short", "narrow", "digital"], "short", service);
    const chosen = { __proto__: null };
    let before = "";
    for (let i = 0; i < units.length; i++) {
      const [unit, styles, digital] = units[i];
      const [s, display] = unitOptions(unit, options, style, styles, digital, before);
      chosen[unit] = s;
      chosen[`${unit}Display`] = display;
      if (i >= 4) before = s;
    }
    const fractionalDigits = integer(options.fractionalDigits, 0, 9, undefined, "fractionalDigits");
    return { locale, numberingSystem, style, chosen, fractionalDigits };
  }

  // record is ToDurationRecord.
  function record(value) {
    if (typeof value === "string") return parse(value);
    if ((typeof value !== "object" || value === null) && typeof value !== "function") throw new TypeError("Temporal error: Duration argument must be Duration or string.");
    const d = { __proto__: null };
    let any = false;
    for (const name of ["days", "hours", "microseconds", "milliseconds", "minutes", "months", "nanoseconds", "seconds", "weeks", "years"]) {
      const n = value[name];
      d[name] = 0;
      if (n === undefined) continue;
      any = true;
      d[name] = +n;
      if (d[name] % 1 !== 0) throw new RangeError("Temporal error: Expected finite integer.");
    }
    if (!any) throw new TypeError("Temporal error: Did not provide any valid Duration fields.");
    return checked(d);
  }

  function signOf(d) {
    for (const [unit] of units) if (d[unit] !== 0) return d[unit] < 0 ? -1 : 1;
    return 0;
  }

  function checked(d) {
    const sign = signOf(d);
    for (const [unit] of units) if (d[unit] * sign < 0) throw new RangeError("Temporal error: Duration was not valid.");
    if (!(Math.abs(d.years) < 2 ** 32 && Math.abs(d.months) < 2 ** 32 && Math.abs(d.weeks) < 2 ** 32)) throw new RangeError("Temporal error: Duration was not valid.");
    const seconds = Math.abs(d.days * 86400 + d.hours * 3600 + d.minutes * 60 + d.seconds + d.milliseconds / 1e3 + d.microseconds / 1e6 + d.nanoseconds / 1e9);
    if (!(seconds < 2 ** 53)) throw new RangeError("Temporal error: Duration was not valid.");
    return d;
  }

  const iso = /^([+-]?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,9}))?S)?)?$/i;
  const { exec } = RegExp.prototype;

  function parse(text) {
    const m = p.apply(exec, iso, [text]);
    if (m === null) throw new RangeError("Temporal error: Invalid duration designator.");
    const sign = m[1] === "-" ? -1 : 1;
    const n = (i) => (m[i] === undefined ? 0 : sign * +m[i]);
    const fraction = `${m[9] ?? ""}000000000`;
    const part = (from) => sign * +p.slice(fraction, from, from + 3);
    return checked({ __proto__: null, years: n(2), months: n(3), weeks: n(4), days: n(5), hours: n(6), minutes: n(7), seconds: n(8),
      milliseconds: part(0), microseconds: part(3), nanoseconds: part(6) });
  }

  const below = { seconds: ["milliseconds", 1000000000n], milliseconds: ["microseconds", 1000000n], microseconds: ["nanoseconds", 1000n] };

  // exact is a unit with all smaller ones as its fraction, as decimal text.
  function exact(d, unit) {
    const one = below[unit][1];
    let sum = 0n;
    for (const [name, scale] of [["seconds", 1000000000n], ["milliseconds", 1000000n], ["microseconds", 1000n], ["nanoseconds", 1n]]) {
      if (scale <= one) sum += BigInt(d[name]) * scale;
    }
    const negative = sum < 0n;
    if (negative) sum = -sum;
    const digits = `${one}`.length - 1;
    const text = `${sum % one}`;
    let zeros = "";
    for (let i = text.length; i < digits; i++) zeros += "0";
    return `${negative ? "-" : ""}${sum / one}.${zeros}${text}`;
  }

  const isZero = (text) => +text === 0;

  function number(s, value, signed, more) {
    const text = settings({ locale: s.locale, numberingSystem: s.numberingSystem, style: "decimal", notation: "standard", signDisplay: signed ? "auto" : "never", useGrouping: "auto",
      minimumIntegerDigits: 1, minimumFractionDigits: 0, maximumFractionDigits: 0, rounding: "fractionDigits", roundingIncrement: 1, roundingMode: "trunc", ...more });
    return ops.intlNumberParts(text, value);
  }

  const fraction = (s) => ({ minimumFractionDigits: s.fractionalDigits ?? 0, maximumFractionDigits: s.fractionalDigits ?? 9 });

  function push(list, value) {
    defineProperty(list, list.length, { value, writable: true, enumerable: true, configurable: true });
  }

  // groups is the parts of each element of the list.
  function groups(s, d) {
    const out = [];
    const sign = signOf(d);
    let signed = true;
    const value = (text) => (signed && isZero(text) && sign < 0 ? "-0" : text);
    for (let i = 0; i < units.length; i++) {
      const unit = units[i][0];
      const style = s.chosen[unit];
      if (numeric(style)) {
        const group = clockParts(s, d, unit, sign, signed);
        if (group.length > 0) push(out, group);
        break;
      }
      const next = below[unit]?.[0];
      const last = next !== undefined && s.chosen[next] === "fractional";
      const text = last ? exact(d, unit) : `${d[unit]}`;
      if (style !== "fractional" && (s.chosen[`${unit}Display`] === "always" || !isZero(text))) {
        const single = p.slice(unit, 0, -1);
        const flat = number(s, value(text), signed, { style: "unit", unit: single, unitDisplay: style, ...(last ? fraction(s) : undefined) });
        signed = false;
        push(out, objects(flat, single));
      }
      if (last) break;
    }
    return out;
  }

  function objects(flat, unit) {
    const out = [];
    for (let i = 0; i < flat.length; i += 2) push(out, { type: flat[i], value: flat[i + 1], unit });
    return out;
  }

  // clockParts is FormatNumericUnits: hours, minutes and seconds with colons between.
  function clockParts(s, d, first, sign, signed) {
    const shown = (unit, text) => !isZero(text) || s.chosen[`${unit}Display`] !== "auto";
    const seconds = s.chosen.milliseconds === "fractional" ? exact(d, "seconds") : `${d.seconds}`;
    const hours = first === "hours" && shown("hours", d.hours);
    const withSeconds = shown("seconds", seconds);
    const minutes = first !== "seconds" && ((hours && withSeconds) || shown("minutes", d.minutes));
    const out = [];
    const add = (unit, text, more) => {
      if (out.length > 0) push(out, { type: "literal", value: ops.intlTimeSeparator(s.locale, s.numberingSystem) });
      const value = signed && isZero(text) && sign < 0 ? "-0" : text;
      const flat = number(s, value, signed, { useGrouping: "false", minimumIntegerDigits: s.chosen[unit] === "2-digit" ? 2 : 1, ...more });
      signed = false;
      for (const part of objects(flat, p.slice(unit, 0, -1))) push(out, part);
    };
    if (hours) add("hours", `${d.hours}`);
    if (minutes) add("minutes", `${d.minutes}`);
    if (withSeconds) add("seconds", seconds, fraction(s));
    return out;
  }

  function format(s, duration) {
    const all = groups(s, record(duration));
    const items = [];
    for (const group of all) {
      let text = "";
      for (const part of group) text += part.value;
      push(items, text);
    }
    const style = s.style === "digital" ? "short" : s.style;
    return [ops.intlList(s.locale, style === "long" ? "unit" : `unit-${style}`, items) ?? [], all];
  }

  const DurationFormat = make("DurationFormat", false, init, {
    resolvedOptions() {
      const s = state(this, "DurationFormat", "resolvedOptions");
      const out = { locale: s.locale, numberingSystem: s.numberingSystem, style: s.style };
      for (const [unit] of units) {
        out[unit] = s.chosen[unit] === "fractional" ? "numeric" : s.chosen[unit];
        out[`${unit}Display`] = s.chosen[`${unit}Display`];
      }
      return object({ ...out, fractionalDigits: s.fractionalDigits });
    },
    format(duration) {
      const [flat] = format(state(this, "DurationFormat", "format"), duration);
      let text = "";
      for (let i = 1; i < flat.length; i += 2) text += flat[i];
      return text;
    },
    formatToParts(duration) {
      const [flat, all] = format(state(this, "DurationFormat", "formatToParts"), duration);
      const out = [];
      let n = 0;
      for (let i = 0; i < flat.length; i += 2) {
        if (flat[i] === "element") for (const part of all[n++]) push(out, part);
        else push(out, { type: "literal", value: flat[i + 1] });
      }
      return out;
    },
  });

  return { DurationFormat };
})
