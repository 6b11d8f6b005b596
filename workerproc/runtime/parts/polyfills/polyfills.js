// What ECMAScript has and goja lacks. install is meant to run before the
// Worker's code. Not here because it can't be made outside of the engine:
// async generators and for await (esbuild lowers them).
// What is newer is in newer.js, json-source.js, disposal.js and atomics.js.
// The files share a scope when they are bundled (../rpc/rpc.js).
import { add } from "./shared.js";
import { arrayMethods, errorMethods, FinalizationRegistry, mapMethods, objectMethods, promiseMethods, regexpMethods, stringMethods, WeakRef } from "./methods.js";
import { iteratorClass, iteratorMethods, IteratorPrototype, mendTag } from "./iterators.js";
import { mendAny, mendBigInt, mendCalls, mendDates, mendFrom, mendLengths, mendNumbers, mendProxy, mendYears } from "./mends.js";
import { mendJSON } from "./json.js";
import { localeMethods } from "./locale.js";

for (const name of ["asyncIterator", "dispose", "asyncDispose"]) {
  if (!(name in Symbol)) {
    Object.defineProperty(Symbol, name, { value: Symbol(`Symbol.${name}`), writable: false, enumerable: false, configurable: false });
  }
}

// install adds to the global object what is missing there.
function install(global) {
  add(Object, objectMethods);
  add(Map, mapMethods);
  add(Promise, promiseMethods);
  add(Array, arrayMethods);
  add(String.prototype, stringMethods);
  add(Error, errorMethods);
  add(RegExp, regexpMethods);
  mendFrom(Object.getPrototypeOf(Uint8Array));
  mendDates(Date.prototype);
  mendJSON(JSON);
  mendLengths(String.prototype);
  add(global, { WeakRef, FinalizationRegistry });
  mendNumbers(Number.prototype);
  mendYears(Date.prototype);
  mendBigInt(BigInt);
  mendCalls();
  if (ops.handler) { // on goja
    mendProxy(global);
    mendAny(global);
  }
  for (const [target, methods] of localeMethods()) {
    for (const name of Object.keys(methods)) {
      Object.defineProperty(target, name, { value: methods[name], writable: true, enumerable: false, configurable: true });
    }
  }
  const { transfer } = ArrayBuffer.prototype;
  const { apply } = Reflect;
  core.transfer = (buffer) => apply(transfer, buffer, []);
  core.detach = (buffer) => { apply(transfer, buffer, []); };
  const prototype = IteratorPrototype;
  add(prototype, iteratorMethods);
  add(prototype, { [Symbol.dispose]() { if (typeof this.return === "function") this.return(); } });
  if (!("Iterator" in global)) {
    add(global, { Iterator: iteratorClass(prototype) });
    mendTag(prototype, "constructor", global.Iterator);
    mendTag(prototype, Symbol.toStringTag, "Iterator");
  }
}

export default { install };
