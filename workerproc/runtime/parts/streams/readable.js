// The class ReadableStream.
import { asyncIterator, call, handled, highWaterMark, method, SECRET, sizeOf } from "./shared.js";
import { cancelStream, defaultSteps, newController, newStream, ReadableStreamDefaultController, start } from "./controller.js";
import { ReadableStreamBYOBReader, ReadableStreamDefaultReader } from "./readers.js";
import { teeStream } from "./tee.js";
import { fromIterable, iterate } from "./iteration.js";

export let recordOf, isStream;
export function wrap(stream) { stream.shell = new ReadableStream(SECRET, stream); }

function construct(stream, source, strategy) {
  const type = source.type;
  if (type !== undefined && `${type}` !== "bytes") throw new TypeError(`"${type}" is not a valid type of ReadableStream.`);
  if (type !== undefined) {
    return core.part("readable-bytes").internal.construct(stream, source, highWaterMark(strategy, 0));
  }
  const hwm = highWaterMark(strategy, 1);
  const size = sizeOf(strategy);
  const [starting, pull, cancel] = ["start", "pull", "cancel"].map((name) => method(source, name, "UnderlyingSource"));
  const c = newController(stream, defaultSteps, {
    pull: () => call(pull, source, controller), cancel: (reason) => call(cancel, source, reason), hwm,
  });
  c.size = size;
  const controller = new ReadableStreamDefaultController(SECRET, c);
  start(c, starting === undefined ? undefined : starting.call(source, controller));
}

export class ReadableStream {
  #s;

  static {
    recordOf = (shell) => {
      if (!isStream(shell)) throw new TypeError("The argument is not a ReadableStream");
      return shell.#s;
    };
    isStream = (v) => typeof v === "object" && v !== null && #s in v;
  }

  constructor(source = {}, strategy = {}) {
    if (source === SECRET) {
      this.#s = strategy;
      return;
    }
    if (core.flag?.("streams_enable_constructors") === false) throw new Error("To use the new ReadableStream() constructor, enable the streams_enable_constructors compatibility flag. Refer to the docs for more information: https://developers.cloudflare.com/workers/platform/compatibility-dates/#compatibility-flags");
    if (source === null) source = {};
    if (typeof source !== "object" && typeof source !== "function") throw new TypeError("Failed to construct 'ReadableStream': constructor parameter 1 is not of type 'UnderlyingSource'.");
    this.#s = newStream();
    this.#s.shell = this;
    construct(this.#s, source, strategy === null ? {} : strategy);
  }

  static from(iterable) { return fromIterable(iterable).shell; }

  get locked() { return this.#s.reader !== undefined; }

  cancel(reason = undefined) {
    if (this.locked) return Promise.reject(new TypeError("This ReadableStream is currently locked to a reader."));
    return cancelStream(this.#s, reason);
  }

  getReader(options = {}) {
    const mode = options === null ? undefined : options.mode;
    if (mode === undefined) return new ReadableStreamDefaultReader(this);
    if (`${mode}` !== "byob") throw new TypeError("mode must be undefined or 'byob' in call to getReader().");
    return new ReadableStreamBYOBReader(this);
  }

  pipeThrough(transform, options = {}) {
    const { readable, writable } = transform ?? {};
    const wrong = (field, type) => { throw new TypeError(`Incorrect type for the '${field}' field on 'Transform': the provided value is not of type '${type}'.`); };
    if (!isStream(readable)) wrong("readable", "ReadableStream");
    if (!core.part("writable").internal.isStream(writable)) wrong("writable", "WritableStream");
    if (this.locked) throw new TypeError("This ReadableStream is currently locked to a reader.");
    handled(core.part("writable").internal.pipe(this.#s, writable, options));
    return readable;
  }

  pipeTo(destination, options = {}) {
    return new Promise((resolve) => {
      if (this.locked) throw new TypeError("This ReadableStream is currently locked to a reader.");
      resolve(core.part("writable").internal.pipe(this.#s, destination, options));
    });
  }

  tee() {
    if (this.locked) throw new TypeError("This ReadableStream is currently locked to a reader,");
    return teeStream(this.#s).map((branch) => branch.shell);
  }
  values(options = {}) { return iterate(this.#s, Boolean(options.preventCancel)); }
  get [Symbol.toStringTag]() { return "ReadableStream"; }
}
Object.defineProperty(ReadableStream.prototype, asyncIterator, { value: ReadableStream.prototype.values, writable: true, configurable: true });
