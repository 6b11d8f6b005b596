// Intl.NumberFormat and Intl.PluralRules.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { TypeError, RangeError } = p;
  const { state, make, incompatible, Slot, canonicalList, coerce, strict, option, integer, matcher, keyword, settings, object, parts, decimal, mathematical, has, outOf } = core.part("intl").shared;

  const modes = ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"];
  const increments = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000];

  // digits is SetNumberFormatDigitOptions.
  function digits(options, least, most, notation, service) {
    const minimumIntegerDigits = integer(options.minimumIntegerDigits, 1, 21, 1, "minimumIntegerDigits");
    let low = options.minimumFractionDigits;
    let high = options.maximumFractionDigits;
    let few = options.minimumSignificantDigits;
    let many = options.maximumSignificantDigits;
    const roundingIncrement = integer(options.roundingIncrement, 1, 5000, 1, "roundingIncrement");
    if (!has(increments, roundingIncrement)) throw new RangeError("roundingIncrement value is out of range.");
    const roundingMode = option(options, "roundingMode", modes, "halfExpand", service);
    let roundingPriority = option(options, "roundingPriority", ["auto", "morePrecision", "lessPrecision"], "auto", service);
    const trailingZeroDisplay = option(options, "trailingZeroDisplay", ["auto", "stripIfInteger"], "auto", service);
    const significant = few !== undefined || many !== undefined;
    const fraction = low !== undefined || high !== undefined;
    const needs = roundingPriority !== "auto" || significant;
    const needsFraction = roundingPriority !== "auto" || !(significant || (!fraction && notation === "compact"));
    if (needs) {
      few = integer(few, 1, 21, 1, "minimumSignificantDigits");
      many = integer(many, few, 21, 21, "maximumSignificantDigits");
    }
    if (needsFraction) {
      low = integer(low, 0, 100, undefined, "minimumFractionDigits");
      high = integer(high, 0, 100, undefined, "maximumFractionDigits");
      if (low === undefined) low = high === undefined ? least : Math.min(least, high);
      if (high === undefined) high = Math.max(most, low);
      if (low > high) throw new RangeError("maximumFractionDigits value is out of range.");
    }
    let rounding = roundingPriority;
    if (!needs && !needsFraction) {
      low = high = 0;
      few = 1;
      many = 2;
      rounding = roundingPriority = "morePrecision";
    } else if (roundingPriority === "auto") rounding = significant ? "significantDigits" : "fractionDigits";
    if (roundingIncrement !== 1) {
      if (rounding !== "fractionDigits") throw new TypeError("RoundingType is not fractionDigits");
      if (low !== high) throw new RangeError("maximumFractionDigits value is out of range.");
    }
    const ofFraction = needsFraction || !needs;
    const ofDigits = needs || !needsFraction;
    return { minimumIntegerDigits, minimumFractionDigits: ofFraction ? low : undefined, maximumFractionDigits: ofFraction ? high : undefined,
      minimumSignificantDigits: ofDigits ? few : undefined, maximumSignificantDigits: ofDigits ? many : undefined,
      rounding, last: { roundingIncrement, roundingMode, roundingPriority, trailingZeroDisplay } };
  }

  const isCurrency = (code) => code.length === 3 && letters(code);
  function letters(text) {
    for (let i = 0; i < text.length; i++) {
      const c = p.codeAt(text, i) | 32;
      if (c < 97 || c > 122) return false;
    }
    return true;
  }

  let unitNames;
  function isUnit(unit) {
    unitNames ??= ops.intlValues("unit");
    if (has(unitNames, unit)) return true;
    const at = p.indexOf(unit, "-per-");
    return at > 0 && has(unitNames, p.slice(unit, 0, at)) && has(unitNames, p.slice(unit, at + 5));
  }

  function grouping(options, notation, service) {
    const fallback = notation === "compact" ? "min2" : "auto";
    let value = options.useGrouping;
    if (value === undefined) return fallback;
    if (value === true) return "always";
    if (!value) return false;
    value = `${value}`;
    if (value === "true" || value === "false") return fallback;
    if (!has(["min2", "auto", "always"], value)) throw outOf(value, service, "useGrouping");
    return value;
  }

  function initNumber(locales, given) {
    const service = "Intl.NumberFormat";
    const requested = canonicalList(locales);
    const options = coerce(given, "NumberFormat");
    matcher(options, "NumberFormat");
    const system = keyword(options, "numberingSystem");
    const [locale, numberingSystem] = ops.intlResolve(requested, ["nu", system ?? ""]);
    const style = option(options, "style", ["decimal", "percent", "currency", "unit"], "decimal", service);
    let currency = option(options, "currency");
    if (currency !== undefined && !isCurrency(currency)) throw new RangeError(`Invalid currency code : ${currency}`);
    if (style === "currency" && currency === undefined) throw new TypeError("Currency code is required with currency style.");
    const currencyDisplay = option(options, "currencyDisplay", ["code", "symbol", "narrowSymbol", "name"], "symbol", service);
    const currencySign = option(options, "currencySign", ["standard", "accounting"], "standard", service);
    const unit = option(options, "unit");
    if (unit !== undefined && !isUnit(unit)) throw new RangeError(`Invalid unit argument for Intl.NumberFormat() '${unit}'`);
    if (style === "unit" && unit === undefined) throw new TypeError("Invalid unit argument for Intl.NumberFormat() ''");
    const unitDisplay = option(options, "unitDisplay", ["short", "narrow", "long"], "short", service);
    const notation = option(options, "notation", ["standard", "scientific", "engineering", "compact"], "standard", service);
    currency = style === "currency" ? p.upper(currency) : undefined;
    const usual = style === "currency" && notation === "standard" ? ops.intlCurrencyDigits(currency) : 0;
    const { last, rounding, ...shown } = digits(options, usual, style === "currency" && notation === "standard" ? usual : style === "percent" || style === "currency" ? 0 : 3, notation, service);
    const compactDisplay = option(options, "compactDisplay", ["short", "long"], "short", service);
    const useGrouping = grouping(options, notation, service);
    const signDisplay = option(options, "signDisplay", ["auto", "never", "always", "exceptZero", "negative"], "auto", service);
    const resolved = { locale, numberingSystem, style, currency, ...(style === "currency" ? { currencyDisplay, currencySign } : undefined),
      ...(style === "unit" ? { unit, unitDisplay } : undefined), ...shown, useGrouping, notation,
      compactDisplay: notation === "compact" ? compactDisplay : undefined, signDisplay, ...last };
    return { resolved, text: settings({ ...resolved, rounding }) };
  }

  const NumberFormat = make("NumberFormat", true, initNumber, {
    resolvedOptions() { return object(state(this, "NumberFormat", "resolvedOptions").resolved); },
    formatToParts(value) {
      const s = state(this, "NumberFormat", "formatToParts");
      return parts(ops.intlNumberParts(s.text, mathematical(value)));
    },
    get format() {
      const s = Slot.of(this, "NumberFormat");
      if (s === undefined) throw incompatible("UnwrapNumberFormat", this);
      return s.format ??= unnamed((value) => ops.intlNumber(s.text, mathematical(value)));
    },
    formatRange(start, end) {
      const s = state(this, "NumberFormat", "formatRange");
      const [a, b] = range(start, end, "start", "end");
      return ops.intlNumberRange(s.text, a, b);
    },
    formatRangeToParts(start, end) {
      const s = state(this, "NumberFormat", "formatRangeToParts");
      const [a, b] = range(start, end, "start", "end");
      return parts(ops.intlNumberRangeParts(s.text, a, b), true);
    },
  });

  function unnamed(f) {
    p.defineProperty(f, "name", { value: "", configurable: true });
    return f;
  }

  function range(start, end, first, second, convert = mathematical) {
    if (start === undefined) throw new TypeError(`Invalid ${first} : undefined`);
    if (end === undefined) throw new TypeError(`Invalid ${second} : undefined`);
    const a = convert(start);
    const b = convert(end);
    if (a === "NaN") throw new RangeError(`Invalid ${first} : NaN`);
    if (b === "NaN") throw new RangeError(`Invalid ${second} : NaN`);
    return [a, b];
  }

  function initPlural(locales, given) {
    const service = "Intl.PluralRules";
    const requested = canonicalList(locales);
    const options = coerce(given, "PluralRules");
    matcher(options, "PluralRules");
    const type = option(options, "type", ["cardinal", "ordinal"], "cardinal", service);
    const notation = option(options, "notation", ["standard", "scientific", "engineering", "compact"], "standard", service);
    const { last, rounding, ...shown } = digits(options, 0, 3, notation, service);
    const [locale] = ops.intlResolve(requested, []);
    const resolved = { locale, type, notation, ...shown };
    const plural = type === "cardinal" ? "c" : "o";
    return { resolved, last, plural, text: settings({ ...resolved, ...last, rounding, plural, numberingSystem: "latn", style: "decimal", signDisplay: "auto", useGrouping: "auto" }) };
  }

  const asNumber = (value) => decimal(+value);

  const PluralRules = make("PluralRules", false, initPlural, {
    resolvedOptions() {
      const s = state(this, "PluralRules", "resolvedOptions");
      return object({ ...s.resolved, pluralCategories: ops.intlPluralForms(s.resolved.locale, s.plural), ...s.last });
    },
    select(value) {
      const s = state(this, "PluralRules", "select");
      return ops.intlPlural(s.text, asNumber(value));
    },
    selectRange(start, end) {
      const s = state(this, "PluralRules", "selectRange");
      const [a, b] = range(start, end, "startRange", "endRange", asNumber);
      return ops.intlPluralRange(s.text, a, b);
    },
  });

  // toLocaleString of numbers: the plain form is made once.
  let plain;
  function format(value, locales, options) {
    const simple = locales === undefined && options === undefined;
    const text = simple ? (plain ??= initNumber().text) : initNumber(locales, options).text;
    return ops.intlNumber(text, typeof value === "bigint" ? `${value}` : decimal(value));
  }

  return { NumberFormat, PluralRules, format };
})
