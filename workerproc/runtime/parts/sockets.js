// cloudflare:sockets: connect(), raw connections out by globalOutbound or a stub, and those that come in to an entrypoint's
// connect(socket). Whoever serves one answers with { r: what comes, w: what is written to, c: startTls() and close(), a: the
// address }. https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/
(function (ops, core) {
  "use strict";
  const rpc = core.part("rpc").internal;
  const { PRIVATE, RpcTarget } = core;
  const streams = () => core.part("streams").internal;
  const noop = () => {};

  const failed = "proxy request failed, cannot connect to the specified address";
  const hint = ". It looks like you might be trying to connect to a HTTP-based service — consider using fetch instead";
  const noInternet = "This worker is not permitted to access the internet via global functions like fetch(). It must use capabilities (such as bindings in 'env') to talk to the outside world.";
  const modes = ["off", "on", "starttls"];

  // addressOf reads "host:port" or { hostname, port }.
  function addressOf(address) {
    if (typeof address === "string") return parsed(address);
    if (address === undefined || address === null) throw new TypeError("Cannot initialize SocketAddress with required members from an undefined or null value.");
    const hostname = `${address.hostname}`;
    const port = Math.trunc(Number(address.port));
    if (!Number.isInteger(port)) throw new TypeError("The value cannot be converted because it is not an integer.");
    if (port > 65535) throw new TypeError("Value out of range. Must be less than or equal to 65535.");
    if (port < 0) throw new TypeError("Value out of range. Must be greater than or equal to 0.");
    return { hostname, port };
  }
  function parsed(address) {
    const url = core.part("url").URL.parse(`fake://${address}`);
    if (url === null) throw new TypeError("Specified address could not be parsed.");
    if (url.hostname === "") throw new TypeError("Specified address is missing hostname.");
    if (url.port === "") throw new TypeError("Specified address is missing port.");
    return { hostname: url.hostname, port: Number(url.port) };
  }
  // hostOf is a name as DNS has it, and an address in its one form.
  function hostOf(hostname) {
    const url = core.part("url").URL.parse(`http://${hostname}/`);
    return url === null || url.hostname === "" ? hostname : url.hostname;
  }

  function connectOn(record, address, options) {
    const { hostname, port } = addressOf(address);
    const secureTransport = options?.secureTransport === undefined ? "off" : `${options.secureTransport}`;
    if (!modes.includes(secureTransport)) throw new TypeError(`Unsupported value in secureTransport socket option: ${secureTransport}`);
    const allowHalfOpen = !!options?.allowHalfOpen;
    const made = dial(record, { hostname, port, secureTransport, allowHalfOpen }).catch((e) => {
      if (e?.message === failed) {
        if (port === 80 || port === 443) throw new Error(failed + hint);
        delete e.connectFailure; // what node:net says of it
      }
      throw e;
    });
    return new Socket(PRIVATE, made, { secureTransport, allowHalfOpen });
  }

  // dial makes a raw connection, a promise of { r, w, c, a, l }. node:net has one without the streams around it.
  const dial = (record, options) => rpc.call(record, ["connect"], [{ ...options, hostname: hostOf(options.hostname) }]);

  const closing = (name) => new TypeError(`This ${name} belongs to an object that is closing.`);

  class Socket {
    #made; // a promise of { r, w, c, a, l }
    #options;
    #upgraded = false;
    #ended = false;
    #readEnd = false;
    #writeEnd = false;
    #readable; #writable; #opened; #closed; #resolveClosed; #rejectClosed; #stopRead; #controller;

    constructor(key, made, options) {
      if (key !== PRIVATE) throw new TypeError("Illegal constructor");
      this.#made = made;
      this.#options = options;
      this.#opened = made.then(({ a, l }) => ({ remoteAddress: a || undefined, localAddress: l || undefined }));
      this.#closed = new Promise((resolve, reject) => { this.#resolveClosed = resolve; this.#rejectClosed = reject; });
      this.#opened.catch(noop);
      this.#closed.catch(noop);
      made.catch((e) => { this.#ended = true; this.#rejectClosed(e); });
      this.#readable = this.#makeReadable();
      this.#writable = this.#makeWritable();
    }

    #makeReadable() {
      let reader;
      const stopped = new Promise((_, reject) => { this.#stopRead = reject; });
      stopped.catch(noop);
      return streams().fromPull({
        pull: async () => {
          let made;
          try { made = await this.#made; } catch { return undefined; } // opened and closed say why
          reader ??= made.r.getReader();
          let piece;
          try {
            piece = await Promise.race([reader.read(), stopped]);
          } catch (e) {
            this.#end(); // the connection is gone
            throw e;
          }
          if (!piece.done) return piece.value;
          this.#readEnd = true;
          if (!this.#options.allowHalfOpen) this.#halfClosed();
          this.#maybeClosed();
          return undefined;
        },
        cancel: async (reason) => {
          this.#readEnd = true;
          const made = await this.#made;
          await (reader === undefined ? made.r.cancel(reason) : reader.cancel(reason));
          this.#maybeClosed();
        },
      });
    }

    #makeWritable() {
      const { WritableStream } = core.part("writable");
      return new WritableStream({
        start: (controller) => { this.#controller = controller; },
        write: async (chunk) => {
          const { w } = await this.#made;
          await w.write(bytesOf(chunk));
        },
        close: async () => {
          const { w } = await this.#made;
          if (!this.#writeEnd) await w.close();
          this.#writeEnd = true;
          this.#maybeClosed();
        },
        abort: async (reason) => {
          const { w } = await this.#made;
          await w.abort(reason);
          this.#end();
        },
      }, { highWaterMark: 16 });
    }

    // #halfClosed: the other side has ended, and without allowHalfOpen so does this one.
    #halfClosed() {
      if (this.#writeEnd || this.#ended) return;
      this.#writeEnd = true;
      this.#made.then(({ w }) => w.close()).then(noop, noop);
      if (!this.#writable.locked) this.#writable.close().then(noop, noop);
    }
    #maybeClosed() {
      if (this.#readEnd && this.#writeEnd) this.#end();
    }
    #end() {
      if (this.#ended) return;
      this.#ended = true;
      this.#resolveClosed(undefined);
      this.#made.then((made) => made.c.close()).then(noop, noop);
    }

    get readable() { return this.#readable; }
    get writable() { return this.#writable; }
    get opened() { return this.#opened; }
    get closed() { return this.#closed; }
    get upgraded() { return this.#upgraded; }
    get secureTransport() { return this.#options.secureTransport; }

    close() {
      if (!this.#ended) {
        this.#ended = true;
        this.#stopRead(closing("ReadableStream"));
        this.#controller.error(closing("WritableStream"));
        streams().error(this.#readable, closing("ReadableStream"));
        this.#made.then((made) => made.c.close()).then(() => this.#resolveClosed(undefined), (e) => this.#rejectClosed(e));
      }
      return this.#closed.then(noop);
    }

    startTls(options) {
      const name = options?.expectedServerHostname === undefined ? [] : [`${options.expectedServerHostname}`];
      if (this.#options.secureTransport === "on") throw new TypeError("Cannot startTls on a TLS socket.");
      if (this.#options.secureTransport === "off") throw new TypeError("The `secureTransport` socket option must be set to 'starttls' for startTls to be used.");
      if (this.#upgraded || this.#ended) throw new TypeError("Cannot startTls on a closed socket.");
      this.#upgraded = true;
      this.#ended = true;
      const made = this.#made.then(async (old) => ({ ...await old.c.startTls(...name), a: old.a }));
      this.#stopRead(closing("ReadableStream"));
      if (!this.#readable.locked) this.#readable.getReader();
      if (!this.#writable.locked) this.#writable.getWriter();
      made.then(noop, noop).then(() => this.#resolveClosed(undefined));
      return new Socket(PRIVATE, made, { ...this.#options, secureTransport: "on" });
    }

    get [Symbol.toStringTag]() { return "Socket"; }
  }

  function bytesOf(chunk) {
    if (typeof chunk === "string") return ops.utf8Encode(chunk);
    if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
    throw new TypeError("This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side.");
  }

  // --- connections that come in

  class Sink extends RpcTarget {
    #writer;
    constructor(writer) { super(); this.#writer = writer; }
    async write(chunk) { await this.#writer.write(bytesOf(chunk)); }
    async close() { await this.#writer.close(); }
    async abort(reason) { await this.#writer.abort(reason); }
    [Symbol.dispose]() { this.#writer.abort(new Error("Network connection lost.")).catch(noop); }
  }
  class Control extends RpcTarget {
    #close;
    constructor(close) { super(); this.#close = close; }
    startTls() { throw new Error("startTls() is not possible on a connection that a Worker serves."); }
    close() { this.#close(); }
  }

  // serve calls an entrypoint's handler with its end of a connection, and returns the other. run keeps the invocation.
  function serve(handler, run, { hostname, port, secureTransport }) {
    const { IdentityTransformStream } = core.part("transform");
    const up = new IdentityTransformStream(), down = new IdentityTransformStream();
    const upWriter = up.writable.getWriter(), downWriter = down.writable.getWriter();
    const end = () => { upWriter.abort(closing("WritableStream")).catch(noop); downWriter.close().catch(noop); };
    const ours = { r: up.readable, w: new Sink(downWriter), c: new Control(end), l: `${hostname}:${port}` };
    const socket = new Socket(PRIVATE, Promise.resolve(ours), { secureTransport: secureTransport === "on" ? "on" : "off", allowHalfOpen: true });
    run((async () => {
      try {
        await handler(socket);
      } catch (e) {
        downWriter.abort(e).catch(noop);
        throw e;
      }
    })());
    const theirs = { r: down.readable, w: new Sink(upWriter), c: new Control(end), a: `${hostname}:${port}` };
    rpc.ours.add(theirs.w);
    rpc.ours.add(theirs.c);
    return theirs;
  }

  // connect throws at once where fetch() gives a rejected promise.
  function connect(address, options) {
    if (core.closed) throw new Error(noInternet);
    return connectOn(rpc.outbound, address, options);
  }

  return { module: { connect }, internal: { connectOn, dial: (options) => dial(rpc.outbound, options), serve, noInternet } };
})
