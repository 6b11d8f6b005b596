import * as cookie from "cookie";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const parse = cookie.parseCookie ?? cookie.parse;
  print(parse("foo=bar; equation=E%3Dmc%5E2; a=\"q\"; foo=second; bad=%E4; =x; empty="), parse("a=1;b=2", { decode: (v) => v + "!" }));
  const s = cookie.stringifySetCookie ?? cookie.serialize;
  print(cookie.serialize("a", "b c;é", { domain: "x.example", path: "/", maxAge: 60, expires: new Date(0), httpOnly: true, secure: true, sameSite: "strict", priority: "high", partitioned: true }));
  print(await failure(() => cookie.serialize("bad name", "x")), await failure(() => cookie.serialize("a", "x", { path: "\n" })), await failure(() => cookie.serialize("a", "x", { maxAge: "z" })), typeof s);
  if (cookie.parseSetCookie) print(cookie.parseSetCookie("a=b; Path=/x; Max-Age=5; Secure; SameSite=Lax; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), cookie.stringifyCookie({ a: "1 2", b: "x" }));
});
