import express from "express";
import { Router } from "express";
import { Readable } from "node:stream";
import { answering, line } from "../served.js";
import { report } from "../report.js";

export default report(async (print) => {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", true);
  app.use(express.json({ limit: "10kb" }), express.urlencoded({ extended: true }), express.text(), express.raw({ type: "application/octet-stream" }));
  app.use((req, res, next) => { res.set("X-Seen", `${req.method} ${req.path}`); next(); });
  app.get("/", (req, res) => res.send("<p>hello</p>"));
  app.get("/json", (req, res) => res.json({ query: req.query, accepts: req.accepts(["html", "json"]), is: req.is("json"), host: typeof req.hostname, secure: req.secure, fresh: req.fresh }));
  app.get("/users/:id{/:what}", (req, res) => res.status(202).json(req.params));
  app.post("/echo", (req, res) => res.json({ body: req.body, type: req.get("content-type") }));
  app.post("/raw", (req, res) => res.type("application/octet-stream").send(req.body));
  app.get("/redirect", (req, res) => res.redirect(303, "/json?a=1"));
  app.get("/cookies", (req, res) => res.cookie("a", "1", { httpOnly: true, path: "/" }).cookie("b", { c: 2 }).append("Vary", "Accept").vary("Cookie").end());
  app.get("/stream", (req, res) => Readable.from(["one ", "two ", "three"]).pipe(res.type("text")));
  app.get("/chunks", async (req, res) => { for (const part of ["a", "b", "c"]) { res.write(part); await new Promise((done) => setTimeout(done, 1)); } res.end(); });
  app.get("/large", (req, res) => { for (let i = 0; i < 50; i++) res.write("x".repeat(10000)); res.end("end"); });
  app.get("/later", async (req, res) => { await null; throw Object.assign(new Error("later"), { status: 418 }); });
  app.get("/format", (req, res) => res.format({ text: () => res.send("text"), json: () => res.json({ json: true }) }));
  app.get("/attachment", (req, res) => res.attachment("a b.txt").send("file"));
  app.get("/sent", (req, res) => { res.send("x"); try { res.set("a", "b"); } catch (e) { print("headers sent:", e.code, e.message); } });
  const router = Router();
  router.param("n", (req, res, next, n) => { req.n = Number(n); next(); });
  router.route("/:n").get((req, res) => res.json(req.n * 2)).delete((req, res) => res.sendStatus(204));
  app.use("/api", router);
  app.use((req, res) => res.status(404).send(`no ${req.originalUrl}`));
  app.use((err, req, res, next) => res.status(err.status ?? 500).json({ error: err.type === "entity.parse.failed" ? err.name : err.message, type: err.type }));

  const get = await answering((done) => app.listen(0, done));
  const asked = [["/"], ["/json?a=1&b[c]=2&b[d]=3", { headers: { accept: "application/json" } }], ["/users/7"], ["/users/7/x%20y"], ["/echo", { method: "POST", body: JSON.stringify({ a: [1, 2] }), headers: { "content-type": "application/json" } }],
    ["/echo", { method: "POST", body: "a=1&b=2&b=3", headers: { "content-type": "application/x-www-form-urlencoded" } }], ["/echo", { method: "POST", body: "text", headers: { "content-type": "text/plain" } }],
    ["/echo", { method: "POST", body: "{bad", headers: { "content-type": "application/json" } }], ["/echo", { method: "POST", body: JSON.stringify("x".repeat(20000)), headers: { "content-type": "application/json" } }],
    ["/raw", { method: "POST", body: new Uint8Array([104, 105]), headers: { "content-type": "application/octet-stream" } }], ["/redirect", { redirect: "manual" }], ["/cookies"], ["/stream"], ["/chunks"], ["/later"], ["/format", { headers: { accept: "application/json" } }],
    ["/attachment"], ["/sent"], ["/api/21"], ["/api/21", { method: "DELETE" }], ["/", { method: "HEAD" }], ["/nowhere?x"], ["/json", { method: "OPTIONS" }]];
  for (const [path, init] of asked) print(await line(await get(path, init)));
  print((await (await get("/large")).text()).length);
});
