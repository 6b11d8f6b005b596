// Names of node:util, node:process and others that hardly anybody asks for.
const { withCode, invalidArgValue, validateString, validateFunction, validateNumber, notImplemented } = require("internal:errors");

const never = (prefix) => (name) => ({ [name]() { throw notImplemented(`${prefix}${name}`); } }[name]);
// nevers are functions that the Workers runtime has, too, and that throw there as here.
const nevers = (prefix, names) => Object.fromEntries(names.split(" ").map((name) => [name, never(prefix)(name)]));

// --- util

// diff is the shortest way from expected to actual (Myers): [0, both], [1, actual's], [-1, expected's].
function diff(actual, expected) {
  const listOf = (value, name) => {
    if (Array.isArray(value)) { value.forEach((one, i) => validateString(one, `${name}[${i}]`)); return value; }
    validateString(value, name);
    return value;
  };
  const a = listOf(actual, "actual"), b = listOf(expected, "expected");
  if (a === b) return [];
  const trace = [], most = a.length + b.length;
  let v = new Map([[1, 0]]);
  for (let d = 0; d <= most; d++) {
    const next = new Map();
    trace.push(v);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || k !== d && v.get(k - 1) < v.get(k + 1);
      let x = down ? v.get(k + 1) : v.get(k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return back(trace, d, a, b);
    }
    v = next;
  }
  return [];
}
function back(trace, d, a, b) {
  const out = [];
  let x = a.length, y = b.length;
  for (; d >= 0; d--) {
    const v = trace[d], k = x - y;
    const down = k === -d || k !== d && v.get(k - 1) < v.get(k + 1);
    const fromK = down ? k + 1 : k - 1, fromX = d === 0 ? 0 : v.get(fromK), fromY = fromX - fromK;
    while (x > Math.max(0, d === 0 ? 0 : fromX) && y > Math.max(0, d === 0 ? 0 : fromY)) { out.push([0, a[--x]]); y--; }
    if (d > 0) { if (down) out.push([-1, b[--y]]); else out.push([1, a[--x]]); }
  }
  out.reverse();
  return out.every(([kind]) => kind === 0) ? [] : out;
}

// getCallSites reads the stack, whose form is V8's on every engine.
function getCallSites(count = 8) {
  if (typeof count !== "number" || !(count >= 1 && count <= 200)) throw new Error("Frame count should be between 1 and 200 inclusive.");
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = count + 1;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const sites = [];
  for (const line of `${stack}`.split("\n").slice(1)) {
    const found = /^\s+at (?:(?:async )?(.*?) \()?(.*?):(\d+):(\d+)\)?$/.exec(line);
    if (found === null || found[1] === "getCallSites") continue;
    const column = Number(found[4]);
    sites.push({ functionName: found[1] ?? "", scriptName: found[2].includes("://") ? found[2] : `file:///bundle/${found[2]}`, lineNumber: Number(found[3]), columnNumber: column, column });
  }
  return sites.slice(0, Math.floor(count));
}

const signals = () => require("node:os").constants.signals;
const util = {
  diff, getCallSites, getCallSite: getCallSites,
  _exceptionWithHostPort: never("")("_exceptionWithHostPort"),
  convertProcessSignalToExitCode(signalCode) {
    const all = signals();
    if (!Object.hasOwn(all, signalCode)) throw invalidArgValue("signalCode", signalCode, `must be one of: ${Object.keys(all).map((name) => `'${name}'`).join(", ")}`);
    return 128 + all[signalCode];
  },
  setTraceSigInt(enable) {},
};

// --- process

const denied = () => withCode(Error, "EPERM", "operation not permitted");
const process = {
  _channel: undefined, _disconnect: undefined, _handleQueue: undefined, _pendingMessage: undefined, _send: undefined, _exiting: false, _preload_modules: [],
  channel: null, connected: false, domain: null, sourceMapsEnabled: false,
  _debugEnd() {}, _debugProcess(pid) {}, _fatalException(e) { return false; }, _getActiveHandles: () => [], _getActiveRequests: () => [], _rawDebug() {}, _startProfilerIdleNotifier() {},
  _stopProfilerIdleNotifier() {}, _tickCallback() {}, send(message, handle) { return false; }, initgroups(user, group) { throw denied(); }, setgroups(groups) { throw denied(); },
  getSourceMapsSupport: () => ({ enabled: false, nodeModules: false, generatedCode: false }),
  openStdin() { const { stdin } = require("node:process"); stdin.resume?.(); return stdin; },
  ...nevers("process.", "_kill _linkedBinding execve threadCpuUsage"),
  finalization: nevers("process.finalization.", "register registerBeforeExit unregister"),
};

// --- others

// duplexPair are two streams, each of which reads what the other is written.
function duplexPair(options) {
  const { Duplex } = require("node:stream");
  class DuplexSide extends Duplex {
    other; waiting = null;
    _read() {
      const go = this.waiting;
      this.waiting = null;
      go?.();
    }
    _write(chunk, encoding, done) {
      if (chunk.length === 0) return void require("node:process").nextTick(done);
      this.other.push(chunk);
      this.other.waiting = done;
    }
    _final(done) { this.other.on("end", done); this.other.push(null); }
  }
  const one = new DuplexSide(options), two = new DuplexSide(options);
  one.other = two;
  two.other = one;
  return [one, two];
}

const noop = { noop() {} }.noop;
const inspector = {
  Network: nevers("Network.", "requestWillBeSent dataReceived dataSent responseReceived loadingFinished loadingFailed webSocketCreated webSocketHandshakeResponseReceived webSocketClosed"),
  console: Object.fromEntries("debug error info log warn dir dirxml table trace group groupCollapsed groupEnd clear count countReset assert profile profileEnd time timeLog timeStamp".split(" ").map((name) => [name, noop])),
  promises: nevers("Inspector.", "close open url waitForDebugger"),
};

function v8(Serializer, Deserializer) {
  return {
    DefaultSerializer: class DefaultSerializer extends Serializer {}, DefaultDeserializer: class DefaultDeserializer extends Deserializer {},
    GCProfiler: class GCProfiler { start() { throw notImplemented("GCProfiler.start"); } stop() { throw notImplemented("GCProfiler.stop"); } },
    getCppHeapStatistics: () => ({ committed_size_bytes: 0, resident_size_bytes: 0, used_size_bytes: 0, space_statistics: [], type_names: [], detail_level: "detailed" }),
    getHeapCodeStatistics: () => ({ code_and_metadata_size: 0, bytecode_and_metadata_size: 0, external_script_source_size: 0, cpu_profiler_metadata_size: 0 }),
    isStringOneByteRepresentation(content) { validateString(content, "content"); throw notImplemented("isStringOneByteRepresentation"); },
    promiseHooks: nevers("promiseHooks.", "createHook onInit onBefore onAfter onSettled"),
    queryObjects(constructor) { validateFunction(constructor, "constructor"); throw notImplemented("queryObjects"); },
    setHeapSnapshotNearHeapLimit(limit) { validateNumber(limit, "limit"); throw notImplemented("setHeapSnapshotNearHeapLimit"); },
    startupSnapshot: { ...nevers("startupSnapshot.", "addSerializeCallback addDeserializeCallback setDeserializeMainFunction"), isBuildingSnapshot: () => false },
  };
}

class Cluster extends require("node:events") {
  constructor() {
    super();
    Object.assign(this, { isMaster: true, isPrimary: true, isWorker: false, SCHED_NONE: 1, SCHED_RR: 2, schedulingPolicy: 2, settings: {}, workers: {} });
  }
}

// Script can be made, and runs nowhere: no code comes to be from text here.
class Script {
  constructor(code) {
    Object.assign(this, { cachedDataRejected: undefined, cachedDataProduced: undefined, cachedData: undefined, sourceMapURL: undefined });
  }
}
Object.assign(Script.prototype, nevers("", "runInThisContext runInContext runInNewContext createCachedData"));

// Nothing is observed: the Workers runtime has these classes, and tells them of nothing either.
const performance = {
  PerformanceObserver: class PerformanceObserver {
    static get supportedEntryTypes() { return ["measure", "mark"]; }
    constructor() { if (arguments.length === 0) throw new TypeError("Failed to construct 'PerformanceObserver': constructor parameter 1 is not of type 'Value'."); }
    disconnect() {} observe() {} takeRecords() { return []; }
  },
  PerformanceObserverEntryList: class PerformanceObserverEntryList {
    constructor() { throw new TypeError("Illegal constructor"); }
    getEntries() { return []; } getEntriesByType() { return []; } getEntriesByName() { return []; }
  },
  PerformanceResourceTiming: class PerformanceResourceTiming { constructor() { throw new TypeError("Illegal constructor"); } },
};

const sqlite = { constants: { SQLITE_CHANGESET_OMIT: 0, SQLITE_CHANGESET_REPLACE: 1, SQLITE_CHANGESET_ABORT: 2, SQLITE_CHANGESET_DATA: 1, SQLITE_CHANGESET_NOTFOUND: 2, SQLITE_CHANGESET_CONFLICT: 3, SQLITE_CHANGESET_CONSTRAINT:
  4, SQLITE_CHANGESET_FOREIGN_KEY: 5, SQLITE_OK: 0, SQLITE_DENY: 1, SQLITE_IGNORE: 2, SQLITE_CREATE_INDEX: 1, SQLITE_CREATE_TABLE: 2, SQLITE_CREATE_TEMP_INDEX: 3, SQLITE_CREATE_TEMP_TABLE: 4,
  SQLITE_CREATE_TEMP_TRIGGER: 5, SQLITE_CREATE_TEMP_VIEW: 6, SQLITE_CREATE_TRIGGER: 7, SQLITE_CREATE_VIEW: 8, SQLITE_DELETE: 9, SQLITE_DROP_INDEX: 10, SQLITE_DROP_TABLE: 11, SQLITE_DROP_TEMP_INDEX: 12,
  SQLITE_DROP_TEMP_TABLE: 13, SQLITE_DROP_TEMP_TRIGGER: 14, SQLITE_DROP_TEMP_VIEW: 15, SQLITE_DROP_TRIGGER: 16, SQLITE_DROP_VIEW: 17, SQLITE_INSERT: 18, SQLITE_PRAGMA: 19, SQLITE_READ: 20,
  SQLITE_SELECT: 21, SQLITE_TRANSACTION: 22, SQLITE_UPDATE: 23, SQLITE_ATTACH: 24, SQLITE_DETACH: 25, SQLITE_ALTER_TABLE: 26, SQLITE_REINDEX: 27, SQLITE_ANALYZE: 28, SQLITE_CREATE_VTABLE: 29,
  SQLITE_DROP_VTABLE: 30, SQLITE_FUNCTION: 31, SQLITE_SAVEPOINT: 32, SQLITE_COPY: 0, SQLITE_RECURSIVE: 33 }, backup() { throw new Error("backup is not implemented"); } };

function matchesGlob(windows) {
  return function matchesGlob(path, pattern) {
    validateString(path, "path");
    validateString(pattern, "pattern");
    return require("internal:glob").matches(path, pattern, windows);
  };
}

module.exports = { util, process, duplexPair, inspector, v8, Cluster, performance, Script, sqlite, matchesGlob };
