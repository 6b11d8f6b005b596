(function ({ test, eq, ok, throws, rejects, turns, core }) {
  const bytes = (...b) => new Uint8Array(b);
  const boom = new Error("boom");
  const collect = async (stream) => {
    const out = [];
    const reader = stream.getReader();
    for (let r = await reader.read(); !r.done; r = await reader.read()) out.push(r.value);
    return out;
  };
  const sinkOf = (log, more = {}) => new WritableStream({ write(x) { log.push(x); }, close() { log.push("close"); }, abort(r) { log.push("abort", r); }, ...more });
  const gate = () => { const g = {}; g.promise = new Promise((r) => { g.open = r; }); return g; };

  test("writes in order, one at a time", async () => {
    const log = [];
    const g = gate();
    const s = new WritableStream({ async write(x) { log.push(`+${x}`); if (x === 1) await g.promise; log.push(`-${x}`); }, close() { log.push("close"); } });
    const w = s.getWriter();
    await w.ready;
    eq(w.desiredSize, 1);
    const writes = [w.write(1), w.write(2), w.close()];
    await turns();
    eq([log, w.desiredSize], [["+1"], -1]);
    g.open();
    await Promise.all(writes);
    eq([log, await w.closed, w.desiredSize], [["+1", "-1", "+2", "-2", "close"], undefined, 0]);
    await rejects("TypeError", w.write(3));
    await rejects("TypeError", w.close());
  });

  test("ready waits for room", async () => {
    const g = gate();
    const w = new WritableStream({ write: () => g.promise }).getWriter();
    w.write(1);
    let ready = false;
    w.ready.then(() => { ready = true; });
    await turns();
    eq(ready, false);
    g.open();
    await turns();
    eq(ready, true);
  });

  test("a failing write errors the stream", async () => {
    const log = [];
    const s = new WritableStream({ write() { throw boom; }, abort() { log.push("abort"); } });
    const w = s.getWriter();
    const writes = [w.write(1), w.write(2)];
    await rejects(boom, writes[0]);
    await rejects(boom, writes[1]);
    await rejects(boom, w.closed);
    await rejects(boom, w.ready);
    eq([w.desiredSize, log], [null, []]);
    w.releaseLock();
    throws("TypeError", () => w.desiredSize);
    ok(s.getWriter());
  });

  test("abort", async () => {
    const log = [];
    let c;
    const s = sinkOf(log, { start(x) { c = x; } });
    const w = s.getWriter();
    await w.ready;
    let seen;
    c.signal.addEventListener("abort", () => { seen = c.signal.reason; });
    const abort = w.abort("why");
    eq(seen, "why");
    await abort;
    eq(log, ["abort", "why"]);
    await rejects("why", w.closed.catch((r) => { throw { name: r, message: "" }; }));
    eq(await s.abort === undefined, false);
    await rejects(boom, new WritableStream({ abort() { throw boom; } }).abort());
  });

  test("abort waits for the write under way and rejects the rest", async () => {
    const log = [];
    const g = gate();
    const s = sinkOf(log, { write: (x) => { log.push(x); return g.promise; } });
    const w = s.getWriter();
    await w.ready;
    const [one, two] = [w.write(1), w.write(2)];
    const abort = w.abort(boom);
    await turns();
    eq(log, [1]);
    g.open();
    await one;
    await rejects(boom, two);
    await abort;
    eq(log, [1, "abort", boom]);
  });

  test("controller.error, locks and constructors", async () => {
    let c;
    const s = new WritableStream({ start(x) { c = x; } });
    c.error(boom);
    await rejects(boom, s.getWriter().closed);
    throws("TypeError", () => s.getWriter());
    await rejects("TypeError", s.close());
    await rejects("TypeError", s.abort());
    throws("TypeError", () => new WritableStream({ write: 1 }));
    eq([new CountQueuingStrategy({ highWaterMark: 5 }).highWaterMark, new ByteLengthQueuingStrategy({ highWaterMark: 5 }).size(bytes(1, 2))], [5, 2]);
    throws("TypeError", () => new CountQueuingStrategy());
  });

  test("pipeTo", async () => {
    const log = [];
    const source = ReadableStream.from([1, 2, 3]);
    const sink = sinkOf(log);
    const piped = source.pipeTo(sink);
    ok(source.locked && sink.locked);
    eq([await piped, log, source.locked, sink.locked], [undefined, [1, 2, 3, "close"], false, false]);
    await rejects("TypeError", ReadableStream.from([]).pipeTo({}));
    const open = sinkOf(log);
    await ReadableStream.from([4]).pipeTo(open, { preventClose: true });
    await open.getWriter().write(5);
    eq(log.slice(4), [4, 5]);
  });

  test("pipeTo passes errors on", async () => {
    const log = [];
    await rejects(boom, new ReadableStream({ pull() { throw boom; } }).pipeTo(sinkOf(log)));
    eq(log, ["abort", boom]);
    let why;
    const source = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel(r) { why = r; } });
    await rejects(boom, source.pipeTo(new WritableStream({ write() { throw boom; } })));
    ok(why === boom);
    const kept = new ReadableStream({ pull(c) { c.enqueue(1); } });
    await rejects(boom, kept.pipeTo(new WritableStream({ start(c) { c.error(boom); } }), { preventCancel: true }));
    eq((await kept.getReader().read()).value, 1);
    const closed = new WritableStream();
    await closed.close();
    await rejects("TypeError", ReadableStream.from([1]).pipeTo(closed));
  });

  test("pipeTo with a signal", async () => {
    const log = [];
    const abort = new AbortController();
    const source = new ReadableStream({ cancel(r) { log.push("cancel", r); } });
    const piped = source.pipeTo(sinkOf(log), { signal: abort.signal });
    await turns();
    abort.abort(boom);
    await rejects(boom, piped);
    eq(log, ["abort", boom, "cancel", boom]);
    await rejects("TypeError", ReadableStream.from([]).pipeTo(new WritableStream(), { signal: 1 }));
  });

  test("pipeTo obeys back-pressure", async () => {
    let pulls = 0;
    const g = gate();
    const source = new ReadableStream({ pull(c) { pulls++; c.enqueue(pulls); } }, { highWaterMark: 0 });
    source.pipeTo(new WritableStream({ write: () => g.promise })).catch(() => {});
    await turns(50);
    eq(pulls, 1);
  });

  test("TransformStream", async () => {
    const t = new TransformStream({ start(c) { c.enqueue("first"); }, transform(x, c) { c.enqueue(x); c.enqueue(-x); }, flush(c) { c.enqueue("last"); } });
    eq(await collect(ReadableStream.from([1, 2]).pipeThrough(t)), ["first", 1, -1, 2, -2, "last"]);
    eq(await collect(ReadableStream.from(["x"]).pipeThrough(new TransformStream())), ["x"]);
    throws("TypeError", () => new TransformStream({ readableType: "bytes" }));
    throws(boom, () => new TransformStream({ start() { throw boom; } }));
  });

  test("TransformStream errors", async () => {
    const t = new TransformStream({ transform() { throw boom; } });
    const w = t.writable.getWriter();
    const [write, read] = [w.write(1), t.readable.getReader().read()];
    await rejects(boom, write);
    await rejects(boom, read);
    await rejects(boom, w.closed);
    const log = [];
    const u = new TransformStream({ cancel(r) { log.push(r); } });
    await u.readable.cancel(boom);
    eq(log, [boom]);
    await rejects(boom, u.writable.getWriter().closed);
    const v = new TransformStream();
    const aborted = v.readable.getReader().read();
    await v.writable.abort(boom);
    await rejects(boom, aborted);
    const x = new TransformStream({ start(c) { c.terminate(); } });
    eq(await collect(x.readable), []);
    await rejects("TypeError", x.writable.getWriter().closed);
  });

  test("TransformStream back-pressure", async () => {
    const seen = [];
    const t = new TransformStream({ transform(x, c) { seen.push(x); c.enqueue(x); } });
    const w = t.writable.getWriter();
    w.write(1);
    w.write(2);
    await turns(50);
    eq(seen, []);
    const r = t.readable.getReader();
    eq((await r.read()).value, 1);
    eq((await r.read()).value, 2);
  });

  test("text streams", async () => {
    const text = "aé€😀";
    const encoded = await collect(ReadableStream.from(["aé", "€\ud83d", "\ude00"]).pipeThrough(new TextEncoderStream()));
    eq([].concat(...encoded.map((b) => [...b])), [...new TextEncoder().encode(text)]);
    const split = [...new TextEncoder().encode(text)].map((b) => bytes(b));
    eq((await collect(ReadableStream.from(split).pipeThrough(new TextDecoderStream()))).join(""), text);
    const lone = await collect(ReadableStream.from(["\ud83d"]).pipeThrough(new TextEncoderStream()));
    eq(lone, [bytes(0xef, 0xbf, 0xbd)]);
    await rejects("TypeError", collect(ReadableStream.from([bytes(0xff)]).pipeThrough(new TextDecoderStream("utf-8", { fatal: true }))));
    eq([new TextDecoderStream("latin1").encoding, new TextEncoderStream().encoding], ["windows-1252", "utf-8"]);
  });

  test("IdentityTransformStream", async () => {
    const { readable, writable } = new IdentityTransformStream();
    const w = writable.getWriter();
    let wrote = false;
    const source = bytes(1, 2);
    const write = w.write(source).then(() => { wrote = true; });
    await turns();
    eq(wrote, false);
    source[0] = 9; // a copy was taken
    const r = readable.getReader({ mode: "byob" });
    eq((await r.read(new Uint8Array(8))).value, bytes(1, 2));
    await write;
    const end = r.read(new Uint8Array(1));
    await w.close();
    eq(await end, { done: true, value: bytes() });
    const bad = new IdentityTransformStream();
    const read = bad.readable.getReader().read();
    await rejects("TypeError: This TransformStream is being used as a byte stream, but received an object", bad.writable.getWriter().write(5));
    await rejects("TypeError", read);
  });

  test("FixedLengthStream", async () => {
    const through = (n, ...chunks) => {
      const f = new FixedLengthStream(n);
      const piped = ReadableStream.from(chunks).pipeTo(f.writable);
      piped.catch(() => {});
      return core.part("streams").internal.readAll(f.readable);
    };
    eq(await through(3, bytes(1), bytes(2, 3)), bytes(1, 2, 3));
    await rejects("TypeError: Attempt to write too many bytes through a FixedLengthStream.", through(1, bytes(1, 2)));
    await rejects("TypeError: FixedLengthStream did not see all expected bytes before close().", through(3, bytes(1)));
    eq(core.part("transform").internal.lengthOf(new FixedLengthStream(7).readable), 7);
    throws("TypeError", () => new FixedLengthStream(-1));
    throws("TypeError: Failed to construct", () => new FixedLengthStream());
  });
})
