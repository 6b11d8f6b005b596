// The documentation's examples of observability, as they stand there; WORKER_SOURCE is what they leave out.
// https://developers.cloudflare.com/dynamic-workers/usage/observability/
import { WorkerEntrypoint } from "cloudflare:workers";

const WORKER_MAIN = "index.js";
const WORKER_SOURCE = "export default { fetch(request) { console.log('seen by the tail', request.method); console.warn({ a: [1] }); return new Response('observed'); } }";

export class DynamicWorkerTail extends WorkerEntrypoint {
  async tail(events) {
    for (const event of events) {
      for (const log of event.logs) {
        console.log({
          source: "dynamic-worker-tail",
          workerId: this.ctx.props.workerId,
          level: log.level,
          message: log.message,
        });
      }
    }
  }
}

export default {
  fetch(request, env, ctx) {
    const workerId = new URL(request.url).pathname.slice(1);
    const worker = env.LOADER.get(workerId, () => ({
      mainModule: WORKER_MAIN,
      modules: {
        [WORKER_MAIN]: WORKER_SOURCE,
      },
      tails: [
        ctx.exports.DynamicWorkerTail({
          props: { workerId },
        }),
      ],
    }));

    return worker.getEntrypoint().fetch(request);
  },
};
