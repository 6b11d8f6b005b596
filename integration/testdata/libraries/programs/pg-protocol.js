import { parse, serialize } from "pg-protocol";
import { Readable } from "node:stream";
import { report } from "../report.js";

const hex = (b) => Buffer.from(b).toString("hex");
const message = (code, ...parts) => { const body = Buffer.concat(parts); const head = Buffer.alloc(5); head.write(code); head.writeInt32BE(body.length + 4, 1); return Buffer.concat([head, body]); };
const int16 = (n) => { const b = Buffer.alloc(2); b.writeInt16BE(n); return b; };
const int32 = (n) => { const b = Buffer.alloc(4); b.writeInt32BE(n); return b; };
const text = (s) => Buffer.from(`${s}\0`);

export default report(async (print) => {
  print(hex(serialize.startup({ user: "ada", database: "db" })), hex(serialize.query("select 1")), hex(serialize.parse({ name: "s", text: "select $1", types: [23] })), hex(serialize.bind({ statement: "s", values: ["1", null, Buffer.from("x")] })));
  print(hex(serialize.describe({ type: "S", name: "s" })), hex(serialize.execute({ rows: 10 })), hex(serialize.sync()), hex(serialize.end()), hex(serialize.password("p")), hex(serialize.cancel(1, 2)), hex(serialize.requestSsl()));
  const row = message("T", int16(1), text("n"), int32(0), int16(0), int32(23), int16(4), int32(-1), int16(0));
  const stream = Buffer.concat([message("R", int32(0)), message("S", text("server_encoding"), text("UTF8")), message("K", int32(7), int32(8)), row, message("D", int16(2), int32(2), Buffer.from("42"), int32(-1)), message("C", text("SELECT 1")),
    message("E", Buffer.from("S"), text("ERROR"), Buffer.from("C"), text("42601"), Buffer.from("M"), text("syntax error"), Buffer.from([0])), message("A", int32(1), text("ch"), text("payload")), message("Z", Buffer.from("I"))]);
  for (const step of [stream.length, 7]) {
    const got = [], parts = [];
    for (let at = 0; at < stream.length; at += step) parts.push(stream.subarray(at, at + step));
    await parse(Readable.from(parts), (m) => got.push(m));
    print(got.map((m) => ({ ...m, name: m.name, message: m.message, code: m.code })));
  }
});
