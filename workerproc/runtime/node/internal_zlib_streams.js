// The streams of node:zlib. Each has a codec (ops/codec.go), opened when something is first written; a flush travels behind
// what was written before it as an empty buffer that is marked.
const { Buffer } = require("node:buffer");
const { Transform } = require("node:stream");
const { outOfRange, validateFunction } = require("internal:errors");
const { kinds, flushesOf, asZlib, failure, optionsOf, levelFor } = require("internal:zlib_settings");

const flushOf = new WeakMap(); // the marked buffers

core.ended.push((id) => { ops.codecForget(id); }); // codecs end with the invocation that made them

function ZlibBase(options, kind) {
  this._kind = kind;
  this._settings = optionsOf(options, kind);
  Reflect.apply(Transform, this, [{ autoDestroy: true, ...options, decodeStrings: true }]);
  Object.assign(this, { bytesWritten: 0, _codec: 0, _closed: false, _level: this._settings.level, _strategy: this._settings.strategy });
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);

// open starts the codec; an Unzip waits for two bytes to tell of what format they are.
function open(z, chunk, ending) {
  let { format, compress } = z._kind;
  if (format === "unzip") {
    if (z._first) chunk = Buffer.concat([z._first, chunk]);
    z._first = undefined;
    if (chunk.length < 2 && !ending) { z._first = chunk; return undefined; }
    format = chunk.length > 1 && chunk[0] === 0x1f && chunk[1] === 0x8b ? "gzip" : "deflate";
  }
  z._format = format;
  z._codec = ops.codecNode(compress, format, ops.current(), [z._level, z._settings.window], z._settings.dictionary);
  return chunk;
}

function feed(z, chunk, flush, done) {
  const ending = flush === flushesOf(z._kind.format).finish;
  const untouched = z._codec === 0 && chunk.length === 0 && !z._first && !z._kind.compress; // nothing is a valid nothing
  if (untouched || z._closed) return done();
  try {
    if (z._codec === 0) {
      chunk = open(z, chunk, ending);
      if (chunk === undefined) return done();
    }
    if (!z._ended && chunk.length > 0) { ops.codecWrite(z._codec, chunk); z.bytesWritten += chunk.length; }
    if (!z._kind.compress) { if (ending) ops.codecEnd(z._codec); } else if (flush !== 0) ops.codecFlush(z._codec, asZlib(z._format, flush));
  } catch (e) { return fail(z, e, done); }
  drain(z, done);
}

// drain hands on what there is, and stops while nobody reads.
function drain(z, done) {
  try {
    for (;;) {
      const out = z._codec === 0 ? undefined : ops.codecRead(z._codec);
      if (out === undefined) break;
      if (!give(z, out)) {
        z._read = () => { delete z._read; drain(z, done); };
        return;
      }
    }
    if (z._codec !== 0 && !z._kind.compress && !z._ended) finished(z);
  } catch (e) { return fail(z, e, done); }
  done();
}

// finished: data behind the end is not read, and ends the stream.
function finished(z) {
  const [left, ended] = ops.codecState(z._codec);
  if (!ended) return;
  z._ended = true;
  z.bytesWritten -= left;
  if (left > 0) z.push(null);
}

function give(z, out) {
  let wanted = true;
  const { chunkSize } = z._settings;
  for (let at = 0; at < out.length; at += chunkSize) {
    const piece = out.subarray(at, Math.min(out.length, at + chunkSize));
    wanted = z.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
  }
  return wanted;
}

function fail(z, e, done) {
  drop(z);
  done(["short", "data", "checksum", "header", "dictionary"].includes(e.message) ? failure(e.message, z._format, z._settings.dictionary !== undefined) : e);
}

function drop(z) {
  if (z._codec !== 0) ops.codecClose(z._codec);
  z._codec = 0;
}

const after = (z, done) => { if (done) queueMicrotask(done); };

const methods = {
  _transform(chunk, encoding, done) {
    const flush = flushOf.get(chunk) ?? this._settings.flush;
    queueMicrotask(() => feed(this, chunk, flush, done)); // never before write() has returned
  },
  _flush(done) {
    const { finish, full } = flushesOf(this._kind.format);
    const last = this._settings.finishFlush;
    if (this._kind.compress) return feed(this, Buffer.alloc(0), last === 4 ? finish : last, done);
    feed(this, Buffer.alloc(0), finish, (e) => done(e?.code === "Z_BUF_ERROR" && last !== finish ? undefined : e));
  },
  flush(kind, done) {
    if (typeof kind === "function" || (kind === undefined && !done)) { done = kind; kind = flushesOf(this._kind.format).full; }
    if (this.writableFinished) return after(this, done);
    if (this.writableEnded) { if (done) this.once("end", done); return; }
    const marked = Buffer.alloc(0);
    flushOf.set(marked, kind ?? flushesOf(this._kind.format).full);
    this.write(marked, "", done);
  },
  close(done) {
    if (done) require("node:stream").finished(this, () => done());
    this.destroy();
  },
  reset() {
    if (this._closed) throw new Error("zlib binding closed");
    drop(this);
    this._ended = false;
    this._first = undefined;
  },
  _destroy(error, done) {
    drop(this);
    this._closed = true;
    done(error);
  },
};
for (const name of Object.keys(methods)) Object.defineProperty(ZlibBase.prototype, name, { value: methods[name], writable: true, configurable: true });
Object.defineProperty(ZlibBase.prototype, "bytesRead", { configurable: true, get() { return this.bytesWritten; }, set(n) { this.bytesWritten = n; } });

function Zlib(options, kind) { Reflect.apply(ZlibBase, this, [options, kind]); }
Object.setPrototypeOf(Zlib.prototype, ZlibBase.prototype);
Object.setPrototypeOf(Zlib, ZlibBase);
Object.defineProperty(Zlib.prototype, "params", { writable: true, configurable: true, value: function params(level, strategy, done) {
  if (typeof level !== "number" || level < -1 || level > 9) throw outOfRange("level", ">= -1 and <= 9", level);
  if (typeof strategy !== "number" || strategy < 0 || strategy > 4) throw outOfRange("strategy", ">= 0 and <= 4", strategy);
  const wanted = levelFor(level, strategy);
  if (this._level === wanted) return after(this, done);
  this.flush(2, (e) => {
    if (e) return done?.(e);
    this._level = wanted;
    this._strategy = strategy;
    if (this._codec !== 0) ops.codecParams(this._codec, wanted);
    done?.();
  });
} });

for (const kind of kinds) {
  const C = { [kind.name]: function (options) {
    if (!new.target) return new C(options);
    Reflect.apply(Zlib, this, [options, kind]);
  } }[kind.name];
  Object.setPrototypeOf(C.prototype, Zlib.prototype);
  Object.setPrototypeOf(C, Zlib);
  module.exports[kind.name] = C;
}
