import * as crypto from "node:crypto";
import { Buffer } from "node:buffer";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

const algorithms = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-224", "sha512-256", "sha3-256", "sha3-512", "ripemd160", "blake2b512", "blake2s256", "RSA-SHA256", "SHA256"];
const long = Buffer.alloc(5000, "abc");
const key32 = Buffer.alloc(32, 7), iv16 = Buffer.alloc(16, 3);
const rsaKey = `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDyN3pFrqevoaRu
/ryT+0FyHQPmXSjROOxUugRf7bAxKk4QwOy9imF2hagoR5RhcVXlZyKROC6OVZLE
zQM5Gxznz8kDNwsQnf9ZKoH0lk1cuOqTAQ3bC5Tmk8LIIljnnw4embDbmCbfstvD
Ss8K+l/5/c7b6fSMPQF9y4p9g5v3IhDSQYv2ci6c86QMcnuVX9zWqS4Q/ok2sRdI
v2Afsexo5yf6uoy2P+KfhiG2ZjF/f8FUIxRKOtUBccYP1M/wQhA0d4hH5llIDMAW
5DuQqfjYYnyGsvwsfqdXI2KBCkBd/3x/4DlUglSvRO35+nDsAK+q5SanQc33ULZe
zWaSBsf7AgMBAAECggEACDGaQEs1Pvq/3kVdyb/BKgQTQrK6E8HSNNeKGFipEjC1
LVnpaEwLGgBRfPNW8Kjt1/HSOIlnAcehTGkHB+KD6s+bpDEzfZ9qqPCILub6vP1A
ajKp7lQI+HfdKfoHeeZmiuB2HCecgQrC5mtcb6min4lXexcB/9B8gW3mRHK0TvrW
L3lhT8u32SFQ91ve7RHx/ROgK9+uqgw0bb8mj4a0/GbESwfmwaoCT+uMZCiU1mbz
MfP5JZbhjSrehI5H/tyaODITAybQLtxdOruhFuCSCUzpjC3Nq+qY6tKHExIAql7R
/XrvqsaXiGsQXsJZeBDjm30VkZILV1IwzSELMO6vWQKBgQD8WKPAQ7AG+noPUPLS
976Bnu5WhQ3hPnYY2WGotkocYEYJea2g19qvgMtt7HCoglvba/HIEzPKPyNDUHzE
YIaPmEiHPYhANB/lYnKki0v7oyBLmIjY3rOMF908dEislT5hD7SRoiiW7B2anOR8
Z6AUS9MUvXt/yI12N4K8+03l1QKBgQD1uUqQyZ5Iyt70JjaISmPrNTvpCmXptDuh
t5WRsJ7VVTcm12aNO34HXVS0g/yUTpJzXuCv6tAtR4MWJ8DUWYHfb3ZXYxHZJPOo
HgA3stgq8xlyge1q0CEm3H6gQ9O8njRr4xKyPOLitkRy6GBoZwGcmRKkBjmr5zl6
qRlvR0rOjwKBgQDMzQ/Rad4CO+U2awc4a3NE9f0PYRs7tJraXgrhh1isoQIWjJd7
E9TbXVc9Foj0aiAs+/WV4OfGe+mdp0QriP+MqRYsFKdxHBzK6VSL8LWxO9ppIBno
kQ39ZBzdBK86ykF/OuTc0VPJ8UWxhyX1RZDpCAT/Ly19LwKIcFL+F6NIJQKBgDI1
RR4mhDgdc8bxU+0vPhFeVDp+zGofUJvvlhkpvJqcieNe2e57vHmmwVsNKPvovhXi
yghH83d9CDTrtIPvMhFEhiq+7HOxEDRGxQacfXzxJT73e1p64ns9TIZUtZvxu4Zb
5IMU28s1MPFFuAU9HuAvitaHCxur6Fu+15qcN5XTAoGBAPvUqtxv9gd/0WTYbRW4
wI8QE95WHwfPgHxsoLPWaYfsNV8D3nsKy5dFeShHrFSa7JyP1DhrEiy3+MO7TgxQ
SdLOo+xPaw9fFVwgEY2UOXZzD4zwVYC2VkRnbD061L6NfUcX6ULApsJM/DsfgjRZ
l+2pF0laAglfu8+ZW7C2fdrg
-----END PRIVATE KEY-----`;
const ecKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqMMcIv7ecKGrh4AW
vaYVsf1FXPjXgxnWkmDNHitC7nKhRANCAAQQj+Fd5geNM/fDWWMWp9suE0qwwaV2
FZC5F+I32VTUJmEqw0ZId5XC70AaN7mafI0uQDkLUHsiPyVmyjn69RJE
-----END PRIVATE KEY-----`;
const edKey = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIEMnx5PVWK42eDeSXhcZhJWoJ+nM8hDC2bUiBa38wmQv
-----END PRIVATE KEY-----`;

function enc(name, keyLength, ivLength, text, options, aad) {
  const key = Buffer.alloc(keyLength, 1), iv = ivLength ? Buffer.alloc(ivLength, 2) : null;
  const c = crypto.createCipheriv(name, key, iv, options);
  if (aad) c.setAAD(Buffer.from(aad));
  const out = Buffer.concat([c.update(text.slice(0, 7)), c.update(text.slice(7)), c.final()]);
  const tag = aad ? c.getAuthTag() : null;
  const d = crypto.createDecipheriv(name, key, iv, options);
  if (aad) { d.setAAD(Buffer.from(aad)); d.setAuthTag(tag); }
  return [out.toString("hex"), tag, Buffer.concat([d.update(out.subarray(0, 3)), d.update(out.subarray(3)), d.final()]).toString()];
}

export default {
  hashes: () => algorithms.map((a) => crypto.createHash(a).update("abc").digest("hex")),
  "hashes, in pieces": () => algorithms.map((a) => { const h = crypto.createHash(a); for (let i = 0; i < 5000; i += 333) h.update(long.subarray(i, i + 333)); return h.digest("base64"); }),
  "hash encodings": () => [crypto.createHash("sha1").update("616263", "hex").digest("base64url"), crypto.createHash("sha1").update("é", "latin1").digest("hex"), crypto.createHash("sha1").update(new Uint16Array([1, 2])).digest("latin1").length],
  "hash copy": () => { const h = crypto.createHash("sha256").update("a"); const c = h.copy(); return [h.update("b").digest("hex"), c.digest("hex")]; },
  "hash digest twice": () => { const h = crypto.createHash("sha256"); h.digest(); return h.digest(); },
  "hash update after": () => { const h = crypto.createHash("sha256"); h.digest(); return h.update("a"); },
  "hash unknown": () => crypto.createHash("nope"),
  "hash number": () => crypto.createHash("md5").update(5),
  "hash no name": () => crypto.createHash(),
  shake: () => [crypto.createHash("shake128").update("a").digest("hex"), crypto.createHash("shake256", { outputLength: 50 }).update("a").digest("hex")],
  "hash as a stream": async () => { const h = crypto.createHash("sha256"); await pipeline([Buffer.from("a"), Buffer.from("bc")], h); return h.read().toString("hex"); },
  "hash written": () => new Promise((resolve) => { const h = crypto.createHash("sha256"); h.on("readable", () => { const d = h.read(); if (d) resolve(d); }); h.write("abc"); h.end(); }),
  "hash at once": () => [crypto.hash("sha1", "abc"), crypto.hash("sha1", "abc", "base64")],
  hmac: () => algorithms.map((a) => crypto.createHmac(a, "key").update("abc").update(long).digest("hex")),
  "hmac, long key": () => crypto.createHmac("sha256", long).update("a").digest("hex"),
  "hmac, KeyObject": () => crypto.createHmac("sha256", crypto.createSecretKey(Buffer.from("key"))).update("a").digest("hex"),
  "hmac twice": () => { const h = crypto.createHmac("sha256", "k"); h.digest(); return h.digest("hex"); },
  "hmac unknown": () => crypto.createHmac("nope", "k"),
  "hmac no key": () => crypto.createHmac("sha1", null),
  pbkdf2: async () => [crypto.pbkdf2Sync("password", "salt", 1000, 20, "sha1").toString("hex"), (await promisify(crypto.pbkdf2)("p", "s", 10, 64, "sha512")).toString("hex")],
  "pbkdf2 bad digest": () => crypto.pbkdf2Sync("p", "s", 1, 20, "nope"),
  "pbkdf2 no iterations": () => crypto.pbkdf2Sync("p", "s", 0, 20, "sha1"),
  "pbkdf2 no digest": () => crypto.pbkdf2Sync("p", "s", 1, 20),
  scrypt: async () => [crypto.scryptSync("password", "salt", 32).toString("hex"), (await promisify(crypto.scrypt)("p", "s", 16, { N: 1024, r: 4, p: 2 })).toString("hex"), crypto.scryptSync("", "", 64, { cost: 16, blockSize: 1, parallelization: 1 }).toString("hex")],
  "scrypt memory": () => crypto.scryptSync("p", "s", 16, { N: 2 ** 20 }).length,
  hkdf: async () => [Buffer.from(crypto.hkdfSync("sha256", "key", "salt", "info", 42)).toString("hex"), Buffer.from(await promisify(crypto.hkdf)("sha512", "key", "", "", 10)).toString("hex")],
  "hkdf too long": () => crypto.hkdfSync("sha256", "key", "salt", "info", 255 * 32 + 1),
  timingSafeEqual: () => [crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("a")), crypto.timingSafeEqual(Buffer.from("a"), new Uint8Array(1))],
  "timingSafeEqual lengths": () => crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("ab")),
  "timingSafeEqual strings": () => crypto.timingSafeEqual("a", "a"),
  random: async () => { const b = crypto.randomBytes(16), c = await promisify(crypto.randomBytes)(8); const n = Array.from({ length: 50 }, () => crypto.randomInt(3, 6)); return [b.length, c.length, n.every((x) => x >= 3 && x < 6), new Set(n).size, crypto.randomUUID().length, crypto.randomInt(1), crypto.randomFillSync(Buffer.alloc(4)).length]; },
  "randomBytes -1": () => crypto.randomBytes(-1),
  "randomBytes string": () => crypto.randomBytes("4"),
  "randomInt empty": () => crypto.randomInt(5, 5),
  "randomInt float": () => crypto.randomInt(1.5),
  "cbc": () => [enc("aes-128-cbc", 16, 16, "hello world, hello"), enc("aes-256-cbc", 32, 16, "0123456789abcdef"), enc("aes192", 24, 16, ""), enc("des-ede3-cbc", 24, 8, "hello world")],
  "ecb, ctr": () => [enc("aes-128-ecb", 16, 0, "hello world, hello"), enc("aes-256-ctr", 32, 16, "hello world, hello, and more than a block or two of it")],
  gcm: () => [enc("aes-128-gcm", 16, 12, "hello world, hello", {}, "aad"), enc("aes-256-gcm", 32, 12, "", {}, "x"), enc("aes-256-gcm", 32, 16, "another nonce", {}, "x"), enc("aes-256-gcm", 32, 12, "short tag", { authTagLength: 8 }, "x")],
  chacha: () => enc("chacha20-poly1305", 32, 12, "hello world, hello", { authTagLength: 16 }, "aad"),
  "cipher as text": () => { const c = crypto.createCipheriv("aes-256-cbc", key32, iv16); const a = c.update("héllo wörld", "utf8", "base64") + c.final("base64"); const d = crypto.createDecipheriv("aes-256-cbc", key32, iv16); return [a, d.update(a, "base64", "utf8") + d.final("utf8")]; },
  "cipher, no padding": () => { const c = crypto.createCipheriv("aes-256-cbc", key32, iv16).setAutoPadding(false); return Buffer.concat([c.update("0123456789abcdef"), c.final()]); },
  "cipher, no padding, odd": () => { const c = crypto.createCipheriv("aes-256-cbc", key32, iv16).setAutoPadding(false); c.update("abc"); return c.final(); },
  "decipher, odd": () => { const d = crypto.createDecipheriv("aes-256-cbc", key32, iv16); d.update("abc"); return d.final(); },
  "decipher, bad padding": () => { const d = crypto.createDecipheriv("aes-256-cbc", key32, iv16); d.update(Buffer.alloc(16)); return d.final(); },
  "gcm, wrong tag": () => { const d = crypto.createDecipheriv("aes-256-gcm", key32, Buffer.alloc(12)); d.setAuthTag(Buffer.alloc(16)); d.update("abc"); return d.final(); },
  "gcm, no tag": () => { const d = crypto.createDecipheriv("aes-256-gcm", key32, Buffer.alloc(12)); d.update("abc"); return d.final(); },
  "gcm, bad tag": () => crypto.createDecipheriv("aes-256-gcm", key32, Buffer.alloc(12)).setAuthTag(Buffer.alloc(3)),
  "cipher unknown": () => crypto.createCipheriv("nope", key32, iv16),
  "cipher key": () => crypto.createCipheriv("aes-256-cbc", "short", iv16),
  "cipher iv": () => crypto.createCipheriv("aes-256-cbc", key32, "short"),
  "cipher finished": () => { const c = crypto.createCipheriv("aes-256-cbc", key32, iv16); c.final(); return c.update("a"); },
  "cipher piped": async () => { const c = crypto.createCipheriv("aes-256-cbc", key32, iv16); const out = []; c.on("data", (d) => out.push(d)); await pipeline(["hello ", "world"], c, async function* (source) { for await (const x of source) yield x; }, async (s) => { for await (const x of s) x; }); return Buffer.concat(out).toString("hex"); },
  cipherInfo: () => ["aes-128-cbc", "aes-256-gcm", "aes-256-ctr", "aes-128-ecb", "chacha20-poly1305"].map((n) => crypto.getCipherInfo(n)).map((i) => [i.mode, i.keyLength, i.ivLength, i.blockSize]),
  "rsa signs": () => { const s = crypto.createSign("sha256").update("hello").sign(rsaKey, "hex"); return [s, crypto.createVerify("RSA-SHA256").update("hello").verify(crypto.createPublicKey(rsaKey), s, "hex"), crypto.createVerify("sha256").update("other").verify(rsaKey, s, "hex")]; },
  "rsa at once": () => [crypto.sign("sha512", Buffer.from("a"), rsaKey).toString("base64"), crypto.verify("sha512", Buffer.from("a"), rsaKey, crypto.sign("sha512", Buffer.from("a"), rsaKey))],
  "rsa pss": () => { const key = { key: rsaKey, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 }; const s = crypto.sign("sha256", Buffer.from("a"), key); return [s.length, crypto.verify("sha256", Buffer.from("a"), key, s), crypto.verify("sha256", Buffer.from("b"), key, s)]; },
  "ec signs": () => { const s = crypto.createSign("sha256").update("hello").sign(ecKey); const raw = crypto.sign("sha256", Buffer.from("hello"), { key: ecKey, dsaEncoding: "ieee-p1363" }); return [crypto.createVerify("sha256").update("hello").verify(ecKey, s), raw.length, crypto.verify("sha256", Buffer.from("hello"), { key: ecKey, dsaEncoding: "ieee-p1363" }, raw), crypto.verify("sha256", Buffer.from("hello"), ecKey, raw)]; },
  "ed25519": () => { const s = crypto.sign(null, Buffer.from("hello"), edKey); return [s.toString("hex"), crypto.verify(null, Buffer.from("hello"), edKey, s)]; },
  "keys described": () => [rsaKey, ecKey, edKey].map((k) => { const o = crypto.createPrivateKey(k), p = crypto.createPublicKey(o); return [o.type, o.asymmetricKeyType, p.type, o.asymmetricKeyDetails, p.export({ type: "spki", format: "pem" }), o.export({ type: "pkcs8", format: "der" }).length, p.equals(crypto.createPublicKey(k))]; }),
  "keys as pkcs1, sec1": () => [crypto.createPrivateKey(rsaKey).export({ type: "pkcs1", format: "pem" }), crypto.createPublicKey(rsaKey).export({ type: "pkcs1", format: "pem" }), crypto.createPrivateKey(ecKey).export({ type: "sec1", format: "pem" })],
  "keys as jwk": () => [rsaKey, ecKey, edKey].map((k) => [crypto.createPrivateKey(k).export({ format: "jwk" }), crypto.createPublicKey(k).export({ format: "jwk" })]),
  "keys from jwk": () => [rsaKey, ecKey, edKey].map((k) => [crypto.createPrivateKey({ key: crypto.createPrivateKey(k).export({ format: "jwk" }), format: "jwk" }).equals(crypto.createPrivateKey(k)), crypto.createPublicKey({ key: crypto.createPublicKey(k).export({ format: "jwk" }), format: "jwk" }).equals(crypto.createPublicKey(k))]),
  "secret key": () => { const k = crypto.createSecretKey(Buffer.from("abc")); return [k.type, k.symmetricKeySize, k.export(), k.export({ format: "jwk" })]; },
  "bad key": () => crypto.createPrivateKey("nope"),
  "rsa encrypts": () => [crypto.privateDecrypt(rsaKey, crypto.publicEncrypt(rsaKey, Buffer.from("hi"))).toString(), crypto.privateDecrypt({ key: rsaKey, oaepHash: "sha256" }, crypto.publicEncrypt({ key: rsaKey, oaepHash: "sha256" }, Buffer.from("hi"))).toString()],
  "ec generated": () => { const { publicKey, privateKey } = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" }); return [publicKey.asymmetricKeyType, crypto.verify("sha256", Buffer.from("a"), publicKey, crypto.sign("sha256", Buffer.from("a"), privateKey))]; },
  "ed generated": async () => { const { publicKey } = await promisify(crypto.generateKeyPair)("ed25519", { publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } }).catch((e) => e); return String(publicKey).slice(0, 26); },
  "x25519 agrees": () => { const a = crypto.generateKeyPairSync("x25519"), b = crypto.generateKeyPairSync("x25519"); return crypto.diffieHellman({ privateKey: a.privateKey, publicKey: b.publicKey }).equals(crypto.diffieHellman({ privateKey: b.privateKey, publicKey: a.publicKey })); },
  "lists": () => [crypto.getHashes().includes("sha256"), crypto.getCiphers().includes("aes-256-gcm"), crypto.getCurves().includes("prime256v1"), typeof crypto.webcrypto.subtle.digest, crypto.constants.RSA_PKCS1_PSS_PADDING],
  "dh groups": () => ["modp1", "modp2", "modp5", "modp14", "modp15", "modp16", "modp17", "modp18"].map((g) => { const d = crypto.createDiffieHellmanGroup(g); return [crypto.createHash("sha256").update(d.getPrime()).digest("hex"), d.getGenerator("hex")]; }),
  "dh fixed": () => { const p = crypto.getDiffieHellman("modp5").getPrime(); const a = crypto.createDiffieHellman(p, 2); a.setPrivateKey(Buffer.from("0123456789", "hex")); const k = a.generateKeys("hex"); const b = crypto.createDiffieHellman(p.toString("hex"), "hex", 2); b.setPrivateKey("abcdef", "hex"); b.generateKeys(); return [k, a.computeSecret(b.getPublicKey()).toString("base64"), b.computeSecret(k, "hex", "base64")]; },
  ecdh: () => ["secp224r1", "prime256v1", "secp384r1", "secp521r1"].map((c) => { const a = crypto.createECDH(c), b = crypto.createECDH(c); a.setPrivateKey("11".repeat(28), "hex"); b.setPrivateKey("22".repeat(28), "hex"); return [a.getPublicKey("hex"), a.getPublicKey("hex", "compressed"), a.getPublicKey("hex", "hybrid"), a.computeSecret(b.getPublicKey(), null, "hex"), a.computeSecret(b.getPublicKey("hex", "compressed"), "hex", "hex"), crypto.ECDH.convertKey(a.getPublicKey(), c, undefined, "hex", "hybrid")]; }),
};
