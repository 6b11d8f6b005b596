// Redis by ioredis, over node:net and node:tls.
import Redis from "ioredis";
import { failure, report } from "../report.js";

export default report(async (print, env) => {
  for (const [how, port, more] of [["plain", env.REDIS, {}], ["tls", env.REDIS_TLS, { tls: {} }]]) {
    const redis = new Redis({ host: env.HOST, port, lazyConnect: true, ...more });
    await redis.connect();
    await redis.flushall();
    print(how, redis.status, await redis.set("k", "v ü"), await redis.get("k"), await redis.getBuffer("k").then((b) => b.toString("hex")));
    print(await redis.pipeline().incr("n").incr("n").hset("h", { a: 1, b: 2 }).hgetall("h").exec());
    print(await redis.multi().rpush("l", 1, 2, 3).lrange("l", 0, -1).exec(), await redis.eval("return ARGV[1] .. KEYS[1]", 1, "key", "arg"));
    print(await failure(() => redis.incr("k")));
    const big = "x".repeat(1 << 20);
    await redis.set("big", big);
    print((await redis.get("big")) === big, (await Promise.all(Array.from({ length: 200 }, () => redis.incr("many")))).at(-1));
    const listener = redis.duplicate();
    await listener.connect();
    const heard = new Promise((done) => listener.once("message", (channel, text) => done([channel, text])));
    await listener.subscribe("news");
    await redis.publish("news", "hello");
    print(await heard);
    listener.disconnect();
    const seen = [];
    for await (const keys of redis.scanStream({ match: "*" })) seen.push(...keys);
    print(seen.sort());
    print(await redis.quit());
  }
  const nobody = new Redis({ host: env.HOST, port: 1, lazyConnect: true, retryStrategy: null });
  nobody.on("error", (e) => print(e.code, e.syscall));
  print(await failure(() => nobody.connect()));
});
