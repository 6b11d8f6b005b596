import { initTRPC, TRPCError, tracked } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink, loggerLink, splitLink, TRPCClientError } from "@trpc/client";
import { z } from "zod";
import { report } from "../report.js";

const t = initTRPC.context().create({ errorFormatter: ({ shape, error }) => ({ ...shape, data: { code: shape.data.code, httpStatus: shape.data.httpStatus, path: shape.data.path, zod: error.cause instanceof z.ZodError ? z.flattenError(error.cause) : null } }) });
const logged = t.middleware(async ({ path, type, next, ctx }) => { ctx.log.push(`${type} ${path}`); const r = await next({ ctx: { user: ctx.token === "secret" ? "ada" : null } }); ctx.log.push(r.ok); return r; });
const open = t.procedure.use(logged);
const closed = open.use(({ ctx, next }) => { if (!ctx.user) throw new TRPCError({ code: "UNAUTHORIZED", message: "who are you?" }); return next({ ctx: { user: ctx.user } }); });
const posts = [];
const router = t.router({
  hello: open.input(z.object({ name: z.string().min(2) }).optional()).query(({ input }) => `hello ${input?.name ?? "world"}`),
  post: t.router({
    add: closed.input(z.object({ title: z.string() })).output(z.object({ id: z.number(), title: z.string(), by: z.string() })).mutation(({ input, ctx }) => { const p = { id: posts.length + 1, ...input, by: ctx.user }; posts.push(p); return p; }),
    list: open.query(() => posts),
  }),
  fail: open.query(() => { throw new Error("inside"); }),
  teapot: open.query(() => { throw new TRPCError({ code: "CONFLICT", message: "taken", cause: new Error("x") }); }),
  slowly: open.query(async function* () { for (let i = 0; i < 3; i++) yield i; }),
  ticks: open.subscription(async function* () { for (let i = 0; i < 3; i++) yield tracked(String(i), { i }); }),
});

export default report(async (print) => {
  const log = [];
  const requests = [];
  const handle = async (url, init) => {
    requests.push([init?.method ?? "GET", decodeURIComponent(String(url).replace("http://x.example", ""))]);
    return fetchRequestHandler({ endpoint: "/trpc", req: new Request(url, init), router, createContext: ({ req }) => ({ token: req.headers.get("x-token"), log }), onError: ({ error, path }) => log.push(`! ${path} ${error.code}`) });
  };
  const url = "http://x.example/trpc";
  const client = createTRPCClient({ links: [httpBatchLink({ url, fetch: handle, headers: () => ({ "x-token": "secret" }) })] });
  print(await Promise.all([client.hello.query(), client.hello.query({ name: "Ada" }), client.post.list.query()]));
  print(await client.post.add.mutate({ title: "first ü" }), await client.post.list.query());
  const why = async (f) => { try { return await f(); } catch (e) { return [e instanceof TRPCClientError, e.message.slice(0, 80), e.data ?? null]; } };
  print(await why(() => client.hello.query({ name: "A" })), await why(() => client.fail.query()), await why(() => client.teapot.query()), await why(() => client.nothing.query()));
  const anonymous = createTRPCClient({ links: [splitLink({ condition: (op) => op.type === "mutation", true: httpLink({ url, fetch: handle }), false: httpBatchStreamLink({ url, fetch: handle }) })] });
  print(await why(() => anonymous.post.add.mutate({ title: "x" })));
  print(await Promise.all([anonymous.hello.query({ name: "stream" }), why(() => anonymous.fail.query())]));
  const seen = [];
  for await (const n of await anonymous.slowly.query()) seen.push(n);
  print(seen);
  const caller = t.createCallerFactory(router)({ token: "secret", log });
  print(await caller.post.add({ title: "direct" }), await why(() => caller.post.add({})));
  for await (const tick of await caller.ticks()) print(tick);
  const sse = await handle(url + "/ticks", { headers: { accept: "text/event-stream" } });
  print(sse.status, sse.headers.get("content-type"), (await sse.text()).split("\n\n").filter((l) => !l.includes("ping")));
  const bad = await handle(url + "/post.add", { method: "POST", body: "x", headers: { "content-type": "application/json", "x-token": "secret" } });
  print(bad.status, (await bad.json()).error.data);
  print(log, requests, typeof loggerLink);
});
