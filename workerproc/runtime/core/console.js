// console. A log line's message is a JSON array of the arguments: strings as they are, what JSON can say as values, and
// the rest as text.
import { primordials as p, isObject } from "./primordials.js";

const maxDepth = 8;
const maxLength = 100_000; // characters of a string
const maxItems = 1000; // of an array or object

// valueOf is an argument as JSON can say it.
function plain(v, depth, seen) {
  switch (typeof v) {
    case "string": return v.length > maxLength ? `${p.slice(v, 0, maxLength)}… (${v.length} characters)` : v;
    case "number": return v === v && v !== Infinity && v !== -Infinity ? v : `${v}`;
    case "boolean": return v;
    case "undefined": return depth === 0 ? "undefined" : undefined;
    case "bigint": return `${v}n`;
    case "symbol": return p.apply(symbolText, v, []);
    case "function": return v.name ? `[Function: ${v.name}]` : "[Function (anonymous)]";
  }
  if (v === null) return null;
  if (seen.includes(v)) return "[Circular]";
  if (depth > maxDepth) return p.isArray(v) ? "[Array]" : "[Object]";
  seen.push(v);
  try { return object(v, depth, seen); } finally { seen.pop(); }
}
const symbolText = Symbol.prototype.toString;

function object(v, depth, seen) {
  if (v instanceof p.Error) return errorText(v);
  if (p.isArray(v)) return listed(v, depth, seen);
  if (v instanceof p.Date) return isNaN(v) ? "Invalid Date" : v.toISOString();
  if (v instanceof RegExp) return `${v}`;
  if (v instanceof p.Promise) return "Promise {}";
  if (v instanceof p.Map) return { [`Map(${v.size})`]: listed([...v.entries()], depth, seen) };
  if (v instanceof p.Set) return { [`Set(${v.size})`]: listed([...v.values()], depth, seen) };
  if (v instanceof p.ArrayBuffer) return `ArrayBuffer { byteLength: ${v.byteLength} }`;
  if (p.isView(v)) return `${v.constructor.name}(${v.length ?? v.byteLength}) [ ${[].slice.call(v, 0, 100).join(", ")}${v.length > 100 ? ", …" : ""} ]`;
  return record(v, depth, seen);
}

export function errorText(e) {
  const [name, message, stack] = ops.describe(e);
  let text = stack || `${name}: ${message}`;
  const cause = p.getOwnPropertyDescriptor(e, "cause")?.value;
  if (cause !== undefined) text += `\n  [cause]: ${cause instanceof p.Error && cause !== e ? errorText(cause) : String(cause)}`;
  return text;
}

function listed(v, depth, seen) {
  const items = [];
  for (let i = 0; i < v.length && i < maxItems; i++) items[i] = plain(v[i], depth + 1, seen) ?? null;
  if (v.length > maxItems) items[maxItems] = `… ${v.length - maxItems} more items`;
  return items;
}

function record(v, depth, seen) {
  const out = {};
  let n = 0;
  for (const key of p.ownKeys(v)) {
    const d = p.getOwnPropertyDescriptor(v, key);
    if (!d || !d.enumerable || typeof key === "symbol") continue;
    if (n++ >= maxItems) {
      out["…"] = "more properties";
      break;
    }
    const value = d.get ? "[Getter]" : plain(d.value, depth + 1, seen);
    if (value !== undefined) p.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  }
  const name = p.getPrototypeOf(v) === p.Object.prototype || p.getPrototypeOf(v) === null ? "" : className(v);
  return n === 0 && name !== "" ? `${name} {}` : out;
}

function className(v) {
  const d = p.getOwnPropertyDescriptor(p.getPrototypeOf(v), "constructor");
  return d && typeof d.value === "function" ? `${d.value.name}` : "";
}

// format replaces %s, %d, … of a first argument that is a string.
function format(args) {
  if (typeof args[0] !== "string" || args.length < 2 || !args[0].includes("%")) return args;
  let n = 1;
  const text = args[0].replace(/%([sdifjoOc%])/g, (all, kind) => {
    if (kind === "%") return "%";
    if (n >= args.length) return all;
    const arg = args[n++];
    switch (kind) {
      case "s": return isObject(arg) ? p.stringify(plain(arg, 1, [])) : String(arg);
      case "d": case "f": return String(Number(arg));
      case "i": return String(parseInt(arg, 10));
      case "c": return "";
    }
    return p.stringify(plain(arg, 1, []));
  });
  return [text, ...args.slice(n)];
}

const counts = new p.Map();
const started = new p.Map();
let indent = "";

function write(level, args) {
  let message;
  try {
    message = format(args).map((v) => plain(v, 0, []));
    if (indent !== "" && message.length > 0) message[0] = typeof message[0] === "string" ? indent + message[0] : message[0];
    message = p.stringify(message);
  } catch {
    message = '["(a message that could not be written)"]';
  }
  ops.log(undefined, level, message);
}

const label = (l) => (l === undefined ? "default" : `${l}`);

export const console = {
  log(...args) { write("log", args); },
  info(...args) { write("info", args); },
  warn(...args) { write("warn", args); },
  error(...args) { write("error", args); },
  debug(...args) { write("debug", args); },
  trace(...args) { write("log", [`Trace${args.length > 0 ? `: ${args.map(String).join(" ")}` : ""}\n${ops.describe(new Error())[2].split("\n").slice(2).join("\n")}`]); },
  assert(condition, ...args) {
    if (condition) return;
    if (typeof args[0] === "string") write("error", [`Assertion failed: ${args[0]}`, ...args.slice(1)]);
    else write("error", ["Assertion failed", ...args]);
  },
  count(l) {
    const name = label(l);
    const n = (counts.get(name) ?? 0) + 1;
    counts.set(name, n);
    write("log", [`${name}: ${n}`]);
  },
  countReset(l) { counts.delete(label(l)); },
  time(l) { started.set(label(l), ops.now()); },
  timeLog(l, ...args) {
    const at = started.get(label(l));
    write("log", at === undefined ? [`Timer '${label(l)}' does not exist`] : [`${label(l)}: ${ops.now() - at}ms`, ...args]);
  },
  timeEnd(l) {
    this.timeLog(l);
    started.delete(label(l));
  },
  group(...args) {
    if (args.length > 0) write("log", args);
    indent += "  ";
  },
  groupCollapsed(...args) { console.group(...args); },
  groupEnd() { indent = p.slice(indent, 2); },
  table(data) { write("log", [data]); },
  dir(data) { write("log", [data]); },
  dirxml(...args) { write("log", args); },
  clear() {},
  profile() {},
  profileEnd() {},
  timeStamp() {},
};
