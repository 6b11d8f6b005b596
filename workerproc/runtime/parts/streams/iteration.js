// Streams as async iterables, and of iterables.
import { asyncIterator, call, method } from "./shared.js";
import { cancelStream, close, create, enqueue } from "./controller.js";
import { acquire, read, readPromise, release } from "./readers.js";

export function iterate(stream, preventCancel) {
  const reader = acquire(stream);
  let finished = false;
  let last;
  let busy = 0;

  // inTurn runs f when what was asked for before is done; at once if that is so.
  const inTurn = (f) => {
    const result = last = busy++ === 0 ? call(f) : last.then(f, f);
    const done = () => { busy--; };
    result.then(done, done);
    return result;
  };
  const step = () => {
    if (finished) return { value: undefined, done: true };
    return readPromise((request) => read(reader, request)).then((result) => {
      if (result.done) finish();
      return result;
    }, (err) => {
      finish();
      throw err;
    });
  };
  function finish() {
    finished = true;
    if (reader.stream !== undefined) release(reader);
  }
  const end = (value) => {
    if (finished) return { value, done: true };
    finished = true;
    const result = preventCancel ? Promise.resolve() : cancelStream(stream, value);
    release(reader);
    return result.then(() => ({ value, done: true }));
  };
  return Object.assign(Object.create(asyncIteratorPrototype), { next: () => inTurn(step), return: (value) => inTurn(() => end(value)) });
}
const asyncIteratorPrototype = { [asyncIterator]() { return this; } };

export function fromIterable(iterable) {
  const asynchronous = method(iterable, asyncIterator);
  const f = asynchronous || method(iterable, Symbol.iterator);
  if (f === undefined) throw new TypeError("Failed to execute 'from' on 'ReadableStream': parameter 1 is not of type 'AsyncGenerator'.");
  const iterator = f.call(iterable);
  const stream = create({
    hwm: 0,
    async pull() {
      const result = await iterator.next();
      if (typeof result !== "object" || result === null) throw new TypeError("The iterator's next() gave no object");
      const c = stream.controller;
      if (result.done) close(c);
      else enqueue(c, asynchronous === undefined ? await result.value : result.value);
    },
    async cancel(reason) {
      const f = method(iterator, "return");
      if (f !== undefined) await f.call(iterator, reason);
    },
  });
  return stream;
}
