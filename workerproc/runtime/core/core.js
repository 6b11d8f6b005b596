// The core of the runtime: what a Worker that says hello needs. It is bundled into one script,
// `(function (ops, lazy) { … return host })`; ops and lazy are free variables in all its files.
//
// Files, in the order in which a request meets them: dispatch.js (a request comes in, its answer goes out), context.js
// (ctx and the entrypoint's classes), request.js, headers.js, body.js, response.js; console.js, timers.js, remote.js and
// events.js are what the Worker calls meanwhile. globals.js puts them on globalThis, and the parts (../parts) behind
// getters that evaluate them on first touch.
//
// A part is `(function (ops, core) { … return { Global: value, …, internal } })`, or modules in a folder of its name whose
// default export that is, with ops and core as free variables. core has
//   part(name)            another part
//   DOMException, Event, EventTarget, AbortSignal, AbortController, Headers, Request, Response
//   primordials           captured before the tenant's code could change them
import { dispatchFetch, dispatchCall, dispatchCoded, dispatchPlain, dispatchTail, dispatchRequest, stubCall, releaseStubs, cancel, isKept, forget, hostResponse, requestChunk, requestEnd, requestAbort } from "./dispatch.js";
import { rejected } from "./events.js";
import { fireTimer } from "./timers.js";
import { hostPlain, hostResult, environment } from "./remote.js";
import { modules, setEnv } from "./context.js";
import { install, withdraw } from "./globals.js";
import { core, part } from "./parts.js";
import { builtin, setFlags } from "./node.js";
import { flag, setGiven } from "./flags.js";

install();

export default {
  // prepare evaluates the parts that a Worker that calls others meets first, and what console shows values with. Copies of the process share what comes of it.
  prepare() {
    for (const name of ["codec", "rpc", "fetch", "loader", "streams", "readable-bytes", "url", "encoding", "inspect"]) part(name);
    part("inspect").warm();
  },
  modules,
  load(env, date, flags, coded, bindings, frozen, closed, traced) {
    if (frozen) part("clock");
    core.closed = closed;
    core.traced = traced;
    setGiven(date, flags);
    if (date < "2025-08-15" || flags.length > 0) withdraw();
    env = environment(env, coded, bindings);
    setEnv(env);
    setFlags(env, date, flags);
    if (flag("allow_eval_during_startup")) ops.allowCode();
    return env;
  },
  builtin,
  wasmModule: (ref) => part("wasm").moduleFor(ref),
  dispatchFetch,
  dispatchCall,
  dispatchCoded,
  dispatchPlain,
  dispatchTail,
  dispatchRequest,
  stubCall,
  release: releaseStubs,
  cancel,
  forget,
  isKept,
  requestChunk,
  requestEnd,
  requestAbort,
  fireTimer,
  hostResult,
  cacheResult: (...args) => part("cache").internal.cacheResult(...args),
  hostPlain,
  hostResponse,
  rejected,
};
