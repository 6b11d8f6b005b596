// CompressionStream and DecompressionStream
// (https://compression.spec.whatwg.org/) over the codecs of ops/codec.go,
// which give their output a piece at a time.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { TransformStream, internal: { OWN, make, enqueue, settled } } = core.part("transform");
  const piece = 256 * 1024; // how much input an op is given at once

  // What is written before anybody reads waits up to this many bytes; the
  // Workers runtime lets more wait, and code relies on it.
  const waiting = { compress: 1024 * 1024, decompress: 256 * 1024 };

  function bytesOf(chunk) {
    if (typeof chunk === "string") return ops.utf8Encode(chunk);
    if (p.isView(chunk)) return new p.Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (chunk instanceof p.ArrayBuffer) return new p.Uint8Array(chunk);
    throw new TypeError("This WritableStream only supports writing byte types.");
  }

  // Codecs end with the invocation that made them.
  core.ended.push((id) => { ops.codecForget(id); });

  function pipe(compress, format) {
    let codec = ops.codecOpen(compress, format, ops.current());
    const close = () => {
      ops.codecClose(codec);
      codec = 0;
    };
    // drain hands on what there is, no faster than it is read. It returns
    // false when the stream has failed meanwhile.
    async function drain(t) {
      for (;;) {
        const out = ops.codecRead(codec);
        if (out === undefined) return true;
        enqueue(t, out);
        if (t.backpressure) await settled(t);
        if (codec === 0) return false;
      }
    }
    const careful = async (work) => {
      try {
        await work();
      } catch (err) {
        close();
        throw err;
      }
    };
    const transformer = {
      transform: (chunk, t) => careful(async () => {
        const bytes = bytesOf(chunk);
        for (let at = 0; at < bytes.length; at += piece) {
          ops.codecWrite(codec, new p.Uint8Array(bytes.buffer, bytes.byteOffset + at, Math.min(piece, bytes.length - at)));
          if (!await drain(t)) return;
        }
      }),
      flush: (t) => careful(async () => {
        ops.codecEnd(codec);
        if (await drain(t)) close();
      }),
      cancel: async () => close(),
    };
    return make(transformer, undefined, { hwm: 1 }, { hwm: compress ? waiting.compress : waiting.decompress, size: (chunk) => chunk.length });
  }

  // pull is a codec for who pulls: next() gives its input, undefined at the end.
  function pull(compress, format, next, failure) {
    let codec = ops.codecOpen(compress, format, ops.current());
    let ended = false;
    const close = () => {
      ops.codecClose(codec);
      codec = 0;
    };
    async function take() {
      for (;;) {
        if (codec === 0) return undefined;
        const out = ops.codecRead(codec);
        if (out !== undefined) return out;
        if (ended) {
          close();
          return undefined;
        }
        const chunk = await next();
        if (codec === 0) return undefined;
        if (chunk === undefined) {
          ended = true;
          ops.codecEnd(codec);
        } else ops.codecWrite(codec, bytesOf(chunk));
      }
    }
    return {
      close,
      async pull() {
        try {
          return await take();
        } catch (err) {
          close();
          throw err instanceof TypeError ? new TypeError(failure) : err;
        }
      },
    };
  }

  const formats = ["gzip", "deflate", "deflate-raw"];

  function formatOf(name, args, format) {
    if (args.length === 0) throw new TypeError(`Failed to construct '${name}': constructor parameter 1 is not of type 'string'.`);
    const s = `${format}`;
    if (!formats.includes(s)) throw new TypeError("The compression format must be either 'deflate', 'deflate-raw' or 'gzip'.");
    return s;
  }

  class CompressionStream extends TransformStream {
    constructor(format) { super(OWN, pipe(true, formatOf("CompressionStream", arguments, format))); }
    get [Symbol.toStringTag]() { return "CompressionStream"; }
  }

  class DecompressionStream extends TransformStream {
    constructor(format) { super(OWN, pipe(false, formatOf("DecompressionStream", arguments, format))); }
    get [Symbol.toStringTag]() { return "DecompressionStream"; }
  }

  return { CompressionStream, DecompressionStream, internal: { pull } };
})
