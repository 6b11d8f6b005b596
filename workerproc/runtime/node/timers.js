// node:timers. Timers are those of the Workers runtime; promisify finds the promises of node:timers/promises.
const { Timeout, setTimeout, setInterval, clearTimeout, clearInterval } = require("internal:timers");
const customPromisify = Symbol.for("nodejs.util.promisify.custom");
const promised = require("node:timers/promises");
const { validateFunction } = require("internal:errors");

function custom(f, replacement) {
  Object.defineProperty(f, customPromisify, { enumerable: true, get: () => replacement });
  return f;
}
const start = globalThis.setImmediate, stop = globalThis.clearImmediate;
module.exports = {
  Timeout, setTimeout: custom(setTimeout, promised.setTimeout), setInterval, clearTimeout, clearInterval,
  setImmediate: custom(function setImmediate(callback, ...args) {
    validateFunction(callback, "callback");
    return start(callback, ...args);
  }, promised.setImmediate),
  clearImmediate(timer) { stop(timer); },
  promises: promised,
  active() {}, _unrefActive() {}, enroll() { throw new Error("Not implemented. Please use setTimeout() instead."); },
  unenroll() {},
};
