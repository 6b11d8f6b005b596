// Handlebars compiles templates to JavaScript with new Function, which Workers don't have; precompiled ones run, as in the Workers runtime.
import Handlebars from "handlebars/dist/cjs/handlebars.runtime.js";
import full from "handlebars/dist/cjs/handlebars.js";
import { report } from "../report.js";

const { parse, precompile } = full;

export default report(async (print) => {
  const source = "{{#each list}}{{@index}}:{{name}} {{{raw}}}{{#if last}}!{{else}},{{/if}}{{/each}}{{> part x=1}}{{up 'a' k=\"v\"}}{{#with o}}{{p.q}}{{/with}}{{!-- c --}}";
  print(parse(source).body.map((n) => [n.type, n.loc.start.column]));
  const spec = precompile(source);
  print(spec.length, spec.slice(0, 60));
  Handlebars.registerHelper("up", (s, o) => s.toUpperCase() + o.hash.k);
  print(Handlebars.escapeExpression("<a & 'b' \"c\">"), new Handlebars.SafeString("<b>").toHTML(), Handlebars.Utils.isEmpty([]), Handlebars.VERSION);
  const made = { compiler: [8, ">= 4.3.0"], main: (container, depth0, helpers) => `Hi ${container.escapeExpression(depth0.name)} ${helpers.up.call(depth0, "x", { hash: { k: "y" } })}`, useData: true };
  print(Handlebars.template(made)({ name: "<Ada>" }));
  print(Handlebars.helpers.each([1, 2], { fn: (x, o) => `${o.data?.index}=${x};`, inverse: () => "none", data: {}, hash: {} }));
});
