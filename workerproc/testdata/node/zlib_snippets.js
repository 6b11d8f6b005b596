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
  crc32: () => zlib.crc32 ? [zlib.crc32("hello"), zlib.crc32("world", zlib.crc32("hello"))] : 0,
  constants: () => [zlib.constants.Z_BEST_SPEED, zlib.constants.BROTLI_PARAM_QUALITY, zlib.codes.Z_BUF_ERROR],
};
