// node:timers. Timers are those of the Workers runtime; promisify finds the promises of node:timers/promises.
const customPromisify = Symbol.for("nodejs.util.promisify.custom");
const promised = require("node:timers/promises");

function custom(f, replacement) {
  Object.defineProperty(f, customPromisify, { enumerable: true, get: () => replacement });
  return f;
}
const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globalThis;
module.exports = {
  setTimeout: custom((...args) => setTimeout(...args), promised.setTimeout),
  setInterval: (...args) => setInterval(...args),
  setImmediate: custom((...args) => setImmediate(...args), promised.setImmediate),
  clearTimeout: (n) => clearTimeout(n), clearInterval: (n) => clearInterval(n), clearImmediate: (n) => clearImmediate(n),
  promises: promised,
  active() {}, _unrefActive() {}, enroll() { throw new Error("Not implemented. timers.enroll() is deprecated. Please use setTimeout() instead."); },
  unenroll() {},
};
