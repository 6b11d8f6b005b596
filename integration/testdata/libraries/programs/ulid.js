import { decodeTime, encodeTime, fixULIDBase32, isValid, monotonicFactory, ulid, ulidToUUID, uuidToULID, incrementBase32 } from "ulid";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const fixed = () => 0.42;
  print(ulid(1469918176385).slice(0, 10), ulid(1469918176385).length);
  print(ulid(1469918176385, fixed), decodeTime("01ARYZ6S41TSV4RRFFQ69G5FAV"), encodeTime(1469918176385, 10), isValid("01ARYZ6S41TSV4RRFFQ69G5FAV"), isValid("x"));
  const next = monotonicFactory(fixed);
  print(next(150000), next(150000), next(100000), incrementBase32("A109C"));
  print(ulidToUUID("01ARYZ6S41TSV4RRFFQ69G5FAV"), uuidToULID("0156ef1c-b081-d674-b8c3-f7b81302abef".replace(/..$/, "5b")), fixULIDBase32("oLARYZ6-S41TSV4RRF-FQ69G5FAV"));
  print(new Set(Array.from({ length: 1000 }, () => ulid())).size);
  print(await failure(() => decodeTime("short")), await failure(() => encodeTime(-1, 10)), await failure(() => encodeTime(1.5, 10)));
});
