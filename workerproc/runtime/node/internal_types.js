// util.types: what kind of object a value is, told without its properties where the language has a way.
const tagOf = (v) => Object.prototype.toString.call(v).slice(8, -1);
const isObject = (v) => typeof v === "object" && v !== null;

// branded makes a test of a method or getter that only takes objects of one kind.
function branded(probe) {
  return (v) => {
    if (!isObject(v)) return false;
    try { probe(v); } catch { return false; }
    return true;
  };
}
const getter = (object, name) => Object.getOwnPropertyDescriptor(object, name).get;
const size = (C) => { const f = getter(C.prototype, "size"); return (v) => Reflect.apply(f, v, []); };
const method = (object, name, ...args) => { const f = object[name]; return (v) => Reflect.apply(f, v, args); };

const types = {
  isFloat16Array: (v) => isObject(v) && typeof Float16Array === "function" && ArrayBuffer.isView(v) && tagOf(v) === "Float16Array",
  isExternal: () => false,
  isDate: branded(method(Date.prototype, "getTime")),
  isArgumentsObject: (v) => isObject(v) && !(Symbol.toStringTag in v) && tagOf(v) === "Arguments",
  isBigIntObject: branded(method(BigInt.prototype, "valueOf")),
  isBooleanObject: branded(method(Boolean.prototype, "valueOf")),
  isNumberObject: branded(method(Number.prototype, "valueOf")),
  isStringObject: branded(method(String.prototype, "valueOf")),
  isSymbolObject: branded(method(Symbol.prototype, "valueOf")),
  isNativeError: (v) => isObject(v) && v instanceof Error && !(typeof DOMException === "function" && v instanceof DOMException),
  isRegExp: (v) => isObject(v) && v instanceof RegExp && v !== RegExp.prototype,
  isAsyncFunction: (v) => typeof v === "function" && (tagOf(v) === "AsyncFunction" || tagOf(v) === "AsyncGeneratorFunction"),
  isGeneratorFunction: (v) => typeof v === "function" && (tagOf(v) === "GeneratorFunction" || tagOf(v) === "AsyncGeneratorFunction"),
  isGeneratorObject: (v) => isObject(v) && tagOf(v) === "Generator",
  isPromise: (v) => isObject(v) && /^(pending|fulfilled|rejected)$/.test(ops.internals(v)[0]),
  isMap: branded(size(Map)),
  isSet: branded(size(Set)),
  isMapIterator: (v) => isObject(v) && tagOf(v) === "Map Iterator",
  isSetIterator: (v) => isObject(v) && tagOf(v) === "Set Iterator",
  isWeakMap: branded(method(WeakMap.prototype, "has", {})),
  isWeakSet: branded(method(WeakSet.prototype, "has", {})),
  isArrayBuffer: branded(((f) => (v) => Reflect.apply(f, v, []))(getter(ArrayBuffer.prototype, "byteLength"))),
  isDataView: (v) => ArrayBuffer.isView(v) && !types.isTypedArray(v),
  isSharedArrayBuffer: () => false,
  isProxy: (v) => (isObject(v) || typeof v === "function") && ops.internals(v)[0] === "proxy",
  isModuleNamespaceObject: (v) => isObject(v) && Object.getPrototypeOf(v) === null && tagOf(v) === "Module",
  isAnyArrayBuffer: (v) => types.isArrayBuffer(v),
  isBoxedPrimitive: (v) => types.isNumberObject(v) || types.isStringObject(v) || types.isBooleanObject(v) || types.isBigIntObject(v) || types.isSymbolObject(v),
  isArrayBufferView: ArrayBuffer.isView,
  isTypedArray: (v) => typedTag(v) !== undefined,
  isKeyObject: (v) => isObject(v) && v instanceof require("node:crypto").KeyObject,
  isCryptoKey: (v) => typeof CryptoKey === "function" && v instanceof CryptoKey,
};
const tag = getter(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);
const typedTag = (v) => (isObject(v) ? Reflect.apply(tag, v, []) : undefined);
for (const name of ["Uint8Array", "Uint8ClampedArray", "Uint16Array", "Uint32Array", "Int8Array", "Int16Array", "Int32Array",
  "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"]) {
  types[`is${name}`] = (v) => typedTag(v) === name;
}
module.exports = types;
