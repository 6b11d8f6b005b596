import url from "node:url";
import querystring from "node:querystring";
import punycode from "node:punycode";
import { StringDecoder } from "node:string_decoder";

const urls = ["http://user:pass@Example.com:8080/p/a/t/h?query=string&x=1#hash", "/path?x=y", "//host/path", "mailto:a@b.c", "http://[::1]:80/", "javascript:alert(1)", "file:///etc/passwd", "http://a.com/b c?d=e f", "x", "", "http://münchen.de/ä"];

export default {
  parse: () => urls.map((u) => { const { protocol, slashes, auth, host, port, hostname, hash, search, query, pathname, path, href } = url.parse(u); return [protocol, slashes, auth, host, port, hostname, hash, search, query, pathname, path, href]; }),
  "parse query": () => ({ ...url.parse("/a?b=c&d=e&b=f", true).query }),
  "parse slashes": () => url.parse("//host/path", false, true).host,
  "parse number": () => url.parse(5),
  format: () => [url.format({ protocol: "http", host: "a.com", pathname: "/b", query: { c: "d" } }), url.format({ pathname: "x", search: "?a#b" }), url.format("http://a.com/b"), url.format(new URL("http://u:p@xn--mnchen-3ya.de/ä?q#h"), { unicode: true, auth: false, fragment: false })],
  resolve: () => [["/one/two/three", "four"], ["http://example.com/", "/one"], ["http://example.com/one", "../two"], ["http://a.com/b", "//c.com/d"], ["http://a.com/b?c", "#d"], ["http://a.com/b/c/d", "./e"]].map((a) => url.resolve(...a)),
  fileURLToPath: () => [url.fileURLToPath("file:///a/b%20c"), url.fileURLToPath(new URL("file:///x"))],
  "fileURLToPath http": () => url.fileURLToPath("http://a/b"),
  "fileURLToPath host": () => url.fileURLToPath("file://host/b"),
  "fileURLToPath slash": () => url.fileURLToPath("file:///a%2fb"),
  pathToFileURL: () => [url.pathToFileURL("/a b/c#d?e%").href, url.pathToFileURL("/x/").href],
  domains: () => [url.domainToASCII("español.com"), url.domainToASCII("xn--iñvalid.com"), url.domainToUnicode("xn--espaol-zwa.com")],
  urlToHttpOptions: () => { const o = url.urlToHttpOptions(new URL("https://a:b@x.com:8443/p?q#h")); return [o.protocol, o.hostname, o.port, o.path, o.auth, o.hash, o.href]; },
  "qs parse": () => ["a=1&b=2&a=3", "a", "=b", "a=", "&&", "a=%20+x", "%zz=%E0%A4%A", "a=b=c", "a%3Db=c", "é=ü"].map((s) => ({ ...querystring.parse(s) })),
  "qs parse options": () => [{ ...querystring.parse("a:1;b:2", ";", ":") }, Object.keys(querystring.parse("a&b&c", null, null, { maxKeys: 2 })), { ...querystring.parse("a=%41", null, null, { decodeURIComponent: (s) => s.toLowerCase() }) }],
  "qs stringify": () => [querystring.stringify({ a: 1, b: [2, 3], c: "é &", d: true, e: null, f: undefined, g: NaN, h: 5n }), querystring.stringify({ a: "b", c: "d" }, ";", ":"), querystring.stringify("x"), querystring.stringify({ a: [] })],
  "qs escape": () => [querystring.escape("a b&c='é!"), querystring.unescape("a%20b%zz"), querystring.escape({ toString: () => "obj" })],
  punycode: () => [punycode.toASCII("mañana.com"), punycode.toUnicode("xn--maana-pta.com"), punycode.encode("☃-⌘"), punycode.decode("--dqo34k"), punycode.ucs2.decode("a𝄞"), punycode.ucs2.encode([97, 119070])],
  decoder: () => { const d = new StringDecoder("utf8"); return [d.write(Buffer.from([0xe2, 0x82])), d.write(Buffer.from([0xac, 0x61])), d.end(Buffer.from([0xf0, 0x9f])), d.end()]; },
  "decoder utf16": () => { const d = new StringDecoder("utf16le"); return [d.write(Buffer.from([0x61, 0, 0x3d, 0xd8])), d.write(Buffer.from([0x4d])), d.end(Buffer.from([0xdc]))]; },
  "decoder base64": () => { const d = new StringDecoder("base64"); return [d.write(Buffer.from("ab")), d.write(Buffer.from("c")), d.end(Buffer.from("d"))]; },
  "decoder others": () => [new StringDecoder("hex").write(Buffer.from("ab")), new StringDecoder("latin1").write(Buffer.from([0xe9])), new StringDecoder().encoding],
  "decoder bad": () => new StringDecoder("nope"),
  classes: () => [url.URL === URL, url.URLSearchParams === URLSearchParams],
};
