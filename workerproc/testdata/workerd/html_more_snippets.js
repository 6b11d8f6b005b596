const enc = new TextEncoder();
const stream = (chunks) => new ReadableStream({ start(c) { for (const x of chunks) c.enqueue(typeof x === "string" ? enc.encode(x) : x); c.close(); } });
const run = async (f, chunks, init) => { const log = []; const r = f(new HTMLRewriter(), log).transform(new Response(stream([].concat(chunks)), init)); let t; try { t = await r.text(); } catch (e) { t = e.name + ": " + e.message; } return [t, ...log]; };
const textlog = (sel) => (rw, log) => rw.on(sel, { text(t) { log.push([t.text, t.lastInTextNode]); } });
const el = (sel, f) => (rw, log) => rw.on(sel, { element(e) { return f(e, log); } });
const B = (s) => new Uint8Array([...s].map((c) => c.charCodeAt(0)));
const tryit = (f) => { try { return f(); } catch (e) { return e.name + ": " + e.message; } };
const raw = async (rw, chunks, init) => new Uint8Array(await rw.transform(new Response(stream(chunks), init)).arrayBuffer());
const latin = { headers: { "content-type": "text/html; charset=windows-1252" } };
export default {
  order: () => run((rw, log) => rw.on("p", { element() { log.push(1) }, text() { log.push("t1") } }).on("*", { element() { log.push(2) }, text() { log.push("t2") } }).onDocument({ text() { log.push("dt") } }).on("p", { element() { log.push(3) } }), "<p>x</p>"),
  order2: () => run((rw, log) => rw.on("p", { element(e) { e.before("1"); e.onEndTag(() => { log.push("z1") }) } }).on("p", { element(e) { e.before("2"); e.onEndTag(() => { log.push("z2") }) } }), "<p>x</p>"),
  removedinner: () => run((rw, log) => rw.on("p", { element(e) { e.remove(); } }).on("b", { element(e) { log.push(e.tagName, e.removed); e.before("x"); e.after("y"); e.append("z"); e.onEndTag((t) => { log.push("end"); t.before("q") }) }, text(t) { log.push(t.text, t.removed); t.before("T") }, comments(c) { log.push(c.text, c.removed); c.before("C") } }), "<p>x<b>t<!--c--></b></p>y"),
  endtag: () => run(el("p", (e, log) => { e.onEndTag((t) => { t.before("<1>"); t.before("<2>", { html: true }); t.after("3"); t.after("4"); t.name = "Q"; log.push(t.name, Object.prototype.toString.call(t)) }); }), "<p>x</P >y"),
  endname: () => run(el("p", (e, log) => { e.onEndTag((t) => { for (const n of ["", "a b", "1"]) try { t.name = n; log.push(n) } catch (x) { log.push(x.name + x.message) } }); }), "<p>x</P >y"),
  endtagret: () => run(el("p", (e, log) => { log.push(e.onEndTag(() => {}), e.setAttribute("a", 1) === e, e.removeAttribute("a") === e, e.remove() === e, e.removeAndKeepContent() === e, e.setInnerContent("") === e, e.getAttribute("x"), e.hasAttribute("x")) }), "<p>x</P >y"),
  dup: () => run(el("p", (e, log) => { e.removeAttribute("a"); log.push(e.getAttribute("a"), e.getAttribute("B"), e.hasAttribute("B")) }), "<p a=1 a=2 b=3>"),
  dup2: () => run(el("p", (e, log) => { e.setAttribute("a", "x"); log.push([...e.attributes]) }), "<p a=1 a=2 b=3>"),
  latin: () => raw(new HTMLRewriter().on("p", { text(t) { if (!t.lastInTextNode) t.replace(t.text + "€ü中") } }), [B("<p>\xe9</p>\xe9")], latin),
  latinel: () => raw(new HTMLRewriter().on("p", { element(t) { t.setAttribute("é", "ü中"); t.before("é"); } }), [B("<p a=\xe9>\xe9</p>\xe9")], latin),
  latinname: async () => { const log = []; await raw(new HTMLRewriter().on("p", { element(t) { log.push(tryit(() => t.setAttribute("中", "ü中")), tryit(() => { t.tagName = "a中" }), t.getAttribute("a")) } , comments(c) { log.push(c.text, tryit(() => { c.text = "中" })) }}), [B("<p a=\xe9>\xe9<!--\xe9-->")], latin); return log.map(x => typeof x == "object" ? 1 : x); },
  utf16: () => raw(new HTMLRewriter().on("p", {}), ["<p>"], { headers: { "content-type": "text/html; charset=utf-16le" } }),
  badcharset: () => raw(new HTMLRewriter().on("p", {}), ["<p>"], { headers: { "content-type": "text/html; charset=foo" } }),
  iso2022: () => raw(new HTMLRewriter().on("p", {}), ["<p>"], { headers: { "content-type": "text/html; charset=iso-2022-jp" } }),
  headers: () => { const r = new HTMLRewriter().transform(new Response("<p>", { status: 201, statusText: "X", headers: { "content-length": "3", etag: "x", "content-type": "text/html" } })); return [r.status, r.statusText, [...r.headers]]; },
  nobody: () => { const a = new Response(null, { status: 204 }); const r = new HTMLRewriter().on("p", {}).transform(a); return [r === a, r.body]; },
  nohandlers: () => { const a = new Response("x"); const r = new HTMLRewriter().transform(a); return [r === a, a.bodyUsed, a.body.locked]; },
  used: async () => { const a = new Response("x"); await a.text(); return tryit(() => new HTMLRewriter().on("p", {}).transform(a)); },
  badargs: () => [tryit(() => new HTMLRewriter().transform("x")), tryit(() => new HTMLRewriter().on("p")), tryit(() => new HTMLRewriter().on(5, {})), tryit(() => new HTMLRewriter().on("p", 5)), tryit(() => new HTMLRewriter().on("p", { element: 5 })), tryit(() => new HTMLRewriter().onDocument()), tryit(() => HTMLRewriter()), tryit(() => new HTMLRewriter().on()), tryit(() => new HTMLRewriter().transform())],
  throws: () => run((rw) => rw.on("p", { element() { throw new RangeError("no") } }), "<a>x</a><p>y"),
  rejects: () => run((rw) => rw.on("p", { async element() { await 1; throw new RangeError("no") } }), "<a>x</a><p>y"),
  async: () => run((rw, log) => rw.on("p", { async element(e) { log.push(1); await new Promise((r) => setTimeout(r, 5)); log.push(2); e.before("b"); }, async text() { log.push(3) } }), "<a>x</a><p>y</p>"),
  streams: () => run(el("p", (e) => { e.before(stream(["<a", "é>"]), { html: true }); e.after(stream(["<b>"])); e.append(new Response("<c>")); e.setInnerContent(stream(["I"])); }), "<p>x</p>y"),
  streams2: () => run(el("p", (e) => { e.replace(new Response("<c>"), { html: true }); }), "<p>x</p>y"),
  streambad: () => run(el("p", (e) => { e.before(new ReadableStream({ start(c) { c.enqueue("str"); c.close() } })) }), "<p>x</p>y"),
  streamerr: () => run(el("p", (e) => { e.before(new ReadableStream({ start(c) { c.error(new Error("E")) } })) }), "<p>x</p>y"),
  objcontent: () => run(el("p", (e) => { e.before({ toString() { return "O" } }); e.after(undefined) ; }), "<p>x</p>y"),
  noargs: () => run(el("p", (e, log) => { for (const m of ["before", "setAttribute", "getAttribute", "onEndTag"]) log.push(tryit(() => e[m]())); log.push(tryit(() => e.onEndTag(5))) }), "<p>x</p>y"),
  this: () => run((rw, log) => { const h = { element(e) { log.push(this === h); e.onEndTag(function () { log.push(String(this)) }) } }; return rw.on("p", h) }, "<p>x</p>y"),
  class: () => run((rw, log) => { class H { element(e) { log.push("class") } } return rw.on("p", new H()) }, "<p>x</p>y"),
  proto: () => run(el("p", (e, log) => { log.push(Object.getOwnPropertyNames(Object.getPrototypeOf(e)).join(), typeof Element, typeof HTMLRewriter) }), "<p>x</p>y"),
  protot: () => run((rw, log) => rw.onDocument({ text(e) { log.push(Object.getOwnPropertyNames(Object.getPrototypeOf(e)).join(), Object.prototype.toString.call(e)) }, comments(e) { log.push(Object.getOwnPropertyNames(Object.getPrototypeOf(e)).join(), Object.prototype.toString.call(e)) }, doctype(e) { log.push(Object.getOwnPropertyNames(Object.getPrototypeOf(e)).join(), Object.prototype.toString.call(e)) }, end(e) { log.push(Object.getOwnPropertyNames(Object.getPrototypeOf(e)).join()) } }), "<!doctype html><!--x-->y"),
  deep: () => run((rw, log) => { let n = 0; return rw.on("a", { element() { n++ } }).onDocument({ end() { log.push(n) } }) }, "<a>".repeat(100000)).then((x) => [x[0].slice(0, 100), x[1]]),
  hugeattr: () => run((rw, log) => { let n = 0; return rw.on("a", { element() { n++ } }).onDocument({ end() { log.push(n) } }) }, "<a b='" + "x".repeat(20000000) + "'>").then((x) => [x[0].slice(0, 100), x[1]]),
  hugeattr2: () => run((rw, log) => { let n = 0; return rw.on("a", { element() { n++ } }).onDocument({ end() { log.push(n) } }) }, ["<a b='", "x".repeat(20000000), "'>"]).then((x) => [x[0].slice(0, 100), x[1]]),
  hugecomment: () => run((rw, log) => { let n = 0; return rw.onDocument({ comments() { n++ }, end() { log.push(n) } }) }, ["<!--" + "x".repeat(2000000), "x".repeat(2000000), "-->"]).then((x) => [x[0].slice(0, 100), x[1]]),
  reuse: async () => { const rw = new HTMLRewriter().on("p", { element(e) { e.before("x") } }); return [await rw.transform(new Response("<p>")).text(), await rw.transform(new Response("<p><p>")).text()]; },
  lazy: async () => { const log = []; const rw = new HTMLRewriter().on("p", { element(e) { log.push("e") } }); const r = rw.transform(new Response("<p>")); rw.on("p", { element() { log.push("late") } }); await new Promise((r) => setTimeout(r, 10)); log.push("waited"); await r.text(); return log; },
  rawmode: () => run((rw, log) => rw.on("script", { text(t) { if (t.lastInTextNode) t.after("</b>&"); log.push(t.text) }, element(e) { e.append("<x>&"); e.prepend("<y>", { html: true }) } }), "<script>a && b < c</script>"),
  doctypes: () => run((rw, log) => rw.onDocument({ doctype(d) { log.push([d.name, d.publicId, d.systemId]) } }), "<!doctype><!doctype  ><!DOCTYPE Html><!doctype html PUBLIC><!doctype html public\"a\"'b'><!doctype html system ''><!doctype html public '' ><!doctype html foo 'x'><!doctype html public a><!doctype html public 'a><!doctypehtml/x>"),
  anycase: async () => { const found = []; for (const n of "accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare defer dir direction disabled enctype face frame hreflang http-equiv lang language link media method multiple nohref noresize noshade nowrap readonly rel rev rules scope scrolling selected shape target text type valign valuetype vlink name value href src id class title alt style".split(" ")) if ((await new HTMLRewriter().on(`[${n}=abc]`, { element(e) { e.remove() } }).transform(new Response(`<br ${n}=ABC>`)).text()) === "") found.push(n); return found; },
  anycaseother: async () => { let r = []; for (const s of ["[type^=AB]", "[TYPE$=bC]", "[type='ABC' s]", "[type~=ABC]", "[type|=ABC]", "[type*=B]", "svg [type=ABC]"]) r.push(await new HTMLRewriter().on(s, { element(e) { e.remove() } }).transform(new Response(`<br type=abc><svg><g type=abc />`)).text()); return r; },
  text: () => run((rw, log) => rw.on("p", { text(t) { log.push(tryit(() => { t.text = "x" }), t.text) } }), "<p>a</p>"),
};
