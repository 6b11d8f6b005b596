// What asks a server of node:http: over the network in Node.js, by its handler in a Worker.
const inWorker = globalThis.navigator?.userAgent === "Cloudflare-Workers";

// answering starts a server, listen(done) → the server, and returns what fetches a path of it.
export async function answering(listen) {
  const server = await new Promise((resolve) => { const s = listen(() => resolve(s)); });
  const { port } = server.address();
  if (!inWorker) return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
  const { httpServerHandler } = await import("cloudflare:node");
  const handler = httpServerHandler({ port });
  return (path, init) => handler.fetch(new Request(`http://127.0.0.1:${port}${path}`, init));
}

const own = ["date", "connection", "keep-alive", "transfer-encoding", "content-length"];

// line is a response: status, headers and body.
export async function line(response) {
  const headers = [...response.headers].filter(([name]) => !own.includes(name)).map(([name, value]) => `${name}: ${value}`);
  return `${response.status} ${response.statusText} [${headers.join(" | ")}] ${(await response.text()).slice(0, 300)}`;
}
