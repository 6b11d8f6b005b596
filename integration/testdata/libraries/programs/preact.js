import { h, Fragment, createContext, Component } from "preact";
import { useContext, useId, useMemo, useState, useReducer, useRef, useEffect } from "preact/hooks";
import { render, renderToString, renderToStringAsync } from "preact-render-to-string";
import { renderToReadableStream } from "preact-render-to-string/stream";
import { lazy, Suspense, memo, forwardRef } from "preact/compat";
import { report, failure } from "../report.js";

const Theme = createContext("light");
function Item({ children, ...rest }) {
  const theme = useContext(Theme), id = useId(), [n] = useState(() => 3), [r] = useReducer((s) => s, 5), ref = useRef(7);
  useEffect(() => { throw new Error("effects don't run"); });
  return h("li", { id, class: theme, ...rest }, children, useMemo(() => n * r + ref.current, []));
}
class Clock extends Component {
  constructor(p) { super(p); this.state = { t: p.start }; }
  static getDerivedStateFromProps(p) { return { u: p.start * 2 }; }
  render(p, s) { return h(Fragment, null, s.t, ":", s.u); }
}
const Memo = memo(({ a }) => h("b", null, a)), Fwd = forwardRef((p, ref) => h("input", { ref, ...p }));

export default report(async (print) => {
  const app = h("div", { className: "a", style: { color: "red", fontSize: 12, "--x": 1, lineHeight: 1.5 }, "data-x": '"q" & <', hidden: true, disabled: false, onClick() {}, "aria-hidden": false },
    h(Theme.Provider, { value: "dark" }, [1, null, false, "two", 3n].map((x) => h(Item, { key: x, title: "t" }, x))),
    h(Clock, { start: 4 }), h("br"), h(Memo, { a: "<i>" }), h(Fwd, { value: "v", checked: true }), h("p", { dangerouslySetInnerHTML: { __html: "<u>raw</u>" } }),
    h("select", { value: "b" }, h("option", { value: "a" }, "A"), h("option", { value: "b" }, "B")), h("textarea", { value: "te<xt" }), h("svg", { viewBox: "0 0 1 1", xlinkHref: "#a" }, h("path", { strokeWidth: 2 })), h("my-el", { someProp: 1 }));
  print(render(app));
  print(renderToString(app) === render(app));
  const Late = lazy(async () => ({ default: ({ n }) => h("em", null, "late ", n) }));
  print(await renderToStringAsync(h("main", null, h(Suspense, { fallback: "wait" }, h(Late, { n: 1 })))));
  const chunks = [];
  for await (const chunk of renderToReadableStream(h("html", null, h("body", null, h(Suspense, { fallback: h("i", null, "…") }, h(Late, { n: 3 })))))) chunks.push(new TextDecoder().decode(chunk));
  print(chunks.join("").replace(/<script>.*<\/script>/s, "<script/>"));
  print(await failure(() => render(h(() => { throw new RangeError("in render"); }))));
  print(render(h("ul", null, Array.from({ length: 3000 }, (_, i) => h(Item, null, i)))).length);
});
