// Iterator, and the helpers of iterators.
import { add, callable } from "./shared.js";

// Iterator helpers (ECMA-262 27.1.4). Lazy ones are generators, whose
// finally closes the iterator below.
export const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

function* closing(iterator, body) {
  let done = false;
  try {
    for (let i = 0; ; i++) {
      const step = iterator.next();
      if (step.done) {
        done = true;
        return;
      }
      const action = body(step.value, i);
      if (action === undefined) continue;
      if (action.stop) return;
      if (action.all === undefined) yield action.value;
      else yield* action.all;
    }
  } finally {
    if (!done && typeof iterator.return === "function") iterator.return();
  }
}

const limit = (n) => {
  const count = Number(n);
  if (!(count >= 0)) throw new RangeError(`${n} must be positive`);
  return Math.floor(count);
};

function each(iterator, f) {
  callable(f);
  let i = 0;
  const closer = { [Symbol.iterator]: () => iterator };
  for (const value of closer) if (f(value, i++)) return;
}

// lazily is an iterator helper: a generator whose source is closed even if
// it is closed before it has begun.
const generators = new WeakMap();
const { get: generatorOf, set: keepGenerator } = WeakMap.prototype;
const HelperPrototype = Object.create(IteratorPrototype);
add(HelperPrototype, {
  next() {
    const helper = Reflect.apply(generatorOf, generators, [this]);
    helper.begun = true;
    return helper.generator.next();
  },
  return() {
    const helper = Reflect.apply(generatorOf, generators, [this]);
    if (!helper.begun && typeof helper.source.return === "function") helper.source.return();
    helper.begun = true;
    return helper.generator.return();
  },
});
Object.defineProperty(HelperPrototype, Symbol.toStringTag, { value: "Iterator Helper", configurable: true });

function lazily(source, generator) {
  const helper = Object.create(HelperPrototype);
  Reflect.apply(keepGenerator, generators, [helper, { source, generator, begun: false }]);
  return helper;
}

export const iteratorMethods = {
  map(f) { callable(f); return lazily(this, closing(this, (v, i) => ({ value: f(v, i) }))); },
  filter(f) { callable(f); return lazily(this, closing(this, (v, i) => (f(v, i) ? { value: v } : undefined))); },
  flatMap(f) { callable(f); return lazily(this, closing(this, (v, i) => ({ all: f(v, i) }))); },
  take(n) {
    const count = limit(n);
    let taken = 0;
    const source = this;
    return lazily(this, (function* () {
      try {
        while (taken < count) {
          const step = source.next();
          if (step.done) { taken = Infinity; return; }
          taken++;
          yield step.value;
        }
      } finally {
        if (taken !== Infinity && typeof source.return === "function") source.return();
      }
    })());
  },
  drop(n) { const count = limit(n); return lazily(this, closing(this, (v, i) => (i < count ? undefined : { value: v }))); },
  toArray() { return [...{ [Symbol.iterator]: () => this }]; },
  forEach(f) { callable(f); each(this, (v, i) => { f(v, i); }); },
  some(f) { callable(f); let hit = false; each(this, (v, i) => (hit = Boolean(f(v, i)))); return hit; },
  every(f) { callable(f); let all = true; each(this, (v, i) => !(all = Boolean(f(v, i)))); return all; },
  find(f) { callable(f); let found; each(this, (v, i) => f(v, i) && ((found = v), true)); return found; },
  reduce(f, ...initial) {
    callable(f);
    let has = initial.length > 0;
    let sum = initial[0];
    each(this, (v, i) => { sum = has ? f(sum, v, i) : v; has = true; });
    if (!has) throw new TypeError("Reduce of a done iterator with no initial value");
    return sum;
  },
};

// mendTag defines a property of Iterator.prototype that the objects below it may have for themselves.
export function mendTag(prototype, name, value) {
  Object.defineProperty(prototype, name, {
    get() { return value; },
    set(own) {
      if (this === prototype) throw new TypeError("Cannot assign to read only property");
      Object.defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
    },
    enumerable: false, configurable: true,
  });
}

export function iteratorClass(prototype) {
  function Iterator() {
    if (new.target === undefined || new.target === Iterator) throw new TypeError("Abstract class Iterator not directly constructable");
  }
  Object.defineProperty(Iterator, "prototype", { value: prototype, writable: false });
  add(Iterator, {
    from(source) {
      if ((typeof source !== "object" || source === null) && typeof source !== "function" && typeof source !== "string") throw new TypeError("Iterator.from called on non-object");
      const f = source[Symbol.iterator];
      const iterator = f === undefined ? source : f.call(source);
      return iterator instanceof Iterator ? iterator : closing(iterator, (value) => ({ value }));
    },
  });
  return Iterator;
}
