(function ({ test, eq, ok, throws, rejects }) {
  test("groupBy", () => {
    const o = Object.groupBy([1, 2, 3], (x, i) => (x % 2 ? "odd" : `even${i}`));
    eq([Object.getPrototypeOf(o), o], [null, { odd: [1, 3], even1: [2] }]);
    eq([...Map.groupBy("aba", (x) => x)], [["a", ["a", "a"]], ["b", ["b"]]]);
    throws("TypeError", () => Object.groupBy([1]));
  });

  test("promises", async () => {
    const { promise, resolve } = Promise.withResolvers();
    resolve(1);
    eq([await promise, await Promise.try((a, b) => a + b, 1, 2)], [1, 3]);
    await rejects("Error: x", Promise.try(() => { throw new Error("x"); }));
  });

  test("Array.fromAsync", async () => {
    eq(await Array.fromAsync([1, Promise.resolve(2)], async (x) => x * 2), [2, 4]);
    eq(await Array.fromAsync(ReadableStream.from("ab")), ["a", "b"]);
    eq(await Array.fromAsync({ length: 2, 0: Promise.resolve("x") }), ["x", undefined]);
  });

  test("strings", () => {
    eq(["a\ud800", "\udc00", "\ud83d\ude00", "é"].map((s) => s.isWellFormed()), [false, false, true, true]);
    eq("a\ud800b\udc00😀".toWellFormed(), "a\ufffdb\ufffd😀");
    for (const s of ["a.b", "1+1", "(x|y)-z", "\n ", "/"]) ok(new RegExp(`^${RegExp.escape(s)}$`).test(s), s);
  });

  test("symbols and references", () => {
    eq([typeof Symbol.asyncIterator, typeof Symbol.dispose, String(Symbol.asyncDispose)], ["symbol", "symbol", "Symbol(Symbol.asyncDispose)"]);
    const o = {};
    eq([new WeakRef(o).deref() === o, new FinalizationRegistry(() => {}).unregister(o)], [true, false]);
    throws("TypeError", () => new WeakRef(1));
  });

  test("iterator helpers", () => {
    const from = () => [1, 2, 3, 4].values();
    eq([from().map((x) => x * 2).toArray(), from().filter((x) => x > 2).toArray(), from().take(2).toArray(), from().drop(3).toArray(), from().flatMap((x) => [x, x]).take(3).toArray()],
      [[2, 4, 6, 8], [3, 4], [1, 2], [4], [1, 1, 2]]);
    eq([from().some((x) => x > 3), from().every((x) => x > 3), from().find((x) => x > 1), from().reduce((a, b) => a + b), from().reduce((a, b) => a + b, 10)], [true, false, 2, 10, 20]);
    let closed = 0;
    const source = { next: () => ({ done: false, value: 1 }), return() { closed++; return {}; }, __proto__: Iterator.prototype };
    eq([source.take(2).toArray(), closed], [[1, 1], 1]);
    source.find(() => true);
    eq([closed, Iterator.from({ next: () => ({ done: true }) }).toArray()], [2, []]);
    ok([].values() instanceof Iterator);
    throws("TypeError", () => new Iterator());
    throws("RangeError", () => from().take(-1));
  });

  test("TypedArray.from of a string", () => {
    eq([Uint8Array.from("a\u00ff", (c) => c.charCodeAt(0)), Uint8Array.from("12"), Uint8Array.from([1, 2], (x) => x * 2), Uint8Array.from.length], [new Uint8Array([97, 255]), new Uint8Array([1, 2]), new Uint8Array([2, 4]), 1]);
  });

  test("nothing shows up in for in", () => {
    const seen = [];
    for (const k in []) seen.push(k);
    for (const k in Object) seen.push(k);
    eq(seen, []);
  });
})
