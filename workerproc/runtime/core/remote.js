// What is outside of the isolate: fetch(), the stubs in env, ctx.exports. All of it is in the part rpc.
import { primordials as p } from "./primordials.js";
import { part } from "./parts.js";

const rpc = () => part("rpc").internal;

export const fetch = (...args) => rpc().fetch(...args);
export const hostPlain = (results) => rpc().hostPlain(results);
export const hostResult = (n, failure, value, record, waiters) => rpc().hostResult(n, failure, value, record, waiters);

// environment is env: an object, or a coded value; bindings are name, kind, grant, name, kind, grant, …
export function environment(env, coded, bindings) {
  if (coded) env = env === undefined ? {} : rpc().decode(env).value;
  for (let i = 0; i + 2 < bindings.length; i += 3) {
    const [name, kind, grant] = [bindings[i], bindings[i + 1], bindings[i + 2]];
    const value = kind === "worker_loader" ? part("loader").internal.loader(grant) : rpc().binding(grant);
    p.defineProperty(env, name, { value, writable: true, enumerable: true, configurable: true });
  }
  return env;
}

// exportsOf is ctx.exports: a stub for each entrypoint of this Worker, made when it is asked for.
let exported;
export let incomplete = false;
export function exportsOf() {
  if (exported === undefined) {
    exported = {};
    incomplete = true;
  }
  if (incomplete) completeExports();
  return exported;
}

// completeExports fills it once the main module has run. It may have been asked for earlier: quickjs reads all of a
// built-in module's properties where it is imported.
export function completeExports() {
  for (const name of ops.exportNames()) {
    p.defineProperty(exported, name, { get: () => rpc().loopback(name), enumerable: true, configurable: true });
    incomplete = false;
  }
}
