// What node:net, node:tls and node:dns do, one case a member: egress_node_test.go compares it with what workerd has answered.
import net from "node:net";
import tls from "node:tls";
import dns from "node:dns";
import { connectHandler, handleAsNodeConnection } from "cloudflare:node";
let P; // ports: echo, hello, reset, upstream
const loopback = "127.0.0.1";

const plain = (v) => v instanceof Error ? `${v.name}: ${v.message} ${["code", "errno", "syscall", "address", "port", "hostname"].map((k) => `${k}=${v[k]}`).join(" ")}`
  : v instanceof Uint8Array ? Buffer.from(v).toString() : v;
const names = ["lookup", "connectionAttempt", "connectionAttemptFailed", "connect", "ready", "secureConnect", "data", "end", "finish", "timeout", "drain", "error", "close"];
// told gathers the events of a socket until it is closed.
const told = (socket, each = {}) => new Promise((done) => {
  const out = [];
  for (const name of names) socket.on(name, (...args) => {
    const data = out.find(([name]) => name === "data"); // how many pieces come is the network's affair
    if (name === "data" && data) data[1] += plain(args[0]); else if (name !== "finish") out.push([name, ...args.map(plain)]);
    each[name]?.(...args);
    if (name === "close") done(out);
  });
});
const once = (emitter, name) => new Promise((done) => emitter.once(name, (...args) => done(args)));
let self;
// server listens and gives what the client's end of a connection to it gets.
async function served(options, listener, client) {
  const server = net.createServer(options, listener).listen(options.port);
  await once(server, "listening");
  const socket = self.connect(`service.internal:${options.port}`, { allowHalfOpen: true });
  const result = await client(socket, server);
  const closed = once(server, "close");
  server.close();
  return [result, await closed];
}
const textOf = async (socket) => { const text = await new Response(socket.readable).text(); await socket.writable.close().catch(() => {}); return text; };

const T = {
  echo: () => { const s = net.connect(P.echo, loopback); s.on("connect", () => s.end("hi")); return told(s); },
  early: () => { const s = net.connect({ port: P.echo, host: loopback }, () => s.end()); s.write("before"); return told(s); },
  half: () => { const s = net.connect({ port: P.hello, host: loopback, allowHalfOpen: true }); return told(s, { end: () => s.end("after") }); },
  noHalf: () => told(net.connect(P.hello, loopback)),
  noHalfWrite: () => { const s = net.connect(P.hello, loopback); return told(s, { end: () => setTimeout(() => s.write("after", (e) => s.emit("data", `cb ${e?.code}`)), 20) }); },
  refused: () => told(net.connect(1, loopback)),
  refusedName: () => told(net.connect({ port: 1, host: "localhost" })),
  unknown: () => told(net.connect(1, "nope.invalid")),
  lookup: () => { const s = net.connect({ port: P.hello, host: "made.up", lookup: (host, options, done) => done(null, loopback, 4) }); return told(s); },
  lookupFails: () => { const s = net.connect({ port: P.hello, host: "made.up", lookup: (host, options, done) => done(new Error("no " + host)) }); return told(s); },
  destroy: () => { const s = net.connect(P.echo, loopback, () => s.destroy()); return told(s); },
  destroyError: () => { const s = net.connect(P.echo, loopback, () => s.destroy(new Error("mine"))); return told(s); },
  destroyEarly: () => { const s = net.connect(P.echo, loopback); s.destroy(); return told(s); },
  destroySoon: () => { const s = net.connect(P.echo, loopback, () => { s.write("x"); s.destroySoon(); }); return told(s).then((all) => all.filter(([name]) => name !== "data" && name !== "end")); },
  timeout: () => { const s = net.connect(P.echo, loopback, () => s.setTimeout(20)); return told(s, { timeout: () => s.destroy() }); },
  timeoutOption: () => { const s = net.connect({ port: P.echo, host: loopback, timeout: 20 }); return told(s, { timeout: () => s.end() }).then((all) => all.map(([name]) => name).sort()); },
  timeoutOff: () => { const s = net.connect(P.hello, loopback); s.setTimeout(10); s.setTimeout(0); return told(s).then((all) => all.map(([name]) => name)); },
  state: async () => {
    const s = net.connect(P.echo, loopback), out = [[s.connecting, s.pending, s.readyState, s.bytesRead, s.bytesWritten, s.remoteAddress, s.remotePort === P.echo, s.remoteFamily, s.localFamily]];
    await once(s, "connect");
    out.push([s.connecting, s.pending, s.readyState, s.remoteAddress, s.remotePort === P.echo, s.remoteFamily, s.localAddress, typeof s.localPort, s.localFamily, s.address().address === s.localAddress]);
    s.write("12345");
    await once(s, "data");
    out.push([s.bytesRead, s.bytesWritten, s.readyState]);
    s.end();
    await once(s, "close");
    out.push([s.pending, s.readyState, s.bytesRead, s.bytesWritten, s.destroyed, s.remoteAddress, s.closed]);
    return out;
  },
  encoding: () => { const s = net.connect(P.echo, loopback); s.setEncoding("hex"); s.end("6162", "hex"); return told(s).then((all) => all.filter(([name]) => name === "data")); },
  big: async () => {
    const s = net.connect(P.echo, loopback), piece = Buffer.alloc(1 << 18, 97);
    let n = 0, waits = 0;
    s.on("data", (b) => { n += b.toString("latin1").split("a").length - 1; });
    for (let i = 0; i < 4; i++) if (!s.write(piece)) { waits++; await once(s, "drain"); }
    s.end();
    await once(s, "close");
    return [n, waits];
  },
  paused: async () => { const s = net.connect(P.hello, loopback); s.pause(); await once(s, "connect"); await new Promise((r) => setTimeout(r, 30)); const out = [s.isPaused(), s.readableLength <= 5]; const all = told(s); s.resume(); return [out, (await all).filter(([name]) => name !== "ready")]; },
  iterate: async () => { let text = ""; for await (const piece of net.connect(P.hello, loopback)) text += piece; return text; },
  onread: () => new Promise((done) => { const got = []; const s = net.connect({ port: P.hello, host: loopback, onread: { buffer: Buffer.alloc(2), callback: (n, b) => { got.push(b.toString("latin1", 0, n)); return true; } } }); s.on("close", () => done(got.join(""))); }),
  again: async () => { const s = net.connect(P.hello, loopback); const first = await told(s); s.connect(P.hello, loopback); return [first.length, (await told(s)).map((event) => event.map((v) => (v === P.hello ? "HELLO" : v)))]; },
  signalBefore: () => { try { const s = net.connect({ port: P.echo, host: loopback, signal: AbortSignal.timeout(1e6) }); s.destroy(); return told(s); } catch (e) { return plain(e); } },
  writeUnconnected: () => { const s = new net.Socket(); s.write("x"); return told(s); },
  twice: () => { const s = net.connect(P.echo, loopback); try { s.connect(P.echo, loopback); } catch (e) { s.destroy(); return plain(e); } },
  reset: () => told(net.connect(P.reset, loopback)).then((all) => all.filter(([name]) => name === "close")),
  cork: () => { const s = net.connect(P.echo, loopback); s.cork(); s.write("a"); s.write("b"); s.uncork(); s.end(); return told(s).then((all) => all.filter(([name]) => name === "data")); },
  own: () => [Object.keys(new net.Server()).filter((k) => !k.startsWith("_") && k !== "domain"), net.Stream === net.Socket, new net.Socket() instanceof (net.Socket), net.Socket() instanceof net.Socket],
  noArguments: () => { net.connect({}); },
  path: () => { net.connect("/var/run/x"); }, badPort: () => { net.connect(70000, "x"); }, badPort2: () => { net.connect({ port: "a" }); }, badPort3: () => { net.connect({ port: {} }); },
  fd: () => new net.Socket({ fd: 3 }), objects: () => new net.Socket({ objectMode: true }), localBad: () => { net.connect({ port: 1, host: loopback, localAddress: "x" }); }, timeoutBad: () => new net.Socket().setTimeout(-1), timeoutBad2: () => new net.Socket().setTimeout("a"),
  isIP: () => ["1.2.3.4", "::1", "1::2::3", "1.2.3.256", "01.2.3.4", "::ffff:1.2.3.4", "a", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "fe80::1%eth0", "::%", "1.2.3", "", "::1.2.3", "1:2:3:4:5:6:1.2.3.4", "12345::"].map((a) => net.isIP(a)),
  address: () => [new net.SocketAddress(), new net.SocketAddress({ family: "IPV6", port: 3, flowlabel: 4 }), net.SocketAddress.parse("1.2.3.4:5"), net.SocketAddress.parse("[::1]:5"), net.SocketAddress.parse("x"), net.SocketAddress.parse("1.2.3.4")],
  addressBad: () => new net.SocketAddress({ address: "x" }), addressBad2: () => new net.SocketAddress({ port: 70000 }), addressBad3: () => new net.SocketAddress({ family: "ip" }),
  blockList: () => {
    const list = new net.BlockList();
    list.addAddress("1.2.3.4"); list.addRange("10.0.0.1", "10.0.0.9"); list.addSubnet("192.168.0.0", 16); list.addSubnet("2001:db8::", 32, "ipv6"); list.addAddress(new net.SocketAddress({ address: "::5", family: "ipv6" }));
    const other = new net.BlockList();
    other.fromJSON(list.toJSON());
    return [list.rules, other.rules, ["1.2.3.4", "1.2.3.5", "10.0.0.9", "10.0.0.10", "192.168.255.1", "x"].map((a) => list.check(a)), ["2001:db8::1", "2001:db9::1", "::5", "::ffff:1.2.3.4"].map((a) => list.check(a, "ipv6")), net.BlockList.isBlockList(list)];
  },
  blockBad: () => new net.BlockList().addAddress("x"), blockBad2: () => new net.BlockList().addRange("1.2.3.5", "1.2.3.4"), blockBad3: () => new net.BlockList().addSubnet("1.2.3.5", 33), blockBad4: () => new net.BlockList().addSubnet("1.2.3.5", "a"), blockBad5: () => new net.BlockList().addAddress("::1", "ipv5"),
  defaults: () => [net.getDefaultAutoSelectFamily(), net.getDefaultAutoSelectFamilyAttemptTimeout()], defaultBad: () => net.setDefaultAutoSelectFamily(true),
  bound: () => { const b = new net.BoundSocket({ port: 4001 }); const out = [b.address(), b.fd()]; b.close(); try { b.address(); } catch (e) { out.push(plain(e)); } return out; },
  boundTwice: () => { const b = new net.BoundSocket({ port: 4002 }); try { new net.BoundSocket({ port: 4002 }); } finally { b.close(); } }, boundHost: () => new net.BoundSocket({ host: "x" }),
  serve: () => served({ port: 5001 }, (s) => { s.write(`hello from ${s.localPort} ${s.localFamily}, `); s.on("data", (d) => s.end(`you said ${d}`)); }, async (c) => { const w = c.writable.getWriter(); await w.write(new TextEncoder().encode("hi")); await w.close(); return new Response(c.readable).text(); }),
  servePeer: () => served({ port: 5002 }, (s) => s.end(JSON.stringify([s.remoteAddress, s.remoteFamily, typeof s.remotePort, s.localAddress, s.localPort])), (c) => textOf(c)),
  serveCount: () => served({ port: 5003 }, (s) => s.resume(), async (c, server) => { await once(server, "connection"); const n = await new Promise((done) => server.getConnections((e, n) => done([e, n]))); await c.writable.close(); return n; }),
  serveAddress: async () => { const s = net.createServer(); const out = [s.address(), s.listening]; s.listen({ port: 5004, host: "localhost" }); out.push(s.address(), s.listening); await once(s, "listening"); s.close(); return [out, await once(s, "close"), s.listening]; },
  serveTwice: () => { const s = net.createServer().listen(5005); try { s.listen(5006); } finally { s.close(); } },
  serveTaken: async () => { const a = net.createServer().listen(5007), b = net.createServer(); b.listen(5007); const [e] = await once(b, "error"); a.close(); return plain(e); },
  serveClosed: () => new Promise((done) => net.createServer().close((e) => done(plain(e)))),
  serveNobody: async () => { try { const c = self.connect("service.internal:5999"); return [await c.opened.then(() => "opened"), await textOf(c)]; } catch (e) { return "failed"; } },
  serveBad: () => net.createServer().listen(-1), serveBad2: () => net.createServer("x"), serveBad3: () => net.createServer().listen("/path"),
  tlsRefused: () => told(tls.connect({ port: 1, host: loopback })),
  tlsPlain: () => told(tls.connect({ port: P.hello, host: loopback })).then((all) => all.map(([name]) => name)),
  tlsReject: () => tls.connect({ port: 1, rejectUnauthorized: false }), tlsAlpn: () => tls.connect({ port: 1, host: loopback, ALPNProtocols: ["h2"] }), tlsCheck: () => tls.connect({ port: 1, host: loopback, checkServerIdentity() {} }),
  tlsCheck2: () => tls.connect({ port: 1, host: loopback, checkServerIdentity: 5 }), tlsPsk: () => tls.connect({ port: 1, pskCallback() {} }), tlsDh: () => tls.connect({ port: 1, minDHSize: 5 }), tlsServer: () => tls.createServer(), tlsIsServer: () => new tls.TLSSocket(null, { isServer: true }),
  tlsContext: () => new tls.TLSSocket(null, { secureContext: {} }), tlsCert: () => new tls.TLSSocket(new net.Socket()).getPeerCertificate(), tlsCiphers: () => tls.getCiphers(), tlsPair: () => tls.createSecurePair(), tlsSecure: () => tls.createSecureContext({ secureOptions: "x" }),
  tlsNames: () => [["a.b.c", { subjectaltname: "DNS:*.b.c" }], ["a.x.c", { subjectaltname: "DNS:*.b.c, IP Address:1.2.3.4" }], ["1.2.3.4", { subjectaltname: "IP Address:1.2.3.4" }], ["1.2.3.5", { subjectaltname: "IP Address:1.2.3.4, DNS:x" }],
    ["a", {}], ["a", { subject: {} }], ["b.c", { subjectaltname: "DNS:*.b.c" }], ["b.c", { subject: { CN: ["x", "b.c"] } }], ["B.C.", { subject: { CN: "b.c" } }], ["b.c", { subject: { CN: "x" } }], ["x.a.b.c", { subjectaltname: "DNS:*.b.c" }]].map(([host, cert]) => plain(tls.checkServerIdentity(host, cert))),
  alpn: () => { const o = {}; tls.convertALPNProtocols(["h2", "http/1.1"], o); return [...o.ALPNProtocols]; }, alpnBad: () => tls.convertALPNProtocols(["x".repeat(256)], {}),
  dnsAddress: async () => [await dns.promises.lookup(loopback), await dns.promises.lookup("::1", { all: true }), await dns.promises.lookup("", { all: true })],
  dnsCallback: () => new Promise((done) => dns.lookup(loopback, (...args) => done(args))), dnsEmpty: () => new Promise((done) => dns.lookup("", { family: 6 }, (...args) => done(args))),
  dnsService: () => dns.promises.lookupService(loopback, 80), dnsAny: () => dns.promises.resolveAny("x"), dnsSet: () => dns.setServers([]), dnsServers: () => [dns.getServers(), dns.promises.getServers(), dns.getDefaultResultOrder()],
  dnsBad: () => dns.lookup("x"), dnsBad2: () => dns.lookup(5, () => {}), dnsBad3: () => dns.resolve4(5, () => {}), dnsBad4: () => dns.resolve4("x"), dnsBad5: () => dns.resolve("x", "Q", () => {}), dnsBad6: () => dns.lookup("x", { family: 5 }, () => {}),
  dnsBad7: () => dns.lookup("x", { hints: 1 }, () => {}), dnsBad8: () => dns.lookup("x", "y", () => {}), dnsBad9: () => dns.setDefaultResultOrder("x"), dnsBad10: () => new dns.Resolver().cancel(),
};
export default {
  async connect(socket, env, ctx) { await handleAsNodeConnection(socket, env, ctx); },
  async fetch(req, env, ctx) {
    const url = new URL(req.url), n = url.pathname.slice(1);
    P = JSON.parse(url.searchParams.get("ports") ?? "{}");
    self = ctx.exports.default;
    if (n === "list") return Response.json(Object.keys(T));
    try { const v = await Promise.race([T[n](), new Promise((f) => setTimeout(f, 8000, "PENDING"))]); return new Response(`${n}: ${typeof v === "string" ? v : JSON.stringify(v)}\n`); } catch (e) { return new Response(`${n}: THROWS ${plain(e)}\n`); }
  },
};
