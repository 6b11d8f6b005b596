// TextEncoder, TextDecoder (https://encoding.spec.whatwg.org/), atob and btoa.
(function (ops, core) {
  "use strict";
  const empty = new Uint8Array(0);

  // bytesOf is what a BufferSource holds, not copied.
  function bytesOf(source, what) {
    if (source instanceof Uint8Array) return source;
    if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    throw new TypeError(`Failed to execute ${what}: parameter 1 is not of type '${what === "'decode' on 'TextDecoder'" ? "Array" : "ArrayBuffer or ArrayBufferView"}'.`);
  }

  class TextEncoder {
    #brand;
    get encoding() { return "utf-8"; }
    encode(input = "") { return this.#brand, ops.utf8Encode(`${input}`); }
    encodeInto(source, destination) {
      if (arguments.length === 0) throw new TypeError("Failed to execute 'encodeInto' on 'TextEncoder': parameter 1 is not of type 'String'.");
      if (!(destination instanceof Uint8Array)) throw new TypeError("Failed to execute 'encodeInto' on 'TextEncoder': parameter 2 is not of type 'Uint8Array'.");
      const [bytes, read] = ops.utf8EncodeInto(`${source}`, destination.length);
      destination.set(bytes);
      return { read, written: bytes.length };
    }
    get [Symbol.toStringTag]() { return "TextEncoder"; }
  }

  // How many bytes at the end of a chunk wait for the next one.
  const tails = {
    "utf-8": (bytes) => ops.utf8Tail(bytes),
    "utf-16le": (bytes) => utf16Tail(bytes, 1),
    "utf-16be": (bytes) => utf16Tail(bytes, 0),
  };

  function utf16Tail(bytes, high) {
    const odd = bytes.length % 2;
    const last = bytes.length - odd - 2;
    return last >= 0 && (bytes[last + high] & 0xfc) === 0xd8 ? odd + 2 : odd;
  }

  const singleByte = /^(windows|iso-8859|koi8|ibm|mac|x-mac|x-user)/;

  // ISO-2022-JP keeps a state between characters, so all bytes wait for the
  // last.
  function tailOf(encoding, bytes) {
    if (encoding in tails) return tails[encoding](bytes);
    if (singleByte.test(encoding)) return 0;
    return encoding === "iso-2022-jp" ? bytes.length : ops.legacyTail(encoding, bytes);
  }

  function decode(encoding, bytes, fatal) {
    switch (encoding) {
      case "utf-8": return ops.utf8Decode(bytes, fatal, true);
      case "utf-16le": return ops.utf16Decode(bytes, false, fatal);
      case "utf-16be": return ops.utf16Decode(bytes, true, fatal);
      default: return ops.legacyDecode(encoding, bytes, fatal);
    }
  }

  function encodingOf(label) {
    if (label === "utf-8" || label === "utf8") return "utf-8";
    const name = ops.encodingName(`${label}`);
    if (name === undefined) throw new RangeError(`"${label}" is not a valid encoding.`);
    return name;
  }

  class TextDecoder {
    #encoding;
    #fatal;
    #ignoreBOM;
    #pending = empty;
    #started = false; // something of this stream was decoded

    constructor(label = "utf-8", options = {}) {
      if (options !== null && typeof options !== "object" && typeof options !== "function") throw new TypeError("Failed to construct 'TextDecoder': constructor parameter 2 is not of type 'ConstructorOptions'.");
      options ??= {};
      this.#encoding = encodingOf(label);
      this.#fatal = Boolean(options.fatal);
      this.#ignoreBOM = Boolean(options.ignoreBOM);
    }

    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }

    decode(input = empty, options = {}) {
      const stream = Boolean(options.stream);
      let bytes = bytesOf(input, "'decode' on 'TextDecoder'");
      if (this.#pending.length > 0) bytes = ops.bytesConcat([this.#pending, bytes]);
      this.#pending = empty;
      if (stream) {
        const end = bytes.length - tailOf(this.#encoding, bytes);
        if (end < bytes.length) this.#pending = bytes.slice(end);
        bytes = bytes.subarray(0, end);
      }
      return this.#text(bytes, stream);
    }

    #text(bytes, stream) {
      const first = !this.#started;
      this.#started = stream && (this.#started || bytes.length > 0);
      if (bytes.length === 0) return "";
      const text = decode(this.#encoding, bytes, this.#fatal);
      const bom = first && !this.#ignoreBOM && text.charCodeAt(0) === 0xfeff && this.#encoding in tails;
      return bom ? text.slice(1) : text;
    }

    get [Symbol.toStringTag]() { return "TextDecoder"; }
  }

  // An op knows no DOMException.
  function binary(op, args, name) {
    if (args.length === 0) throw new TypeError(`Failed to execute '${name}' on 'ServiceWorkerGlobalScope': parameter 1 is not of type '${name === "atob" ? "string" : "String"}'.`);
    try {
      return op(`${args[0]}`);
    } catch (err) {
      if (err.name !== "InvalidCharacterError") throw err;
      throw new core.DOMException(err.message, "InvalidCharacterError");
    }
  }

  function atob(data) { return binary(ops.atob, arguments, "atob"); }
  function btoa(data) { return binary(ops.btoa, arguments, "btoa"); }

  return { TextEncoder, TextDecoder, atob, btoa, internal: { bytesOf } };
})
