// What entrypoints can be: asked of small Workers that are loaded for it.
import { show } from "./show.js";

export async function shapes(load, ctx, t) {
  const told = async (f) => { try { return show(await f()); } catch (e) { return `${e.name}: ${e.message}`; } };
  const text = async (f) => { const r = await f; return `${r.status} ${await r.text()}`; };
  const head = "import { WorkerEntrypoint, RpcTarget, DurableObject, env, exports, waitUntil, withEnv } from 'cloudflare:workers';\n";
  const L = (source, more) => load(head + source, more);
  const kinds = {
    object: "export default { fetch() { return new Response('object') }, one(a) { return a }, async two(a, env) { return typeof env } }",
    class: "export default class extends WorkerEntrypoint { fetch() { return new Response('class') } one(a) { return a } }",
    named: "export default class Named extends WorkerEntrypoint { fetch() { return new Response('class') } one(a) { return a } }",
    plain: "export default class { fetch() { return new Response('plain class') } one(a) { return a } }",
    "plain with ctx": "export default class { constructor(ctx, env) { this.t = [typeof ctx.waitUntil, typeof env].join() } fetch() { return new Response(this.t) } one() { return this.t } }",
    function: "export default function f(a) { return new Response('function') }",
    arrow: "export default () => new Response('arrow')",
    number: "export default 5", string: "export default 'text'", null: "export default null", undefined: "export default undefined", array: "export default [1]",
    promise: "export default Promise.resolve({ fetch() { return new Response('p') } })",
    instance: "class A { fetch() { return new Response('instance') } one(a) { return a } } export default new A()",
    "null prototype": "export default Object.assign(Object.create(null), { fetch() { return new Response('np') }, one(a) { return a } })",
    frozen: "export default Object.freeze({ fetch() { return new Response('frozen') }, one(a) { return a } })",
    target: "export default class extends RpcTarget { fetch() { return new Response('t') } one(a) { return a } }",
    "target instance": "export default new (class extends RpcTarget { fetch() { return new Response('t') } one(a) { return a } })()",
    "getter": "export default { get fetch() { return () => new Response('got') }, get one() { return (a) => a } }",
    "async handler": "export default { async fetch() { await scheduler.wait(1); return new Response('async') }, async one(a) { await scheduler.wait(1); return a } }",
    "throws": "export default { fetch() { throw new RangeError('fetch throws') }, one() { throw new RangeError('one throws') } }",
    "throws object": "export default { fetch() { throw { a: 1 } }, one() { throw { a: 1 } } }",
    "constructor throws": "export default class extends WorkerEntrypoint { constructor(ctx, env) { super(ctx, env); throw new RangeError('constructor') } fetch() { return new Response('x') } one(a) { return a } }",
    "no super": "export default class extends WorkerEntrypoint { constructor() { } fetch() { return new Response('x') } one(a) { return a } }",
    "super without arguments": "export default class extends WorkerEntrypoint { constructor() { super() } fetch() { return new Response('x') } one(a) { return a } }",
    "swapped": "export default class extends WorkerEntrypoint { constructor(ctx, env) { super(env, ctx) } fetch() { return new Response('x') } one(a) { return a } }",
    "returns another": "export default class extends WorkerEntrypoint { constructor(ctx, env) { super(ctx, env); return { fetch() { return new Response('other') }, one(a) { return 'other' } } } }",
    "fetch is no function": "export default { fetch: 5, one: 5 }",
    "not a response": "export default { fetch() { return 'text' }, one(a) { return a } }",
    "promise of no response": "export default { async fetch() { return 'text' }, one(a) { return a } }",
    "nothing returned": "export default { async fetch() { }, one() { } }",
    "no fetch": "export default { one(a) { return a } }",
    "class without fetch": "export default class extends WorkerEntrypoint { one(a) { return a } }",
    "subclass": "class A extends WorkerEntrypoint { fetch() { return new Response('base') } one(a) { return 'base' } } export default class B extends A { one(a) { return super.one() + a } }",
    "durable object": "export default class extends DurableObject { fetch() { return new Response('do') } one(a) { return a } }",
    "nothing": "const a = 1",
    "only named": "export class A extends WorkerEntrypoint { one(a) { return a } }",
  };
  for (const [name, source] of Object.entries(kinds)) {
    const w = L(source).getEntrypoint();
    await t(`${name}: fetch`, () => text(w.fetch("http://x/")));
    await t(`${name}: call`, async () => show(await w.one(5)));
    await t(`${name}: missing`, async () => show(await w.missing(5)));
    await t(`${name}: read`, async () => show(await w.one));
  }
  const sockets = {
    handler: "export default { async connect(socket) { const info = await socket.opened; const w = socket.writable.getWriter(); await w.write(new TextEncoder().encode('hello ' + Object.keys(info).sort())); await w.close(); } }",
    class: "export default class extends WorkerEntrypoint { async connect(socket) { const w = socket.writable.getWriter(); await w.write(new TextEncoder().encode(typeof this.env + ' ' + typeof this.ctx.waitUntil)); await w.close(); } }",
    throws: "export default { connect(socket) { throw new RangeError('connect throws'); } }",
    closes: "export default { connect(socket) { return socket.close(); } }",
  };
  for (const [name, source] of Object.entries(sockets)) {
    await t(`connect ${name}`, async () => {
      const s = L(source).getEntrypoint().connect("some.host:123");
      return show([await told(() => new Response(s.readable).text()), await told(() => s.opened.then((o) => Object.keys(o).sort())), await told(() => s.closed)]);
    });
  }
  const many = `
    export class A extends WorkerEntrypoint { who() { return 'A' } props() { return this.ctx.props } }
    export const o = { fetch() { return new Response('o') }, who() { return 'o' } };
    export class P { fetch() { return new Response('P') } who() { return 'P' } }
    export class D extends DurableObject { }
    export function f() { } export const n = 5, s = "x", u = undefined, z = null;
    export { A as 'a b' };
    export default { fetch() { return new Response('d') },
      names(a) { return Object.keys(exports) }, tags(a) { return Object.keys(exports).map((k) => k + ' ' + typeof exports[k] + ' ' + Object.prototype.toString.call(exports[k])) },
      has(a) { return [typeof exports.nope, 'A' in exports, exports.A === exports.A, typeof exports.default, Object.prototype.toString.call(exports), Object.isFrozen(exports)] },
      ctxProps(a, env, ctx) { return [ctx.props, typeof ctx.exports, ctx.exports === exports, ctx.props === ctx.props] },
      async self(a) { return [await exports.A.who(), await exports.A({ props: { x: 1 } }).props(), await exports.A.props(), await exports['a b'].who()] },
      async direct(a) { return (await exports.default.fetch('http://x/')).text() },
      async write(a) { exports.A = 5; return typeof exports.A },
      async plain(a) { return exports.P.who() }, async obj(a) { return exports.o.who(1) } }`;
  const m = L(many);
  for (const name of ["names", "tags", "has", "ctxProps", "self", "direct", "write", "plain", "obj"]) await t(`exports ${name}`, async () => show(await m.getEntrypoint()[name](1)));
  for (const name of ["A", "o", "P", "D", "f", "n", "s", "u", "z", "a b", "nope", "toString", "__proto__", "constructor", "then", "", "default", "hasOwnProperty"]) {
    await t(`entrypoint ${name}: fetch`, () => text(m.getEntrypoint(name).fetch("http://x/")));
    await t(`entrypoint ${name}: who`, async () => show(await m.getEntrypoint(name).who(1)));
  }
  for (const [name, props] of [["none", undefined], ["{}", {}], ["nested", { a: { b: [new Date(0), new Map([[1, 2n]])] } }], ["array", [1, 2]], ["function", { f: () => 1 }], ["class", new (class X { a = 1; })()], ["map", new Map([[1, 2]])], ["cycle", (() => { const c = {}; c.c = c; return c; })()]]) {
    await t(`props ${name}`, async () => show(await m.getEntrypoint("A", { props }).props()));
  }
  await t("props null", async () => show(await m.getEntrypoint("A", { props: null }).props()));
  await t("props are a copy", async () => { const props = { a: 1 }; const e = m.getEntrypoint("A", { props }); props.a = 2; return show(await e.props()); });

  const inside = `
    let made = 0, atStart;
    try { atStart = env.UP.echo(1); } catch (e) { atStart = e.name + ': ' + e.message }
    export class C extends WorkerEntrypoint {
      constructor(ctx, env) { super(ctx, env); made++; this.early = env.UP.echo('from the constructor'); }
      early_() { return this.early } async count() { return made }
      wait() { this.ctx.waitUntil(this.env.UP.echo(1).then((x) => { C.waited = x })); return 'waiting' }
      async waited() { for (let i = 0; C.waited === undefined && i < 4000; i++) await scheduler.wait(5); return C.waited }
      waitNothing() { this.ctx.waitUntil(5); this.ctx.waitUntil(); return 'fine' }
      waitStub() { this.ctx.waitUntil(this.env.UP.echo(2)); waitUntil(this.env.UP.echo(3)); return 'fine' }
      waitFails() { this.ctx.waitUntil(Promise.reject(new Error('ignored'))); return 'fine' }
      pass() { this.ctx.passThroughOnException(); return 'fine' }
      with() { return withEnv({ x: 1 }, () => [env.x, this.env.x === undefined, typeof this.env.UP]) }
      async withAwait() { return withEnv({ x: 1 }, async () => { await scheduler.wait(1); return env.x }) }
      detached() { const { waitUntil } = this.ctx; try { waitUntil(1); return 'fine' } catch (e) { return e.name + ': ' + e.message } }
      changeEnv() { this.env.NEW = 1; return typeof env.NEW }
      async start() { try { return await atStart } catch (e) { return e.name + ': ' + e.message } }
      abort() { this.ctx.abort(new Error('aborted itself')); return 'never' }
    }`;
  const w = L(inside, { env: { UP: ctx.exports.More({ props: {} }) } });
  for (const name of ["early_", "count", "count", "wait", "waited", "waitStub", "waitFails", "waitNothing", "pass", "with", "withAwait", "detached", "changeEnv", "start"]) await t(`inside ${name}`, async () => show(await w.getEntrypoint("C")[name]()));
  await t("module that throws", async () => told(() => L("throw new RangeError('at start')").getEntrypoint().one(1)));
  await t("module that awaits", async () => show(await L("await scheduler.wait(1); export default { one(a) { return a } }").getEntrypoint().one(1)));
  await t("module that awaits a promise", async () => show(await L("await Promise.resolve(); export default { one(a) { return a } }").getEntrypoint().one(1)));
  await t("syntax error", async () => told(() => L("export default {").getEntrypoint("x").one(1)).then((s) => s.split("\n")[0]));
}
