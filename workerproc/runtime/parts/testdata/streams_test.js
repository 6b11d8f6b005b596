(function ({ test, eq, ok, throws, rejects, turns, core }) {
  const { fromPull, fromBytes, readAll, isDisturbed, isLocked } = core.part("streams").internal;
  const bytes = (...b) => new Uint8Array(b);
  const numbers = (n) => { let i = 0; return new ReadableStream({ pull(c) { if (i < n) c.enqueue(i++); else c.close(); } }); };
  const collect = async (stream) => {
    const out = [];
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return out;
      out.push(value);
    }
  };
  const boom = new Error("boom");

  test("read to the end", async () => {
    const s = numbers(3);
    const reader = s.getReader();
    ok(s.locked);
    throws("TypeError", () => s.getReader());
    eq([await reader.read(), await reader.read(), await reader.read(), await reader.read(), await reader.read()],
      [{ done: false, value: 0 }, { done: false, value: 1 }, { done: false, value: 2 }, { done: true, value: undefined }, { done: true, value: undefined }]);
    eq(await reader.closed, undefined);
    reader.releaseLock();
    ok(!s.locked);
    await rejects("TypeError", reader.read());
    await rejects("TypeError", reader.closed);
  });

  test("pull follows the high-water mark", async () => {
    let pulls = 0;
    let c;
    const s = new ReadableStream({ start(x) { c = x; }, pull() { pulls++; c.enqueue("x"); } }, { highWaterMark: 3 });
    await turns();
    eq([pulls, c.desiredSize], [3, 0]);
    const r = s.getReader();
    await r.read();
    await turns();
    eq(pulls, 4);
    const lazy = new ReadableStream({ pull() { pulls = "called"; } }, new CountQueuingStrategy({ highWaterMark: 0 }));
    await turns();
    eq(pulls, 4);
    ok(lazy);
  });

  test("size, and a bad one", async () => {
    let c;
    new ReadableStream({ start(x) { c = x; } }, { highWaterMark: 10, size: (s) => s.length });
    c.enqueue("abc");
    eq(c.desiredSize, 7);
    const s = new ReadableStream({ start(x) { c = x; } }, { size: () => NaN });
    throws("RangeError", () => c.enqueue(1));
    await rejects("RangeError", s.getReader().read());
    throws("TypeError", () => new ReadableStream({}, { highWaterMark: -1 }));
    throws("TypeError", () => new ReadableStream({ type: "nope" }));
    throws("TypeError", () => new ReadableStream({ pull: 1 }));
    throws("TypeError", () => new ReadableStreamDefaultController());
    throws(boom, () => new ReadableStream({ start() { throw boom; } }));
  });

  test("errors reach every read", async () => {
    let c;
    const s = new ReadableStream({ start(x) { c = x; } });
    const r = s.getReader();
    const [a, b] = [r.read(), r.read()];
    c.error(boom);
    await rejects(boom, a);
    await rejects(boom, b);
    await rejects(boom, r.closed);
    eq(c.desiredSize, null);
    throws("TypeError", () => c.enqueue(1));
    throws("TypeError", () => c.close());
    await rejects(boom, new ReadableStream({ pull() { throw boom; } }).getReader().read());
    await rejects(boom, new ReadableStream({ start: () => Promise.reject(boom) }).getReader().read());
  });

  test("closing waits for the queue", async () => {
    let c;
    const s = new ReadableStream({ start(x) { c = x; x.enqueue(1); x.close(); } });
    throws("TypeError", () => c.close());
    eq(await collect(s), [1]);
  });

  test("cancel", async () => {
    let why;
    const s = new ReadableStream({ cancel(reason) { why = reason; return "ignored"; } });
    eq([await s.cancel("because"), why, (await collect(s)).length], [undefined, "because", 0]);
    await rejects(boom, new ReadableStream({ cancel() { throw boom; } }).cancel());
    const locked = numbers(1);
    const r = locked.getReader();
    await rejects("TypeError", locked.cancel());
    await r.cancel();
    eq((await r.read()).done, true);
  });

  test("releasing rejects what waits", async () => {
    const s = new ReadableStream({});
    const r = s.getReader();
    const read = r.read();
    r.releaseLock();
    await rejects("TypeError", read);
    ok(s.getReader());
  });

  test("iteration", async () => {
    const it = numbers(2)[Symbol.asyncIterator]();
    eq([await it.next(), await it.next(), await it.next()], [{ done: false, value: 0 }, { done: false, value: 1 }, { done: true, value: undefined }]);
    let cancelled = 0;
    const s = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel() { cancelled++; } });
    const early = s.values();
    await early.next();
    eq([await early.return("r"), cancelled, s.locked], [{ done: true, value: "r" }, 1, false]);
    const kept = numbers(3);
    const keeper = kept.values({ preventCancel: true });
    await keeper.next();
    await keeper.return();
    eq(await collect(kept), [1, 2]);
    const many = numbers(3).values();
    eq((await Promise.all([many.next(), many.next(), many.next(), many.next()])).map((x) => x.value), [0, 1, 2, undefined]);
  });

  test("from", async () => {
    eq(await collect(ReadableStream.from(["a", Promise.resolve("b")])), ["a", "b"]);
    const log = [];
    const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }), return: async (r) => { log.push(r); return {}; } }) };
    const r = ReadableStream.from(source).getReader();
    eq(await r.read(), { done: false, value: 1 });
    await r.cancel("enough");
    eq(log, ["enough"]);
    eq(await collect(ReadableStream.from(numbers(2))), [0, 1]);
    throws("TypeError", () => ReadableStream.from(5));
  });

  test("tee", async () => {
    const [a, b] = numbers(3).tee();
    eq(await Promise.all([collect(a), collect(b)]), [[0, 1, 2], [0, 1, 2]]);
    let why;
    const s = new ReadableStream({ cancel(r) { why = r; } });
    const [c, d] = s.tee();
    const one = c.cancel(1);
    await turns();
    eq(why, undefined);
    await Promise.all([one, d.cancel(2)]);
    eq(why, 2);
    const [e, f] = new ReadableStream({ pull() { throw boom; } }).tee();
    await rejects(boom, e.getReader().read());
    await rejects(boom, f.getReader().read());
  });

  test("tee of bytes copies", async () => {
    const [a, b] = fromBytes(bytes(1, 2)).tee();
    const [x, y] = await Promise.all([readAll(a), readAll(b)]);
    x[0] = 9;
    eq([x, y], [bytes(9, 2), bytes(1, 2)]);
  });

  test("byte stream with a default reader", async () => {
    const chunks = [bytes(1, 2), bytes(3)];
    const s = new ReadableStream({ type: "bytes", pull(c) { if (chunks.length > 0) c.enqueue(chunks.shift()); else c.close(); } });
    eq(await collect(s), [bytes(1, 2), bytes(3)]);
    let c;
    new ReadableStream({ type: "bytes", start(x) { c = x; } });
    throws("TypeError", () => c.enqueue("text"));
    throws("TypeError", () => c.enqueue(bytes()));
    ok(c instanceof ReadableByteStreamController);
  });

  test("BYOB reads from the queue", async () => {
    let c;
    const s = new ReadableStream({ type: "bytes", start(x) { c = x; } });
    const chunk = bytes(1, 2, 3, 4, 5);
    c.enqueue(chunk);
    chunk[0] = 99;
    const r = s.getReader({ mode: "byob" });
    eq(await r.read(new Uint8Array(2)), { done: false, value: bytes(1, 2) });
    const words = await r.read(new Uint16Array(4));
    eq([words.value.length, words.value[0]], [1, 3 + 4 * 256]);
    c.close();
    eq(await r.read(new Uint8Array(4)), { done: false, value: bytes(5) });
    eq(await r.read(new Uint8Array(4)), { done: true, value: bytes() });
    await rejects("TypeError", r.read(new Uint8Array(0)));
    await rejects("TypeError", r.read("x"));
    throws("TypeError", () => numbers(1).getReader({ mode: "byob" }));
  });

  test("byobRequest", async () => {
    const seen = [];
    const s = new ReadableStream({
      type: "bytes",
      pull(c) {
        const request = c.byobRequest;
        seen.push(request.view.byteLength);
        request.view[0] = 7;
        request.respond(1);
        throws("TypeError", () => request.respond(1));
      },
    });
    const r = s.getReader({ mode: "byob" });
    eq(await r.read(new Uint8Array(4)), { done: false, value: bytes(7) });
    eq(await r.read(new Uint8Array(4), { min: 3 }), { done: false, value: bytes(7, 7, 7) });
    eq(seen, [4, 4, 3, 2]);
    let c;
    const t = new ReadableStream({ type: "bytes", start(x) { c = x; } });
    const pending = t.getReader({ mode: "byob" }).read(new Uint8Array(2));
    c.close();
    c.byobRequest.respond(0);
    eq(await pending, { done: true, value: bytes() });
    eq(c.byobRequest, null);
  });

  test("several views wait", async () => {
    let c;
    const s = new ReadableStream({ type: "bytes", start(x) { c = x; } });
    const r = s.getReader({ mode: "byob" });
    const reads = [r.read(new Uint8Array(2)), r.read(new Uint8Array(2)), r.readAtLeast(3, new Uint8Array(4))];
    c.enqueue(bytes(1, 2, 3));
    c.enqueue(bytes(4, 5));
    c.enqueue(bytes(6));
    eq((await Promise.all(reads)).map((x) => x.value), [bytes(1, 2), bytes(3), bytes(4, 5, 6)]);
  });

  test("autoAllocateChunkSize", async () => {
    const s = new ReadableStream({
      type: "bytes", autoAllocateChunkSize: 8,
      pull(c) { eq(c.byobRequest.view.byteLength, 8); c.byobRequest.view[0] = 1; c.byobRequest.respond(1); },
    });
    eq(await s.getReader().read(), { done: false, value: bytes(1) });
  });

  test("a reader released within a view", async () => {
    let c;
    const s = new ReadableStream({ type: "bytes", start(x) { c = x; } });
    const r = s.getReader({ mode: "byob" });
    const read = r.read(new Uint16Array(2), { min: 2 });
    c.enqueue(bytes(1, 2, 3));
    r.releaseLock();
    await rejects("TypeError", read);
    const next = s.getReader().read();
    c.enqueue(bytes(4));
    eq(await next, { done: false, value: bytes(1, 2, 3) });
  });

  test("an end within an element", async () => {
    let c;
    const s = new ReadableStream({ type: "bytes", start(x) { c = x; } });
    const read = s.getReader({ mode: "byob" }).read(new Uint16Array(1));
    c.enqueue(bytes(1));
    throws("TypeError", () => c.close());
    await rejects("TypeError", read);
  });

  test("fromPull", async () => {
    const chunks = [bytes(1), bytes(), bytes(2, 3)];
    const s = fromPull({ pull: async () => chunks.shift() });
    ok(!isDisturbed(s) && !isLocked(s));
    eq(await readAll(s), bytes(1, 2, 3));
    ok(isDisturbed(s) && isLocked(s));
    const byob = fromPull({ pull: async () => undefined }).getReader({ mode: "byob" });
    eq(await byob.read(new Uint8Array(1)), { done: true, value: bytes() });
    await rejects(boom, readAll(fromPull({ pull: () => Promise.reject(boom) })));
    let why;
    await fromPull({ pull() {}, cancel(r) { why = r; } }).cancel("c");
    eq(why, "c");
    eq(await readAll(fromBytes(bytes())), bytes());
    await rejects("TypeError", readAll(new ReadableStream({ start(c) { c.enqueue("text"); } })));
  });

  test("10,000 chunks don't nest", async () => {
    let n = 0;
    const s = new ReadableStream({ pull(c) { if (n++ < 10000) c.enqueue(bytes(1)); else c.close(); } });
    eq((await readAll(s)).length, 10000);
  });
})
