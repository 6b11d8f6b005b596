// node:perf_hooks.
module.exports = {
  get performance() { return globalThis.performance; },
  constants: Object.freeze({ __proto__: null }),
  monitorEventLoopDelay() { throw require("internal:errors").notImplemented("monitorEventLoopDelay"); },
  createHistogram() { throw require("internal:errors").notImplemented("createHistogram"); },
  eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
  timerify: (f) => f,
};
for (const name of ["Performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure", "PerformanceObserver", "PerformanceObserverEntryList", "PerformanceResourceTiming"]) {
  Object.defineProperty(module.exports, name, { enumerable: true, configurable: true, get: () => globalThis[name] ?? require("internal:rare").performance[name] });
}
