// Bodies (https://fetch.spec.whatwg.org/#body-mixin). A body is
//   { source: string | Uint8Array | undefined, stream: ReadableStream | null, used, type, take }
// Its stream is made when somebody touches it: most bodies are read, or sent, as they are. take is set on a body that
// comes from the client in pieces: it makes the stream.
import { primordials as p, isObject } from "./primordials.js";
import { part } from "./parts.js";
import { flag } from "./flags.js";

const disturbed = "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.";

// bodyFrom makes the body of what was given to a constructor, with its content type; null for none.
export function bodyFrom(init) {
  if (init === null || init === undefined) return null;
  if (typeof init === "string") return { source: init, stream: null, used: false, type: "text/plain;charset=UTF-8" };
  if (init instanceof p.ArrayBuffer) return bytesBody(new p.Uint8Array(init).slice());
  if (p.isView(init)) return bytesBody(new p.Uint8Array(init.buffer, init.byteOffset, init.byteLength).slice());
  if (!isObject(init)) return bodyFrom(`${init}`);
  return objectBody(init);
}

const bytesBody = (source) => ({ source, stream: null, used: false, type: undefined });

// objectBody makes a body of an object whose class is in a part. If the part has not been evaluated, it is none of them.
function objectBody(init) {
  const tag = init[Symbol.toStringTag];
  if (tag === "ReadableStream") {
    const { isLocked, isDisturbed, isStream } = part("streams").internal;
    if (isStream(init)) {
      if (isDisturbed(init)) throw new TypeError("This ReadableStream is disturbed (has already been read from), and cannot be used as a body.");
      if (isLocked(init)) throw new TypeError("This ReadableStream is locked to a reader, and cannot be used as a body.");
      return { source: undefined, stream: init, used: false, type: undefined };
    }
  }
  if (tag === "URLSearchParams") return { source: `${init}`, stream: null, used: false, type: "application/x-www-form-urlencoded;charset=UTF-8" };
  if (tag === "Blob" || tag === "File") {
    const { bytesOf } = part("blob").internal;
    return { source: bytesOf(init), stream: null, used: false, type: init.type || undefined };
  }
  if (tag === "FormData") {
    const [source, type] = part("blob").internal.serialize(init);
    return { source, stream: null, used: false, type };
  }
  if (isIterable(init) && flag("fetch_iterable_type_support")) return { source: undefined, stream: part("streams").internal.streamOfIterable(init), used: false, type: undefined };
  return bodyFrom(`${init}`);
}

// isIterable tells what gives the pieces of a body one after the other. What has a text of its own is that text.
function isIterable(init) {
  if (init instanceof String || !p.isArray(init) && p.hasOwn(init, "toString")) return false;
  return typeof init[p.asyncIterator] === "function" || typeof init[p.iterator] === "function";
}

// streamOf is the body's stream, made now if need be.
export function streamOf(body) {
  if (body === null) return null;
  if (body.stream === null) {
    const { fromBytes } = part("streams").internal;
    body.stream = body.take ? body.take() : fromBytes(typeof body.source === "string" ? ops.utf8Encode(body.source) : body.source);
    body.source = undefined;
    if (body.used) part("streams").internal.readAll(body.stream); // it has been read: an empty, disturbed stream
  }
  return body.stream;
}

export function isUsed(body) {
  if (body === null) return false;
  return body.used || (body.stream !== null && part("streams").internal.isDisturbed(body.stream));
}

export const isLocked = (body) => body.stream !== null && part("streams").internal.isLocked(body.stream);

// cfOf is a copy of what a request or a response is given as cf.
export function cfOf(cf, wrongField) {
  if (!isObject(cf)) wrongField("cf", "Object");
  const text = p.stringify(cf);
  if (text === undefined) throw new SyntaxError("\"undefined\" is not valid JSON");
  return p.parse(text);
}

function begin(body) {
  if (isUsed(body)) throw new TypeError(disturbed);
  if (isLocked(body)) {
    throw new TypeError("This ReadableStream is currently locked to a reader.");
  }
}

// bytesOf reads the whole body.
async function bytes(body) {
  if (body === null) return new p.Uint8Array(0);
  begin(body);
  if (body.stream === null && !body.take) {
    body.used = true;
    return typeof body.source === "string" ? ops.utf8Encode(body.source) : body.source;
  }
  const stream = streamOf(body);
  body.used = true;
  return part("streams").internal.readAll(stream);
}

async function text(body) {
  if (body !== null && body.stream === null && typeof body.source === "string") {
    begin(body);
    body.used = true;
    return withoutMark(body.source);
  }
  return withoutMark(ops.utf8Decode(await bytes(body), false, true));
}

// withoutMark takes the byte order mark from a text.
const withoutMark = (s) => (s !== "" && p.codeAt(s, 0) === 0xfeff && flag("strip_bom_in_read_all_text") ? p.slice(s, 1) : s);


// cloneBody splits a body in two; the first takes the original's place.
export function cloneBody(body) {
  if (body === null) return null;
  if (body.used || isLocked(body)) throw new TypeError("This ReadableStream is currently locked to a reader,");
  if (body.stream === null && !body.take) return { ...body };
  const [one, two] = part("streams").internal.tee(streamOf(body));
  body.stream = one;
  return { source: undefined, stream: two, used: false, type: body.type };
}

// contentType is the type of a message's body by its headers.
const contentType = (message) => message.headers.get("content-type") ?? "";

// Body is what Request and Response have in common.
export class Body {
  constructor() { throw new TypeError("Illegal constructor"); }
}

// mixin gives a class the methods of a body; get returns a message's.
export function mixin(Class, get) {
  const methods = {
    async arrayBuffer() {
      const b = await bytes(get(this));
      return b.byteOffset === 0 && b.byteLength === b.buffer.byteLength ? b.buffer : b.slice().buffer;
    },
    async bytes() { return bytes(get(this)); },
    async text() { return text(get(this)); },
    async json() { return p.parse(await text(get(this))); },
    async blob() {
      const { blobOf } = part("blob").internal;
      return blobOf(await bytes(get(this)), contentType(this));
    },
    async formData() {
      const type = this.headers.get("content-type");
      const body = get(this);
      if (type === null) throw new TypeError("Parsing a Body as FormData requires a Content-Type header.");
      const { parse } = part("blob").internal;
      return parse(await bytes(body), type);
    },
  };
  for (const name of p.ownKeys(methods)) {
    p.defineProperty(Class.prototype, name, { value: methods[name], writable: true, enumerable: true, configurable: true });
  }
  Object.setPrototypeOf(Class.prototype, Body.prototype);
  p.defineProperty(Class.prototype, "body", { configurable: true, enumerable: true, get() { return streamOf(get(this)); } });
  p.defineProperty(Class.prototype, "bodyUsed", { configurable: true, enumerable: true, get() { return isUsed(get(this)); } });
}
