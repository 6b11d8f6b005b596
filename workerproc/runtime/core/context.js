// ctx, and the classes of cloudflare:workers.
import { primordials as p, isObject, PRIVATE } from "./primordials.js";
import { part } from "./parts.js";
import { flag } from "./flags.js";
import { completeExports, exportsOf, incomplete } from "./remote.js";

// ExecutionContext is ctx: one for each invocation.
export class ExecutionContext {
  #invocation;
  constructor(key, invocation) {
    if (key !== PRIVATE) throw new TypeError("Illegal constructor");
    this.#invocation = invocation;
    if (incomplete) completeExports();
  }
  get props() {
    const v = this.#invocation;
    if (v.codedProps !== undefined) {
      v.props = part("rpc").internal.decode(v.codedProps).value;
      v.codedProps = undefined;
    }
    return v.props ??= {};
  }
  get exports() { return workers.exports; }
  waitUntil(promise) {
    let invocation;
    try { invocation = this.#invocation; } catch { illegalInvocation(); }
    mustBePromise(promise, "ExecutionContext");
    waitUntilOf(invocation, promise);
  }
  passThroughOnException() {}
  abort(reason) { ops.fail(this.#invocation.id, reason === undefined ? new Error("The request was aborted.") : reason, "aborted"); }
  get [Symbol.toStringTag]() { return "ExecutionContext"; }
}

function illegalInvocation() {
  throw new TypeError("Illegal invocation: function called with incorrect `this` reference. " +
    "See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.");
}
function mustBePromise(value, of) {
  if (!isObject(value) || typeof value.then !== "function") throw new TypeError(`Failed to execute 'waitUntil' on '${of}': parameter 1 is not of type 'Promise'.`);
}

// waitUntilOf keeps the invocation open until the promise has settled.
export function waitUntilOf(invocation, promise) {
  invocation.waiting++;
  invocation.kept++;
  p.then(p.resolved(promise), () => unkeep(invocation), (e) => {
    ops.exception(invocation.id, e);
    unkeep(invocation);
  });
}

function unkeep(invocation) {
  invocation.kept--;
  release(invocation);
}

export function release(invocation) {
  if (--invocation.waiting === 0) ops.settled(invocation.id);
}

export class WorkerEntrypoint {
  constructor(ctx, env) {
    if (!isObject(ctx)) throw new TypeError("Failed to construct 'WorkerEntrypoint': constructor parameter 1 is not of type 'Object'.");
    this.ctx = ctx;
    this.env = env;
  }
}
export class DurableObject {
  constructor(ctx, env) {
    if (!isObject(ctx)) throw new TypeError("Failed to construct 'DurableObject': constructor parameter 1 is not of type 'Object'.");
    this.ctx = ctx;
    this.env = env;
  }
}
export class WorkflowEntrypoint {
  constructor(ctx, env) {
    if (!isObject(ctx)) throw new TypeError("Failed to construct 'WorkflowEntrypoint': constructor parameter 1 is not of type 'Object'.");
    this.ctx = ctx;
    this.env = env;
  }
}
export class RpcTarget {
  get [Symbol.toStringTag]() { return "JsRpcTarget"; }
}

// Their constructors have no length, as in the Workers runtime: parameters with a default would take longer.
for (const Class of [WorkerEntrypoint, DurableObject, WorkflowEntrypoint]) p.defineProperty(Class, "length", { value: 0, configurable: true });

// The build shortens their names.
for (const [name, Class] of [["ExecutionContext", ExecutionContext], ["WorkerEntrypoint", WorkerEntrypoint], ["DurableObject", DurableObject], ["WorkflowEntrypoint", WorkflowEntrypoint], ["RpcTarget", RpcTarget]]) {
  p.defineProperty(Class, "name", { value: name, configurable: true });
}

let env = {};

// current finds the running invocation's waitUntil; dispatch.js sets it.
let current = () => undefined;
export function setCurrent(f) { current = f; }

const workers = {
  WorkerEntrypoint,
  DurableObject,
  WorkflowEntrypoint,
  RpcTarget,
  get RpcStub() { return part("rpc").RpcStub; },
  get RpcPromise() { return part("rpc").RpcPromise; },
  get RpcProperty() { return part("rpc").RpcProperty; },
  get ServiceStub() { return part("rpc").ServiceStub; },
  env,
  exports: undefined,
  waitUntil(promise) {
    if (arguments.length === 0) mustBePromise(promise, "EntrypointsModule");
    const invocation = current();
    if (invocation === undefined) throw new Error("waitUntil() can only be called within a request handler.");
    waitUntilOf(invocation, promise);
  },
  withEnv(value, f) { return within("withEnv", f, 1, [envKey, value]); },
  withExports(value, f) { return within("withExports", f, 1, [exportsKey, value]); },
  withEnvAndExports(newEnv, newExports, f) { return within("withEnvAndExports", f, 2, [envKey, newEnv], [exportsKey, newExports]); },
  cache: {},
  get tracing() { return part("tracing").tracing; },
};

// What withEnv() and withExports() put in the place of env and exports follows the code that runs in them, over awaits, like
// a store of AsyncLocalStorage: as frames of ops.context() (node/async_hooks.js).
const envKey = {}, exportsKey = {};

function within(method, f, n, ...places) {
  if (typeof f !== "function") throw new TypeError(`Failed to execute '${method}' on 'EnvModule': parameter ${n + 1} is not of type 'function'.`);
  const before = ops.context();
  let frame = before;
  for (let i = 0; i < places.length; i++) frame = { storage: places[i][0], store: places[i][1], next: frame };
  ops.setContext(frame);
  try { return f(); } finally { ops.setContext(before); }
}

function placed(key, usual) {
  for (let frame = ops.context(); frame !== undefined; frame = frame.next) if (frame.storage === key) return isObject(frame.store) ? frame.store : {};
  return usual;
}

// following is an object that has what `of()` has at the time.
function following(of) {
  return new p.Proxy({}, {
    __proto__: null,
    get: (_, key) => of()[key],
    set: (_, key, value) => {
      of()[key] = value;
      return true;
    },
    has: (_, key) => key in of(),
    deleteProperty: (_, key) => delete of()[key],
    ownKeys: () => p.ownKeys(of()),
    defineProperty: (_, key, d) => p.defineProperty(of(), key, d),
    getOwnPropertyDescriptor(_, key) {
      const d = p.getOwnPropertyDescriptor(of(), key);
      if (d !== undefined) d.configurable = true;
      return d;
    },
  });
}

export function setEnv(value) {
  env = isObject(value) ? value : {};
  const nothing = {};
  const usual = flag("disallow_importable_env") ? nothing : env;
  workers.env = following(() => placed(envKey, usual));
  p.defineProperty(workers, "exports", { value: following(() => placed(exportsKey, exportsOf())), enumerable: true });
}

export const modules = { __proto__: null, "cloudflare:workers": workers };
