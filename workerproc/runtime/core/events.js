// DOMException, Event, EventTarget, AbortController (https://dom.spec.whatwg.org/, https://webidl.spec.whatwg.org/).
import { primordials as p, isObject, push } from "./primordials.js";
import { setTimeout } from "./timers.js";

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
  }
  get name() { return this.#name; }
  get code() { return p.hasOwn(codes, this.#name) ? codes[this.#name] : 0; }
  get [Symbol.toStringTag]() { return "DOMException"; }
}
for (const name of p.ownKeys(codes)) {
  const constant = name.replace(/(?!^)([A-Z])/g, "_$1").toUpperCase().replace("U_R_L", "URL").replace("_ERROR", "_ERR");
  const value = { value: codes[name], enumerable: true };
  p.defineProperty(DOMException, constant, value);
  p.defineProperty(DOMException.prototype, constant, value);
}

export class Event {
  #type; #init; #target = null; #stopped = false; #canceled = false; #time = p.now();
  constructor(type, init = {}) {
    if (arguments.length === 0) throw new TypeError("Failed to construct 'Event': 1 argument required, but only 0 present.");
    this.#type = `${type}`;
    this.#init = init ?? {};
  }
  get type() { return this.#type; }
  get bubbles() { return !!this.#init.bubbles; }
  get cancelable() { return !!this.#init.cancelable; }
  get composed() { return !!this.#init.composed; }
  get target() { return this.#target; }
  get currentTarget() { return this.#target; }
  get srcElement() { return this.#target; }
  get eventPhase() { return this.#target === null ? 0 : 2; }
  get defaultPrevented() { return this.#canceled; }
  get returnValue() { return !this.#canceled; }
  get isTrusted() { return false; }
  get timeStamp() { return this.#time; }
  get cancelBubble() { return false; }
  composedPath() { return this.#target === null ? [] : [this.#target]; }
  preventDefault() { if (this.#init.cancelable) this.#canceled = true; }
  stopPropagation() {}
  stopImmediatePropagation() { this.#stopped = true; }
  get [Symbol.toStringTag]() { return "Event"; }
  static aim(event, target) { event.#target = target; }
  static stopped(event) { return event.#stopped; }
}
const { aim, stopped } = Event;
delete Event.aim;
delete Event.stopped;

export class CustomEvent extends Event {
  #detail;
  constructor(type, init = {}) {
    super(type, init);
    this.#detail = init?.detail ?? null;
  }
  get detail() { return this.#detail; }
}

export class EventTarget {
  #listeners = null;
  addEventListener(type, callback, options) {
    if (callback === null || callback === undefined) return;
    if (!isObject(callback)) throw new TypeError("Failed to execute 'addEventListener' on 'EventTarget': parameter 2 is not of type 'EventListener'.");
    const capture = typeof options === "boolean" ? options : !!options?.capture;
    const once = isObject(options) && !!options.once;
    const signal = isObject(options) ? options.signal : undefined;
    if (signal?.aborted) return;
    type = `${type}`;
    this.#listeners ??= [];
    for (const l of this.#listeners) if (l.type === type && l.callback === callback && l.capture === capture) return;
    this.#listeners = [...this.#listeners, { type, callback, capture, once }];
    if (signal) signal.addEventListener("abort", () => this.removeEventListener(type, callback, options), { once: true });
  }
  removeEventListener(type, callback, options) {
    const capture = typeof options === "boolean" ? options : !!options?.capture;
    const keep = [];
    for (const l of this.#listeners ?? []) {
      if (l.type !== `${type}` || l.callback !== callback || l.capture !== capture) push(keep, l);
    }
    this.#listeners = keep;
  }
  dispatchEvent(event) {
    if (!(event instanceof Event)) throw new TypeError("Failed to execute 'dispatchEvent' on 'EventTarget': parameter 1 is not of type 'Event'.");
    aim(event, this);
    for (const l of this.#listeners ?? []) {
      if (l.type !== event.type) continue;
      if (l.once) this.removeEventListener(l.type, l.callback, l.capture);
      try {
        if (typeof l.callback === "function") p.apply(l.callback, this, [event]);
        else l.callback.handleEvent(event);
      } catch (e) {
        reportError(e);
      }
      if (stopped(event)) break;
    }
    return !event.defaultPrevented;
  }
  get [Symbol.toStringTag]() { return "EventTarget"; }
}

// handlerOf defines on<type>, the handler that is a property.
function handlerOf(prototype, type) {
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

export function reportError(e) { ops.exception(ops.current(), e); }

let making = false;
let abort; // aborts a signal, from the inside

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
    abort = (signal, reason) => {
      if (signal.#aborted) return;
      signal.#aborted = true;
      signal.#reason = reason === undefined ? new DOMException("The operation was aborted", "AbortError") : reason;
      const followers = signal.#followers ?? [];
      const steps = signal.#steps ?? [];
      signal.#followers = signal.#steps = null;
      for (const step of steps) step();
      signal.dispatchEvent(new Event("abort"));
      for (const follower of followers) abort(follower, signal.#reason);
    };
  }
  static abort(reason) {
    const signal = newSignal();
    abort(signal, reason);
    return signal;
  }
  static timeout(ms) {
    const signal = newSignal();
    setTimeout(() => abort(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError")), ms);
    return signal;
  }
  static any(signals) {
    const result = newSignal();
    const all = [...signals];
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
