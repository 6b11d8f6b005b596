// Loads a Worker with the same modules, and lets each of the two ask the other.
import { WorkerEntrypoint } from "cloudflare:workers";
import { Api, handler } from "./api.js";
import { probe, ask } from "./probe.js";
import { More } from "./moreapi.js";
import { more } from "./more.js";
import { Further } from "./furtherapi.js";
import { further } from "./further.js";
import { shapes } from "./shapes.js";
import api from "./api.txt";
import show from "./show.txt";
import probed from "./probe.txt";
import moreapi from "./moreapi.txt";
import mored from "./more.txt";
import furtherapi from "./furtherapi.txt";
import furthered from "./further.txt";
export { Api, More, Further };

const callee = `
import { WorkerEntrypoint } from "cloudflare:workers";
import { Api, handler } from "./api.js";
import { probe, ask } from "./probe.js";
import { More } from "./moreapi.js";
import { more } from "./more.js";
import { Further } from "./furtherapi.js";
import { further } from "./further.js";
export { Api, More, Further };
export class Asks extends WorkerEntrypoint {
  async ask() { return (await probe(this.env.PARENT, undefined, "up: ")).join("\\n"); }
  async more() { return (await ask("more up: ", (t) => more(this.env.MORE, t))).join("\\n"); }
  async further() { return (await ask("further up: ", (t) => further(this.env.FURTHER, t))).join("\\n"); }
}
export default handler;
`;
export default {
  async fetch(request, env, ctx) {
    const flags = env.FLAGS?.split(",") ?? []; // of workerd
    const code = (modules, more) => ({ compatibilityDate: "2026-01-01", compatibilityFlags: ["nodejs_compat", ...flags], allowExperimental: flags.length > 0, mainModule: "callee.js", modules, globalOutbound: null, ...more });
    const worker = env.LOADER.get("callee", () => code({ "callee.js": callee, "api.js": api, "show.js": show, "probe.js": probed, "moreapi.js": moreapi, "more.js": mored, "furtherapi.js": furtherapi, "further.js": furthered },
      { env: { PARENT: ctx.exports.Api({ props: {} }), MORE: ctx.exports.More({ props: {} }), FURTHER: ctx.exports.Further({ props: {} }) } }));
    const load = (source, more) => env.LOADER.load(code({ "callee.js": source }, more));
    const lines = {
      down: () => probe(worker.getEntrypoint("Api"), worker.getEntrypoint(), "down: "),
      up: () => worker.getEntrypoint("Asks").ask(),
      "more-down": () => ask("more down: ", (t) => more(worker.getEntrypoint("More"), t)),
      "more-up": () => worker.getEntrypoint("Asks").more(),
      "further-down": () => ask("further down: ", (t) => further(worker.getEntrypoint("Further"), t)),
      "further-up": () => worker.getEntrypoint("Asks").further(),
      shapes: () => ask("shapes: ", (t) => shapes(load, ctx, t)),
    };
    const told = await lines[new URL(request.url).searchParams.get("which")]();
    return new Response([told].flat().join("\n") + "\n");
  },
};
