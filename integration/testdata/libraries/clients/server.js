// What the program of this directory asks for.
const failures = new Map();
const answer = (value, init) => Response.json(value, { ...init, headers: { "x-server": "clients" } });

export default {
  async fetch(request) {
    const url = new URL(request.url);
    const what = url.pathname.slice(url.pathname.lastIndexOf("/"));
    switch (what) {
      case "/json": return answer({ url: what + url.search, client: request.headers.get("x-client") });
      case "/echo": return answer({ method: request.method, type: request.headers.get("content-type"), body: await request.text() });
      case "/flaky": {
        const n = failures.get(url.search) ?? 0;
        failures.set(url.search, n + 1);
        return n === 0 ? new Response("busy", { status: 503 }) : new Response("second attempt");
      }
      case "/teapot": return answer({ short: "stout" }, { status: 418, statusText: "I'm a teapot" });
      case "/slow": await new Promise((done) => setTimeout(done, 3000)); return new Response("late");
      case "/bytes": return new Response(new Uint8Array(100_000), { headers: { "content-type": "application/x-zeros", "x-server": "clients" } });
      case "/sse": {
        let n = 0;
        return new Response(new ReadableStream({
          async pull(controller) {
            await new Promise((done) => setTimeout(done, 1));
            if (n === 30) controller.close();
            else controller.enqueue(new TextEncoder().encode(`event: tick\ndata: ${n++}\n\n`));
          },
        }), { headers: { "content-type": "text/event-stream" } });
      }
    }
    return answer({ missing: what }, { status: 404 });
  },
};
