// https://compression.spec.whatwg.org/; the wording is the Workers runtime's.
(function ({ test, eq, ok, throws, rejects, turns }) {
  const encode = (s) => new TextEncoder().encode(s);
  const through = async (stream, chunks) => {
    const writer = stream.writable.getWriter();
    const writing = (async () => {
      for (const chunk of chunks) await writer.write(chunk);
      await writer.close();
    })();
    writing.catch(() => {});
    const out = [];
    for (const chunk of await Array.fromAsync(stream.readable)) out.push(...chunk);
    await writing;
    return new Uint8Array(out);
  };
  const squeeze = (format, chunks) => through(new CompressionStream(format), chunks);
  const expand = (format, chunks) => through(new DecompressionStream(format), chunks);
  const text = (bytes) => new TextDecoder().decode(bytes);

  for (const format of ["gzip", "deflate", "deflate-raw"]) {
    test(`${format}, there and back`, async () => {
      const small = await squeeze(format, [encode("hello "), encode("hello hello").buffer, "hello"]);
      eq(text(await expand(format, [small])), "hello hello hellohello");
      eq(text(await expand(format, [...small].map((byte) => new Uint8Array([byte])))), "hello hello hellohello");
      eq([...await expand(format, [await squeeze(format, [])])], []);
    });

    test(`${format}, wrong data`, async () => {
      const good = await squeeze(format, [encode("something that is long enough")]);
      await rejects("TypeError: Trailing bytes after end of compressed data", expand(format, [good, new Uint8Array(1)]));
      await rejects("TypeError: Trailing bytes after end of compressed data", expand(format, [new Uint8Array([...good, 1])]));
      await rejects("TypeError: Called close() on a decompression stream with incomplete data", expand(format, [good.slice(0, -3)]));
      await rejects("TypeError: Called close() on a decompression stream with incomplete data", expand(format, []));
      await rejects("TypeError: Decompression failed.", expand(format, [new Uint8Array(20).fill(255)]));
      if (format === "deflate-raw") return;
      good[good.length - 2] ^= 255;
      await rejects("TypeError: Decompression failed.", expand(format, [good]));
    });
  }

  test("what others have made", async () => {
    const gzip = new Uint8Array([31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 203, 72, 205, 201, 201, 87, 40, 207, 47, 202, 73, 1, 0, 133, 17, 74, 13, 11, 0, 0, 0]);
    eq(text(await expand("gzip", [gzip])), "hello world");
  });

  test("a bomb goes off as fast as it is read", async () => {
    const zeros = new Uint8Array(1 << 20);
    const bomb = await squeeze("gzip", Array(32).fill(zeros));
    ok(bomb.length < 40000);
    const stream = new DecompressionStream("gzip");
    const writer = stream.writable.getWriter();
    let written = false;
    writer.write(bomb).then(() => { written = true; });
    const reader = stream.readable.getReader();
    let n = 0;
    for (let i = 0; i < 4; i++) n += (await reader.read()).value.length;
    await turns(200);
    eq([n <= 4 * 65536, written], [true, false]);
    await reader.cancel(new TypeError("gone"));
    await rejects("TypeError: gone", writer.write(bomb));
  });

  test("small things need no reader", async () => {
    const stream = new CompressionStream("gzip");
    const writer = stream.writable.getWriter();
    await writer.write(encode("abc"));
    await writer.close();
    const [chunk] = await Array.fromAsync(stream.readable.pipeThrough(new DecompressionStream("gzip")));
    eq(text(chunk), "abc");
  });

  test("constructors and wrong chunks", async () => {
    const one = new CompressionStream("gzip");
    eq([String(one), one instanceof TransformStream, String(new DecompressionStream("deflate"))], ["[object CompressionStream]", true, "[object DecompressionStream]"]);
    throws("TypeError: The compression format must be either 'deflate', 'deflate-raw' or 'gzip'.", () => new CompressionStream("brotli"));
    throws("TypeError: Failed to construct 'DecompressionStream': constructor parameter 1 is not of type 'string'.", () => new DecompressionStream());
    await rejects("TypeError: This WritableStream only supports writing byte types.", squeeze("gzip", [{}]));
  });

  test("too many at once", async () => {
    const open = [];
    try {
      for (let i = 0; i < 100; i++) open.push(new CompressionStream("gzip"));
    } catch (err) {
      eq(err.message, "Too many compression streams are open.");
    }
    ok(open.length < 100);
    for (const stream of open) await stream.readable.cancel();
    await new CompressionStream("gzip").readable.cancel();
  });
})
