// How long a stub lasts: dispose(), dup(), and onRpcBroken() for what ends elsewhere.
import { GRANT, Object_getPrototypeOf, push, Reflect_apply, steady } from "./shared.js";
import { promiseThen, recordOf, ServiceStub, shell, traps } from "./stubs.js";
import { pending, promiseIn, underWay } from "./results.js";

export function dispose(record) {
  if (record.kind === "property") return;
  if (record.kind === "call") {
    record.disposed = true;
    if (record.state === "ok") disposeResult(record.value);
    else promiseIn(record).then((value) => disposeResult(value), () => {});
    return;
  }
  if (record.kept || record.disposed || record.shared === undefined) return;
  record.disposed = true;
  if (--record.shared.count > 0) return;
  if (record.kind === "local") disposeTarget(record.value);
  else ops.drop(record.grant);
}
// disposeTarget calls an object's disposer, if it has one. Nobody is there for what it throws.
export function disposeTarget(value) {
  try {
    if (typeof value?.[Symbol.dispose] === "function") value[Symbol.dispose]();
  } catch (e) {
    core.reportError(e);
  }
}
function disposeResult(value) {
  if (value !== null && (typeof value === "object" || typeof value === "function")) value[Symbol.dispose]?.();
}
// duplicate is another stub on the same thing, which is let go of when each of them has been disposed of.
export function duplicate(record) {
  alive(record);
  if (record.shared === undefined) return shell({ __proto__: Object_getPrototypeOf(record), ...record }, record.Class);
  record.shared.count++;
  return shell({ __proto__: traps, ...record, names: undefined, disposed: false }, record.Class);
}
export const local = (value, shared = { count: 1 }) => ({ __proto__: traps, kind: "local", value, shared });
export function alive(record) {
  if (record.disposed) throw new Error(`RPC ${record.kind === "call" ? "promise" : "stub"} used after being disposed.`);
}

// brokenOf has callback called when no call on the stub can succeed any more, unless the stub is disposed of before. Each is
// a job of its own: in the context of who registered it, and nothing to the others if it throws.
export function brokenOf(record, callback) {
  if (typeof callback !== "function") throw new TypeError("Failed to execute 'onRpcBroken' on 'JsRpcStub': parameter 1 is not of type 'Function'.");
  const { disposed } = record;
  const end = endOf(record);
  if (end !== undefined) Reflect_apply(promiseThen, end, [undefined, (e) => { if (record.disposed === disposed) callback(e); }]);
}
// endOf is a promise that is rejected when the stub breaks; undefined: it won't, as an object of this isolate.
function endOf(record) {
  if (record.disposed) return new Promise((_, reject) => reject(new Error("RPC stub used after being disposed.")));
  if (record.kind === "grant") return promiseIn(watch(record));
  if (record.kind !== "call") return undefined;
  return Reflect_apply(promiseThen, promiseIn(record), [(value) => {
    const of = recordOf(value);
    return of === undefined || of.Class === ServiceStub ? undefined : endOf(of);
  }]);
}

// A watch is a call that fails when what a grant is on is gone. It ends with the invocation, which it doesn't keep going.
const watching = steady(new Map()); // invocation → numbers of its watches
let forgets = false;
function watch({ shared, grant }) {
  const invocation = ops.current();
  const { watch: last } = shared;
  if (last !== undefined && (last.state !== "pending" || last.invocation === invocation)) return last;
  const n = ops.call([GRANT, grant], 0, [], true, "broken", undefined, invocation, true);
  const record = underWay(n);
  record.invocation = invocation;
  pending.set(n, record);
  let numbers = watching.get(invocation);
  if (numbers === undefined) {
    if (!forgets) push(core.ended, forgetWatches);
    forgets = true;
    watching.set(invocation, numbers = []);
  }
  push(numbers, n);
  return shared.watch = record;
}
function forgetWatches(invocation) {
  const numbers = watching.get(invocation);
  if (numbers === undefined) return;
  watching.delete(invocation);
  for (let i = 0; i < numbers.length; i++) pending.delete(numbers[i]);
}
