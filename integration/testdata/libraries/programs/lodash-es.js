import _ from "lodash-es";
import { report } from "../report.js";

export default report(async (print) => {
  const users = [{ n: "ada", a: 36, t: ["x"] }, { n: "bob", a: 20, t: [] }, { n: "cy", a: 36, t: ["x", "y"] }];
  print(Object.keys(_).length > 300);
  print(_.chunk([1, 2, 3, 4, 5], 2), _.compact([0, 1, "", null, 2]), _.difference([1, 2, 3], [2]), _.flattenDeep([1, [2, [3, [4]]]]), _.zipObject(["a", "b"], [1, 2]), _.unzip([["a", 1], ["b", 2]]));
  print(_.groupBy(users, "a"), _.keyBy(users, "n"), _.countBy(users, "t.length"), _.partition(users, { a: 36 }), _.orderBy(users, ["a", "n"], ["desc", "asc"]), _.sortBy(users, "n"));
  print(_.merge({ a: [{ b: 1 }] }, { a: [{ c: 2 }] }), _.mergeWith({ a: [1] }, { a: [2] }, (x, y) => (_.isArray(x) ? x.concat(y) : undefined)), _.defaultsDeep({ a: { b: 1 } }, { a: { b: 2, c: 3 } }));
  const deep = { a: [1, { b: new Date(0), r: /x/gi, m: new Map([[1, { x: 1 }]]), s: new Set([1]), buf: new Uint8Array([1, 2]) }] };
  const copy = _.cloneDeep(deep);
  print(_.isEqual(deep, copy), copy !== deep, copy.a[1].m.get(1) !== deep.a[1].m.get(1), copy.a[1].r.flags, copy.a[1].buf);
  print(_.get(deep, "a[1].buf[0]"), _.get(deep, ["a", 9, "b"], "none"), _.set({}, "x.y[0].z", 1), _.has(deep, "a.1.b"), _.unset(deep, "a[0]"), _.pick({ a: 1, b: { c: 2 } }, ["b.c"]), _.omit({ a: 1, b: 2 }, "a"), _.invert({ a: "x" }));
  print(_.camelCase("foo-bar BAZ"), _.kebabCase("fooBarBAZ"), _.snakeCase("Foo Bar"), _.startCase("--foo-bar--"), _.deburr("déjà vu"), _.words("fred, barney & pebbles 42nd"), _.words("Ünïcödé wörds"), _.truncate("hi-diddly-ho there", { length: 12, separator: " " }), _.pad("abc", 8, "_-"), _.escape("<a & 'b'>"), _.upperFirst("straße"), _.split("a-b-c", "-", 2), _.toArray("👨‍👩‍👧x"), _.size("🎉"));
  print(typeof _.template); // it makes functions of strings, which Workers can't
  print(_.range(0, 10, 3), _.times(3, (i) => i * i), _.sum([1, 2, 3]), _.meanBy(users, "a"), _.maxBy(users, "a").n, _.round(4.006, 2), _.floor(-4.5), _.clamp(10, 0, 5), _.inRange(3, 2, 4), _.random(5, 5));
  print(_.uniqBy([1.2, 1.4, 2.1], Math.floor), _.xor([1, 2], [2, 3]), _.intersectionWith([{ a: 1 }], [{ a: 1 }], _.isEqual), _.sortedUniq([1, 1, 2]), _.pullAt([1, 2, 3], [0, 2]), _.zip([1, 2], ["a", "b"]));
  const curried = _.curry((a, b, c) => [a, b, c]);
  print(curried(1)(2)(3), curried(1)(_.curry.placeholder, 3)(2), _.flow([(x) => x + 1, (x) => x * 2])(3), _.partialRight((...a) => a, 3)(1, 2), _.memoize((x) => x * 2)(4), _.negate(_.isNil)(1), _.once(() => 1)(), _.overEvery([Boolean, isFinite])("1"), _.rearg((...a) => a, [2, 0, 1])("b", "c", "a"));
  print(_(users).filter({ a: 36 }).map("n").reverse().join("+"), _.chain([1, 2, 3]).map((x) => x * x).sum().value(), _([1, 2, 3, 4]).map((x) => x * 2).filter((x) => x > 2).take(2).value());
  print([null, 1, "x", [], {}, new Date(0), /x/, new Map(), Symbol("s"), () => 1, NaN, new Error("e"), (function () { return arguments; })()].map((v) => [_.isNil(v), _.isPlainObject(v), _.isArrayLike(v), _.isObjectLike(v), _.isEmpty(v), _.isError(v), _.isArguments(v), _.isMap(v), _.isRegExp(v), _.isDate(v), _.isSymbol(v)].map(Number).join("")));
  print(await new Promise((done) => { const calls = []; const f = _.debounce((x) => { calls.push(x); done(calls); }, 5); f(1); f(2); f(3); }));
  print(await new Promise((done) => { const calls = []; const f = _.throttle((x) => calls.push(x), 10); f(1); f(2); f(3); _.delay(() => done(calls), 40); }));
  print(_.isMatch({ a: { b: 1, c: 2 } }, { a: { b: 1 } }), _.conformsTo({ a: 1 }, { a: (n) => n > 0 }), _.cond([[_.matches({ a: 1 }), _.constant("A")], [_.stubTrue, _.constant("B")]])({ a: 2 }), _.toPath("a[0].b['c.d']"), _.result({ f: () => 5 }, "f"), _.attempt(() => { throw new TypeError("bad"); }).message);
  const big = _.range(20000).map((i) => ({ k: i % 97, v: i }));
  print(_.mapValues(_.groupBy(big, "k"), (l) => _.sumBy(l, "v"))["13"], _.sortBy(big, ["k", "v"])[500], _.uniqWith(_.range(200), (a, b) => a % 7 === b % 7).length);
});
