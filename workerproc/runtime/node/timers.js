// node:timers. Timers are those of the Workers runtime; promisify finds the promises of node:timers/promises.
const { Timeout, setTimeout, setInterval, clearTimeout, clearInterval, module: immediates } = require("internal:timers");
const customPromisify = Symbol.for("nodejs.util.promisify.custom");
const promised = require("node:timers/promises");

function custom(f, replacement) {
  Object.defineProperty(f, customPromisify, { enumerable: true, get: () => replacement });
  return f;
}
module.exports = {
  Timeout, setTimeout: custom(setTimeout, promised.setTimeout), setInterval, clearTimeout, clearInterval,
  setImmediate: custom(immediates.setImmediate, promised.setImmediate),
  clearImmediate: immediates.clearImmediate,
  promises: promised,
  active() {}, enroll() { throw new Error("Not implemented. Please use setTimeout() instead."); },
  unenroll() {},
};
