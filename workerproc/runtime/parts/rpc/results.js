// What becomes of a call that was sent: who waits for it, and what Go tells of it.
import { Object_defineProperty, push, Reflect_apply, steady } from "./shared.js";
import { callTraps, promiseThen, recordOf } from "./stubs.js";
import { dispose } from "./disposal.js";
import { later } from "./calls.js";
import { decodeValue } from "./values.js";
import { passedOn } from "./messages.js";

export const pending = steady(new Map()); // number of a call → its record

// A promise's functions pass through these, so that it takes no closure to get at them.
let resolveNew, rejectNew;
const executor = (resolve, reject) => { resolveNew = resolve; rejectNew = reject; };

// underWay is a call that was sent. What waits for it is ok and bad, and more of these. It has a promise only when
// somebody wants one: to make it takes as long as half of the call.
export function underWay(n) {
  return { __proto__: callTraps, n };
}
// records is the prototype of records of calls that are no stubs: ok is told the result, or bad why there is none, and the
// record, where they find what they need. A record is made faster than two closures.
export const records = (ok, bad) => ({ __proto__: callTraps, ok, bad, bare: true });
// promiseFor gives a record a promise, which its functions have to settle.
export function promiseFor(record) {
  record.promise = new Promise(executor);
  record.resolve = resolveNew;
  record.reject = rejectNew;
  return record.promise;
}
export function wait(record, ok, bad) {
  if (record.state === "ok") ok(record.value, record);
  else if (record.state === "failed") bad(record.error, record);
  else if (record.ok === undefined) {
    record.ok = ok;
    record.bad = bad;
  } else push(record.more ??= [], [ok, bad]);
}
export function promiseIn(record) {
  if (record.promise === undefined) {
    record.promise = new Promise(executor);
    wait(record, resolveNew, rejectNew);
  }
  return record.promise;
}
export function settle(record, value) {
  const { ok, more } = record;
  record.state = "ok";
  record.value = value;
  if (ok !== undefined && record.bare !== true) record.ok = record.bad = undefined;
  if (more !== undefined) record.more = undefined;
  if (ok !== undefined) tell(ok, value, record);
  if (more !== undefined) for (let i = 0; i < more.length; i++) tell(more[i][0], value);
}
export function fail(record, e) {
  const { bad, more } = record;
  record.state = "failed";
  record.error = e;
  record.ok = record.bad = record.more = undefined;
  if (bad !== undefined) tell(bad, e, record);
  else if (record.promise === undefined) promiseIn(record); // which nobody handles
  if (more !== undefined) for (let i = 0; i < more.length; i++) tell(more[i][1], e);
}
// f is told the record, too, so that it need not be a closure.
function tell(f, value, record) {
  try { f(value, record); } catch { /* it is no function of a promise's, and nobody of ours */ }
}

// hostPlain is hostResult of calls that have returned simple values: number, value, number, value, …
export function hostPlain(results) {
  for (let i = 0; i + 1 < results.length; i += 2) {
    const record = pending.get(results[i]);
    if (record === undefined) continue;
    pending.delete(results[i]);
    settle(record, results[i + 1]);
  }
}

// hostResponse is hostResult of a call that has returned a Response which crosses as it is.
export function hostResponse(n, status, statusText, list, body, encoding, before) {
  if (before !== undefined) hostPlain(before);
  const record = pending.get(n);
  if (record === undefined) return;
  pending.delete(n);
  const response = core.responseFrom(status, statusText, list);
  if (body !== undefined) {
    const s = core.responseState(response);
    s.body = { source: body, stream: null, used: false, type: undefined };
    if (encoding !== "") passedOn(s.body, { bytes: body, encoding });
  }
  if (record.bare === true && record.more === undefined) record.ok(response, record);
  else settle(record, response);
}

// hostResult ends a call. made is the record of one that the engine has made (engine.Stubs), and waiters wait for that.
export function hostResult(n, failure, value, made, waiters) {
  const record = made ?? pending.get(n);
  pending.delete(n);
  if (made !== undefined) for (let i = 0; i < waiters.length; i += 2) wait(made, waiters[i], waiters[i + 1]);
  if (record === undefined) return;
  if (failure !== undefined) {
    if (failure[0] === "settled" && record.again !== undefined) {
      Reflect_apply(promiseThen, record.again(), [(value) => settle(record, value), (e) => fail(record, e)]);
      return;
    }
    if (failure[0] === "settled" && record.retry !== undefined) {
      const { base, path, get } = record.retry;
      later(base, path, get, record.args).then((value) => settle(record, value), (e) => fail(record, e));
      return;
    }
    fail(record, failureOf(failure, value));
    return;
  }
  try {
    settle(record, value === undefined ? undefined : withDispose(decodeValue(value)));
  } catch (e) {
    fail(record, e);
  }
}

const classes = { __proto__: null, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };
function failureOf([kind, name, message], value) {
  if (value !== undefined) {
    try {
      const thrown = decodeValue(value).value;
      if (thrown !== null && typeof thrown === "object") return remote(thrown);
      if (thrown === null) message = "null";
    } catch { /* what is known of it follows */ }
  }
  if (name === "DataCloneError") return new core.DOMException(message, name);
  const e = new (classes[name] ?? Error)(message);
  Object.defineProperty(e, "kind", { value: kind, configurable: true, writable: true });
  return value === undefined ? e : remote(e);
}
// remote marks what another Worker has thrown.
export function remote(e) {
  Object_defineProperty(e, "remote", { value: true, enumerable: true, configurable: true, writable: true });
  return e;
}

// withDispose gives a result that holds stubs a method that disposes of all of them. Its streams and signals go on.
export function withDispose({ value, stubs }) {
  if (value !== null && typeof value === "object" && recordOf(value) === undefined && !(Symbol.dispose in value)) {
    Object.defineProperty(value, Symbol.dispose, { value() { for (const s of stubs.splice(0)) if (!s.free) dispose(s); }, configurable: true, writable: true, enumerable: false });
  }
  return value;
}
