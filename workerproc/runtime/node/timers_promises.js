// node:timers/promises.
const { AbortError, invalidArgType, validateAbortSignal, validateBoolean, validateNumber } = require("internal:errors");
const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;

function checked(options) {
  if (options === null || typeof options !== "object") throw invalidArgType("options", "Object", options);
  validateAbortSignal(options.signal, "options.signal");
  if (options.ref !== undefined) validateBoolean(options.ref, "options.ref");
  return options.signal;
}
const aborted = (signal) => new AbortError(undefined, { cause: signal.reason });

function after(ms, value, options = {}) {
  let signal;
  try {
    if (ms !== undefined) validateNumber(ms, "delay");
    signal = checked(options);
  } catch (e) { return Promise.reject(e); }
  if (signal?.aborted) return Promise.reject(aborted(signal));
  return new Promise((resolve, reject) => {
    const stop = () => { clearTimeout(timer); reject(aborted(signal)); };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve(value);
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

async function* every(ms, value, options = {}) {
  const signal = checked(options);
  if (signal?.aborted) throw aborted(signal);
  let fired = 0, wake;
  const timer = setInterval(() => { fired++; wake?.(); }, ms);
  const stop = () => wake?.();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      if (signal?.aborted) throw aborted(signal);
      if (fired === 0) await new Promise((resolve) => (wake = resolve));
      for (; fired > 0; fired--) yield value;
    }
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", stop);
  }
}

module.exports = {
  setTimeout: (ms, value, options) => after(ms, value, options),
  setImmediate: (value, options) => after(0, value, options),
  setInterval: (ms, value, options) => every(ms, value, options),
  scheduler: {
    wait(ms, options) { validateNumber(ms, "delay", 0); return after(ms, undefined, options); },
    yield: () => after(0),
  },
};
