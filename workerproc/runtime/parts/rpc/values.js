// Values with capabilities in them: what codec.js leaves to this part, in both directions.
import { decode, encode, EXPORT, push, Reflect_apply, refuse, steady } from "./shared.js";
import { recordOf, RpcStub, ServiceStub, shell, traps } from "./stubs.js";
import { alive, disposeTarget, local } from "./disposal.js";
import { capOf } from "./calls.js";
import { signalForm, signalOf, Sink, streamForm, streamOf, writableOf } from "./streams.js";
import { isPlain } from "./incoming.js";
import { requestForm, requestOf, responseForm, responseOf } from "./messages.js";

let nextExport = 0;
export const exported = steady(new Map()); // number → { target, shared }: shared is that of the stubs on the object, if it has any here
let fresh; // what the value that is written has passed out
let lends = false; // it is arguments: their stubs stay the caller's, who gives others like them. Those of results go with them.

export function exportObject(target, shared) {
  do nextExport = nextExport % 0xffffffff + 1; while (exported.has(nextExport)); // as rpc.Numbers
  exported.set(nextExport, { __proto__: null, target, shared });
  if (fresh !== undefined) push(fresh, nextExport);
  return [EXPORT, nextExport];
}
// give passes out an object of the Worker's. As an argument it is lent: the invocation doesn't go on for it.
function give(target, shared) {
  const cap = exportObject(target, shared);
  return lends ? [EXPORT, cap[1], true] : cap;
}
// letGo forgets what nobody outside holds any more.
export function letGo(id, disposes) {
  const { target, shared } = exported.get(id) ?? {};
  exported.delete(id);
  if (shared !== undefined ? --shared.count === 0 && disposes : disposes) disposeTarget(target);
}

export const encodeValue = (value) => encodeAs(value, capability, false);
export const encodeArguments = (value) => encodeAs(value, capability, true);
// encodeAs leaves nothing passed out when a value can't be written.
export function encodeAs(value, form, lent) {
  const before = fresh, lentBefore = lends;
  const mine = fresh = [];
  lends = lent;
  try {
    return encode(value, form);
  } catch (e) {
    for (let i = 0; i < mine.length; i++) letGo(mine[i], true);
    throw e;
  } finally {
    fresh = before;
    lends = lentBefore;
  }
}
// retract takes back what a value has passed out that could not be sent.
export function retract([, , caps]) {
  for (let i = 0; i < caps.length; i++) if (caps[i][0] === EXPORT) letGo(caps[i][1], true);
}

// encodeStored is for what outlives the request, env and props: nothing in it may be a stub on an object of this isolate.
export function encodeStored(value) { return encode(value, lasting); }
function lasting(value, encoder) {
  const record = recordOf(value);
  if (record !== undefined) return record.Class === RpcStub ? refuse("RpcStub cannot be serialized in this context because it is not a persistent stub.") : stubForm(record, encoder);
  if (typeof value === "function") return refuse(`${Function.prototype.toString.call(value)} could not be cloned.`);
  if (value instanceof core.RpcTarget) return refuse("Remote RPC references can only be serialized for RPC.");
  if (isProxy(value)) return refuse("#<Object> could not be cloned.");
  if ((core.isResponse(value) || core.isRequest(value)) && value.body !== null) return refuse("ReadableStream can only be serialized for RPC.");
  const kind = Object.prototype.toString.call(value);
  if (kind === "[object Promise]") return refuse("#<Promise> could not be cloned.");
  if (kind === "[object ReadableStream]" || kind === "[object WritableStream]" || kind === "[object AbortSignal]") return refuse(`${kind.slice(8, -1)} can only be serialized for RPC.`);
  return capability(value, encoder);
}
export const notTransferable = new WeakMap(); // objects of other parts that refer to a dynamic Worker

// capability is the form of what isn't data; undefined for what is.
export function capability(value, encoder) {
  const record = recordOf(value);
  if (record !== undefined) return stubForm(record, encoder);
  if (notTransferable.has(value)) return refuse(dynamicStub);
  if (encoder.seen.size <= mostProxies && isProxy(value) && !ArrayBuffer.isView(value)) { // goja's Float16Array is one
    if (Object.getPrototypeOf(value) !== Object.prototype && !(value instanceof core.RpcTarget) && typeof value !== "function") return refuse(badProxy);
    return ["c", encoder.cap(give(lentOf(value, "Proxy"))), "stub"];
  }
  if (typeof value === "function") return value === core.RpcTarget ? undefined : ["c", encoder.cap(give(lentOf(value, "function"))), "stub"];
  if (value instanceof core.RpcTarget) return ours.has(value) ? ["c", encoder.cap(exportObject(value)), "free"] : ["c", encoder.cap(give(lentOf(value, "RcpTarget"))), "stub"];
  if (core.isRequest(value)) return requestForm(value, encoder);
  if (core.isResponse(value)) return responseForm(value, encoder);
  if (core.isHeaders(value)) return ["H", [...core.listOf(value)]];
  if (isPlain(value)) return undefined;
  switch (Object.prototype.toString.call(value)) {
    case "[object ReadableStream]": return streamForm(value, encoder);
    case "[object WritableStream]": return ["W", encoder.cap(exportObject(new Sink(value.getWriter())))];
    case "[object AbortSignal]": return signalForm(value, encoder);
    case "[object Blob]": return blobForm(value, encoder);
  }
  return undefined;
}

// lentOf is what an object that has a dup() gives in its place as an argument.
function lentOf(value, name) {
  const dup = lends ? value.dup : undefined;
  if (typeof dup !== "function") return value;
  const another = Reflect_apply(dup, value, []);
  const { like, or } = dups[name];
  if (typeof value === "function" ? typeof another === "function" : another instanceof core.RpcTarget) return another;
  return refuse(`Couldn't create a stub for the ${name} because it has a dup() method which did not return ${like}. Either remove the dup() method or make sure it returns ${or}.`);
}
const dups = { // with the Workers runtime's spelling
  __proto__: null,
  RcpTarget: { like: "another RpcTarget", or: "an RpcTarget" },
  function: { like: "another function", or: "a function" },
  Proxy: { like: "the same underlying type (RpcTarget or Function) as the Proxy itself represents", or: "an RpcTarget" },
};

// To ask is dear: of a value of many objects the first are asked. Who passes Proxies passes few objects.
const mostProxies = 64;
const isProxy = (value) => ops.internals(value)[0] === "proxy";
const badProxy = "Proxy could not be serialized because it is not a valid RPC receiver type. The Proxy must emulate either a plain object or an RpcTarget, " +
  "as indicated by the Proxy's prototype chain.";
function blobForm(value, encoder) {
  const { isBlob, bytesOf } = core.part("blob").internal;
  return isBlob(value) ? ["B", encoder.blob(bytesOf(value)), value.type] : undefined;
}

export const dynamicStub = "Entrypoints to dynamically-loaded workers cannot be transferred to other Workers, because the system does not know how to " +
  "reload this Worker from scratch. Instead, have the parent Worker expose an entrypoint which constructs the dynamic worker and forwards to it.";
export function stubForm(record, encoder) {
  switch (record.kind) {
    case "local":
      alive(record);
      if (lends) record.shared.count++;
      else record.disposed = true; // the caller has it now
      return ["c", encoder.cap(give(record.value, record.shared)), "stub"];
    case "grant": return ["c", encoder.cap(capOf(record)), record.Class === ServiceStub ? "service" : "stub"];
    case "entrypoint":
      if (record.loopback) return refuse(`Could not serialize object of type "LoopbackServiceStub". This type does not support serialization.`);
      if (record.worker !== undefined) return refuse(dynamicStub);
      return ["c", encoder.cap(capOf(record)), "service"];
  }
  return refuse(`Could not serialize object of type "${record.kind === "call" ? "RpcPromise" : "RpcProperty"}". This type does not support serialization.`);
}

export function decodeValue(parts) {
  const stubs = [];
  const value = decode(parts, (tag, form, decoder) => {
    const grantAt = (n) => {
      const grant = decoder.take(decoder.grants, n);
      const record = typeof grant === "number" ? { __proto__: traps, kind: "grant", grant, shared: { count: 1 } } : returned(grant);
      stubs.push(record);
      return record;
    };
    switch (tag) {
      case "c": return decoder.note(shell(form[2] === "free" ? free(grantAt(form[1])) : grantAt(form[1]), form[2] === "service" ? ServiceStub : form[2] === "promise" ? RpcPromiseOnGrant : RpcStub));
      case "H": return decoder.note(core.headersOf([...form[1]].map(String)));
      case "Q": return requestOf(form[1], decoder, grantAt);
      case "P": return responseOf(form[1], decoder, grantAt);
      case "R": return decoder.note(streamOf(form, free(grantAt(form[1]))));
      case "W": return decoder.note(writableOf(free(grantAt(form[1]))));
      case "a": {
        const at = decoder.seen.push(undefined) - 1;
        return decoder.seen[at] = signalOf([form[0], form[1], form[2] === undefined ? undefined : decoder.decode(form[2])], grantAt);
      }
      case "B": return decoder.note(core.part("blob").internal.fromBytes(decoder.take(decoder.blobs, form[1]).slice(), `${form[2]}`));
    }
    return undefined;
  });
  return { value, stubs };
}
// returned is an object of this isolate that has come back: the stub is on the object, and the grant is not needed.
function returned([grant, id]) {
  const known = exported.get(id);
  if (known === undefined) return { __proto__: traps, kind: "grant", grant, shared: { count: 1 } };
  known.shared ??= { count: 1 }; // by the export
  known.shared.count++;
  ops.drop(grant);
  return local(known.target, known.shared);
}
const RpcPromiseOnGrant = RpcStub; // a promise that was passed: a stub whose calls wait for it

// free makes calls on a stub no subrequests: they are part of one. ours are objects of the runtime's whose stubs are so.
export const free = (record) => {
  record.free = true;
  return record;
};
export const ours = new WeakSet();
