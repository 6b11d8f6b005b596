// crypto (https://w3c.github.io/webcrypto/): random numbers, and DigestStream
// of the Workers runtime. subtle is in subtle.js.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const SECRET = {};
  const fail = (name, message) => { throw new core.DOMException(message, name); };
  const integers = ["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "BigInt64Array", "BigUint64Array"];
  const subtle = () => core.part("subtle");

  class Crypto {
    constructor(secret) { if (secret !== SECRET) throw new TypeError("Illegal constructor"); }
    get subtle() { return subtle().internal.subtle; }
    getRandomValues(view) {
      if (!p.isView(view)) throw new TypeError("Failed to execute 'getRandomValues' on 'Crypto': parameter 1 is not of type 'ArrayBufferView'.");
      if (!integers.includes(view[Symbol.toStringTag])) fail("TypeMismatchError", "ArrayBufferView argument to getRandomValues() must be an integer-typed view.");
      if (view.byteLength > 65536) fail("QuotaExceededError", `getRandomValues() only accepts buffers of size <= 64K but provided ${view.byteLength} bytes.`);
      new p.Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(ops.randomBytes(view.byteLength));
      return view;
    }
    randomUUID() { return ops.randomUUID(); }
    get DigestStream() { return digestStream(); }
    get [Symbol.toStringTag]() { return "Crypto"; }
  }

  function chunkOf(chunk) {
    if (typeof chunk === "string") return ops.utf8Encode(chunk);
    if (p.isView(chunk)) return new p.Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (chunk instanceof p.ArrayBuffer) return new p.Uint8Array(chunk);
    throw new TypeError("DigestStream is a byte stream but received an object of non-ArrayBuffer/ArrayBufferView/string type on its writable side.");
  }

  // DigestStream is a WritableStream whose digest is a promise. The state of
  // the hash function goes in and out of Go with each chunk.
  let DigestStream;
  function digestStream() {
    if (DigestStream !== undefined) return DigestStream;
    const { WritableStream } = core.part("writable");
    const { hashName } = subtle().internal;
    return (DigestStream = class DigestStream extends WritableStream {
      #s;
      constructor(algorithm) {
        if (algorithm === undefined) throw new TypeError("Failed to construct 'DigestStream': constructor parameter 1 is not of type 'string or HashAlgorithm'.");
        const s = { count: 0, digest: undefined };
        const name = hashName(algorithm);
        let state;
        let settle;
        s.digest = new p.Promise((resolve, reject) => { settle = { resolve, reject }; });
        p.then(s.digest, undefined, () => {});
        super({
          write(chunk) {
            try {
              const bytes = chunkOf(chunk);
              state = ops.digestStep(name, state, bytes);
              s.count += bytes.length;
            } catch (err) {
              settle.reject(err);
              throw err;
            }
          },
          close() { settle.resolve(ops.digestEnd(name, state).buffer); },
          abort(reason) { settle.reject(reason); },
        });
        this.#s = s;
      }
      get digest() { return this.#s.digest; }
      get bytesWritten() { return BigInt(this.#s.count); }
    });
  }

  return { crypto: new Crypto(SECRET), Crypto };
})
