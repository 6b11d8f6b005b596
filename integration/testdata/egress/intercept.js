import { WorkerEntrypoint } from "cloudflare:workers";

// HttpGateway in the documentation, as in the other example, which is in the same app here.
export class PlainGateway extends WorkerEntrypoint {
  async fetch(request) {
    // Every outbound fetch() from the dynamic Worker arrives here.
    // Inspect, modify, block, or forward the request.
    return fetch(request);
  }
}

const code = `
  export default {
    async fetch() {
      const answers = [];
      for (const url of ["https://api.example.com/plain", "https://other.example.com/"]) {
        try { answers.push(await (await fetch(url, { method: "POST", body: "a body", headers: { "x-from": "the dynamic Worker" } })).text()); }
        catch (e) { answers.push(e.name); }
      }
      return new Response(answers.join("; "));
    },
  };`;

export default {
  async fetch(request, env, ctx) {
    const worker = env.LOADER.get("my-worker", async () => {
      return {
        compatibilityDate: "$today",
        mainModule: "index.js",
        modules: { "index.js": code },

        // Pass the gateway as a service binding.
        // The dynamic Worker's fetch() and connect() calls
        // are routed through HttpGateway instead of going
        // to the network directly.
        globalOutbound: ctx.exports.PlainGateway(),
      };
    });

    return worker.getEntrypoint().fetch(request);
  },
};
