// compatibility_date: 2021-11-02
// What a Worker of an old date has, and has not.
const tryit = async (f) => { try { return await f(); } catch (e) { return `${e.name}: ${e.message}`; } };
const all = (...fs) => Promise.all(fs.map(tryit));
const sync = (f) => { try { const v = f(); v?.catch?.(() => {}); return v instanceof Promise ? "a promise" : "a value"; } catch (e) { return `throws ${e.name}: ${e.message}`; } };
export default {
  globals: () => ["navigator", "Navigator", "MessageChannel", "MessagePort", "ReadableStream", "URLPattern", "WeakRef", "FinalizationRegistry", "importScripts", "Cloudflare", "structuredClone", "scheduler", "crypto", "CompressionStream", "TextEncoderStream"].map((n) => `${n} ${typeof globalThis[n]}`),
  streams: () => all(() => new ReadableStream() && "ok", () => new WritableStream() && "ok", () => new ReadableStream({ start() {} }) && "ok", () => new TransformStream() instanceof IdentityTransformStream, () => Object.prototype.toString.call(new TransformStream())),
  transform: async () => { const { readable, writable } = new TransformStream(); const w = writable.getWriter(); const p = w.write(new TextEncoder().encode("x")).then(() => w.close()); const t = await new Response(readable).text(); await p; return t; },
  "transform ignored": () => tryit(async () => { const { readable, writable } = new TransformStream({ transform(x, c) { c.enqueue("no"); } }); const w = writable.getWriter(); const p = w.write(new TextEncoder().encode("x")).then(() => w.close()); const t = await new Response(readable).text(); await p; return t; }),
  form: async () => { const f = await new Response('--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\nx\r\n--b--', { headers: { "content-type": "multipart/form-data; boundary=b" } }).formData(); return f.get("a"); },
  params: () => { const p = new URLSearchParams("a=1&a=2"); const had = p.has("a", "9"); p.delete("a", "1"); return [had, `${p}`]; },
  headers: () => [typeof Headers.prototype.getSetCookie, [...new Headers([["set-cookie", "a"], ["set-cookie", "b"]])]],
  methods: () => all(() => new Request("http://a/", { method: "patch" }).method, () => new Request("http://a/", { method: "post" }).method, () => new Request("http://a/", { method: "PATCH" }).method),
  "request cache": () => all(() => new Request("http://a/", { cache: "no-store" }).cache),
  capture: () => [sync(() => new Response("{").json()), sync(() => fetch("/x")), sync(() => crypto.subtle.digest("nope", new Uint8Array(1)))],
  url: () => all(() => new URL("http://a b/"), () => new URL("HTTP://EXAMPLE.com/%7Ex").href, () => new URL("http://a/?q=a|b").href),
  blob: async () => (await new Response("x", { headers: { "content-type": "Text/Plain; Charset=A" } }).blob()).type,
  redirect: () => all(() => Response.redirect("/x")),
};
