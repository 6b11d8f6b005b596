(function ({ test, eq, ok, throws }) {

  test("the parts of a URL", () => {
    const u = new URL("../x?a=1&b#frag", "https://user:pa%20ss@Example.com:8443/p/q/");
    eq([u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash],
      ["https://user:pa%20ss@example.com:8443/p/x?a=1&b#frag", "https://example.com:8443", "https:", "user", "pa%20ss",
        "example.com:8443", "example.com", "8443", "/p/x", "?a=1&b", "#frag"]);
    eq([String(u), JSON.stringify({ u })], [u.href, `{"u":"${u.href}"}`]);
  });

  test("what isn't a URL", () => {
    throws("TypeError: Invalid URL string.", () => new URL("nothing"));
    throws("TypeError: Invalid URL string.", () => new URL("/x", "data:y"));
    throws("TypeError", () => new URL());
    throws("TypeError", () => URL("https://h/"));
    throws("TypeError: Failed to set the 'href' property", () => { new URL("https://h/").href = "x"; });
    eq([URL.canParse("x"), URL.canParse("x", "https://h/"), URL.parse("x")], [false, true, null]);
    eq(URL.parse("x", "https://h/").href, "https://h/x");
    ok(!URL.canParse(""));
  });

  test("no host", () => {
    const u = new URL("web+demo:/.//p");
    eq([u.host, u.hostname, u.port, u.pathname, u.origin, u.href], ["", "", "", "//p", "null", "web+demo:/.//p"]);
    const m = new URL("mailto:a@b?subject=x");
    eq([m.host, m.pathname, m.search], ["", "a@b", "?subject=x"]);
    eq(new URL("file:///a").origin, "null");
    eq(new URL("blob:https://a:8/b").origin, "https://a:8");
  });

  test("an empty query or fragment", () => {
    const u = new URL("https://h/?#");
    eq([u.search, u.hash, u.href], ["", "", "https://h/?#"]);
  });

  test("setters", () => {
    const u = new URL("https://h/a?b=1#c");
    u.protocol = "http";
    u.username = "me";
    u.password = "p:q";
    u.host = "x.org:99";
    u.pathname = "/ü/../v";
    u.hash = "";
    eq(u.href, "http://me:p%3Aq@x.org:99/v?b=1");
    u.port = 80;
    u.search = "?q='";
    eq(u.href, "http://me:p%3Aq@x.org/v?q=%27");
    u.port = "nope";
    u.hostname = "";
    eq(u.host, "x.org");
  });

  test("searchParams and search follow each other", () => {
    const u = new URL("https://h/a?b=1#c");
    const p = u.searchParams;
    ok(p === u.searchParams);
    p.append("d e", "é&");
    eq([u.href, u.search, u.hash], ["https://h/a?b=1&d+e=%C3%A9%26#c", "?b=1&d+e=%C3%A9%26", "#c"]);
    u.search = "z=9";
    eq([p.get("z"), p.has("b"), p.size], ["9", false, 1]);
    p.delete("z");
    eq([u.href, u.search], ["https://h/a#c", ""]);
    u.href = "https://h/?k=v";
    eq([...p], [["k", "v"]]);
  });

  test("URLSearchParams from anything", () => {
    const made = [new URLSearchParams("?a=1&b=2&a=3"), new URLSearchParams([["a", 1], ["b", 2], ["a", 3]]),
      new URLSearchParams(new Map([["a", 1], ["b", 2]])), new URLSearchParams({ a: 1, b: null }), new URLSearchParams(),
      new URLSearchParams(new URLSearchParams("x=y")), new URLSearchParams("a=%F0%9F%98%80+%2B")];
    eq(made.map(String), ["a=1&b=2&a=3", "a=1&b=2&a=3", "a=1&b=2", "a=1&b=null", "", "x=y", "a=%F0%9F%98%80+%2B"]);
    throws("TypeError", () => new URLSearchParams([["a"]]));
    throws("TypeError", () => new URLSearchParams([1]));
    eq(new URLSearchParams({ [Symbol("x")]: 1 }).size, 0);
    eq(new URLSearchParams({ "a\ud800": "\udc00" }).toString(), "a%EF%BF%BD=%EF%BF%BD");
  });

  test("URLSearchParams methods", () => {
    const p = new URLSearchParams("a=1&b=2&a=3&c=");
    eq([p.get("a"), p.get("x"), p.getAll("a"), p.has("a", "3"), p.has("a", "2"), p.size], ["1", null, ["1", "3"], true, false, 4]);
    p.set("a", 9);
    eq(String(p), "a=9&b=2&c=");
    p.set("new", "v");
    p.delete("b", "no");
    p.delete("c");
    eq(String(p), "a=9&b=2&new=v");
    p.append("a", "0");
    p.sort();
    eq(String(p), "a=9&a=0&b=2&new=v");
    eq([[...p.keys()], [...p.values()]], [["a", "a", "b", "new"], ["9", "0", "2", "v"]]);
    const seen = [];
    p.forEach(function (v, k, q) { seen.push(k + v + (q === p) + this.x); }, { x: 1 });
    eq(seen[0], "a9true1");
    throws("TypeError", () => p.append("a"));
    eq([Object.prototype.toString.call(p), Object.prototype.toString.call(new URL("a:b"))], ["[object URLSearchParams]", "[object URL]"]);
  });

  test("sort goes by UTF-16 units", () => {
    const p = new URLSearchParams([["\uffff", "1"], ["\u{1f600}", "2"], ["z", "3"], ["a", "4"]]);
    p.sort();
    eq([...p.values()], ["4", "3", "2", "1"]);
  });

  test("iteration is live", () => {
    const p = new URLSearchParams("a=1");
    const seen = [];
    for (const [k] of p) {
      seen.push(k);
      if (seen.length < 3) p.append("n" + seen.length, "");
    }
    eq(seen, ["a", "n1", "n2"]);
  });
})
