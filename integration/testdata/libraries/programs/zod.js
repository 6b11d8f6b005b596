import * as z from "zod";
import * as mini from "zod/mini";
import { report } from "../report.js";

export default report(async (print) => {
  const check = (name, schema, ...values) => {
    for (const value of values) {
      const r = schema.safeParse(value);
      print(name, r.success ? { ok: r.data } : { issues: r.error.issues });
    }
  };
  const User = z.object({
    id: z.uuid(), name: z.string().min(2).max(20).trim(), email: z.email(), age: z.number().int().positive().optional(),
    role: z.enum(["admin", "user"]).default("user"), tags: z.array(z.string().regex(/^[a-z]+$/)).nonempty(),
    address: z.object({ city: z.string(), zip: z.string().length(5) }).partial().nullable(),
  });
  const ada = { id: "123e4567-e89b-42d3-a456-426614174000", name: "  Ada ", email: "ada@example.com", age: 36, tags: ["math"], address: { city: "London" } };
  check("user", User, ada, { ...ada, email: "nope", age: -1.5, tags: [] }, { ...ada, id: 5, name: "A", address: { zip: "1" } }, null);
  check("union", z.union([z.string(), z.number().gte(5)]), "x", 7, 3, true);
  check("discriminated", z.discriminatedUnion("type", [z.object({ type: z.literal("a"), a: z.string() }), z.object({ type: z.literal("b"), b: z.number() })]), { type: "a", a: "x" }, { type: "b", b: "x" }, { type: "c" });
  check("intersection", z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() })), { a: "x", b: 1 }, { a: 1 });
  check("record", z.record(z.string(), z.number()), { a: 1 }, { a: "x" });
  check("tuple", z.tuple([z.string(), z.number()]).rest(z.boolean()), ["a", 1, true], ["a"], ["a", 1, "x"]);
  check("map", z.map(z.string(), z.number()).transform((m) => [...m]), new Map([["a", 1]]), new Map([["a", "b"]]));
  check("set", z.set(z.number()).min(2).transform((s) => [...s]), new Set([1, 2]), new Set([1]));
  check("coerce", z.object({ n: z.coerce.number(), d: z.coerce.date(), b: z.coerce.boolean() }), { n: "12", d: "2024-02-29", b: "yes" }, { n: "x", d: "no", b: 0 });
  check("transform", z.string().transform((s) => s.length).pipe(z.number().max(3)), "abc", "abcd");
  check("refine", z.object({ a: z.string(), b: z.string() }).refine((v) => v.a === v.b, { error: "must match", path: ["b"] }), { a: "x", b: "x" }, { a: "x", b: "y" });
  check("superRefine", z.array(z.number()).superRefine((list, ctx) => { if (new Set(list).size !== list.length) ctx.addIssue({ code: "custom", message: "duplicates", input: list }); }), [1, 2], [1, 1]);
  check("preprocess", z.preprocess((v) => (typeof v === "string" ? v.split(",") : v), z.array(z.string())), "a,b");
  check("strict", z.strictObject({ a: z.string() }), { a: "x", b: 1 });
  check("loose", z.looseObject({ a: z.string() }), { a: "x", b: 1 });
  check("catch", z.number().catch(42), "x");
  check("brand", z.string().brand(), "x");
  check("formats", z.object({ url: z.url(), ip: z.ipv4(), v6: z.ipv6(), dt: z.iso.datetime(), date: z.iso.date(), b64: z.base64(), cidr: z.cidrv4(), nano: z.nanoid(), emoji: z.emoji(), jwt: z.jwt() }).partial(),
    { url: "https://x.example/a?b", ip: "10.0.0.1", v6: "2001:db8::1", dt: "2024-01-01T00:00:00Z", date: "2024-02-29", b64: "aGk=", cidr: "10.0.0.0/8", emoji: "🎉" },
    { url: "nope", ip: "300.1.1.1", v6: "xyz", dt: "2024-01-01", date: "2023-02-29", b64: "@", cidr: "10/8", nano: "!", emoji: "a", jwt: "x.y" });
  check("bigint", z.bigint().min(5n).transform(String), 10n, 1n);
  check("literal", z.literal(["a", 1, null]), "a", 1, null, "b");
  check("nan", z.nan().transform(String), NaN, 1);
  check("template", z.templateLiteral(["id-", z.number()]), "id-12", "id-x");
  const Tree = z.object({ value: z.number(), get children() { return z.array(Tree); } });
  check("recursive", Tree, { value: 1, children: [{ value: 2, children: [] }] }, { value: 1, children: [{ value: "x", children: [] }] });
  check("mini", mini.object({ a: mini.optional(mini.string().check(mini.minLength(2))) }), { a: "xx" }, { a: "x" }, {});
  const r = await z.string().refine(async (v) => v === "ok", "async no").safeParseAsync("no");
  print("async", r.error.issues);
  const bad = User.safeParse({ ...ada, name: "", tags: ["A"] });
  print(z.prettifyError(bad.error));
  print(z.treeifyError(bad.error), z.flattenError(bad.error));
  try { User.parse({}); } catch (e) { print(e.name, e instanceof z.ZodError, e instanceof Error, e.message); }
  print(z.toJSONSchema(User));
  print(User.pick({ id: true }).extend({ x: z.string() }).keyof().options, User.shape.role.unwrap().options);
  z.config(z.locales.de());
  print(z.string().safeParse(1).error.issues);
  z.config(z.locales.en());
});
