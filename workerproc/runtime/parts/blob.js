// Blob and File (https://w3c.github.io/FileAPI/), FormData and its two wire
// formats (https://xhr.spec.whatwg.org/#interface-formdata).
(function (ops, core) {
  "use strict";
  const part = (name) => core.part(name).internal;
  const surrogate = /[\ud800-\udfff]/;
  const usv = (value) => {
    const s = `${value}`;
    return surrogate.test(s) ? ops.wellFormed(s) : s;
  };

  const normalType = (type) => (/^[\x20-\x7e]*$/.test(type) ? type.toLowerCase() : "");
  let bytesOf, isBlob;

  function gather(parts, name = "Blob") {
    if (parts === undefined) return new Uint8Array(0);
    if (typeof parts !== "object" || parts === null || typeof parts[Symbol.iterator] !== "function") {
      throw new TypeError(`Failed to construct '${name}': constructor parameter 1 is not of type 'Array'.`);
    }
    return ops.bytesConcat([...parts].map((item) => {
      if (isBlob(item)) return bytesOf(item);
      if (ArrayBuffer.isView(item) || item instanceof ArrayBuffer) return part("encoding").bytesOf(item);
      return usv(item);
    }));
  }

  function range(index, length, fallback) {
    if (index === undefined) return fallback;
    const n = Math.trunc(Number(index)) || 0;
    return n < 0 ? Math.max(0, length + n) : Math.min(n, length);
  }

  const OWN = {}; // says that the bytes are given, not parts
  const AS_IT_IS = {}; // and the type has its form

  // mimeOf writes a type with its parameters as https://mimesniff.spec.whatwg.org/ does; what is none as it is.
  function mimeOf(text) {
    const m = /^[\t\n\r ]*([!#$%&'*+\-.^_`|~\w]+\/[!#$%&'*+\-.^_`|~\w]+)[\t\n\r ]*(?:;|$)/.exec(text);
    if (m === null) return text.toLowerCase();
    const seen = new Map();
    for (const p of text.slice(m[0].length).matchAll(/[\t\n\r ]*([!#$%&'*+\-.^_`|~\w]+)=(?:"((?:[^"\\]|\\.)*)"[^;]*|([^;]*))(?:;|$)/g)) {
      const value = p[2] === undefined ? p[3].trimEnd() : p[2].replace(/\\(.)/g, "$1");
      if (!seen.has(p[1].toLowerCase()) && (value !== "" || p[2] !== undefined)) seen.set(p[1].toLowerCase(), value);
    }
    let out = m[1].toLowerCase();
    for (const [name, value] of seen) out += `;${name}=${/^[!#$%&'*+\-.^_`|~\w]+$/.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`}`;
    return out;
  }

  class Blob {
    #bytes;
    #type;

    static {
      isBlob = (v) => typeof v === "object" && v !== null && #bytes in v;
      bytesOf = (blob) => blob.#bytes;
    }

    constructor(parts = undefined, options = {}, own = undefined) {
      if (options !== null && typeof options !== "object" && typeof options !== "function") throw new TypeError(`Failed to construct '${new.target.name}': constructor parameter 2 is not of type 'Options'.`);
      if (options?.endings !== undefined) throw new Error("The 'endings' field on 'Options' is not implemented.");
      this.#bytes = own === OWN || own === AS_IT_IS ? parts : gather(parts, new.target === File ? "File" : "Blob");
      const type = options === null || options.type === undefined ? "" : `${options.type}`;
      this.#type = own === AS_IT_IS ? type : normalType(type);
    }

    get size() { return this.#bytes.length; }
    get type() { return this.#type; }

    slice(start = undefined, end = undefined, type = "") {
      const from = range(start, this.size, 0);
      const to = Math.max(from, range(end, this.size, this.size));
      return new Blob(this.#bytes.subarray(from, to), { type }, OWN);
    }

    async arrayBuffer() { return this.#bytes.slice().buffer; }
    async bytes() { return this.#bytes.slice(); }
    async text() { return ops.utf8Decode(this.#bytes, false, true); }
    stream() { return part("streams").fromBytes(this.#bytes.slice()); }
    get [Symbol.toStringTag]() { return "Blob"; }
  }

  class File extends Blob {
    #name;
    #modified;
    constructor(parts, name, options = {}, own = undefined) {
      if (arguments.length < 2) throw new TypeError("Failed to construct 'File': constructor parameter 2 is not of type 'string'.");
      super(parts, options, own);
      this.#name = usv(name);
      const modified = options === null ? undefined : options.lastModified;
      this.#modified = modified === undefined ? ops.now() : Number(modified) || 0;
    }
    get name() { return this.#name; }
    get lastModified() { return this.#modified; }
    get [Symbol.toStringTag]() { return "File"; }
  }

  // valueOf is what an entry keeps; a Blob without a name gets that of its field, as in the Workers runtime.
  function valueOf(field, value, filename) {
    if (!isBlob(value)) return usv(value);
    if (value instanceof File && filename === undefined) return value;
    const name = filename === undefined ? usv(field) : usv(filename);
    return new File(bytesOf(value), name, { type: value.type }, OWN);
  }

  function needsName(args, method) {
    if (args.length < 1) throw new TypeError(`Failed to execute '${method}' on 'FormData': parameter 1 is not of type 'string'.`);
  }

  function needsTwo(args, method) {
    needsName(args, method);
    if (args.length < 2) throw new TypeError(`Failed to execute '${method}' on 'FormData': parameter 2 is not of type 'File or Blob or string'.`);
  }

  let entriesOf;

  class FormData {
    #entries = []; // [name, value]

    static { entriesOf = (form) => form.#entries; }

    append(name, value, filename = undefined) {
      needsTwo(arguments, "append");
      this.#entries.push([usv(name), valueOf(name, value, filename)]);
    }
    delete(name) {
      needsName(arguments, "delete");
      const n = usv(name);
      this.#entries = this.#entries.filter((entry) => entry[0] !== n);
    }
    get(name) {
      needsName(arguments, "get");
      const n = usv(name);
      const entry = this.#entries.find((entry) => entry[0] === n);
      return entry === undefined ? null : entry[1];
    }
    getAll(name) {
      needsName(arguments, "getAll");
      const n = usv(name);
      return this.#entries.filter((entry) => entry[0] === n).map((entry) => entry[1]);
    }
    has(name) {
      needsName(arguments, "has");
      const n = usv(name);
      return this.#entries.some((entry) => entry[0] === n);
    }
    set(name, value, filename = undefined) {
      needsTwo(arguments, "set");
      const entry = [usv(name), valueOf(name, value, filename)];
      const at = this.#entries.findIndex((other) => other[0] === entry[0]);
      if (at < 0) this.#entries.push(entry);
      else this.#entries = this.#entries.filter((other, i) => i <= at || other[0] !== entry[0]);
      if (at >= 0) this.#entries[at] = entry;
    }
    forEach(callback, thisArg = undefined) {
      if (typeof callback !== "function") throw new TypeError("Failed to execute 'forEach' on 'FormData': parameter 1 is not of type 'function'.");
      for (const [name, value] of this) callback.call(thisArg, value, name, this);
    }
    *entries() { for (let i = 0; i < this.#entries.length; i++) yield this.#entries[i].slice(); }
    *keys() { for (const [name] of this.entries()) yield name; }
    *values() { for (const [, value] of this.entries()) yield value; }
    get [Symbol.toStringTag]() { return "FormData"; }
  }
  Object.defineProperty(FormData.prototype, Symbol.iterator, { value: FormData.prototype.entries, writable: true, configurable: true });

  // --- the wire

  const quoted = (s) => s.replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");

  // serialize writes multipart/form-data: [bytes, content type].
  function serialize(form) {
    const boundary = `----formdata-${ops.randomUUID()}`;
    const chunks = [];
    for (const [name, value] of entriesOf(form)) {
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
      if (typeof value === "string") chunks.push(`${head}\r\n\r\n${value}\r\n`);
      else {
        chunks.push(`${head}; filename="${quoted(value.name)}"\r\nContent-Type: ${value.type || "application/octet-stream"}\r\n\r\n`, bytesOf(value), "\r\n");
      }
    }
    chunks.push(`--${boundary}--`);
    return [ops.bytesConcat(chunks), `multipart/form-data; boundary=${boundary}`];
  }

  // blobOf makes the Blob of a message's body: a type that is none is left out, and of several the last counts.
  function blobOf(bytes, type = "") {
    if (core.flag?.("blob_standard_mime_type") === false) return new Blob(bytes, { type }, AS_IT_IS);
    const last = mimeOf(type.replace(/^.*,/, ""));
    return new Blob(bytes, { type: /^[!#$%&'*+\-.^_`|~\w]+\/[!#$%&'*+\-.^_`|~\w]+(;|$)/.test(last) ? last : "" }, AS_IT_IS);
  }

  const boundaryIn = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i;

  // parse reads what a Content-Type says is a form.
  function parse(bytes, contentType) {
    const essence = contentType.split(";", 1)[0].trim().toLowerCase();
    const form = new FormData();
    const entries = entriesOf(form);
    if (essence === "application/x-www-form-urlencoded") {
      const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(contentType);
      if (charset !== null && !/^utf-?8$/i.test(charset[1])) throw new TypeError("Non-utf-8 application/x-www-form-urlencoded body.");
      const list = ops.formParse(ops.utf8Decode(bytes, false, true));
      for (let i = 0; i < list.length; i += 2) entries.push([list[i], list[i + 1]]);
      return form;
    }
    if (essence !== "multipart/form-data") {
      throw new TypeError(`Unrecognized Content-Type header value. FormData can only parse the following MIME types: multipart/form-data, application/x-www-form-urlencoded`);
    }
    const found = boundaryIn.exec(contentType);
    if (found === null) throw new TypeError("No boundary string in Content-Type header. The multipart/form-data MIME type requires a boundary parameter, e.g. 'Content-Type: multipart/form-data; boundary=\"abcd\"'. See RFC 7578, section 4.");
    const list = ops.multipartParse(bytes, found[1] === undefined ? found[2] : found[1].replace(/\\(.)/g, "$1"));
    for (let i = 0; i < list.length; i += 4) {
      const [name, filename, type, data] = list.slice(i, i + 4);
      entries.push([name, filename === undefined || core.flag?.("formdata_parser_supports_files") === false ? ops.utf8Decode(data, false, true) : new File(data, filename, { type }, OWN)]);
    }
    return form;
  }

  return {
    Blob, File, FormData,
    internal: { isBlob, bytesOf, fromBytes: (bytes, type) => new Blob(bytes, { type }, AS_IT_IS), blobOf, serialize, parse, entriesOf },
  };
})
