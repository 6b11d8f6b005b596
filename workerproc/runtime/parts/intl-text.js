// Intl.Collator, ListFormat, RelativeTimeFormat, DisplayNames and Segmenter.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { TypeError, RangeError, defineProperty } = p;
  const { state, make, methods, incompatible, Slot, canonicalList, canonical, coerce, strict, option, flag, matcher, keyword, settings, object, parts, decimal, has, wellFormed } = core.part("intl").shared;

  function initCollator(locales, given) {
    const service = "Intl.Collator";
    const requested = canonicalList(locales);
    const options = coerce(given, "Collator");
    const usage = option(options, "usage", ["sort", "search"], "sort", service);
    matcher(options, "Collator");
    const co = keyword(options, "collation");
    const kn = flag(options, "numeric");
    const kf = option(options, "caseFirst", ["upper", "lower", "false"], undefined, service);
    const [locale, chosen, numeric, caseFirst] = ops.intlResolve(requested, ["co", co ?? "", "kn", kn === undefined ? "" : `${kn}`, "kf", kf ?? ""]);
    const sensitivity = option(options, "sensitivity", ["base", "accent", "case", "variant"], "variant", service);
    const thai = p.slice(locale, 0, 2) === "th";
    const ignorePunctuation = flag(options, "ignorePunctuation") ?? thai;
    const resolved = { locale, usage, sensitivity, ignorePunctuation, collation: (usage === "sort" && chosen) || "default", numeric: numeric === "true", caseFirst };
    return { resolved, text: settings(resolved) };
  }

  const Collator = make("Collator", true, initCollator, {
    resolvedOptions() { return object(state(this, "Collator", "resolvedOptions").resolved); },
    get compare() {
      const s = Slot.of(this, "Collator");
      if (s === undefined) throw incompatible("get Intl.Collator.prototype.compare", this);
      if (s.compare === undefined) {
        s.compare = (a, b) => ops.intlCompare(s.text, `${a}`, `${b}`);
        defineProperty(s.compare, "name", { value: "", configurable: true });
      }
      return s.compare;
    },
  });

  let plain;
  function compare(a, b, locales, options) {
    const text = locales === undefined && options === undefined ? (plain ??= initCollator().text) : initCollator(locales, options).text;
    return ops.intlCompare(text, a, b);
  }

  function initList(locales, given) {
    const service = "Intl.ListFormat";
    const requested = canonicalList(locales);
    const options = strict(given);
    matcher(options, "ListFormat");
    const [locale] = ops.intlResolve(requested, []);
    const type = option(options, "type", ["conjunction", "disjunction", "unit"], "conjunction", service);
    const style = option(options, "style", ["long", "short", "narrow"], "long", service);
    const kind = { conjunction: "standard", disjunction: "or", unit: "unit" }[type] + (style === "long" ? "" : `-${style}`);
    return { resolved: { locale, type, style }, kind };
  }

  function texts(list) {
    const out = [];
    if (list === undefined) return out;
    for (const item of list) {
      if (typeof item !== "string") throw new TypeError(`Iterable yielded ${typeof item === "symbol" ? p.Symbol.prototype.toString.call(item) : typeof item === "object" && item !== null ? "#<Object>" : `${item}`} which is not a string`);
      defineProperty(out, out.length, { value: item, writable: true, enumerable: true, configurable: true });
    }
    return out;
  }

  function joined(flat) {
    let text = "";
    for (let i = 1; i < flat.length; i += 2) text += flat[i];
    return text;
  }

  const ListFormat = make("ListFormat", false, initList, {
    resolvedOptions() { return object(state(this, "ListFormat", "resolvedOptions").resolved); },
    format(list) {
      const s = state(this, "ListFormat", "format");
      return joined(ops.intlList(s.resolved.locale, s.kind, texts(list)));
    },
    formatToParts(list) {
      const s = state(this, "ListFormat", "formatToParts");
      return parts(ops.intlList(s.resolved.locale, s.kind, texts(list)));
    },
  });

  function initRelative(locales, given) {
    const service = "Intl.RelativeTimeFormat";
    const requested = canonicalList(locales);
    const options = coerce(given, "RelativeTimeFormat");
    matcher(options, "RelativeTimeFormat");
    const nu = keyword(options, "numberingSystem");
    const [locale, numberingSystem] = ops.intlResolve(requested, ["nu", nu ?? ""]);
    const style = option(options, "style", ["long", "short", "narrow"], "long", service);
    const numeric = option(options, "numeric", ["always", "auto"], "always", service);
    const resolved = { locale, style, numeric, numberingSystem };
    return { resolved, text: settings(resolved) };
  }

  const relativeUnits = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];

  function relative(s, value, unit, method) {
    const n = +value;
    let name = `${unit}`;
    if (!(Math.abs(n) < Infinity)) throw new RangeError(`Value need to be finite number for Intl.RelativeTimeFormat.prototype.${method}()`);
    if (!has(relativeUnits, name) && name.length > 1 && name[name.length - 1] === "s") name = p.slice(name, 0, -1);
    if (!has(relativeUnits, name)) throw new RangeError(`Invalid unit argument for Intl.RelativeTimeFormat.prototype.${method}() '${unit}'`);
    return [ops.intlRelative(s.text, decimal(n), name), name];
  }

  const RelativeTimeFormat = make("RelativeTimeFormat", false, initRelative, {
    resolvedOptions() { return object(state(this, "RelativeTimeFormat", "resolvedOptions").resolved); },
    format(value, unit) {
      return joined(relative(state(this, "RelativeTimeFormat", "format"), value, unit, "format")[0]);
    },
    formatToParts(value, unit) {
      const [flat, name] = relative(state(this, "RelativeTimeFormat", "formatToParts"), value, unit, "formatToParts");
      const list = parts(flat);
      for (let i = 0; i < list.length; i++) if (list[i].type !== "literal") list[i].unit = name;
      return list;
    },
  });

  const types = ["language", "region", "script", "currency", "calendar", "dateTimeField"];

  function initNames(locales, given) {
    const service = "Intl.DisplayNames";
    const requested = canonicalList(locales);
    if ((typeof given !== "object" || given === null) && typeof given !== "function") throw new TypeError("invalid_argument");
    matcher(given, "DisplayNames");
    const style = option(given, "style", ["narrow", "short", "long"], "long", service);
    const type = option(given, "type", types, undefined, service);
    if (type === undefined) throw new TypeError("invalid_argument");
    const fallback = option(given, "fallback", ["code", "none"], "code", service);
    const [locale] = ops.intlResolve(requested, []);
    const languageDisplay = option(given, "languageDisplay", ["dialect", "standard"], "dialect", service);
    const resolved = { locale, style, type, fallback, languageDisplay: type === "language" ? languageDisplay : undefined };
    return { resolved, text: settings(resolved) };
  }

  const dateTimeFields = ["era", "year", "quarter", "month", "weekOfYear", "weekday", "day", "dayPeriod", "hour", "minute", "second", "timeZoneName"];
  const shapes = { region: /^(?:[a-z]{2}|[0-9]{3})$/i, script: /^[a-z]{4}$/i, currency: /^[a-z]{3}$/i };
  const { test } = RegExp.prototype;

  // codeOf checks a code; V8 leaves the letter case of most as it is.
  function codeOf(type, code) {
    const wrong = () => new RangeError("invalid_argument");
    switch (type) {
      case "language": {
        const tag = ops.intlCanonical(code);
        if (tag === undefined || p.indexOf(tag, "-u-") >= 0 || p.indexOf(tag, "-x-") >= 0 || p.indexOf(tag, "-t-") >= 0) throw wrong();
        return tag;
      }
      case "calendar":
        if (!wellFormed(code)) throw wrong();
        return p.lower(code);
      case "dateTimeField":
        if (!has(dateTimeFields, code)) throw wrong();
        return code;
    }
    if (!p.apply(test, shapes[type], [code])) throw wrong();
    return code;
  }

  const DisplayNames = make("DisplayNames", false, initNames, {
    resolvedOptions() { return object(state(this, "DisplayNames", "resolvedOptions").resolved); },
    of(code) {
      const s = state(this, "DisplayNames", "of");
      const name = codeOf(s.resolved.type, `${code}`);
      return ops.intlName(s.text, name) ?? (s.resolved.fallback === "code" ? name : undefined);
    },
  }, 2);

  function initSegmenter(locales, given) {
    const requested = canonicalList(locales);
    const options = strict(given);
    matcher(options, "Segmenter");
    const [locale] = ops.intlResolve(requested, []);
    const granularity = option(options, "granularity", ["grapheme", "word", "sentence"], "grapheme", "Intl.Segmenter");
    return { resolved: { locale, granularity } };
  }

  // segment makes the object for one: s has its text and where each ends.
  function segment(s, n) {
    const step = s.granularity === "word" ? 2 : 1;
    const index = n === 0 ? 0 : s.ends[(n - 1) * step];
    const out = { segment: p.slice(s.string, index, s.ends[n * step]), index, input: s.string };
    if (step === 2) out.isWordLike = s.ends[n * step + 1];
    return out;
  }

  const iterators = p.getPrototypeOf(p.getPrototypeOf([][Symbol.iterator]()));
  const segmentIterator = { __proto__: iterators };
  methods(segmentIterator, {
    next() {
      const s = Slot.of(this, "Segmenter String Iterator");
      if (s === undefined) throw incompatible("%SegmentIterator.prototype%.next", this);
      const step = s.granularity === "word" ? 2 : 1;
      if (s.at * step >= s.ends.length) return { value: undefined, done: true };
      return { value: segment(s, s.at++), done: false };
    },
  });
  defineProperty(segmentIterator, Symbol.toStringTag, { value: "Segmenter String Iterator", configurable: true });

  const segments = {};
  methods(segments, {
    containing() {
      const s = Slot.of(this, "Segments");
      if (s === undefined) throw incompatible("%SegmentsPrototype%.containing", this);
      const at = Math.trunc(+arguments[0]) || 0;
      if (at < 0 || at >= s.string.length) return undefined;
      const step = s.granularity === "word" ? 2 : 1;
      let low = 0;
      let high = s.ends.length / step - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (s.ends[middle * step] > at) high = middle;
        else low = middle + 1;
      }
      return segment(s, low);
    },
    [Symbol.iterator]() {
      const s = Slot.of(this, "Segments");
      if (s === undefined) throw incompatible("%SegmentsPrototype%[Symbol.iterator]", this);
      const o = { __proto__: segmentIterator };
      new Slot(o, { __proto__: null, ...s, type: "Segmenter String Iterator", at: 0 });
      return o;
    },
  });

  const Segmenter = make("Segmenter", false, initSegmenter, {
    resolvedOptions() { return object(state(this, "Segmenter", "resolvedOptions").resolved); },
    segment(input) {
      const { resolved: { granularity } } = state(this, "Segmenter", "segment");
      const string = `${input}`;
      const o = { __proto__: segments };
      new Slot(o, { __proto__: null, type: "Segments", string, granularity, ends: ops.intlSegments(granularity, string) ?? [] });
      return o;
    },
  });

  return { Collator, ListFormat, RelativeTimeFormat, DisplayNames, Segmenter, compare };
})
