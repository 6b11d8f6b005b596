// compatibility_date: 2026-11-17
// node:dns with a server of ours: what is asked, and what answers are read as.
import dns, { promises } from "node:dns";
import * as dp from "node:dns/promises";

const numbers = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, NAPTR: 35, CAA: 257 };
const asked = [];
let answers, status = 200, raw;
globalThis.fetch = async (url, init) => {
  asked.push([`${url}`, init?.method ?? "GET", new Headers(init?.headers).get("accept")]);
  if (status === 0) throw new Error("no network");
  if (raw !== undefined) return new Response(raw, { status });
  const type = numbers[new URL(url).searchParams.get("type")], name = new URL(url).searchParams.get("name");
  const found = answers.map((a) => (typeof a === "string" ? { name, type, TTL: 60, data: a } : a)).filter((a) => a.type === type || a.always);
  return Response.json({ Status: 0, Question: [{ name, type }], ...(found.length > 0 ? { Answer: found } : {}) }, { status });
};
const given = (list, f) => async () => { answers = list; status = 200; raw = undefined; asked.length = 0; try { return await f(); } catch (e) { return e; } };
const bad = (s, text, f) => async () => { status = s; raw = text; answers = []; try { return await f(); } catch (e) { return e; } };
const called = (f, ...args) => new Promise((done) => f(...args, (...results) => done(results)));

export default {
  asks: given(["1.2.3.4"], async () => { await promises.resolve4("example.com"); await promises.resolve6("a b&c"); return asked; }),
  a: given(["1.2.3.4", "1.2.3.5"], () => promises.resolve4("example.com")), aTTL: given(["1.2.3.4"], () => promises.resolve4("example.com", { ttl: true })), aaaa: given(["::1"], () => promises.resolve6("example.com", { ttl: true })),
  chain: given([{ name: "x", type: 5, TTL: 1, data: "y.", always: true }, "1.2.3.4"], () => promises.resolve4("example.com")), onlyChain: given([{ name: "x", type: 5, TTL: 1, data: "y.", always: true }], () => promises.resolve4("example.com")),
  nothing: given([], () => promises.resolve4("example.com")), nothingMx: given([], () => promises.resolveMx("example.com")), nameless: given([{ name: "", type: 1, TTL: 1, data: "1.2.3.4" }], () => promises.resolve4("example.com")),
  mx: given(["10 mail.example.com.", "20 b.example.com", "5 ."], () => promises.resolveMx("example.com")), mxBad: given(["10"], () => promises.resolveMx("example.com")), txt: given(['"one"', '"two" "three"', '"a""b"', "bare", '"with \\"quote\\""', '""'], () => promises.resolveTxt("example.com")),
  cname: given(["a.example.com."], () => promises.resolveCname("example.com")), ns: given(["ns1.example.com.", "ns2.example.com"], () => promises.resolveNs("example.com")), ptr: given(["host.example.com."], () => promises.resolvePtr("1.0.0.127.in-addr.arpa")), reverse: given(["host.example.com."], () => promises.reverse("127.0.0.1")),
  soa: given(["ns.example.com. admin.example.com. 2357999196 10000 2400 604800 1800"], () => promises.resolveSoa("example.com")), srv: given(["5 0 80 calendar.google.com", "1 2 3 x."], () => promises.resolveSrv("_x._tcp.example.com")), srvBad: given(["5 0"], () => promises.resolveSrv("x")),
  caa: given(["\\# 15 00 05 69 73 73 75 65 70 6b 69 2e 67 6f 6f 67", "\\# 22 80 05 69 73 73 75 65 6c 65 74 73 65 6e 63 72 79 70 74 2e 6f 72 67"], () => promises.resolveCaa("example.com")),
  naptr: given(["\\# 37 00 0a 00 64 01 73 07 53 49 50 2b 44 32 55 00 04 5f 73 69 70 04 5f 75 64 70 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00"], () => promises.resolveNaptr("example.com")),
  resolve: given(["1.2.3.4"], () => promises.resolve("example.com", "A")), resolveMx: given(["10 a."], () => promises.resolve("example.com", "MX")), callback: given(["1.2.3.4"], () => called(dns.resolve4, "example.com")), callbackOptions: given(["1.2.3.4"], () => called(dns.resolve4, "example.com", { ttl: true })),
  callbackNothing: given([], () => called(dns.resolveTxt, "example.com")), callbackResolve: given(["10 a."], () => called(dns.resolve, "example.com", "MX")), callbackAny: given([], () => called(dns.resolveAny, "x")),
  lookup: given([{ type: 1, TTL: 1, name: "x", data: "1.2.3.4" }, { type: 28, TTL: 1, name: "x", data: "::1" }], async () => [await promises.lookup("x"), await promises.lookup("x", { all: true }), await promises.lookup("x", 6), await promises.lookup("x", { family: "IPv6" }), await promises.lookup("x", { all: true, order: "ipv6first" }), await promises.lookup("x", { order: "ipv6first" }), await promises.lookup("x", { family: 4, all: true })]),
  lookupOne: given([{ type: 28, TTL: 1, name: "x", data: "::1" }], async () => [await promises.lookup("x"), await promises.lookup("x", 4).catch((e) => e)]), lookupNothing: given([], () => promises.lookup("x")), lookupCallback: given([{ type: 1, TTL: 1, name: "x", data: "1.2.3.4" }], async () => [await called(dns.lookup, "x"), await called(dns.lookup, "x", { all: true }), await called(dns.lookup, "x", 6)]),
  status500: bad(500, "no", () => promises.resolve4("example.com")), noJSON: bad(200, "<html>", () => promises.resolve4("example.com")), error: bad(200, '{"error":"x","Question":[]}', () => promises.resolve4("example.com")), noQuestion: bad(200, '{"Question":[]}', () => promises.resolve4("example.com")), noNetwork: bad(0, undefined, () => promises.resolveMx("example.com")), noNetworkLookup: bad(0, undefined, () => promises.lookup("example.com")),
  fields: bad(500, "no", async () => { try { await promises.resolve4("example.com"); } catch (e) { return [e.code, e.hostname, e.syscall, e.errno, e.name]; } }), resolver: given(["1.2.3.4"], async () => [await new promises.Resolver().resolve4("x"), await called((...a) => new dns.Resolver().resolve4(...a), "x"), new dns.Resolver().getServers()]),
  order: async () => { dp.setDefaultResultOrder("ipv6first"); const out = [dns.getDefaultResultOrder(), dp.getDefaultResultOrder()]; dp.setDefaultResultOrder("verbatim"); return out; }, codes: () => Object.keys(dns).filter((k) => /^[A-Z]+$/.test(k)).map((k) => `${k} ${dns[k]}`).sort(),
};
