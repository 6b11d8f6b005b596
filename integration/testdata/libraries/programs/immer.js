import { applyPatches, createDraft, current, enableMapSet, enablePatches, finishDraft, freeze, immerable, isDraft, nothing, original, produce, produceWithPatches } from "immer";
import { report, failure } from "../report.js";

export default report(async (print) => {
  enablePatches();
  enableMapSet();
  const base = { list: [{ n: 1 }, { n: 2 }], map: new Map([["a", { x: 1 }]]), set: new Set([1]), deep: { a: { b: { c: 1 } } }, keep: {} };
  const next = produce(base, (d) => { d.list.push({ n: 3 }); d.list[0].n++; d.map.get("a").x = 5; d.set.add(2); delete d.deep.a.b.c; d.deep.a.z = isDraft(d.deep); d.list.sort((x, y) => y.n - x.n); });
  print(base.list, next.list, [...next.map], [...next.set], next.deep, next.keep === base.keep, Object.isFrozen(next.deep.a));
  const [result, patches, inverse] = produceWithPatches({ a: [1, 2, 3], o: { k: 1 } }, (d) => { d.a.splice(1, 1); d.o.k = 2; d.o.n = 1; });
  print(result, patches, inverse, applyPatches(result, inverse), applyPatches({ a: [1, 2, 3], o: { k: 1 } }, patches));
  class Thing { [immerable] = true; constructor(v) { this.v = v; } get twice() { return this.v * 2; } }
  const t = produce(new Thing(2), (d) => { d.v = 4; });
  print(t instanceof Thing, t.twice, produce((d, x) => { d.n += x; })({ n: 1 }, 5), produce(1, (n) => n + 1), produce({}, () => nothing));
  const draft = createDraft({ a: { b: 1 } });
  draft.a.b = 2;
  print(current(draft), original(draft), finishDraft(draft));
  print(await failure(() => { "use strict"; next.list.push(1); }), await failure(() => produce({ a: 1 }, (d) => { d.a = 2; return { b: 1 }; })), await failure(() => { let leak; produce({ a: {} }, (d) => { leak = d; }); return leak.a; }), freeze({ a: 1 }));
  print(produce(Array.from({ length: 1000 }, (_, i) => ({ i })), (d) => { for (const x of d) x.i *= 2; }).at(-1));
});
