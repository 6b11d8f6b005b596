// What the Worker finds on globalThis. What isn't here is in a part, behind a getter that evaluates the part on first
// touch and then becomes a plain property; setting it before that is possible, too.
import { primordials as p, PRIVATE } from "./primordials.js";
import { core, onLoad, part, loadedPart } from "./parts.js";
import * as events from "./events.js";
import * as timers from "./timers.js";
import { Headers, flatOf, headersOf, isHeaders, isImmutable, listOf } from "./headers.js";
import { Request, isRequest, requestState } from "./request.js";
import { Response, isResponse, responseFrom, responseState } from "./response.js";
import { Body, isUsed, streamOf } from "./body.js";
import { fetch } from "./remote.js";
import { console } from "./console.js";
import { ExecutionContext, RpcTarget } from "./context.js";
import { compatibilityFlags, flag } from "./flags.js";

const parts = {
  intl: ["Intl"],
  streams: ["ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "ReadableStreamDefaultController"],
  "readable-bytes": ["ReadableByteStreamController", "ReadableStreamBYOBRequest"],
  writable: ["WritableStream", "WritableStreamDefaultWriter", "WritableStreamDefaultController", "CountQueuingStrategy",
    "ByteLengthQueuingStrategy"],
  transform: ["TransformStream", "TransformStreamDefaultController", "TextEncoderStream", "TextDecoderStream",
    "IdentityTransformStream", "FixedLengthStream"],
  compression: ["CompressionStream", "DecompressionStream"],
  htmlrewriter: ["HTMLRewriter"],
  cache: ["caches", "CacheStorage", "Cache"],
  url: ["URL", "URLSearchParams"],
  urlpattern: ["URLPattern"],
  encoding: ["TextEncoder", "TextDecoder", "atob", "btoa"],
  clone: ["structuredClone"],
  events: ["ErrorEvent", "MessageEvent", "CloseEvent", "PromiseRejectionEvent", "WorkerGlobalScope", "ServiceWorkerGlobalScope", "ExtendableEvent", "FetchEvent", "ScheduledEvent", "TailEvent", "TraceEvent",
    "WebSocketRequestResponsePair"],
  messaging: ["MessageChannel", "MessagePort"],
  websocket: ["WebSocket", "WebSocketPair"],
  eventsource: ["EventSource"],
  blob: ["Blob", "File", "FormData"],
  crypto: ["crypto", "Crypto"],
  subtle: ["SubtleCrypto", "CryptoKey"],
  performance: ["performance", "Performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure", "navigator", "Navigator"],
  wasm: ["WebAssembly"],
};

// Parts that supply what an engine lacks.
const supplied = {
  disposal: ["SuppressedError", "DisposableStack", "AsyncDisposableStack"],
  atomics: ["Atomics", "SharedArrayBuffer"],
  float16: ["Float16Array"],
};

export function define(name, value) {
  p.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

export function defineLazily(name, from) {
  p.defineProperty(globalThis, name, {
    configurable: true, enumerable: false,
    get() {
      const value = part(from)[name];
      define(name, value);
      return value;
    },
    set(value) { define(name, value); },
  });
}

// withdraw removes what the Worker's compatibility date is too old for.
export function withdraw() {
  if (!flag("expose_global_message_channel")) for (const name of parts.messaging) delete globalThis[name];
  if (!flag("global_navigator")) for (const name of ["navigator", "Navigator"]) delete globalThis[name];
  if (!flag("enable_weak_ref")) for (const name of ["WeakRef", "FinalizationRegistry"]) delete globalThis[name];
  if (!flag("http_headers_getsetcookie")) delete Headers.prototype.getSetCookie;
}

export function install() {
  const { DOMException, Event, CustomEvent, EventTarget, trust, AbortSignal, AbortController, reportError } = events;
  const { setTimeout, setInterval, clearTimeout, clearInterval, queueMicrotask, Scheduler } = timers;
  const here = { Body, origin: "null", DOMException, Event, CustomEvent, EventTarget, AbortSignal, AbortController, reportError, Headers, Request,
    Response, fetch, console, setTimeout, setInterval, clearTimeout, clearInterval,
    queueMicrotask, ...events.globalTarget, scheduler: new Scheduler(), self: globalThis, ExecutionContext };
  for (const name of p.ownKeys(here)) {
    define(name, here[name]);
    if (typeof here[name] === "function" && here[name].prototype) p.defineProperty(here[name], "name", { value: name, configurable: true }); // it was minified
  }
  for (const from of p.ownKeys(parts)) for (const name of parts[from]) defineLazily(name, from);
  p.defineProperty(p.getPrototypeOf(globalThis) === null ? globalThis : globalThis, Symbol.toStringTag, { value: "ServiceWorkerGlobalScope", configurable: true });
  Object.assign(core, { PRIVATE, RpcTarget, isRequest, requestState, isResponse, responseFrom, responseState, flatOf, isHeaders, isImmutable, listOf, headersOf, isUsed, streamOf, DOMException, Event, EventTarget, trust, AbortSignal, AbortController, Headers, Request, Response, fetch,
    handlerOf: events.handlerOf, reportError, timers });
  delete globalThis.GoError; // goja's own
  core.flag = flag;
  core.onLoad = onLoad;
  core.Proxy = p.Proxy;
  p.defineProperty(globalThis, "Cloudflare", {
    configurable: true, enumerable: false,
    get() {
      define("Cloudflare", { compatibilityFlags: compatibilityFlags() });
      return globalThis.Cloudflare;
    },
  });
  // classOf is a class of the platform that has been touched, by its global name.
  core.classOf = (name) => {
    if (p.hasOwn(here, name)) return here[name];
    for (const from of p.ownKeys(parts)) if (parts[from].includes(name)) return loadedPart(from)?.[name];
    return undefined;
  };
  part("polyfills").install?.(globalThis);
  part("newer").install(globalThis);
  core.hasShared = "SharedArrayBuffer" in globalThis;
  if (core.hasShared && !("waitAsync" in Atomics)) {
    p.defineProperty(Atomics, "waitAsync", {
      configurable: true,
      get() {
        const { waiting } = part("atomics");
        for (const name of p.ownKeys(waiting)) p.defineProperty(Atomics, name, { value: waiting[name], writable: true, configurable: true });
        return waiting.waitAsync;
      },
    });
  }
  for (const from of p.ownKeys(supplied)) for (const name of supplied[from]) if (!(name in globalThis)) defineLazily(name, from);
  ({ parse: p.parse, stringify: p.stringify } = JSON); // whose errors are V8's now
}
