// The events that few Workers make: ErrorEvent, MessageEvent, CloseEvent and
// PromiseRejectionEvent (https://html.spec.whatwg.org/,
// https://websockets.spec.whatwg.org/).
(function (ops, core) {
  "use strict";
  const { Event, primordials: { TypeError } } = core;
  const or = (value, fallback) => (value === undefined ? fallback : value);

  const needsType = (args, name) => { if (args.length === 0) throw new TypeError(`Failed to construct '${name}': constructor parameter 1 is not of type 'string'.`); };

  class ErrorEvent extends Event {
    #init;
    constructor(type, init = {}) {
      needsType(arguments, "ErrorEvent");
      super(type, init);
      const { message, filename, lineno, colno, error } = init ?? {};
      this.#init = { message: `${or(message, "")}`, filename: `${or(filename, "")}`, lineno: Number(or(lineno, 0)), colno: Number(or(colno, 0)), error };
    }
    get message() { return this.#init.message; }
    get filename() { return this.#init.filename; }
    get lineno() { return this.#init.lineno; }
    get colno() { return this.#init.colno; }
    get error() { return this.#init.error; }
    get [Symbol.toStringTag]() { return "ErrorEvent"; }
  }

  class MessageEvent extends Event {
    #init;
    constructor(type, init = {}) {
      needsType(arguments, "MessageEvent");
      super(type, init);
      const { data, origin, lastEventId, source, ports } = init ?? {};
      this.#init = { data: or(data, null), origin: origin === null ? null : `${or(origin, "")}`, lastEventId: `${or(lastEventId, "")}`, source: or(source, null), ports: [...or(ports, [])] };
    }
    get data() { return this.#init.data; }
    get origin() { return this.#init.origin; }
    get lastEventId() { return this.#init.lastEventId; }
    get source() { return this.#init.source; }
    get ports() { return this.#init.ports; }
    get [Symbol.toStringTag]() { return "MessageEvent"; }
  }

  class CloseEvent extends Event {
    #init;
    constructor(type, init = {}) {
      needsType(arguments, "CloseEvent");
      super(type, init);
      const { code, reason, wasClean } = init ?? {};
      this.#init = { code: Number(or(code, 0)), reason: `${or(reason, "")}`, wasClean: Boolean(wasClean) };
    }
    get code() { return this.#init.code; }
    get reason() { return this.#init.reason; }
    get wasClean() { return this.#init.wasClean; }
    get [Symbol.toStringTag]() { return "CloseEvent"; }
  }

  class PromiseRejectionEvent extends Event {
    #promise;
    #reason;
    constructor(type, init) {
      if (type !== "unhandledrejection" && type !== "rejectionhandled" || init === undefined) throw new TypeError("Illegal constructor");
      super(type, init);
      this.#promise = init.promise;
      this.#reason = init.reason;
    }
    get promise() { return this.#promise; }
    get reason() { return this.#reason; }
    get [Symbol.toStringTag]() { return "PromiseRejectionEvent"; }
  }

  // The events that handlers get are plain objects here; these are for code that asks what they are.
  class ExtendableEvent extends Event {
    constructor() { throw new TypeError("Illegal constructor"); }
    get [Symbol.toStringTag]() { return "ExtendableEvent"; }
  }
  class FetchEvent extends ExtendableEvent { get [Symbol.toStringTag]() { return "FetchEvent"; } }
  class ScheduledEvent extends ExtendableEvent { get [Symbol.toStringTag]() { return "ScheduledEvent"; } }
  class TailEvent extends ExtendableEvent { get [Symbol.toStringTag]() { return "TailEvent"; } }
  class TraceEvent extends ExtendableEvent { get [Symbol.toStringTag]() { return "TraceEvent"; } }

  class WebSocketRequestResponsePair {
    #pair;
    constructor(request, response) {
      if (arguments.length < 2) throw new TypeError(`Failed to construct 'WebSocketRequestResponsePair': constructor parameter ${arguments.length + 1} is not of type 'string'.`);
      this.#pair = [`${request}`, `${response}`];
    }
    get request() { return this.#pair[0]; }
    get response() { return this.#pair[1]; }
    get [Symbol.toStringTag]() { return "WebSocketRequestResponsePair"; }
  }

  // Libraries look for these two to know where they run.
  class WorkerGlobalScope extends core.EventTarget {
    constructor() { throw new TypeError("Illegal constructor"); }
    static [Symbol.hasInstance](value) { return value === globalThis; }
  }
  class ServiceWorkerGlobalScope extends WorkerGlobalScope {}

  return { ErrorEvent, MessageEvent, CloseEvent, PromiseRejectionEvent, WorkerGlobalScope, ServiceWorkerGlobalScope,
    ExtendableEvent, FetchEvent, ScheduledEvent, TailEvent, TraceEvent, WebSocketRequestResponsePair };
})
