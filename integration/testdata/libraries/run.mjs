// What a program prints under Node.js: `node run.mjs programs/NAME.js`, or `node run.mjs openai/program.js openai/server.js` with
// what answers its requests.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

process.env.TZ = "UTC";
process.env.NODE_ENV = "production"; // as in a bundle
const load = async (file) => (await import(pathToFileURL(resolve(file)))).default;
const [program, server] = process.argv.slice(2);
if (server) {
  const { fetch } = await load(server);
  globalThis.fetch = async (url, { signal = url.signal, ...init } = {}) => {
    const aborted = new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const response = await Promise.race([fetch(new Request(url, init)), aborted]);
    return new Response(response.body?.pipeThrough(new TransformStream(), { signal: signal ?? undefined }), response);
  };
}
const { fetch } = await load(program);
const response = await fetch(new Request("http://localhost/"), { OPENAI: "https://api.example" }, { waitUntil() {} });
process.stdout.write(await response.text(), () => process.exit());
