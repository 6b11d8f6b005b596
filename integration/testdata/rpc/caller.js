// Loads a Worker with the same modules, and lets each of the two ask the other.
import { WorkerEntrypoint } from "cloudflare:workers";
import { Api, handler } from "./api.js";
import { probe, ask } from "./probe.js";
import { More } from "./moreapi.js";
import { more } from "./more.js";
import { shapes } from "./shapes.js";
import api from "./api.txt";
import show from "./show.txt";
import probed from "./probe.txt";
import moreapi from "./moreapi.txt";
import mored from "./more.txt";
export { Api, More };

const callee = `
import { WorkerEntrypoint } from "cloudflare:workers";
import { Api, handler } from "./api.js";
import { probe, ask } from "./probe.js";
import { More } from "./moreapi.js";
import { more } from "./more.js";
export { Api, More };
export class Asks extends WorkerEntrypoint {
  async ask() { return (await probe(this.env.PARENT, undefined, "up: ")).join("\\n"); }
  async more() { return (await ask("more up: ", (t) => more(this.env.MORE, t))).join("\\n"); }
}
export default handler;
`;
export default {
  async fetch(request, env, ctx) {
    const flags = env.FLAGS?.split(",") ?? []; // of workerd
    const code = (modules, more) => ({ compatibilityDate: "2026-01-01", compatibilityFlags: ["nodejs_compat", ...flags], allowExperimental: flags.length > 0, mainModule: "callee.js", modules, globalOutbound: null, ...more });
    const worker = env.LOADER.get("callee", () => code({ "callee.js": callee, "api.js": api, "show.js": show, "probe.js": probed, "moreapi.js": moreapi, "more.js": mored },
      { env: { PARENT: ctx.exports.Api({ props: {} }), MORE: ctx.exports.More({ props: {} }) } }));
    const load = (source, more) => env.LOADER.load(code({ "callee.js": source }, more));
    const lines = {
      down: () => probe(worker.getEntrypoint("Api"), worker.getEntrypoint(), "down: "),
      up: () => worker.getEntrypoint("Asks").ask(),
      "more-down": () => ask("more down: ", (t) => more(worker.getEntrypoint("More"), t)),
      "more-up": () => worker.getEntrypoint("Asks").more(),
      shapes: () => ask("shapes: ", (t) => shapes(load, ctx, t)),
    };
    const told = await lines[new URL(request.url).searchParams.get("which")]();
    return new Response([told].flat().join("\n") + "\n");
  },
};
