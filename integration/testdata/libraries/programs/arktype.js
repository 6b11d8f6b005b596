import "../settings/arktype.js";
import { type, scope, ArkErrors } from "arktype";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const check = (name, t, ...values) => {
    for (const value of values) {
      const out = t(value);
      print(name, out instanceof type.errors ? out.summary : { ok: out });
    }
  };
  const User = type({ name: "string > 1", "age?": "number.integer >= 0", email: "string.email", role: "'admin' | 'user' = 'user'", tags: "string[] <= 2", "+": "delete" });
  check("user", User, { name: "Ada", email: "ada@example.com", tags: ["x"], extra: 1 }, { name: "A", age: 1.5, email: "no", tags: ["a", "b", "c"] }, null);
  check("union", type("string | number[]").or({ a: "'x'" }), "s", [1], { a: "x" });
  check("morph", type("string.numeric.parse"), "12.5", "x");
  check("json", type("string.json.parse").to({ n: "number" }), '{"n":1}', '{"n":"1"}', "x");
  check("date", type("string.date.iso.parse"), "2024-02-29T00:00:00.000Z", "no");
  check("pipe", type("string").pipe((s) => s.length, type("number < 4")), "abc", "abcd");
  check("narrow", type("number").narrow((n, ctx) => n % 2 === 0 || ctx.mustBe("even")), 2, 3);
  check("tuple", type(["string", "number?", "...", "boolean[]"]), ["a"], ["a", 1, true], ["a", 1, "x"]);
  check("regex", type(/^[a-z]+\d$/), "abc1", "ABC");
  check("range", type("-5 < number <= 10"), 10, -5);
  check("divisor", type("number % 3"), 9, 10);
  check("record", type({ "[string]": "number" }), { a: 1 }, { a: "x" });
  check("instance", type("Date"), new Date(0), "x");
  const types = scope({ Node: { value: "number", "next?": "Node" }, Pair: ["Node", "Node"] }).export();
  check("recursive", types.Node, { value: 1, next: { value: 2 } }, { value: 1, next: { value: "x", next: { value: null } } });
  check("pair", types.Pair, [{ value: 1 }, { value: 2 }], [{ value: 1 }, {}]);
  const box = type("<t>", { box: "t" });
  check("generic", box("string"), { box: "x" }, { box: 1 });
  print(User.expression, types.Node.json, type("1 | 2 | 3").extends("number"), type("string").and("'x'").expression);
  print(User.pick("name").keyof().expression, User.toJsonSchema({ fallback: (c) => c.base }), User.in.expression);
  print(await failure(() => type("strin")), await failure(() => type("number > 5 < 3")), await failure(() => User.assert({})));
  const errors = User({ name: 1, email: "x", tags: 5 });
  print(errors instanceof ArkErrors, errors.count, Object.entries(errors.byPath).map(([path, e]) => [path, e.code, e.expected, e.actual]), errors.issues.length);
  print((await User["~standard"].validate({ name: "x" })).issues.length, User["~standard"].vendor);
});
