// Emscripten, by hand: its own glue fetches files, so that the module is instantiated here.
import wasm from "../node_modules/@bokuweb/zstd-wasm/dist/web/zstd.wasm";
import { report } from "../report.js";

export default report(async (print) => {
  const imports = {};
  for (const { module, name, kind } of WebAssembly.Module.imports(wasm)) (imports[module] ??= {})[name] = kind === "function" ? () => 0 : undefined;
  print(WebAssembly.Module.imports(wasm).map((i) => i.kind), WebAssembly.Module.exports(wasm).map((e) => `${e.kind} ${e.name}`).sort().join());
  const { exports } = await WebAssembly.instantiate(wasm, imports);
  print(Object.isFrozen(exports), Object.keys(exports).length);
});
