import { generateText, streamText, generateObject, streamObject, tool, embed, cosineSimilarity, jsonSchema, stepCountIs, smoothStream, convertToModelMessages, createUIMessageStream, createUIMessageStreamResponse } from "ai";
import { MockLanguageModelV3, MockEmbeddingModelV3, simulateReadableStream } from "ai/test";
import { z } from "zod";
import { report, failure } from "../report.js";

const usage = { inputTokens: { total: 3, noCache: 3, cacheRead: 0, cacheWrite: 0 }, outputTokens: { total: 5, text: 5, reasoning: 0 } };
const finish = (unified) => ({ unified, raw: unified });
const said = (text) => ({ content: [{ type: "text", text }], finishReason: finish("stop"), usage, warnings: [] });
const streamed = (...deltas) => ({ stream: simulateReadableStream({ initialDelayInMs: 0, chunkDelayInMs: 1, chunks: [{ type: "stream-start", warnings: [] }, { type: "text-start", id: "1" }, ...deltas.map((delta) => ({ type: "text-delta", id: "1", delta })), { type: "text-end", id: "1" }, { type: "finish", finishReason: finish("stop"), usage }] }) });

export default report(async (print) => {
  const plain = await generateText({ model: new MockLanguageModelV3({ doGenerate: async () => said("Hello there") }), prompt: "hi", system: "be nice" });
  print(plain.text, plain.finishReason, plain.usage.totalTokens);
  let step = 0;
  const tools = { weather: tool({ description: "w", inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => ({ city, degrees: 21 }) }) };
  const withTools = await generateText({ tools, stopWhen: stepCountIs(3), prompt: "weather?", model: new MockLanguageModelV3({ doGenerate: async (o) => step++ ? said("It is 21 " + JSON.stringify(o.prompt.at(-1).content[0].output)) : { content: [{ type: "tool-call", toolCallId: "c1", toolName: "weather", input: '{"city":"Rome"}' }], finishReason: finish("tool-calls"), usage, warnings: [] } }) });
  print(withTools.text, withTools.steps.length, withTools.steps[0].toolResults.map((r) => [r.toolName, r.input, r.output]));
  const stream = streamText({ model: new MockLanguageModelV3({ doStream: async () => streamed("Hel", "lo, ", "streaming world") }), prompt: "x", experimental_transform: smoothStream({ delayInMs: 0 }) });
  const parts = [];
  for await (const part of stream.textStream) parts.push(part);
  print(parts, await stream.text, await stream.finishReason, (await stream.usage).outputTokens);
  const res = streamText({ model: new MockLanguageModelV3({ doStream: async () => streamed("a", "b") }), prompt: "x" }).toTextStreamResponse();
  print(res.status, res.headers.get("content-type"), await res.text());
  const ui = streamText({ model: new MockLanguageModelV3({ doStream: async () => streamed("a") }), prompt: "x" }).toUIMessageStreamResponse();
  print((await ui.text()).split("\n\n").filter(Boolean));
  const object = await generateObject({ schema: z.object({ name: z.string(), n: z.number() }), prompt: "x", model: new MockLanguageModelV3({ doGenerate: async () => said('{"name":"ada","n":3}') }) });
  print(object.object, await failure(() => generateObject({ schema: z.object({ n: z.number() }), prompt: "x", model: new MockLanguageModelV3({ doGenerate: async () => said('{"n":"no"}') }) })));
  const partial = streamObject({ schema: jsonSchema({ type: "object", properties: { list: { type: "array", items: { type: "number" } } } }), prompt: "x", model: new MockLanguageModelV3({ doStream: async () => streamed('{"list":', "[1,", "2]", "}") }) });
  const seen = [];
  for await (const p of partial.partialObjectStream) seen.push(p);
  print(seen, await partial.object);
  print((await embed({ model: new MockEmbeddingModelV3({ doEmbed: async () => ({ embeddings: [[1, 0, 1]], warnings: [], usage: { tokens: 2 } }) }), value: "x" })).embedding, cosineSimilarity([1, 0], [1, 1]));
  print(await convertToModelMessages([{ role: "user", parts: [{ type: "text", text: "hey" }] }]));
  const own = createUIMessageStreamResponse({ stream: createUIMessageStream({ execute: ({ writer }) => { writer.write({ type: "data-x", data: { a: 1 } }); } }) });
  print((await own.text()).split("\n\n").filter(Boolean));
  print(await failure(() => generateText({ maxRetries: 0, prompt: "x", model: new MockLanguageModelV3({ doGenerate: async () => { throw new Error("model down"); } }) })));
});
