import * as v from "valibot";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const User = v.object({ name: v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(10)), email: v.pipe(v.string(), v.email()), age: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 18), role: v.picklist(["a", "b"]), tags: v.array(v.pipe(v.string(), v.regex(/^\p{Ll}+$/u))), when: v.pipe(v.string(), v.isoDate(), v.transform((s) => new Date(s))) });
  const good = { name: " Ada ", email: "a@b.co", role: "a", tags: ["x", "ü"], when: "2024-02-29" };
  const show = (s, x) => { const r = v.safeParse(s, x); print(r.success, r.output, r.issues?.map((i) => [i.type, i.message, v.getDotPath(i)])); };
  show(User, good);
  show(User, { name: "A", email: "no", age: 1.5, role: "c", tags: ["X", 1], when: "x" });
  show(User, {});
  show(v.union([v.string(), v.number()]), true);
  show(v.variant("t", [v.object({ t: v.literal("a"), x: v.number() }), v.object({ t: v.literal("b") })]), { t: "a", x: "1" });
  show(v.record(v.string(), v.bigint()), { a: "1" });
  show(v.strictObject({ a: v.string() }), { a: "x", b: 1 });
  show(v.tuple([v.string(), v.nullable(v.date())]), ["x", null]);
  show(v.lazy(() => v.array(v.unknown())), 5);
  show(v.pipe(v.string(), v.ip(), v.check((s) => s !== "1.1.1.1", "not that")), "1.1.1.1");
  for (const [f, x] of [["uuid", "x"], ["url", "x"], ["ipv6", "::1"], ["isoTimestamp", "2024-01-01T00:00:00Z"], ["emoji", "🎉"], ["ulid", "01ARYZ6S41TSV4RRFFQ69G5FAV"], ["creditCard", "4111111111111111"], ["hexColor", "#fff"], ["mac", "x"], ["base64", "aGk="], ["decimal", "1e5"], ["octal", "0o7"], ["nanoid", "V1StGXR8_Z5jdHi6B-myT"]]) show(v.pipe(v.string(), v[f]()), x);
  show(v.fallback(v.number(), 3), "x");
  print(await v.safeParseAsync(v.pipeAsync(v.string(), v.checkAsync(async (s) => s === "y", "not y")), "n").then((r) => r.issues[0].message));
  print(await failure(() => v.parse(User, null)), v.is(v.email ? v.string() : null, "x"), v.flatten(v.safeParse(User, {}).issues), Object.keys(v.partial(User).entries), v.getDefaults(User));
});
