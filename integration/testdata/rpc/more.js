// More questions about what can cross between two Workers: asked of B, an entrypoint of another Worker (moreapi.js).
import { RpcStub, RpcTarget, RpcPromise, RpcProperty, ServiceStub, WorkerEntrypoint } from "cloudflare:workers";
import { Shapes } from "./moreapi.js";
import { show } from "./show.js";

export async function more(B, t) {
  const told = async (f) => { try { return show(await f()); } catch (e) { return `${e.name}: ${e.message}`; } };

  // what an RpcTarget shows
  for (const name of ["inherited", "overridden", "asyncMethod", "generator", "asyncGenerator", "with space", "0", "", "mixed", "hidden", "self", "thisName", "dup", "fetch", "onRpcBroken", "catch", "apply", "call", "bind", "name", "length",
    "prototype", "constructor", "statically", "setter", "getter", "hasOwnProperty", "toString", "valueOf", "toJSON", "__proto__", "then", "caller", "arguments", "alarm", "connect", "webSocketMessage", "webSocketError"]) {
    await t(`shape call ${name}`, async () => { const s = await B.shapes(); return show(await s[name]()); });
    await t(`shape pipelined call ${name}`, async () => show(await B.shapes()[name]()));
    if (name !== "then" && name !== "catch") await t(`shape read ${name}`, async () => { const s = await B.shapes(); return show(await s[name]); });
  }
  for (const name of ["inheritedGetter", "asyncGetter", "lateFailure", "target", "undefinedGetter", "data", "nothing"]) {
    await t(`shape read ${name}`, async () => { const s = await B.shapes(); return show(await s[name]); });
    await t(`shape pipelined read ${name}`, async () => show(await B.shapes()[name]));
    await t(`shape call ${name}`, async () => { const s = await B.shapes(); return show(await s[name]()); });
  }
  await t("path through an async getter", () => B.shapes().asyncGetter.a[1](2));
  await t("path through a failing getter", () => B.shapes().lateFailure.a.b());
  await t("path through targets", async () => show(await B.shapes().target.target.target.overridden()));
  await t("data on the prototype", () => B.shapes().data.x);
  await t("list of targets", async () => { const l = await B.shapeList(); return [await l[0].overridden(), await l[1].s.inherited()].join(); });
  await t("symbols of a stub", async () => { const s = await B.shapes(); return [Symbol.iterator, Symbol.asyncIterator, Symbol.dispose, Symbol.asyncDispose, Symbol.toPrimitive, Symbol.toStringTag, Symbol.hasInstance].map((n) => typeof s[n]).join(); });
  await t("symbols of a promise", () => { const s = B.shapes(); return [Symbol.iterator, Symbol.asyncIterator, Symbol.dispose, Symbol.asyncDispose, Symbol.toPrimitive, Symbol.toStringTag].map((n) => typeof s[n]).join(); });
  await t("symbols of a property", () => { const s = B.shapes; return [Symbol.iterator, Symbol.dispose, Symbol.asyncDispose, Symbol.toStringTag].map((n) => typeof s[n]).join(); });
  await t("symbols of a service", () => [Symbol.iterator, Symbol.dispose, Symbol.asyncDispose, Symbol.toStringTag].map((n) => typeof B[n]).join());
  await t("symbols in the callee", () => B.symbolOf(new Shapes()));
  await t("string of a stub", async () => String(await B.shapes()));
  await t("string of a promise", () => String(B.shapes()));
  await t("string of a service", () => String(B));
  await t("template of a property", () => `${B.shapes}`);
  await t("sum of a stub", async () => (await B.shapes()) + 1);
  await t("JSON of a stub", async () => JSON.stringify({ s: await B.shapes() }));
  await t("JSON of a service", () => JSON.stringify({ s: B }));
  await t("stub equals itself", async () => { const s = await B.shapes(); return [s === s, s == await B.shapes()].join(); });
  await t("instanceof", async () => { const s = await B.shapes(), p = B.shapes(), q = B.shapes; return [s instanceof RpcStub, p instanceof RpcPromise, q instanceof RpcProperty, B instanceof ServiceStub, s instanceof RpcTarget, B instanceof RpcStub].join(); });
  await t("write to a stub", async () => { const s = await B.shapes(); s.x = 5; return show(await told(() => s.x)); });
  await t("write to a service", () => { B.x = 5; return typeof B.x; });
  await t("define on a stub", async () => { const s = await B.shapes(); Object.defineProperty(s, "y", { value: 1 }); return typeof s.y; });
  await t("delete of a stub", async () => { const s = await B.shapes(); return delete s.x; });
  await t("keys of a stub", async () => { const s = await B.shapes(); return show([Object.keys(s), Reflect.ownKeys(s), "x" in s, Object.hasOwn(s, "x"), JSON.stringify(Object.entries(s))]); });
  await t("keys of a service", () => show([Object.keys(B), Reflect.ownKeys(B), "x" in B, Object.hasOwn(B, "x")]));
  await t("freeze a stub", async () => { const s = await B.shapes(); return typeof Object.freeze(s); });
  await t("extensible", async () => Object.isExtensible(await B.shapes()));
  await t("prototype of a stub", async () => Object.getPrototypeOf(await B.shapes()) === RpcStub.prototype);
  await t("prototype names", () => show([RpcStub, RpcPromise, RpcProperty, ServiceStub, RpcTarget, WorkerEntrypoint].map((C) => [C.name, C.length, Object.getOwnPropertyNames(C.prototype).filter((n) => n !== "getRpcMethodForTestOnly").sort()])));
  await t("illegal constructors", async () => { const out = []; for (const C of [RpcPromise, RpcProperty, ServiceStub]) out.push(await told(() => { new C(); })); return out.join("; "); });
  await t("call of a stub", async () => { const s = await B.shapes(); return s(); });
  await t("call of a service", () => B());
  await t("new of a stub", async () => { const s = await B.shapes(); return typeof new s(); });
  await t("spread of a stub", async () => show({ ...(await B.shapes()) }));
  await t("iterate a stub", async () => { const s = await B.shapes(); for (const x of s) return x; });
  await t("iterate a promise", () => { for (const x of B.echo([1])) return x; });
  await t("await of a stub", async () => { const s = await B.shapes(); return (await s) === s; });
  await t("structuredClone of a stub", async () => { structuredClone(await B.shapes()); });
  await t("structuredClone of a service", () => { structuredClone(B); });

  { const s = await B.shapes(); s[Symbol.dispose](); await t("call of a disposed stub: when", () => s.inherited()); await t("read of a disposed stub: when", () => s.getter); await t("disposed stub as an argument: when", () => B.echo(s)); }
  await t("refused argument: when", () => B.echo(Symbol("x")));
  await t("many stubs held", async () => { const held = []; for (let i = 0; i < 200; i++) held.push(await B.shapes()); return held[0].inherited(); });
  await t("undefined member of a result", async () => show(await B.echo({ a: undefined }).a));
  await t("member of a class instance's result", async () => told(() => B.echo({ d: new Date(0) }).d.getTime()));
  await t("member of an array's result", async () => told(() => B.echo({ l: [1, 2] }).l.length));
  await t("member of an error's result", async () => told(() => B.inError().message));
  await t("then without functions", () => B.echo(1).then());
  await t("then with null", () => B.echo(1).then(null, () => 1));
  await t("then of a property without functions", () => B.echo.then());

  // functions
  await t("function of functions of functions", async () => (await (await (await (await B.functionOf(3))())())()) );
  await t("pipelined functions of functions", () => B.functionOf(3)()()());
  await t("pipelined on a function's result", () => B.functionToObject()().a.b[1](4));
  await t("pipelined read on a function's result", () => B.functionToObject()().a.b[0]);
  await t("pipelined target of a function's result", () => B.functionToObject()().s.overridden());
  await t("function with properties", () => B.propsOf(Object.assign((x) => x, { a: 1, o: { x: 2 }, m: (y) => y * 3 })));
  for (const name of ["name", "length", "prototype", "call", "apply", "bind", "toString", "constructor", "missing"]) await t(`function's ${name}`, () => B.read(function named(a, b) {}, name));
  for (const name of ["call", "apply", "bind", "toString"]) await t(`call function's ${name}`, () => B.member(function named(a, b) { return "called"; }, name, 1));
  await t("class as a function", () => B.with(class Foo {}, 1));
  await t("new of a function stub", () => B.newOf(class Foo {}));
  await t("class extending RpcTarget", () => B.with(Shapes));
  await t("static of a class", () => B.member(Shapes, "statically"));
  await t("bound function", () => B.with(function () { return this.x; }.bind({ x: 5 })));
  await t("this of a function", () => B.with(function () { return typeof this; }));
  await t("this of a member", () => B.member({ f() { return Object.keys(this).join(); }, x: 1 }, "f"));
  await t("generator function", () => B.with(function* () { yield 1; }));
  await t("built-in function", () => B.with(Math.max, 1, 2));
  await t("arguments of a callback", () => B.with((...args) => args.length, 1, undefined));
  await t("callback returns a promise of a function", () => B.with(async () => () => 1));
  await t("callback throws a string", async () => told(() => B.with(() => { throw "text"; })));
  await t("callback throws undefined", async () => told(() => B.with(() => { throw undefined; })));
  await t("callback returns a symbol", async () => told(() => B.with(() => Symbol("x"))));
  await t("callback takes a symbol", async () => told(() => B.echo({ s: Symbol("x") })));

  // stubs in data
  await t("map with stubs", () => B.insideMap(new Map([["f", (x) => x * 3]])));
  await t("set with stubs", () => B.insideSet(new Set([(x) => x * 3, (x) => x + 1])));
  await t("result map of stubs", async () => { const m = await B.inMap(); return [await m.get("f")(2), await m.get("s").inherited(), typeof m[Symbol.dispose]].join(); });
  await t("result set of stubs", async () => { const [f, s] = await B.inSet(); return [await f(2), await s.inherited()].join(); });
  await t("map key stub", async () => { const m = await B.echo(new Map([[() => 7, 1]])); return (await [...m.keys()][0]()); });
  await t("error with a function", async () => { const e = await B.inError(); return [e.message, typeof e.f].join(); });
  await t("thrown with a function", async () => { try { await B.throwsStub(); } catch (e) { return [e.message, typeof e.f].join(); } });
  await t("thrown with a function and data", async () => { try { await B.throwsBoth(); } catch (e) { return show(e); } });
  await t("thrown object", async () => { try { await B.throwsObject(); } catch (e) { return show(e); } });
  await t("thrown array", async () => { try { await B.throwsArray(); } catch (e) { return show(e); } });
  await t("thrown map", async () => { try { await B.throwsMap(); } catch (e) { return show(e); } });
  await t("thrown response", async () => { try { await B.throwsResponse(); } catch (e) { return show(e); } });
  await t("thrown with a symbol", async () => { try { await B.throwsUncloneable(); } catch (e) { return show(e); } });
  await t("result with a symbol", () => B.uncloneable());
  await t("reference error", () => B.notDefined());
  await t("calls undefined", () => B.callsUndefined());
  await t("stub of a stub", async () => { const s = new RpcStub(new RpcStub(new Shapes())); return s.inherited(); });
  await t("stub of a remote stub", async () => { const s = new RpcStub(await B.shapes()); return s.inherited(); });
  await t("stub of a service", async () => { const s = new RpcStub(B); return s.envNames(); });
  await t("stub of a promise", async () => { const s = new RpcStub(B.shapes()); return s.inherited(); });
  await t("stub of a map", async () => { const s = new RpcStub(new Map([["a", 1]])); return s.get("a"); });
  await t("stub of an array", async () => { const s = new RpcStub([1, 2]); return show([await s[0], await s.length]); });
  await t("stub of a date", async () => { const s = new RpcStub(new Date(0)); return s.getTime(); });
  await t("stub of an instance", async () => { const s = new RpcStub(new (class P { a = 1; m() { return 2; } })()); return show([await told(() => s.a), await told(() => s.m())]); });
  await t("send a stub of an object", () => B.read(new RpcStub({ a: 5 }), "a"));
  await t("send a stub of a map", () => B.member(new RpcStub(new Map([["a", 1]])), "get", "a"));
  await t("send a stub of an instance", () => B.member(new RpcStub(new (class P { m() { return 2; } })()), "m"));
  await t("local stub of a target: own", async () => { const x = new Shapes(); x.own = 1; const s = new RpcStub(x); return told(() => s.own); });
  await t("local stub: self", async () => { const s = new RpcStub(new Shapes()); const again = await s.self(); return [typeof again, again instanceof RpcStub, again instanceof Shapes].join(); });
  await t("local stub: argument", async () => { const s = new RpcStub((x) => [typeof x, x instanceof Map, x.get?.("a")].join()); return s(new Map([["a", 1]])); });
  await t("local stub copies", async () => { const o = { a: 1 }; const s = new RpcStub((x) => { x.a = 2; return x; }); const r = await s(o); return show([o.a, r.a, r === o]); });
  await t("local stub throws", async () => { class Mine extends Error {} const s = new RpcStub(() => { throw new Mine("m"); }); try { await s(); } catch (e) { return [e instanceof Mine, e.message, e.remote].join(); } });
  await t("local stub of a symbol result", async () => told(() => new RpcStub(() => Symbol("x"))()));
  await t("dup of a dup", async () => { const s = await B.shapes(); const d = s.dup().dup(); s[Symbol.dispose](); return d.inherited(); });
  await t("dup of a promise", async () => told(() => B.shapes().dup()));
  await t("dup of a property", async () => told(() => B.shapes.dup()));
  await t("dup of a service", async () => told(() => B.dup()));

  await t("dispose before it comes", async () => { const p = B.shapes(); p[Symbol.dispose](); return told(() => p.inherited()); });
  await t("dispose before it comes, awaited", async () => { const p = B.shapes(); p[Symbol.dispose](); return told(async () => (await p).inherited()); });
  await t("pipelined after the result's dispose", async () => { const p = B.shapes(); const s = await p; s[Symbol.dispose](); return told(() => p.inherited()); });
  await t("call under way when disposed", async () => { const s = await B.shapes(); const c = s.asyncMethod(); s[Symbol.dispose](); return told(() => c); });
  await t("argument disposed after the call", async () => { const s = new RpcStub(() => "still"); const c = B.with(s); s[Symbol.dispose](); return told(() => c); });
  await t("disposed argument", async () => { const s = new RpcStub(() => 1); s[Symbol.dispose](); return told(() => B.with(s)); });
  await t("disposed remote argument", async () => { const s = await B.shapes(); s[Symbol.dispose](); return told(() => B.member(s, "inherited")); });
  await t("disposed property read", async () => { const s = await B.shapes(); s[Symbol.dispose](); return told(() => s.getter); });
  await t("callee disposes the argument", () => B.disposesArgument(() => 1));
  await t("callee uses within", () => B.usesWithin((x) => x * 2));
  await t("using", async () => { let d = ""; { using s = await B.shapes(); d = await s.inherited(); } return d; });
  await t("await using", async () => { let d = ""; { await using s = await B.shapes(); d = await s.inherited(); } return d; });
  await t("use after using", async () => { let s2; { using s = await B.shapes(); s2 = s; } return told(() => s2.inherited()); });
  await t("using of a result", async () => { let f; { using r = await B.shapeList(); f = r[0]; } return told(() => f.inherited()); });
  await t("using of data", async () => { using r = await B.echo({ a: 1 }); return r.a; });
  await t("dispose twice of a result", async () => { const r = await B.shapeList(); r[Symbol.dispose](); r[Symbol.dispose](); return "fine"; });
  await t("dispose of a result by a member", async () => { const r = await B.shapeList(); const d = r[0].dup(); r[Symbol.dispose](); return d.inherited(); });
  await t("kept without dup", async () => { await B.keep((x) => "called"); return B.useKept(); });
  await t("kept with dup", async () => { await B.keepDup((x) => "called"); const r = await B.useKept(); await B.disposeKept(); return [r, await B.useKept()].join(); });
  await t("kept inside without dup", async () => { await B.keepIn({ list: [{ f: () => "called" }] }); return B.useKept(); });
  await t("used in waitUntil", async () => { const r = await B.later((x) => `told ${x}`); return [r, await B.last()].join(); });

  // requests, responses, headers
  await t("request's signal", () => B.signalOf(new Request("http://x/")));
  await t("aborted request's signal", async () => told(() => B.signalOf(new Request("http://x/", { signal: AbortSignal.abort() }))));
  await t("request with a signal", async () => told(() => B.signalOf(new Request("http://x/", { signal: new AbortController().signal }))));
  await t("request in an object", () => B.requestIn({ r: new Request("http://x/", { method: "POST", body: "in" }) }));
  await t("request with a stream", () => B.requestIn({ r: new Request("http://x/", { method: "POST", body: new Response("streamed").body }) }));
  await t("request twice", async () => { const r = new Request("http://x/", { method: "POST", body: "b" }); return told(() => B.shows(r, r)); });
  await t("request after sending", async () => { const r = new Request("http://x/", { method: "POST", body: "b" }); await B.requestIn({ r }); return show([r.bodyUsed, await told(() => r.text())]); });
  await t("response after sending", async () => { const r = new Response("b"); await B.shows(r); return show([r.bodyUsed, await told(() => r.text())]); });
  await t("cookies argument", () => B.cookies(new Headers([["set-cookie", "a=1"], ["X", "2"], ["set-cookie", "b=2"]])));
  await t("cookies of a response", async () => { const r = await B.responseCookies(); return show([r.headers.getSetCookie(), [...r.headers]]); });
  await t("204", async () => { const r = await B.nullBody(); return show([r.status, r.body, await r.text()]); });
  await t("error response", async () => told(async () => { const r = await B.errorResponse(); return [r.type, r.status]; }));
  await t("redirect response", async () => { const r = await B.redirect(); return show([r.status, r.headers.get("location"), r.redirected, r.url]); });
  await t("json response", async () => { const r = await B.json(); return show([await r.json(), [...r.headers], r.ok, r.type, r.url, r.bodyUsed]); });
  await t("response headers can be changed", async () => { const r = await B.json(); r.headers.set("a", "b"); return r.headers.get("a"); });
  await t("request headers can be changed", async () => told(async () => { const r = await B.redirected(); r.headers.set("a", "b"); return r.headers.get("a"); }));
  await t("result request's members", async () => { const r = await B.redirected(); return show([r.redirect, r.cf, r.method, r.body, r.signal instanceof AbortSignal]); });
  await t("response clone", async () => { const r = await B.json(); const c = r.clone(); return show([await r.text(), await c.text()]); });
  await t("response in an array", async () => { const [a, b] = await B.echo([new Response("a"), new Response("b")]); return [await b.text(), await a.text()].join(); });
  await t("websocket in a result", async () => { const r = await B.socket(); const ws = r.webSocket; ws.accept(); const got = new Promise((done) => { ws.addEventListener("message", (e) => done(e.data)); }); ws.send("hi"); return [r.status, await got].join(); });
  await t("bare websocket", async () => told(() => B.bareSocket()));
  await t("response.error argument", async () => told(() => B.shows(Response.error())));

  // streams
  await t("locked stream result", async () => told(() => B.lockedStream()));
  await t("closed stream", async () => new Response(await B.closedStream()).text());
  await t("stream that was read", async () => told(async () => new Response(await B.readStream()).text()));
  await t("empty stream", async () => (await new Response(await B.emptyStream()).text()).length);
  await t("string stream", async () => told(async () => new Response(await B.stringStream()).text()));
  await t("slow stream", async () => show(new Uint8Array(await new Response(await B.slowStream()).arrayBuffer())));
  await t("two streams", async () => { const [a, b] = await B.teed(); return [await new Response(a).text(), await new Response(b).text()].join(); });
  await t("stream there and back", async () => new Response(await B.echo(new Response("again").body)).text());
  await t("cancel a stream", async () => { const s = await B.endless(); const r = s.getReader(); const { value } = await r.read(); await r.cancel("enough"); return [value.length > 0, (await B.last()).slice(0, 9)].join(); });
  await t("stream twice", async () => { const s = new Response("x").body; return told(() => B.shows(s, s)); });
  await t("stream is locked after sending", async () => { const s = new Response("x").body; const p = B.streamInError(s); const locked = s.locked; return show([locked, await p]); });
  await t("stream that errors", async () => B.streamInError(new ReadableStream({ type: "bytes", async pull(c) { await scheduler.wait(1); c.error(new Error("mine")); } })));
  await t("errored stream", async () => told(() => B.streamInError(new ReadableStream({ type: "bytes", start(c) { c.error(new RangeError("at start")); } }))));
  await t("byob reader", async () => { const s = await B.slowStream(); const r = s.getReader({ mode: "byob" }); const { value } = await r.read(new Uint8Array(10)); return show(value.length > 0); });
  await t("kind of a stream", async () => { const s = await B.slowStream(); return [Object.prototype.toString.call(s), s.locked].join(); });
  await t("transform stream", async () => told(async () => { const { readable, writable } = new TransformStream(); const p = B.writes(writable, new Uint8Array([65])); return [await new Response(readable).text(), await p]; }));
  await t("write a string", async () => told(async () => { const { readable, writable } = new IdentityTransformStream(); const p = B.writes(writable, "text"); return [await told(() => new Response(readable).text()), await p]; }));
  await t("write an object", async () => told(async () => { const { readable, writable } = new TransformStream(); const p = B.writes(writable, { a: 1 }); const { value } = await readable.getReader().read(); return show([value, await p]); }));
  await t("abort a writable", async () => { let why; const w = new WritableStream({ abort(r) { why = r; } }); return show([await B.aborts(w), await told(async () => { for (let i = 0; why === undefined && i < 4000; i++) await scheduler.wait(5); return why?.message; })]); });
  await t("writable that fails", async () => B.writes(new WritableStream({ write() { throw new RangeError("no room"); } }), new Uint8Array([1]), new Uint8Array([2])));
  await t("locked writable", async () => { const w = new WritableStream(); w.getWriter(); return told(() => B.writes(w)); });

  // signals
  await t("signal later", async () => { const s = await B.abortSignalOf(); if (!s.aborted) await new Promise((done) => s.addEventListener("abort", done)); return `${s.reason.name}: ${s.reason.message}`; });
  await t("timeout signal", async () => { const s = await B.timeoutSignal(); if (!s.aborted) await new Promise((done) => s.addEventListener("abort", done)); return `${s.reason.name}: ${s.reason.message}`; });
  await t("abort controller", async () => told(() => B.echo(new AbortController())));

  // data
  await t("frozen", async () => { const r = await B.frozen(); return [Object.isFrozen(r), Object.isFrozen(r.a)].join(); });
  await t("biguint64", async () => show(await B.bigint64()));
  await t("float16", async () => show(await B.float16()));
  await t("resizable result", async () => { const b = await B.resizable(); return show([b.resizable, b.maxByteLength, b]); });
  await t("resizable argument", () => { const b = new ArrayBuffer(2, { maxByteLength: 8 }); return B.shows(b); });
  await t("length-tracking view", async () => { const v = await B.tracking(); return show([v.length, v.buffer.byteLength, v.buffer.resizable]); });
  await t("shared buffer", async () => told(() => B.echo(new SharedArrayBuffer(4))));
  await t("detached buffer", async () => { const b = new ArrayBuffer(4); structuredClone(b, { transfer: [b] }); return told(() => B.echo(b)); });
  await t("dates", async () => show(await B.date()));
  await t("crypto key", async () => told(async () => B.echo(await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]))));
  await t("websocket pair", async () => told(() => B.echo(new WebSocketPair())));
  await t("text stream", async () => told(async () => B.echo(new TextEncoderStream())));
  await t("compression stream", async () => told(async () => B.echo(new CompressionStream("gzip"))));
  await t("url pattern", async () => told(() => B.echo(new URLPattern("http://x/"))));
  await t("iterator", async () => told(() => B.echo([1].values())));
  await t("map iterator", async () => told(() => B.echo(new Map().entries())));
  await t("null prototype inside", async () => told(() => B.echo({ n: Object.create(null) })));
  await t("object with a prototype of data", async () => told(() => B.echo(Object.create({ inherited: 1 }))));
  await t("class instance in an array", async () => told(() => B.echo([new (class Mine { x = 1; })()])));
  await t("map subclass", async () => told(() => B.echo(new (class MyMap extends Map {})([["a", 1]]))));
  await t("array subclass", async () => told(() => B.echo(new (class MyArray extends Array {})(1, 2, 3))));
  await t("date subclass", async () => told(() => B.echo(new (class MyDate extends Date {})(5))));
  await t("uint8 subclass", async () => told(async () => { const v = await B.echo(new (class MyBytes extends Uint8Array {})([1, 2])); return v.constructor.name; }));
  await t("buffer of node", async () => told(async () => { const v = await B.echo(globalThis.Buffer ? Buffer.from("ab") : null); return v?.constructor.name; }));
  await t("getter that throws", async () => told(() => B.echo({ get a() { throw new RangeError("from a getter"); } })));
  await t("toJSON is not asked", async () => told(() => B.echo({ a: 1, toJSON: 5 })));
  await t("long string", async () => (await B.echo("äö€".repeat(100000))).length);
  await t("large sparse array", async () => { const a = []; a[1000000] = 1; const r = await B.echo(a); return show([r.length, Object.keys(r)]); });
  await t("many keys", async () => { const o = {}; for (let i = 0; i < 5000; i++) o[`k${i}`] = i; return Object.keys(await B.echo(o)).length; });
  await t("order of keys", async () => Object.keys(await B.echo({ b: 1, a: 2, 10: 3, 9: 4, [-1]: 5 })).join());
  await t("numbers", async () => show(await B.echo([1e21, 1e-7, 2 ** 53, -(2 ** 31), 4294967295, 0.1, 123456789.123, Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON])));
  await t("errors in errors", async () => show(await B.echo(new Error("outer", { cause: new AggregateError([new RangeError("in", { cause: 5 })], "agg", { cause: null }) }))));
  await t("error with undefined cause", async () => show(await B.echo(new Error("x", { cause: undefined }))));
  await t("error with message object", async () => { const e = new Error(); e.message = { a: 1 }; return show(await told(() => B.echo(e))); });
  await t("error with getter", async () => { const e = new Error("x"); Object.defineProperty(e, "g", { get() { return 5; }, enumerable: true }); return show(await B.echo(e)); });
  await t("error with stack changed", async () => { const e = new Error("x"); e.stack = "mine"; return (await B.echo(e)).stack.split("\n")[0]; });
  await t("error without prototype", async () => { const e = new Error("x"); Object.setPrototypeOf(e, null); return told(() => B.echo(e)); });
  await t("error-like", async () => show(await B.echo({ name: "Error", message: "no", stack: "" })));
  await t("dom exception with cause", async () => show(await told(() => B.echo(new DOMException("d", { name: "QuotaExceededError", cause: 1 })))));
  await t("deep arguments", async () => told(async () => { let v = 1; for (let i = 0; i < 5000; i++) v = [v]; const r = await B.echo(v); let n = 0; for (let x = r; Array.isArray(x); x = x[0]) n++; return n; }));

  // the callee
  await t("field", async () => told(() => B.field));
  await t("defined", async () => told(() => B.defined()));
  await t("promised getter", () => B.promised.deep.f(1));
  await t("read promised getter", async () => show(Object.keys(await B.promised)));
  await t("late getter fails", async () => told(() => B.lateFailure));
  await t("env names", () => B.envNames());
  await t("env is", () => B.envIs());
  await t("with other env", () => B.withOther());
  await t("props here", () => B.propsHere());
  await t("passThroughOnException", () => B.pass());
  await t("trailing undefined arguments", () => B.argumentsLength(undefined, undefined));
  await t("undefined takes a default", async () => show(await B.defaults(undefined, null)));
  await t("fetch with wrong arguments", async () => told(() => B.fetch(5)));
  await t("fetch handler missing", async () => told(() => B.fetch("http://x/")));
  await t("connect", async () => told(async () => { const s = B.connect("host:1"); return [typeof s, await told(() => s.opened)]; }));
  await t("queue", async () => told(() => B.queue("q", [])));
  await t("scheduled", async () => told(() => B.scheduled({})));
}
