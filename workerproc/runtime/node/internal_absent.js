// The modules of Node.js about what a Worker doesn't have: sockets, processes, threads. They can be imported, since
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

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
function isIPv6(text) {
  text = `${text}`.replace(/%[0-9A-Za-z-.:]+$/, "");
  const tail = /(?:^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail) {
    if (!ipv4.test(tail[1])) return false;
    text = `${text.slice(0, -tail[1].length)}0:0`;
  }
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const n = groups.flat().length;
  return groups.flat().every((g) => /^[0-9A-Fa-f]{1,4}$/.test(g)) && (halves.length === 2 ? n < 8 : n === 8);
}

const errorsOfDNS = Object.fromEntries(words(`ADDRGETNETWORKPARAMS BADFAMILY BADFLAGS BADHINTS BADNAME BADQUERY BADRESP BADSTR CANCELLED CONNREFUSED DESTRUCTION EOF
  FILE FORMERR LOADIPHLPAPI NODATA NOMEM NONAME NOTFOUND NOTIMP NOTINITIALIZED REFUSED SERVFAIL TIMEOUT`).map((name) => [name, name === "NOTFOUND" ? "ENOTFOUND" : `E${name}`]));
const lookups = "lookup lookupService resolve resolve4 resolve6 resolveAny resolveCname resolveCaa resolveMx resolveNaptr resolveNs resolvePtr resolveSoa resolveSrv resolveTxt reverse setServers Resolver";

const modules = {
  __proto__: null,
  child_process: () => absents("_forkChild ChildProcess exec execFile execFileSync execSync fork spawn spawnSync"),
  cluster: () => Object.assign(new (require("node:events"))(), { isMaster: true, isPrimary: true, isWorker: false, SCHED_NONE: 1, SCHED_RR: 2, schedulingPolicy: 2, settings: {},
    workers: {}, ...absents("Worker fork disconnect setupPrimary setupMaster") }),
  dgram: () => absents("createSocket Socket"),
  dns: () => ({ ...absents(lookups), ...errorsOfDNS, ADDRCONFIG: 1024, V4MAPPED: 2048, ALL: 256, getServers: () => ["1.1.1.1", "2606:4700:4700::1111", "1.0.0.1", "2606:4700:4700::1001"],
    getDefaultResultOrder: () => "verbatim", setDefaultResultOrder() {}, promises: require("node:dns/promises") }),
  "dns/promises": () => ({ ADDRCONFIG: 1024, V4MAPPED: 2048, ALL: 256, ...absents(lookups), ...errorsOfDNS, getServers: () => [], getDefaultResultOrder: () => "verbatim", setDefaultResultOrder() {} }),
  domain: () => ({ active: null, ...absents("Domain create createDomain") }),
  http2: () => ({ constants: {}, sensitiveHeaders: Symbol("sensitiveHeaders"), getDefaultSettings: () => ({}),
    ...absents("connect createServer createSecureServer getPackedSettings getUnpackedSettings performServerHandshake Http2ServerRequest Http2ServerResponse") }),
  inspector: () => ({ console, url() {}, waitForDebugger() {}, ...absents("open close Session") }),
  "inspector/promises": () => absents("Session"),
  net: () => ({ isIPv4: (text) => ipv4.test(`${text}`), isIPv6, isIP: (text) => (ipv4.test(`${text}`) ? 4 : isIPv6(text) ? 6 : 0), getDefaultAutoSelectFamily: () => false, setDefaultAutoSelectFamily() {},
    getDefaultAutoSelectFamilyAttemptTimeout: () => 0, setDefaultAutoSelectFamilyAttemptTimeout() {}, ...absents("BlockList SocketAddress Stream Server Socket connect createConnection createServer") }),
  readline: () => ({ ...absents("Interface createInterface emitKeypressEvents"), clearLine: () => false, clearScreenDown: () => false, cursorTo: () => false, moveCursor: () => false, promises: require("node:readline/promises") }),
  "readline/promises": () => absents("Interface Readline createInterface"),
  repl: () => absents("start writer REPLServer Recoverable"),
  sqlite: () => absents("DatabaseSync StatementSync"),
  tls: () => ({ CLIENT_RENEG_LIMIT: 3, CLIENT_RENEG_WINDOW: 600, DEFAULT_CIPHERS: "", DEFAULT_ECDH_CURVE: "auto", DEFAULT_MAX_VERSION: "TLSv1.3", DEFAULT_MIN_VERSION: "TLSv1.2", rootCertificates: [], getCiphers: () => [],
    ...absents("SecureContext Server TLSSocket connect createSecureContext createServer checkServerIdentity convertALPNProtocols createSecurePair") }),
  trace_events: () => ({ getEnabledCategories() {}, createTracing: () => ({ enabled: false, categories: "", enable() {}, disable() {} }) }),
  tty: () => ({ isatty: () => false, ...absents("ReadStream WriteStream") }),
  v8: () => ({ cachedDataVersionTag: () => 0, setFlagsFromString() {}, getHeapStatistics: () => ({ total_heap_size: 0, used_heap_size: 0, heap_size_limit: 0 }), getHeapSpaceStatistics: () => [],
    ...absents("serialize deserialize Serializer Deserializer getHeapSnapshot writeHeapSnapshot takeCoverage stopCoverage") }),
  vm: () => ({ constants: { __proto__: null }, isContext: () => false, createContext: (context = {}) => context, ...absents("Script runInContext runInNewContext runInThisContext compileFunction measureMemory SourceTextModule") }),
  wasi: () => absents("WASI"),
  worker_threads: () => ({ isMainThread: true, parentPort: null, workerData: null, threadId: 0, resourceLimits: {}, SHARE_ENV: Symbol.for("nodejs.worker_threads.SHARE_ENV"), MessageChannel, MessagePort,
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
  _tls_common: () => ({ ...some("tls", "SecureContext createSecureContext"), ...absents("translatePeerCertificate") }),
  _tls_wrap: () => some("tls", "TLSSocket connect"),
  test: () => ({ mock: {}, ...absents("MockTracker MockFunctionContext") }),
});

const made = { __proto__: null };
module.exports = { names: Object.keys(modules), load: (name) => (made[name] ??= modules[name]()) };
