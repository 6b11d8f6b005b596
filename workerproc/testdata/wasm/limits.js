import module from "./limits.wasm";
import forever from "./forever.wasm";

const make = (f) => new WebAssembly.Instance(module, { js: { f } }).exports;
const exports = make((how) => {
  if (how === 1) for (;;);
  exports.loop();
});

const acts = {
  add: () => exports.add(1, 2),
  loop: () => exports.loop(),
  out: () => exports.out(1),
  back: () => exports.out(2),
  grow() {
    const mine = make(() => {});
    const before = [mine.grow(16), mine.grow(5000)];
    return `${before[0] + 16} then ${before[1]}, ${mine.memory.buffer.byteLength >> 20} of 16 MiB`;
  },
  large: () => [new WebAssembly.Memory({ initial: 2100 }), new WebAssembly.Memory({ initial: 2100 })],
  memory: () => new WebAssembly.Memory({ initial: 5000 }),
  start: () => new WebAssembly.Instance(forever),
  recurse: () => exports.recurse(),
  // An instance for each request, as the platform's documentation has it: what nobody has any more goes. Together they have
  // much more memory than the Worker may have.
  async many() {
    let n = 0;
    for (; n < 400; n++) {
      const own = make((how) => own.add(how, 1));
      own.grow(15);
      new Uint8Array(own.memory.buffer)[n] = 1;
      own.out(n);
      if (n % 50 === 0) await scheduler.wait(1);
    }
    return n;
  },
};

export default {
  async fetch(request) {
    try {
      return new Response(await acts[new URL(request.url).pathname.slice(1)]());
    } catch (e) {
      return new Response(`${e}`);
    }
  },
};
