// DOMException, Event, EventTarget, AbortController (https://dom.spec.whatwg.org/, https://webidl.spec.whatwg.org/).
import { primordials as p, enumerable, isObject, push } from "./primordials.js";
import { setTimeout } from "./timers.js";
import { part } from "./parts.js";

const codes = {
  IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
  NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10, InvalidStateError: 11,
  SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15, TypeMismatchError: 17,
  SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23,
  InvalidNodeTypeError: 24, DataCloneError: 25,
};

export class DOMException extends Error {
  #name;
  constructor(message = "", options = "Error") {
    super(`${message}`);
    if (isObject(options)) {
      this.#name = options.name === undefined ? "Error" : `${options.name}`;
      if ("cause" in options) this.cause = options.cause;
    } else {
      this.#name = `${options}`;
    }
    const d = p.getOwnPropertyDescriptor(this, "stack"); // of an engine that has written it before the name was known
    if (d && typeof d.value === "string" && p.slice(d.value, 0, 5) === "Error") {
      d.value = this.#name + p.slice(d.value, 5);
      p.defineProperty(this, "stack", d);
    }
  }
  get name() { return this.#name; }
  get code() { return p.hasOwn(codes, this.#name) ? codes[this.#name] : 0; }
  get [Symbol.toStringTag]() { return "DOMException"; }
}
for (const name of p.ownKeys(codes)) {
  const constant = name.replace(/(?!^)([A-Z])/g, "_$1").toUpperCase().replace("U_R_L", "URL").replace("IN_USE", "INUSE").replace("_ERROR", "_ERR");
  const value = { value: codes[name], enumerable: true };
  p.defineProperty(DOMException, constant, value);
  p.defineProperty(DOMException.prototype, constant, value);
}

for (const [constant, code] of [["DOMSTRING_SIZE_ERR", 2], ["NO_DATA_ALLOWED_ERR", 6], ["VALIDATION_ERR", 16]]) {
  for (const on of [DOMException, DOMException.prototype]) p.defineProperty(on, constant, { value: code, enumerable: true });
}

export class Event {
  #type; #init; #target = null; #current = null; #stopped = false; #halted = false; #canceled = false; #passive = false; #trusted = false;
  constructor(type, init = {}) {
    if (arguments.length === 0) throw new TypeError("Failed to construct 'Event': constructor parameter 1 is not of type 'string'.");
    this.#type = `${type}`;
    if (init !== null && !isObject(init)) throw new TypeError("Failed to construct 'Event': constructor parameter 2 is not of type 'Init'.");
    const { bubbles, cancelable, composed } = init ?? {};
    this.#init = { bubbles: !!bubbles, cancelable: !!cancelable, composed: !!composed };
  }
  get type() { return this.#type; }
  get bubbles() { return this.#init.bubbles; }
  get cancelable() { return this.#init.cancelable; }
  get composed() { return this.#init.composed; }
  get target() { return this.#target; }
  get currentTarget() { return this.#current; }
  get srcElement() { return this.#target; }
  get eventPhase() { return this.#current === null ? 0 : 2; }
  get defaultPrevented() { return this.#canceled; }
  get returnValue() { return !this.#canceled; }
  get isTrusted() { return this.#trusted; }
  get timeStamp() { return 0; }
  get cancelBubble() { return this.#stopped; }
  set cancelBubble(stop) { if (stop) this.#stopped = true; }
  composedPath() { return this.#current === null ? [] : [this.#current]; }
  preventDefault() { if (this.#init.cancelable && !this.#passive) this.#canceled = true; }
  stopPropagation() { this.#stopped = true; }
  stopImmediatePropagation() { this.#stopped = this.#halted = true; }
  get [Symbol.toStringTag]() { return "Event"; }
  // begin and end are around a dispatch, passive around a listener that must not cancel.
  static begin(event, target) {
    if (event.#current !== null) throw new DOMException("The event is already being dispatched.", "InvalidStateError");
    event.#target = event.#current = target;
  }
  static end(event) { event.#current = null; }
  static passive(event, passive) { event.#passive = passive; }
  static halted(event) { return event.#halted; }
  static trust(event) { event.#trusted = true; return event; }
}
const { begin, end, passive, halted, trust } = Event;
for (const name of ["begin", "end", "passive", "halted", "trust"]) delete Event[name];
export { trust }; // an event is the platform's
["NONE", "CAPTURING_PHASE", "AT_TARGET", "BUBBLING_PHASE"].forEach((name, value) => {
  p.defineProperty(Event, name, { value, enumerable: true });
  p.defineProperty(Event.prototype, name, { value, enumerable: true });
});

export class CustomEvent extends Event {
  #detail;
  constructor(type, init = {}) {
    if (arguments.length === 0) throw new TypeError("Failed to construct 'CustomEvent': constructor parameter 1 is not of type 'string'.");
    super(type, init);
    this.#detail = init?.detail;
  }
  get detail() { return this.#detail; }
}

export class EventTarget {
  #listeners = null;
  addEventListener(type, callback, options) {
    if (arguments.length === 0) throw new TypeError("Failed to execute 'addEventListener' on 'EventTarget': parameter 1 is not of type 'string'.");
    if (callback === null || callback === undefined && arguments.length > 1) return;
    if (!isObject(callback)) throw new TypeError("Failed to execute 'addEventListener' on 'EventTarget': parameter 2 is not of type 'function or HandlerObject'.");
    const capture = typeof options === "boolean" ? options : !!options?.capture;
    const once = isObject(options) && !!options.once;
    const passive = isObject(options) && !!options.passive;
    const signal = isObject(options) ? options.signal : undefined;
    if (signal !== undefined && !isSignal(signal)) throw new TypeError("Incorrect type for the 'signal' field on 'AddEventListenerOptions': the provided value is not of type 'AbortSignal'.");
    if (signal?.aborted) return;
    type = `${type}`;
    this.#listeners ??= [];
    for (const l of this.#listeners) if (l.type === type && l.callback === callback && l.capture === capture) return;
    this.#listeners = [...this.#listeners, { type, callback, capture, once, passive, removed: false }];
    if (signal) signal.addEventListener("abort", () => this.removeEventListener(type, callback, options), { once: true });
  }
  removeEventListener(type, callback, options) {
    if (arguments.length === 0) throw new TypeError("Failed to execute 'removeEventListener' on 'EventTarget': parameter 1 is not of type 'string'.");
    const capture = typeof options === "boolean" ? options : !!options?.capture;
    const keep = [];
    for (const l of this.#listeners ?? []) {
      if (l.type !== `${type}` || l.callback !== callback || l.capture !== capture) push(keep, l);
      else l.removed = true;
    }
    this.#listeners = keep;
  }
  dispatchEvent(event) {
    if (!(event instanceof Event)) throw new TypeError("Failed to execute 'dispatchEvent' on 'EventTarget': parameter 1 is not of type 'Event'.");
    const target = this === scope ? globalThis : this;
    begin(event, target);
    for (const l of this.#listeners ?? []) {
      if (halted(event)) break;
      if (l.type !== event.type || l.removed) continue;
      if (l.once) this.removeEventListener(l.type, l.callback, l.capture);
      passive(event, l.passive);
      try {
        if (typeof l.callback === "function") p.apply(l.callback, target, [event]);
        else l.callback.handleEvent(event);
      } catch (e) {
        reportError(e);
      }
    }
    passive(event, false);
    end(event);
    return !event.defaultPrevented;
  }
  static listens(target, type) {
    for (const l of target.#listeners ?? []) if (l.type === type) return true;
    return false;
  }
  get [Symbol.toStringTag]() { return "EventTarget"; }
}

export const isAbortSignal = (value) => isSignal(value);
const { listens } = EventTarget;
delete EventTarget.listens;

// scope has the listeners of the global object.
const scope = new EventTarget();
export const globalTarget = {
  addEventListener(type, callback, options) { scope.addEventListener(type, callback, options); },
  removeEventListener(type, callback, options) { scope.removeEventListener(type, callback, options); },
  dispatchEvent(event) { return scope.dispatchEvent(event); },
};

// handlerOf defines on<type>, the handler that is a property.
export function handlerOf(prototype, type) {
  const handlers = new p.WeakMap();
  p.defineProperty(prototype, `on${type}`, {
    configurable: true, enumerable: true,
    get() { return handlers.get(this)?.value ?? null; },
    set(value) {
      const old = handlers.get(this);
      if (old) old.value = typeof value === "function" ? value : null;
      else if (typeof value === "function") {
        const handler = { value };
        handlers.set(this, handler);
        this.addEventListener(type, (event) => handler.value && p.apply(handler.value, this, [event]));
      }
    },
  });
}

let reporting = false;

// reportError is for errors that nobody catches: listeners hear of them first.
export function reportError(e) {
  if (arguments.length === 0) throw new TypeError("Failed to execute 'reportError' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'Value'.");
  if (!reporting && listens(scope, "error")) {
    reporting = true;
    try {
      const { ErrorEvent } = part("events");
      const [name, message, stack] = ops.describe(e);
      const where = /(?:\(| at )((?!stockade:)[^\s()]*):(\d+):(\d+)\)?$/m.exec(stack) ?? [];
      const event = new ErrorEvent("error", { message: `Uncaught ${name === "" ? "" : `${name}: `}${e === null ? "null" : message}`, filename: where[1], lineno: where[2], colno: where[3], error: e, cancelable: true });
      if (!scope.dispatchEvent(trust(event))) return;
    } finally {
      reporting = false;
    }
  }
  ops.exception(ops.current(), e);
}

// rejected tells of a promise that was rejected without a handler, or that got one later; true: a listener has dealt with it.
export function rejected(promise, reason, handled) {
  const type = handled ? "rejectionhandled" : "unhandledrejection";
  if (!listens(scope, type)) return false;
  const { PromiseRejectionEvent } = part("events");
  return !scope.dispatchEvent(trust(new PromiseRejectionEvent(type, { promise, reason: handled ? undefined : reason, cancelable: !handled })));
}

let making = false;
let abort; // aborts a signal, from the inside
let isSignal;

export class AbortSignal extends EventTarget {
  #aborted = false; #reason; #followers = null; #steps = null;
  constructor() {
    if (!making) throw new TypeError("Illegal constructor");
    super();
  }
  get aborted() { return this.#aborted; }
  get reason() { return this.#reason; }
  throwIfAborted() { if (this.#aborted) throw this.#reason; }
  get [Symbol.toStringTag]() { return "AbortSignal"; }

  static {
    isSignal = (value) => isObject(value) && #aborted in value;
    // All that follow are aborted before anything hears of it.
    const mark = (signal, reason, all) => {
      if (signal.#aborted) return;
      signal.#aborted = true;
      signal.#reason = reason;
      push(all, signal);
      for (const follower of signal.#followers ?? []) mark(follower, reason, all);
    };
    abort = (signal, reason) => {
      const all = [];
      mark(signal, reason === undefined ? new DOMException("The operation was aborted", "AbortError") : reason, all);
      for (const one of all) {
        const steps = one.#steps ?? [];
        one.#followers = one.#steps = null;
        for (const step of steps) step();
        one.dispatchEvent(trust(new Event("abort")));
      }
    };
  }
  static abort(reason) {
    const signal = newSignal();
    abort(signal, reason);
    return signal;
  }
  static timeout(ms) {
    if (arguments.length === 0) throw new TypeError("Failed to execute 'timeout' on 'AbortSignal': parameter 1 is not of type 'number'.");
    const signal = newSignal();
    setTimeout(() => abort(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError")), ms);
    return signal;
  }
  static any(signals) {
    if (!isObject(signals) || typeof signals[p.iterator] !== "function") throw new TypeError("Failed to execute 'any' on 'AbortSignal': parameter 1 is not of type 'Array'.");
    const result = newSignal();
    const all = [...signals];
    all.forEach((signal, i) => {
      if (!isSignal(signal)) throw new TypeError(`Incorrect type for array element ${i}: the provided value is not of type 'AbortSignal'.`);
    });
    for (const signal of all) {
      if (signal.#aborted) {
        abort(result, signal.#reason);
        return result;
      }
    }
    for (const signal of all) push(signal.#followers ??= [], result);
    return result;
  }
}
handlerOf(AbortSignal.prototype, "abort");

export function newSignal() {
  making = true;
  try { return new AbortSignal(); } finally { making = false; }
}
export const abortSignal = abort;

export class AbortController {
  #signal = newSignal();
  get signal() { return this.#signal; }
  abort(reason) { abort(this.#signal, reason); }
  get [Symbol.toStringTag]() { return "AbortController"; }
}

for (const Class of [Event, CustomEvent, EventTarget, AbortSignal, AbortController]) enumerable(Class);
