// WebAssembly (https://webassembly.github.io/spec/js-api/) over package wasm. What a Module, an Instance and so on stand
// for is a reference that Go alone can look into; conversions of values, and all calls, are Go's.
(function (ops, core) {
  "use strict";
  const { apply, getOwnPropertyDescriptor, getPrototypeOf, defineProperty, ownKeys, resolved, rejected, then, create, freeze, Uint8Array,
    ArrayBuffer, isView, Symbol, TypeError, RangeError, SyntaxError, Error, construct, WeakMap, Promise } = core.primordials;
  const { setPrototypeOf } = Reflect;
  const go = ops.wasm();
  const init = go[0], valid = go[1], exportsOf = go[2], importsOf = go[3], customSections = go[4], instantiateIt = go[5], exported = go[6], newMemory = go[7], bufferOf = go[8],
    growMemory = go[9], newTable = go[10], tableSize = go[11], tableGet = go[12], tableSet = go[13], tableGrow = go[14], newGlobal = go[15], globalGet = go[16], globalSet = go[17];
  const NumberOf = Number, isNaN = Number.isNaN, trunc = Math.trunc, asIntN = BigInt.asIntN;
  const from = Array.from;
  const weakGet = WeakMap.prototype.get, weakSet = WeakMap.prototype.set;
  const getter = (proto, name) => getOwnPropertyDescriptor(proto, name).get;
  const typed = getPrototypeOf(Uint8Array.prototype);
  const viewOf = { buffer: getter(typed, "buffer"), offset: getter(typed, "byteOffset"), length: getter(typed, "byteLength") };
  const dataView = { buffer: getter(DataView.prototype, "buffer"), offset: getter(DataView.prototype, "byteOffset"), length: getter(DataView.prototype, "byteLength") };
  const tagOf = getter(typed, Symbol.toStringTag);
  const lengthOfBuffer = getter(ArrayBuffer.prototype, "byteLength");
  const iterator = Symbol.iterator;

  const isObject = (v) => (typeof v === "object" && v !== null) || typeof v === "function";

  // An error of one of WebAssembly's own classes. Their prototypes have name and message, as those of the language.
  function errorClass(name) {
    const E = { [name]: function (message, options) {
      return construct(Error, message === undefined ? [] : [message, options], new.target ?? E);
    } }[name];
    setPrototypeOf(E, Error);
    const proto = create(Error.prototype);
    hidden(proto, "constructor", E);
    hidden(proto, "name", name);
    hidden(proto, "message", "");
    defineProperty(E, "prototype", { value: proto, writable: false });
    defineProperty(E, "length", { value: 1, configurable: true });
    return E;
  }

  function hidden(object, name, value) {
    defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  }

  const errors = { CompileError: errorClass("CompileError"), LinkError: errorClass("LinkError"), RuntimeError: errorClass("RuntimeError") };

  // items makes a function from the place of a result to the result, of the iterable that a function of several results returns.
  function items(value, count) {
    if (value === undefined || value === null || value[iterator] === undefined) {
      const what = value === undefined || value === null ? value : isObject(value) ? "object" : `${typeof value} ${String(value)}`;
      throw new TypeError(`${what} is not iterable (cannot read property Symbol(Symbol.iterator))`);
    }
    const list = from(value);
    if (list.length !== count) throw new TypeError("multi-return length mismatch");
    return (n) => list[n];
  }

  function toNumber(v) {
    if (typeof v === "bigint") throw new TypeError("Cannot convert a BigInt value to a number");
    if (typeof v === "symbol") throw new TypeError("Cannot convert a Symbol value to a number");
    return +v;
  }

  function toBigInt(v) {
    if (typeof v === "number" || v === undefined || v === null) throw new TypeError(`Cannot convert ${v} to a BigInt`);
    if (typeof v !== "string") return asIntN(64, v);
    try { return asIntN(64, v); } catch { throw new SyntaxError(`Cannot convert ${v} to a BigInt`); }
  }

  let pinned; // the instances that stay

  init(toNumber, toBigInt, items, (name, message) => new errors[name](message), null, (v) => v, (instance, place) => instance.imports[place], (instance) => { pinned = { instance, pinned }; });

  const disallowed = "Wasm code generation disallowed by embedder";

  // compiled compiles what a Worker has as bytes, which is allowed while its modules are evaluated.
  function compiled(caller, source) {
    if (!ops.codeAllowed()) throw new errors.CompileError(`${caller}: ${disallowed}`);
    const bytes = bytesOf(source);
    if (bytes === undefined) throw new TypeError(`${caller}: Argument 0 must be a buffer source`);
    const made = ops.wasmCode(bytes);
    if (typeof made === "string") throw new errors.CompileError(`${caller}: ${made}`);
    return made;
  }

  // bytesOf copies a BufferSource; undefined for anything else.
  function bytesOf(source) {
    if (isView(source)) {
      const get = apply(tagOf, source, []) === undefined ? dataView : viewOf;
      return new Uint8Array(new Uint8Array(apply(get.buffer, source, []), apply(get.offset, source, []), apply(get.length, source, [])));
    }
    try { apply(lengthOfBuffer, source, []); } catch { return undefined; }
    return new Uint8Array(source);
  }

  // An index or a size, in V8's words for one that is none.
  function size(value, what, most = 0xffffffff) {
    const n = trunc(NumberOf(typeof value === "bigint" ? NaN : +value));
    if (isNaN(n) || n === Infinity || n === -Infinity) throw new TypeError(`${what} must be convertible to a valid number`);
    if (n < 0) throw new TypeError(`${what} must be non-negative`);
    if (n > most) throw new (most === 0xffffffff ? TypeError : RangeError)(most === 0xffffffff ? `${what} must be in the unsigned long range` : `${what}: value ${n} is above the upper bound ${most}`);
    return n + 0;
  }

  // limits reads initial and maximum of a descriptor.
  function limits(caller, descriptor, most, mostMaximum) {
    if (descriptor.initial === undefined) throw new TypeError(`${caller}: Property 'initial' is required`);
    const initial = size(descriptor.initial, `${caller}: Property 'initial'`, most);
    let maximum = descriptor.maximum;
    if (maximum !== undefined) {
      maximum = size(maximum, `${caller}: Property 'maximum'`, mostMaximum);
      if (maximum < initial) throw new RangeError(`${caller}: Property 'maximum': value ${maximum} is below the lower bound ${initial}`);
    }
    return [initial, maximum];
  }

  const FROM_GO = {};

  // A private field on any object, since no WeakMap here lets go of a value that leads to its key.
  class Stamp extends (function (object) { return object; }) {
    #ref;
    constructor(object, ref) {
      super(object);
      this.#ref = ref;
    }
    static of(object, ref) { return #ref in object ? object : new Stamp(object, ref); }
    static ref(object) { return isObject(object) && #ref in object ? object.#ref : undefined; }
  }

  // What tenants have of a reference of Go's, which has no prototype.
  const wrap = (Class, ref) => ref.object ?? new Class(FROM_GO, ref);

  function mustBeNew(target, name) {
    if (target === undefined) throw new TypeError(`${name === "Instance" ? "" : `WebAssembly.${name}(): `}WebAssembly.${name} must be invoked with 'new'`);
  }

  // constructor makes a class whose call without new has V8's words. make gets what new got, and returns the reference.
  function constructor(name, length, make) {
    const C = { [name]: function (...args) {
      mustBeNew(new.target, name);
      const ref = args[0] === FROM_GO ? args[1] : make(args);
      const proto = new.target.prototype;
      const object = create(isObject(proto) ? proto : C.prototype);
      ref.class = C;
      ref.object ??= object;
      return Stamp.of(object, ref);
    } }[name];
    defineProperty(C, "prototype", { writable: false });
    defineProperty(C, "length", { value: length, configurable: true });
    hidden(C.prototype, "constructor", C);
    defineProperty(C.prototype, Symbol.toStringTag, { value: `WebAssembly.${name}`, configurable: true });
    const refOf = (object) => {
      const ref = Stamp.ref(object);
      return ref !== undefined && ref.class === C ? ref : undefined;
    };
    return [C, refOf];
  }

  function methods(C, refOf, what, list) {
    for (const name of ownKeys(list)) {
      const d = getOwnPropertyDescriptor(list, name);
      d.enumerable = true;
      defineProperty(C.prototype, name, d);
    }
  }

  function receiver(ref, caller, name) {
    if (ref === undefined) throw new TypeError(`${caller}: Receiver is not a WebAssembly.${name}`);
    return ref;
  }

  const [Module, refOfModule] = constructor("Module", 1, ([source]) => compiled("WebAssembly.Module()", source));
  const [Instance, refOfInstance] = constructor("Instance", 1, ([module, imports]) => instantiate("WebAssembly.Instance()", moduleOf("WebAssembly.Instance()", module), imports));
  const [Memory, refOfMemory] = constructor("Memory", 1, makeMemory);
  const [Table, refOfTable] = constructor("Table", 1, makeTable);
  const [Global, refOfGlobal] = constructor("Global", 1, makeGlobal);
  const [Tag, refOfTag] = constructor("Tag", 1, ([type]) => {
    if (!isObject(type)) throw new TypeError("WebAssembly.Tag(): Argument 0 must be a tag type");
    throw new TypeError("WebAssembly.Tag(): this version of Stockade can't make tags");
  });
  const [Exception] = constructor("Exception", 2, () => { throw new TypeError("WebAssembly.Exception(): this version of Stockade can't make exceptions"); });

  const classes = { memory: [Memory, refOfMemory], table: [Table, refOfTable], global: [Global, refOfGlobal], tag: [Tag, refOfTag] };

  function moduleOf(caller, module) {
    const ref = refOfModule(module);
    if (ref === undefined) throw new TypeError(`${caller}: Argument 0 must be a WebAssembly.Module`);
    return ref;
  }

  const statics = {
    exports(module) {
      const list = exportsOf(moduleOf("WebAssembly.Module.exports()", module)), out = [];
      for (let n = 0; n < list.length; n += 2) defineProperty(out, n / 2, { value: { name: list[n], kind: list[n + 1] }, writable: true, enumerable: true, configurable: true });
      return out;
    },
    imports(module) {
      const list = importsOf(moduleOf("WebAssembly.Module.imports()", module)), out = [];
      for (let n = 0; n < list.length; n += 3) defineProperty(out, n / 3, { value: { module: list[n], name: list[n + 1], kind: list[n + 2] }, writable: true, enumerable: true, configurable: true });
      return out;
    },
    customSections(module, name) {
      const caller = "WebAssembly.Module.customSections()", ref = moduleOf(caller, module);
      if (name === undefined) throw new TypeError(`${caller}: Argument 1 is required`);
      const list = customSections(ref, `${name}`);
      for (let n = 0; n < list.length; n++) list[n] = apply(viewOf.buffer, list[n], []);
      return list;
    },
  };
  for (const name of ["imports", "exports", "customSections"]) defineProperty(Module, name, { value: statics[name], writable: true, enumerable: true, configurable: true });

  // instantiate reads the imports and returns the reference of an instance, whose exports it has made.
  function instantiate(caller, module, imports) {
    if (imports !== undefined && !isObject(imports)) throw new TypeError(`${caller}: Argument 1 must be an object`);
    const list = importsOf(module), values = [];
    if (list.length > 0 && imports === undefined) throw new TypeError(`${caller}: Imports argument must be present and must be an object`);
    for (let n = 0; n < list.length; n += 3) {
      const from = imports[list[n]];
      const place = `${caller}: Import #${n / 3} ${quote(list[n])}`;
      if (!isObject(from)) throw new TypeError(`${place}: module is not an object or function`);
      const value = from[list[n + 1]];
      const kind = list[n + 2];
      const ref = kind === "function" ? undefined : classes[kind][1](value);
      defineProperty(values, n / 3, { value: ref === undefined ? value : ref, writable: true, enumerable: true, configurable: true });
    }
    for (let n = 0; n < list.length; n += 3) {
      if (list[n + 2] === "function" && typeof values[n / 3] !== "function") throw new errors.LinkError(`${caller}: Import #${n / 3} ${quote(list[n])} ${quote(list[n + 1])}: function import requires a callable`);
    }
    const instance = apply(instantiateIt, undefined, [module, caller, ...listed(values)]);
    const exports = create(null), names = exportsOf(module);
    for (let n = 0; n < names.length; n += 2) {
      let value = exported(instance, n / 2);
      if (names[n + 1] !== "function") value = wrap(classes[names[n + 1]][0], value);
      else Stamp.of(value, instance); // a function keeps what the instance has imported
      defineProperty(exports, names[n], { value, writable: false, enumerable: true, configurable: false });
    }
    instance.imports = values;
    instance.exports = freeze(exports);
    return instance;
  }

  const listed = (values) => ({ __proto__: null, [iterator]: () => { let n = 0; return { next: () => n < values.length ? { value: values[n++], done: false } : { value: undefined, done: true } }; } });
  const quote = (text) => `"${text}"`;

  methods(Instance, refOfInstance, "Instance", {
    get exports() { return receiver(refOfInstance(this), "WebAssembly.Instance.exports()", "Instance").exports; },
  });

  function makeMemory([descriptor]) {
    if (!isObject(descriptor)) throw new TypeError("WebAssembly.Memory(): Argument 0 must be a memory descriptor");
    const [initial, maximum] = limits("WebAssembly.Memory()", descriptor, 65536, 65536);
    if (descriptor.shared) {
      if (maximum === undefined) throw new TypeError("WebAssembly.Memory(): If shared is true, maximum property should be defined.");
      throw new TypeError("WebAssembly.Memory(): this version of Stockade has no shared memory");
    }
    return newMemory(initial, maximum);
  }

  // The buffer of a memory can't be detached but by growing.
  const buffers = new WeakMap();
  const isPinned = (buffer) => isObject(buffer) && apply(weakGet, buffers, [buffer]) === true && apply(lengthOfBuffer, buffer, []) > 0;
  core.isPinned = isPinned;
  for (const name of ["transfer", "transferToFixedLength"]) {
    const original = ArrayBuffer.prototype[name];
    if (typeof original === "function") hidden(ArrayBuffer.prototype, name, { [name](...args) {
      if (isPinned(this)) throw new TypeError("ArrayBuffer is not detachable and could not be cloned.");
      return apply(original, this, args);
    } }[name]);
  }

  const thisMemory = (self, caller) => receiver(refOfMemory(self), caller, "Memory");

  methods(Memory, refOfMemory, "Memory", {
    grow(delta) {
      const ref = thisMemory(this, "WebAssembly.Memory.grow()");
      return growMemory(ref, size(delta, "WebAssembly.Memory.grow(): Argument 0"));
    },
    get buffer() {
      const ref = thisMemory(this, "WebAssembly.Memory.buffer");
      let buffer = bufferOf(ref);
      if (apply(lengthOfBuffer, buffer, []) === 0) buffer = bufferOf(ref, true); // perhaps detached behind our back
      apply(weakSet, buffers, [buffer, true]);
      return buffer;
    },
  });

  const elements = { __proto__: null, anyfunc: 0x70, externref: 0x6f };

  function makeTable(args) {
    const descriptor = args[0];
    if (!isObject(descriptor)) throw new TypeError("WebAssembly.Table(): Argument 0 must be a table descriptor");
    const element = elements[`${descriptor.element}`];
    if (element === undefined) throw new TypeError("WebAssembly.Table(): Descriptor property 'element' must be a WebAssembly reference type");
    const [initial, maximum] = limits("WebAssembly.Table()", descriptor, 10000000, 0xffffffff);
    return args.length > 1 ? newTable(element, initial, maximum, args[1]) : newTable(element, initial, maximum);
  }

  const thisTable = (self, caller) => receiver(refOfTable(self), caller, "Table");

  methods(Table, refOfTable, "Table", {
    get length() { return tableSize(thisTable(this, "WebAssembly.Table.length")); },
    grow(delta, value) {
      const ref = thisTable(this, "WebAssembly.Table.grow()");
      const by = size(delta, "WebAssembly.Table.grow(): Argument 0");
      return arguments.length > 1 && value !== undefined ? tableGrow(ref, by, value) : tableGrow(ref, by);
    },
    set(index, value) {
      const ref = thisTable(this, "WebAssembly.Table.set()");
      const at = size(index, "WebAssembly.Table.set(): Argument 0");
      if (arguments.length > 1) tableSet(ref, at, value); else tableSet(ref, at);
    },
    get(index) {
      const ref = thisTable(this, "WebAssembly.Table.get()");
      return tableGet(ref, size(index, "WebAssembly.Table.get(): Argument 0"));
    },
  });
  defineProperty(Table.prototype.grow, "length", { value: 1, configurable: true });
  defineProperty(Table.prototype.set, "length", { value: 1, configurable: true });

  const types = { __proto__: null, i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b, externref: 0x6f, anyfunc: 0x70 };

  function makeGlobal(args) {
    const descriptor = args[0];
    if (!isObject(descriptor)) throw new TypeError("WebAssembly.Global(): Argument 0 must be a global descriptor");
    const mutable = Boolean(descriptor.mutable);
    const type = types[`${descriptor.value}`];
    if (type === undefined) throw new TypeError("WebAssembly.Global(): Descriptor property 'value' must be a WebAssembly type");
    if (type === types.v128) throw new TypeError("WebAssembly.Global(): A global of type 'v128' cannot be created in JavaScript");
    return newGlobal(type, mutable, args[1]);
  }

  const thisGlobal = (self, caller) => receiver(refOfGlobal(self), caller, "Global");

  methods(Global, refOfGlobal, "Global", {
    valueOf() { return globalGet(thisGlobal(this, "WebAssembly.Global.valueOf()")); },
    get value() { return globalGet(thisGlobal(this, "get WebAssembly.Global.value")); },
    set value(v) { globalSet(thisGlobal(this, "set WebAssembly.Global.value"), v); },
  });

  methods(Exception, undefined, "Exception", {
    getArg() { throw new TypeError("WebAssembly.Exception.getArg(): Receiver is not a WebAssembly.Exception"); },
    is() { throw new TypeError("WebAssembly.Exception.is(): Receiver is not a WebAssembly.Exception"); },
  });

  const functions = {
    compile(source) {
      try { return resolved(wrap(Module, compiled("WebAssembly.compile()", source))); } catch (e) { return rejected(e); }
    },
    validate(source) {
      const bytes = bytesOf(source);
      if (bytes === undefined) throw new TypeError("WebAssembly.validate(): Argument 0 must be a buffer source");
      return valid(bytes);
    },
    instantiate(source, imports) {
      const caller = "WebAssembly.instantiate()";
      if (!isObject(source)) return rejected(new TypeError(`${caller}: Argument 0 must be a buffer source or a WebAssembly.Module object`));
      if (imports !== undefined && !isObject(imports)) return rejected(new TypeError(`${caller}: Argument 1 must be an object`));
      const module = refOfModule(source);
      if (module === undefined) {
        let ref;
        try { ref = compiled(caller, source); } catch (e) { return rejected(e); }
        return then(resolved(), () => ({ module: wrap(Module, ref), instance: wrap(Instance, instantiate(caller, ref, imports)) }));
      }
      return then(resolved(), () => wrap(Instance, instantiate(caller, module, imports)));
    },
  };
  defineProperty(functions.compile, "length", { value: 1, configurable: true });
  defineProperty(functions.instantiate, "length", { value: 1, configurable: true });

  const WebAssembly = {};
  defineProperty(WebAssembly, Symbol.toStringTag, { value: "WebAssembly", configurable: true });
  for (const name of ownKeys(functions)) defineProperty(WebAssembly, name, { value: functions[name], writable: true, enumerable: true, configurable: true });
  const all = { Module, Instance, Table, Memory, Global, Tag, Exception, ...errors };
  for (const name of ownKeys(all)) hidden(WebAssembly, name, all[name]);

  return {
    WebAssembly,
    // moduleFor is what importing a module of the Worker's gives.
    moduleFor: (ref) => wrap(Module, ref),
  };
})
