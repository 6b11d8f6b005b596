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
  let connect, attach, give, failedToOpen, raw, lost;

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
    #info = { url: null, protocol: "", extensions: "", connecting: false };
    #answers = core.flag("web_socket_auto_reply_to_close");
    #binary = core.flag("websocket_standard_binary_type") ? "blob" : "arraybuffer";

    static {
      connect = (one, two) => {
        one.#other = two;
        two.#other = one;
      };
      attach = (socket, other, state) => {
        socket.#other = other;
        Object.assign(socket.#info, state);
      };
      give = (socket, event) => {
        if (event.type === "open") socket.#accepted = true;
        socket.#info.connecting = false;
        socket.#give(event);
        if (event.type === "open") socket.#flush();
      };
      // raw is for an end that is passed on: what comes out of it is bytes, and who has the other end answers a close.
      raw = (socket) => {
        socket.#answers = false;
        socket.#binary = "arraybuffer";
      };
      // lost tells the other end that this one is gone.
      lost = (socket, event) => {
        const other = socket.#other;
        if (!(#other in other)) other.lost();
        else if (!other.#gotClose) other.#give(event);
      };
      failedToOpen = (socket, event) => {
        socket.#info.connecting = false;
        socket.#sentClose = socket.#gotClose = socket.#accepted = true;
        socket.dispatchEvent(core.trust(event));
      };
    }

    constructor(url, protocols = undefined, secret = undefined) {
      super();
      if (secret === SECRET) return;
      if (arguments.length === 0) throw new TypeError("Failed to construct 'WebSocket': constructor parameter 1 is not of type 'string'.");
      const parsed = core.part("url").URL.parse(`${url}`);
      if (parsed === null) fail("SyntaxError", "WebSocket Constructor: The url is invalid.");
      if (!["ws:", "wss:"].includes(parsed.protocol)) fail("SyntaxError", "WebSocket Constructor: The url scheme must be ws or wss.");
      if (parsed.hash !== "" || `${url}`.endsWith("#")) fail("SyntaxError", "WebSocket Constructor: The url fragment must be empty.");
      const list = protocolsOf(protocols);
      if (core.closed) throw new Error(core.part("sockets").internal.noInternet);
      dial(this, parsed, list);
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
        if (event.type === "close") this.#closed(event);
        this.dispatchEvent(core.trust(event.type === "message" && this.#binary === "blob" ? blobEvent(event) : event));
      });
    }
    #closed({ code, reason, wasClean }) {
      this.#gotClose = true;
      if (!this.#answers || this.#sentClose || !wasClean) return;
      this.#sentClose = true;
      this.#send(closeEvent(code, reason, true));
    }

    accept(options = undefined) {
      if (this.#info.url !== null) throw new TypeError("Websockets obtained from the 'new WebSocket()' constructor cannot call accept");
      if (options?.allowHalfOpen) this.#answers = false;
      if (this.#accepted) return;
      this.#accepted = true;
      this.#flush();
    }
    #flush() { for (let i = this.#waiting.length; i > 0; i--) this.#deliver(); }
    #send(event) {
      if (#other in this.#other) this.#other.#give(event);
      else this.#other.give(event);
    }

    #ready() {
      if (!this.#accepted) throw new TypeError("You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.");
    }

    send(data) {
      this.#ready();
      if (arguments.length === 0) throw new TypeError("Failed to execute 'send' on 'WebSocket': parameter 1 is not of type 'ArrayBuffer or ArrayBufferView or string'.");
      if (this.#sentClose) throw new TypeError("Can't call WebSocket send() after close().");
      const copy = copyOf(data);
      if (byteLength(copy) > maxMessage) throw new TypeError(`WebSocket messages are limited to ${maxMessage} bytes.`);
      const { MessageEvent } = core.part("events");
      this.#send(new MessageEvent("message", { data: copy, origin: null }));
    }

    close(code = undefined, reason = undefined) {
      this.#ready();
      if (reason !== undefined && code === undefined) fail("InvalidAccessError", "If you specify a WebSocket close reason, you must also specify a code.");
      const n = code === undefined ? 1005 : Math.trunc(Number(code)) || 0;
      if (code !== undefined && (n < 1000 || n >= 5000 || n === 1004 || n === 1005 || n === 1006 || n === 1015)) fail("InvalidAccessError", `Invalid WebSocket close code: ${n}.`);
      if (this.#sentClose) return;
      this.#sentClose = true;
      const { CloseEvent } = core.part("events");
      this.#send(new CloseEvent("close", { code: n, reason: reason === undefined ? "" : `${reason}`, wasClean: true }));
    }

    serializeAttachment(value) { this.#attachment = core.part("clone").structuredClone(value); }
    deserializeAttachment() { return core.part("clone").structuredClone(this.#attachment); }

    get readyState() {
      if (this.#info.connecting) return CONNECTING;
      if (this.#sentClose && this.#gotClose) return CLOSED;
      return this.#sentClose || this.#gotClose ? CLOSING : OPEN;
    }
    get bufferedAmount() { return 0; }
    get url() { return this.#info.url; }
    get protocol() { return this.#info.protocol; }
    get extensions() { return this.#info.extensions; }
    get binaryType() { return this.#binary; }
    set binaryType(value) {
      value = `${value}`;
      if (value === "blob" || value === "arraybuffer") this.#binary = value;
    }
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
  p.defineProperty(WebSocketPair.prototype, Symbol.iterator, { value: function* () { yield this[0]; yield this[1]; }, writable: true, configurable: true });
  p.defineProperty(WebSocketPair.prototype, Symbol.toStringTag, { value: "WebSocketPair", configurable: true });

  // --- WebSockets whose other end is outside. It is an object with next(), which gives [0, text], [1, bytes] or [2, code,
  // reason], send() and close().

  const byteEvent = (data) => new (core.part("events").MessageEvent)("message", { data: typeof data === "string" ? data : data.slice().buffer, origin: null });
  const blobEvent = (event) => (typeof event.data === "string" ? event : new (core.part("events").MessageEvent)("message", { data: core.part("blob").internal.blobOf(new p.Uint8Array(event.data)), origin: null }));
  const closeEvent = (code, reason, wasClean) => new (core.part("events").CloseEvent)("close", { code, reason, wasClean });
  const errorEvent = (error) => new (core.part("events").ErrorEvent)("error", { error, message: `Uncaught ${error?.name}: ${error?.message}` });
  const noFrame = "WebSocket disconnected without sending Close frame.";

  // bridge has events of outside dispatched on socket, and sends outside what is sent by it.
  function bridge(socket, outside, state) {
    attach(socket, {
      give(event) {
        const sent = event.type === "close" ? outside.call("close", event.code, event.reason)
          : outside.call("send", typeof event.data === "string" ? event.data : new p.Uint8Array(event.data));
        sent.catch(() => {}); // what reads learns of it
      },
      lost() { outside.dispose(); },
    }, state);
  }
  async function receive(socket, outside) {
    try {
      for (;;) {
        const [kind, ...rest] = await outside.call("next");
        if (kind === 2) {
          give(socket, closeEvent(rest[0], rest[1], true));
          outside.call("close", rest[0] === 1005 ? 1000 : rest[0], "").catch(() => {}).then(() => outside.dispose());
          return;
        }
        give(socket, byteEvent(rest[0]));
      }
    } catch {
      give(socket, closeEvent(1006, noFrame, false));
      outside.dispose();
    }
  }

  // fromOutside is the WebSocket of a response.
  function fromOutside(outside) {
    const socket = new WebSocket(undefined, undefined, SECRET);
    bridge(socket, outside, {});
    receive(socket, outside);
    return socket;
  }

  // passedOn is an end of a pair, or of one outside, for another isolate.
  class End extends core.RpcTarget {
    #queue = [];
    #wanted = null;
    #socket;
    constructor(socket) {
      super();
      this.#socket = socket;
      raw(socket);
      socket.addEventListener("message", ({ data }) => this.#put([typeof data === "string" ? 0 : 1, typeof data === "string" ? data : new p.Uint8Array(data)]));
      socket.addEventListener("close", ({ code, reason, wasClean }) => this.#put(wasClean ? [2, code, reason] : undefined));
      socket.accept();
    }
    #put(item) {
      this.#queue.push(item);
      this.#feed();
    }
    #feed() {
      if (this.#wanted === null || this.#queue.length === 0) return;
      const { resolve, reject } = this.#wanted;
      this.#wanted = null;
      const item = this.#queue.shift();
      if (item === undefined) reject(new Error(noFrame));
      else resolve(item);
    }
    next() {
      return new p.Promise((resolve, reject) => {
        this.#wanted = { resolve, reject };
        this.#feed();
      });
    }
    send(data) { this.#socket.send(data); }
    // lost is called when who has this end is gone: without a close, or (why) since it doesn't speak the protocol.
    lost(why) { lost(this.#socket, why === undefined ? closeEvent(1006, noFrame, false) : errorEvent(new Error(why))); }
    close(code, reason) { this.#socket.close(code === 1005 ? undefined : code, code === 1005 ? undefined : reason); }
  }
  const passedOn = (socket) => new End(socket);

  function protocolsOf(given) {
    if (given === undefined) return [];
    const list = typeof given === "string" ? [given] : [...given].map(String);
    if (list.some((name) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))) fail("SyntaxError", `WebSocket Constructor: ${typeof given === "string" ? "The protocol header token is invalid." : "One of the protocol header tokens is invalid."}`);
    if (new Set(list.map((name) => name.toLowerCase())).size !== list.length) fail("SyntaxError", "WebSocket Constructor: The protocols header cannot have repeating values.");
    return list;
  }

  // dial opens a WebSocket by a fetch() of its own.
  function dial(socket, url, protocols) {
    attach(socket, null, { url: url.href, connecting: true });
    const target = `http${url.href.slice(2)}`;
    const headers = { upgrade: "websocket" };
    if (protocols.length > 0) headers["sec-websocket-protocol"] = protocols.join(", ");
    const opened = (async () => {
      const response = await core.part("rpc").internal.fetch(target, { headers });
      const other = response.webSocket;
      if (other !== null) raw(other);
      if (other === null) {
        throw new TypeError(`Failed to establish the WebSocket connection: expected server to reply with HTTP status code 101 (switching protocols), but received ${response.status} instead.`);
      }
      attach(socket, { give: (event) => (event.type === "close" ? other.close(event.code === 1005 ? undefined : event.code, event.code === 1005 ? undefined : event.reason) : other.send(event.data)), lost: () => lost(other, closeEvent(1006, noFrame, false)) },
        { protocol: response.headers.get("sec-websocket-protocol") ?? "", extensions: null });
      give(socket, new core.Event("open"));
      other.addEventListener("message", ({ data }) => give(socket, byteEvent(typeof data === "string" ? data : new p.Uint8Array(data))));
      other.addEventListener("close", ({ code, reason, wasClean }) => give(socket, closeEvent(code, reason, wasClean)));
      other.accept();
    })();
    opened.catch((error) => {
      socket.dispatchEvent(core.trust(errorEvent(error)));
      attach(socket, { give() {} }, {});
      failedToOpen(socket, closeEvent(1006, "Failed to establish websocket connection", false));
    });
  }

  return { WebSocket, WebSocketPair, internal: { fromOutside, passedOn } };
})
