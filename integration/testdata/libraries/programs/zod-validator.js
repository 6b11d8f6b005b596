import { Hono } from "hono";
import { zValidator } from "@hono/zod-validator";
import { z } from "zod";
import { report } from "../report.js";

const app = new Hono()
  .post("/json", zValidator("json", z.object({ name: z.string(), age: z.number() })), (c) => c.json(c.req.valid("json")))
  .post("/form", zValidator("form", z.object({ n: z.coerce.number().min(3), list: z.union([z.string(), z.array(z.string())]) })), (c) => c.json(c.req.valid("form")))
  .get("/query/:id", zValidator("param", z.object({ id: z.string().regex(/^\d+$/) })), zValidator("query", z.object({ q: z.string().optional() })), (c) => c.json({ ...c.req.valid("param"), ...c.req.valid("query") }))
  .get("/header", zValidator("header", z.object({ "x-key": z.string().length(3) }), (r, c) => { if (!r.success) return c.text("no: " + r.error.issues[0].message, 401); }), (c) => c.json(c.req.valid("header")))
  .get("/cookie", zValidator("cookie", z.object({ s: z.string() })), (c) => c.json(c.req.valid("cookie")));

export default report(async (print) => {
  const ask = async (path, init) => { const r = await app.request(path, init); print(path, r.status, await r.text()); };
  const json = (body) => ({ method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  await ask("/json", json({ name: "ada", age: 3, more: 1 }));
  await ask("/json", json({ name: 1 }));
  await ask("/form", { method: "POST", body: new URLSearchParams([["n", "5"], ["list", "a"], ["list", "b"]]) });
  await ask("/form", { method: "POST", body: new URLSearchParams({ n: "1" }) });
  await ask("/query/12?q=x");
  await ask("/query/ab");
  await ask("/header", { headers: { "X-Key": "abc" } });
  await ask("/header");
  await ask("/cookie", { headers: { Cookie: "s=1" } });
  await ask("/cookie");
});
