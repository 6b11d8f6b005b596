// show tells all of a value that structured clone keeps.
export function show(v, seen = new Map()) {
  switch (typeof v) {
    case "string": return JSON.stringify(v.length > 60 ? `${v.slice(0, 60)}… ${v.length}` : v);
    case "bigint": return `${v}n`;
    case "number": return Object.is(v, -0) ? "-0" : `${v}`;
    case "function": return `function(${Object.prototype.toString.call(v)})`;
    case "object": break;
    default: return String(v);
  }
  if (v === null) return "null";
  if (seen.has(v)) return `#${seen.get(v)}`;
  seen.set(v, seen.size);
  const inner = (x) => show(x, seen);
  const own = (skip = []) => Object.keys(v).filter((k) => !skip.includes(k)).map((k) => `${k}: ${inner(v[k])}`).join(", ");
  const kind = Object.prototype.toString.call(v).slice(8, -1);
  if (Array.isArray(v)) {
    const items = [];
    for (let i = 0; i < v.length; i++) items.push(i in v ? inner(v[i]) : "hole");
    const more = Object.keys(v).filter((k) => !/^\d+$/.test(k));
    return `[${items.join(", ")}${more.length > 0 ? ` + ${more}` : ""}]`;
  }
  if (v instanceof Map) return `Map{${[...v].map(([k, x]) => `${inner(k)} => ${inner(x)}`).join(", ")}}`;
  if (v instanceof Set) return `Set{${[...v].map(inner).join(", ")}}`;
  if (v instanceof Date) return `Date(${v.getTime()})`;
  if (v instanceof RegExp) return `RegExp(${v} ${v.lastIndex})`;
  if (v instanceof Error) {
    // Whether these are enumerable is asked once: "keys of errors".
    const hidden = ["cause", "errors"].filter((k) => Object.hasOwn(v, k)).map((k) => ` ${k}=${inner(v[k])}`).join("");
    return `${kind}<${v.constructor.name}>(${v.name}: ${v.message}${hidden} {${own(["cause", "errors", "name", "stack"])}})`;
  }
  if (v instanceof ArrayBuffer) return `ArrayBuffer(${v.byteLength}: ${new Uint8Array(v)})`;
  if (ArrayBuffer.isView(v)) return `${kind}(${v.byteOffset},${v.byteLength}/${v.buffer.byteLength}: ${[...new Uint8Array(v.buffer, v.byteOffset, v.byteLength)]})`;
  if (v instanceof Boolean || v instanceof Number || v instanceof String || v instanceof BigInt) return `Object(${inner(v.valueOf())})`;
  if (kind === "Object") return `${Object.getPrototypeOf(v) === Object.prototype ? "" : "odd "}{${own()}}`;
  return `<${kind}>`;
}
