import MarkdownIt from "markdown-it";
import { report } from "../report.js";

const text = "# Title\n\nA *para* with **bold**, ~~del~~, `code`, [link](http://x.example/ü \"t\"), http://auto.example/a_b, (c) \"smart\" -- 'quotes'... <b>html</b>\n\n- a\n  1. b\n\n     c\n- d\n\n| a | b |\n|--:|:-:|\n| 1 | `2` |\n\n```js\nx < 1\n```\n\n> q\n\n![i](a.png)\\\nhard\n\n***\n[r]\n\n[r]: /u 'T'\n\n&copy; &#x1F389; \\* 中文**强调**字\n";

export default report(async (print) => {
  print(new MarkdownIt().render(text));
  print(new MarkdownIt({ html: true, linkify: true, typographer: true, breaks: true, xhtmlOut: true, highlight: (s, l) => `<${l}>${s.length}</${l}>` }).render(text));
  print(new MarkdownIt("commonmark").render(text), new MarkdownIt("zero").enable(["emphasis"]).renderInline("*a* `b`"));
  const md = new MarkdownIt().use((m, o) => { m.inline.ruler.before("emphasis", "at", (s, silent) => { if (s.src[s.pos] !== "@") return false; if (!silent) s.push("text", "", 0).content = o.as; s.pos++; return true; }); m.renderer.rules.heading_open = (t, i) => `<${t[i].tag} class=h>`; }, { as: "(at)" });
  print(md.render("# a@b"), md.parse("a *b*", {}).map((t) => [t.type, t.map, t.children?.map((c) => c.type)]));
  print(new MarkdownIt({ linkify: true }).render((text + "\n").repeat(30)).length);
});
