// One stream read for two.
import { cancelStream, create, errorController } from "./controller.js";
import { acquire, read } from "./readers.js";

// teeStream reads one stream for two. Of a byte stream the second branch
// gets copies.
export function teeStream(stream) {
  const reader = acquire(stream);
  const bytes = stream.controller.pending !== undefined;
  const branches = [];
  const cancelled = [false, false];
  let reading = false;
  let again = false;

  const request = {
    chunk(chunk) {
      // in a later job, so that an error that's already known comes first
      Promise.resolve().then(() => {
        again = false;
        branches.forEach((branch, i) => {
          if (!cancelled[i]) branch.controller.steps.put(branch.controller, bytes && i === 1 ? chunk.slice() : chunk);
        });
        reading = false;
        if (again) pull();
      });
    },
    close() {
      reading = false;
      branches.forEach((branch, i) => { if (!cancelled[i]) branch.controller.steps.close(branch.controller); });
    },
    error() { reading = false; },
  };

  function pull() {
    if (reading) again = true;
    else {
      reading = true;
      read(reader, request);
    }
    return Promise.resolve();
  }

  const cancel = (i) => (reason) => {
    cancelled[i] = true;
    return cancelled[1 - i] ? cancelStream(stream, reason) : Promise.resolve(); // as the Workers runtime: neither waits for the other
  };

  const make = bytes ? core.part("readable-bytes").internal.create : create;
  for (const i of [0, 1]) branches.push(make({ pull, cancel: cancel(i), hwm: bytes ? 0 : 1 }));
  reader.closed.promise.then(undefined, (reason) => {
    for (const branch of branches) errorController(branch.controller, reason);
  });
  return branches;
}
