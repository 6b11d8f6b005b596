// Intl (ECMA-402), over what workerproc/ops/intl knows. Here is what its classes share; each of the other files of this name
// has some of them, and is evaluated when one of those is touched. An object's settings are a text, of which the ops make
// what they need and keep it.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { TypeError, RangeError, defineProperty, hasOwn } = p;

  // Slot keeps an object's state out of the Worker's reach.
  const identity = function (o) { return o; };
  class Slot extends identity {
    #state;
    constructor(o, state) { super(o); this.#state = state; }
    static of(o, type) {
      try {
        const s = o.#state; // goja has no #state in o
        return s.type === type ? s : undefined;
      } catch { return undefined; }
    }
  }

  // describe is how V8 names a receiver that is none.
  function describe(v) {
    if ((typeof v !== "object" || v === null) && typeof v !== "function") return typeof v === "symbol" ? "[object Symbol]" : `${v}`;
    for (let o = v; o !== null; o = p.getPrototypeOf(o)) {
      const c = p.getOwnPropertyDescriptor(o, "constructor")?.value;
      if (typeof c === "function") return `#<${p.getOwnPropertyDescriptor(c, "name")?.value}>`;
    }
    return "#<Object>";
  }

  const incompatible = (method, v) => new TypeError(`Method ${method} called on incompatible receiver ${describe(v)}`);

  function state(o, type, method) {
    const s = Slot.of(o, type);
    if (s === undefined) throw incompatible(`Intl.${type}.prototype.${method}`, o);
    return s;
  }

  function methods(target, all) {
    for (const name of p.ownKeys(all)) {
      const d = p.getOwnPropertyDescriptor(all, name);
      defineProperty(target, name, { ...d, enumerable: false });
    }
  }

  // make makes a class: init(locales, options) returns the state of an object.
  function make(type, callable, init, prototype, length = 0) {
    const C = { [type]: function () {
      if (new.target === undefined && !callable) throw new TypeError(`Constructor Intl.${type} requires 'new'`);
      const o = p.construct(p.Object, [], new.target ?? C);
      new Slot(o, { __proto__: null, type, ...init(arguments[0], arguments[1]) });
      return o;
    } }[type];
    methods(C.prototype, prototype);
    defineProperty(C.prototype, Symbol.toStringTag, { value: `Intl.${type}`, configurable: true });
    defineProperty(C, "prototype", { writable: false });
    defineProperty(C, "length", { value: length });
    if (type !== "Locale") methods(C, { supportedLocalesOf(locales) { return supported(locales, arguments[1], type); } });
    return C;
  }

  // list makes an array of what an op returned, of which each is its own property.
  function canonicalList(locales) {
    if (locales === undefined) return [];
    if (typeof locales === "string") return [canonical(locales)];
    const single = Slot.of(locales, "Locale");
    if (single !== undefined) return [single.tag];
    if (locales === null) throw new TypeError("Cannot convert undefined or null to object");
    const source = p.Object(locales);
    const length = Math.min(Math.max(Math.trunc(+source.length) || 0, 0), 0x7fffffff);
    const out = [];
    const seen = { __proto__: null };
    for (let i = 0; i < length; i++) {
      if (!(i in source)) continue;
      const item = source[i];
      if (typeof item !== "string" && (typeof item !== "object" || item === null) && typeof item !== "function") throw new TypeError("Language ID should be string or object.");
      const tag = Slot.of(item, "Locale")?.tag ?? canonical(`${item}`);
      if (seen[tag]) continue;
      seen[tag] = true;
      defineProperty(out, out.length, { value: tag, writable: true, enumerable: true, configurable: true });
    }
    return out;
  }

  function canonical(text) {
    const tag = ops.intlCanonical(text);
    if (tag === undefined) throw new RangeError(`Invalid language tag: ${text}`);
    return tag;
  }

  function supported(locales, options, type) {
    const list = canonicalList(locales);
    if (options !== undefined) matcher(coerce(options, type), type);
    return ops.intlSupported(list) ?? [];
  }

  // coerce is CoerceOptionsToObject, strict GetOptionsObject.
  function coerce(options, type) {
    if (options === undefined) return { __proto__: null };
    if (options === null) throw new TypeError(`Intl.${type} called on null or undefined`);
    return p.Object(options);
  }

  function strict(options) {
    if (options === undefined) return { __proto__: null };
    if ((typeof options !== "object" || options === null) && typeof options !== "function") throw new TypeError("invalid_argument");
    return options;
  }

  const outOf = (value, service, name) => new RangeError(`Value ${value} out of range for ${service} options property ${name}`);

  function has(values, value) {
    for (let i = 0; i < values.length; i++) if (values[i] === value) return true;
    return false;
  }

  function option(options, name, values, fallback, service) {
    let value = options[name];
    if (value === undefined) return fallback;
    value = `${value}`;
    if (values !== undefined && !has(values, value)) throw outOf(value, service, name);
    return value;
  }

  function flag(options, name) {
    const value = options[name];
    return value === undefined ? undefined : !!value;
  }

  function integer(value, low, high, fallback, name) {
    if (value === undefined) return fallback;
    value = +value;
    if (!(value >= low && value <= high)) throw new RangeError(`${name} value is out of range.`);
    return Math.floor(value);
  }

  const matcher = (options, type) => option(options, "localeMatcher", ["lookup", "best fit"], "best fit", `Intl.${type}`);

  // keyword is an option whose values are those of a key of the Unicode extension.
  function keyword(options, name) {
    const value = option(options, name);
    if (value !== undefined && !wellFormed(value)) throw new RangeError(`Invalid ${name} : ${value}`);
    return value === undefined ? undefined : p.lower(value);
  }

  // wellFormed: three to eight letters or digits, once or more with dashes between.
  function wellFormed(value) {
    let n = 0;
    for (let i = 0; i <= value.length; i++) {
      const c = i < value.length ? p.codeAt(value, i) : 45;
      if (c === 45) {
        if (n < 3 || n > 8) return false;
        n = 0;
      } else if ((c > 47 && c < 58) || ((c | 32) > 96 && (c | 32) < 123)) n++;
      else return false;
    }
    return true;
  }

  // settings writes an object's state for the ops.
  function settings(values) {
    let text = "";
    for (const name of p.ownKeys(values)) if (values[name] !== undefined) text += `${name}=${values[name]}\n`;
    return text;
  }

  // object copies what is defined, in that order.
  function object(values) {
    const out = {};
    for (const name of p.ownKeys(values)) if (values[name] !== undefined) out[name] = values[name];
    return out;
  }

  // parts turns type, value, … into objects; with sources they are of a range.
  function parts(flat, withSource, rename) {
    const out = [];
    const step = withSource ? 3 : 2;
    for (let i = 0; i < flat.length; i += step) {
      const part = { type: flat[i], value: flat[i + 1] };
      if (withSource) part.source = flat[i + 2];
      defineProperty(out, out.length, { value: part, writable: true, enumerable: true, configurable: true });
    }
    return out;
  }

  // decimal is the text of a number, as the ops take it.
  const decimal = (x) => (x === 0 && 1 / x < 0 ? "-0" : `${x}`);

  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
  const { exec } = RegExp.prototype;

  // mathematical is ToIntlMathematicalValue.
  function mathematical(value) {
    if (typeof value === "number") return decimal(value);
    if (typeof value === "object" && value !== null) value = primitive(value);
    if (typeof value === "bigint") return `${value}`;
    if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a number");
    if (typeof value === "string") {
      const text = trim(value);
      if (p.apply(exec, number, [text]) !== null) return text;
    }
    return decimal(+value);
  }

  const { trim: trimmed } = String.prototype;
  const trim = (s) => p.apply(trimmed, s, []);

  function primitive(value) {
    const exotic = value[Symbol.toPrimitive];
    if (exotic !== undefined && exotic !== null) return p.apply(exotic, value, ["number"]);
    const inner = value.valueOf();
    if ((typeof inner !== "object" || inner === null) && typeof inner !== "function") return inner;
    return value.toString();
  }

  const shared = { Slot, incompatible, state, make, methods, canonicalList, canonical, coerce, strict, option, flag, integer, matcher, keyword,
    wellFormed, settings, object, parts, decimal, mathematical, has, outOf };

  const Intl = {};
  const classes = { DateTimeFormat: "intl-date", NumberFormat: "intl-number", Collator: "intl-text", PluralRules: "intl-number", RelativeTimeFormat: "intl-text",
    ListFormat: "intl-text", Locale: "intl-locale", DisplayNames: "intl-text", Segmenter: "intl-text", DurationFormat: "intl-duration" };
  for (const name of p.ownKeys(classes)) {
    const define = (value) => defineProperty(Intl, name, { value, writable: true, enumerable: false, configurable: true });
    defineProperty(Intl, name, {
      get() { const value = core.part(classes[name])[name]; define(value); return value; },
      set: define, enumerable: false, configurable: true,
    });
  }
  methods(Intl, {
    getCanonicalLocales(locales) { return canonicalList(locales); },
    supportedValuesOf(key) {
      const text = `${key}`;
      if (!has(["calendar", "collation", "currency", "numberingSystem", "timeZone", "unit"], text)) throw new RangeError(`Invalid key : ${text}`);
      return ops.intlValues(text);
    },
  });
  defineProperty(Intl, Symbol.toStringTag, { value: "Intl", configurable: true });

  return { Intl, shared };
})
