// An API that speaks as OpenAI's does, as much of it as program.js asks for. The model's name says what it does.
const json = (value, status = 200) => Response.json(value, { status, headers: { "x-request-id": "req_1", "x-server": "local" } });
const failed = (status, message, code = null) => json({ error: { message, type: "invalid_request_error", param: null, code } }, status);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const completion = (message, finish = "stop") => json({
  id: "chatcmpl-1", object: "chat.completion", created: 1700000000, model: "m",
  choices: [{ index: 0, message: { role: "assistant", refusal: null, content: null, ...message }, finish_reason: finish, logprobs: null }],
  usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 },
});

// Events, cut where no event ends.
function events(list, wait) {
  const text = list.map((e) => `data: ${typeof e === "string" ? e : JSON.stringify(e)}\n\n`).join("");
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const body = new ReadableStream({
    async pull(controller) {
      await pause(wait);
      const end = Math.min(at + 57, bytes.length);
      controller.enqueue(bytes.slice(at, end));
      if ((at = end) === bytes.length) controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

const chunk = (delta, finish_reason = null) => ({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1700000000, model: "m", choices: [{ index: 0, delta, finish_reason, logprobs: null }] });

let flaky = 0;

async function complete({ model, messages, stream, tools }, request) {
  switch (model) {
    case "missing": return failed(404, "The model `missing` does not exist", "model_not_found");
    case "limited": return failed(429, "Rate limit reached", "rate_limit_exceeded");
    case "broken": return new Response("<html>bad gateway</html>", { status: 502, headers: { "retry-after-ms": "1" } });
    case "hangs": await pause(3000); return completion({ content: "too late" });
    case "flaky": return flaky++ ? completion({ content: "second attempt" }) : new Response("busy", { status: 503, headers: { "retry-after-ms": "1" } });
    case "json": return completion({ content: '{"answer":42}' });
    case "tools": {
      const last = messages.at(-1);
      if (last.role === "tool") return completion({ content: `the sum is ${last.content}` });
      return completion({ tool_calls: [{ id: "call_1", type: "function", function: { name: tools[0].function.name, arguments: '{"a":2,"b":3}' } }] }, "tool_calls");
    }
  }
  if (!stream) return completion({ content: `You said: ${messages[0].content} (${request.headers.get("authorization")})` });
  const words = ["Hel", "lo", " – ", "wörld", " 🎉"];
  if (model === "slow") words.push(...Array.from({ length: 50 }, (_, i) => String(i)));
  return events([chunk({ role: "assistant", content: "" }), ...words.map((content) => chunk({ content })), chunk({}, "stop"), "[DONE]"], model === "slow" ? 20 : 1);
}

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case "POST /v1/chat/completions": return complete(await request.json(), request);
      case "GET /v1/models": return json({ object: "list", data: [{ id: "m", object: "model" }, { id: "n", object: "model" }] });
      case "GET /v1/files": {
        const first = searchParams.get("after") === null;
        return json({ object: "list", has_more: first, data: (first ? ["f1", "f2"] : ["f3"]).map((id) => ({ id, object: "file" })) });
      }
      case "POST /v1/files": {
        const form = await request.formData(), file = form.get("file");
        return json({ id: "f9", purpose: form.get("purpose"), filename: file.name, bytes: file.size, type: file.type, text: await file.text() });
      }
      case "POST /v1/embeddings": {
        const floats = new Float32Array([0.25, -1.5, 3]);
        return json({ object: "list", data: [{ object: "embedding", index: 0, embedding: btoa(String.fromCharCode(...new Uint8Array(floats.buffer))) }] });
      }
      case "POST /v1/responses": return json({ id: "r", object: "response", status: "completed", output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "from responses", annotations: [] }] }] });
    }
    return failed(404, `nothing at ${pathname}`);
  },
};
