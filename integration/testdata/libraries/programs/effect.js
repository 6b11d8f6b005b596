import { Cause, Chunk, Config, ConfigProvider, Context, Data, Deferred, Duration, Effect, Either, Exit, Fiber, HashMap, Layer, Match, Option, pipe, Queue, Ref, Schedule, Schema, Scope, Stream } from "effect";
import { report } from "../report.js";

class NotFound extends Data.TaggedError("NotFound") {}
class Clock extends Context.Tag("Clock")() {}
const User = Schema.Struct({ id: Schema.Number, name: Schema.NonEmptyString, at: Schema.optional(Schema.Date), tags: Schema.Array(Schema.Literal("a", "b")) });

export default report(async (print) => {
  const run = (effect) => Effect.runPromise(effect);
  print(await run(Effect.gen(function* () { const a = yield* Effect.succeed(1), b = yield* Effect.promise(async () => 2); return a + b; })));
  print(await run(pipe(Effect.fail(new NotFound({ id: 5 })), Effect.catchTag("NotFound", (e) => Effect.succeed(`no ${e.id} ${e._tag} ${e instanceof Error}`)))));
  print(await run(Effect.all([1, 2, 3].map((n) => Effect.sleep(`${10 - n} millis`).pipe(Effect.as(n * 2))), { concurrency: "unbounded" })));
  let attempts = 0;
  print(await run(Effect.suspend(() => (++attempts < 3 ? Effect.fail("busy") : Effect.succeed(attempts))).pipe(Effect.retry(Schedule.exponential("1 millis").pipe(Schedule.compose(Schedule.recurs(5)))))));
  const exit = await Effect.runPromiseExit(Effect.fail("boom").pipe(Effect.zipRight(Effect.succeed(1))));
  print(Exit.isFailure(exit), Exit.match(exit, { onFailure: (c) => Cause.pretty(c), onSuccess: String }));
  print(Cause.pretty(Cause.parallel(Cause.fail("a"), Cause.die("b"))).split("\n"));
  print(await run(Effect.provideService(Effect.flatMap(Clock, (c) => c.now), Clock, { now: Effect.succeed(12) })));
  const live = Layer.effect(Clock, Effect.map(Effect.succeed(7), (n) => ({ now: Effect.succeed(n) })));
  print(await run(Clock.pipe(Effect.flatMap((c) => c.now), Effect.provide(live))));
  print(await run(Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.never.pipe(Effect.onInterrupt(() => Effect.sync(() => print("interrupted")))));
    yield* Effect.sleep("1 millis");
    yield* Fiber.interrupt(fiber);
    const q = yield* Queue.bounded(2), ref = yield* Ref.make(0), done = yield* Deferred.make();
    yield* Effect.fork(Effect.forEach([1, 2, 3, 4], (n) => Queue.offer(q, n)).pipe(Effect.zipRight(Deferred.succeed(done, "all"))));
    for (let i = 0; i < 4; i++) { const n = yield* Queue.take(q); yield* Ref.update(ref, (v) => v + n); }
    return [yield* Ref.get(ref), yield* Deferred.await(done)];
  })));
  print(await run(Effect.timeout(Effect.sleep("1 seconds"), "5 millis").pipe(Effect.catchTag("TimeoutException", (e) => Effect.succeed(e.message)))));
  print(await run(Effect.scoped(Effect.acquireRelease(Effect.sync(() => { print("open"); return 3; }), () => Effect.sync(() => print("close"))).pipe(Effect.map((n) => n + 1)))));
  print(Chunk.toReadonlyArray(await run(Stream.range(1, 10).pipe(Stream.filter((n) => n % 2 === 0), Stream.mapEffect((n) => Effect.succeed(n * n), { concurrency: 2 }), Stream.take(3), Stream.runCollect))));
  print(await run(Stream.fromReadableStream(() => new Blob(["a,b\nc"]).stream(), String).pipe(Stream.decodeText(), Stream.splitLines, Stream.runCollect, Effect.map(Chunk.toReadonlyArray))));
  print(Schema.decodeUnknownSync(User)({ id: 1, name: "Ada", at: "2024-02-29T00:00:00Z", tags: ["a"] }));
  print(String(Either.getLeft(Schema.decodeUnknownEither(User, { errors: "all" })({ id: "x", name: "", tags: ["c"] })).pipe(Option.map(String), Option.getOrThrow)).split("\n"));
  print(Schema.encodeSync(User)({ id: 1, name: "x", at: new Date(0), tags: [] }));
  print(Match.value({ kind: "b", n: 2 }).pipe(Match.when({ kind: "a" }, () => "A"), Match.when({ kind: "b", n: (n) => n > 1 }, ({ n }) => `B${n}`), Match.orElse(() => "?")));
  print(Option.some(1).pipe(Option.map((n) => n + 1), Option.getOrElse(() => 0)), Option.none(), Either.right(1), Duration.format(Duration.millis(90061001)));
  print(HashMap.make(["a", 1], ["b", 2]).pipe(HashMap.set("c", 3), HashMap.size), Data.struct({ a: 1 })[Symbol.for("x")] === undefined);
  print(await run(Effect.withConfigProvider(Config.all([Config.string("HOST"), Config.integer("PORT")]), ConfigProvider.fromMap(new Map([["HOST", "h"], ["PORT", "80"]])))));
  const scope = await run(Scope.make());
  await run(Scope.addFinalizer(scope, Effect.sync(() => print("finalized"))));
  await run(Scope.close(scope, Exit.void));
});
