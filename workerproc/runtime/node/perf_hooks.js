// node:perf_hooks.
module.exports = {
  get performance() { return globalThis.performance; },
  constants: Object.freeze({ __proto__: null }),
  monitorEventLoopDelay() { throw require("internal:errors").notImplemented("monitorEventLoopDelay"); },
};
