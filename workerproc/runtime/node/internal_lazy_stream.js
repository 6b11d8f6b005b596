// Classes that are streams when somebody treats them as one, as those of node:crypto: node:stream is large, and most only
// call update and digest.
let Transform;

function initialize(stream) {
  if (Transform === undefined) {
    ({ Transform } = require("node:stream"));
    for (const name of methods) delete LazyTransform.prototype[name];
    Object.setPrototypeOf(LazyTransform.prototype, Transform.prototype);
    Object.setPrototypeOf(LazyTransform, Transform);
  }
  if (Object.hasOwn(stream, "_writableState")) return;
  Reflect.apply(Transform, stream, [{ ...stream._options, decodeStrings: false }]);
}

function LazyTransform(options) {
  Object.defineProperty(this, "_options", { value: options, writable: true, enumerable: false, configurable: true });
}
for (const name of ["_readableState", "_writableState"]) {
  Object.defineProperty(LazyTransform.prototype, name, {
    configurable: true,
    get() {
      initialize(this);
      return this[name];
    },
    set(value) { Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true }); },
  });
}
const methods = ["write", "end", "pipe", "unpipe", "on", "once", "off", "emit", "addListener", "removeListener", "removeAllListeners", "prependListener",
  "read", "push", "resume", "pause", "setEncoding", "destroy", "cork", "uncork", "listenerCount", "listeners", Symbol.asyncIterator];
for (const name of methods) {
  Object.defineProperty(LazyTransform.prototype, name, {
    configurable: true, writable: true,
    value(...args) {
      initialize(this);
      return this[name](...args);
    },
  });
}
module.exports = { LazyTransform };
