import showdown from "showdown";
import { report } from "../report.js";

export default report(async (print) => {
  const text = "# Title\n\n*em* **strong** `code` [l](http://x.example) ~~s~~\n\n- a\n- b\n\n1. x\n\n> q\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\na<b\n```\n\n- [x] t\n\nhttp://auto.example ![i](a.png =10x20)";
  const c = new showdown.Converter({ tables: true, strikethrough: true, tasklists: true, ghCodeBlocks: true, simplifiedAutoLink: true, parseImgDimensions: true });
  print(c.makeHtml(text));
  c.setFlavor("github");
  print(c.makeHtml(text), c.getOptions().tables, showdown.getAllOptions !== undefined);
  showdown.extension("up", () => [{ type: "lang", regex: /@(\w+)/g, replace: (m, w) => w.toUpperCase() }, { type: "output", filter: (h) => h + "<!-- end -->" }]);
  print(new showdown.Converter({ extensions: ["up"], noHeaderId: true }).makeHtml("# hi @ada"), new showdown.Converter({ metadata: true }).makeHtml("---\na: b\n---\nx"));
});
