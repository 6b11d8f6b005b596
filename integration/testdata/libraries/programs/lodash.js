import _ from "lodash";
import { report } from "../report.js";

export default report(async (print) => {
  print(_.chunk([1, 2, 3, 4, 5], 2), _.groupBy(["one", "two", "three"], "length"), _.merge({ a: { b: 1 } }, { a: { c: [1, { d: 2 }] } }), _.cloneDeep({ a: new Date(0), b: new Map([[1, { c: 2 }]]), c: /x/g, d: new Uint8Array([1, 2]) }));
  print(_.get({ a: [{ b: { c: 3 } }] }, "a[0].b.c"), _.set({}, "a.b[1].c", 1), _.unset({ a: 1 }, "a"), _.pick({ a: 1, b: 2 }, ["a"]), _.omit({ a: 1, b: 2 }, "a"), _.isEqual({ a: [1, new Set([2])] }, { a: [1, new Set([2])] }));
  print(_.camelCase("Foo bar-baz_qux"), _.kebabCase("fooBar"), _.startCase("--foo-bar--"), _.deburr("déjà vu"), _.truncate("a long sentence to be cut somewhere", { length: 20 }), _.words("fred, barney, & pebbles"), _.escape("<a & b>"), _.padStart("7", 3, "0"));
  print(_([3, 1, 2]).map((n) => n * 2).sortBy().reverse().value(), _.orderBy([{ a: 1, b: 2 }, { a: 1, b: 3 }], ["a", "b"], ["asc", "desc"]), _.uniqWith([{ a: 1 }, { a: 1 }], _.isEqual), _.zipObject(["a", "b"], [1, 2]), _.sumBy([{ n: 4 }, { n: 6 }], "n"));
  print(_.curry((a, b, c) => a + b + c)(1)(2, 3), _.flow([(x) => x + 1, (x) => x * 2])(3), _.memoize((x) => x * 2)(4), _.range(0, 20, 5), _.times(3, String), _.inRange(3, 2, 4), _.clamp(10, 0, 5));
  print(await new Promise((done) => { const calls = []; const f = _.debounce((x) => { calls.push(x); done(calls); }, 5); f(1); f(2); f(3); }), _.isPlainObject(Object.create(null)), _.isTypedArray(new Float32Array()), _.toPath("a[0].b"));
});
