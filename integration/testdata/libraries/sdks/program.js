import Anthropic, { APIError, NotFoundError } from "@anthropic-ai/sdk";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/cfworker-provider.js"; // the other makes code of schemas
import { createClient } from "@supabase/supabase-js";
import Stripe from "stripe";
import { z } from "zod";
import { report, failure } from "../report.js";

async function stripe(print, base) {
  const { protocol, hostname, port } = new URL(base);
  const toAPI = (url, init) => fetch(String(url).replace("/v1/", "/stripe/v1/"), init);
  const client = new Stripe("sk_test_1", { httpClient: Stripe.createFetchHttpClient(toAPI), host: hostname, port: port || 443, protocol: protocol.slice(0, -1), maxNetworkRetries: 1, telemetry: false });
  print(await client.customers.create({ email: "ada@example.com", metadata: { plan: "pro" } }));
  const ids = [];
  for await (const customer of client.customers.list({ limit: 2 })) ids.push(customer.id);
  print(ids, await client.paymentIntents.create({ amount: 2000, currency: "eur", payment_method_types: ["card"] }));
  try { await client.paymentIntents.create({ amount: 1, currency: "eur" }); } catch (e) { print(e.constructor.name, e instanceof Stripe.errors.StripeCardError, e.type, e.code, e.decline_code, e.message, e.statusCode, e.requestId); }
  print(await client.balance.retrieve(), await failure(() => client.charges.retrieve("ch_1")));
  const payload = JSON.stringify({ id: "evt_1", object: "event", type: "ping" });
  const cryptoProvider = Stripe.createSubtleCryptoProvider();
  const header = await client.webhooks.generateTestHeaderStringAsync({ payload, secret: "whsec", cryptoProvider });
  print((await client.webhooks.constructEventAsync(payload, header, "whsec", undefined, cryptoProvider)).type, await client.webhooks.constructEventAsync(payload, header, "other", undefined, cryptoProvider).catch((e) => e.type));
}

async function supabase(print, base) {
  const client = createClient(`${base}/supabase`, "anon-key", { auth: { persistSession: false, autoRefreshToken: false }, global: { fetch: (...args) => fetch(...args) }, realtime: { transport: globalThis.WebSocket ?? class {} } });
  const show = ({ data, error, count, status }) => print(data, error && { ...error, message: error.message }, count, status);
  show(await client.from("people").select("id, name, pets(*)").eq("age", 36).or("name.ilike.*a*,id.in.(1,2)").not("x", "is", null).order("name", { ascending: false }).range(0, 9));
  show(await client.from("people").insert([{ name: "Ada" }, { name: "Bo" }]).select());
  show(await client.from("people").upsert({ id: 1, tags: ["x"] }, { onConflict: "id" }));
  show(await client.from("people").update({ name: "x" }).match({ id: 1, b: "c,d" }).select("id"));
  show(await client.from("people").delete().in("id", [1, 2]));
  show(await client.from("people").select("*", { count: "exact", head: true }));
  show(await client.from("people").select().eq("id", 0).single());
  show(await client.schema("other").from("people").select().textSearch("doc", "cats & dogs").limit(1).csv().then((r) => ({ ...r, data: typeof r.data })));
  show(await client.rpc("add", { a: 2, b: 3 }));
  const { data, error } = await client.auth.signInWithPassword({ email: "ada@example.com", password: "right" });
  print(data.user.email, data.session.access_token, error);
  print((await client.auth.signInWithPassword({ email: "a", password: "wrong" })).error);
  print(await client.storage.from("files").upload("dir/a.txt", new Blob(["content"], { type: "text/plain" })).then((r) => r.data), client.storage.from("files").getPublicUrl("a b.txt").data.publicUrl.replace(base, ""));
  print((await client.functions.invoke("hello", { body: { name: "Ada" } })).data);
}

async function anthropic(print, base) {
  const client = new Anthropic({ apiKey: "sk-ant", baseURL: `${base}/anthropic`, maxRetries: 1 });
  const messages = [{ role: "user", content: "hello" }];
  const said = await client.messages.create({ model: "m", max_tokens: 10, messages });
  print(said.content, said.usage, said._request_id);
  const deltas = [];
  for await (const event of await client.messages.create({ model: "m", max_tokens: 10, messages, stream: true })) deltas.push(event.type === "content_block_delta" ? event.delta.text : event.type);
  print(deltas);
  const stream = client.messages.stream({ model: "m", max_tokens: 10, messages });
  const seen = [];
  stream.on("text", (delta, snapshot) => seen.push([delta, snapshot.length]));
  print((await stream.finalMessage()).content, seen, await stream.finalText());
  const tools = [{ name: "weather", description: "w", input_schema: { type: "object", properties: { city: { type: "string" } } } }];
  const asked = await client.messages.create({ model: "m", max_tokens: 10, messages, tools });
  const answer = await client.messages.create({ model: "m", max_tokens: 10, tools, messages: [...messages, { role: "assistant", content: asked.content }, { role: "user", content: [{ type: "tool_result", tool_use_id: asked.content[0].id, content: "21° in " + asked.content[0].input.city }] }] });
  print(asked.stop_reason, answer.content);
  for (const [model, kind] of [["missing", NotFoundError], ["overloaded", APIError]]) {
    try { await client.messages.create({ model, max_tokens: 1, messages }); } catch (e) { print(e instanceof kind, e.status, e.message, e.requestID); }
  }
}

async function mcp(print, base) {
  for (const way of ["", "?json"]) {
    const client = new Client({ name: "client", version: "1.0.0" }, { jsonSchemaValidator: new CfWorkerJsonSchemaValidator() });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${base}/mcp${way}`)));
    print(client.getServerVersion(), Object.keys(client.getServerCapabilities()), (await client.listTools()).tools.map((t) => [t.name, t.inputSchema.properties]));
    print(await client.callTool({ name: "add", arguments: { a: 2, b: 3 } }));
    print(await client.callTool({ name: "fail", arguments: {} }));
    print((await client.callTool({ name: "add", arguments: { a: "x" } })).isError, await client.callTool({ name: "none" }).catch((e) => [e.name, e.code]));
    print(await client.readResource({ uri: "greeting://ada" }), await client.getPrompt({ name: "review", arguments: { code: "x()" } }));
    await client.close();
  }
  const server = new McpServer({ name: "near", version: "1.0.0" }, { capabilities: { logging: {} } }), client = new Client({ name: "c", version: "1" });
  server.registerTool("echo", { inputSchema: { text: z.string() } }, async ({ text }, { sendNotification }) => {
    await sendNotification({ method: "notifications/message", params: { level: "info", data: "working" } });
    return { content: [{ type: "text", text }] };
  });
  const [a, b] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(a), client.connect(b)]);
  client.fallbackNotificationHandler = async (n) => print("notified", n.method, n.params);
  print(await client.callTool({ name: "echo", arguments: { text: "near" } }));
  await client.close();
}

export default report(async (print, env) => {
  for (const [name, part] of Object.entries({ stripe, supabase, anthropic, mcp })) {
    print(`--- ${name}`);
    await part(print, env.OPENAI);
  }
});
