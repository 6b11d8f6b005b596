// console. A log line's message is a JSON array of the arguments: what JSON says as it is, is there as a value, and
// everything else as the text that util.inspect makes of it (parts/inspect.js).
import { primordials as p, isObject } from "./primordials.js";
import { core, part } from "./parts.js";

const maxDepth = 8;
const maxLength = 100_000; // characters of a text
const maxItems = 1000; // of an array or object

// TEXT says that JSON can't say it.
const TEXT = {};

// plain is a value as JSON says it, or TEXT.
function plain(v, depth) {
  switch (typeof v) {
    case "string": return cut(v);
    case "boolean": return v;
    case "number": return v - v === 0 && (v !== 0 || 1 / v > 0) ? v : TEXT;
    case "object": break;
    default: return TEXT;
  }
  if (v === null) return null;
  if (depth > maxDepth) return TEXT;
  if (p.isArray(v)) return p.getPrototypeOf(v) === p.Array.prototype ? listed(v, depth) : TEXT;
  return ops.internals(v)[0] === "" && p.getPrototypeOf(v) === p.Object.prototype ? record(v, depth) : TEXT;
}

const cut = (s) => (s.length > maxLength ? `${p.slice(s, 0, maxLength)}… (${s.length} characters)` : s);

function listed(v, depth) {
  const { length } = v;
  if (length > maxItems || p.ownKeys(v).length !== length + 1) return TEXT;
  const items = [];
  for (let i = 0; i < length; i++) {
    const d = p.getOwnPropertyDescriptor(v, i);
    const item = d === undefined || d.get || d.set ? TEXT : plain(d.value, depth + 1);
    if (item === TEXT) return TEXT;
    p.defineProperty(items, i, { value: item, writable: true, enumerable: true, configurable: true });
  }
  return items;
}

function record(v, depth) {
  const keys = p.ownKeys(v);
  if (keys.length > maxItems) return TEXT;
  const out = {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    const d = p.getOwnPropertyDescriptor(v, key);
    if (!d.enumerable) continue;
    const value = typeof key === "symbol" || d.get || d.set ? TEXT : plain(d.value, depth + 1);
    if (value === TEXT) return TEXT;
    p.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return out;
}

const inspector = () => part("inspect");

function shown(v) {
  const value = plain(v, 0);
  if (value !== TEXT) return value;
  switch (typeof v) {
    case "undefined": return "undefined";
    case "bigint": return `${v}n`;
    case "number": return v === 0 ? "-0" : `${v}`;
  }
  try { return cut(bareError(v) ?? inspector().inspect(v)); } catch { return "[an object that cannot be shown]"; }
}

// bareError is the stack of an error that has nothing else to show.
function bareError(v) {
  if (!(v instanceof p.Error) || ops.internals(v)[0] !== "") return undefined;
  const keys = p.ownKeys(v);
  for (let i = 0; i < keys.length; i++) if (keys[i] !== "stack" && keys[i] !== "message") return undefined;
  const [name, , stack] = ops.describe(v);
  return stack !== "" && typeof v.name === "string" && v.name === name && name !== "DOMException" && p.slice(stack, 0, name.length) === name && v[Symbol.toStringTag] === undefined ? stack : undefined;
}

// format replaces %s, %d, … of a first argument that is a string.
function format(args) {
  const [first] = args;
  if (typeof first !== "string" || args.length < 2 || p.indexOf(first, "%") < 0) return args;
  let n = 1;
  for (let i = 0; i < first.length - 1 && n < args.length; i++) {
    if (first[i] !== "%") continue;
    i++;
    if (p.indexOf("sdifjoOc", first[i]) >= 0) n++;
  }
  return [inspector().format(...args.slice(0, n)), ...args.slice(n)];
}

const counts = new p.Map();
const started = new p.Map();
let indent = "";

function write(level, args) {
  if (core.traced) return; // tails get what these are given, not what comes of it
  let message;
  try {
    message = format(args).map(shown);
    if (indent !== "" && message.length > 0) {
      for (let i = 0; i < message.length; i++) {
        const text = typeof message[i] === "string" ? message[i] : i === 0 ? inspector().inspect(args[i]) : undefined;
        if (text !== undefined) message[i] = text.split("\n").join(`\n${indent}`);
      }
      message[0] = indent + message[0];
    }
    message = p.stringify(message);
  } catch {
    message = '["(a message that could not be written)"]';
  }
  ops.log(undefined, level, message);
}

function line(level, args) {
  if (core.traced) ops.log(undefined, level, part("trace").internal.line(args));
  else write(level, args);
}

const label = (l) => (l === undefined ? "default" : `${l}`);
const stackHere = () => {
  const lines = ops.describe(new Error())[2].split("\n");
  return lines.slice(1).join("\n");
};

// elapsed is a duration as Node.js writes it.
function elapsed(ms) {
  if (ms < 1000) return `${+ms.toFixed(3)}ms`;
  if (ms < 60000) return `${(ms / 1000).toFixed(3)}s`;
  const [unit, size] = ms < 3600000 ? ["m:ss.mmm", 60000] : ["h:mm:ss", 3600000];
  const rest = (ms % size) / (size / 60);
  return size === 60000 ? `${Math.floor(ms / size)}:${rest.toFixed(3).padStart(6, "0")} (${unit})` : `${Math.floor(ms / size)}:${`${Math.floor(rest)}`.padStart(2, "0")}:${`${Math.floor((ms % 60000) / 1000)}`.padStart(2, "0")} (${unit})`;
}

function timeLog(method, l, args) {
  const name = label(l);
  const at = started.get(name);
  if (at === undefined) write("warn", [`No such label '${name}' for console.${method}()`]);
  else write("log", [`${name}: ${elapsed(ops.now() - at)}`, ...args]);
}

export const console = {
  debug(...args) { line("debug", args); },
  error(...args) { line("error", args); },
  info(...args) { line("info", args); },
  log(...args) { line("log", args); },
  warn(...args) { line("warn", args); },
  dir(data, options) { write("log", [isObject(options) ? inspector().inspect(data, { customInspect: false, ...options }) : data]); },
  dirxml(...args) { write("log", args); },
  table(data, columns) {
    let text;
    try { text = isObject(data) ? inspector().table(data, columns) : undefined; } catch { }
    write("log", [text ?? data]);
  },
  trace(...args) {
    const [first, ...rest] = format(args);
    const text = args.length === 0 ? "" : `: ${[first, ...rest].map((v) => (typeof v === "string" ? v : inspector().inspect(v))).join(" ")}`;
    write("log", [`Trace${text}\n${stackHere()}`]);
  },
  group(...args) {
    if (args.length > 0) write("log", args);
    indent += "  ";
  },
  groupCollapsed(...args) { console.group(...args); },
  groupEnd() { indent = p.slice(indent, 2); },
  clear() {},
  count(l) {
    const name = label(l);
    const n = (counts.get(name) ?? 0) + 1;
    counts.set(name, n);
    write("log", [`${name}: ${n}`]);
  },
  countReset(l) {
    if (!counts.delete(label(l))) write("warn", [`Count for '${label(l)}' does not exist`]);
  },
  assert(condition, ...args) {
    if (condition) return;
    if (typeof args[0] === "string") write("error", [`Assertion failed: ${args[0]}`, ...args.slice(1)]);
    else write("error", args.length === 0 ? ["Assertion failed"] : ["Assertion failed:", ...args]);
  },
  profile() {},
  profileEnd() {},
  time(l) {
    if (started.has(label(l))) write("warn", [`Label '${label(l)}' already exists for console.time()`]);
    else started.set(label(l), ops.now());
  },
  timeLog(l, ...args) { timeLog("timeLog", l, args); },
  timeEnd(l) {
    timeLog("timeEnd", l, []);
    started.delete(label(l));
  },
  timeStamp() {},
  context() { return console; },
};
p.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });
