// Values that cross between isolates: [text, blobs, caps]. text is JSON in which
//   null, true, 1, "s"      stand for themselves
//   {"a": …}                is an object
//   [[…]]                   is an array
//   ["tag", …]              is anything else; the tags are below
//   ["x", length, {…}]      an array with few of its elements
//   ["b", blob, most]       an ArrayBuffer; most is there if it can be resized
// and blobs and caps are what it refers to by number. Objects are numbered as they are met, for ["@", n].
(function (ops, core) {
  "use strict";
  const toString = Object.prototype.toString;
  const errors = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError };
  const views = { __proto__: null, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
    BigInt64Array, BigUint64Array, DataView };
  const viewOf = (name) => views[name] ?? (name === "Float16Array" ? globalThis.Float16Array : undefined); // which one engine loads when it is touched
  const maxDepth = 512;
  const maxDense = 1024; // elements of an array that are written with its holes

  const refuse = (message) => { throw new core.DOMException(message, "DataCloneError"); };
  // What structured clone itself refuses is named as V8 names it.
  const uncloneable = new Set(["WeakMap", "WeakSet", "WeakRef", "Promise"]);
  const unsupported = (value) => {
    const tag = toString.call(value).slice(8, -1);
    if (uncloneable.has(tag)) return refuse(`#<${tag}> could not be cloned.`);
    if (tag.endsWith(" Iterator")) return refuse(`[object ${tag}] could not be cloned.`);
    if (tag === "Module" || tag === "Generator" || tag === "AsyncGenerator" || tag === "Symbol") return refuse(`[object ${tag}] could not be cloned.`);
    if (tag === "Arguments") return refuse("#<Object> could not be cloned.");
    if (tag.startsWith("Intl.")) return refuse(`#<${tag.slice(5)}> could not be cloned.`);
    const name = value.constructor && value.constructor.name;
    return refuse(`Could not serialize object of type "${typeof name === "string" && name !== "" ? name : "Object"}". This type does not support serialization.`);
  };

  class Encoder {
    constructor(capability) {
      this.capability = capability; // (value, encoder) => tagged form, or undefined
      this.blobs = [];
      this.caps = [];
      this.seen = new Map();
      this.depth = 0;
    }
    cap(c) { return this.caps.push(c) - 1; }
    blob(bytes) { return this.blobs.push(bytes) - 1; }

    encode(value) {
      switch (typeof value) {
        case "string": case "boolean": return value;
        case "number": return Number.isFinite(value) && !Object.is(value, -0) ? value : ["f", Object.is(value, -0) ? "-0" : `${value}`];
        case "undefined": return ["u"];
        case "bigint": return ["n", `${value}`];
        case "symbol": return refuse(`${value.toString()} could not be cloned.`);
      }
      if (value === null) return null;
      const before = this.seen.get(value);
      if (before !== undefined) return ["@", before];
      this.seen.set(value, this.seen.size);
      if (++this.depth > maxDepth) refuse("The value is nested too deeply to be serialized.");
      try {
        return this.object(value);
      } finally {
        this.depth--;
      }
    }

    object(value) {
      if (Array.isArray(value)) return this.array(value);
      const special = this.capability(value, this);
      if (special !== undefined) return special;
      if (typeof value === "function") return unsupported(value);
      if (value === globalThis) return refuse("#<ServiceWorkerGlobalScope> could not be cloned.");
      const proto = Object.getPrototypeOf(value);
      if (proto === Object.prototype && toString.call(value) !== "[object Arguments]") return this.plain(value);
      return this.known(value) ?? unsupported(value);
    }

    array(value) {
      if (value.length > maxDense) {
        const keys = Object.keys(value);
        if (keys.length * 2 < value.length) return ["x", value.length, this.plain(value)];
      }
      const out = [];
      const { length } = value; // getters can change it
      for (let i = 0; i < length; i++) {
        const item = value[i];
        out.push(isPlainMember(item) ? item : item !== undefined || i in value ? this.encode(item) : ["h"]);
      }
      const keys = Object.keys(value);
      if (keys.length <= value.length) {
        const last = keys.length === 0 ? "" : keys[keys.length - 1];
        if (last === "" || `${last >>> 0}` === last) return [out];
      }
      const more = {};
      for (const key of keys) if (`${key >>> 0}` !== key) more[key] = value[key];
      return [out, this.plain(more)];
    }
    plain(value) {
      const out = {};
      for (const key of Object.keys(value)) {
        const found = value[key];
        if (found === undefined && !Object.hasOwn(value, key)) continue; // a getter has deleted it
        const member = this.encode(found);
        if (key === "__proto__") Object.defineProperty(out, key, { value: member, enumerable: true });
        else out[key] = member;
      }
      return out;
    }

    known(value) {
      if (value instanceof Date) return ["d", this.encode(value.getTime())];
      if (value instanceof RegExp) return ["r", value.source, value.flags];
      if (value instanceof Map) {
        const out = ["m"];
        for (const [k, v] of [...value]) out.push(this.encode(k), this.encode(v));
        return out;
      }
      if (value instanceof Set) {
        const out = ["s"];
        for (const v of [...value]) out.push(this.encode(v));
        return out;
      }
      if (value instanceof Error || toString.call(value) === "[object Error]") return this.error(value);
      if (value instanceof ArrayBuffer) return this.buffer(value);
      if (ArrayBuffer.isView(value)) {
        const name = value instanceof DataView ? "DataView" : value[Symbol.toStringTag];
        if (viewOf(name) === undefined) return unsupported(value);
        return ["t", name, this.encode(value.buffer), value.byteOffset, name === "DataView" ? value.byteLength : value.length];
      }
      if (value instanceof Boolean || value instanceof Number || value instanceof String || value instanceof BigInt) return ["o", this.encode(value.valueOf())];
      return undefined;
    }
    buffer(value) {
      if (value.detached) refuse("An ArrayBuffer is detached and could not be cloned.");
      const form = ["b", this.blob(new Uint8Array(value))];
      if (value.resizable) form.push(value.maxByteLength);
      return form;
    }
    error(e) {
      const out = ["e", `${e.name}`, e.message === undefined ? "" : `${e.message}`, typeof e.stack === "string" ? ops.describe(e)[2] : "", e instanceof core.DOMException ? "DOMException" : ""];
      const rest = {};
      if (Object.hasOwn(e, "cause")) rest.cause = e.cause;
      if (Array.isArray(e.errors) && e instanceof AggregateError) rest.errors = e.errors;
      if (e.name === "SuppressedError" && Object.hasOwn(e, "suppressed")) [rest.error, rest.suppressed] = [e.error, e.suppressed];
      for (const key of Object.keys(e)) if (key !== "name" && key !== "message" && key !== "stack") rest[key] = e[key];
      out.push(this.plain(rest));
      return out;
    }
  }

  const malformed = () => { throw new TypeError("The value that came from the other side is malformed."); };

  function bufferOf(bytes, most) {
    if (most === undefined) return bytes.slice().buffer;
    const buffer = new ArrayBuffer(bytes.length, { maxByteLength: most });
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }

  class Decoder {
    constructor(blobs, grants, capability) {
      this.blobs = blobs;
      this.grants = grants;
      this.capability = capability; // (tag, form, decoder) => value, or undefined
      this.seen = [];
      this.depth = 0;
      this.units = false; // unpaired surrogates stand as marks in its strings
    }
    note(value) {
      this.seen.push(value);
      return value;
    }
    take(list, n) { return Number.isInteger(n) && n >= 0 && n < list.length ? list[n] : malformed(); }

    decode(form) {
      if (form === null || typeof form !== "object") return this.units && typeof form === "string" ? restored(form) : form;
      if (++this.depth > 2 * maxDepth) malformed(); // what no encoder makes: it would end in a stack overflow, which nobody can catch
      const value = this.object(form);
      this.depth--;
      return value;
    }
    object(form) {
      if (!Array.isArray(form)) return this.plain(form, this.note({}));
      const [tag] = form;
      if (Array.isArray(tag)) return this.array(tag, form[1]);
      return this.tagged(tag, form);
    }
    array(items, more) {
      const out = this.note([]);
      for (let i = 0; i < items.length; i++) {
        const item = items[i];
        if (item === null || typeof item === "number" || typeof item === "boolean") out[i] = item;
        else if (Array.isArray(item) && item[0] === "h") out.length = i + 1;
        else out[i] = this.decode(item);
      }
      return more === undefined || more === null ? out : this.plain(more, out);
    }
    plain(form, out) {
      for (const key of Object.keys(form)) {
        const value = this.decode(form[key]);
        if (key === "__proto__") Object.defineProperty(out, key, { value, writable: true, enumerable: true, configurable: true });
        else out[this.units ? restored(key) : key] = value;
      }
      return out;
    }

    tagged(tag, form) {
      switch (tag) {
        case "u": return undefined;
        case "f": return Number(form[1]);
        case "n": return BigInt(form[1]);
        case "@": return this.take(this.seen, form[1]);
        case "x": return this.sparse(form);
        case "r": return this.note(new RegExp(form[1], form[2]));
        case "m": return this.map(form);
        case "s": return this.set(form);
        case "e": return this.error(form);
        case "b": return this.note(bufferOf(this.take(this.blobs, form[1]), form[2]));
        case "t": return this.view(form);
        case "d": { const at = this.seen.push(undefined) - 1; return this.seen[at] = new Date(this.decode(form[1])); }
        case "o": { const at = this.seen.push(undefined) - 1; return this.seen[at] = Object(this.decode(form[1])); }
      }
      return this.capability(tag, form, this) ?? malformed();
    }
    sparse([, length, members]) {
      const out = this.note([]);
      out.length = length;
      return this.plain(members, out);
    }
    map(form) {
      const out = this.note(new Map());
      for (let i = 1; i + 1 < form.length; i += 2) out.set(this.decode(form[i]), this.decode(form[i + 1]));
      return out;
    }
    set(form) {
      const out = this.note(new Set());
      for (let i = 1; i < form.length; i++) out.add(this.decode(form[i]));
      return out;
    }
    // view reads what views a buffer, and the shorter form of the supervisor's: bytes that nothing else views.
    view([, name, of, offset, length]) {
      const View = viewOf(name) ?? malformed();
      if (typeof of === "number") {
        const bytes = this.take(this.blobs, of).slice();
        return this.note(View === Uint8Array ? bytes : new View(bytes.buffer));
      }
      const at = this.seen.push(undefined) - 1;
      const buffer = this.decode(of);
      if (!(buffer instanceof ArrayBuffer)) malformed();
      return this.seen[at] = new View(buffer, offset, length);
    }
    error([, name, message, stack, kind, rest]) {
      const Class = name === "SuppressedError" ? globalThis.SuppressedError : errors[name];
      const out = kind === "DOMException" ? new core.DOMException(message, name) : Class === undefined ? new Error(message) : Class === AggregateError ? new Class([], message) : name === "SuppressedError" ? new Class(undefined, undefined, message) : new Class(message);
      this.note(out);
      const hide = (key, value) => Object.defineProperty(out, key, { value, writable: true, configurable: true, enumerable: false });
      const show = (key, value) => Object.defineProperty(out, key, { value, writable: true, configurable: true, enumerable: true });
      if (Class === undefined && kind !== "DOMException" && name !== out.name) show("name", name);
      if (typeof stack === "string" && stack !== "") hide("stack", stack);
      if (kind === "DOMException") {
        const { code } = out;
        delete out.message;
        show("name", name);
        show("stack", out.stack);
        show("code", code);
        show("message", message);
      }
      const members = this.plain(rest ?? {}, {});
      for (const key of Object.keys(members)) show(key, members[key]);
      return out;
    }
  }

  // JSON.stringify escapes unpaired surrogates, which goja's JSON.parse takes for U+FFFD: it is given marks in their place.
  const MARK = "\ufdd0"; // no character
  const restored = (text) => text.replace(/\ufdd0([0-9a-f]{4})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  function decodeUnits(text, blobs, grants, capability) {
    const marked = text.replace(/\ufdd0/g, `${MARK}fdd0`).replace(/\\(u[dD][89a-fA-F][0-9a-fA-F]{2}|[^])/g,
      (escape, what) => (what.length === 5 ? MARK + what.slice(1).toLowerCase() : escape));
    const decoder = new Decoder(blobs, grants, capability);
    decoder.units = true;
    return decoder.decode(JSON.parse(marked));
  }

  // isPlain tells values that are their own form: most arguments and results. Neither NaN nor -0 is.
  function isPlain(value) {
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) if (!isPlainMember(value[i])) return false;
      return value.length < 64 && Object.keys(value).length === value.length;
    }
    return isPlainMember(value);
  }
  function isPlainMember(value) {
    switch (typeof value) {
      case "string": case "boolean": return true;
      case "number": return (value | 0) === value && (value !== 0 || 1 / value > 0);
    }
    return value === null;
  }

  return {
    internal: {
      // encode returns [text, blobs, caps].
      encode(value, capability) {
        if (isPlain(value)) return [JSON.stringify(Array.isArray(value) ? [value] : value), [], []];
        const encoder = new Encoder(capability);
        const text = JSON.stringify(encoder.encode(value));
        return [text, encoder.blobs, encoder.caps];
      },
      // decode reads [text, blobs, grants].
      decode([text, blobs, grants], capability) {
        if (text.indexOf("\\ud") >= 0) return decodeUnits(text, blobs, grants, capability);
        const form = JSON.parse(text);
        if (form === null || typeof form !== "object") return form;
        return new Decoder(blobs, grants, capability).decode(form);
      },
      refuse,
    },
  };
})
