// performance (https://w3c.github.io/hr-time/ and user-timing) and navigator.
// As on Workers the clock is the one of Date, in whole milliseconds, and
// timeOrigin is 0.
(function (ops, core) {
  "use strict";
  const illegal = () => { throw new TypeError("Illegal constructor"); };
  const maxEntries = 1000; // the oldest go first
  let make = true;

  class PerformanceEntry {
    #e;
    constructor(e) {
      if (!make) illegal();
      this.#e = e;
    }
    get name() { return this.#e.name; }
    get entryType() { return this.#e.entryType; }
    get startTime() { return this.#e.startTime; }
    get duration() { return this.#e.duration; }
    get detail() { return this.#e.detail; }
    toJSON() { return { ...this.#e }; }
    get [Symbol.toStringTag]() { return "PerformanceEntry"; }
  }

  class PerformanceMark extends PerformanceEntry {
    constructor(name, options = undefined) {
      const before = make;
      make = true;
      try { super(markOf(name, options)); } finally { make = before; }
    }
    get [Symbol.toStringTag]() { return "PerformanceMark"; }
  }

  class PerformanceMeasure extends PerformanceEntry {
    get [Symbol.toStringTag]() { return "PerformanceMeasure"; }
  }

  const now = () => Math.floor(ops.now());
  const detailOf = (options) => (options && options.detail !== undefined ? core.part("clone").structuredClone(options.detail) : null);

  function markOf(name, options) {
    const start = options && options.startTime !== undefined ? Number(options.startTime) : now();
    if (start < 0) throw new TypeError("A performance mark can't have a negative start time.");
    return { name: `${name}`, entryType: "mark", startTime: start, duration: 0, detail: detailOf(options) };
  }

  class Performance {
    #entries = [];
    constructor() { if (!make) illegal(); }
    get timeOrigin() { return 0; }
    now() { return now(); }
    toJSON() { return { timeOrigin: this.timeOrigin }; }

    #add(entry) {
      this.#entries.push(entry);
      if (this.#entries.length > maxEntries) this.#entries.shift();
      return entry;
    }

    mark(name, options = undefined) { return this.#add(new PerformanceMark(name, options)); }

    // #timeOf is when a mark of that name was, or the number itself.
    #timeOf(mark, fallback) {
      if (mark === undefined) return fallback;
      if (typeof mark === "number") return mark;
      for (let i = this.#entries.length - 1; i >= 0; i--) {
        const entry = this.#entries[i];
        if (entry.entryType === "mark" && entry.name === `${mark}`) return entry.startTime;
      }
      throw new core.DOMException(`The mark '${mark}' does not exist.`, "SyntaxError");
    }

    measure(name, startOrOptions = undefined, endMark = undefined) {
      const o = typeof startOrOptions === "object" && startOrOptions !== null ? startOrOptions : { start: startOrOptions, end: endMark };
      let end = this.#timeOf(o.end, undefined);
      let start = this.#timeOf(o.start, undefined);
      if (end === undefined) end = o.duration !== undefined && start !== undefined ? start + Number(o.duration) : now();
      if (start === undefined) start = o.duration !== undefined ? end - Number(o.duration) : 0;
      const entry = { name: `${name}`, entryType: "measure", startTime: start, duration: end - start, detail: detailOf(o) };
      make = true;
      try { return this.#add(new PerformanceMeasure(entry)); } finally { make = false; }
    }

    getEntries() { return this.#entries.slice().sort((a, b) => a.startTime - b.startTime); }
    getEntriesByType(type) { return this.getEntries().filter((entry) => entry.entryType === `${type}`); }
    getEntriesByName(name, type = undefined) {
      return this.getEntries().filter((entry) => entry.name === `${name}` && (type === undefined || entry.entryType === `${type}`));
    }
    #clear(type, name) {
      this.#entries = this.#entries.filter((entry) => entry.entryType !== type || (name !== undefined && entry.name !== `${name}`));
    }
    clearMarks(name = undefined) { this.#clear("mark", name); }
    clearMeasures(name = undefined) { this.#clear("measure", name); }
    get [Symbol.toStringTag]() { return "Performance"; }
  }

  class Navigator {
    constructor() { if (!make) illegal(); }
    get userAgent() { return "Cloudflare-Workers"; }
    get hardwareConcurrency() { return 1; }
    get language() { return "en"; }
    get languages() { return ["en"]; }
    get platform() { return ""; }
    sendBeacon(url, data) {
      if (arguments.length === 0) throw new TypeError("Failed to execute 'sendBeacon' on 'Navigator': parameter 1 is not of type 'string'.");
      const sent = core.fetch(url, { method: "POST", body: data });
      sent.catch(() => {});
      return true;
    }
    get [Symbol.toStringTag]() { return "Navigator"; }
  }

  const performance = new Performance();
  const navigator = new Navigator();
  make = false;
  return { Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, Navigator, performance, navigator };
})
