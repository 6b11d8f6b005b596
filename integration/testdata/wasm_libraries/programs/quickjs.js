// Emscripten: an engine in the engine, that calls out and back in.
import { newQuickJSWASMModuleFromVariant, newVariant, shouldInterruptAfterDeadline } from "quickjs-emscripten-core";
import base from "@jitl/quickjs-wasmfile-release-sync";
import wasm from "../node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm";
import { report } from "../report.js";

export default report(async (print) => {
  const QuickJS = await newQuickJSWASMModuleFromVariant(newVariant(base, { wasmModule: wasm }));
  print(QuickJS.evalCode("[1, 2, 3].map((x) => x ** 2).reduce((a, b) => a + b)"));
  const vm = QuickJS.newContext();
  const log = [];
  vm.newFunction("log", (...args) => { log.push(args.map(vm.dump)); }).consume((f) => vm.setProp(vm.global, "log", f));
  // JavaScript → WebAssembly → JavaScript → WebAssembly → …
  vm.newFunction("nested", (n) => vm.newNumber(vm.getNumber(n) === 0 ? 0 : 1 + vm.unwrapResult(vm.evalCode(`nested(${vm.getNumber(n) - 1})`)).consume(vm.getNumber))).consume((f) => vm.setProp(vm.global, "nested", f));
  const evaluate = (code) => {
    const result = vm.evalCode(code);
    if (result.error) {
      const e = result.error.consume(vm.dump);
      return `${e.name}: ${e.message}`;
    }
    return result.value.consume(vm.dump);
  };
  print(evaluate("log('a', { b: [1, null] }); const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2); fib(15)"));
  print(evaluate("nested(20)"), evaluate("null.x"), evaluate("syntax error"), evaluate("JSON.stringify([...'añ😀'])"));
  vm.runtime.setMaxStackSize(32 * 1024);
  print(evaluate("const r = () => r() + 1; r()"));
  vm.runtime.setMaxStackSize(0);
  print(log);
  vm.runtime.setMemoryLimit(640 * 1024);
  print(evaluate("const a = []; for (;;) a.push(new Array(100).fill(a))"));
  vm.runtime.setMemoryLimit(-1);
  let interrupts = 0;
  vm.runtime.setInterruptHandler(() => ++interrupts > 3);
  print(evaluate("for (;;);"), interrupts);
  vm.dispose();
});
