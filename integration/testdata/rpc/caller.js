// Loads a Worker with the same modules, and lets each of the two ask the other.
import { WorkerEntrypoint } from "cloudflare:workers";
import { Api, handler } from "./api.js";
import { probe } from "./probe.js";
import api from "./api.txt";
import show from "./show.txt";
import probed from "./probe.txt";
export { Api };

const callee = `
import { WorkerEntrypoint } from "cloudflare:workers";
import { Api, handler } from "./api.js";
import { probe } from "./probe.js";
export { Api };
export class Asks extends WorkerEntrypoint { async ask() { return (await probe(this.env.PARENT, undefined, "up: ")).join("\\n"); } }
export default handler;
`;
export default {
  async fetch(request, env, ctx) {
    const flags = env.FLAGS?.split(",") ?? []; // of workerd
    const worker = env.LOADER.get("callee", () => ({ compatibilityDate: "2026-01-01", compatibilityFlags: ["nodejs_compat", ...flags], allowExperimental: flags.length > 0, mainModule: "callee.js",
      modules: { "callee.js": callee, "api.js": api, "show.js": show, "probe.js": probed }, env: { PARENT: ctx.exports.Api({ props: {} }) }, globalOutbound: null }));
    const which = new URL(request.url).searchParams.get("which");
    const lines = which === "up" ? await worker.getEntrypoint("Asks").ask() : (await probe(worker.getEntrypoint("Api"), worker.getEntrypoint(), "down: ")).join("\n");
    return new Response(lines + "\n");
  },
};
