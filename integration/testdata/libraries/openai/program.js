import OpenAI, { APIError, NotFoundError, RateLimitError, toFile } from "openai";
import { zodResponseFormat, zodFunction } from "openai/helpers/zod";
import { z } from "zod";
import { report, failure } from "../report.js";

export default report(async (print, env) => {
  const client = new OpenAI({ apiKey: "sk-test", baseURL: env.OPENAI + "/v1", maxRetries: 1 });
  const messages = [{ role: "user", content: "say hello" }];
  const chat = await client.chat.completions.create({ model: "m", messages });
  print(chat.choices[0].message.content, chat.usage.total_tokens, chat._request_id);
  const parts = [];
  for await (const chunk of await client.chat.completions.create({ model: "m", messages, stream: true })) parts.push(chunk.choices[0]?.delta?.content ?? `(${chunk.choices[0]?.finish_reason})`);
  print(parts);
  const runner = client.chat.completions.stream({ model: "m", messages });
  const events = [];
  runner.on("content", (delta, snapshot) => events.push([delta, snapshot.length]));
  print((await runner.finalChatCompletion()).choices[0].message.content, events);
  const parsed = await client.chat.completions.parse({ model: "json", messages, response_format: zodResponseFormat(z.object({ answer: z.number() }), "answer") });
  print(parsed.choices[0].message.parsed);
  const tools = client.chat.completions.runTools({ model: "tools", messages, tools: [zodFunction({ name: "add", parameters: z.object({ a: z.number(), b: z.number() }), function: ({ a, b }) => String(a + b) })] });
  print(await tools.finalContent());
  const { data, response } = await client.models.list().withResponse();
  print(data.data.map((m) => m.id), response.status, response.headers.get("x-server"));
  const ids = [];
  for await (const file of client.files.list({ limit: 2 })) ids.push(file.id);
  print(ids);
  const upload = await client.files.create({ purpose: "assistants", file: await toFile(new TextEncoder().encode("file content"), "a.txt", { type: "text/plain" }) });
  print(upload);
  print((await client.embeddings.create({ model: "e", input: "x" })).data[0].embedding.map((n) => n.toFixed(3)));
  for (const [model, kind] of [["missing", NotFoundError], ["limited", RateLimitError], ["broken", APIError]]) {
    try { await client.chat.completions.create({ model, messages }); } catch (e) { print(e.name, e instanceof kind, e.status, e.message, e.code, e.requestID); }
  }
  print((await client.chat.completions.create({ model: "flaky", messages })).choices[0].message.content);
  const controller = new AbortController();
  const stream = await client.chat.completions.create({ model: "slow", messages, stream: true }, { signal: controller.signal });
  let got = 0;
  for await (const chunk of stream) { if (++got === 2) controller.abort(); }
  print("aborted", got < 20);
  print(await failure(() => client.chat.completions.create({ model: "hangs", messages }, { timeout: 50, maxRetries: 0 })));
  print(await client.responses.create({ model: "m", input: "x" }).then((r) => r.output_text));
});
