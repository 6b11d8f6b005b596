import * as cheerio from "cheerio";
import { report } from "../report.js";

const html = `<!doctype html><html><head><title>T &amp; t</title></head><body><ul id="l" class="a b"><li data-n="1">One</li><li class="x">Two <b>bold</b></li><li>Three</li></ul><form><input name=q value="v&quot;"><select name=s><option value=1 selected>A<option value=2>B</select></form><p>unclosed<p>next<table><tr><td>cell</table><a href="/x?a=1&b=2">l</a><script>if (a < b) {}</script></body></html>`;

export default report(async (print) => {
  const $ = cheerio.load(html);
  print($("title").text(), $("#l li").length, $("li.x b").text(), $("li").map((i, e) => $(e).text()).get(), $("li:nth-child(2)").html(), $("[data-n]").data("n"), $("li").first().next().prev().attr("data-n"), $("ul").hasClass("b"), $("a").attr("href"), $("form").serializeArray(), $("li:not(.x):contains('Three')").length, $("ul > li ~ li").length, $("select").val(), $("td").closest("table").find("tbody").length);
  $("ul").append("<li>Four</li>").addClass("c").removeClass("a").attr("title", '"q"<');
  $("li").each((i, e) => { if (i % 2) $(e).remove(); });
  $("p").eq(0).replaceWith($("<div>").text("<new>"));
  $("b").wrap("<i></i>");
  $("a").css({ color: "red" }).after("after").before("<hr>");
  print($.html(), $("ul").prop("outerHTML"), cheerio.load("<a>&copy;</a>", { xml: true }).xml(), $.text().length);
  print(cheerio.load("<r><Item A='1'/><i><![CDATA[x]]></i></r>", { xmlMode: true })("Item").attr("A"), $.extract({ items: [{ selector: "li", value: "outerHTML" }], link: { selector: "a", value: "href" } }));
  const big = cheerio.load(`<table>${"<tr><td class='c'>1</td><td>2</td></tr>".repeat(600)}</table>`);
  print(big("td.c").length, big("tr:last-child td").text());
});
