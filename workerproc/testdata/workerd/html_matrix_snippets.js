// Documents, each rewritten by each set of handlers, whole and in pieces.
const encoder = new TextEncoder();
const inPieces = (bytes, size) => new ReadableStream({ start(c) { for (let at = 0; at < bytes.length; at += size) c.enqueue(bytes.slice(at, at + size)); c.close(); } });
const documents = {
  page: "<!DOCTYPE html>\n<html lang=en><head><title>A &amp; B</title><meta charset='utf-8'><link rel=stylesheet href=/a.css></head><body class=\"home page\"><h1 id=top>Hi</h1><p>One<br>two <a href='/x' target=_blank>x</a>, <a href=\"https://y.example/?a=1&b=2\">y</a>.</p><!-- end --><script>if (a < b && c > d) { x = '<p>'; }</script></body></html>\n",
  list: "<ul class='a b'><li>1<li class=on>2<ul><li>2.1</li><li>2.2</li></ul></li><li data-x='Y'>3</li></ul><ol><li>4</ol>",
  table: "<table><thead><tr><th>h<td>d</thead><tbody><tr class=odd><td>1<td>2<tr class=even><td>3<td>4</tbody></table>",
  form: "<form action=/><input type=TEXT name=a value='<>'><input TYPE=checkbox checked><select name=s><option value=1 selected>one<option>two</select><textarea name=t><b>not bold</b></textarea><button disabled>Go</button></form>",
  svg: "<p>a<svg viewBox='0 0 1 1'><g><path d='M0'/><circle r=1 /><text>t</text></g><foreignObject><p>in</p><br></foreignObject></svg>b</p>",
  math: "<math><mrow><mi>x</mi><mo>&lt;</mo><mn>1</mn></mrow><annotation-xml encoding='text/html'><b>y</b></annotation-xml></math>",
  broken: "<p a=1 a=2 =b c=\"d'e\" f='g\"h' i=j/k><b><i>x</b>y</i></p></p></div>< b>&<c",
  nested: "<div><div class=x><div id=y><p><span>deep</span></p></div></div><p>after</p></div><p>out</p>",
  comments: "<!-- a --><p><!--b--><!----><!-->c<!--d--!>e<?pi?><!x></p>",
  unicode: "<p título='ñ' class='día noche'>héllo wörld €100 😀 中文</p><é>x</é><P>MAJ</P>",
  entities: "<a href='?a=1&amp;b=2&lt' title=&quot;x&quot;>&nbsp;&copy;&#65;&#x42;&unknown;&</a>",
  raw: "<style>p > a { content: '</p>' }</style><script>a<!--<script>b</script>--></script><noscript><p>n</p></noscript><xmp><p></xmp><iframe><p></iframe>",
  custom: "<my-el some-attr><slot name=x></slot></my-el><x:y z:w=1></x:y>",
  empty: "",
  text: "just text & nothing <else",
  voids: "<br><br/><hr class=x><img src=a alt='b'/><input><wbr><div/><p/>after",
};
const handlers = {
  attributes: (rw) => rw.on("*", { element(e) { for (const [n, v] of [...e.attributes]) if (n.length % 2) e.setAttribute(n, v + "!"); e.setAttribute("seen", "\"&"); } }),
  around: (rw) => rw.on("p, li, td, path, br, option, b", { element(e) { e.before("{"); e.prepend("[", { html: true }); e.append("]"); e.after("<i>", { html: true }); } }),
  inner: (rw) => rw.on("p, a, li:first-child, title, g, textarea", { element(e) { e.setInnerContent("<new>"); } }),
  removing: (rw) => rw.on("a, .x, script, style, circle, [disabled]", { element(e) { e.remove(); } }).on("b, span, li", { element(e) { e.removeAndKeepContent(); } }),
  replacing: (rw) => rw.on("p > *", { element(e) { e.replace("<r>", { html: true }); } }).on("ul ul", { element(e) { e.replace("& text"); } }),
  renaming: (rw) => rw.on("div, p, h1, path, input", { element(e) { e.tagName = "X-" + e.tagName; } }),
  ends: (rw) => rw.on("*", { element(e) { try { e.onEndTag((t) => { t.before("^" + t.name); t.after("$"); if (t.name === "b") t.remove(); }); } catch { e.before("!"); } } }),
  text: (rw) => rw.on("p, li, script, title, td, text", { text(t) { if (t.lastInTextNode) t.after("|"); } }).on("a", { text(t) { t.remove(); } }),
  comments: (rw) => rw.on("p", { comments(c) { c.text = `in ${c.text}`; } }).onDocument({ comments(c) { c.before("("); c.after(")"); }, end(e) { e.append("<end>"); } }),
  selectors: (rw) => ["p", "p *", "div > p", "[class]", "[class~=b]", "[lang|=en]", "[href^='https']", "[href$='2']", "[href*=x]", "[type=text]", "[type='text' i]", "[name=a s]", "li:nth-child(2)", "li:nth-child(odd)", "td:nth-of-type(2)", "li:not(.on)", "#top, #y", "ul > li > ul li", "tr.odd td", "[título]", ".día", "é", "my-el > slot", "svg *", "foreignobject p", "x\\:y", "*:first-of-type"].reduce((r, s, i) => r.on(s, { element(e) { e.setAttribute(`m${i}`, ""); } }), rw),
};
const snippets = {};
for (const [d, html] of Object.entries(documents)) {
  for (const [h, f] of Object.entries(handlers)) {
    snippets[`${d}, ${h}`] = async () => {
      const bytes = encoder.encode(html);
      const whole = await f(new HTMLRewriter()).transform(new Response(inPieces(bytes, 1e9))).text();
      for (const size of [1, 5]) {
        const pieces = await f(new HTMLRewriter()).transform(new Response(inPieces(bytes, size))).text();
        if (pieces !== whole) return ["pieces differ", size, whole, pieces];
      }
      return whole;
    };
  }
}
export default snippets;
