import { customAlphabet, customRandom, nanoid, urlAlphabet } from "nanoid";
import { nanoid as plain } from "nanoid/non-secure";
import { report } from "../report.js";

export default report(async (print) => {
  const ids = new Set(Array.from({ length: 2000 }, () => nanoid()));
  print(ids.size, [...ids].every((id) => id.length === 21 && [...id].every((c) => urlAlphabet.includes(c))));
  print(nanoid(5).length, /^[abc]{12}$/.test(customAlphabet("abc", 12)()), plain(9).length, [...urlAlphabet].sort().join(""));
  let n = 0;
  print(customRandom("abcdef", 10, (size) => Uint8Array.from({ length: size }, () => (n += 7) & 255))());
  const counts = {};
  for (const c of customAlphabet("xyz", 900)()) counts[c] = (counts[c] ?? 0) + 1;
  print(Object.keys(counts).sort(), Object.values(counts).every((k) => k > 200));
});
