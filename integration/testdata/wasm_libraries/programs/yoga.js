// Emscripten with embind: flex layouts.
import initYoga from "yoga-wasm-web";
import wasm from "yoga-wasm-web/dist/yoga.wasm";
import { report } from "../report.js";

export default report(async (print) => {
  const Yoga = await initYoga(wasm);
  const root = Yoga.Node.create();
  root.setWidth(500);
  root.setHeight(300);
  root.setJustifyContent(Yoga.JUSTIFY_CENTER);
  const nodes = [80, 60, 40].map((size, i) => {
    const node = Yoga.Node.create();
    node.setWidth(size);
    node.setHeight(size);
    node.setMargin(Yoga.EDGE_ALL, i * 3);
    root.insertChild(node, i);
    return node;
  });
  const text = Yoga.Node.create();
  text.setMeasureFunc((width, mode) => ({ width: Math.min(width, 123), height: mode === 0 ? 1 : 17 })); // called from WebAssembly
  root.insertChild(text, 3);
  root.calculateLayout(500, 300, Yoga.DIRECTION_LTR);
  print(root.getComputedLayout());
  for (const node of [...nodes, text]) print(node.getComputedLayout());
  root.freeRecursive();
});
