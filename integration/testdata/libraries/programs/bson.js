import { BSON, ObjectId, Long, Decimal128, Binary, Timestamp, EJSON, UUID, Double, Int32, BSONRegExp, Code, MinKey, MaxKey } from "bson";
import { report, failure } from "../report.js";
export default report(async (print) => {
  const doc = { _id: new ObjectId("65f0c1a2b3c4d5e6f7a8b9c0"), s: "grüße", n: 1, d: 1.5, big: Long.fromString("9223372036854775807"), dec: Decimal128.fromString("123.4500"), bin: new Binary(Buffer.from([1, 2, 3])), at: new Date(0), re: /a+b/i, arr: [1, "x", null, true], sub: { a: { b: 1 } }, uuid: new UUID("bd2d74fe-bad8-430c-aeac-b01d073a1eb6"), ts: new Timestamp({ t: 1, i: 2 }), min: new MinKey(), max: new MaxKey(), code: new Code("x => x", { a: 1 }), u: undefined };
  const bytes = BSON.serialize(doc);
  print(bytes.length, Buffer.from(bytes).toString("hex"));
  const back = BSON.deserialize(bytes);
  print(EJSON.stringify(back), EJSON.stringify(back, { relaxed: false }));
  print(back._id.getTimestamp().toISOString(), back.big, back.dec.toString(), back.uuid.toString());
  print(BSON.calculateObjectSize(doc), EJSON.parse('{"a":{"$numberLong":"5"},"b":{"$date":"1970-01-01T00:00:00Z"}}'));
  print(await failure(() => BSON.deserialize(bytes.subarray(0, 20))), await failure(() => new ObjectId("zz")));
  const a = new ObjectId(), b = new ObjectId(); print(a.toHexString().length, a.equals(b), a.getTimestamp() instanceof Date);
  const { inspect } = await import("node:util"); print(inspect(back._id), inspect({ l: back.big, d: back.dec }));
  print(BSON.serialize({ big: 5n }).length, BSON.deserialize(BSON.serialize({ big: 2n ** 62n }), { useBigInt64: true }));
});
