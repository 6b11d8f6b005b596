import * as workers from "cloudflare:workers";
import { env, withEnv, withExports, withEnvAndExports, exports } from "cloudflare:workers";
const tryit = async (f) => { try { return await f(); } catch (e) { return `${e.name}: ${e.message}`; } };
export default {
  cache: () => [typeof workers.cache, Object.prototype.toString.call(workers.cache), Object.getOwnPropertyNames(workers.cache), Object.getOwnPropertyNames(Object.getPrototypeOf(workers.cache)).join()],
  tracing: () => [typeof workers.tracing, Object.prototype.toString.call(workers.tracing), Object.getOwnPropertyNames(workers.tracing), Object.getOwnPropertyNames(Object.getPrototypeOf(workers.tracing)).join()],
  span: () => tryit(() => workers.tracing.enterSpan("x", (s, ...a) => [Object.prototype.toString.call(s), Object.getOwnPropertyNames(Object.getPrototypeOf(s)).join(), a], 1, 2)),
  span2: () => tryit(() => workers.tracing.enterSpan("x", (s) => [s.isTraced, s.setAttribute("a", 1)])),
  restore: () => [typeof workers.restore, workers.restore?.length, workers.restore?.name],
  abortIsolate: () => [typeof workers.abortIsolate, workers.abortIsolate.length],
  withEnv: async () => [env.X, withEnv({ X: 1 }, () => env.X), env.X, await withEnv({ X: 2 }, async () => { await 1; return env.X; }), env.X],
  withEnvThrows: async () => [await tryit(() => withEnv({ X: 1 }, () => { throw new Error("no"); })), env.X],
  withExports: () => [withExports({ Y: 1 }, () => exports.Y), exports.Y],
  withBoth: () => withEnvAndExports({ X: 3 }, { Y: 4 }, () => [env.X, exports.Y]),
  nested: () => withEnv({ X: 1 }, () => [withEnv({ Z: 2 }, () => [env.X, env.Z]), env.X]),
  parallel: async () => { const a = withEnv({ X: 1 }, async () => { await scheduler.wait(2); return env.X; }); const b = withEnv({ X: 2 }, async () => { await scheduler.wait(1); return env.X; }); return [await a, await b, env.X]; },
  envobject: () => [Object.prototype.toString.call(env), Object.keys(withEnv({ A: 1, B: 2 }, () => ({ ...env }))), withEnv({ A: 1 }, () => "A" in env && !("B" in env))],
  badargs: async () => [await tryit(() => withEnv()), await tryit(() => withEnv({})), await tryit(() => workers.waitUntil()), await tryit(() => new workers.WorkerEntrypoint())],
  rpcTarget: () => [Object.getOwnPropertyNames(workers.RpcTarget.prototype), Object.prototype.toString.call(new workers.RpcTarget())],
  stub: async () => { class T extends workers.RpcTarget { f() { return 5; } } const s = new workers.RpcStub(new T()); return [await s.f(), typeof s.dup, typeof s[Symbol.dispose], Object.prototype.toString.call(s)]; },
};
