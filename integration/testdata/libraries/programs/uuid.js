import { v1, v3, v4, v5, v6, v7, v1ToV6, v6ToV1, validate, version, parse, stringify, NIL, MAX } from "uuid";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const options = { random: new Uint8Array([0x10, 0x91, 0x56, 0xbe, 0xc4, 0xfb, 0xc1, 0xea, 0x71, 0xb4, 0xef, 0xe1, 0x67, 0x1c, 0x58, 0x36]) };
  print(v4(options), v7({ ...options, msecs: 1645557742000, seq: 0x0cc318c4 }), v1({ node: [1, 35, 69, 103, 137, 171], clockseq: 0x1234, msecs: 1321651200000, nsecs: 5678 }), v6({ node: [1, 35, 69, 103, 137, 171], clockseq: 0x1234, msecs: 1321651200000, nsecs: 5678 }));
  print(v3("hello.example.com", v3.DNS), v5("hello.example.com", v5.DNS), v5("http://example.com/hello", v5.URL), v5("ünï", "1b671a64-40d5-491e-99b0-da01ff1f3341"));
  print(v1ToV6("92f62d9e-22c4-11ef-97e9-325096b39f47"), v6ToV1("1ef22c49-2f62-6d9e-97e9-325096b39f47"), NIL, MAX);
  for (const make of [v1, v4, v6, v7]) {
    const made = new Set(Array.from({ length: 500 }, () => make()));
    print(made.size, [...made].every(validate), version([...made][0]), [...made].every((id) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id)));
  }
  const sorted = Array.from({ length: 300 }, () => v7());
  print(sorted.join() === [...sorted].sort().join());
  print([...parse("6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b")], stringify(parse("6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b")), validate("x"));
  print(await failure(() => parse("not a uuid")), await failure(() => version("x")), await failure(() => v5("a", "bad")), await failure(() => stringify([1, 2])));
});
