import * as acorn from "acorn";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const code = "import a, { b as c } from 'x'; export default class A extends B { #p = 1; static { f?.(); } async *g() { for await (const x of y) yield* x ?? `t${x}`; } } const { d = 1, ...e } = o, r = /(?<n>\\p{L})+/u, big = 1_000n; label: while (1) break label;";
  print(acorn.parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true }));
  const tokens = [...acorn.tokenizer("a => /x/.test(`q${1}`) && b?.c ** 2", { ecmaVersion: 2022 })];
  print(tokens.map((t) => [t.type.label, t.value, t.start]).map(String));
  print(await failure(() => acorn.parse("let a; let a", { ecmaVersion: 2020 })), await failure(() => acorn.parse("a b", { ecmaVersion: 5 })), await failure(() => acorn.parse("await 1", { ecmaVersion: 2020 })), acorn.parseExpressionAt("x + (1, 2) // c", 4, { ecmaVersion: 2020 }).type);
  const comments = [];
  acorn.parse("// one\n/* two */ x", { ecmaVersion: 2020, onComment: comments });
  print(comments, acorn.parse("f(a,b);".repeat(2000), { ecmaVersion: 2020 }).body.length);
});
