// JSON's errors, in V8's words.

// mendJSON has JSON's errors say what they say in V8.
export function mendJSON(JSON) {
  const { parse, stringify } = JSON;
  const { apply } = Reflect;
  const { SyntaxError, TypeError, RangeError } = globalThis;
  const replace = (name, length, mended) => {
    Object.defineProperty(mended, "length", { value: length });
    Object.defineProperty(JSON, name, { value: mended, writable: true, enumerable: false, configurable: true });
  };
  const mended = {
    parse(text, reviver) {
      try {
        return parse(text, reviver);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        if (error.message === "stack overflow") throw new RangeError("Maximum call stack size exceeded");
        text = `${text}`;
        try {
          parse(text);
        } catch {
          throw new SyntaxError(ops.jsonError(text) || error.message);
        }
        throw error; // the reviver's
      }
    },
    stringify(value) {
      try {
        return apply(stringify, JSON, arguments);
      } catch (error) {
        if (error instanceof TypeError && (error.message === "circular reference" || error.message === "Converting circular structure to JSON")) {
          throw new TypeError(`Converting circular structure to JSON${circle(value)}`);
        }
        throw error;
      }
    },
  };
  replace("rawJSON", 1, mendedRawJSON(JSON.rawJSON, mended.parse));
  replace("stringify", 3, mended.stringify);
  let source;
  parse("1", (key, value, context) => { source = context?.source; });
  const { toString } = Function.prototype, { test } = RegExp.prototype, { charCodeAt, slice } = String.prototype;
  core.json = { parse, checked: mended.parse, is: Object.is, keys: Object.keys, apply, defineProperty: Reflect.defineProperty, deleteProperty: Reflect.deleteProperty,
    isArray: Array.isArray, charCodeAt, slice, Map };
  const third = /\barguments\b|\.\.\.|\[native code\]/;
  // wants: it may see a third argument. QuickJS gives it one, without the text of what has a name that stands twice.
  const wants = source === "1" ? (reviver) => reviver.length > 2 || reviver.length === 0
    : (reviver) => reviver.length > 2 || apply(test, third, [apply(toString, reviver, [])]);
  replace("parse", 2, { parse(text, reviver) {
    if (typeof reviver === "function" && wants(reviver)) return core.part("json-source").read(text, reviver);
    return mended.parse(text, reviver);
  } }.parse);
}

function mendedRawJSON(original, parse) {
  const { apply } = Reflect;
  const { SyntaxError } = globalThis;
  const { slice, indexOf } = String.prototype;
  const space = (c) => c === " " || c === "\t" || c === "\n" || c === "\r";
  return { rawJSON(value) {
    const text = `${value}`;
    const first = text[0];
    if (space(first) || first === "{" || first === "[") throw new SyntaxError(`Unexpected token '${first}', ${text.length > 20 ? `"${apply(slice, text, [0, 10])}"...` : `"${text}"`} is not valid JSON`);
    if (text === "" || space(text[text.length - 1])) throw new SyntaxError("Invalid value for JSON.rawJSON");
    try {
      return original(text);
    } catch {
      try { parse(text); } catch (error) { if (apply(indexOf, error.message, ["non-whitespace"]) < 0) throw error; }
      throw new SyntaxError("Invalid value for JSON.rawJSON");
    }
  } }.rawJSON;
}

// circle describes the first circle that is found below a value, without running code of the Worker's.
function circle(root) {
  const path = [];
  const seen = new Set();
  let left = 100000;
  function find(object, key) {
    if (typeof object !== "object" || object === null || left-- < 0) return undefined;
    const start = path.findIndex((step) => step.object === object);
    if (start >= 0) return [start, key];
    if (seen.has(object) || path.length > 1000) return undefined;
    seen.add(object);
    path.push({ object, key });
    for (const name of Object.keys(object)) {
      const found = find(Object.getOwnPropertyDescriptor(object, name)?.value, Array.isArray(object) ? Number(name) : name);
      if (found) return found;
    }
    path.pop();
    return undefined;
  }
  const nameOf = (object) => {
    for (let o = object; o; o = Object.getPrototypeOf(o)) {
      const constructor = Object.getOwnPropertyDescriptor(o, "constructor")?.value;
      if (typeof constructor === "function") return `object with constructor '${Object.getOwnPropertyDescriptor(constructor, "name")?.value}'`;
    }
    return "object";
  };
  const at = (key) => (typeof key === "number" ? `index ${key}` : `property '${key}'`);
  const found = find(root);
  if (!found) return "";
  const [start, last] = found;
  const lines = [`--> starting at ${nameOf(path[start].object)}`];
  const between = path.slice(start + 1).map(({ object, key }) => `|     ${at(key)} -> ${nameOf(object)}`);
  if (between.length > 3) between.splice(2, between.length - 3, "|     ...");
  lines.push(...between, `--- ${at(last)} closes the circle`);
  return lines.map((line) => `\n    ${line}`).join("");
}
