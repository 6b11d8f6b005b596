// What program.js asks for: APIs that speak as Stripe's, Supabase's and Anthropic's do, and an MCP server.
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { z } from "zod";

const json = (value, status = 200, headers = {}) => Response.json(value, { status, headers: { "request-id": "req_1", ...headers } });

function events(list) {
  const text = list.map((e) => `event: ${e.type}\ndata: ${JSON.stringify(e)}\n\n`).join("");
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new Response(new ReadableStream({
    async pull(controller) {
      await new Promise((done) => setTimeout(done, 1));
      controller.enqueue(bytes.slice(at, at += 61));
      if (at >= bytes.length) controller.close();
    },
  }), { headers: { "content-type": "text/event-stream; charset=utf-8", "request-id": "req_2" } });
}

let busy = 0;

async function stripe(request, path, url) {
  const form = Object.fromEntries(new URLSearchParams(await request.text()));
  const asked = { authorization: request.headers.get("authorization"), version: request.headers.has("stripe-version"), idempotency: request.headers.has("idempotency-key") };
  switch (`${request.method} ${path}`) {
    case "POST /v1/customers": return json({ id: "cus_1", object: "customer", email: form.email, metadata: { plan: form["metadata[plan]"] }, asked });
    case "GET /v1/customers": {
      const first = url.searchParams.get("starting_after") === null;
      return json({ object: "list", url: "/v1/customers", has_more: first, data: (first ? ["cus_1", "cus_2"] : ["cus_3"]).map((id) => ({ id, object: "customer" })) });
    }
    case "POST /v1/payment_intents": return form.amount === "1" ? json({ error: { type: "card_error", code: "card_declined", decline_code: "generic_decline", message: "Your card was declined.", param: "amount" } }, 402)
      : json({ id: "pi_1", object: "payment_intent", amount: Number(form.amount), currency: form.currency, methods: [form["payment_method_types[0]"]], status: "succeeded" });
    case "GET /v1/balance": return busy++ === 0 ? json({ error: { message: "busy" } }, 503, { "stripe-should-retry": "true" }) : json({ object: "balance", livemode: false });
  }
  return json({ error: { type: "invalid_request_error", message: `Unrecognized request URL (${request.method}: ${path}).` } }, 404);
}

async function supabase(request, path, url) {
  const query = decodeURIComponent(url.search);
  const headers = { apikey: request.headers.get("apikey"), prefer: request.headers.get("prefer"), accept: request.headers.get("accept"), profile: request.headers.get("accept-profile") };
  if (path === "/rest/v1/people") {
    if (query.includes("id=eq.0")) return json({ code: "PGRST116", details: "The result contains 0 rows", hint: null, message: "JSON object requested, multiple (or no) rows returned" }, 406);
    if (request.method === "HEAD") return new Response(null, { headers: { "content-range": "0-1/42" } });
    return json([{ query, method: request.method, body: await request.text(), headers }], request.method === "POST" ? 201 : 200, { "content-range": "0-0/7" });
  }
  if (path === "/rest/v1/rpc/add") { const { a, b } = await request.json(); return json(a + b); }
  if (path === "/auth/v1/token") {
    const { email, password } = await request.json();
    const user = { id: "u1", aud: "authenticated", email, app_metadata: {}, user_metadata: {}, created_at: "2024-01-01T00:00:00Z" };
    return password === "right" ? json({ access_token: "a.b.c", token_type: "bearer", expires_in: 3600, refresh_token: "r", user }) : json({ code: 400, error_code: "invalid_credentials", msg: "Invalid login credentials" }, 400);
  }
  if (path.startsWith("/storage/v1/object/")) return json({ Key: path.slice("/storage/v1/object/".length), Id: "1", size: (await request.arrayBuffer()).byteLength, type: request.headers.get("content-type")?.split(";")[0] });
  if (path === "/functions/v1/hello") return json({ hello: (await request.json()).name });
  return json({ message: "not found" }, 404);
}

const usage = { input_tokens: 9, output_tokens: 12 };
const message = (content, stop_reason = "end_turn") => ({ id: "msg_1", type: "message", role: "assistant", model: "m", content, stop_reason, stop_sequence: null, usage });

async function anthropic(request) {
  const { model, messages, stream, tools } = await request.json();
  if (model === "overloaded") return json({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, 529, { "x-should-retry": "false" });
  if (model === "missing") return json({ type: "error", error: { type: "not_found_error", message: "model: missing" } }, 404);
  if (tools && messages.at(-1).content[0]?.type !== "tool_result") return json(message([{ type: "tool_use", id: "tu_1", name: tools[0].name, input: { city: "Rome" } }], "tool_use"));
  if (tools) return json(message([{ type: "text", text: `It is ${messages.at(-1).content[0].content}` }]));
  if (!stream) return json(message([{ type: "text", text: `You said: ${messages[0].content} (${request.headers.get("authorization")}, ${request.headers.get("anthropic-version")})` }]));
  const words = ["Hel", "lo", " – ", "wörld", " 🎉"];
  return events([{ type: "message_start", message: { ...message([]), stop_reason: null } }, { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }, { type: "ping" },
    ...words.map((text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })), { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 15 } }, { type: "message_stop" }]);
}

// mcp answers each request with a server of its own: there is no session.
async function mcp(request) {
  const server = new McpServer({ name: "tools", version: "1.0.0" });
  server.registerTool("add", { title: "Add", description: "adds", inputSchema: { a: z.number(), b: z.number() }, outputSchema: { sum: z.number() } },
    async ({ a, b }) => ({ content: [{ type: "text", text: String(a + b) }], structuredContent: { sum: a + b } }));
  server.registerTool("fail", { description: "fails" }, async () => { throw new Error("broken tool"); });
  server.registerResource("greeting", new ResourceTemplate("greeting://{name}", { list: undefined }), { title: "Greeting" }, async (uri, { name }) => ({ contents: [{ uri: uri.href, text: `Hello, ${name}!` }] }));
  server.registerPrompt("review", { argsSchema: { code: z.string() } }, ({ code }) => ({ messages: [{ role: "user", content: { type: "text", text: `Review: ${code}` } }] }));
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: new URL(request.url).searchParams.has("json") });
  await server.connect(transport);
  return transport.handleRequest(request);
}

export default {
  async fetch(request) {
    const url = new URL(request.url);
    const [, which] = url.pathname.split("/", 2);
    const path = url.pathname.slice(which.length + 1);
    return { stripe, supabase, anthropic, mcp }[which](request, path, url);
  },
};
