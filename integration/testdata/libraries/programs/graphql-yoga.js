import { createSchema, createYoga, createPubSub, Repeater, filter, map, pipe } from "graphql-yoga";
import { GraphQLError } from "graphql";
import { report } from "../report.js";

export default report(async (print) => {
  const pubSub = createPubSub();
  const seen = [];
  const yoga = createYoga({
    logging: false, landingPage: false, graphiql: true, batching: { limit: 3 },
    context: ({ request }) => ({ token: request.headers.get("x-token") }),
    plugins: [{ onExecute: ({ args }) => { seen.push(args.operationName ?? "?"); } }],
    schema: createSchema({
      typeDefs: `type Query { hello(name: String = "world"): String! me: String fail: String secret: String users: [User!]! } type User { id: ID! friends: [User!]! }
        type Mutation { upload(file: File!): String! add(n: Int!): Int! } type Subscription { count(to: Int!): Int! added: Int! } scalar File`,
      resolvers: {
        Query: { hello: (_, { name }) => `hello ${name}`, me: (_, __, { token }) => token, fail: () => { throw new GraphQLError("known", { extensions: { code: "K", http: { status: 418, headers: { "x-why": "tea" } } } }); }, secret: () => { throw new Error("password"); }, users: () => [{ id: 1 }, { id: 2 }] },
        User: { friends: ({ id }) => [{ id: id + 10 }] },
        Mutation: { upload: async (_, { file }) => `${file.name} ${file.type} ${await file.text()}`, add: (_, { n }) => { pubSub.publish("added", n); return n; } },
        Subscription: { count: { subscribe: (_, { to }) => new Repeater(async (push, stop) => { for (let i = 1; i <= to; i++) await push(i); stop(); }), resolve: (n) => n }, added: { subscribe: () => pipe(pubSub.subscribe("added"), filter((n) => n > 1), map((n) => n * 10)), resolve: (n) => n } },
      },
    }),
  });
  const show = async (response) => print(response.status, response.headers.get("content-type"), (await response.text()).slice(0, 700));
  const post = (body, headers = {}) => yoga.fetch("http://x.example/graphql", { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } });
  await show(await post({ query: "query A($n: String) { hello(name: $n) me users { id friends { id } } }", variables: { n: "Ada" } }, { "x-token": "t" }));
  await show(await yoga.fetch("http://x.example/graphql?query=" + encodeURIComponent("{ hello __typename }")));
  await show(await post({ query: "{ fail hello }" }));
  await show(await post({ query: "{ secret }" }));
  await show(await post({ query: "{ nothing }" }));
  await show(await post({ query: "{ hello" }));
  await show(await post([{ query: "{ hello }" }, { query: "{ me }" }]));
  await show(await post({ query: "mutation { add(n: \"x\") }" }));
  print((await yoga.fetch("http://x.example/graphql", { method: "POST", body: "x", headers: { "content-type": "application/json" } })).status);
  await show(await yoga.fetch("http://x.example/graphql", { method: "PUT" }));
  print((await yoga.fetch("http://x.example/elsewhere")).status);
  await show(await yoga.fetch("http://x.example/graphql", { method: "OPTIONS", headers: { origin: "https://o.example", "access-control-request-method": "POST" } }));
  const form = new FormData();
  form.set("operations", JSON.stringify({ query: "mutation ($f: File!) { upload(file: $f) }", variables: { f: null } }));
  form.set("map", JSON.stringify({ 0: ["variables.f"] }));
  form.set("0", new File(["content ü"], "a.txt", { type: "text/plain" }));
  await show(await yoga.fetch("http://x.example/graphql", { method: "POST", body: form }));
  await show(await post({ query: "subscription { count(to: 3) }" }, { accept: "text/event-stream" }));
  const added = await post({ query: "subscription { added }" }, { accept: "text/event-stream" });
  const reader = added.body.pipeThrough(new TextDecoderStream()).getReader();
  await post({ query: "mutation { a: add(n: 1) b: add(n: 2) }" });
  let text = "";
  while (!text.includes("data: {")) text += (await reader.read()).value;
  await reader.cancel();
  print(text.split("\n\n").filter((l) => l.includes("data: {")), seen);
  const page = await yoga.fetch("http://x.example/graphql", { headers: { accept: "text/html" } });
  print(page.status, page.headers.get("content-type"), (await page.text()).includes("Yoga GraphiQL"));
});
