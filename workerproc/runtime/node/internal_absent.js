// The modules of Node.js about what a Worker doesn't have: processes, threads, databases. They can be imported, since
// libraries import them long before they need them, and have the names that they have in Node.js or the Workers runtime. A
// function or class throws ERR_METHOD_NOT_IMPLEMENTED when it is called; what can be answered truthfully is: this is the
// main thread.
const { notImplemented } = require("internal:errors");

const words = (text) => text.split(/\s+/).filter(Boolean);

// absent is a function, or with a capital letter a class, that can't be called.
function absent(name) {
  const fail = () => { throw notImplemented(name); };
  if (!/^[A-Z]/.test(name)) return { [name]() { fail(); } }[name];
  return { [name]: class { constructor() { fail(); } } }[name];
}
const absents = (text) => Object.fromEntries(words(text).map((name) => [name, absent(name)]));

const rare = () => require("internal:rare");
const plainVM = () => ({ constants: { __proto__: null }, isContext: () => false, createContext: (context = {}) => context, ...absents("Script runInContext runInNewContext runInThisContext compileFunction measureMemory SourceTextModule") });
const plainV8 = () => ({ cachedDataVersionTag: () => 0, setFlagsFromString() {}, getHeapStatistics: () => ({ total_heap_size: 0, used_heap_size: 0, heap_size_limit: 0 }), getHeapSpaceStatistics: () => [],
    ...absents("serialize deserialize Serializer Deserializer getHeapSnapshot writeHeapSnapshot takeCoverage stopCoverage") });

const modules = {
  __proto__: null,
  child_process: () => absents("_forkChild ChildProcess exec execFile execFileSync execSync fork spawn spawnSync"),
  cluster: () => Object.assign(new (rare().Cluster)(), { Cluster: rare().Cluster, _maxListeners: 0, ...absents("Worker fork disconnect setupPrimary setupMaster") }),
  dgram: () => absents("createSocket Socket"),
  domain: () => ({ active: null, ...absents("Domain createDomain"), create: Object.assign(new (require("node:events"))(), { members: undefined }) }), // an object there, too
  http2: () => ({ constants: {}, sensitiveHeaders: Symbol("sensitiveHeaders"), getDefaultSettings: () => ({}),
    ...absents("connect createServer createSecureServer getPackedSettings getUnpackedSettings performServerHandshake Http2ServerRequest Http2ServerResponse") }),
  inspector: () => ({ console, url() {}, waitForDebugger() {}, ...absents("open close Session"), Network: rare().inspector.Network }),
  "inspector/promises": () => ({ ...absents("Session"), ...rare().inspector.promises, Network: rare().inspector.Network, console: rare().inspector.console }),
  readline: () => ({ ...absents("Interface createInterface emitKeypressEvents"), clearLine: () => false, clearScreenDown: () => false, cursorTo: () => false, moveCursor: () => false, promises: require("node:readline/promises") }),
  "readline/promises": () => absents("Interface Readline createInterface"),
  repl: () => {
    const names = core.node.names.filter((name) => !/^(_|sqlite$|test$)/.test(name)).sort();
    return { ...absents("start writer REPLServer Recoverable"), REPL_MODE_SLOPPY: Symbol("repl-sloppy"), REPL_MODE_STRICT: Symbol("repl-strict"), builtinModules: names, _builtinLibs: names.slice() };
  },
  sqlite: () => ({ ...absents("DatabaseSync StatementSync"), ...rare().sqlite }),
  trace_events: () => ({ getEnabledCategories() {}, createTracing: () => ({ enabled: false, categories: "", enable() {}, disable() {} }) }),
  tty: () => ({ isatty: () => false, ...absents("ReadStream WriteStream") }),
  v8: () => { const all = plainV8(); return { ...all, ...rare().v8(all.Serializer, all.Deserializer) }; },
  vm: () => { const all = { ...plainVM(), Script: rare().Script }; return { ...all, createScript(code, options) { return new all.Script(code, options); } }; },
  wasi: () => absents("WASI"),
  worker_threads: () => ({ isInternalThread: false, isMarkedAsUntransferable(object) { return false; }, markAsUncloneable(object) {}, isMainThread: true, parentPort: null, workerData: null, threadId: 0, resourceLimits: {}, SHARE_ENV: Symbol.for("nodejs.worker_threads.SHARE_ENV"), MessageChannel, MessagePort,
    markAsUntransferable() {}, getEnvironmentData() {}, setEnvironmentData() {}, ...absents("Worker BroadcastChannel moveMessagePortToContext receiveMessageOnPort postMessageToThread") }),
};

const some = (from, text) => { const all = require(`node:${from}`); return Object.fromEntries(words(text).map((name) => [name, all[name]])); };
Object.assign(modules, {
  _http_agent: () => some("http", "Agent globalAgent"),
  _http_client: () => some("http", "ClientRequest"),
  _http_common: () => ({ methods: require("node:http").METHODS, CRLF: "\r\n", kIncomingMessage: Symbol("IncomingMessage"), parsers: {},
    chunkExpression: /(?:^|\W)chunked(?:$|\W)/i, continueExpression: /(?:^|\W)100-continue(?:$|\W)/i,
    _checkIsHttpToken: (text) => /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/.test(text), _checkInvalidHeaderChar: (text) => /[^\t\x20-\x7e\x80-\xff]/.test(text) }),
  _http_incoming: () => some("http", "IncomingMessage"),
  _http_outgoing: () => ({ ...some("http", "OutgoingMessage validateHeaderName validateHeaderValue"), kHighWaterMark: Symbol("kHighWaterMark"), kUniqueHeaders: Symbol("kUniqueHeaders"), parseUniqueHeadersOption: () => null }),
  _http_server: () => ({ ...some("http", "STATUS_CODES Server ServerResponse"), kServerResponse: Symbol("ServerResponse"), kConnectionsCheckingInterval: Symbol("http.server.connectionsCheckingInterval"),
    ...absents("_connectionListener setupConnectionsTracking storeHTTPOptions httpServerPreClose") }),
  _stream_wrap: () => absent("JSStreamWrap"),
  _tls_common: () => some("tls", "SecureContext createSecureContext translatePeerCertificate"),
  _tls_wrap: () => some("tls", "TLSSocket connect"),
  test: () => ({ mock: {}, ...absents("MockTracker MockFunctionContext") }),
});

const made = { __proto__: null };
module.exports = { names: Object.keys(modules), load: (name) => (made[name] ??= modules[name]()) };
