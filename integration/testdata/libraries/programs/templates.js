// Templates that are compiled while the Worker starts, when strings may become code.
import Handlebars from "handlebars";
import ejs from "ejs";
import { Eta } from "eta";
import doT from "dot";
import _ from "lodash";
import { report } from "../report.js";

Handlebars.registerHelper("up", (s) => s.toUpperCase());
const handlebars = Handlebars.compile("{{#each list}}{{@index}}:{{up name}}{{#unless @last}}, {{/unless}}{{/each}} {{{raw}}} {{esc}}");
handlebars({ list: [] }); // it compiles when it is called first
const list = ejs.compile("<% for (const x of list) { %><li><%= x %></li><% } %><%- raw %>"), late = ejs.compile("<%= await p %>", { async: true });
const lodash = _.template("hello <%= user %><% _.forEach(list, (x) => { %>[<%- x %>]<% }) %>", { imports: { _ } });
const eta = new Eta(), compiled = eta.compile("<% it.list.forEach((x) => { %>(<%= x %>)<% }) %>");
const dot = doT.template("{{~it.list :x:i}}{{=i}}{{!x}}{{~}}");

export default report(async (print) => {
  const data = { list: ["<a>", "b"], raw: "<b>", user: "u" };
  print(handlebars({ list: [{ name: "a" }, { name: "b" }], raw: "<b>", esc: "<i>" }));
  print(list(data), await late({ p: Promise.resolve(5) }), lodash(data), eta.render(compiled, data), dot(data));
});
