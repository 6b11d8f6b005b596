// Further questions, asked of B, an entrypoint of another Worker (furtherapi.js): how long things last, pipelining, streams, requests,
// signals, errors, what classes can have, and large and odd values.
import { RpcStub, RpcTarget } from "cloudflare:workers";
import { Named, gone, told, until } from "./furtherapi.js";
import { show } from "./show.js";

const text = (s) => new Response(s).text();
export async function further(B, t) {
  const goneHere = async (n) => { await until(() => gone.length >= n); await scheduler.wait(5); return gone.splice(0).join(); };
  await B.gone();

  // how long things last
  await t("using disposes in reverse", async () => { { using a = await B.named("a"), b = await B.named("b"); await a.is(); await b.is(); } return B.goneAfter(2); });
  await t("disposing a result disposes its members", async () => { const r = await B.tree(); r[Symbol.dispose](); return B.goneSorted(4); });
  await t("order of members", async () => { const r = await B.list("x1", "x2", "x3"); r[Symbol.dispose](); return B.goneAfter(3); });
  await t("member used after the result is disposed", async () => { const r = await B.tree(); r[Symbol.dispose](); const said = await told(() => r.a.is()); await B.goneSorted(4); return said; });
  await t("disposing one member", async () => { const r = await B.list("y1", "y2"); r[0][Symbol.dispose](); const first = await B.goneAfter(1); const said = await r[1].is(); r[Symbol.dispose](); return [first, said, await B.goneAfter(1)].join(); });
  await t("disposing a member and then all", async () => { const r = await B.list("z1", "z2"); r[0][Symbol.dispose](); r[Symbol.dispose](); await scheduler.wait(20); return B.goneSorted(2); });
  await t("disposing the parent leaves the child", async () => { const p = await B.named("parent"); const c = await p.child("child"); p[Symbol.dispose](); const first = await B.goneAfter(1); const said = await c.is(); c[Symbol.dispose](); return [first, said, await B.goneAfter(1)].join(); });
  await t("the same target twice", async () => { const r = await B.same("twin"); const said = [await r.a.is(), await r.b.is(), r.a === r.b]; r[Symbol.dispose](); return [...said, await B.goneAfter(1)].join(); });
  await t("the same target twice, one disposed", async () => { const r = await B.same("twin2"); r.a[Symbol.dispose](); const said = await told(() => r.b.is()); r[Symbol.dispose](); await B.goneAfter(1); return said; });
  await t("the same function twice", async () => { const [f, g] = await B.sameFunction(); return [f === g, await f(), await g()].join(); });
  await t("the same argument twice", async () => { const f = new Named("arg twice"); await B.instance(f); const r = await B.shows(typeof f); const s = await B.calls([f, f], 0); return [r, await goneHere(2)].join(); });
  await t("same stub in two arguments", async () => { const n = new Named("two args"); const r = await B.dups(n); return [r, await goneHere(1)].join("; "); });
  await t("dups are counted", async () => { const s = await B.named("counted"); const d = s.dup(), e = d.dup(); s[Symbol.dispose](); d[Symbol.dispose](); const none = await B.gone(); const said = await e.is(); e[Symbol.dispose](); return [none, said, await B.goneAfter(1)].join(); });
  await t("double disposal counts once", async () => { const s = await B.named("once"); const d = s.dup(); s[Symbol.dispose](); s[Symbol.dispose](); s[Symbol.dispose](); const said = await d.is(); d[Symbol.dispose](); return [said, await B.goneAfter(1)].join(); });
  await t("local dups are counted", async () => { const s = new RpcStub(new Named("local")); const d = s.dup(); s[Symbol.dispose](); await scheduler.wait(1); const none = gone.splice(0).join(); const said = await d.is(); d[Symbol.dispose](); return [none, said, await goneHere(1)].join(); });
  await t("two stubs on one target", async () => { const n = new Named("two stubs"); const a = new RpcStub(n), b = new RpcStub(n); a[Symbol.dispose](); await scheduler.wait(1); const first = gone.splice(0).join(); const said = await b.is(); b[Symbol.dispose](); await scheduler.wait(1); return [first, said, gone.splice(0).join()].join(); });
  await t("argument disposed at the end of the call", async () => { const n = new Named("argument"); await B.calls(n, "is"); return goneHere(1); });
  await t("argument stub is not disposed", async () => { const s = new RpcStub(new Named("stub argument")); await B.calls(s, "is"); await scheduler.wait(20); const none = gone.splice(0).join(); const said = await told(() => s.is()); s[Symbol.dispose](); return [none, said, await goneHere(1)].join(); });
  await t("argument dup'ed", async () => { const n = new Named("dup argument"); await B.storeDup("d", n); await scheduler.wait(20); const none = gone.splice(0).join(); const said = await B.useStored("d", "is"); await B.dropStored("d"); return [none, said].join(); });
  await t("argument stored in a global", async () => { const n = new Named("global"); await B.store("g", n); const said = await B.useStored("g", "is"); return [said, await goneHere(1)].join("; "); });
  await t("function stored in a global", async () => { await B.store("f", () => 1); return B.useStored("f"); });
  await t("dup of a function in a global", async () => { await B.storeDup("f2", (x) => x + 1); const said = await B.useStored("f2", undefined, 4); await B.dropStoredTwice("f2"); return [said, await B.useStored("f2", undefined, 4)].join("; "); });
  await t("stub used in waitUntil", async () => { const n = new Named("until"); await B.keepsUntil(n); const said = await B.said(); return [said, await goneHere(1)].join("; "); });
  await t("dup used in waitUntil", async () => { const n = new Named("dup until"); await B.keepsDupUntil(n); const said = await B.said(); return [said, await goneHere(1)].join("; "); });
  await t("argument passed on", async () => { const n = new Named("passed"); const s = await B.passesOn(n); const said = await told(() => s.is()); return said; });
  gone.length = 0;
  await t("argument's dup passed on", async () => { const n = new Named("passed dup"); const s = await B.passesDup(n); const said = await told(() => s.is()); s[Symbol.dispose](); return [said, await goneHere(1)].join("; "); });
  await t("argument passed inside", async () => { const n = new Named("passed inside"); const o = await B.passesInside(n); return [await told(() => o.s.is()), await told(() => o.l[0].is())].join("; "); });
  gone.length = 0;
  await t("argument passed on after a call", async () => { const n = new Named("after a call"); const o = await B.passesOnAfter(n); return [o.r, await told(() => o.stub.is())].join("; "); });
  gone.length = 0;
  await t("child of an argument in a result", async () => { const n = new Named("mine"); const s = await B.fromMine(n); return told(() => s.is()); });
  gone.length = 0;
  await scheduler.wait(10); gone.length = 0;
  await t("call of an argument not waited for", async () => { const n = new Named("unawaited"); const r = await B.unawaited(n); return [r, await goneHere(1)].join(); });
  await t("argument of a call that throws", async () => { const n = new Named("thrown over"); const r = await told(() => B.throwsWith(n)); return [r, await goneHere(1)].join(); });
  await t("argument of a call that is refused", async () => { const n = new Named("refused"); const r = await told(() => B.echo(n, Symbol("x"))); return [r, await goneHere(1)].join(); });
  await t("argument of a missing method", async () => { const n = new Named("missing"); const r = await told(() => B.nothingLikeIt(n)); return [r, await goneHere(1)].join(); });
  await t("callee disposes its argument", async () => { const n = new Named("disposed there"); const r = await B.disposesThenReturns(n); return [r, await goneHere(1)].join("; "); });
  await t("result not awaited, disposed", async () => { const p = B.named("not awaited"); p[Symbol.dispose](); return B.goneAfter(1); });
  await t("result's promise disposed after await", async () => { const p = B.named("after await"); const s = await p; p[Symbol.dispose](); const r = await told(() => s.is()); return [r, await B.goneAfter(1)].join("; "); });
  await t("pipelined result disposes the middle", async () => { const r = await B.named("middle").child("end"); const said = await r.is(); r[Symbol.dispose](); return [said, await B.goneSorted(1)].join(); });
  await t("result with its own disposer", async () => { const r = await B.disposable("own"); const k = Object.keys(r).join(); await r.f(); r[Symbol.dispose](); await scheduler.wait(20); return [k, await B.gone()].join("; "); });
  await t("function with its own disposer", async () => { const f = await B.disposableFunction("function"); await f(); f[Symbol.dispose](); return B.goneAfter(1); });
  await t("function argument with its own disposer", async () => { const f = Object.assign(() => 1, { [Symbol.dispose]() { gone.push("function"); } }); const r = await B.calls(f); return [r, await goneHere(1)].join("; "); });
  await t("object argument with its own disposer", async () => { const o = { f: () => 1, [Symbol.dispose]() { gone.push("object"); } }; const r = await B.calls(o, "f"); await scheduler.wait(20); return [r, gone.splice(0).join()].join("; "); });
  await t("stub of an object with its own disposer", async () => { const r = await B.stubOfObject("stub"); await r.a; r[Symbol.dispose](); return B.goneAfter(1); });
  await t("local stub of an object with its own disposer", async () => { const s = new RpcStub({ a: 1, [Symbol.dispose]() { gone.push("local object"); } }); s[Symbol.dispose](); await scheduler.wait(5); return gone.splice(0).join(); });
  await t("local stub of a function with its own disposer", async () => { const s = new RpcStub(Object.assign(() => 1, { [Symbol.dispose]() { gone.push("local function"); } })); s[Symbol.dispose](); await scheduler.wait(5); return gone.splice(0).join(); });
  await t("a kept stub as a result, twice", async () => { const s = await B.keptStub("kept stub"); const a = await told(() => s.is()); const b = await B.useKeptStub(); const c = await told(async () => (await B.keptStub("again")).is()); return [a, b, c].join("; "); });
  await t("a kept stub's dup as a result, twice", async () => { const s = await B.keptStubDup("kept dup"); const a = await told(() => s.is()); s[Symbol.dispose](); return [a, await told(async () => (await B.keptStubDup("again")).is())].join("; "); });
  await t("a fresh stub is disposed", async () => { const s = await B.freshStub("fresh"); await s.is(); const t = await B.named("holds the context"); s[Symbol.dispose](); return B.goneAfter(1); });
  await t("a stub as an argument lasts", async () => { const s = new RpcStub(new Named("lasts")); const a = [await told(() => B.calls(s, "is")), await told(() => B.calls(s, "is"))]; await scheduler.wait(10); a.push(gone.splice(0).join(), await told(() => s.is())); s[Symbol.dispose](); return [...a, await goneHere(1)].join("; "); });
  await t("a stub as an argument, dup'ed there, lasts there", async () => { const s = new RpcStub(new Named("lasts there")); await B.storeDup("l", s); s[Symbol.dispose](); await scheduler.wait(10); const r = [gone.splice(0).join(), await told(() => s.is())].join("; "); await B.dropStored("l"); return r; });
  await scheduler.wait(20); gone.length = 0;
  await t("a target with dup as an argument", async () => { const n = new (class extends Named { dup() { return new Named("a dup"); } })("original"); const r = await B.calls(n, "is"); return [r, await goneHere(1)].join("; "); });
  await t("a target whose dup is odd as an argument", async () => { const out = []; for (const dup of [() => 5, () => () => 1, () => ({ a: 1 }), () => { throw new RangeError("dup throws"); }]) out.push(await told(() => B.calls(new (class extends Named { dup() { return dup(); } })("original"), "is"))); await scheduler.wait(10); return [...out, gone.splice(0).join()].join("; "); });
  await t("a function with dup as an argument", async () => { const out = []; for (const dup of [() => () => 2, () => 5]) out.push(await told(() => B.calls(Object.assign(() => 1, { dup })))); return out.join("; "); });
  await t("a target with dup in a result", async () => { const s = await B.withDup(); return s.is(); });
  await t("a proxy with dup as an argument", async () => { const n = new Proxy(new (class extends Named { dup() { return new Named("a dup"); } })("original"), { get(o, k) { const v = Reflect.get(o, k); return typeof v === "function" ? v.bind(o) : v; } }); return told(() => B.calls(n, "is")); });
  gone.length = 0;
  await t("dispose that throws", async () => { const s = await B.badly(); s[Symbol.dispose](); return B.goneAfter(1); });
  await t("dispose that throws, here", async () => told(() => { const s = new RpcStub(new (class extends RpcTarget { [Symbol.dispose]() { throw new Error("here"); } })()); s[Symbol.dispose](); return "fine"; }));
  await t("async dispose is not called", async () => { const s = await B.asyncDispose(); s[Symbol.dispose](); await scheduler.wait(20); return B.gone(); });
  await t("await using disposes", async () => { { await using s = await B.named("await using"); await s.is(); } return B.goneAfter(1); });
  await t("using a promise", async () => { { using p = B.named("using a promise"); await p.is(); } return B.goneAfter(1); });
  await t("DisposableStack", async () => { if (typeof DisposableStack === "undefined") return "none"; const stack = new DisposableStack(); stack.use(await B.named("s1")); stack.use(await B.named("s2")); stack.dispose(); return B.goneAfter(2); });
  await t("using null", async () => { using x = await B.echo(null); return show(x); });
  await t("using a number", async () => told(async () => { using x = await B.echo(5); return x; }));
  await t("dispose is no function of data in data", async () => { const r = await B.echo({ a: { b: 1 } }); return [typeof r[Symbol.dispose], typeof r.a[Symbol.dispose]].join(); });
  await t("dispose of results of kinds", async () => { const out = []; for (const v of [new Map(), new Set(), new Date(0), new Uint8Array(1), new Error("x"), new Response("x"), new Headers(), /x/, Object(1)]) { const r = await B.echo(v); out.push(typeof r[Symbol.dispose]); } return out.join(); });
  await t("dispose's descriptor", async () => { const r = await B.echo({ a: 1 }); const d = Object.getOwnPropertyDescriptor(r, Symbol.dispose); return show(d && [d.writable, d.enumerable, d.configurable]); });
  await t("result with dispose sent back", async () => { const r = await B.echo({ a: 1 }); return B.shows(r); });
  await t("result with stubs sent back", async () => { const r = await B.tree(); const said = await B.pathOf(r, ["b", "c", "is"]); r[Symbol.dispose](); return [said, await B.goneSorted(4)].join("; "); });
  await t("result's stub used by another call", async () => { const s = await B.named("lent"); const said = await B.calls(s, "is"); const again = await s.is(); s[Symbol.dispose](); return [said, again, await B.goneAfter(1)].join("; "); });
  await t("dispose while a call is under way", async () => { const s = await B.named("busy"); const p = s.waits(10); s[Symbol.dispose](); return [await told(() => p), await B.goneAfter(1)].join(); });
  await t("dispose of a stub of a stub's method", async () => { const s = await B.named("method"); const m = s.is; return [typeof m[Symbol.dispose], typeof m.dup, await m()].join(); });
  await B.gone();

  // pipelining
  await t("through an array of a method", () => B.named("p").children("a", "b")[1].is());
  await t("through a map", async () => told(() => B.named("p").map("a").get("a").is()));
  await t("through getters", () => B.named("p").only.only.title);
  await t("deep chain", () => { let p = B.named("0"); for (let i = 1; i < 40; i++) p = p.child(`${i}`); return p.is().then((s) => s.length); });
  await t("many on one promise", async () => { const p = B.slowNamed("shared", 5); const all = await Promise.all(Array.from({ length: 30 }, (_, i) => p.child(`${i}`).is())); return all[29]; });
  await t("on one that fails later", async () => told(() => B.fails(5).a.b.c(1)));
  await t("on one that fails, each says so", async () => { const p = B.fails(5); return (await Promise.all([told(() => p.a()), told(() => p.b.c), told(() => p)])).join("; "); });
  await t("a middle call fails", async () => told(() => B.named("x").fails("in the middle").a.is()));
  await t("a missing one in the middle", async () => told(() => B.named("x").nope().a.is()));
  await t("a result of null", async () => told(() => B.echo(null).a()));
  await t("a number in the middle", async () => told(() => B.echo({ a: 5 }).a.b()));
  await t("a string's method", async () => told(() => B.echo({ a: "text" }).a.toUpperCase()));
  await t("a result's property as an argument", async () => told(() => B.shows(B.echo({ a: 5 }).a)));
  await t("an awaited property as an argument", async () => told(async () => B.shows(await B.echo({ a: 5 }).a)));
  await t("a pipelined target as an argument", async () => told(() => B.calls(B.named("as argument"), "is")));
  await t("a pipelined function in an object", async () => told(() => B.shows({ f: B.named("x").is })));
  await t("pipelined call with a callback", () => B.named("x").use((a, b) => a * b, 6, 7));
  await t("pipelined call with a target", () => B.named("x").use((n) => n.is(), new Named("given")));
  await t("order of calls", async () => { await Promise.all([B.note(1, 5), B.note(2, 0), B.note(3, 0)]); return (await B.noted()).split(",").filter((s) => s.startsWith("start")).join(); });
  await t("then of a pipelined property", async () => { const p = B.named("prop").title; return [await p, await p, typeof p.then].join(); });
  await t("index of a result", async () => told(() => B.echo([[1, 2], [3, [4]]])[1]));
  await t("index of an awaited result", async () => show((await B.echo([[1, 2], [3, [4]]]))[1]));
  await t("negative index", async () => told(() => B.list("a")[-1]));
  await t("out of range", async () => told(() => B.list("a")[5].is()));
  await t("await of a pipelined property twice", async () => { const p = B.tree().b.c; return [await told(() => p.is()), await told(() => p.is())].join(); });
  await t("disposed while pipelined", async () => { const p = B.slowNamed("later", 5); const c = p.child("c"); const d = c.is(); p[Symbol.dispose](); const said = await told(() => d); await B.goneAfter(1); return said; });
  await t("pipelined on a stub's result", async () => { const s = await B.named("stub"); return s.child("a").child("b").is(); });
  await t("pipelined on a local stub", async () => { const s = new RpcStub(new Named("l")); return s.child("a").children("b", "c")[1].is(); });
  await t("local stub's property", async () => { const s = new RpcStub(new Named("l")); return [await s.title, await s.only.title].join(); });
  await t("pipelined on a promise of a primitive", async () => told(() => B.echo(5).toFixed()));
  await t("pipelined through a response", async () => told(() => B.makeResponse("bytes").status));
  await t("call of a response's method", async () => told(() => B.makeResponse("bytes").text()));
  await t("pipelined through a thenable", async () => told(() => B.lazy().o.v));
  await t("getter of an async function", async () => told(() => B.lazy().f(4)));
  await t("getter of a function of functions", async () => told(() => B.lazy().g(4)(5)));
  await t("getter that throws", async () => told(() => B.throwing().bad));
  await t("getter that throws, called", async () => told(() => B.throwing().bad()));
  await t("getter that throws, passed through", async () => told(() => B.throwing().bad.a.b()));
  await t("getter that throws an object", async () => told(() => B.throwing().badObject));
  await t("getter that throws a string", async () => told(() => B.throwing().badString));
  await t("getter that rejects", async () => told(() => B.throwing().lateBad));
  await t("getter that rejects, passed through", async () => told(() => B.throwing().lateBad.a()));

  // shapes
  await t("mixin", async () => { const m = await B.mixin(); return [await m.mixedIn(), await m.mixedGetter, await m.own(), await m.is()].join(); });
  await t("private method", async () => { const n = await B.named("x"); return [await told(() => n.secretly()), await told(() => n["#hidden"]())].join("; "); });
  await t("accessor", async () => (await B.named("x")).accessor);
  await t("assign to an accessor", async () => { const n = await B.named("x"); n.accessor = "changed"; return [await told(() => n.accessor), await n.secretly()].join(); });
  await t("static of a target", async () => told(async () => (await B.named("x")).make("y")));
  await t("symbol method", async () => typeof (await B.named("x"))[Symbol.for("keyed")]);
  await t("thenable result", async () => show(await B.thenable()));
  await t("thenable target", async () => { const r = await B.thenableTarget(); return show(r); });
  await t("toJSON over RPC", async () => { const j = await B.json(); return [await told(() => j.toJSON()), await told(() => j.toString()), await told(() => j.valueOf())].join("; "); });
  await t("toJSON of the entrypoint", async () => told(() => B.toJSON()));
  await t("odd names", async () => { const i = await B.indexed(); return [await told(() => i[5]()), await told(() => i[6]), await told(() => i["a.b"]()), await told(() => i["ä"]()), await told(() => i.async()), await told(() => i.get), await told(() => i.static())].join("; "); });
  await t("instance of no target", async () => told(() => B.callableInstance()));
  await t("class of a target", async () => told(async () => { const C = await B.targetClass(); return [typeof C, await told(() => C("x")), await told(() => new C("x")), await told(() => C.make("made").is())].join("; "); }));
  await t("getters of plain objects", async () => { const r = await B.withGetters(); return [r.a, await r.f(), show(Object.keys(r))].join(); });
  await t("frozen tree", async () => { const r = await B.frozenTree(); return [Object.isFrozen(r), await r.n[1].f()].join(); });
  await t("sealed", async () => Object.isSealed(await B.sealed()));
  await t("cyclic value with stubs", async () => { const o = await B.cyclicStubs(); return [o.o === o, o.l[0] === o, o.l[1] === o.n, await o.o.o.n.is()].join(); });
  await t("cyclic argument with stubs", async () => { const o = { f: () => "cyclic" }; o.o = o; return B.pathOf(o, ["o", "o", "f"]); });
  await t("bound function as a result", async () => { const f = await B.boundFunction(); return f("called"); });
  await t("async generator", async () => told(() => B.asyncGenerator()));
  await t("call of an async generator", async () => told(() => B.gen()));
  await t("generator function as a result", async () => told(async () => { const f = await B.generatorFunction(); return f(); }));
  await t("object with next", async () => { const i = await B.iteratorObject(); return [show(await i.next()), show(await i.next())].join(); });
  await t("function with members", async () => { const f = await B.functionWith(); return [await f(1), await told(() => f.a), await told(() => f.f(2)), await told(() => f.n.is()), await told(() => f.o.deep[0]()), await told(() => f.name)].join("; "); });
  await t("proxied object", async () => told(async () => { const p = await B.proxied(); return [typeof p, await told(() => p.a)].join(); }));
  await t("proxied target", async () => told(async () => { const p = await B.proxiedTarget(); return [await told(() => p.is()), await told(() => p.title), await told(() => p.called)].join(); }));
  await t("proxied function", async () => told(async () => { const p = await B.proxiedFunction(); return p(1); }));
  await t("revoked proxy", async () => (await told(() => B.revoked())).split(":")[0]);
  await t("entrypoint's accessor", async () => told(() => B.accessor));
  await t("entrypoint's throwing getter", async () => told(() => B.throwingGetter));
  await t("entrypoint's throwing getter called", async () => told(() => B.throwingGetter(1)));
  await t("entrypoint's getter of an async function", async () => told(() => B.asyncFunction(1)));
  await t("entrypoint's getter of a target", async () => told(() => B.nestedTarget.t.is()));
  await t("entrypoint's static", async () => told(() => B.helper()));
  await t("entrypoint's private", async () => told(() => B["#private"]()));
  await t("entrypoint's field", async () => told(() => B.order));
  await t("deep stub", async () => { let v = await B.nested(100); for (let i = 0; i < 100; i++) v = v.v; return v.is(); });
  await t("deep pipelined path", () => { let p = B.nested(60); for (let i = 0; i < 60; i++) p = p.v; return p.is(); });
  await t("kinds of arguments", async () => [await B.instance(new Named("x")), await B.instance(() => 1), await B.instance(new RpcStub({ a: 1 })), await B.instance(B)].join("; "));
  await t("object with a then", async () => told(() => B.shows({ then: 5 })));
  await t("object with a then function", async () => told(async () => show(await B.calls({ then: (f) => f("x") }, "then"))));
  await t("object with constructor", async () => told(() => B.shows({ constructor: 1, hasOwnProperty: 2, toString: 3 })));
  await t("undefined function result", async () => show(await B.use?.(1).catch((e) => e.message)));

  // errors
  for (const how of ["subclass", "chain", "aggregate", "any", "frozen", "undefined message", "own date", "symbol", "bigint", "boolean", "array", "date", "function with members", "target", "stub", "response", "suppressed", "dom", "dom data", "getter", "code",
    "remote", "empty name", "newline", "proto", "null proto", "error-like", "constructor", "class", "from await"]) {
    await t(`throws ${how}`, async () => { try { return await B.throws(how); } catch (e) { return e instanceof Error || e !== null && typeof e === "object" ? `${show(e)} ${Object.keys(e).sort()}` : show(e); } });
    await t(`callback throws ${how}`, async () => B.catches(() => B.throws.call === undefined ? 1 : throwsHere(how)));
  }
  await t("long message", async () => { try { await B.throws("long"); } catch (e) { return e.message.length; } });
  await t("stack names functions", async () => { try { await B.throws("nested call"); } catch (e) { return [e.name, /deepest/.test(e.stack), /deeper/.test(e.stack), e.stack.split("\n")[0]].join(); } });
  await t("error of a callback comes back", async () => told(() => B.callsBack(() => { throw Object.assign(new RangeError("mine"), { code: 7 }); })));
  await t("error of a callback comes back as", async () => { const mine = Object.assign(new RangeError("mine"), { code: 7 }); try { await B.sameError(() => { throw mine; }); } catch (e) { return [e === mine, show(e)].join(); } });
  await t("error rethrown with a cause", async () => { try { await B.rethrows(() => { throw new TypeError("inner"); }); } catch (e) { return show(e); } });
  await t("error is instanceof", async () => { try { await B.throws("chain"); } catch (e) { return [e instanceof TypeError, e.cause instanceof TypeError, e.constructor === TypeError].join(); } });
  await t("caught in waitUntil", async () => told(() => B.waitsFor(() => { throw new Error("in waitUntil"); })));

  // streams
  await t("cancel reason: string", async () => { const s = await B.counted(1e6); const r = s.getReader(); await r.read(); await r.cancel("why"); return B.cancelled(); });
  await t("cancel reason: error", async () => { const s = await B.counted(1e6); const r = s.getReader(); await r.read(); await r.cancel(new RangeError("why")); return B.cancelled(); });
  await t("cancel reason: none", async () => { const s = await B.counted(1e6); const r = s.getReader(); await r.read(); await r.cancel(); return B.cancelled(); });
  await t("cancel before reading", async () => { const s = await B.counted(1e6); await s.cancel("unread"); return B.cancelled(); });
  await t("stream that is not read", async () => { const s = await B.counted(5); await scheduler.wait(10); return text(s).then((x) => x.length); });
  await t("read after cancel", async () => { const s = await B.counted(5); const r = s.getReader(); await r.cancel(); return show(await r.read()); });
  await t("sum of chunks", async () => { const s = await B.counted(50, 1000); let n = 0; for await (const c of s) n += c.length; return n; });
  await t("byob of a byob source", async () => { const s = await B.byob(); const r = s.getReader({ mode: "byob" }); const out = []; for (;;) { const { done, value } = await r.read(new Uint8Array(4)); if (done) break; out.push(...value); } return out.join(); });
  await t("default reader of a byob source", async () => show(new Uint8Array(await new Response(await B.byob()).arrayBuffer())));
  await t("byob reads here", async () => B.readsByob(new Response("abcdef").body));
  await t("at least", async () => B.readsAtLeast(new ReadableStream({ type: "bytes", pull(c) { c.enqueue(new Uint8Array([1])); } })));
  await t("text stream", async () => told(async () => text(await B.textStream())));
  await t("encoded stream", async () => text(await B.encoded()));
  await t("compressed stream", async () => (await text((await B.compressed()).pipeThrough(new DecompressionStream("gzip")))).length);
  await t("fixed length stream", async () => (await text(await B.fixed())).length);
  await t("fixed length stream ends early", async () => (await told(async () => (await text(await B.fixedShort())).length)).slice(0, 40));
  await t("one of a tee", async () => text(await B.teeOne()));
  await t("from an iterable", async () => told(async () => show(new Uint8Array(await new Response(await B.fromIterable()).arrayBuffer()))));
  await t("stream in a map", async () => text((await B.streamInMap()).get("s")));
  await t("stream and target", async () => { const o = await B.streamAndTarget(); return [await o.n.is(), await text(o.s)].join(); });
  await t("stream after the result is disposed", async () => { const o = await B.streamAndTarget(); o[Symbol.dispose](); const said = await told(() => text(o.s)); await B.goneAfter(1); return said; });
  await t("stream of a disposed promise", async () => { const p = B.counted(3); const s = await p; p[Symbol.dispose](); return told(async () => (await text(s)).length); });
  await t("stream errors after some", async () => { const s = await B.errorsAfter(2); const r = s.getReader(); const out = []; for (let i = 0; i < 4; i++) out.push(await told(async () => { const { done, value } = await r.read(); return done ? "done" : value[0]; })); return out.join("; "); });
  await t("closed of a failed stream", async () => { const s = await B.errorsAfter(0); const r = s.getReader(); const c = told(() => r.closed); await told(() => r.read()); return c; });
  await t("stream there is cancelled", async () => { let why = "no"; const r = await B.readsSome(new ReadableStream({ type: "bytes", pull(c) { c.enqueue(new Uint8Array([1])); }, cancel(x) { why = show(x); } }), 1); await until(() => why !== "no"); return [r.slice(0, 1), why].join(); });
  await t("stream there is ignored", async () => { let why = "no"; const r = await B.ignores(new ReadableStream({ type: "bytes", pull(c) { c.enqueue(new Uint8Array([1])); }, cancel(x) { why = `${x?.name}`; } })); await until(() => why !== "no"); return [r, why !== "no"].join(); });
  await t("stream there in total", async () => { let n = 0; return B.readsAll(new ReadableStream({ type: "bytes", pull(c) { if (n++ < 100) c.enqueue(new Uint8Array(10000)); else c.close(); } })); });
  await t("tee there", async () => B.tees(new Response("to be teed").body));
  await t("error there", async () => B.readsError(new ReadableStream({ type: "bytes", pull(c) { c.error(Object.assign(new RangeError("of a source"), { code: 1 })); } })));
  await t("error of a string there", async () => B.readsError(new ReadableStream({ type: "bytes", pull(c) { c.error("text"); } })));
  await t("pull throws there", async () => B.readsError(new ReadableStream({ type: "bytes", pull() { throw new TypeError("pull throws"); } })));
  await t("stream comes back", async () => text(await B.returnsStream(new Response("comes back").body)));
  await t("stream comes back through", async () => text(await B.through(new Response("abc").body)));
  await t("pipe from one to the other", async () => { const got = []; const r = await B.pipes(new Response("piped").body, new WritableStream({ write(c) { got.push(...new Uint8Array(c)); } })); return [r, got.length].join(); });
  await t("writes many", async () => { let n = 0; const r = await B.writesMany(new WritableStream({ write(c) { n += c.byteLength; } }), 50, 1000); return [r, n].join(); });
  await t("close comes", async () => { let closed = false; await B.writesMany(new WritableStream({ close() { closed = true; } }), 1); await until(() => closed); return closed; });
  await t("callee fails after a write", async () => { const got = []; const r = await told(() => B.writesAndFails(new WritableStream({ write(c) { got.push("w"); }, abort(x) { got.push("abort"); } }))); await until(() => got.length > 1); return [r, got].join("; "); });
  await t("callee leaves it open", async () => { const got = []; const r = await told(() => B.writesAndLeaves(new WritableStream({ write(c) { got.push("w"); }, abort(x) { got.push(`abort ${show(x)}`); } }))); await until(() => got.length > 1); return [r, got].join("; "); });
  for (const how of ["error", "string", "undefined", "object", "none"]) await t(`abort with ${how}`, async () => { let why = "no"; const r = await told(() => B.abortsWith(new WritableStream({ abort(x) { why = show(x); } }), how)); await until(() => why !== "no"); return [r, why].join("; "); });
  await t("desired sizes", async () => B.desired(new WritableStream({})));
  await t("write states", async () => B.writeStates(new WritableStream({})));
  await t("write states of one that fails late", async () => B.writeStates(new WritableStream({ async write() { await scheduler.wait(2); throw new RangeError("late"); } })));
  await t("write states of one whose close fails", async () => B.writeStates(new WritableStream({ close() { throw new RangeError("close"); } })));
  await t("closes twice", async () => B.closesTwice(new WritableStream({})));
  await t("sink", async () => { const w = (await B.sink()).getWriter(); await w.write(new Uint8Array([1, 2])); await w.write(new Uint8Array([3])); await w.close(); return B.sunk(3); });
  await t("sink takes text", async () => { const w = (await B.sink()).getWriter(); const r = await told(() => w.write("text")); return [r].join(); });
  await t("sink is aborted", async () => { const w = await B.sink(); await w.abort(new RangeError("here")); return B.sunk(1); });
  await t("sink takes a subarray", async () => { const w = (await B.sink()).getWriter(); await w.write(new Uint8Array([1, 2, 3, 4]).subarray(1, 3)); await w.close(); return B.sunk(2); });
  await t("sink takes a buffer", async () => { const w = (await B.sink()).getWriter(); await told(() => w.write(new Uint8Array([1, 2]).buffer)); return told(() => w.close()); });
  await t("sink fails", async () => { const w = (await B.failingSink()).getWriter(); const out = []; for (let i = 0; i < 3; i++) out.push(await told(() => w.write(new Uint8Array(1)))); out.push(await told(() => w.closed)); return out.join("; "); });
  await t("sink's close fails", async () => { const w = (await B.closeFails()).getWriter(); return told(() => w.close()); });
  await t("identity pair", async () => told(async () => { const p = await B.pair(); return typeof p.readable; }));
  await t("transform pair", async () => { const { readable, writable } = await B.pairOf(); const w = writable.getWriter(); const p = told(() => w.write(new Uint8Array([65]))).then(() => told(() => w.close())); return [await text(readable), await p].join("; "); });
  await t("stream in a stream", async () => told(async () => { const s = new ReadableStream({ start(c) { c.enqueue(new Response("x").body); c.close(); } }); return B.readsAll(s); }));
  await t("stream of a number", async () => told(async () => B.readsAll(new ReadableStream({ start(c) { c.enqueue(5); c.close(); } }))));
  await t("stream of text", async () => told(async () => B.readsError(new ReadableStream({ start(c) { c.enqueue("täxt"); c.close(); } }))));
  await t("locked after", async () => { const s = new Response("x").body; const p = B.readsError(s); const { locked } = s; await p; return [locked, await told(() => s.getReader())].join("; "); });
  await t("writable locked after", async () => { const w = new WritableStream({}); const p = B.writesMany(w, 1); const { locked } = w; await p; return locked; });

  // requests, responses, headers
  for (const [name, make] of Object.entries({
    plain: () => new Request("http://x/y"), redirect: () => new Request("http://x/", { redirect: "manual" }), error: () => new Request("http://x/", { redirect: "error" }), cf: () => new Request("http://x/", { cf: { a: { b: [1] } } }),
    body: () => new Request("http://x/", { method: "POST", body: "b" }), form: () => new Request("http://x/", { method: "POST", body: new URLSearchParams({ a: "b c" }) }), cache: () => new Request("http://x/", { cache: "no-store" }),
    method: () => new Request("http://x/", { method: "patch" }), odd: () => new Request("http://x/", { method: "ODD" }), head: () => new Request("http://x/", { method: "head" }), headers: () => new Request("http://x/", { headers: [["A", "1"], ["a", "2"], ["B", "3"]] }),
    hash: () => new Request("http://user:pass@x:80/a b?c=d e#f"), clone: () => new Request("http://x/", { method: "POST", body: "c" }).clone(), keepalive: () => new Request("http://x/", { keepalive: true }), integrity: () => new Request("http://x/", { integrity: "sha256-x" }),
  })) {
    await t(`request ${name}`, async () => told(() => B.request(make())));
    await t(`reads request ${name}`, async () => told(() => B.readsRequest(make())));
  }
  for (const how of ["form", "error", "cache", "stream", "clone", "cf"]) await t(`made request ${how}`, async () => told(async () => { const r = await B.makeRequest(how); return show([r.method, r.url, [...r.headers].join(";"), r.redirect, r.cf, await r.text()]); }));
  await t("made request with an aborted signal", async () => told(async () => { const r = await B.makeRequest("signal"); return show([r.signal.aborted, r.signal.reason]); }));
  await t("made request with a signal", async () => told(async () => { const r = await B.makeRequest("later"); if (!r.signal.aborted) await new Promise((done) => r.signal.addEventListener("abort", done)); return show(r.signal.reason); }));
  for (const [name, make] of Object.entries({
    plain: () => new Response("x"), status: () => new Response("x", { status: 418, statusText: "Teapot" }), null: () => new Response(null, { status: 204 }), cf: () => new Response("x", { cf: { a: 1 } }), json: () => Response.json([1]), redirect: () => Response.redirect("http://y/"),
    cookies: () => new Response("x", { headers: [["set-cookie", "a"], ["set-cookie", "b"]] }), stream: () => new Response(new Response("streamed").body), manual: () => new Response("x", { encodeBody: "manual", headers: { "content-encoding": "gzip" } }), empty: () => new Response(""), clone: () => new Response("c").clone(),
    blob: () => new Response(new Blob(["b"], { type: "a/b" })), params: () => new Response(new URLSearchParams({ a: "1" })),
  })) {
    await t(`response ${name}`, async () => told(() => B.response(make())));
    if (name !== "manual") await t(`reads response ${name}`, async () => told(() => B.readsResponse(make())));
  }
  for (const how of ["stream", "null", "cf", "clone", "bytes", "html", "failing", "locked"]) await t(`made response ${how}`, async () => told(async () => { const r = await B.makeResponse(how); return show([r.status, r.statusText, [...r.headers].join(";"), r.cf, await told(() => r.text())]); }));
  await t("made responses", async () => { const [a, { r }] = await B.makeResponse("several"); return [await r.text(), await a.text()].join(); });
  await t("body of a response passed on", async () => { const r = await B.makeResponse("stream"); return B.readsResponse(new Response(r.body, { status: 201 })); });
  await t("response passed on", async () => B.readsResponse(await B.makeResponse("stream")));
  await t("request passed on", async () => B.readsRequest(await B.makeRequest("stream")));
  await t("used request", async () => told(async () => { const r = new Request("http://x/", { method: "POST", body: "b" }); await r.text(); return B.request(r); }));
  await t("used response", async () => told(async () => { const r = new Response("b"); await r.text(); return B.response(r); }));
  await t("half-read response", async () => told(async () => { const r = new Response("abc"); const reader = r.body.getReader(); await reader.read(); reader.releaseLock(); return B.response(r); }));
  await t("request in use twice", async () => told(async () => { const r = new Request("http://x/", { method: "POST", body: "b" }); return B.readsRequest(r).then(() => B.readsRequest(r)); }));
  await t("headers: guard", async () => told(async () => { const h = await B.echo(new Headers({ a: "1" })); h.append("a", "2"); h.delete("b"); return [...h].join(";"); }));
  await t("headers: empty value", async () => told(async () => [...(await B.echo(new Headers([["a", ""], ["b", "ä"]])))].join(";")));

  // fetch
  const told200 = async (p) => told(async () => { const r = await p; return `${r.status} ${r.headers.get("x-method")} ${r.headers.get("x-cf")} ${r.headers.get("x-redirect")} ${r.redirected} ${r.url} ${await r.text()}`; });
  await t("fetch get", () => told200(B.fetch("http://x/echo")));
  await t("fetch post", () => told200(B.fetch("http://x/echo", { method: "POST", body: "body" })));
  await t("fetch with cf", () => told200(B.fetch("http://x/echo", { cf: { a: 1 } })));
  await t("fetch of a request with cf", () => told200(B.fetch(new Request("http://x/echo", { cf: { a: 1 } }), { method: "PUT", body: "x" })));
  await t("fetch redirects", () => told200(B.fetch("http://x/redirect")));
  await t("fetch redirect manual", () => told200(B.fetch("http://x/redirect", { redirect: "manual" })));
  await t("fetch redirect error", () => told200(B.fetch("http://x/redirect", { redirect: "error" })));
  await t("fetch redirect 307", () => told200(B.fetch("http://x/redirect307", { method: "POST", body: "again" })));
  await t("fetch redirect 302 of a post", () => told200(B.fetch("http://x/redirect", { method: "POST", body: "gone" })));
  await t("fetch redirect 307 of a stream", () => told200(B.fetch("http://x/redirect307", { method: "POST", body: new Response("stream").body })));
  await t("fetch loops", () => told200(B.fetch("http://x/loop")));
  await t("fetch throws", () => told200(B.fetch("http://x/throws")));
  await t("fetch throws an object", () => told200(B.fetch("http://x/throws-object")));
  await t("fetch returns nothing", () => told200(B.fetch("http://x/nothing")));
  await t("fetch returns what was used", () => told200(B.fetch("http://x/used")));
  await t("fetch signal", async () => text((await B.fetch("http://x/signal")).body));
  await t("fetch aborted", () => told200(B.fetch("http://x/echo", { signal: AbortSignal.abort(new RangeError("stop")) })));
  await t("fetch aborted later", async () => { const c = new AbortController(); const p = told200(B.fetch("http://x/waits", { signal: c.signal })); scheduler.wait(10).then(() => c.abort(new RangeError("later"))); return p; });
  await t("fetch with a timeout", () => told200(B.fetch("http://x/waits", { signal: AbortSignal.timeout(10) })));
  await t("fetch aborted while its body is read", async () => { const c = new AbortController(); const r = await B.fetch("http://x/endless", { signal: c.signal }); const reader = r.body.getReader(); await reader.read(); c.abort(new RangeError("in the body")); return told(async () => { for (;;) { const { done } = await reader.read(); if (done) return "done"; } }); });
  await t("fetch body fails", async () => told(async () => { const r = await B.fetch("http://x/error-body"); return r.text(); }));
  await t("fetch body fails there", async () => (await told200(B.fetch("http://x/echo", { method: "POST", body: new ReadableStream({ type: "bytes", pull(c) { c.error(new RangeError("of a body")); } }) }))).slice(0, 60));
  await t("fetch headers", async () => told(async () => (await B.fetch("http://x/headers", { headers: { b: "2", "X-A": "1" } })).text()));
  await t("fetch of a URL", async () => told(async () => (await B.fetch(new URL("http://x/echo"))).status));
  await t("fetch get with a body", () => told200(B.fetch("http://x/echo", { method: "GET", body: "b" })));
  await t("fetch bad URL", () => told200(B.fetch("not a URL")));
  await t("fetch mailto", () => told200(B.fetch("mailto:x")));
  await t("fetch cancels an endless body", async () => { const r = await B.fetch("http://x/endless"); const reader = r.body.getReader(); await reader.read(); await reader.cancel("enough"); return (await B.said()).slice(0, 9); });

  // signals
  const signals = {
    aborted: () => AbortSignal.abort(), error: () => AbortSignal.abort(new RangeError("r")), string: () => AbortSignal.abort("s"), object: () => AbortSignal.abort({ a: new Date(0) }), null: () => AbortSignal.abort(null), number: () => AbortSignal.abort(5), undefined: () => AbortSignal.abort(undefined),
    timeout: () => AbortSignal.timeout(2), any: () => AbortSignal.any([AbortSignal.abort("first")]), "any timeout": () => AbortSignal.any([AbortSignal.timeout(2), new AbortController().signal]), function: () => AbortSignal.abort(() => 1), dom: () => AbortSignal.abort(new DOMException("d", "TimeoutError")),
    later: () => { const c = new AbortController(); setTimeout(() => c.abort(), 5); return c.signal; }, "later object": () => { const c = new AbortController(); setTimeout(() => c.abort({ a: [1] }), 5); return c.signal; }, "later symbol": () => { const c = new AbortController(); setTimeout(() => c.abort(Symbol("s")), 5); return c.signal; },
  };
  for (const [name, make] of Object.entries(signals)) {
    await t(`signal ${name}`, async () => told(() => B.signal(make())));
    if (!/later|timeout/.test(name)) await t(`signal state ${name}`, async () => told(() => B.signalState(make())));
  }
  for (const how of ["aborted", "aborted error", "aborted object", "aborted null", "timeout", "any", "any later", "later", "later object", "later error", "function"]) {
    await t(`made signal ${how}`, async () => told(async () => { const s = await B.makeSignal(how); if (!s.aborted) await new Promise((done) => s.addEventListener("abort", done)); return show(s.reason); }));
  }
  await t("made signal never", async () => told(async () => { const s = await B.makeSignal("never"); return s.aborted; }));
  await t("throwIfAborted there", async () => B.throwIf(AbortSignal.abort(new RangeError("thrown"))));
  await t("any of two there", async () => told(() => B.anyOf(new AbortController().signal, AbortSignal.timeout(2))));
  await t("one signal twice", async () => told(() => { const c = new AbortController(); setTimeout(() => c.abort("twice"), 5); return B.anyOf(c.signal, c.signal); }));
  await t("signal in an object", async () => told(() => B.pathOf({ s: AbortSignal.abort("inside") }, ["s", "reason"])));

  // large and odd values
  await t("31 MiB argument", async () => B.size(new Uint8Array(31 << 20)));
  await t("9 MiB result", async () => (await B.bigResult(9 << 20)).length);
  await t("large array of numbers", async () => told(async () => B.size(Array.from({ length: 20000 }, (_, i) => i))));
  await t("large array of objects", async () => told(async () => B.size(Array.from({ length: 2000 }, (_, i) => ({ i, s: `${i}` })))));
  await t("100 functions", async () => { const fs = await B.manyStubs(100); let n = 0; for (const f of fs) n += await f(); return n; });
  await t("100 functions there", async () => B.sumOf(Array.from({ length: 100 }, (_, i) => () => i)));
  await t("sparse with members", async () => { const a = [1, , 3]; a.x = 5; a[-1] = 6; a["01"] = 7; return B.shows(a); });
  await t("array with a far element", async () => { const a = []; a[4294967294] = 1; return told(async () => { const r = await B.echo(a); return [r.length, Object.keys(r)].join(); }); });
  await t("array with length only", async () => { const r = await B.echo(new Array(5)); return show([r.length, Object.keys(r)]); });
  await t("getter that changes the object", async () => { const o = { get a() { o.z = 1; delete o.b; return 1; }, b: 2, c: 3 }; return told(() => B.shows(o)); });
  await t("getter that adds to an array", async () => { const a = [0, 1]; Object.defineProperty(a, 0, { get() { a.push(9); return 7; }, enumerable: true, configurable: true }); return told(() => B.shows(a)); });
  await t("map changed by a getter", async () => { const m = new Map(); m.set("a", { get x() { m.set("b", 1); return 2; } }); return told(() => B.shows(m)); });
  await t("key order of integers", async () => Object.keys(await B.echo({ z: 1, 3: 1, a: 1, 1: 1, "-1": 1, 4294967295: 1, 4294967294: 1 })).join());
  await t("non-enumerable and symbol", async () => B.shows(Object.defineProperties({}, { a: { value: 1, enumerable: true }, b: { value: 2 }, [Symbol("c")]: { value: 3, enumerable: true } })));
  await t("inherited members", async () => told(() => B.shows(Object.create({ a: 1 }, { b: { value: 2, enumerable: true } }))));
  await t("null prototype with members", async () => told(() => B.shows(Object.assign(Object.create(null), { a: 1 }))));
  await t("toStringTag object", async () => told(() => B.shows({ [Symbol.toStringTag]: "Mine", a: 1 })));
  await t("object with toStringTag of a stream", async () => told(() => B.shows({ [Symbol.toStringTag]: "ReadableStream", a: 1 })));
  await t("object with toStringTag of an error", async () => told(() => B.shows({ [Symbol.toStringTag]: "Error", a: 1 })));
  await t("object with toStringTag of a promise", async () => told(() => B.shows({ [Symbol.toStringTag]: "Promise", a: 1 })));
  await t("map with toStringTag", async () => told(() => B.shows(Object.assign(new Map([[1, 2]]), { [Symbol.toStringTag]: "Mine" }))));
  await t("map with members", async () => told(async () => Object.keys(await B.echo(Object.assign(new Map([[1, 2]]), { extra: 1 }))).length));
  await t("map in its own keys", async () => told(async () => { const m = new Map(); m.set(m, m); const r = await B.echo(m); return r.get(r) === r; }));
  await t("set in itself", async () => told(async () => { const s = new Set(); s.add(s); const r = await B.echo(s); return r.has(r); }));
  await t("date with members", async () => told(async () => Object.keys(await B.echo(Object.assign(new Date(0), { extra: 1 }))).length));
  await t("regexp kinds", async () => told(() => B.shows([/a/dgimsuy, /[\p{L}--[a-z]]/v, new RegExp(""), new RegExp("/"), new RegExp("\n")])));
  await t("bigint sizes", async () => B.shows(0n, -1n, 2n ** 64n, -(2n ** 200n)));
  await t("big bigint", async () => told(async () => (await B.echo(2n ** 50000n)) === 2n ** 50000n));
  await t("string with all", async () => { let s = ""; for (let i = 0; i < 0x300; i++) s += String.fromCharCode(i); return (await B.echo(s)) === s; });
  await t("keys with odd characters", async () => { const o = { "": 1, " ": 2, "\u0000": 3, "\"": 4, "\ud800": 5, "__proto__x": 6 }; return show(Object.keys(await B.echo(o)).map((k) => k.length)); });
  await t("lone surrogate as a key", async () => Object.keys(await B.echo({ "\ud800": 1 }))[0] === "\ud800");
  await t("dataview of a resizable", async () => told(async () => { const b = new ArrayBuffer(4, { maxByteLength: 8 }); const v = await B.echo(new DataView(b)); return [v.byteLength, v.buffer.resizable].join(); }));
  await t("view out of bounds", async () => told(async () => { const b = new ArrayBuffer(8, { maxByteLength: 8 }); const v = new Uint8Array(b, 4, 4); b.resize(4); return B.shows(v); }));
  await t("transferred buffer", async () => told(async () => { const b = new ArrayBuffer(4); const v = new Uint8Array(b); b.transfer(); return B.shows(v); }));
  await t("part of a buffer", async () => told(() => B.shows(new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3))));
  await t("boxed with members", async () => told(async () => Object.keys(await B.echo(Object.assign(Object(5), { extra: 1 }))).length));
  await t("boxed string with members", async () => told(async () => show(await B.echo(Object.assign(Object("ab"), { extra: 1 })))));
  await t("error with everything", async () => told(async () => show(await B.echo(Object.assign(new RangeError("x", { cause: new Map([[1, new Error("y")]]) }), { list: [new TypeError("z")], f: undefined })))));
  await t("error whose name is an object", async () => told(async () => { const e = new Error("x"); e.name = { toString: () => "N" }; return show(await B.echo(e)); }));
  await t("error whose message is a getter", async () => told(async () => { const e = new Error("x"); Object.defineProperty(e, "message", { get: () => "got", enumerable: true }); return show(await B.echo(e)); }));
  await t("error without a stack", async () => told(async () => { const e = new Error("x"); delete e.stack; return typeof (await B.echo(e)).stack; }));
  await t("error with a function", async () => told(async () => show(await B.echo(Object.assign(new Error("x"), { f: () => 1 })))));
  await t("error with a stub cause", async () => told(async () => show(await B.echo(new Error("x", { cause: new Named("c") })))));
  await t("FormData", async () => told(() => B.echo(new FormData())));
  await t("URLSearchParams", async () => told(() => B.echo(new URLSearchParams())));
  await t("a Worker's globals", async () => (await Promise.all([caches, crypto, crypto.subtle, performance, navigator].map((v) => told(() => B.echo(v))))).join("; "));
  await t("a class's prototype", async () => told(() => B.echo(Named.prototype)));
  await t("Object.prototype", async () => told(() => B.echo(Object.prototype)));
  await t("module namespace", async () => told(async () => B.echo(await import("./show.js"))));
  await t("WebSocket", async () => told(() => B.echo(new WebSocketPair()[0])));
  await t("event target", async () => told(() => B.echo(new EventTarget())));
  await t("message channel port", async () => told(() => B.echo(new MessageChannel().port1)));
  await t("Intl object", async () => told(() => B.echo(new Intl.NumberFormat())));
  await t("Promise in a map", async () => told(() => B.echo(new Map([[1, Promise.resolve()]]))));
  await t("HTMLRewriter", async () => told(() => B.echo(new HTMLRewriter())));
  await t("Buffer", async () => told(async () => { const { Buffer } = await import("node:buffer"); return show(await B.echo(Buffer.from("ab"))); }));
  await t("ping-pong", async () => { const peer = (n) => B.ping(peer, n); return B.ping(peer, 20); });
  await t("async iterator here", async () => told(async () => { const out = []; for await (const x of await B.counted(2)) out.push(x[0]); return out.join(); }));
}
function throwsHere(how) {
  switch (how) {
    case "symbol": throw Symbol("thrown");
    case "bigint": throw 5n;
    case "boolean": throw false;
    case "array": throw [new Error("in an array")];
    case "date": throw new Date(0);
    case "aggregate": throw new AggregateError([new RangeError("a"), "text"], "outer", { cause: 5 });
    case "frozen": throw Object.freeze(new Error("frozen"));
    case "own date": throw Object.assign(new Error("x"), { when: new Date(0) });
    case "target": throw new Named("thrown");
    case "code": throw Object.assign(new Error("x"), { code: "ENOENT" });
    default: throw Object.assign(new TypeError(how), { how });
  }
}
