// WebSocketPair of the Workers runtime: two WebSockets of one isolate, each
// the other's end.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { EventTarget } = core;
  const SECRET = {};
  const fail = (name, message) => { throw new core.DOMException(message, name); };
  const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];
  const maxMessage = 32 * 1024 * 1024;
  const maxWaiting = 10_000; // messages for an end that has not accepted
  const byteLength = (data) => (typeof data === "string" ? data.length : data.byteLength);
  let connect;

  function copyOf(data) {
    if (p.isView(data)) return new p.Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer;
    if (data instanceof p.ArrayBuffer) return data.slice(0);
    return `${data}`;
  }

  class WebSocket extends EventTarget {
    #other = null;
    #accepted = false;
    #sentClose = false;
    #gotClose = false;
    #waiting = []; // events for when it is accepted
    #attachment = null;

    static {
      connect = (one, two) => {
        one.#other = two;
        two.#other = one;
      };
    }

    constructor(url, protocols = undefined, secret = undefined) {
      super();
      if (secret === SECRET) return;
      const parsed = core.part("url").URL.parse(`${url}`);
      if (parsed === null) fail("SyntaxError", "WebSocket Constructor: The url is invalid.");
      if (!["ws:", "wss:"].includes(parsed.protocol)) fail("SyntaxError", "WebSocket Constructor: The url scheme must be ws or wss.");
      throw new Error("Outgoing WebSockets are not supported by this version of Stockade.");
    }

    // #give queues an event; those of one socket are dispatched in order, each
    // in a promise job of its own.
    #give(event) {
      if (this.#waiting.length >= maxWaiting) fail("QuotaExceededError", "Too many messages wait for the other end of the WebSocketPair to accept them.");
      this.#waiting.push(event);
      if (this.#accepted) this.#deliver();
    }

    #deliver() {
      p.then(p.resolved(undefined), () => {
        if (this.#waiting.length === 0) return;
        const event = this.#waiting.shift();
        if (event.type === "close") this.#gotClose = true;
        this.dispatchEvent(event);
      });
    }

    accept() {
      if (this.#accepted) return;
      this.#accepted = true;
      for (let i = this.#waiting.length; i > 0; i--) this.#deliver();
    }

    #ready(what) {
      if (!this.#accepted) throw new TypeError(`You must call one of accept() or state.acceptWebSocket() on this WebSocket before ${what}.`);
    }

    send(data) {
      this.#ready("sending messages");
      if (this.#sentClose) throw new TypeError("Can't call WebSocket send() after close().");
      const copy = copyOf(data);
      if (byteLength(copy) > maxMessage) throw new TypeError(`WebSocket messages are limited to ${maxMessage} bytes.`);
      const { MessageEvent } = core.part("events");
      this.#other.#give(new MessageEvent("message", { data: copy, origin: null }));
    }

    close(code = undefined, reason = undefined) {
      this.#ready("closing it");
      if (reason !== undefined && code === undefined) fail("InvalidAccessError", "If you specify a WebSocket close reason, you must also specify a code.");
      const n = code === undefined ? 1005 : Math.trunc(Number(code)) || 0;
      if (code !== undefined && (n < 1000 || n >= 5000 || n === 1004 || n === 1005 || n === 1006 || n === 1015)) fail("InvalidAccessError", `Invalid WebSocket close code: ${n}.`);
      if (this.#sentClose) return;
      this.#sentClose = true;
      const { CloseEvent } = core.part("events");
      this.#other.#give(new CloseEvent("close", { code: n, reason: reason === undefined ? "" : `${reason}`, wasClean: true }));
    }

    serializeAttachment(value) { this.#attachment = core.part("clone").structuredClone(value); }
    deserializeAttachment() { return core.part("clone").structuredClone(this.#attachment); }

    get readyState() {
      if (this.#sentClose && this.#gotClose) return CLOSED;
      return this.#sentClose || this.#gotClose ? CLOSING : OPEN;
    }
    get bufferedAmount() { return 0; }
    get url() { return null; }
    get protocol() { return ""; }
    get extensions() { return ""; }
    get binaryType() { return "arraybuffer"; }
    set binaryType(value) { if (`${value}` !== "arraybuffer") fail("NotSupportedError", "Only binaryType 'arraybuffer' is supported."); }
    get [Symbol.toStringTag]() { return "WebSocket"; }
  }
  for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSING, CLOSED })) {
    for (const target of [WebSocket, WebSocket.prototype]) {
      p.defineProperty(target, name, { value, enumerable: true });
      p.defineProperty(target, `READY_STATE_${name}`, { value, enumerable: true });
    }
  }
  for (const type of ["open", "message", "close", "error"]) core.handlerOf(WebSocket.prototype, type);

  function WebSocketPair() {
    if (new.target === undefined) throw new TypeError("Failed to construct 'WebSocketPair': Please use the 'new' operator, this object constructor cannot be called as a function.");
    this[0] = new WebSocket(undefined, undefined, SECRET);
    this[1] = new WebSocket(undefined, undefined, SECRET);
    connect(this[0], this[1]);
  }
  p.defineProperty(WebSocketPair.prototype, Symbol.toStringTag, { value: "WebSocketPair", configurable: true });

  return { WebSocket, WebSocketPair };
})
