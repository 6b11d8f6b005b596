// Workers RPC: stubs on what is outside (grants), calls that come in, and what of this isolate has been passed out
// (exports). codec.js turns values into what crosses. https://developers.cloudflare.com/workers/runtime-apis/rpc/
// One part made of these files, which share a scope when they are bundled; ops and core are free variables in all of them.
//
//   stubs.js     what a stub is, and what can be asked of it; disposal.js  how long it lasts
//   calls.js     calls out; results.js  what becomes of them
//   incoming.js  calls in
//   values.js    what of a value isn't data; streams.js, messages.js  those that are more than a number
//   services.js  fetch(), and stubs with props
//
// They refer to each other in circles. So what runs at load is only what needs nothing but shared.js, or is in this file.
import { Object_defineProperty, Proxy, refuse } from "./shared.js";
import { callable, callTraps, promised, recordOf, RpcPromise, RpcProperty, RpcStub, ServiceStub, traps } from "./stubs.js";
import { hostPlain, hostResponse, hostResult, promiseIn, records, settle, wait } from "./results.js";
import { call, capOf, find, isWaited, promiseOf, send, sendFetch, thereOf } from "./calls.js";
import { decodeValue, dynamicStub, encodeStored, notTransferable, ours } from "./values.js";
import { rawStream } from "./messages.js";
import { binding, entrypoint, fetchOn, loopback, noRequest } from "./services.js";
import { answer, member, missing, reach, release, sendAnswer, sendFailure, stubCall } from "./incoming.js";

// What the engine does faster, if it does.
const own = ops.stubs({ get: traps.get, apply: traps.apply, then: promised.then, settle, hostPlain, callTraps, callable, Proxy });
if (own !== undefined) {
  traps.get = own.get;
  traps.apply = own.apply;
  promised.then = own.then;
  Object_defineProperty(RpcPromise.prototype, "then", { value: own.then, writable: true, configurable: true });
}

const outbound = { __proto__: traps, kind: "grant", grant: 0, kept: true };
const fetch = (...args) => (args.length === 0 ? noRequest("ServiceWorkerGlobalScope") : fetchOn(outbound, args[0], args[1]));

export default {
  RpcStub, RpcPromise, RpcProperty, ServiceStub,
  internal: {
    hostResult, hostPlain, stubCall, release, answer, sendAnswer, sendFailure, fetch, outbound, rawStream, ours, loopback, binding, member, missing, reach,
    find, hostResponse, isWaited, records, sendFetch, thereOf, wait,
    call: (record, path, args) => promiseOf(call(record, path, args)), send, promiseIn, recordOf, capOf, entrypoint, encodeStored, notTransferable,
    decode: (parts) => decodeValue(parts),
    // uncloneable throws what structuredClone() says of a stub.
    uncloneable(stub) {
      const record = recordOf(stub);
      if (record.Class !== ServiceStub) refuse(`#<${record.Class.name}> could not be cloned.`);
      refuse(record.worker !== undefined ? dynamicStub : "ServiceStub cannot be serialized in this context.");
    },
  },
};
