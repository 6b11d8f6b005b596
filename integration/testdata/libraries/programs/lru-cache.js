import { LRUCache } from "lru-cache";
import PQueue from "p-queue";
import { report, failure } from "../report.js";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export default report(async (print) => {
  const gone = [];
  const cache = new LRUCache({ max: 3, dispose: (v, k, why) => gone.push([k, v, why]) });
  for (const k of "abcd") cache.set(k, k.toUpperCase());
  print([...cache.entries()], cache.get("b"), cache.has("a"), gone, cache.peek("c"));
  cache.set("e", "E"); cache.delete("d"); cache.set("b", "B2");
  print([...cache.keys()], gone, cache.size, cache.dump().map(([k]) => k));
  const sized = new LRUCache({ maxSize: 10, sizeCalculation: (v) => v.length });
  sized.set("x", "12345").set("y", "123456").set("z", "1").set("big", "12345678901");
  print([...sized], sized.calculatedSize);
  const timed = new LRUCache({ max: 5, ttl: 20, allowStale: true });
  timed.set("k", 1);
  print(timed.get("k"), timed.getRemainingTTL("k") > 0);
  await pause(40);
  print(timed.get("k", { allowStale: true }), timed.get("k"));
  let fetched = 0;
  const fetching = new LRUCache({ max: 5, fetchMethod: async (key, stale, { signal }) => { fetched++; await pause(2); if (signal.aborted) throw signal.reason; if (key === "bad") throw new Error("no " + key); return key + "!"; } });
  print(await Promise.all([fetching.fetch("a"), fetching.fetch("a"), fetching.fetch("b")]), fetched, await failure(() => fetching.fetch("bad")));
  print(await failure(() => new LRUCache({})), await failure(() => new LRUCache({ max: -1 })));

  const queue = new PQueue({ concurrency: 2 });
  const order = [];
  let running = 0, most = 0;
  const job = (name, ms) => async () => { most = Math.max(most, ++running); await pause(ms); running--; order.push(name); return name; };
  print(await Promise.all([queue.add(job("slow", 30)), queue.add(job("b", 5)), queue.add(job("c", 5), { priority: 0 }), queue.add(job("first", 5), { priority: 5 })]), order, most);
  queue.on("error", (e) => print("event", e.message));
  print(await failure(() => queue.add(async () => { throw new Error("failed"); })));
  queue.pause();
  queue.addAll([job("p1", 1), job("p2", 1)]);
  print(queue.size, queue.pending, queue.isPaused);
  queue.start();
  await queue.onIdle();
  const controller = new AbortController();
  const aborted = new PQueue({ concurrency: 1 });
  aborted.add(() => pause(10));
  const waiting = aborted.add(() => "never", { signal: controller.signal });
  controller.abort(new Error("given up"));
  print(await failure(() => waiting), await failure(() => new PQueue({ concurrency: 0 })), await failure(() => queue.add(() => pause(100), { timeout: 5 })));
  const limited = new PQueue({ interval: 20, intervalCap: 2 });
  const stamps = [];
  await limited.addAll(Array.from({ length: 4 }, () => async () => stamps.push(Date.now())));
  print(stamps.length, stamps[2] - stamps[0] >= 10);
});
