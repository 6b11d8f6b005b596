// compatibility_date: 2026-11-17
import zlib from "node:zlib";
import { Buffer } from "node:buffer";
import { promisify } from "node:util";

const c = zlib.constants;
const collect = (z, feed) => new Promise((done, no) => { const o = []; z.on("data", (b) => o.push(b)); z.on("error", no); z.on("end", () => done(Buffer.concat(o))); feed(z); });
const text = "hello hello hello ".repeat(5000);

export default {
  exports: () => Object.keys(zlib).sort(),
  constants: () => Object.entries(zlib.constants).map(([k, v]) => `${k}=${k === "Z_MAX_CHUNK" ? "" : v}`).sort(),
  zstd: () => zlib.zstdDecompressSync(zlib.zstdCompressSync(text)).toString() === text,
  "zstd, callback": async () => (await promisify(zlib.zstdDecompress)(await promisify(zlib.zstdCompress)(text))).length,
  "zstd, stream": async () => (await collect(zlib.createZstdDecompress(), async (z) => z.end(await collect(zlib.createZstdCompress(), (y) => { y.write("one "); y.flush(() => y.end("two")); })))).toString(),
  "zstd, flush": () => new Promise((done) => { const a = zlib.createZstdCompress(), b = zlib.createZstdDecompress(), ev = []; a.on("data", (x) => b.write(x)); b.on("data", (x) => ev.push(x.toString())); a.write("one"); a.flush(() => setTimeout(() => { ev.push("-"); done(ev); }, 20)); }),
  "zstd, levels": () => [1, 3, 9].map((n) => zlib.zstdDecompressSync(zlib.zstdCompressSync(text, { params: { [c.ZSTD_c_compressionLevel]: n } })).length),
  "sync flush": () => zlib.inflateRawSync(zlib.deflateRawSync("hello", { finishFlush: c.Z_SYNC_FLUSH }), { finishFlush: c.Z_SYNC_FLUSH }).toString(),
  "brotli quality": () => [0, 5, 11].map((n) => zlib.brotliDecompressSync(zlib.brotliCompressSync(text, { params: { [c.BROTLI_PARAM_QUALITY]: n } })).length),
  crc32: () => [zlib.crc32("hello"), zlib.crc32("", 5), zlib.crc32(Buffer.from("x"), 1)],
};
