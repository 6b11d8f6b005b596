// Values with capabilities in them: what codec.js leaves to this part, in both directions.
import { decode, encode, EXPORT, refuse } from "./shared.js";
import { recordOf, RpcStub, ServiceStub, shell, traps } from "./stubs.js";
import { alive, local } from "./disposal.js";
import { capOf } from "./calls.js";
import { signalForm, signalOf, Sink, streamForm, streamOf, writableOf } from "./streams.js";
import { requestForm, requestOf, responseForm, responseOf } from "./messages.js";

let nextExport = 0;
export const exported = new Map(); // number → object

export function exportObject(target) {
  do nextExport = nextExport % 0xffffffff + 1; while (exported.has(nextExport)); // as rpc.Numbers
  exported.set(nextExport, target);
  return [EXPORT, nextExport];
}

export function encodeValue(value) { return encode(value, capability); }

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
    return ["c", encoder.cap(exportObject(value)), "stub"];
  }
  if (typeof value === "function") return value === core.RpcTarget ? undefined : ["c", encoder.cap(exportObject(value)), "stub"];
  if (value instanceof core.RpcTarget) return ["c", encoder.cap(exportObject(value)), ours.has(value) ? "free" : "stub"];
  if (core.isRequest(value)) return requestForm(value, encoder);
  if (core.isResponse(value)) return responseForm(value, encoder);
  if (core.isHeaders(value)) return ["H", [...core.listOf(value)]];
  switch (Object.prototype.toString.call(value)) {
    case "[object ReadableStream]": return streamForm(value, encoder);
    case "[object WritableStream]": return ["W", encoder.cap(exportObject(new Sink(value.getWriter())))];
    case "[object AbortSignal]": return signalForm(value, encoder);
    case "[object Blob]": return blobForm(value, encoder);
  }
  return undefined;
}

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
      return ["c", encoder.cap(exportObject(record.value)), "stub"];
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
      case "a": return decoder.note(signalOf(form, grantAt));
      case "B": return decoder.note(core.part("blob").internal.fromBytes(decoder.take(decoder.blobs, form[1]).slice(), `${form[2]}`));
    }
    return undefined;
  });
  return { value, stubs };
}
// returned is an object of this isolate that has come back: the stub is on the object, and the grant is not needed.
export const kept = new Set(); // exports whose disposal is that of such stubs
function returned([grant, id]) {
  const target = exported.get(id);
  if (target === undefined) return { __proto__: traps, kind: "grant", grant, shared: { count: 1 } };
  kept.add(id);
  ops.drop(grant);
  return local(target);
}
const RpcPromiseOnGrant = RpcStub; // a promise that was passed: a stub whose calls wait for it

// free makes calls on a stub no subrequests: they are part of one. ours are objects of the runtime's whose stubs are so.
export const free = (record) => {
  record.free = true;
  return record;
};
export const ours = new WeakSet();
