import { sha1, md5, ripemd160 } from "@noble/hashes/legacy.js";
import { sha256, sha512, sha384, sha512_256 } from "@noble/hashes/sha2.js";
import { sha3_256, keccak_256, shake256 } from "@noble/hashes/sha3.js";
import { blake2b, blake2s } from "@noble/hashes/blake2.js";
import { blake3 } from "@noble/hashes/blake3.js";
import { hmac } from "@noble/hashes/hmac.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { pbkdf2, pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { scrypt } from "@noble/hashes/scrypt.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { bytesToHex, hexToBytes, randomBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const data = utf8ToBytes("The quick brown fox jumps over the lazy dog"), long = new Uint8Array(50000).map((_, i) => i * 7);
  for (const [name, h] of Object.entries({ sha1, md5, ripemd160, sha256, sha384, sha512, sha512_256, sha3_256, keccak_256, blake2b, blake2s, blake3 })) print(name, bytesToHex(h(data)), bytesToHex(h(long)).slice(0, 16));
  print(bytesToHex(shake256(data, { dkLen: 40 })), bytesToHex(hmac(sha256, utf8ToBytes("k"), data)), bytesToHex(hkdf(sha256, data, utf8ToBytes("salt"), utf8ToBytes("info"), 42)));
  print(bytesToHex(pbkdf2(sha256, "pass", "salt", { c: 200, dkLen: 32 })), bytesToHex(await pbkdf2Async(sha512, "pass", "salt", { c: 50, dkLen: 20 })), bytesToHex(scrypt("pass", "salt", { N: 64, r: 8, p: 1, dkLen: 32 })), bytesToHex(argon2id("pass", "saltsalt", { t: 1, m: 64, p: 1 })));
  const step = sha256.create();
  for (let i = 0; i < data.length; i += 7) step.update(data.subarray(i, i + 7));
  print(bytesToHex(step.clone().digest()), randomBytes(9).length, await failure(() => sha256("text")), (await failure(() => hexToBytes("xyz"))).split(":")[0]);
});
