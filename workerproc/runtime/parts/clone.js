// structuredClone (https://html.spec.whatwg.org/#structuredserialize and
// #structureddeserialize in one walk).
(function (ops, core) {
  "use strict";
  const tagOf = Object.prototype.toString;
  const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

  // Objects with a state that a copy of their properties wouldn't have.
  const opaque = new Set(["Promise", "WeakMap", "WeakSet", "WeakRef", "FinalizationRegistry", "Generator", "Symbol", "Map Iterator", "Set Iterator",
    "Array Iterator", "URL", "URLSearchParams", "Headers", "Request", "Response", "ReadableStream", "WritableStream", "TransformStream", "Blob", "File",
    "FormData", "TextEncoder", "TextDecoder", "AbortSignal", "AbortController", "Event", "EventTarget", "Crypto", "SubtleCrypto", "CryptoKey",
    "MessagePort", "MessageChannel", "WebSocket", "WebSocketPair", "EventSource", "URLPattern", "CompressionStream", "DecompressionStream",
    "WebAssembly.Module", "WebAssembly.Instance", "WebAssembly.Memory", "WebAssembly.Table", "WebAssembly.Global", "WebAssembly.Tag", "WorkerLoader", "WorkerStub", "DurableObjectClass"]);

  // isStub tells stubs by what they call themselves, and then asks: most Workers have none, and need no RPC for it.
  const stubs = { __proto__: null, "[object JsRpcStub]": 1, "[object JsRpcPromise]": 1, "[object JsRpcProperty]": 1, "[object Fetcher]": 1, "[object LoopbackServiceStub]": 1 };
  function isStub(value) {
    if (value === null || typeof value !== "object" && typeof value !== "function") return false;
    return stubs[tagOf.call(value)] === 1 && core.part("rpc").internal.recordOf(value) !== undefined;
  }

  function describe(value) {
    if (typeof value === "function" || typeof value === "symbol") return value.toString();
    const name = value.constructor && value.constructor.name;
    return `#<${typeof name === "string" && name !== "" ? name : "Object"}>`;
  }

  const refuse = (what) => { throw new core.DOMException(`${what} could not be cloned.`, "DataCloneError"); };

  const language = /^(Promise|Weak|Finalization|Generator|Symbol|WebAssembly|Map I|Set I|Array I)/;
  function refusePlatform(value) {
    const tag = tagOf.call(value).slice(8, -1);
    if (language.test(tag)) refuse(describe(value));
    if (tag === "ReadableStream" || tag === "WritableStream") throw new core.DOMException(`${tag} can only be serialized for RPC.`, "DataCloneError");
    throw new core.DOMException(`Could not serialize object of type "${tag}". This type does not support serialization.`, "DataCloneError");
  }

  // known copies what has a class of the language; undefined for the rest.
  function known(value, walk) {
    if (value instanceof Date) return new Date(value.getTime());
    if (value instanceof RegExp) return new RegExp(value.source, value.flags);
    if (value instanceof ArrayBuffer) return copyOf(value);
    if (ArrayBuffer.isView(value)) return view(value, walk);
    if (value instanceof Boolean || value instanceof Number || value instanceof String || value instanceof BigInt) return Object(value.valueOf());
    if (value instanceof core.DOMException) return new core.DOMException(value.message, value.name);
    if (core.isHeaders?.(value)) return new core.Headers(value);
    if (value[Symbol.toStringTag] === "Blob" || value[Symbol.toStringTag] === "File") return blob(value);
    return undefined;
  }

  function copyOf(buffer) {
    if (buffer.detached) throw new core.DOMException("An ArrayBuffer is detached and could not be cloned.", "DataCloneError");
    if (!buffer.resizable) return buffer.slice(0);
    const copy = new ArrayBuffer(buffer.byteLength, { maxByteLength: buffer.maxByteLength });
    new Uint8Array(copy).set(new Uint8Array(buffer));
    return copy;
  }

  function blob(value) {
    const { Blob, File, internal: { isBlob } } = core.part("blob");
    if (!isBlob(value)) return undefined;
    const { type } = value;
    return value instanceof File ? new File([value], value.name, { type, lastModified: value.lastModified }) : new Blob([value], { type });
  }

  function view(value, walk) {
    const buffer = walk(value.buffer);
    if (value instanceof DataView) return new DataView(buffer, value.byteOffset, value.byteLength);
    const make = globalThis[value[Symbol.toStringTag]];
    return new make(buffer, value.byteOffset, value.length);
  }

  function errorOf(value, seen, walk) {
    const name = errors[value.name] === undefined ? "Error" : value.name;
    const made = new errors[name]();
    seen.set(value, made);
    const put = (key, v) => Object.defineProperty(made, key, { value: v, writable: true, enumerable: false, configurable: true });
    delete made.message;
    const own = Object.getOwnPropertyDescriptor(value, "message");
    if (own !== undefined && "value" in own) put("message", `${own.value}`);
    if (typeof value.stack === "string") put("stack", value.stack);
    if (Object.prototype.hasOwnProperty.call(value, "cause")) put("cause", walk(value.cause));
    return made;
  }

  function collection(value, seen, walk) {
    if (value instanceof Map) {
      const copy = new Map();
      seen.set(value, copy);
      for (const [k, v] of [...Map.prototype.entries.call(value)]) copy.set(walk(k), walk(v));
      return copy;
    }
    const copy = new Set();
    seen.set(value, copy);
    for (const v of [...Set.prototype.values.call(value)]) copy.add(walk(v));
    return copy;
  }

  function properties(value, seen, walk) {
    const copy = Array.isArray(value) ? new Array(value.length) : {};
    seen.set(value, copy);
    for (const key of Object.keys(value)) {
      if (!Object.prototype.hasOwnProperty.call(value, key)) continue; // a getter has deleted it
      Object.defineProperty(copy, key, { value: walk(value[key]), writable: true, enumerable: true, configurable: true });
    }
    return copy;
  }

  function clone(root, seen) {
    function walk(value) {
      if (isStub(value)) core.part("rpc").internal.uncloneable(value);
      if (typeof value === "function" || typeof value === "symbol") refuse(describe(value));
      if (typeof value !== "object" || value === null) return value;
      if (seen.has(value)) return seen.get(value);
      if (value === globalThis) refuse("#<ServiceWorkerGlobalScope>");
      if (value instanceof Map || value instanceof Set) return collection(value, seen, walk);
      if (value instanceof Error && !(value instanceof core.DOMException)) return errorOf(value, seen, walk);
      const copy = known(value, walk);
      if (copy !== undefined) {
        seen.set(value, copy);
        return copy;
      }
      const tag = tagOf.call(value).slice(8, -1);
      if (opaque.has(tag) && !Object.prototype.hasOwnProperty.call(value, Symbol.toStringTag)) refusePlatform(value);
      return properties(value, seen, walk);
    }
    return walk(root);
  }

  // move takes an ArrayBuffer's bytes along. The old one is detached.
  function move(buffer, seen) {
    if (!(buffer instanceof ArrayBuffer)) throw new TypeError("Object is not transferable");
    if (core.isPinned?.(buffer)) throw new core.DOMException("Object is not transferable.", "DataCloneError");
    if (buffer.detached) throw new core.DOMException("An ArrayBuffer is detached and could not be cloned.", "DataCloneError");
    if (seen.has(buffer)) throw new core.DOMException("An ArrayBuffer occurs twice in the transfer list.", "DataCloneError");
    seen.set(buffer, copyOf(buffer));
  }

  function structuredClone(value, options = {}) {
    if (arguments.length === 0) throw new TypeError("Failed to execute 'structuredClone' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'Value'.");
    const seen = new Map();
    if (typeof options !== "object" && typeof options !== "function") throw new TypeError("Failed to execute 'structuredClone' on 'ServiceWorkerGlobalScope': parameter 2 is not of type 'StructuredCloneOptions'.");
    if (options !== null && options.transfer !== undefined && (typeof options.transfer !== "object" || options.transfer === null)) throw new TypeError("Incorrect type for the 'transfer' field on 'StructuredCloneOptions': the provided value is not of type 'Array'.");
    const transfer = options === null || options.transfer === undefined ? [] : [...options.transfer];
    for (const buffer of transfer) move(buffer, seen);
    const result = clone(value, seen);
    if (core.detach !== undefined) transfer.forEach((buffer) => core.detach(buffer));
    return result;
  }

  return { structuredClone, internal: { describe } };
})
