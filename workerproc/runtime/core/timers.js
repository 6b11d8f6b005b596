// Timers, queueMicrotask and scheduler (https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html).
import { primordials as p } from "./primordials.js";
import { isAbortSignal, reportError } from "./events.js";

const timers = new p.Map();
const get = p.Map.prototype.get;
const set = p.Map.prototype.set;
const remove = p.Map.prototype.delete;

function callable(name, callback) {
  if (typeof callback !== "function") throw new TypeError(`Failed to execute '${name}' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'.`);
}

function start(name, callback, ms, args, repeat) {
  callable(name, callback);
  const wait = Number(ms);
  const n = ops.setTimer(wait > 0 ? wait : 0, repeat);
  p.apply(set, timers, [n, { callback, args, repeat }]);
  return n;
}

export function setTimeout(callback, ms, ...args) { return start("setTimeout", callback, ms, args, false); }
export function setInterval(callback, ms, ...args) { return start("setInterval", callback, ms, args, true); }
export const clearTimeout = clearer("clearTimeout");
export const clearInterval = clearer("clearInterval");
export const clearImmediate = clearer("clearImmediate");

function clearer(name) {
  return { [name](n) {
    if (arguments.length === 0) throw new TypeError(`Failed to execute '${name}' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'Number'.`);
    clear(n);
  } }[name];
}

function clear(n) {
  if (p.apply(remove, timers, [n])) ops.clearTimer(n);
}

export function fireTimer(n) {
  const timer = p.apply(get, timers, [n]);
  if (!timer) return;
  if (!timer.repeat) p.apply(remove, timers, [n]);
  try { p.apply(timer.callback, globalThis, timer.args); } catch (e) { reportError(e); }
}

export function queueMicrotask(callback) {
  callable("queueMicrotask", callback);
  p.then(p.resolved(undefined), () => {
    try { callback(); } catch (e) { reportError(e); }
  });
}

export class Scheduler {
  get [Symbol.toStringTag]() { return "Scheduler"; }
  wait(ms, options) {
    if (arguments.length === 0) return p.rejected(new TypeError("Failed to execute 'wait' on 'Scheduler': parameter 1 is not of type 'number'."));
    return new p.Promise((resolve, reject) => {
      const signal = options?.signal;
      if (signal !== undefined && !isAbortSignal(signal)) throw new TypeError("Incorrect type for the 'signal' field on 'WaitOptions': the provided value is not of type 'AbortSignal'.");
      if (signal?.aborted) return reject(signal.reason);
      const n = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => { clearTimeout(n); reject(signal.reason); }, { once: true });
    });
  }
}
