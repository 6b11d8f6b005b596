import { AutoRouter, cors, error, html, IttyRouter, json, Router, StatusError, text, withContent, withCookies, withParams } from "itty-router";
import { report } from "../report.js";

export default report(async (print) => {
  const { preflight, corsify } = cors({ origin: "https://a.example", credentials: true, maxAge: 84600 });
  const router = AutoRouter({ base: "/v1", before: [preflight], finally: [corsify], catch: (e) => error(e) });
  router
    .get("/todos/:id", ({ params, query }) => ({ params, query }))
    .get("/files/:path+", ({ path }) => ({ path }))
    .get("/image.:ext?", ({ ext }) => text(`ext ${ext}`))
    .get("/cookies", withCookies, ({ cookies }) => cookies)
    .post("/todos", withContent, ({ content }) => ({ created: content }))
    .get("/page", () => html("<h1>page</h1>"))
    .get("/teapot", () => { throw new StatusError(418, { brewing: "tea" }); })
    .get("/crash", () => { throw new Error("broken"); })
    .get("/empty", () => null);
  const ask = async (handler, path, init) => {
    const res = await handler(new Request("https://x.example" + path, init));
    print(init?.method ?? "GET", path, res?.status, res && [...res.headers].sort(), res && (await res.text()));
  };
  for (const path of ["/v1/todos/13?a=1&b=2&b=3", "/v1/files/a/b/c.txt", "/v1/image.png", "/v1/page", "/v1/teapot", "/v1/crash", "/v1/empty", "/nothing"]) await ask(router.fetch, path);
  await ask(router.fetch, "/v1/cookies", { headers: { Cookie: "a=1; b=two" } });
  await ask(router.fetch, "/v1/todos", { method: "POST", body: '{"t":"x"}', headers: { "content-type": "application/json" } });
  await ask(router.fetch, "/v1/todos", { method: "OPTIONS", headers: { Origin: "https://a.example" } });
  const tiny = IttyRouter();
  tiny.all("*", withParams).get("/hi/:name", ({ name }) => json({ hi: name }, { headers: { "x-a": "1" } })).all("*", () => error(404));
  await ask(tiny.fetch, "/hi/ada");
  await ask(tiny.fetch, "/else");
  const late = Router({ finally: [(r) => r ?? text("finally", { status: 202 })] });
  await ask(late.fetch, "/x");
});
