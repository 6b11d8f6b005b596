// Watches a Worker, and says what its tails are told.
import { WorkerEntrypoint } from "cloudflare:workers";
import watched from "./watched.txt";

const seen = new Map(); // by the name of the question
const note = (name, text) => { if (!seen.has(name)) seen.set(name, []); seen.get(name).push(text); };

// show is a value with its classes; what is another each time is left out.
function show(v, key) {
  if (v === undefined) return "undefined";
  if (/^(timestamp|eventTimestamp)$/.test(key)) return typeof v === "number" && Math.abs(v - Date.now()) < 600000 ? "now" : `${v}`;
  if (/^(wallTime|cpuTime)$/.test(key)) return typeof v === "number" && v >= 0 && v % 1 === 0 ? "ms" : `${v}`;
  if (key === "stack") return v.split("\n")[0].replace(/:\d+\)?$/, "").replace(/at .*\(/, "at ");
  if (v === null || typeof v !== "object") return typeof v === "string" && v.length > 200 ? `${v.length} characters ${JSON.stringify(v.slice(0, 60))}` : JSON.stringify(v) ?? String(v);
  if (Array.isArray(v)) return v.length > 40 ? `${show(v[0])} … ${show(v.at(-1))}` : `[${v.map((x) => show(x)).join(", ")}]`;
  if (v instanceof Map) return `Map ${show([...v])}`;
  if (v instanceof Date) return `Date ${v.toISOString()}`;
  if (ArrayBuffer.isView(v)) return `${v.constructor.name} [${v}]`;
  return `${v.constructor?.name ?? "null"} {${Object.keys(v).sort().map((k) => `${k}: ${show(v[k], k)}`).join(", ")}}`;
}

export class Tail extends WorkerEntrypoint {
  tail(events) {
    const { name, how } = this.ctx.props;
    const [item] = events;
    if (how === "size") {
      const last = item.logs.at(-1);
      note(name, `truncated ${item.truncated} some ${item.logs.length > 5} bounded ${JSON.stringify(item.logs).length < 300000} ${last?.level} ${show(last?.message)} ${show(item.exceptions.map((e) => e.message))}`);
    } else if (how === "json") note(name, JSON.stringify(item).replace(/\d{13}/g, "0").replace(/("(?:wall|cpu)Time":)\d+/g, "$10"));
    else if (how === "whole") note(name, `${show(item.event.request)} ${show(item.event.request.getUnredacted())}`);
    else if (how === "shape") {
      const of = (o) => `${Object.prototype.toString.call(o)} ${Object.keys(o)} | ${Object.getOwnPropertyNames(Object.getPrototypeOf(o)).sort()} ${JSON.stringify(Object.getOwnPropertyDescriptor(o, "outcome"))}`;
      note(name, [of(item), of(item.event), of(item.event.request), of(item.event.response), of(item.logs[0]), item.logs === item.logs, typeof globalThis.TraceItem, Array.isArray(events)].join("; "));
      for (const f of [() => new item.constructor(), () => { item.event = 5; }, () => structuredClone(item), () => item.event.request.getUnredacted.call({})]) try { f(); note(name, "ok"); } catch (e) { note(name, `${e.name}`); }
    } else note(name, `${events.length} ${show(item)}`);
  }
}
export class Throws extends WorkerEntrypoint { tail() { throw new Error("of a tail"); } }
export class Never extends WorkerEntrypoint { tail() { note("never", "called"); return new Promise(() => {}); } }
export class None extends WorkerEntrypoint { other() {} }
export class Inner extends WorkerEntrypoint { fetch() { console.log("of the parent"); return new Response("inner"); } }
export const object = { tail(events, env, ctx) { note("a plain object", `${events.length} ${typeof env.LOADER} ${typeof ctx.waitUntil} ${JSON.stringify(events[0].event)}`); } };

export default {
  tail(events) { note("the default export", `${events.length} ${JSON.stringify(events[0].event)}`); },
  async fetch(request, env, ctx) {
    if (request.url.endsWith("?nothing")) return new Response("");
    const out = [];
    const code = (tails, more) => ({ compatibilityDate: "2026-01-01", compatibilityFlags: ["nodejs_compat"], mainModule: "watched.js", modules: { "watched.js": watched }, globalOutbound: null, tails, ...more });
    const load = (tails, more) => env.LOADER.load(code(tails, more));
    const tail = (name, how) => ctx.exports.Tail({ props: { name, how } });
    const get = (worker, path, init) => worker.getEntrypoint().fetch(`http://host/${path}`, { redirect: "manual", ...init });
    async function ask(name, question, n = 1) {
      let answer;
      try {
        const r = await question(name);
        answer = `OK ${r instanceof Response ? `${r.status} ${(await r.text()).length}` : show(r)}`;
      } catch (e) { answer = `${Object.prototype.toString.call(e)} ${e?.name} ${`${e?.message}`.slice(0, 200)}`; }
      for (let i = 0; i < 2000 && (seen.get(name)?.length ?? 0) < n; i++) await scheduler.wait(10);
      if (n === 0) await scheduler.wait(50);
      out.push(`${name}: ${answer}`, ...(seen.get(name) ?? []).toSorted().map((line) => `  ${line}`));
    }
    for (const act of ["log", "objects", "functions", "proxies", "levels", "others", "errors", "throws", "throws5", "throwsObject", "rejects", "timer", "waits", "stream", "outside", "channels", "noResponse", "created", "redirects"]) {
      await ask(act, (name) => get(load([tail(name)]), act));
    }
    for (const act of ["big", "many", "bigError"]) await ask(act, (name) => get(load([tail(name, "size")]), act));
    await ask("json", (name) => get(load([tail(name, "json")]), "log?q=1", { headers: { accept: "x", authorization: "y" } }));
    await ask("shape", (name) => get(load([tail(name, "shape")]), "log"), 5);
    await ask("cf", (name) => get(load([tail(name)]), "created", { cf: { colo: "XYZ" }, method: "POST", body: "text" }));
    await ask("headers", (name) => get(load([tail(name, "whole")]), "created", { headers: Object.fromEntries(["x-auth", "authority", "x-author", "cookie", "cookie2", "set-cookie", "x-cookie", "x-key", "monkey", "x-secret", "x-token", "x-jwt", "x-pass", "password", "session", "x-id", "X-Upper-Key", "accept"].map((n) => [n, "v"])) }));
    for (const [n, url] of ["0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcde", "0123-4567-89ab_cdef+0123456789abcdef", "AbCdEfGhIjKlMnOpQrS12", "AbCdEfGhIjKlMnOpQr12", "ABCDEFGHIJKLMNOPQRSTUVWXYZ12", "abcdefghijklmnopqrstuvwxyz12", "AbCdEfGhIjKlMnOp=QrSt12345", "a.0123456789abcdef0123456789ABCDEF?k=0123456789abcdef0123456789abcdef&x=1#0123456789abcdef0123456789abcdef", "ABcdefghijklmnopqrstuvwxyz1/23"].entries()) {
      await ask(`url ${n}`, (name) => get(load([tail(name, "whole")]), url));
    }
    await ask("named entrypoint", (name) => load([tail(name)]).getEntrypoint("Methods").fetch("http://host/x", { method: "PUT" }));
    await ask("object entrypoint", (name) => load([tail(name)]).getEntrypoint("object").fetch("http://host/x"));
    await ask("rpc", (name) => load([tail(name)]).getEntrypoint("Methods").add(1, 2));
    await ask("rpc throws", (name) => load([tail(name)]).getEntrypoint("Methods").bad());
    await ask("rpc late", (name) => load([tail(name)]).getEntrypoint("Methods").late());
    await ask("rpc missing", (name) => load([tail(name)]).getEntrypoint("Methods").nope());
    await ask("rpc property", (name) => load([tail(name)]).getEntrypoint("Methods").prop);
    await ask("rpc object", async (name) => { const o = await load([tail(name)]).getEntrypoint("Methods").object(); await o.m(); const r = await o.m(); o[Symbol.dispose](); return r; });
    await ask("no entrypoint", (name) => load([tail(name)]).getEntrypoint("Nope").fetch("http://host/"), 0);
    await ask("syntax error", async (name) => { try { await get(load([tail(name)], { modules: { "watched.js": "let = ;" } }), ""); } catch { return "failed"; } }, 0);
    await ask("throws at the top", async (name) => { try { await get(load([tail(name)], { modules: { "watched.js": "console.log('top'); throw new Error('top')" } }), ""); } catch { return "failed"; } }, 0);
    await ask("two tails", (name) => get(load([tail(name), tail(name)]), "log"), 2);
    await ask("after one that throws", (name) => get(load([ctx.exports.Throws({}), tail(name)]), "created"));
    await ask("after one that has none", (name) => get(load([ctx.exports.None({}), tail(name)]), "created"));
    await ask("never", async (name) => get(load([ctx.exports.Never({})]), "created"));
    await ask("by name, twice", async (name) => {
      const w = () => env.LOADER.get("by name", () => code([tail(name)]));
      await (await get(w(), "created")).text();
      return get(w(), "redirects");
    }, 2);
    await ask("a plain object", () => get(load([ctx.exports.object]), "created"));
    await ask("the default export", () => get(load([ctx.exports.default]), "created"));
    await ask("of both", (name) => get(load([tail(name)], { env: { INNER: ctx.exports.Inner({}) }, modules: { "watched.js": "export default { async fetch(r, env) { console.log('outer'); const x = await env.INNER.fetch(r); console.log('then'); return x; } }" } }), ""));
    for (const [n, tails] of Object.entries({ "{}": {}, "5": [5], "null": null, "undefined": undefined, "[null]": [null], "[undefined]": [undefined], "[{}]": [{}], "[]": [], "a Set": new Set([tail("x")]), "text": "abc", "a function": [() => 1], "a WorkerStub": [env.LOADER.load(code())] })) {
      await ask(`tails ${n}`, () => get(load(tails), "created"), 0);
    }
    await ask("tails dynamic", () => get(load([load().getEntrypoint()]), "created"), 0);
    await ask("tail() as a method", async (name) => { await ctx.exports.Tail({ props: { name, how: "none" } }).tail([{ a: 1 }]); return "called"; });
    return new Response(`${out.join("\n")}\n`);
  },
};
