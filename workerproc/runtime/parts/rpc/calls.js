// Calls out: of what is elsewhere, of results that are under way, and of objects of this isolate through a stub.
import { decode, encode, ENTRYPOINT, GRANT, Reflect_apply, refuse } from "./shared.js";
import { promiseThen, recordOf, RpcPromise, RpcStub, shell } from "./stubs.js";
import { alive, duplicate, local } from "./disposal.js";
import { fail, pending, promiseFor, promiseIn, remote, underWay, withDispose } from "./results.js";
import { dynamicStub, encodeArguments, retract, stubForm } from "./values.js";
import { encodeThrown, reach } from "./incoming.js";

// Simple values are their own form, and Go writes them.
export function areSimple(args) {
  for (let i = 0; i < args.length; i++) {
    switch (typeof args[i]) {
      case "number": case "string": case "boolean": case "undefined": continue;
    }
    return false;
  }
  return args.length <= 32;
}

// callSimply is call for simple arguments; undefined when Go can't write them.
export function callSimply(base, path, args) {
  let n;
  try {
    alive(base);
    n = ops.callPlain(base.grant, path, args);
    if (n === undefined) return undefined;
  } catch (e) {
    const record = underWay(0);
    fail(record, e);
    return record;
  }
  const record = underWay(n);
  pending.set(n, record);
  return record;
}

export function send(base, path, get, operation, args, invocation) {
  const record = underWay(0);
  const of = base.kind === "call" ? base.n : ofOf(base);
  try {
    record.n = ops.call(base.kind === "call" ? undefined : capOf(base), of, path, get, operation, args, invocation, base.free === true);
    pending.set(record.n, record);
  } catch (e) {
    if (args !== undefined) retract(args);
    fail(record, e);
  }
  record.retry = of !== 0 && base.kind === "call" ? { base, path, get } : undefined;
  return record;
}

// ofOf is the call of which an entrypoint's Worker comes, while its grant is not known.
const ofOf = ({ worker }) => worker === undefined || worker.grant !== undefined ? 0 : worker.call ?? 0;

const { prototype: responsePrototype } = core.Response;
// sendFetch calls fetch() with a request that crosses as it is; undefined if it is too large for that. list are its headers,
// perhaps as the text in which Go has given them. With traps it is for a promise of its own; else it may be for another's. What
// answers it settles that, and does nothing else, if it is no redirect to be followed: Go may have it pass by (passing.go).
export function sendFetch(base, method, url, list, body, traps, promise, follows) {
  const record = traps === undefined ? underWay(0) : { __proto__: traps, n: 0 };
  if (traps !== undefined) promise = promiseFor(record);
  if ("then" in responsePrototype) promise = undefined; // which it would be asked for
  try {
    const n = base.kind === "entrypoint" && base.props === undefined && base.limits === ""
      ? ops.fetch(undefined, ofOf(base), method, url, list, body, promise, follows, base.worker.grant, base.entrypoint)
      : ops.fetch(capOf(base), ofOf(base), method, url, list, body, promise, follows);
    if (n === undefined) return undefined;
    record.n = n;
    pending.set(n, record);
  } catch (e) {
    fail(record, e);
  }
  return record;
}
// find asks a Worker Loader for the Worker of an id.
export function find(base, id, record) {
  try {
    record.n = ops.find(base.grant, id);
    pending.set(record.n, record);
  } catch (e) {
    fail(record, e);
  }
}
// waitsOf is a promise of a Worker that is looked for, or whose code is on the way; undefined for one that is there.
function waitsOf(worker) {
  if (worker.waits !== undefined || worker.finding === undefined) return worker.waits;
  return Reflect_apply(promiseThen, promiseIn(worker.finding), [() => worker.waits]);
}
// thereOf is a promise that the Worker is there.
export const thereOf = async (worker) => {
  await waitsOf(worker);
  if (worker.failed !== undefined) throw worker.failed;
};
// isWaited tells an entrypoint of a Worker that has not been loaded.
export function isWaited({ worker }) {
  return worker !== undefined && (worker.failed !== undefined || worker.waits !== undefined);
}

// capOf is a record in the form that Go takes. lasting: it will outlive this Worker's stubs.
export function capOf(record, lasting) {
  if (record.kind === "grant") {
    alive(record);
    return [GRANT, record.grant];
  }
  const { worker, entrypoint, props, limits } = record;
  if (lasting && worker !== undefined) refuse(dynamicStub);
  return [ENTRYPOINT, worker === undefined ? 0 : worker.grant ?? 0, entrypoint, props, limits];
}

export function call(base, path, args) {
  if (base.disposed) return promiseShell(settledCall(() => alive(base)));
  if (base.kind === "local") return promiseShell(settledCall(() => reachLocal(base.value, path, false, args)));
  if (base.kind === "call" && (base.state !== "pending" || base.local)) return promiseShell(settledCall(() => later(base, path, false, args)));
  if (base.kind === "entrypoint" && base.worker?.failed !== undefined) return promiseShell(settledCall(() => { throw base.worker.failed; }));
  const finding = base.kind === "entrypoint" && base.worker?.finding !== undefined;
  const again = () => thereOf(base.worker).then(() => promiseOf(call(base, path, args)));
  if (finding ? !areSimple(args) : base.kind === "entrypoint" && base.worker?.waits) return promiseShell(settledCall(again));
  let form;
  try {
    form = encodeArguments(args);
  } catch (e) {
    const record = underWay(0);
    fail(record, e);
    return promiseShell(record);
  }
  const record = send(base, path, false, "", form);
  record.args = args;
  if (finding) record.again = again;
  return promiseShell(record);
}
// reachLocal is a call of an object of this isolate through a stub: what goes in and comes out is a copy, as from elsewhere.
async function reachLocal(value, path, get, args) {
  args = copied(args);
  let result;
  try {
    result = await reach(value, path, get, args);
  } catch (e) {
    let thrown = e;
    try { thrown = decode(encodeThrown(e)); } catch { /* it is what it is */ }
    throw thrown !== null && typeof thrown === "object" ? remote(thrown) : thrown;
  }
  return withDispose({ value: copied(result), stubs: [] });
}
// Stubs stay stubs, and what else has no copy stays itself.
const copied = (value) => decode(encode(value, passedHere), (tag, form, decoder) => tag === "L" ? decoder.note(decoder.take(decoder.grants, form[1])) : undefined);
function passedHere(value, encoder) {
  const record = recordOf(value);
  if (record !== undefined && (record.kind === "call" || record.kind === "property")) stubForm(record, encoder); // refuses it
  const here = (it) => ["L", encoder.cap(it)];
  if (record !== undefined) return here(record.Class === RpcStub ? duplicate(record) : value);
  if (typeof value === "function" || value instanceof core.RpcTarget) return here(shell(local(value), RpcStub));
  if (core.isRequest(value) || core.isResponse(value) || core.isHeaders(value)) return here(value);
  switch (Object.prototype.toString.call(value)) {
    case "[object ReadableStream]": case "[object WritableStream]": case "[object AbortSignal]": case "[object Blob]": return here(value);
  }
  return undefined;
}

export const promiseOf = (stub) => promiseIn(recordOf(stub));
function promiseShell(record) { return shell(record, RpcPromise); }

function settledCall(f) {
  const record = underWay(undefined);
  record.promise = new Promise((resolve) => resolve(f())).then(
    (value) => { record.state = "ok"; return record.value = value; },
    (e) => { record.state = "failed"; throw record.error = e; });
  record.local = true;
  return record;
}
export async function later(base, path, get, args) { return reach(await promiseIn(base), path, get, args); }

export function read(base, path, invocation) {
  if (base.disposed) return (async () => alive(base))();
  if (base.kind === "local") return reachLocal(base.value, path, true, []);
  if (base.kind === "call" && (base.state !== "pending" || base.local)) return later(base, path, true);
  if (base.kind === "entrypoint" && base.worker !== undefined && waitsOf(base.worker) !== undefined) return waitsOf(base.worker).then(() => read(base, path, invocation));
  return promiseIn(send(base, path, true, "", undefined, invocation));
}
