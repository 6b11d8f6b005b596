// What Tail Workers are told: an invocation that is traced says it line by line, and tail() gets it as TraceItems.
// The form of both is the Workers runtime's: integration/testdata/tails has what it answers.
// https://developers.cloudflare.com/workers/runtime-apis/handlers/tail/
(function (ops, core) {
  "use strict";
  const { parse, stringify } = core.primordials;

  // --- the Worker that is traced

  // said is a value as JSON says it, or as text what JSON would lose.
  function said(value) {
    try { return (inJSON(value) ? stringify(value) : stringify(`${value}`)) ?? "null"; } catch { return "{}"; }
  }
  function inJSON(value) {
    if (value === null || typeof value !== "object" && typeof value !== "function") return typeof value !== "bigint" && typeof value !== "symbol";
    if (Array.isArray(value)) return true;
    const proto = Object.getPrototypeOf(value);
    return proto === Object.prototype || proto === null || typeof value.toJSON === "function";
  }

  // line is a line of the console: [[argument, …], null or what its errors are].
  function line(args) {
    let text = "", errors = "", any = false;
    for (let i = 0; i < args.length; i++) {
      const error = errorInfo(args[i]);
      any ||= error !== "null";
      text += `${i > 0 ? "," : ""}${said(args[i])}`;
      errors += `${i > 0 ? "," : ""}${error}`;
    }
    return `[[${text}],${any ? `[${errors}]` : "null"}]`;
  }
  function errorInfo(value) {
    if (!(value instanceof Error)) return "null";
    const [name, message, stack] = ops.describe(value);
    return stringify({ name, message, stack: framesOf(stack, name, message) });
  }
  // framesOf is a stack without its first line, if that says no more than name and message.
  function framesOf(stack, name, message) {
    const head = `${message === "" ? name : `${name}: ${message}`}\n`;
    return stack.startsWith(head) ? stack.slice(head.length) : stack.startsWith(head.trimEnd()) && stack.length < head.length ? undefined : stack;
  }

  const most = 64 << 10; // characters of a request's headers and cf

  function request(id, r) {
    const s = core.requestState(r);
    const headers = { __proto__: null };
    const list = s.headers === null ? s.list : core.listOf(s.headers);
    for (let i = 0; i + 1 < list.length; i += 2) headers[list[i]] = list[i] in headers ? `${headers[list[i]]}, ${list[i + 1]}` : list[i + 1];
    let cf;
    try { cf = stringify(s.cf); } catch { }
    const url = s.url.split("#")[0];
    const said = stringify(headers).length > most ? "{}" : stringify(headers);
    ops.log(id, "request", `{"url":${stringify(url.slice(0, most))},"method":${stringify(s.method)},"headers":${said}${cf === undefined || cf.length > most ? "" : `,"cf":${cf}`}}`);
  }
  function response(id, r) { ops.log(id, "response", `{"status":${core.responseState(r).status}}`); }

  // channel is a message of diagnostics_channel; one that can't be cloned is left out.
  function channel(name, message) {
    try {
      const [text, blobs] = core.part("codec").internal.encode(message, () => undefined);
      ops.log(undefined, "channel", stringify([`${String(name)}`, text, blobs.map((b) => Array.from(b))]));
    } catch { }
  }

  // --- the Tail Worker

  function kind(name) {
    const Kind = { [name]: class {
      constructor(key) { if (key !== core.PRIVATE) throw new TypeError("Illegal constructor"); }
    } }[name];
    Object.defineProperty(Kind.prototype, Symbol.toStringTag, { value: name, configurable: true });
    return (members) => {
      const o = new Kind(core.PRIVATE);
      for (const key of Object.keys(members)) Object.defineProperty(o, key, { value: members[key], enumerable: true, configurable: true });
      return o;
    };
  }
  const TraceItem = kind("TraceItem"), TraceLog = kind("TraceLog"), TraceException = kind("TraceException");
  const TraceDiagnosticChannelEvent = kind("TraceDiagnosticChannelEvent");
  const FetchEventInfo = kind("FetchEventInfo"), JsRpcEventInfo = kind("JsRpcEventInfo");
  const Response = kind("Response"), bareRequest = kind("Request");

  // A request shows neither secrets in its headers nor what looks like a key in its URL, unless it is asked for them.
  const secret = /auth|key|secret|token|jwt/;
  const hidden = "REDACTED";
  const shownHeaders = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, name === "cookie" || name === "set-cookie" || secret.test(name) ? hidden : value]));
  const shownURL = (url) => url.replace(/[A-Za-z0-9+_-]+/g, (run) => (isKey(run) ? hidden : run));
  function isKey(run) {
    if (run.replace(/[+_-]/g, "").length >= 32 && /^[0-9A-Fa-f+_-]*$/.test(run)) return true;
    return run.length >= 21 && (run.match(/[A-Z]/g) ?? []).length >= 2 && (run.match(/[a-z]/g) ?? []).length >= 2 && (run.match(/[0-9]/g) ?? []).length >= 2;
  }
  const whole = new WeakMap(); // request → as it was
  const requestMethods = { getUnredacted() {
    const r = whole.get(this);
    if (r === undefined) throw new TypeError("Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.");
    return requestOf(r, false);
  } };
  function requestOf(r, redacted) {
    const members = { url: redacted ? shownURL(r.url) : r.url, method: r.method, headers: redacted ? shownHeaders(r.headers) : { ...r.headers }, cf: r.cf };
    const o = bareRequest(members);
    whole.set(o, r);
    return o;
  }
  Object.defineProperty(Object.getPrototypeOf(bareRequest({})), "getUnredacted", { value: requestMethods.getUnredacted, writable: true, configurable: true, enumerable: true });

  // What comes of a process that is traced may be anything.
  const text = (v) => (typeof v === "string" ? v : v === undefined || v === null ? undefined : `${v}`);
  function eventOf(e) {
    if (e.rpcMethod !== undefined) return JsRpcEventInfo({ rpcMethod: e.rpcMethod });
    const r = e.request;
    if (r === null || typeof r !== "object") return null;
    const headers = {};
    for (const [name, value] of Object.entries(r.headers ?? {})) headers[name] = `${value}`;
    const status = e.response?.status;
    return FetchEventInfo({ request: requestOf({ url: `${r.url}`, method: `${r.method}`, headers, cf: r.cf }, true),
      response: typeof status === "number" ? Response({ status }) : undefined });
  }
  function logOf([level, timestamp, what]) {
    const [message, errors] = Array.isArray(what) ? what : [[]];
    const errorInfo = Array.isArray(errors) ? errors.map((e) => (e === null || typeof e !== "object" ? null : { name: text(e.name), message: text(e.message), stack: text(e.stack) })) : undefined;
    return TraceLog({ errorInfo, message: Array.isArray(message) ? message : [], level, timestamp });
  }
  function channelOf([, timestamp, what]) {
    let message;
    try { message = core.part("codec").internal.decode([what[1], what[2].map((b) => new Uint8Array(b)), []], () => undefined); } catch { }
    return TraceDiagnosticChannelEvent({ message, channel: text(what?.[0]) ?? "", timestamp });
  }
  function itemOf(t) {
    return TraceItem({
      wallTime: t.wallTime, cpuTime: t.cpuTime, truncated: t.truncated, executionModel: "stateless", outcome: t.outcome,
      durableObjectId: undefined, preview: undefined, tailAttributes: undefined, scriptTags: undefined, dispatchNamespace: undefined, scriptVersion: undefined,
      entrypoint: t.entrypoint, scriptName: null,
      diagnosticsChannelEvents: t.lines.filter(([level]) => level === "channel").map(channelOf),
      exceptions: t.exceptions.map(([stack, name, message, timestamp]) => TraceException({ stack: stack === "" ? undefined : stack, name, message, timestamp })),
      logs: t.lines.filter(([level]) => level !== "channel").map(logOf),
      eventTimestamp: t.eventTimestamp, event: eventOf(t.event),
    });
  }

  // tail calls the handler: of a class with the events, of an object with env and ctx, too.
  function tail(target, entry, env, ctx, events) {
    const handler = target.tail;
    if (typeof handler !== "function") throw new Error("Handler does not export a tail() function.");
    const items = parse(events).map(itemOf);
    return typeof entry === "function" ? Reflect.apply(handler, target, [items]) : Reflect.apply(handler, target, [items, env, ctx]);
  }

  return { internal: { line, request, response, channel, tail } };
})
