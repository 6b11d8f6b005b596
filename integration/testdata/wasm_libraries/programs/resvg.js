// wasm-bindgen: an SVG becomes a PNG.
import { Resvg, initWasm } from "@resvg/resvg-wasm";
import wasm from "@resvg/resvg-wasm/index_bg.wasm";
import { report, failure } from "../report.js";

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><defs><linearGradient id="g"><stop offset="0" stop-color="#f80"/><stop offset="1" stop-color="#08f"/></linearGradient></defs>
<rect width="64" height="48" fill="url(#g)"/><circle cx="30" cy="20" r="15" fill="#123456" fill-opacity=".5"/><path d="M5 40 C 20 10, 40 10, 60 40" stroke="white" fill="none" stroke-width="3"/></svg>`;

export default report(async (print) => {
  await initWasm(wasm);
  const image = new Resvg(svg, { fitTo: { mode: "width", value: 96 }, background: "#fff" }).render();
  const png = image.asPng();
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", png)).toString();
  print(image.width, image.height, png.length, [...png.slice(0, 8)].join(), sum);
  print([...image.pixels.slice(0, 24)].join());
  const box = new Resvg(svg).getBBox();
  print([box.x, box.y, box.width, box.height].join());
  print(await failure(() => new Resvg("<svg")), await failure(() => initWasm(wasm)));
});
