import superjson, { SuperJSON } from "superjson";
import { report } from "../report.js";

class Money { constructor(n, c) { this.n = n; this.c = c; } text() { return `${this.n} ${this.c}`; } }

export default report(async (print) => {
  const shared = { s: 1 };
  const value = { date: new Date(1700000000000), re: /a+/gi, map: new Map([["k", new Set([1, 2])], [{ o: 1 }, undefined]]), big: 12345678901234567890n, undef: undefined, nan: NaN, inf: -Infinity, zero: -0, url: new URL("https://x.example/?q=1"), err: Object.assign(new RangeError("boom"), {}), bytes: new Uint8Array([1, 2, 3]), a: shared, b: shared, list: [undefined, new Date(0)], "dots.in.key": new Date(1) };
  value.self = value;
  const text = superjson.stringify(value);
  print(text.replace(/"stack":"(?:[^"\\]|\\.)*",?/, ""));
  const back = superjson.parse(text);
  print(back.date instanceof Date, back.re.source, back.re.flags, [...back.map.get("k")], typeof back.big, String(back.big), "undef" in back, back.undef === undefined, back.nan, Object.is(back.zero, -0), back.inf === -Infinity, back.url.href, back.err instanceof Error, back.err.name, back.err.message, back.bytes instanceof Uint8Array, back.a === back.b, back.self === back, back["dots.in.key"] instanceof Date);
  const own = new SuperJSON({ dedupe: true });
  own.registerClass(Money, { identifier: "money" });
  own.registerSymbol(Symbol.for("sym"), "sym");
  own.registerCustom({ isApplicable: (v) => v instanceof URLSearchParams, serialize: (v) => v.toString(), deserialize: (s) => new URLSearchParams(s) }, "params");
  const s = own.serialize({ m: new Money(5, "EUR"), sym: Symbol.for("sym"), p: new URLSearchParams("a=1&b=2"), deep: { deep: { when: new Date(5) } } });
  print(s);
  const d = own.deserialize(s);
  print(d.m.text(), d.sym === Symbol.for("sym"), d.p.get("b"), d.deep.deep.when.getTime());
  const many = { list: Array.from({ length: 3000 }, (_, i) => ({ i, at: new Date(i), tags: new Set([i]) })) };
  print(superjson.parse(superjson.stringify(many)).list[2999].tags.has(2999));
});
