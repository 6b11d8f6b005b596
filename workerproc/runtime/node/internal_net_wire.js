// A raw connection as node:net uses it: what cloudflare:sockets dials, without the streams around it, or a Socket that has come
// in to connect(). What a wire has read is the caller's.
const sockets = () => core.part("sockets").internal;
const noop = () => {};
const most = 1 << 20; // bytes in one call

class Wire {
  #made; #reader; #ended = false; #written = Promise.resolve();
  constructor(made) {
    this.#made = made;
    made.catch(noop);
  }
  static dial(options) {
    if (core.closed) throw new Error(sockets().noInternet);
    return new Wire(sockets().dial(options));
  }
  // over is the wire of a connection that came in.
  static over(socket) {
    const writer = socket.writable.getWriter();
    writer.closed.catch(noop);
    socket.closed.catch(noop);
    return new Wire(socket.opened.then(() => ({ r: socket.readable, w: writer, c: socket })));
  }
  get opened() { return this.#made.then(noop); }
  // read gives the next bytes, undefined at the end.
  async read() {
    const made = await this.#made;
    this.#reader ??= made.r.getReader();
    const { done, value } = await this.#reader.read();
    return done ? undefined : value;
  }
  write(bytes) {
    const done = this.#write(bytes);
    this.#written = done.catch(noop);
    return done;
  }
  async #write(bytes) {
    const { w } = await this.#made;
    for (let at = 0; at < bytes.length; at += most) await w.write(bytes.subarray(at, at + most));
  }
  async end() {
    const { w } = await this.#made;
    await w.close();
  }
  async close() {
    if (this.#ended) return;
    this.#ended = true;
    const { c } = await this.#made;
    await c.close();
  }
  // secured is the wire of the same connection with TLS; this one has ended then.
  secured(name) {
    this.#ended = true;
    const written = this.#written;
    return new Wire(this.#made.then(async (made) => { await written; return made; }).then(({ c }) => (name === undefined ? c.startTls() : c.startTls(name))));
  }
}

module.exports = { Wire };
