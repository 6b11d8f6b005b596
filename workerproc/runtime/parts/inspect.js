// What console shows values with: util.inspect, which comes with the modules of Node.js, and what the classes of the
// platform show of themselves.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const node = core.part("node").internal.inspect();
  const custom = Symbol.for("nodejs.util.inspect.custom");

  // Properties in the order in which the Workers runtime shows them. A class that isn't here shows none.
  const events = "type eventPhase composed bubbles cancelable defaultPrevented returnValue currentTarget target srcElement timeStamp isTrusted cancelBubble";
  const shown = {
    Request: "method url headers redirect fetcher signal cf integrity keepalive cache body bodyUsed",
    Response: "status statusText headers ok redirected url webSocket cf type body bodyUsed",
    URL: "origin href protocol username password host hostname port pathname search hash searchParams",
    Blob: "size type", File: "name lastModified size type", AbortSignal: "aborted reason onabort", AbortController: "signal",
    Event: events, CustomEvent: `${events} detail`, MessageEvent: `${events} data origin lastEventId source ports`, CloseEvent: `${events} code reason wasClean`,
    ErrorEvent: `${events} filename message lineno colno error`, ReadableStream: "locked", WritableStream: "locked", TransformStream: "readable writable",
    TextEncoder: "encoding", TextDecoder: "encoding fatal ignoreBOM", CryptoKey: "type extractable algorithm usages",
    URLPattern: "protocol username password hostname port pathname search hash hasRegExpGroups", WebSocket: "readyState url protocol extensions binaryType",
  };
  const entries = { Headers: "Headers", URLSearchParams: "URLSearchParams", FormData: "FormData" };

  const prefix = (v, name) => {
    const own = p.getPrototypeOf(v)?.constructor?.name;
    return typeof own === "string" && own !== "" ? own : name;
  };

  function showProperties(name, keys) {
    return function (depth, options) {
      if (depth < 0) return `[${prefix(this, name)}]`;
      const copy = {};
      for (const key of keys) copy[key] = this[key];
      const own = Object.keys(this);
      for (const key of own) copy[key] = this[key];
      return relabel(copy, prefix(this, name), options);
    };
  }

  // relabel shows an object under the name of another class.
  function relabel(copy, name, options) {
    const Class = Object.defineProperty(function () {}, "name", { value: name });
    return node.inspect(Object.setPrototypeOf(copy, Class.prototype), options);
  }

  // withImmutable shows what may change, by a name that is as long as the one that inspect would put between quotes.
  function withImmutable(map, immutable, options) {
    map._immutable_ = immutable;
    const text = node.inspect(map, options), at = text.lastIndexOf("_immutable_: ");
    return at < 0 ? text : `${text.slice(0, at)}[immutable]${text.slice(at + "[immutable]".length)}`;
  }

  function showEntries(name) {
    return function (depth, options) {
      if (depth < 0) return `[${prefix(this, name)}]`;
      const map = new Map([...this.entries()]);
      if (core.isHeaders(this)) return `${prefix(this, name)}${withImmutable(map, core.isImmutable(this), options).slice("Map".length)}`;
      const text = node.inspect(map, options);
      return `${prefix(this, name)}${text.slice("Map".length)}`;
    };
  }

  function showException(depth, options) {
    if (depth < 0) return `[DOMException: ${this.message}]`;
    const [, , stack] = ops.describe(this);
    const at = stack.indexOf("\n    at ");
    return `DOMException [${this.name}]: ${this.message}${at < 0 ? "" : stack.slice(at)}`;
  }

  const hooked = new Set();
  let waiting = false;

  // hook gives the classes that are there a method for util.inspect. Those of parts that nobody has touched have no objects.
  function hook() {
    if (!waiting) core.onLoad(hook); // what node:util has given away looks for no classes
    waiting = true;
    for (const name of [...Object.keys(shown), ...Object.keys(entries), "DOMException"]) {
      if (hooked.has(name)) continue;
      const Class = core.classOf?.(name);
      if (Class === undefined) continue;
      hooked.add(name);
      const value = name === "DOMException" ? showException : name in shown ? showProperties(name, shown[name].split(" ")) : showEntries(name);
      Object.defineProperty(Class.prototype, custom, { value, writable: true, configurable: true });
    }
  }

  const inspect = (v, options) => {
    hook();
    return node.inspect(v, options);
  };

  // --- console.table

  const cell = (v) => node.inspect(v, { maxArrayLength: 3, breakLength: Infinity, depth: v !== null && typeof v === "object" && !Array.isArray(v) && Object.keys(v).length > 2 ? -1 : 0 });
  const width = (s) => node.getStringWidth(s);

  function draw(head, columns) {
    const widths = columns.map((column, i) => Math.max(width(head[i]), ...column.map(width)) + 2);
    const line = (cells) => `│${cells.map((c, i) => ` ${c}${" ".repeat(widths[i] - width(c) - 1)}`).join("│")}│`;
    const rule = (left, middle, right) => left + widths.map((w) => "─".repeat(w)).join(middle) + right;
    const rows = Math.max(...columns.map((c) => c.length));
    const lines = [rule("┌", "┬", "┐"), line(head), rule("├", "┼", "┤")];
    for (let i = 0; i < rows; i++) lines.push(line(columns.map((c) => c[i] ?? "")));
    return [...lines, rule("└", "┴", "┘")].join("\n");
  }

  const maxRows = 1000;

  function table(data, wanted) {
    hook();
    if (wanted !== undefined && !Array.isArray(wanted)) throw new TypeError("The columns are no array.");
    wanted = wanted?.map(String);
    if (data instanceof Map) {
      const list = [...data].slice(0, maxRows);
      return draw(["(iteration index)", "Key", "Values"], [list.map((_, i) => `${i}`), list.map(([k]) => cell(k)), list.map(([, v]) => cell(v))]);
    }
    if (data instanceof Set) {
      const list = [...data].slice(0, maxRows);
      return draw(["(iteration index)", "Values"], [list.map((_, i) => `${i}`), list.map(cell)]);
    }
    return rowsOf(data, wanted);
  }

  function rowsOf(data, wanted) {
    const index = Object.keys(data).slice(0, maxRows);
    const columns = new Map((wanted ?? []).map((name) => [name, []]));
    const values = [];
    let primitive = false;
    index.forEach((key, i) => {
      const item = data[key];
      if (item === null || (typeof item !== "object" && typeof item !== "function")) {
        values[i] = cell(item);
        primitive = true;
        return;
      }
      for (const name of wanted ?? Object.keys(item)) {
        if (!columns.has(name)) columns.set(name, []);
        if (Object.hasOwn(item, name)) columns.get(name)[i] = cell(item[name]);
      }
    });
    const filled = (list) => Array.from({ length: index.length }, (_, i) => list[i] ?? "");
    const head = ["(index)", ...columns.keys()];
    const body = [index, ...[...columns.values()].map(filled)];
    if (primitive) {
      head.push("Values");
      body.push(filled(values));
    }
    return draw(head, body);
  }

  // warm has what is made when it is first needed, such as regular expressions, there before the process is copied.
  const warm = () => { node.format("%s", [new Map([["a-b", { a: "it's", b: [1n, undefined] }]]), new Set([1]), class A {}, () => {}, new Date(0), new Uint8Array(1)]); };

  return {
    inspect, table, warm, hook,
    format: (...args) => {
      hook();
      return node.format(...args);
    },
  };
})
