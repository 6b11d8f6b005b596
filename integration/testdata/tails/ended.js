// Workers that are ended before they answer, and what is told of them; and a tail that is told after the run's answer.
import { WorkerEntrypoint } from "cloudflare:workers";

let told;
const telling = new Promise((resolve) => { told = resolve; });
export class Tail extends WorkerEntrypoint {
  tail([item]) { told(`${item.outcome} ${item.event?.request?.url} ${item.logs.map((l) => l.message)} ${item.exceptions.map((e) => e.message)}`); }
}
export class After extends WorkerEntrypoint {
  async tail() { await scheduler.wait(1); throw new Error("after the answer"); }
}
const sources = {
  loop: "export default { fetch() { console.log('begins'); for (;;); } }",
  memory: "export default { fetch() { const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1)); } }",
  ok: "export default { fetch(r, env, ctx) { ctx.waitUntil(scheduler.wait(20)); return new Response('answered'); } }",
};
export default {
  async fetch(request, env, ctx) {
    const which = new URL(request.url).pathname.slice(1);
    const tail = which === "ok" ? ctx.exports.After({ props: {} }) : ctx.exports.Tail({ props: {} });
    const worker = env.LOADER.load({ compatibilityDate: "2026-01-01", mainModule: "m.js", modules: { "m.js": sources[which] }, tails: [tail],
      limits: which === "loop" ? { cpuMs: 100 } : undefined });
    let answer;
    try { answer = await (await worker.getEntrypoint().fetch("http://host/x")).text(); } catch (e) { answer = `${e.message}`; }
    if (which === "ok") return new Response(answer);
    const alive = setInterval(() => {}, 5); // else nothing of this request's is to come
    try { return new Response(`${answer} | ${await telling}`); } finally { clearInterval(alive); }
  },
};
