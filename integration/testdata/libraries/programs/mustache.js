import Mustache from "mustache";
import { report, failure } from "../report.js";

export default report(async (print) => {
  print(Mustache.render("{{#list}}{{n}}={{{v}}}/{{v}};{{/list}}{{^none}}empty{{/none}} {{a.b.c}} {{&amp}} {{! c }}{{>p}} {{=<% %>=}}<% a.b.c %>", { list: [{ n: 1, v: "<b>" }, { n: 2, v: "&" }], a: { b: { c: "deep" } }, amp: "'\"" }, { p: "partial {{a.b.c}}\n  {{>q}}", q: "q{{#f}}wrapped{{/f}}" }));
  print(Mustache.render("{{#bold}}Hi {{name}}{{/bold}} {{fn}}", { name: "Ada", fn() { return this.name.length; }, bold: () => (text, render) => `<b>${render(text)}</b>` }));
  print(Mustache.parse("a {{b}} {{#c}}d{{/c}}"), await failure(() => Mustache.render("{{#a}}x", {})), await failure(() => Mustache.render("{{/a}}", {})), Mustache.version.split(".").length);
  print(Mustache.render("{{#.}}{{.}},{{/.}}", [1, 2, 3]), Mustache.render("{{#rows}}<tr>{{#.}}<td>{{.}}</td>{{/.}}</tr>{{/rows}}", { rows: Array.from({ length: 800 }, (_, i) => [i, i * 2]) }).length);
});
