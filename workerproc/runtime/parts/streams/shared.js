// What all files of the part use, and queues of chunks with sizes.
export const noop = () => {};
export const SECRET = {}; // what a constructor that isn't public is called with
export const asyncIterator = Symbol.asyncIterator || Symbol.for("Symbol.asyncIterator");

export const handled = (promise) => { promise.then(undefined, noop); return promise; };

export function deferred() {
  const d = {};
  d.promise = new Promise((resolve, reject) => { d.resolve = resolve; d.reject = reject; });
  handled(d.promise);
  return d;
}

// call runs an author's function; what it throws is a rejection.
export const call = (f, self, ...args) => new Promise((resolve) => resolve(f === undefined ? undefined : f.apply(self, args)));

export function method(object, name, of) {
  const f = object === undefined || object === null ? undefined : object[name];
  if (f !== undefined && typeof f !== "function") throw new TypeError(`Incorrect type for the '${name}' field on '${of}': the provided value is not of type 'function'.`);
  return f;
}

export function highWaterMark(strategy, fallback) {
  if (strategy.highWaterMark === undefined) return fallback;
  const n = Number(strategy.highWaterMark);
  if (!(n >= 0)) throw new TypeError(n < 0 ? "The value cannot be converted because it is negative and this API expects a positive bigint." : "The value cannot be converted because it is not an integer.");
  return n;
}

export const sizeOf = (strategy) => {
  const size = method(strategy, "size", "StreamQueuingStrategy");
  return size === undefined ? () => 1 : (chunk) => size(chunk);
};

export const newQueue = (owner) => { owner.queue = []; owner.total = 0; };

export function enqueueSized(owner, value, size) {
  const n = Number(size);
  if (!(n >= 0) || n === Infinity) throw new RangeError("The return value of a queuing strategy's size function must be a finite, non-NaN, non-negative number");
  owner.queue.push({ value, size: n });
  owner.total += n;
}

export function dequeue(owner) {
  const { value, size } = owner.queue.shift();
  owner.total = owner.queue.length === 0 ? 0 : Math.max(0, owner.total - size);
  return value;
}
