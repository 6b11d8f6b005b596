// A module that the package's workerd build imports itself.
import xxhash from "xxhash-wasm";
import { report } from "../report.js";

export default report(async (print) => {
  const { h32, h64, h32ToString, h64ToString, h64Raw, create32, create64 } = await xxhash();
  print(h32ToString(""), h32ToString("some text"), h32("some text", 7), h64ToString("some text"), h64("some text", 7n));
  print(h64Raw(new Uint8Array(100_000).map((_, i) => i * 31)), h64ToString("ü".repeat(10_000)));
  print(create32().update("some ").update("text").digest().toString(16), create64().update("some ").update("text").digest().toString(16));
});
