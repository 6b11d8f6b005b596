// ctx, and the classes of cloudflare:workers.
import { primordials as p, isObject, PRIVATE } from "./primordials.js";
import { part } from "./parts.js";
import { completeExports, exportsOf } from "./remote.js";

// ExecutionContext is ctx: one for each invocation.
export class ExecutionContext {
  #invocation;
  constructor(key, invocation) {
    if (key !== PRIVATE) throw new TypeError("Illegal constructor");
    this.#invocation = invocation;
    completeExports();
  }
  get props() {
    const v = this.#invocation;
    if (v.codedProps !== undefined) {
      v.props = part("rpc").internal.decode(v.codedProps).value;
      v.codedProps = undefined;
    }
    return v.props ??= {};
  }
  get exports() { return exportsOf(); }
  waitUntil(promise) { waitUntilOf(this.#invocation, promise); }
  passThroughOnException() {}
  abort(reason) { ops.fail(this.#invocation.id, reason === undefined ? new Error("The request was aborted.") : reason); }
  get [Symbol.toStringTag]() { return "ExecutionContext"; }
}

// waitUntilOf keeps the invocation open until the promise has settled.
export function waitUntilOf(invocation, promise) {
  invocation.waiting++;
  p.then(p.resolved(promise), () => release(invocation), (e) => {
    ops.exception(invocation.id, e);
    release(invocation);
  });
}

export function release(invocation) {
  if (--invocation.waiting === 0) ops.settled(invocation.id);
}

export class WorkerEntrypoint {
  ctx;
  env;
  constructor(ctx, env) {
    this.ctx = ctx;
    this.env = env;
  }
}
export class DurableObject {
  ctx;
  env;
  constructor(ctx, env) {
    this.ctx = ctx;
    this.env = env;
  }
}
export class WorkflowEntrypoint {
  ctx;
  env;
  constructor(ctx, env) {
    this.ctx = ctx;
    this.env = env;
  }
}
export class RpcTarget {}

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
  get exports() { return exportsOf(); },
  waitUntil(promise) {
    const invocation = current();
    if (invocation === undefined) throw new Error("waitUntil() can only be called within a request handler.");
    waitUntilOf(invocation, promise);
  },
  withEnv(value, f) {
    const before = { ...env };
    replaceEnv(value);
    try { return f(); } finally { replaceEnv(before); }
  },
};

// replaceEnv changes what `env` has, so that those who imported it see it.
function replaceEnv(value) {
  for (const key of p.ownKeys(env)) delete env[key];
  if (isObject(value)) for (const key of p.ownKeys(value)) env[key] = value[key];
}

export function setEnv(value) {
  env = workers.env = isObject(value) ? value : {};
}

export const modules = { __proto__: null, "cloudflare:workers": workers };
