import { createContext, createElement as h, Fragment, lazy, memo, Suspense, use, useActionState, useContext, useId, useMemo, useReducer, useState, useSyncExternalStore, StrictMode } from "react";
import { renderToReadableStream, renderToString, renderToStaticMarkup, version } from "react-dom/server.edge";
import { prerender } from "react-dom/static.edge";
import { preload, preconnect } from "react-dom";
import { report, failure } from "../report.js";

const Theme = createContext("light");
function Item({ children, ...rest }) {
  const theme = useContext(Theme), [n] = useState(() => 3), [r] = useReducer((s) => s, 5);
  const store = useSyncExternalStore(() => () => {}, () => 1, () => 2);
  return h("li", { className: theme, ...rest }, children, useMemo(() => n * r + store, []));
}
const Memo = memo(({ a }) => h("b", null, a));
const later = (value, ms) => new Promise((done) => setTimeout(done, ms, value));
const text = async (stream) => await new Response(stream).text();
const app = () => h("div", { className: "a", style: { color: "red", fontSize: 12, "--x": 1, lineHeight: 1.5 }, "data-x": '"q" & <', hidden: true, disabled: false, onClick() {}, "aria-hidden": false },
  h(Theme, { value: "dark" }, [1, null, false, "two", 3n].map((x, i) => h(Item, { key: i, title: "t" }, x))),
  h("br"), h(Memo, { a: "<i>" }), h("input", { defaultValue: "v", defaultChecked: true, readOnly: true }), h("p", { dangerouslySetInnerHTML: { __html: "<u>raw</u>" } }),
  h("select", { defaultValue: "b" }, h("option", { value: "a" }, "A"), h("option", { value: "b" }, "B")), h("textarea", { defaultValue: "te<xt" }), h("svg", { viewBox: "0 0 1 1" }, h("path", { strokeWidth: 2 })), h("my-el", { someProp: "1" }),
  h(Fragment, null, "a", "b"), h(StrictMode, null, h("i", null, useIdText)));
const useIdText = "x";

export default report(async (print) => {
  print(version);
  print(renderToStaticMarkup(app()));
  print(renderToString(app()));
  const Late = lazy(async () => ({ default: ({ n }) => h("em", null, "late ", n) }));
  let arrive;
  const slow = new Promise((done) => { arrive = done; });
  const Data = () => h("s", null, use(slow));
  const Id = () => h("u", { id: useId() });
  const Form = () => { const [s] = useActionState((p) => p, "init"); return h("form", null, s); };
  const page = h("html", { lang: "en" }, h("head", null, h("title", null, "T")), h("body", null, h(Id), h(Form), h(Suspense, { fallback: "wait 1" }, h(Data), h(Suspense, { fallback: "wait 2" }, h(Late, { n: 1 })))));
  const stream = await renderToReadableStream(page, { bootstrapScriptContent: "boot()", bootstrapModules: ["/m.js"], nonce: "n0", identifierPrefix: "p-" });
  const parts = [];
  for await (const part of stream) {
    parts.push(new TextDecoder().decode(part));
    arrive("slow data"); // once the shell has left
  }
  const html = parts.join("");
  print(parts.length > 1, html.startsWith("<!DOCTYPE html>"), html.includes("wait 1"), html.includes("<s>slow data</s>"), html.includes("<em>late <!-- -->1</em>"));
  print(html.slice(0, html.indexOf("wait 1"))); // what follows comes as it is ready
  const whole = await renderToReadableStream(page);
  await whole.allReady;
  print(await text(whole));
  print(await text((await prerender(h("main", null, h(Suspense, { fallback: "w" }, h(Data))))).prelude));
  const Async = async ({ n }) => h("q", null, await later(n, 1));
  print(await text(await renderToReadableStream(h("div", null, h(Async, { n: 5 })))));
  const Hints = () => { preload("/a.css", { as: "style" }); preconnect("https://cdn.example"); return h("link", { rel: "stylesheet", href: "/b.css", precedence: "x" }); };
  print(await text(await renderToReadableStream(h("html", null, h("body", null, h(Hints))))));
  const seen = [];
  const broken = await renderToReadableStream(h("div", null, h(Suspense, { fallback: "fallback" }, h(async () => { throw new RangeError("in a component"); }))), { onError: (e) => { seen.push(e.message); return "digest-1"; } });
  print(await text(broken), seen);
  print(await failure(() => renderToReadableStream(h(() => { throw new TypeError("in the shell"); }), { onError() {} })));
  print(await failure(() => renderToString(h("div", null, { not: "a child" }))));
  print(renderToString(h("ul", null, Array.from({ length: 3000 }, (_, i) => h(Item, { key: i }, i)))).length);
});
