// Loads the program, whose requests reach the API by way of an entrypoint.
import { WorkerEntrypoint } from "cloudflare:workers";
import program from "./program.txt";
import server from "./server.js";

export class Gateway extends WorkerEntrypoint {
  fetch(request) { return server.fetch(request); }
}

export default {
  fetch(request, env, ctx) {
    const worker = env.LOADER.load({
      compatibilityDate: "2026-01-01", mainModule: "bundle.js", modules: { "bundle.js": program },
      env: { OPENAI: "https://api.example" }, globalOutbound: ctx.exports.Gateway({ props: {} }),
    });
    return worker.getEntrypoint().fetch(request);
  },
};
