import { BehaviorSubject, combineLatest, concat, defer, EMPTY, firstValueFrom, forkJoin, from, fromEvent, interval, lastValueFrom, merge, NEVER, of, race, range, ReplaySubject, Subject, throwError, timer, zip } from "rxjs";
import * as op from "rxjs/operators";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const all = (o) => lastValueFrom(o.pipe(op.toArray()), { defaultValue: [] });
  print(await all(range(1, 10).pipe(op.filter((x) => x % 2), op.map((x) => x * x), op.scan((a, b) => a + b, 0), op.takeWhile((x) => x < 100))));
  print(await all(from([3, 1, 2]).pipe(op.mergeMap((n) => timer(n * 8).pipe(op.map(() => n))))), await all(from([3, 1, 2]).pipe(op.concatMap((n) => timer(n).pipe(op.map(() => n))))), await all(from([1, 2, 3]).pipe(op.switchMap((n) => timer(5).pipe(op.map(() => n))))));
  print(await all(zip(of(1, 2, 3), of("a", "b"))), await all(combineLatest([of(1), from(Promise.resolve("p"))])), await all(forkJoin({ a: of(1), b: timer(2) })), await all(merge(of(1), of(2))), await all(concat(of(1), EMPTY, of(2))), await firstValueFrom(race(timer(50), of("fast"))));
  print(await all(interval(2).pipe(op.take(4), op.bufferCount(2))), await all(of(1, 1, 2, 2, 1).pipe(op.distinctUntilChanged(), op.pairwise())), await all(of("a", "bb", "c").pipe(op.groupBy((s) => s.length), op.mergeMap((g) => g.pipe(op.toArray())))));
  const subject = new Subject(), replay = new ReplaySubject(2), state = new BehaviorSubject(0), seen = [];
  subject.pipe(op.debounceTime(5)).subscribe((v) => seen.push("d" + v));
  subject.subscribe(replay);
  subject.pipe(op.withLatestFrom(state)).subscribe((v) => seen.push(v));
  for (const i of [1, 2, 3]) { state.next(i * 10); subject.next(i); }
  replay.subscribe((v) => seen.push("r" + v));
  await new Promise((done) => setTimeout(done, 15));
  print(seen);
  let tries = 0;
  print(await all(defer(() => (++tries < 3 ? throwError(() => new Error("no")) : of("yes"))).pipe(op.retry({ count: 5, delay: 1 }))), tries, await all(throwError(() => new RangeError("x")).pipe(op.catchError((e) => of(e.message)), op.finalize(() => print("final")))));
  print(await failure(() => lastValueFrom(NEVER.pipe(op.timeout(3)))), await failure(() => firstValueFrom(EMPTY)), await failure(() => lastValueFrom(throwError(() => new TypeError("t")))));
  const target = new EventTarget(), events = [];
  const sub = fromEvent(target, "x").pipe(op.map((e) => e.type)).subscribe((v) => events.push(v));
  target.dispatchEvent(new Event("x"));
  sub.unsubscribe();
  target.dispatchEvent(new Event("x"));
  print(events, await all(from((async function* () { yield 1; yield 2; })())), await all(from(new ReadableStream({ start(c) { c.enqueue("s"); c.close(); } }))));
  const shared = defer(() => { print("subscribed"); return interval(1).pipe(op.take(2)); }).pipe(op.share());
  print(await Promise.all([all(shared), all(shared)]));
});
