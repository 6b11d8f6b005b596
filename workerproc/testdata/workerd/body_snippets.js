const tryit = async (f) => { try { return await f(); } catch (e) { return `${e.name}: ${e.message}`; } };
const all = (...fs) => Promise.all(fs.map(tryit));
const bom = new Uint8Array([0xef, 0xbb, 0xbf, 0x78]);
const s = (...chunks) => new ReadableStream({ start(c) { for (const x of chunks) c.enqueue(x); c.close(); } });
export default {
  bom: async () => [(await new Response(bom).text()).length, (await new Response(s(bom)).text()).length, (await new Blob([bom]).text()).length, (await new Request("http://a/", { method: "POST", body: bom }).text()).length, new TextDecoder().decode(bom).length, await tryit(() => new Response(s(bom.slice(0, 3), new Uint8Array([0x31]))).json()).then((v) => typeof v)],
  invalid: async () => [await new Response(new Uint8Array([0x61, 0xff])).text(), await new Blob([new Uint8Array([0x61, 0xff])]).text()],
  charset: async () => [await new Response(new Uint8Array([0xe9]), { headers: { "content-type": "text/plain; charset=latin1" } }).text()],
  used: async () => { const r = new Response(s(bom)); const before = r.bodyUsed; const p = r.text(); const during = r.bodyUsed; await p; return [before, during, r.bodyUsed, r.body.locked, new Response(null).bodyUsed]; },
  "null body": async () => [await new Response(null).text(), (await new Response(null).arrayBuffer()).byteLength, await tryit(() => new Response(null).json()), (await new Response(null).blob()).size, (await new Response(null).bytes()).length],
  "stream errors": () => all(() => new Response(new ReadableStream({ pull() { throw new RangeError("p"); } })).text(), () => new Response(new ReadableStream({ start(c) { c.error("e"); } })).text().catch((e) => ["thrown", e])),
  "clone of stream": async () => { const r = new Response(s(bom)); const c = r.clone(); const [x, y] = await Promise.all([r.bytes(), c.bytes()]); return [x, y, r.bodyUsed]; },
  "clone half read": async () => { const r = new Response(s(bom, bom)); const reader = r.body.getReader(); await reader.read(); reader.releaseLock(); return all(() => r.clone(), () => r.text()); },
  "request body stream": async () => { const r = new Request("http://a/", { method: "POST", body: s(bom), duplex: "half" }); return [r.body instanceof ReadableStream, (await r.bytes()).length, [...r.headers]]; },
  "request from used": async () => { const a = new Request("http://a/", { method: "POST", body: "x" }); await a.text(); return all(() => new Request(a), () => new Request(a, { body: "y" }).text(), () => a.clone()); },
  "response init from": async () => { const a = new Response("x", { status: 201, headers: { a: "b" } }); return [new Response(null, a).status, new Response("y", { ...a }).status, await new Response("z", a).text()]; },
  "content types": () => ["a", new Blob(["x"]), new Blob(["x"], { type: "t/x" }), new URLSearchParams(), new Uint8Array(1), s()].map((b) => new Response(b, {}).headers.get("content-type")),
  "content type given": () => [new Response("x", { headers: { "Content-Type": "a/b" } }).headers.get("content-type"), new Request("http://a/", { method: "POST", body: new URLSearchParams("a=b"), headers: { "content-type": "x/y" } }).headers.get("content-type")],
  "body property": () => { const r = new Response("x"); return [r.body === r.body, r.body.locked, new Response(null).body, new Request("http://a/").body]; },
  "async iterate body": async () => { let n = 0; for await (const c of new Response("abc").body) n += c.length; return n; },
  "byob body": async () => { const r = new Response("abc").body.getReader({ mode: "byob" }); return [(await r.read(new Uint8Array(2))).value, (await r.read(new Uint8Array(2))).value]; },
  "signal": () => { const r = new Request("http://a/"); const ac = new AbortController(); const q = new Request("http://a/", { signal: ac.signal }); const before = q.signal.aborted; ac.abort("x"); return [r.signal.aborted, before, q.signal.aborted, q.signal.reason, q.signal === ac.signal, new Request(q).signal.aborted]; },
  "cf": () => [new Request("http://a/", { cf: { a: 1 } }).cf, new Request(new Request("http://a/", { cf: { a: 1 } })).cf, new Response(null, { cf: { b: 2 } }).cf],
};
