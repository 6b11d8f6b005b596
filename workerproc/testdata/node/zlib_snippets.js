import * as zlib from "node:zlib";
import { Buffer } from "node:buffer";
import { promisify } from "node:util";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";

const text = "hello hello hello ".repeat(500);
const cases = [["gzip", "gunzip"], ["deflate", "inflate"], ["deflateRaw", "inflateRaw"], ["brotliCompress", "brotliDecompress"]];
const gz = Buffer.from("1f8b0800000000000003cb48cdc9c907008 6a6103605000000".replace(" ", ""), "hex");

export default {
  "round trip": () => cases.map(([c, d]) => zlib[`${d}Sync`](zlib[`${c}Sync`](text)).toString() === text),
  "round trip, callback": async () => { const out = []; for (const [c, d] of cases) out.push((await promisify(zlib[d])(await promisify(zlib[c])(text))).toString() === text); return out; },
  "known": () => [zlib.gunzipSync(gz).toString(), zlib.inflateSync(Buffer.from("789ccb48cdc9c907000 62c0215".replace(" ", ""), "hex")).toString(), zlib.inflateRawSync(Buffer.from("cb48cdc9c90700", "hex")).toString(), zlib.brotliDecompressSync(Buffer.from("0b028068656c6c6f03", "hex")).toString()],
  unzip: () => [zlib.unzipSync(zlib.gzipSync("a")).toString(), zlib.unzipSync(zlib.deflateSync("b")).toString()],
  "two members": () => zlib.gunzipSync(Buffer.concat([zlib.gzipSync("a"), zlib.gzipSync("b")])).toString(),
  "trailing garbage": () => zlib.gunzipSync(Buffer.concat([zlib.gzipSync("a"), Buffer.from([0, 0, 0])])).toString(),
  levels: () => [0, 1, 6, 9].map((level) => zlib.gunzipSync(zlib.gzipSync(text, { level })).length),
  "stored": () => zlib.deflateRawSync("abc", { level: 0 }).length > 3,
  dictionary: () => zlib.inflateSync(zlib.deflateSync("hello world", { dictionary: Buffer.from("hello") }), { dictionary: Buffer.from("hello") }).toString(),
  "no dictionary": () => zlib.inflateSync(zlib.deflateSync("hello world", { dictionary: Buffer.from("hello") })),
  "bad header": () => zlib.gunzipSync(Buffer.from("hello world, not gzip")),
  "bad header, deflate": () => zlib.inflateSync(Buffer.from("hello world")),
  short: () => zlib.gunzipSync(gz.subarray(0, 15)),
  "short, sync flush": () => zlib.gunzipSync(zlib.gzipSync("hello").subarray(0, 15), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).length <= 5,
  "bad checksum": () => { const b = Buffer.from(gz); b[b.length - 8] ^= 1; return zlib.gunzipSync(b); },
  "too large": () => zlib.gunzipSync(zlib.gzipSync(text), { maxOutputLength: 100 }),
  "bad level": () => zlib.gzipSync("a", { level: 10 }),
  "bad input": () => zlib.gzipSync(5),
  "no callback": () => zlib.gzip("a"),
  stream: async () => { const chunks = []; await pipeline(Readable.from([Buffer.from("hello "), Buffer.from("world")]), zlib.createGzip(), zlib.createGunzip(), async (s) => { for await (const c of s) chunks.push(c); }); return Buffer.concat(chunks).toString(); },
  "stream, callback": () => new Promise((resolve) => { const z = zlib.createDeflate(); const out = []; z.on("data", (c) => out.push(c)); z.on("end", () => resolve(zlib.inflateSync(Buffer.concat(out)).toString())); z.write("a"); z.end("b"); }),
  "stream, bad": () => new Promise((resolve) => { const z = zlib.createGunzip(); z.on("error", resolve); z.end("not gzip at all"); }),
  "stream, brotli": async () => { const out = []; await pipeline(Readable.from([Buffer.from(text)]), zlib.createBrotliCompress(), zlib.createBrotliDecompress(), async (s) => { for await (const c of s) out.push(c); }); return Buffer.concat(out).length; },
  "flush, in order": () => new Promise((done) => { const z = zlib.createGzip(), ev = []; z.on("data", () => ev.at(-1) === "d" || ev.push("d")); z.on("end", () => done(ev)); z.write("hello", () => ev.push("w1")); z.flush(() => { ev.push("f1"); z.write("world", () => ev.push("w2")); z.flush(zlib.constants.Z_FULL_FLUSH, () => { ev.push("f2"); z.end(); }); }); }),
  "flush makes readable": () => Promise.all([["Gzip", "Gunzip"], ["Deflate", "Inflate"], ["DeflateRaw", "InflateRaw"], ["BrotliCompress", "BrotliDecompress"]].map(([c, d]) => new Promise((done) => {
    const a = zlib[`create${c}`](), b = zlib[`create${d}`](), ev = []; a.on("data", (x) => b.write(x)); a.on("end", () => b.end()); b.on("data", (x) => ev.push(x.toString())); b.on("end", () => done(ev));
    a.write("one "); a.flush(() => setTimeout(() => { ev.push("-"); a.write("two"); a.flush(() => setTimeout(() => { ev.push("-"); a.end("three"); }, 20)); }, 20)); }))),
  "flush, sync": () => [zlib.constants.Z_SYNC_FLUSH, zlib.constants.Z_FULL_FLUSH].map((finishFlush) => { const b = zlib.deflateRawSync("hello", { finishFlush }); return [b.subarray(-4).toString("hex"), zlib.inflateRawSync(b, { finishFlush }).toString()]; }),
  "full flush starts anew": () => { const z = zlib.createDeflateRaw(); const parts = []; z.on("data", (c) => parts.push(c)); return new Promise((done) => { z.write("abcabcabc"); z.flush(3, () => { const n = Buffer.concat(parts).length; z.end("abcabcabc"); z.on("end", () => done(zlib.inflateRawSync(Buffer.concat(parts).subarray(n)).toString())); }); }); },
  "no end is an error": () => zlib.inflateSync(zlib.deflateSync("hello", { finishFlush: zlib.constants.Z_SYNC_FLUSH })),
  params: () => new Promise((done) => { const z = zlib.createDeflate({ level: 0 }), o = []; z.on("data", (c) => o.push(c)); z.on("end", () => done([zlib.inflateSync(Buffer.concat(o)).toString(), Buffer.concat(o).length < 5000])); z.write("a".repeat(3000), () => z.params(9, 0, (e) => { o.push(Buffer.alloc(0)); z.end("b".repeat(30000)); })); }),
  "params, bad": () => { try { zlib.createDeflate().params(11, 0); } catch (e) { return e; } },
  "params, not brotli": () => zlib.createBrotliCompress().params === undefined,
  reset: () => new Promise((done, no) => { const z = zlib.createDeflateRaw(); const o = []; z.on("error", no); z.write("aaa"); z.flush(() => { z.reset(); z.on("data", (c) => o.push(c)); z.end("bbb"); z.on("end", () => done(zlib.inflateRawSync(o.at(-1)).toString())); }); z.once("data", () => {}); }).then((x) => x.endsWith("bbb")),
  close: () => new Promise((done) => { const z = zlib.createGzip(); const ev = []; z.on("close", () => { ev.push("event"); setTimeout(() => done(ev.sort()), 5); }); z.close(() => ev.push("callback")); }),
  bytesWritten: () => new Promise((done) => { const z = zlib.createGunzip(); z.on("data", () => {}); const b = Buffer.concat([gz, Buffer.from([0, 0, 0, 0])]); z.on("end", () => done([z.bytesWritten, gz.length])); z.end(b); }),
  "members in pieces": () => new Promise((done, no) => { const z = zlib.createGunzip(), o = []; z.on("data", (c) => o.push(c.toString())); z.on("error", no); z.on("end", () => done(o.join(""))); for (const byte of Buffer.concat([zlib.gzipSync("one "), zlib.gzipSync("two")])) z.write(Buffer.from([byte])); z.end(); }),
  "garbage behind": () => new Promise((done) => { const z = zlib.createGunzip(); z.on("data", () => {}); z.on("error", (e) => done([e.code, e.errno, e.message])); z.write(zlib.gzipSync("a")); z.end("garbage"); }),
  "short, stream": () => new Promise((done) => { const z = zlib.createGunzip(); z.resume(); z.on("error", (e) => done([e.code, e.errno, e.message])); z.end(gz.subarray(0, 15)); }),
  "short, stream, sync flush": () => new Promise((done, no) => { const z = zlib.createGunzip({ finishFlush: 2 }); let n = ""; z.on("data", (c) => { n += c; }); z.on("error", no); z.on("end", () => done(n.length <= 5)); z.end(gz.subarray(0, 15)); }),
  "unzip in pieces": () => Promise.all([zlib.gzipSync("g"), zlib.deflateSync("d")].map((b) => new Promise((done) => { const z = zlib.createUnzip(); let s = ""; z.on("data", (c) => { s += c; }); z.on("end", () => done(s)); for (const x of b) z.write(Buffer.from([x])); z.end(); }))),
  chunkSize: () => new Promise((done) => { const z = zlib.createInflate({ chunkSize: 64 }), o = []; z.on("data", (c) => o.push(c.length)); z.on("end", () => done(o)); z.end(zlib.deflateSync("x".repeat(200))); }),
  "slow reader": async () => { const z = zlib.createGunzip({ highWaterMark: 1000 }); z.end(zlib.gzipSync(Buffer.alloc(1 << 20, 1))); let n = 0, most = 0; for await (const c of z) { n += c.length; most = Math.max(most, z.readableLength); await new Promise((r) => setTimeout(r, 0)); } return [n, most < 100000]; },
  info: () => { const r = zlib.gzipSync("hello", { info: true }); return [Object.keys(r).sort(), r.engine instanceof zlib.Gzip, zlib.gunzipSync(r.buffer).toString()]; },
  "options, bad": () => [() => zlib.createGzip({ flush: 9 }), () => zlib.gzipSync("a", { finishFlush: 9 }), () => zlib.createGzip({ chunkSize: 63 }), () => zlib.createGzip({ windowBits: 7 }), () => zlib.createGzip({ memLevel: 0 }), () => zlib.createGzip({ strategy: 9 }), () => zlib.createGzip({ level: "x" }), () => zlib.createGzip({ dictionary: "x" }), () => zlib.createBrotliCompress({ params: { 99: 1 } }), () => zlib.createBrotliCompress({ flush: 4 })].map((f) => { try { return f() && "none"; } catch (e) { return e; } }),
  "strategies": () => [0, 1, 2, 3, 4].map((strategy) => zlib.inflateSync(zlib.deflateSync(text, { strategy })).length),
  "header of zlib": () => [-1, 0, 1, 5, 6, 9].map((level) => zlib.deflateSync("a", { level }).subarray(0, 2).toString("hex")),
  "header with a dictionary": () => zlib.deflateSync("hello", { dictionary: Buffer.from("hello") }).subarray(0, 6).toString("hex"),
  "header of gzip": () => [1, 6, 9].map((level) => zlib.gzipSync("a", { level }).subarray(0, 10).toString("hex")),
  "trailer of gzip": () => zlib.gzipSync("hello").subarray(-8).toString("hex"),
  "raw, dictionary": () => zlib.inflateRawSync(zlib.deflateRawSync("hello world", { dictionary: Buffer.from("hello") }), { dictionary: Buffer.from("hello") }).toString(),
  classes: () => [zlib.Gzip.name, new zlib.Gzip() instanceof zlib.Gzip, zlib.Gzip() instanceof zlib.Gzip, typeof zlib.createGzip().flush, zlib.createGzip().bytesWritten],
  "crc32, bad": () => zlib.crc32 && [() => zlib.crc32(5), () => zlib.crc32("a", "b"), () => zlib.crc32("a", -1)].map((f) => { try { return f(); } catch (e) { return e.code; } }),
  crc32: () => zlib.crc32 ? [zlib.crc32("hello"), zlib.crc32("world", zlib.crc32("hello"))] : 0,
  constants: () => [zlib.constants.Z_BEST_SPEED, zlib.constants.BROTLI_PARAM_QUALITY, zlib.codes.Z_BUF_ERROR],
};
