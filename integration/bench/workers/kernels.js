// What Workers spend their time on besides their own code: one route for each figure. Inputs are made on the first call.
const kept = new Map();
function once(name, make) {
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name);
}

const text = (size) => {
  const rows = [];
  for (let i = 0, length = 0; length < size; i++) {
    rows.push(`${i},user${(i * 7919) % 10007},${(i * 31) % 997},some text of the row\n`);
    length += rows.at(-1).length;
  }
  return rows.join("").slice(0, size);
};
const objects = () => {
  const list = [];
  for (let i = 0; i < 52000; i++) list.push({ id: i, name: `user${i}`, tags: ["a", "b", "c"], score: i * 1.5, nested: { ok: true, none: null } });
  return JSON.stringify(list); // 5 MB
};
async function drain(stream) {
  let bytes = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return bytes;
    bytes += value.byteLength;
  }
}
function rows(n) {
  let s = "";
  for (let i = 0; i < n; i++) s += "row " + i + ",value,xyz\n";
  return s.length;
}

const kernels = {
  async sha256() {
    return (await crypto.subtle.digest("SHA-256", once("bytes", () => new Uint8Array(10 << 20)))).byteLength;
  },
  async gzip() {
    const bytes = once("text", () => new TextEncoder().encode(text(10 << 20)));
    return drain(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip")));
  },
  json() {
    return JSON.stringify(JSON.parse(once("json", objects))).length;
  },
  urls() { // 1,000
    let length = 0;
    for (let i = 0; i < 1000; i++) {
      const url = new URL(`https://user@example${i}.com:8443/a/b/../c%20d?x=${i}&y=z#part`);
      length += url.href.length + url.hostname.length + url.searchParams.get("x").length;
    }
    return length;
  },
  headers() { // 1,000 round trips
    let length = 0;
    for (let i = 0; i < 1000; i++) {
      const headers = new Headers({ "Content-Type": "text/html", "X-Number": `${i}`, "Cache-Control": "no-store" });
      headers.append("Vary", "Accept");
      headers.set("x-number", `${i + 1}`);
      for (const [name, value] of new Headers(headers)) length += name.length + value.length;
    }
    return length;
  },
  async stream() { // 100 MB in pieces of 64 KiB
    const piece = new Uint8Array(64 << 10);
    let left = 1600;
    const source = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(piece);
        else controller.close();
      },
    });
    return drain(source.pipeThrough(new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk); } })));
  },
  rows20k: () => rows(20000),
  rows100k: () => rows(100000),
};

// Transfers: down reads all that comes from a URL, up sends it that many MiB.
const transfers = {
  async down(url) {
    let n = 0;
    for await (const chunk of (await fetch(url)).body) n += chunk.length;
    return n;
  },
  async up(url, mib) {
    const piece = new Uint8Array(256 << 10);
    let left = mib * 4;
    const body = new ReadableStream({
      type: "bytes",
      pull(controller) {
        if (left-- > 0) controller.enqueue(piece.slice());
        else controller.close();
      },
    });
    return (await fetch(url, { method: "POST", body })).text();
  },
};

export default {
  async fetch(request) {
    const q = new URL(request.url).searchParams;
    if (q.has("to")) return new Response(String(await transfers[q.get("t")](q.get("to"), Number(q.get("mib")))));
    return new Response(String(await kernels[new URL(request.url).searchParams.get("k")]()));
  },
};
