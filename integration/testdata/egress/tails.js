// The documentation's example of `tails`: https://developers.cloudflare.com/dynamic-workers/api-reference/#tails
import { WorkerEntrypoint } from "cloudflare:workers";

export default {
  async fetch(request, env, ctx) {
    let worker = env.LOADER.get("alice", () => {
      return {
        // Send logs, errors, etc. to `LogTailer`. We pass `name` in the
        // `ctx.props` so that `LogTailer` knows what generated the logs.
        // (You can pass anything you want in `props`.)
        tails: [ctx.exports.LogTailer({ props: { name: "alice" } })],

        // ... code ...
        compatibilityDate: "2026-05-08",
        mainModule: "index.js",
        modules: { "index.js": "export default { fetch() { console.log('to be submitted', { a: 1 }); return new Response('watched'); } }" },
      };
    });

    return worker.getEntrypoint().fetch(request);
  },
};

export class LogTailer extends WorkerEntrypoint {
  async tail(events) {
    let name = this.ctx.props.name;

    // Send the logs off to our log endpoint, specifying the worker name in
    // the URL.
    //
    // Note that `events` will always be an array of size 1 in this scenario,
    // describing the event delivered to the dynamically-loaded Worker.
    await fetch(`https://example.com/submit-logs/${name}`, {
      method: "POST",
      body: JSON.stringify(events),
    });
  }
}
