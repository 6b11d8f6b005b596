const tryit = async (f) => { try { return await f(); } catch (e) { return `${e.name}: ${e.message}`; } };
const all = (...fs) => Promise.all(fs.map(tryit));
const parts = (u) => [u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash];
const urls = ["http://user:pw@EXAMPLE.com:80/a/../b?c=d#e", "https://münchen.de/ü?ä#ö", "http://[::1]:8080/", "http://1.2.3/", "http://0x7f.1/", "file:///C:/a/../b", "data:text/plain,x y", "mailto:a@b", "http://a.b/%zz%20", "blob:https://a.com/x", "http://a b/", "http://", "//x", "http://a:99999/", "javascript:alert(1)", "http://a\\b", "  http://trim/  ", "http://a/\tb\nc", "wss://a:443/", "http://xn--ls8h.la/", "http://a.com/?q=a b&c='\"<>", "foo://bar/../baz", "http://%41.com"];
const snippets = {};
for (const u of urls) snippets[`new URL ${JSON.stringify(u)}`] = () => tryit(() => parts(new URL(u)));
Object.assign(snippets, {
  base: () => all(() => new URL("../x?y", "http://a/b/c/d").href, () => new URL("//h/x", "https://a/").href, () => new URL("#f", "http://a/b?c").href, () => new URL("x", "data:a"), () => new URL("x"), () => new URL(), () => new URL("/x", "bad"), () => new URL("", "http://a/b#c").href),
  statics: () => [URL.canParse("http://a"), URL.canParse("a"), URL.canParse("a", "http://b"), URL.parse("a"), URL.parse("a", "http://b").href, URL.parse("http://x/y").pathname],
  "statics errors": () => all(() => URL.canParse(), () => URL.parse(), () => URL.createObjectURL(new Blob([])), () => URL.revokeObjectURL("x")),
  setters: () => { const u = new URL("http://a/b"); u.protocol = "https"; u.host = "c:81"; u.pathname = "x y"; u.search = "q=1"; u.hash = "h"; u.username = "u@"; u.password = "p:"; u.port = "99999"; const one = u.href; u.port = "82x"; u.hostname = ""; u.protocol = "foo"; u.search = ""; u.hash = ""; u.href = u.href; return [one, u.href, ...[]]; },
  "setter href": () => tryit(() => { new URL("http://a").href = "nope"; }),
  "to string": () => { const u = new URL("http://a/b"); return [`${u}`, JSON.stringify({ u }), u.toJSON(), Object.prototype.toString.call(u)]; },
  "searchParams live": () => { const u = new URL("http://a/?x=1"); const p = u.searchParams; p.append("y", "a b&"); const one = u.href; u.search = "?z=2"; return [one, [...p], p === u.searchParams, p.size]; },
  "params init": () => all(() => `${new URLSearchParams("?a=1&b=2&a=3")}`, () => `${new URLSearchParams([["a", "b"], ["c", "d e"]])}`, () => `${new URLSearchParams({ a: 1, b: "é" })}`, () => `${new URLSearchParams(new Map([["x", "y"]]))}`, () => new URLSearchParams([["a"]]), () => `${new URLSearchParams(new URLSearchParams("q=1"))}`, () => `${new URLSearchParams()}`, () => `${new URLSearchParams(undefined)}`, () => `${new URLSearchParams(null)}`, () => `${new URLSearchParams("a=%zz&b+c=%E4&=x&&d")}`, () => `${new URLSearchParams(5)}`),
  "params methods": () => { const p = new URLSearchParams("b=2&a=1&b=3"); const out = [p.get("b"), p.getAll("b"), p.has("a"), p.has("b", "3"), p.has("b", "9"), p.size]; p.sort(); out.push(`${p}`); p.delete("b", "2"); out.push(`${p}`); p.set("a", "z"); p.set("n", "1"); out.push(`${p}`, [...p.keys()], [...p.values()]); p.delete("a"); out.push(`${p}`); return out; },
  "params errors": () => all(() => new URLSearchParams().get(), () => new URLSearchParams().append("a"), () => new URLSearchParams().forEach(), () => new URLSearchParams().delete(), () => new URLSearchParams().has()),
  "params encoding": () => `${new URLSearchParams([["a b", "*-._~!'()"], ["\ud800", "é\n"]])}`,
  pattern: () => { const p = new URLPattern({ pathname: "/books/:id(\\d+)/*" }); return [p.test("http://a/books/5/x"), p.test("http://a/books/x/y"), p.exec("http://a/books/5/x/y").pathname.groups, p.pathname, p.protocol, p.hasRegExpGroups]; },
  "pattern string": () => { const p = new URLPattern("https://*.example.com/:a?q=:b#*"); return [p.hostname, p.pathname, p.search, p.exec("https://x.example.com/y?q=z#h")?.search.groups, p.test("https://example.com/")]; },
  "pattern base": () => all(() => new URLPattern("/a/:b", "http://x/").exec("http://x/a/c").pathname.groups, () => new URLPattern("/a"), () => new URLPattern({ pathname: "/(" }), () => new URLPattern({ pathname: "/:a/:a" }), () => new URLPattern({}).test({ pathname: "/x" }), () => new URLPattern().test("http://a"), () => new URLPattern({ pathname: "/A" }, { ignoreCase: true }).test("http://a/a"), () => new URLPattern({ pathname: "/{a/}?b+" }).pathname, () => new URLPattern("http://a/b").exec("nope")),
});
export default snippets;
