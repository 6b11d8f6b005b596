// MessageChannel (https://html.spec.whatwg.org/#message-channels), both ports
// in one isolate. As on Workers a port starts with its first listener.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { Event, EventTarget } = core;
  const SECRET = {};
  const maxWaiting = 10_000; // messages in a port that has not started
  let entangle, post;

  class MessagePort extends EventTarget {
    #other = null;
    #waiting = [];
    #started = false;
    #closed = false;

    static {
      entangle = (one, two) => {
        one.#other = two;
        two.#other = one;
      };
      post = (port, data) => {
        if (port.#closed) return;
        if (port.#waiting.length >= maxWaiting) throw new core.DOMException("Too many messages wait for this MessagePort to be started.", "QuotaExceededError");
        port.#waiting.push(data);
        if (port.#started) port.#deliver();
      };
    }

    constructor(secret) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      super();
    }

    // #deliver hands on the oldest message, in a promise job of its own.
    #deliver() {
      p.then(p.resolved(undefined), () => {
        if (this.#waiting.length === 0) return;
        const { MessageEvent } = core.part("events");
        this.dispatchEvent(core.trust(new MessageEvent("message", { data: this.#waiting.shift(), origin: null })));
      });
    }

    addEventListener(type, callback, options = undefined) {
      super.addEventListener(type, callback, options);
      if (`${type}` === "message") this.start();
    }

    postMessage(data, options = undefined) {
      const transfer = [...(p.isArray(options) ? options : options?.transfer ?? [])];
      if (transfer.some((o) => !(o instanceof ArrayBuffer))) throw new Error("Transfer list is not supported"); // in the Workers runtime it never is
      const { structuredClone } = core.part("clone");
      const copy = structuredClone(data, { transfer });
      if (this.#other !== null) post(this.#other, copy);
    }

    start() {
      if (this.#started) return;
      this.#started = true;
      for (let i = this.#waiting.length; i > 0; i--) this.#deliver();
    }

    close() {
      const other = this.#other;
      this.#closed = true;
      this.#other = null;
      this.#waiting = [];
      if (other === null) return;
      other.#other = null;
      p.then(p.resolved(undefined), () => { other.dispatchEvent(core.trust(new Event("close"))); });
    }

    get [Symbol.toStringTag]() { return "MessagePort"; }
  }
  for (const type of ["message", "messageerror", "close"]) core.handlerOf(MessagePort.prototype, type);

  class MessageChannel {
    #ports = [new MessagePort(SECRET), new MessagePort(SECRET)];
    constructor() { entangle(...this.#ports); }
    get port1() { return this.#ports[0]; }
    get port2() { return this.#ports[1]; }
    get [Symbol.toStringTag]() { return "MessageChannel"; }
  }

  return { MessageChannel, MessagePort };
})
