import Koa from "koa";
import { answering, line } from "../served.js";
import { report } from "../report.js";

export default report(async (print) => {
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx, next) => { await next(); ctx.set("X-After", "yes"); });
  app.use(async (ctx) => {
    if (ctx.path === "/json") ctx.body = { query: ctx.query, method: ctx.method, accepts: ctx.accepts("json", "html") };
    else if (ctx.path === "/throw") ctx.throw(403, "not you");
    else if (ctx.path === "/status") ctx.status = 204;
    else if (ctx.path === "/redirect") ctx.redirect("/json");
    else if (ctx.path === "/echo") { let text = ""; for await (const part of ctx.req) text += part; ctx.body = text; }
    else if (ctx.path === "/stream") ctx.body = new Blob(["from a blob"]).stream();
    else if (ctx.path === "/cookie") { ctx.cookies.set("a", ctx.cookies.get("b") ?? "none"); ctx.body = "set"; }
    else if (ctx.path === "/") ctx.body = "hello";
  });
  const get = await answering((done) => app.listen(0, done));
  for (const [path, init] of [["/"], ["/json?a=1"], ["/throw"], ["/status"], ["/redirect", { redirect: "manual" }], ["/echo", { method: "PUT", body: "body" }], ["/stream"], ["/cookie", { headers: { cookie: "b=2" } }], ["/none"], ["/", { method: "HEAD" }]]) print(await line(await get(path, init)));
});
