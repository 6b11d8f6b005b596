// What the Workers runtime has on its global object and on its classes: each snippet says what is not there.
const globals = ["AbortController", "AbortSignal", "Blob", "Body", "ByteLengthQueuingStrategy", "Cache", "CacheStorage", "CloseEvent", "Cloudflare", "CompressionStream", "CountQueuingStrategy", "Crypto", "CryptoKey", "CustomEvent", "DOMException", "DecompressionStream", "ErrorEvent", "Event", "EventSource", "ExtendableEvent", "FetchEvent", "File", "FixedLengthStream", "FormData", "HTMLRewriter", "Headers", "IdentityTransformStream", "MessageChannel", "MessageEvent", "MessagePort", "Navigator", "PromiseRejectionEvent", "ReadableByteStreamController", "ReadableStream", "ReadableStreamBYOBReader", "ReadableStreamBYOBRequest", "ReadableStreamDefaultController", "ReadableStreamDefaultReader", "Request", "Response", "ScheduledEvent", "ServiceWorkerGlobalScope", "SubtleCrypto", "TailEvent", "TextDecoder", "TextDecoderStream", "TextEncoder", "TextEncoderStream", "TraceEvent", "TransformStream", "TransformStreamDefaultController", "URL", "URLPattern", "URLSearchParams", "WebAssembly", "WebSocket", "WebSocketPair", "WebSocketRequestResponsePair", "WorkerGlobalScope", "WritableStream", "WritableStreamDefaultController", "WritableStreamDefaultWriter", "atob", "btoa", "caches", "clearInterval", "clearTimeout", "console", "crypto", "fetch", "navigator", "origin", "performance", "queueMicrotask", "reportError", "scheduler", "self", "setInterval", "setTimeout", "structuredClone"];
const classes = {"AbortController": [[],["abort","signal"]],
  "AbortSignal": [["abort","any","timeout"],["aborted","onabort","reason","throwIfAborted"]],
  "Blob": [[],["arrayBuffer","bytes","size","slice","stream","text","type"]],
  "ByteLengthQueuingStrategy": [[],["highWaterMark","size"]],
  "CloseEvent": [[],[]],
  "CompressionStream": [[],[]],
  "CountQueuingStrategy": [[],["highWaterMark","size"]],
  "Crypto": [[],["DigestStream","getRandomValues","randomUUID","subtle"]],
  "CryptoKey": [[],[]],
  "CustomEvent": [[],["detail"]],
  "DOMException": [["ABORT_ERR","DATA_CLONE_ERR","DOMSTRING_SIZE_ERR","HIERARCHY_REQUEST_ERR","INDEX_SIZE_ERR","INUSE_ATTRIBUTE_ERR","INVALID_ACCESS_ERR","INVALID_CHARACTER_ERR","INVALID_MODIFICATION_ERR","INVALID_NODE_TYPE_ERR","INVALID_STATE_ERR","NAMESPACE_ERR","NETWORK_ERR","NOT_FOUND_ERR","NOT_SUPPORTED_ERR","NO_DATA_ALLOWED_ERR","NO_MODIFICATION_ALLOWED_ERR","QUOTA_EXCEEDED_ERR","SECURITY_ERR","SYNTAX_ERR","TIMEOUT_ERR","TYPE_MISMATCH_ERR","URL_MISMATCH_ERR","VALIDATION_ERR","WRONG_DOCUMENT_ERR"],["ABORT_ERR","DATA_CLONE_ERR","DOMSTRING_SIZE_ERR","HIERARCHY_REQUEST_ERR","INDEX_SIZE_ERR","INUSE_ATTRIBUTE_ERR","INVALID_ACCESS_ERR","INVALID_CHARACTER_ERR","INVALID_MODIFICATION_ERR","INVALID_NODE_TYPE_ERR","INVALID_STATE_ERR","NAMESPACE_ERR","NETWORK_ERR","NOT_FOUND_ERR","NOT_SUPPORTED_ERR","NO_DATA_ALLOWED_ERR","NO_MODIFICATION_ALLOWED_ERR","QUOTA_EXCEEDED_ERR","SECURITY_ERR","SYNTAX_ERR","TIMEOUT_ERR","TYPE_MISMATCH_ERR","URL_MISMATCH_ERR","VALIDATION_ERR","WRONG_DOCUMENT_ERR"]],
  "DecompressionStream": [[],[]],
  "ErrorEvent": [[],["colno","error","filename","lineno","message"]],
  "Event": [["AT_TARGET","BUBBLING_PHASE","CAPTURING_PHASE","NONE"],["AT_TARGET","BUBBLING_PHASE","CAPTURING_PHASE","NONE","bubbles","cancelBubble","cancelable","composed","composedPath","currentTarget","defaultPrevented","eventPhase","isTrusted","preventDefault","returnValue","srcElement","stopImmediatePropagation","stopPropagation","target","timeStamp","type"]],
  "EventSource": [["CLOSED","CONNECTING","OPEN","from"],["CLOSED","CONNECTING","OPEN","close","onerror","onmessage","onopen","readyState","url","withCredentials"]],
  "EventTarget": [[],["addEventListener","dispatchEvent","removeEventListener"]],
  "File": [[],["lastModified","name"]],
  "FixedLengthStream": [[],[]],
  "FormData": [[],["append","delete","entries","forEach","get","getAll","has","keys","set","values"]],
  "HTMLRewriter": [[],["on","onDocument","transform"]],
  "Headers": [[],["append","delete","entries","forEach","get","getAll","getSetCookie","has","keys","set","values"]],
  "IdentityTransformStream": [[],[]],
  "MessageChannel": [[],[]],
  "MessageEvent": [[],[]],
  "MessagePort": [[],["close","onmessage","postMessage","start"]],
  "Navigator": [[],["sendBeacon"]],
  "PromiseRejectionEvent": [[],[]],
  "ReadableByteStreamController": [[],["byobRequest","close","desiredSize","enqueue","error"]],
  "ReadableStream": [["from"],["cancel","getReader","locked","pipeThrough","pipeTo","tee","values"]],
  "ReadableStreamBYOBReader": [[],["cancel","closed","read","readAtLeast","releaseLock"]],
  "ReadableStreamBYOBRequest": [[],["atLeast","respond","respondWithNewView","view"]],
  "ReadableStreamDefaultController": [[],["close","desiredSize","enqueue","error"]],
  "ReadableStreamDefaultReader": [[],["cancel","closed","read","releaseLock"]],
  "Request": [[],["cache","cf","clone","fetcher","headers","integrity","keepalive","method","redirect","signal","url"]],
  "Response": [["error","json","redirect"],["cf","clone","headers","ok","redirected","status","statusText","type","url","webSocket"]],
  "SubtleCrypto": [[],["decrypt","deriveBits","deriveKey","digest","encrypt","exportKey","generateKey","importKey","sign","timingSafeEqual","unwrapKey","verify","wrapKey"]],
  "TextDecoder": [[],["decode","encoding","fatal","ignoreBOM"]],
  "TextDecoderStream": [[],["encoding","fatal","ignoreBOM"]],
  "TextEncoder": [[],["encode","encodeInto","encoding"]],
  "TextEncoderStream": [[],["encoding"]],
  "TransformStream": [[],["readable","writable"]],
  "TransformStreamDefaultController": [[],["desiredSize","enqueue","error","terminate"]],
  "URL": [["canParse","createObjectURL","parse","revokeObjectURL"],["hash","host","hostname","href","origin","password","pathname","port","protocol","search","searchParams","toJSON","toString","username"]],
  "URLPattern": [[],["exec","hasRegExpGroups","hash","hostname","password","pathname","port","protocol","search","test","username"]],
  "URLSearchParams": [[],["append","delete","entries","forEach","get","getAll","has","keys","set","size","sort","toString","values"]],
  "WebSocket": [["CLOSED","CLOSING","CONNECTING","OPEN","READY_STATE_CLOSED","READY_STATE_CLOSING","READY_STATE_CONNECTING","READY_STATE_OPEN"],["CLOSED","CLOSING","CONNECTING","OPEN","READY_STATE_CLOSED","READY_STATE_CLOSING","READY_STATE_CONNECTING","READY_STATE_OPEN","accept","binaryType","bufferedAmount","close","deserializeAttachment","extensions","protocol","readyState","send","serializeAttachment","url"]],
  "WebSocketPair": [[],[]],
  "WritableStream": [[],["abort","close","getWriter","locked"]],
  "WritableStreamDefaultController": [[],["error","signal"]],
  "WritableStreamDefaultWriter": [[],["abort","close","closed","desiredSize","ready","releaseLock","write"]],
  "WebSocketRequestResponsePair": [[],["request","response"]],
  "Cache": [[],["add","addAll","delete","keys","match","matchAll","put"]],
  "CacheStorage": [[],["delete","has","keys","match","open"]]};
const snippets = {};
for (const name of globals) snippets[`global ${name}`] = () => typeof globalThis[name];
for (const [name, [statics, members]] of Object.entries(classes)) {
  snippets[`class ${name}`] = () => [...statics.filter((n) => !(n in globalThis[name])), ...members.filter((n) => !(n in globalThis[name].prototype))];
}
snippets.values = () => [typeof self, self === globalThis, Object.prototype.toString.call(globalThis), navigator.userAgent, navigator.language, performance.timeOrigin, typeof performance.now(), typeof scheduler.wait, origin, typeof Cloudflare, Object.keys(Cloudflare), typeof caches, typeof crypto.subtle, Object.prototype.toString.call(crypto), Object.prototype.toString.call(navigator), Object.prototype.toString.call(performance), Object.prototype.toString.call(scheduler)];
snippets["cloudflare:workers"] = async () => Object.entries(await import("cloudflare:workers")).map(([k, v]) => `${k} ${typeof v}`).sort();
snippets["cloudflare:sockets"] = async () => typeof (await import("cloudflare:sockets")).connect;
snippets["Cloudflare.compatibilityFlags"] = () => [typeof Cloudflare.compatibilityFlags, Cloudflare.compatibilityFlags.url_standard, Cloudflare.compatibilityFlags.global_navigator, Object.isFrozen(Cloudflare.compatibilityFlags), Cloudflare.compatibilityFlags.nope];
export default snippets;
