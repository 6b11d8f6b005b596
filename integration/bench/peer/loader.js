// The loader Worker that the peer runs: one route for each figure.
const HELLO = 'export default { fetch() { return new Response("hello"); } }';
const padding = new Map();
let serial = 0;

// padded is a module of about kb KiB that is made of small functions.
function padded(kb) {
  if (!padding.has(kb)) {
    const lines = [];
    for (let size = 0; size < kb * 1024; size += lines.at(-1).length + 1) {
      lines.push(`export function f${lines.length}(a, b) { return (a + ${lines.length}) * b - "x".length; }`);
    }
    padding.set(kb, lines.join("\n"));
  }
  return padding.get(kb);
}

const code = (source) => ({
  compatibilityDate: "2026-01-01",
  mainModule: "index.js",
  modules: { "index.js": source },
  globalOutbound: null,
});

export default {
  fetch(request, env) {
    const url = new URL(request.url);
    const kb = Number(url.searchParams.get("kb"));
    switch (url.pathname) {
      case "/plain":
        return new Response("hello");
      case "/cold":
        return env.LOADER.load(code(`${padded(kb)}\n// ${serial++}\n${HELLO}`)).getEntrypoint().fetch(request);
      case "/warm":
        return env.LOADER.get(url.searchParams.get("id"), () => code(HELLO)).getEntrypoint().fetch(request);
    }
    return new Response("no such route", { status: 404 });
  },
};
