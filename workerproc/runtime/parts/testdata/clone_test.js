(function ({ test, eq, ok, throws }) {
  test("what has no identity", () => {
    for (const v of [undefined, null, true, 1, -0, NaN, "s", 10n]) ok(Object.is(structuredClone(v), v), String(v));
    throws("TypeError", () => structuredClone());
  });

  test("objects, cycles, holes", () => {
    const o = { a: [1, , 3], get g() { return 4; }, [Symbol("s")]: 1 };
    o.self = o;
    o.a.extra = "e";
    const c = structuredClone(o);
    ok(c !== o && c.self === c);
    eq([Object.keys(c), c.a.length, 1 in c.a, c.a.extra, Object.getOwnPropertyDescriptor(c, "g").value], [["a", "g", "self"], 3, false, "e", 4]);
    class P { constructor() { this.x = 1; } get y() { return 2; } }
    const p = structuredClone(new P());
    eq([p.constructor === Object, p.x, p.y], [true, 1, undefined]);
    const evil = JSON.parse('{"__proto__": {"x": 1}}');
    eq([structuredClone(evil).x, Object.getPrototypeOf(structuredClone(evil)) === Object.prototype], [undefined, true]);
  });

  test("classes of the language", () => {
    const d = structuredClone(new Date(5));
    ok(d instanceof Date && d.getTime() === 5);
    const r = /a/gi;
    r.lastIndex = 3;
    const rc = structuredClone(r);
    eq([String(rc), rc.lastIndex], ["/a/gi", 0]);
    const key = {};
    const m = structuredClone(new Map([[key, new Set([key, 1])]]));
    const [[k, s]] = [...m];
    ok(k !== key && s.has(k) && s.has(1));
    eq([typeof structuredClone(new Number(3)), structuredClone(new String("x")).length, structuredClone(Object(false)) instanceof Boolean], ["object", 1, true]);
  });

  test("errors", () => {
    const e = new RangeError("m", { cause: { x: 1 } });
    e.extra = 1;
    const c = structuredClone(e);
    eq([c instanceof RangeError, c.name, c.message, c.cause.x, c.extra, Object.prototype.toString.call(c), c.stack === e.stack], [true, "RangeError", "m", 1, undefined, "[object Error]", true]);
    class Mine extends Error { constructor() { super("mine"); this.name = "Mine"; } }
    const mine = structuredClone(new Mine());
    eq([mine.constructor === Error, mine.name, mine.message], [true, "Error", "mine"]);
    const cyclic = new Error("c");
    cyclic.cause = cyclic;
    const cc = structuredClone(cyclic);
    ok(cc.cause === cc);
    const dom = structuredClone(new DOMException("m", "AbortError"));
    eq([dom instanceof DOMException, dom.name], [true, "AbortError"]);
  });

  test("buffers and views share as they did", () => {
    const b = new Uint8Array([1, 2, 3, 4]).buffer;
    const { x, y, z, v } = structuredClone({ x: new Uint8Array(b, 1, 2), y: new DataView(b, 2), z: b, v: new BigInt64Array(1) });
    ok(x.buffer === z && y.buffer === z && z !== b && v instanceof BigInt64Array);
    x[0] = 9;
    eq([x, y.byteOffset, new Uint8Array(b)[1], new Uint8Array(z)[1]], [new Uint8Array([9, 3]), 2, 2, 9]);
    const moved = structuredClone({ b }, { transfer: [b] });
    eq(new Uint8Array(moved.b), new Uint8Array([1, 2, 3, 4]));
    throws("DataCloneError", () => structuredClone(1, { transfer: [b, b] }));
    throws("TypeError: Object is not transferable", () => structuredClone(1, { transfer: [{}] }));
  });

  test("what can't be cloned", () => {
    throws("DataCloneError: () => {} could not be cloned.", () => structuredClone({ f: () => {} }));
    throws("DataCloneError: Symbol(x) could not be cloned.", () => structuredClone(Symbol("x")));
    throws("DataCloneError: #<Promise> could not be cloned.", () => structuredClone([Promise.resolve()]));
    for (const v of [new WeakMap(), new WeakSet(), new URL("a:b"), new ReadableStream(), new TextEncoder(), new FormData(), (function* () {})()]) {
      throws("DataCloneError", () => structuredClone(v));
    }
    try { structuredClone(() => {}); } catch (err) { eq([err instanceof DOMException, err.code], [true, 25]); }
    throws("Error: mine", () => structuredClone({ get x() { throw new Error("mine"); } }));
  });
})
