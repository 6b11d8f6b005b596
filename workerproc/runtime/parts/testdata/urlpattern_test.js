// https://urlpattern.spec.whatwg.org/; the table agrees with the Workers
// runtime.
(function ({ test, eq, throws }) {
  const show = (p) => [p.protocol, p.username, p.password, p.hostname, p.port, p.pathname, p.search, p.hash, p.hasRegExpGroups].join(" ");

  test("constructors", () => {
    for (const [args, want] of [
      [["https://example.com/books/:id"], "https * * example.com  /books/:id * * false"],
      [["/books/:id","https://example.com"], "https * * example.com  /books/:id * * false"],
      [[{"pathname":"/books/:id(\\d+)"}], "* * * * * /books/:id(\\d+) * * true"],
      [["https://*.example.com/*"], "https * * *.example.com  /* * * false"],
      [["http{s}?://{:sub.}?example.com/a/*/b?q=*#h*"], "http{s}? * * {:sub.}?example.com  /a/*/b q=* h* false"],
      [[{}], "* * * * * * * * false"],
      [["https://example.com:8080/foo?bar#baz"], "https * * example.com 8080 /foo bar baz false"],
      [["https://example.com/:a/:b?"], "https * * example.com  /:a/:b? * * false"],
      [["https://example.com/:a*"], "https * * example.com  /:a* * * false"],
      [["https://example.com/:a+"], "https * * example.com  /:a+ * * false"],
      [["https://example.com/foo{/bar}?"], "https * * example.com  /foo{/bar}? * * false"],
      [["data:foo*"], "TypeError"],
      [["https://user:pw@example.com/"], "https user:pw * example.com  / * * false"],
      [[{"hostname":"[::1]","port":"80","protocol":"http"}], "TypeError"],
      [["https://[:address]/"], "https * * [:address]  / * * false"],
      [["/foo"], "TypeError"],
      [["foo","bad"], "TypeError"],
      [[{"pathname":"(["}], "TypeError"],
      [["https://example.com/(foo)(bar)"], "https * * example.com  /(foo)(bar) * * true"],
      [["https://example.com/{:a}b"], "https * * example.com  /{:a}b * * false"],
      [[{"pathname":"*.{png,jpg}"}], "* * * * * *.png,jpg * * false"],
      [[{"pathname":"/a b/é"}], "* * * * * /a%20b/%C3%A9 * * false"],
      [[{"search":"?a=:b","hash":"#x"}], "* * * * * * a=:b x false"],
      [[{"protocol":"http","port":"80"}], "http * * *  * * * false"],
      [["https://example.com?q=:x"], "https * * example.com  / q=:x * false"],
      [[":foo://example.com"], ":foo * * example.com  * * * false"],
      [["https://example.com/a/../b"], "https * * example.com  /b * * false"],
      [["https://example.com/:id{.:ext}?"], "https * * example.com  /:id{.:ext}? * * false"],
      [[{"pathname":":a:a"}], "TypeError"],
      [["javascript:foo"], "TypeError"],
      [[{"pathname":"foo","baseURL":"https://x.com/a/b?c#d"}], "https * * x.com  /a/foo * * false"],
      [[{"search":"z","baseURL":"https://x.com/a/b?c#d"}], "https * * x.com  /a/b z * false"],
      [["?q=1","https://x.com/a/b"], "https * * x.com  /a/b q=1 * false"],
      [["#h","https://x.com/a/b?z"], "https * * x.com  /a/b z h false"],
      [["https://EXAMPLE.com/Foo"], "https * * example.com  /Foo * * false"],
      [["https://example.com/é"], "https * * example.com  /%C3%A9 * * false"],
      [["https://café.com/*"], "https * * xn--caf-dma.com  /* * * false"],
      [[{"pathname":"/:föö"}], "* * * * * /:föö * * false"],
      [["https://example.com/\\:x"], "https * * example.com  /\\:x * * false"],
      [[{"hostname":"a/b"}], "* * * a * * * * false"],
      [[{"port":"x"}], "TypeError"],
      [[{"protocol":"ht tp"}], "TypeError"],
      [["https://{sub.}?example{.com/}foo"], "https * * {sub.}?example.com  * * * false"],
      [["https://example.com/([^\\/]+?)"], "https * * example.com  /([^\\/]+?) * * false"],
      [[{"pathname":"/foo/:bar(.*)"}], "* * * * * /foo/:bar(.*) * * false"],
      [["https://example.com/*/*"], "https * * example.com  /*/* * * false"],
      [[{"pathname":"/{a}{b}*"}], "* * * * * /a{b}* * * false"],
      [[{"pathname":"((?:a|b))"}], "* * * * * ((?:a|b)) * * true"],
      [["https://example.com:*/"], "https * * example.com * / * * false"],
      [["(foo)://x"], "(foo) * * x  * * * true"],
      [["http://localhost:8787/x"], "http * * localhost 8787 /x * * false"],
      [[{"pathname":"/:a-:b.:c"}], "* * * * * /:a-:b.:c * * false"],
    ]) {
      if (want === "TypeError") throws("TypeError", () => new URLPattern(...args));
      else eq(show(new URLPattern(...args)), want, JSON.stringify(args));
    }
  });

  test("test and exec", () => {
    const p = new URLPattern({ pathname: "/books/:id/:rest*" });
    const m = p.exec("https://x.com/books/5/a/b");
    eq([m.inputs, m.pathname, m.hostname], [["https://x.com/books/5/a/b"], { input: "/books/5/a/b", groups: { id: "5", rest: "a/b" } }, { input: "x.com", groups: { 0: "x.com" } }]);
    eq([p.test("https://x.com/books/"), p.exec("https://x.com/books/"), p.test("/books/5"), p.test(), p.test({ pathname: "/books/7" })], [false, null, false, false, true]);
    eq([p.exec("/books/9", "https://y.org").hostname.input, p.exec("https://x.com/books/5").pathname.groups.rest], ["y.org", undefined]);
    throws("TypeError", () => p.exec({ pathname: "/" }, "https://y.org"));
    eq(new URLPattern("http{s}?://:sub.example.com/(foo|bar)/*").exec("https://a.example.com/bar/x/y").pathname.groups, { 0: "bar", 1: "x/y" });
    eq([new URLPattern("https://example.com:443/*").test("https://example.com/"), new URLPattern("https://example.com/*").test("https://example.com:444/")], [true, false]);
    eq(String(p), "[object URLPattern]");
  });

  test("ignoreCase", () => {
    eq([new URLPattern({ pathname: "/Foo" }, { ignoreCase: true }).test("https://x/fOO"), new URLPattern({ pathname: "/Foo" }).test("https://x/foo"),
      new URLPattern("/Foo", "https://x", { ignoreCase: true }).test("https://x/foo")], [true, false, true]);
  });

  test("a pattern is bounded", () => throws("TypeError: The URLPattern is too long.", () => new URLPattern({ pathname: "a".repeat(1e6) })));
})
