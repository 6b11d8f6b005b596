// What can cross between two Workers, and what can't: asked of B, an entrypoint of another Worker (api.js).
import { RpcStub, RpcTarget } from "cloudflare:workers";
import { Counter, log } from "./api.js";
import { show } from "./show.js";

// ask collects the answers to questions, each a line with its name.
export async function ask(prefix, questions) {
  const out = [];
  const clean = (text) => `${text}`.replace(/\n/g, "\\n");
  await questions(async (name, f) => {
    let sync = "sync ";
    let timer;
    try { const p = f(); sync = ""; const v = await Promise.race([p, new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("no answer")), 60000); })]); clearTimeout(timer); out.push(`${prefix}${name}: OK ${clean(typeof v === "string" ? v : show(v))}`); }
    catch (e) { clearTimeout(timer); out.push(`${prefix}${name}: ${sync}${clean(e instanceof Error || e instanceof DOMException ? `${Object.prototype.toString.call(e)} ${e.constructor?.name} ${e.name}: ${e.message}` : `threw ${show(e)}`)}`); }
  });
  return out;
}
export const probe = (B, D, prefix) => ask(prefix, (t) => asked(B, D, t));
async function asked(B, D, t) {
  const cycle = { a: 1 }; cycle.self = cycle; cycle.list = [cycle];
  const shared = { s: 1 };
  const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
  const sparse = [1, , 3]; sparse[6] = undefined; sparse.length = 9;
  const error = Object.assign(new TypeError("message", { cause: new Error("inner", { cause: "deep" }) }), { code: 5, own: { a: [1] } });
  const values = {
    undefined, null: null, true: true, zero: 0, "minus zero": -0, NaN, Infinity, "minus infinity": -Infinity, float: 1.5, tiny: 5e-324, big: 1e300,
    bigint: 123456789012345678901234567890n, "negative bigint": -5n, string: "text", empty: "", unicode: "äöü€😀", "lone surrogate": "a\ud800b", quotes: "\"\\\n\u0000\u2028",
    symbol: Symbol("s"), array: [1, "a", null, undefined], "empty array": [], nested: [[[]], [[1]]], sparse, "array with members": Object.assign([1], { more: 2 }),
    object: { a: 1, b: { c: "d" } }, "undefined member": { a: undefined }, "null prototype": Object.assign(Object.create(null), { a: 1 }),
    "own __proto__": JSON.parse("{\"__proto__\": 5}"), "symbol key": { [Symbol("k")]: 1, a: 2 }, "numeric keys": { 2: "b", 1: "a" }, getter: { get a() { return 5; } },
    "non-enumerable": Object.defineProperty({}, "a", { value: 1 }), cycle, shared: [shared, shared], "shared in map": new Map([[shared, shared]]),
    map: new Map([["a", 1], [{ k: 1 }, new Map()]]), set: new Set([1, "a", { x: 1 }]), date: new Date(1234567890123), "invalid date": new Date(NaN),
    regexp: /a(?<n>b)\/c/giu, "regexp lastIndex": Object.assign(/x/g, { lastIndex: 3 }),
    "boxed boolean": Object(false), "boxed number": Object(-0), "boxed string": Object("s"), "boxed bigint": Object(5n), "boxed symbol": Object(Symbol("s")),
    buffer, uint8: new Uint8Array([1, 2]), "uint8 offset": new Uint8Array(buffer, 2, 3), float64: new Float64Array([1.5, NaN]), bigint64: new BigInt64Array([1n, -1n]),
    int16: new Int16Array(buffer, 2, 2), clamped: new Uint8ClampedArray([300]), dataview: new DataView(buffer, 1, 4), "two views": [new Uint8Array(buffer, 0, 2), new Uint8Array(buffer, 4, 2)],
    "view and buffer": [buffer, new Uint8Array(buffer, 1, 1)], "empty buffer": new ArrayBuffer(0),
    error, "plain error": new Error("plain"), "error without message": new Error(), range: new RangeError("r"), aggregate: new AggregateError([new Error("a"), "b"], "all"),
    dom: new DOMException("dom", "NotFoundError"), "renamed error": Object.assign(new Error("x"), { name: "Other" }), "error subclass": new (class Sub extends RangeError {})("sub"),
    "error with name own": Object.defineProperty(new Error("x"), "name", { value: "Hidden" }), "cyclic error": (() => { const e = new Error("c"); e.cause = e; return e; })(),
    "class instance": new (class Point { x = 1; })(), "weakmap": new WeakMap(), weakset: new WeakSet(), weakref: new WeakRef({}), promise: Promise.resolve(5), generator: (function* () {})(), "proxy": new Proxy({ a: 1 }, {}),
    global: globalThis, "arguments": (function () { return arguments; })(1, 2), "math": Math, url: new URL("http://a/"), searchparams: new URLSearchParams("a=b"), blob: new Blob(["x"]), "formdata": new FormData(),
    "event": new Event("e"), "abortcontroller": new AbortController(), textencoder: new TextEncoder(), "file": new File(["x"], "n"),
  };
  for (const [name, value] of Object.entries(values)) {
    await t(`echo ${name}`, async () => show(await B.echo(value)));
    await t(`shows ${name}`, () => B.shows(value));
  }
  await t("several arguments", () => B.shows(1, "a", [2], { b: 3 }, undefined, null));
  await t("no arguments", () => B.args());
  await t("trailing undefined", () => B.args(1, undefined, undefined));
  await t("keys of errors", async () => show([Object.keys(await B.echo(error)), Object.keys(await B.echo(values.aggregate)), Object.keys(await B.echo(values["renamed error"]))]));
  await t("blob", async () => { const b = new Blob(["a", new Uint8Array([98])], { type: "Text/X" }); const [x, y] = await B.echo([b, b]); return [x === y, x instanceof Blob, x.type, x.size, await x.text()]; });
  await t("empty blob", async () => { const b = await B.echo(new Blob()); return [b.type, b.size]; });
  await t("blob in a map", async () => (await B.echo(new Map([["k", new Blob(["x"])]]))).get("k").text());
  await t("file in an object", () => B.echo({ f: new File(["x"], "n") }));
  await t("form as a body", async () => { const f = new FormData(); f.set("a", "1"); f.append("f", new File(["def"], "f.txt", { type: "text/html" })); f.append("b", new Blob(["x"], { type: "text/plain" }), "name.bin");
    const got = await (await B.echo(new Response(f))).formData(); const out = []; for (const [k, v] of got) out.push(k, typeof v === "string" ? v : `${v.constructor.name} ${v.name} ${v.type} ${await v.text()}`); return out; });
  await t("blob as a body", async () => { const r = await B.echo(new Request("http://x/", { method: "POST", body: new Blob(["abc"], { type: "text/plain" }) })); return [r.headers.get("content-type"), (await r.blob()).type]; });
  await t("proxy with methods", async () => { const p = await B.echo(new Proxy({ a: 1, f() { return 2; } }, {})); return [typeof p, await p.a, await p.f()]; });
  await t("proxy of nothing", async () => { const p = await B.echo(new Proxy({}, { get: (_, name) => (name === "then" ? undefined : () => name) })); return p.some(); });
  await t("proxy of a map", () => B.echo(new Proxy(new Map(), {})));
  await t("proxy of a class", () => B.echo(new Proxy(new (class X {})(), {})));
  await t("proxy of a target", async () => typeof await B.echo(new Proxy(new (class extends RpcTarget {})(), {})));
  await t("proxy in an object", async () => typeof (await B.echo({ p: new Proxy({}, {}) })).p);
  await t("lone surrogates in an object", async () => { const s = "\ud800\udc00\udfff\\ud800\ufdd0d800"; const r = await B.echo({ s: [s, "plain"] }); return [r.s[0] === s, r.s[1]]; });
  await t("used response in a result", () => B.usedResponse());
  await t("shared arguments", () => B.shows(shared, [shared]));
  await t("identity in a result", async () => { const r = await B.echo([shared, shared]); return r[0] === r[1]; });
  await t("cycle in a result", async () => { const r = await B.echo(cycle); return r.self === r && r.list[0] === r; });
  await t("buffer is copied", async () => { const b = new Uint8Array([1]); await B.echo(b); return b.length; });
  await t("one buffer behind two views", async () => { const [a, b] = await B.echo([new Uint8Array(buffer, 0, 2), new Uint8Array(buffer, 4, 2)]); return a.buffer === b.buffer; });
  await t("nothing", () => B.nothing());
  await t("slowly", () => B.slowly("later"));
  await t("deep", async () => { let v = 1; for (let i = 0; i < 300; i++) v = [v]; let r = await B.echo(v), n = 0; while (Array.isArray(r)) { r = r[0]; n++; } return n; });

  // names
  for (const name of ["own", "arrow", "missing", "constructor", "statically", "ctx", "env", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf", "__proto__", "__defineGetter__", "_private", "alarm", "fetch", "connect", "dup", "then", "catch",
    "webSocketMessage", "webSocketClose", "webSocketError", "tail", "scheduled", "queue", "trace", "email", "test", "", "0", "propertyIsEnumerable", "toLocaleString"]) {
    await t(`call ${name}`, () => B[name]("http://x/y"));
    if (name !== "then" && name !== "catch") await t(`read ${name}`, async () => show(await B[name]));
  }
  await t("finally", () => typeof B.finally);
  await t("symbol", () => typeof B[Symbol.iterator]);
  await t("read getter", async () => { const g = await B.getter; return [show(g.a), await g.f(4)].join(); });
  await t("path through a getter", () => B.getter.a[1].b);
  await t("call through a getter", () => B.getter.f(21));
  await t("call what is no function", () => B.getter.a());
  await t("path through nothing", () => B.getter.x.y.z);
  await t("path through null", () => B.makeNull().x);
  await t("path through undefined", () => B.nothing().x.y());
  await t("path through a string", () => B.echo("text").length);
  await t("path through an array", () => B.makeList()[1].x);
  await t("call in an array", () => B.makeList()[2](5));
  await t("length of an array", () => B.makeList().length);
  await t("array method", () => B.makeList().slice(1));
  await t("path into a map", () => B.makeMap().size);
  await t("hasOwnProperty of a result", () => B.makeNested().hasOwnProperty("a"));
  await t("new of a method", () => { new B.echo(1); });
  await t("typeof", () => [typeof B, typeof B.echo, typeof B.echo(1), B.echo(1) instanceof Promise].join());
  await t("tags", () => [B, B.echo, B.echo(1)].map((x) => Object.prototype.toString.call(x)).join());
  await t("constructors", async () => [B.echo(1), await B.makeCounter(1)].map((x) => x.constructor.name).join());
  await t("names of a promise", () => Object.getOwnPropertyNames(Object.getPrototypeOf(B.echo(1))).join());
  await t("keys", async () => [Object.keys(B.echo(1)).length, Object.keys(await B.makeCounter(1)).length].join());
  await t("in", () => ["then" in B.echo(1), "x" in B.echo(1)].join());
  await t("detached then", () => { const { then } = B.echo(1); return then((x) => x); });
  await t("detached method", () => { const { add } = B; return add(1, 2); });
  await t("apply", () => B.add.apply);
  await t("then", () => B.echo(5).then((v) => v + 1));
  await t("then twice", async () => { const p = B.echo(5); return [await p.then((v) => v + 1), await p, await p].join(); });
  await t("catch", () => B.throws("type").catch((e) => `caught ${e.message}`));
  await t("finally of a promise", async () => { let n = 0; await B.echo(1).finally(() => { n++; }); return n; });
  await t("all", async () => (await Promise.all([B.echo(1), B.slowly(2), B.add(1, 2)])).join());
  await t("allSettled", async () => (await Promise.allSettled([B.echo(1), B.throws("type")])).map((x) => x.status).join());
  await t("resolve", async () => show(await Promise.resolve(B.echo([1]))));

  // functions, targets and stubs
  await t("function argument", () => B.calls((a, b) => a * b, 6, 7));
  await t("function that throws", () => B.calls(() => { throw Object.assign(new RangeError("in a callback"), { code: 3 }); }));
  await t("function twice", async () => (await B.callsTwice((x) => x * 10)).join());
  await t("function of functions", () => B.callsBack(async (o) => `${await o.back(5)} ${await o.c.increment(2)} ${await o.c.value}`));
  await t("async function", () => B.calls(async (x) => { await scheduler.wait(2); return x; }, "waited"));
  await t("result function", async () => { const f = await B.makeFunction(); return [await f(1, 2), await f("a")].join(); });
  await t("function with members", async () => { const f = await B.makeFunctionWithProps(); return [await f(1), show(await f.prop)].join(); });
  await t("member of a function", () => B.makeFunctionWithProps().nested.x);
  await t("async result function", async () => { const f = await B.makeAsyncFunction(); const r = await f(5); return [r[0], await r[1](6)].join(); });
  await t("target", async () => { const c = await B.makeCounter(5); return [await c.increment(), await c.increment(10), await c.value].join(); });
  await t("derived target", async () => { const c = await B.makeDerived(5); return [await c.increment(1), await c.value].join(); });
  await t("stub of a target", async () => { const c = await B.makeStub(5); return [await c.increment(), await c.value].join(); });
  for (const name of ["own", "instance", "missing", "constructor", "toString", "broken", "_underscore", "#n", "dup"]) {
    await t(`target ${name}`, async () => { const c = await B.makeCounter(5); return show(await c[name]()); });
  }
  await t("target own read", async () => { const c = await B.makeCounter(5); return show(await c.own); });
  await t("target getter broken", async () => { const c = await B.makeCounter(5); return show(await c.broken); });
  await t("target fails", async () => { const c = await B.makeCounter(5); return c.fails(); });
  await t("target argument", () => B.callsMethod(new Counter(3), "increment", 4));
  await t("target argument read", () => B.reads(new Counter(3), "value"));
  await t("target argument own", () => B.reads(new Counter(3), "own"));
  await t("stub argument", () => B.callsMethod(new RpcStub(new Counter(3)), "increment", 4));
  await t("stub there and back", async () => { const c = await B.makeCounter(5); const again = await B.echo(c); return [await again.increment(), await c.value].join(); });
  await t("own target there and back", async () => { const own = new Counter(1); const stub = await B.echo(own); return [await stub.increment(), own.value].join(); });
  await t("own function there and back", async () => { const f = await B.echo((x) => x + 1); return f(1); });
  await t("service as argument", async () => B.callsMethod(B, "add", 1, 2));
  await t("property as argument", async () => B.calls(B.add, 3, 4));
  await t("promise as argument", async () => B.shows(B.add(1, 2)));
  await t("pipelined promise as argument", async () => B.callsMethod(B.makeCounter(5), "increment", 1));
  await t("type of a function", () => B.typeOf(() => 1));
  await t("type of a target", () => B.typeOf(new Counter(1)));
  await t("type of a stub", () => B.typeOf(new RpcStub(new Counter(1))));
  await t("type of a service", () => B.typeOf(B));
  await t("plain class", () => B.makePlainClass());
  await t("nested stubs", async () => { const o = await B.makeNested(); return [await o.a.b(1), await o.a.list[0](2), o.a.list[1], await o.counter.increment()].join(); });
  await t("map of stubs", async () => { const m = await B.makeMap(); return m.get("key").increment(); });
  await t("promise in a result", async () => (await B.makePromise()).p);
  await t("rejected promise in a result", async () => (await B.makeReject()).p);
  await t("promise in arguments", () => B.shows({ p: Promise.resolve(1) }));

  // pipelining
  await t("pipelined", () => B.makeNested().a.b(41));
  await t("pipelined target", () => B.makeCounter(5).increment(2));
  await t("pipelined getter", () => B.makeCounter(5).value);
  await t("pipelined twice", () => B.makeCounter(5).nested().deep.add(1));
  await t("pipelined thrice", () => B.makeCounter(5).child.child.value);
  await t("pipelined function", () => B.makeFunction()(1, 2));
  await t("pipelined on a failure", () => B.throws("type").a.b());
  await t("pipelined on what is awaited", async () => { const p = B.makeCounter(5); await p; return p.increment(); });
  await t("pipelined on a slow one", () => B.slowly({ a: { b: 5 } }).a.b);
  await t("pipelines of a target", async () => (await B.pipelines(new Counter(2))).join());

  // errors
  for (const how of ["props", "cause", "type", "range", "syntax", "reference", "eval", "uri", "aggregate", "dom", "named", "class", "string", "number", "undefined", "null", "object", "function"]) {
    await t(`throws ${how}`, async () => { try { await B.throws(how); } catch (e) { return show(e); } });
  }
  await t("rejects", () => B.rejects());
  await t("stack", async () => { try { await B.stack(); } catch (e) { return [typeof e.stack, e.stack.split("\n")[0], e.stack.includes("stack")].join(); } });
  await t("remote", async () => { try { await B.stack(); } catch (e) { return show(Object.getOwnPropertyNames(e).sort()); } });

  // disposal
  await t("dispose", async () => { const c = await B.makeCounter(70); c[Symbol.dispose](); return typeof c[Symbol.dispose]; });
  await t("use after dispose", async () => { const c = await B.makeCounter(71); c[Symbol.dispose](); return c.increment(); });
  await t("dispose twice", async () => { const c = await B.makeCounter(72); c[Symbol.dispose](); c[Symbol.dispose](); return "fine"; });
  await t("dup", async () => { const c = await B.makeCounter(73); const d = c.dup(); c[Symbol.dispose](); return [await d.increment(), typeof d.dup].join(); });
  await t("dup of a disposed one", async () => { const c = await B.makeCounter(74); c[Symbol.dispose](); return typeof c.dup(); });
  await t("dispose of a result", async () => { const o = await B.makeNested(); o[Symbol.dispose](); return o.counter.increment(); });
  await t("dispose is hidden", async () => Object.keys(await B.makeNested()).join());
  await t("dispose of a plain result", async () => typeof (await B.echo({ a: 1 }))[Symbol.dispose]);
  await t("dispose of an array", async () => typeof (await B.echo([1]))[Symbol.dispose]);
  await t("dispose of a primitive", async () => typeof (await B.echo(1))[Symbol.dispose]);
  await t("dispose of a promise", async () => { const p = B.makeCounter(75); p[Symbol.dispose](); return typeof p; });
  await t("argument kept without dup", async () => { log.length = 0; const c = new Counter(76); await B.echo(c); await scheduler.wait(20); return log.splice(0).filter((line) => line.includes("76")).join(); });
  await t("held with dup", async () => { const c = new Counter(77); await B.holds(c); const first = await B.usesHeld(); return [first, c.value].join(); });
  await t("new RpcStub disposes", async () => { await scheduler.wait(20); log.length = 0; const s = new RpcStub(new Counter(78)); s[Symbol.dispose](); await scheduler.wait(1); return log.splice(0).filter((line) => line.includes("78")).join(); });
  await t("local stub", async () => { const s = new RpcStub(new Counter(1)); return [await s.increment(), await s.value, typeof s, Object.prototype.toString.call(s)].join(); });
  await t("local stub of a function", async () => new RpcStub((x) => x + 1)(1));
  await t("local stub of an object", async () => { const s = new RpcStub({ a: 5 }); return s.a; });
  await t("local stub of a string", () => { new RpcStub("text"); });
  await t("local stub of nothing", () => { new RpcStub(); });
  await t("RpcStub without new", () => { RpcStub(new Counter(1)); });
  await t("onRpcBroken", async () => { const c = await B.makeCounter(1); return typeof c.onRpcBroken; });

  // bodies
  const text = (s) => new Response(s).text();
  await t("byte stream", async () => show(new Uint8Array(await new Response(await B.bytes()).arrayBuffer())));
  await t("body stream", async () => text(await B.text()));
  await t("object stream", async () => { const r = (await B.objects()).getReader(); return show((await r.read()).value); });
  await t("failing stream", async () => text(await B.errors()));
  await t("stream argument", () => B.readsStream(new Response("streamed").body));
  await t("locked stream argument", () => { const { body } = new Response("x"); body.getReader(); return B.readsStream(body); });
  await t("writable argument", async () => { const { readable, writable } = new IdentityTransformStream(); const done = B.writesStream(writable); return [await text(readable), await done].join(); });
  await t("both ends", async () => { const { readable, writable } = await B.identity(); const w = writable.getWriter(); w.write(new TextEncoder().encode("through")); w.close(); return text(readable); });
  await t("request argument", () => B.request(new Request("http://x/y?z", { method: "POST", headers: { b: "c" }, body: "body" })));
  await t("used request argument", async () => { const r = new Request("http://x/", { method: "POST", body: "body" }); await r.text(); return B.request(r); });
  await t("result request", async () => { const r = await B.makeRequest(); return [r instanceof Request, r.method, r.url, r.headers.get("a"), await r.text()].join(); });
  await t("result response", async () => { const r = await B.response(); return [r instanceof Response, r.status, r.statusText, r.headers.get("x-a"), await r.text()].join(); });
  await t("headers argument", () => B.headers(new Headers({ b: "2", A: "1" })));
  await t("result headers", async () => { const h = await B.makeHeaders(); return [[...h].join(";"), h.getSetCookie().length].join(); });
  await t("fetch", async () => text((await B.fetch("http://x/path", { method: "PUT" })).body));
  await t("fetch of a request", async () => (await B.fetch(new Request("http://x/path"))).text());
  await t("fetch without arguments", () => B.fetch());
  await t("fetch of a relative URL", async () => (await B.fetch("/path")).text());
  await t("aborted signal argument", () => B.signal(AbortSignal.abort("why")));
  await t("signal argument", () => { const c = new AbortController(); scheduler.wait(5).then(() => c.abort("because")); return B.signal(c.signal); });
  await t("result signal", async () => { const s = await B.makeSignal(); return [s instanceof AbortSignal, s.aborted].join(); });
  await t("aborted fetch", () => B.fetch("http://x/", { signal: AbortSignal.abort(new Error("stop")) }));

  // sizes
  await t("1 MB argument", () => B.length("x".repeat(1 << 20)));
  await t("1 MB result", async () => (await B.big(1 << 20)).length);
  await t("33 MB argument", () => B.length(new Uint8Array(33 << 20)));
  await t("33 MB result", async () => (await B.big(33 << 20)).length);

  // a plain object as entrypoint
  if (D !== undefined) {
    await t("plain one", () => D.one(5));
    await t("plain withEnv", () => D.withEnv(1));
    await t("plain no argument", () => D.one());
    await t("plain two arguments", () => D.one(1, 2));
    await t("plain four parameters", () => D.two(1));
    await t("plain not a function", () => D.notAFunction(1));
    await t("plain read", async () => show(await D.notAFunction));
    await t("plain missing", () => D.missing(1));
    await t("plain toString", () => D.toString());
    await t("plain fetch", async () => (await D.fetch("http://x/")).text());
  }
}
