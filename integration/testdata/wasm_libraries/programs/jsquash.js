// wasm-bindgen and emscripten: images, there and back.
import encodePng, { init as initPngEncode } from "@jsquash/png/encode.js";
import decodePng, { init as initPngDecode } from "@jsquash/png/decode.js";
import png from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import encodeWebp, { init as initWebpEncode } from "@jsquash/webp/encode.js";
import decodeWebp, { init as initWebpDecode } from "@jsquash/webp/decode.js";
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.wasm";
import { report, failure } from "../report.js";

globalThis.caches ??= { default: {} }; // it looks for both to know where it runs
globalThis.ImageData ??= class ImageData {
  constructor(data, width, height) { Object.assign(this, { data, width, height }); }
};

const sum = async (bytes) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");

export default report(async (print) => {
  const data = new Uint8ClampedArray(40 * 30 * 4);
  for (let i = 0; i < data.length; i += 4) data.set([i % 251, (i * 7) % 256, (i >> 4) % 256, 255], i);
  const image = new ImageData(data, 40, 30);
  await initPngEncode(png);
  await initPngDecode(png);
  const encoded = await encodePng(image);
  const decoded = await decodePng(encoded);
  print(encoded.byteLength, await sum(encoded), decoded.width, decoded.height, (await sum(decoded.data)) === (await sum(data)));
  print((await failure(() => decodePng(new Uint8Array([1, 2, 3]).buffer))).slice(0, 60));
  await initWebpEncode(webpEncoder);
  await initWebpDecode(webpDecoder);
  const webp = await encodeWebp(image, { quality: 80 });
  const back = await decodeWebp(webp);
  print(webp.byteLength, await sum(webp), back.width, back.height, await sum(back.data));
});
