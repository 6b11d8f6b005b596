// RegExp as ECMAScript has it, for objects that are not as they were made: subclasses, and those with an exec of their
// own. native has the functions in Go, which come here when they can't take the short way.
(function (native, statics) {
  "use strict";
  const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf } = Reflect;
  const { min, max, trunc } = Math;
  const prototype = RegExp.prototype;
  const at = (f) => (object, ...args) => apply(f, object, args);
  const slice = at(String.prototype.slice), indexOf = at(String.prototype.indexOf);
  const isObject = (v) => typeof v === "object" ? v !== null : typeof v === "function";
  const exec = native.exec;
  const { match: $match, matchAll: $matchAll, replace: $replace, search: $search, split: $split, species: $species } = Symbol;

  function RegExp_(pattern, flags) {
    let target = new.target;
    // goja leaves that of the caller there when a constructor calls a function: then this is not a new object of it
    if (target !== undefined && (!isObject(this) || getPrototypeOf(this) !== target.prototype)) target = undefined;
    const like = isLike(pattern);
    if (target === undefined) {
      if (like && flags === undefined && pattern.constructor === made) return pattern;
      target = made;
    }
    if (!native.is(pattern) && like) {
      const source = pattern.source;
      if (flags === undefined) flags = pattern.flags;
      pattern = source;
    }
    let proto = target.prototype;
    if (!isObject(proto)) proto = prototype;
    return native.make(pattern, flags, proto);
  }
  const made = RegExp_;
  defineProperty(made, "name", { value: "RegExp" });
  defineProperty(made, "prototype", { value: prototype, writable: false });
  defineProperty(made, $species, { get: getter("get [Symbol.species]", function () { return this; }), configurable: true });
  defineProperty(prototype, "constructor", { value: made });
  defineProperty(globalThis, "RegExp", { value: made, writable: true, enumerable: false, configurable: true });

  for (const name in statics) {
    defineProperty(made, name, { get: getter("get " + name, statics[name]), set: getter("set " + name, function (v) {}), enumerable: false, configurable: true });
  }

  function getter(name, f) { return defineProperty(f, "name", { value: name }) && f; }

  function isLike(v) {
    if (!isObject(v)) return false;
    const matcher = v[$match];
    return matcher !== undefined ? !!matcher : native.is(v);
  }

  const define = (object, key, value, enumerable = false) => defineProperty(object, key, { value, writable: true, enumerable, configurable: true });
  const put = (list, i, value) => define(list, i, value, true);
  for (const name of ["exec", "test", "toString", "compile"]) define(prototype, name, native[name]);
  const symbols = { match: $match, matchAll: $matchAll, replace: $replace, search: $search, split: $split };
  for (const name in symbols) define(prototype, symbols[name], native["@@" + name]);
  for (const name of ["flags", "source", "hasIndices", "global", "ignoreCase", "multiline", "dotAll", "unicode", "unicodeSets", "sticky"]) {
    defineProperty(prototype, name, { get: native["get " + name], set: undefined, enumerable: false, configurable: true });
  }

  // A string that is given for a pattern becomes one of ours.
  for (const name of ["match", "matchAll", "search"]) {
    const { value: before } = getOwnPropertyDescriptor(String.prototype, name);
    const checked = { [name](regexp) {
      if (this === undefined || this === null) throw new TypeError(`String.prototype.${name} called on null or undefined`);
      if (isObject(regexp)) {
        if (name === "matchAll" && isLike(regexp)) {
          const flags = regexp.flags;
          if (flags === undefined || flags === null || indexOf(`${flags}`, "g") < 0) throw new TypeError("String.prototype.matchAll called with a non-global RegExp argument");
        }
        const method = regexp[symbols[name]];
        if (method !== undefined && method !== null) return apply(method, regexp, [this]);
      }
      const text = `${this}`;
      return native.make(regexp, name === "matchAll" ? "g" : undefined, prototype)[symbols[name]](text);
    } }[name];
    defineProperty(checked, "length", { value: 1 });
    define(String.prototype, name, checked);
  }

  function run(R, S) {
    const f = R.exec;
    if (typeof f !== "function") return apply(exec, R, [S]);
    const result = apply(f, R, [S]);
    if (result !== null && !isObject(result)) throw new TypeError("RegExp exec method returned something other than an Object or null");
    return result;
  }

  const toLength = (v) => {
    const n = trunc(+v);
    return n > 0 ? min(n, 9007199254740991) : 0;
  };
  const advance = (S, i, unicode) => unicode ? native.advance(S, i) : i + 1;

  function step(R, S, unicode) {
    R.lastIndex = advance(S, toLength(R.lastIndex), unicode);
  }

  const readFlags = (R) => `${R.flags}`;
  const isUnicode = (flags) => indexOf(flags, "u") >= 0 || indexOf(flags, "v") >= 0;

  function all(R, S, flags) {
    const results = [];
    const unicode = isUnicode(flags);
    R.lastIndex = 0;
    for (;;) {
      const result = run(R, S);
      if (result === null) return results;
      put(results, results.length, result);
      if (`${result[0]}` === "") step(R, S, unicode);
    }
  }

  function speciesOf(R) {
    const constructor = R.constructor;
    if (constructor === undefined) return made;
    if (!isObject(constructor)) throw new TypeError("The .constructor property is not an object");
    const species = constructor[$species];
    return species === undefined || species === null ? made : species;
  }

  const IteratorPrototype = getPrototypeOf(getPrototypeOf([][Symbol.iterator]()));
  class Matches {
    #R; #S; #global; #unicode; #done = false;
    constructor(R, S, global, unicode) { this.#R = R; this.#S = S; this.#global = global; this.#unicode = unicode; }
    next() {
      if (this.#done) return { value: undefined, done: true };
      const result = run(this.#R, this.#S);
      if (result === null || !this.#global) this.#done = true;
      if (result === null) return { value: undefined, done: true };
      if (this.#global && `${result[0]}` === "") step(this.#R, this.#S, this.#unicode);
      return { value: result, done: false };
    }
  }
  setPrototypeOf(Matches.prototype, IteratorPrototype);
  delete Matches.prototype.constructor;
  defineProperty(Matches.prototype, Symbol.toStringTag, { value: "RegExp String Iterator", configurable: true });

  return {
    test: (R, S) => run(R, S) !== null,
    flags: (R) => (R.hasIndices ? "d" : "") + (R.global ? "g" : "") + (R.ignoreCase ? "i" : "") + (R.multiline ? "m" : "") +
      (R.dotAll ? "s" : "") + (R.unicode ? "u" : "") + (R.unicodeSets ? "v" : "") + (R.sticky ? "y" : ""),
    match(R, S) {
      const flags = readFlags(R);
      if (indexOf(flags, "g") < 0) return run(R, S);
      const results = all(R, S, flags);
      if (results.length === 0) return null;
      const texts = [];
      for (let i = 0; i < results.length; i++) put(texts, i, `${results[i][0]}`);
      return texts;
    },
    matchAll(R, S) {
      const C = speciesOf(R);
      const flags = readFlags(R);
      const matcher = new C(R, flags);
      matcher.lastIndex = toLength(R.lastIndex);
      return new Matches(matcher, S, indexOf(flags, "g") >= 0, isUnicode(flags));
    },
    search(R, S) {
      const before = R.lastIndex;
      if (!Object.is(before, 0)) R.lastIndex = 0;
      const result = run(R, S);
      if (!Object.is(R.lastIndex, before)) R.lastIndex = before;
      return result === null ? -1 : result.index;
    },
    replace(R, S, value) {
      const functional = typeof value === "function";
      if (!functional) value = `${value}`;
      const flags = readFlags(R);
      let results;
      if (indexOf(flags, "g") >= 0) results = all(R, S, flags);
      else {
        const result = run(R, S);
        results = result === null ? [] : [result];
      }
      let out = "", next = 0;
      for (let n = 0; n < results.length; n++) {
        const result = results[n];
        const count = max(toLength(result.length) - 1, 0);
        const matched = `${result[0]}`;
        const position = max(min(trunc(+result.index) || 0, S.length), 0);
        const captures = [matched];
        for (let i = 1; i <= count; i++) put(captures, i, result[i] === undefined ? undefined : `${result[i]}`);
        let groups = result.groups;
        let replacement;
        if (functional) {
          put(captures, captures.length, position);
          put(captures, captures.length, S);
          if (groups !== undefined) put(captures, captures.length, groups);
          replacement = `${apply(value, undefined, captures)}`;
        } else {
          if (groups !== undefined) groups = Object(groups);
          replacement = native.substitute(value, S, position, groups === undefined ? undefined : (name) => {
            const v = groups[name];
            return v === undefined ? "" : `${v}`;
          }, captures);
        }
        if (position >= next) {
          out += slice(S, next, position) + replacement;
          next = position + matched.length;
        }
      }
      return next >= S.length ? out : out + slice(S, next);
    },
    split(R, S, limit) {
      const C = speciesOf(R);
      const flags = readFlags(R);
      const unicode = isUnicode(flags);
      const splitter = new C(R, indexOf(flags, "y") >= 0 ? flags : flags + "y");
      const parts = [];
      limit = limit === undefined ? 4294967295 : limit >>> 0;
      if (limit === 0) return parts;
      if (S.length === 0) {
        if (run(splitter, S) === null) put(parts, 0, S);
        return parts;
      }
      let p = 0;
      for (let q = 0; q < S.length;) {
        splitter.lastIndex = q;
        const result = run(splitter, S);
        const e = result === null ? 0 : min(toLength(splitter.lastIndex), S.length);
        if (result === null || e === p) {
          q = advance(S, q, unicode);
          continue;
        }
        put(parts, parts.length, slice(S, p, q));
        if (parts.length === limit) return parts;
        p = e;
        const count = max(toLength(result.length) - 1, 0);
        for (let i = 1; i <= count; i++) {
          put(parts, parts.length, result[i]);
          if (parts.length === limit) return parts;
        }
        q = p;
      }
      put(parts, parts.length, slice(S, p));
      return parts;
    },
  };
})
