// compatibility_date: 2026-11-17
// What the newest dates change.
const t = async (f) => { try { return await f(); } catch (e) { return `${e?.name}: ${e?.message ?? e}`; } };
const b = (x) => t(async () => { const r = new Response(x); return [r.headers.get("content-type"), r.body?.constructor.name, await r.text()]; });
const u = (s) => new TextEncoder().encode(s);
export default {
  strings: () => b(["a", "b"]), bytes: () => b([u("a"), u("b")]), empty: () => b([]), numbers: () => b([1]), set: () => b(new Set([u("x")])), map: () => b(new Map()), gen: () => b((function* () { yield u("g"); yield "h"; })()), agen: () => b((async function* () { yield u("g"); await 1; yield "h"; })()),
  throws: () => b((async function* () { yield u("g"); throw new Error("mine"); })()), string: () => b(new String("so")), both: () => b({ toString: () => "t", [Symbol.iterator]: function* () { yield u("i"); } }), custom: () => b({ [Symbol.asyncIterator]: async function* () { yield u("c"); } }), headers: () => b(new Headers({ a: "b" })), request: () => t(() => new Request("http://h", { method: "POST", body: [u("r")] }).text()), date: () => b(new Date(0)), buffers: () => b([u("a").buffer]), ownString: () => b(Object.assign([u("q")], { toString: () => "own" })),
  text: async () => [(await new Response("\ufeffx").text()).length, (await new Response(new Uint8Array([0xef, 0xbb, 0xbf, 65])).text()).length, (await new Response("\ufeff\ufeffx").text()).length, (await new Blob(["\ufeffx"]).text()).length],
  json: () => new Response("\ufeff1").json(),
  reload: () => { try { return new Request("http://h/", { cache: "reload" }).cache; } catch (e) { return e.message; } },
};
