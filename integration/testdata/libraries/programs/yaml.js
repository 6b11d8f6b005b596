import { parse, parseAllDocuments, parseDocument, stringify, Document, isMap, isScalar, LineCounter, Scalar, visit, YAMLParseError, Lexer, CST, Parser } from "yaml";
import { report, failure } from "../report.js";

const text = `# a comment
base: &base
  name: "Ünï \\u263A"
  list: [1, 0x1F, 1e3, .inf, -.5, ~, yes]
  folded: >-
    some
    text

    more
  literal: |+
    a
     b

derived:
  <<: *base
  name: 'it''s'
  date: 2024-02-29T12:30:00Z
  ? complex key
  : { a: b, "c d": [e, f] }
  set: !!set { x, y }
  tagged: !point { x: 1, y: 2 }
empty:
`;

export default report(async (print) => {
  print(parse(text, { merge: true, customTags: ["set", "timestamp"], logLevel: "silent" }));
  print(stringify({ a: 1, b: [true, null, { c: "x: y", d: "multi\nline\n" }], e: "", f: "no", g: 1e21, h: "2024-01-01", i: [], j: {}, k: "#x", l: undefined }));
  print(stringify({ long: "word ".repeat(40), nested: { deep: [[1, 2], [3]] } }, { lineWidth: 40, indent: 4, flowCollectionPadding: false, singleQuote: true }));
  const doc = parseDocument(text, { keepSourceTokens: true, logLevel: "silent" });
  doc.setIn(["base", "added"], { x: 1 });
  doc.deleteIn(["derived", "tagged"]);
  doc.getIn(["base", "list"]).flow = false;
  print(String(doc), doc.getIn(["base", "list", 1]), doc.hasIn(["derived", "name"]));
  const names = [];
  visit(doc, { Pair: (_, p) => { if (isScalar(p.key)) names.push(p.key.value); }, Scalar: (key, s) => { if (s.value === null) return visit.SKIP; } });
  print(names, isMap(doc.contents), doc.errors.length, doc.warnings.map((w) => w.code));
  print(parseAllDocuments("---\na: 1\n...\n---\n- b\n--- !!str 5\n").map((d) => d.toJS()));
  for (const bad of ["a: [1, 2", "a: b: c", "x: *none", "{a: 1, a: 2}", "\ta: 1", "'open"]) print(await failure(() => parse(bad)));
  try { parse("a:\n  - b\n c: 1"); } catch (e) { print(e instanceof YAMLParseError, e.code, e.linePos, e.message.split("\n")); }
  const made = new Document({ a: 1 });
  made.commentBefore = " head";
  made.contents.items[0].value.comment = " one";
  made.add(made.createPair("b", [1, { c: 2 }]));
  const block = new Scalar("x\ny\n");
  block.type = "BLOCK_LITERAL";
  made.set("s", block);
  print(String(made), made.toJSON());
  const lines = new LineCounter();
  parseDocument("a: 1\nb: 2\nc: 3", { lineCounter: lines });
  print(lines.linePos(11), [...new Lexer().lex("a: [b]")], [...new Parser().parse("- x")].map((t) => CST.stringify(t)));
  print(parse("n: 0o17\nb: true", { version: "1.1" }), parse('{"json": [1, "\\n"]}'), parse("1_000", { version: "1.1" }), parse("[1, 2]", (k, v) => (typeof v === "number" ? v * 2 : v)));
});
