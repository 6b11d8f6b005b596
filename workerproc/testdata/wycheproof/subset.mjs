// Writes vectors.json.gz, the vectors of Wycheproof that the tests use: `node subset.mjs DIR` with the folder of the
// module github.com/c2sp/wycheproof (`go mod download`). Of vectors that are alike but for their bytes it takes a few.
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const subtle = /^SHA-(1|256|384|512)$/;
// What is taken: a file, how many vectors of each sort (negative: of each result, whatever the sort), and the fields of a
// group that its check needs.
const files = {
  aes_gcm: [3], aes_cbc_pkcs5: [3], aes_wrap: [4],
  hmac_sha1: [3], hmac_sha256: [3], hmac_sha384: [3], hmac_sha512: [3],
  hkdf_sha1: [4], hkdf_sha256: [4], hkdf_sha384: [4], hkdf_sha512: [4],
  pbkdf2_hmacsha1: [2], pbkdf2_hmacsha256: [2], pbkdf2_hmacsha384: [2], pbkdf2_hmacsha512: [2],
  rsa_oaep_2048_sha1_mgf1sha1: [2, "privateKeyPkcs8"], rsa_oaep_2048_sha256_mgf1sha256: [2, "privateKeyPkcs8"], rsa_oaep_2048_sha384_mgf1sha384: [2, "privateKeyPkcs8"],
  rsa_oaep_3072_sha512_mgf1sha512: [1, "privateKeyPkcs8"], rsa_three_primes_oaep_2048_sha1_mgf1sha1: [1, "privateKeyPkcs8"],
  rsa_pss_2048_sha1_mgf1_20: [1, "publicKeyDer"], rsa_pss_2048_sha256_mgf1_0: [1, "publicKeyDer"], rsa_pss_2048_sha256_mgf1_32: [3, "publicKeyDer"],
  rsa_pss_2048_sha384_mgf1_48: [1, "publicKeyDer"], rsa_pss_4096_sha512_mgf1_64: [-4, "publicKeyDer"], rsa_pss_2048_sha256_mgf1_32_params: [-4, "publicKeyDer"],
  rsa_signature_2048_sha256: [1, "publicKeyDer"], rsa_signature_2048_sha512: [-9, "publicKeyDer"], rsa_signature_3072_sha384: [-5, "keyJwk"],
  rsa_pkcs1_1024_sig_gen: [1, "privateKeyPkcs8"], rsa_pkcs1_2048_sig_gen: [1, "privateKeyPkcs8"],
  ecdsa_secp256r1_sha256_p1363: [2, "publicKeyDer"], ecdsa_secp384r1_sha384_p1363: [2, "publicKeyJwk", "publicKeyDer"], ecdsa_secp521r1_sha512_p1363: [2, "publicKeyDer"],
  ecdsa_secp256r1_sha512_p1363: [1, "publicKeyJwk", "publicKeyDer"],
  ecdsa_secp256r1_sha256: [1, "publicKeyDer"], ecdsa_secp384r1_sha384: [1, "publicKeyDer"], ecdsa_secp521r1_sha512: [1, "publicKeyDer"],
  ecdh_secp256r1_webcrypto: [3], ecdh_secp384r1_webcrypto: [2], ecdh_secp521r1_webcrypto: [2],
  ecdh_secp256r1_ecpoint: [2], ecdh_secp384r1_ecpoint: [1], ecdh_secp521r1_ecpoint: [1],
  ecdh_secp256r1_pem: [2], ecdh_secp384r1_pem: [1], ecdh_secp521r1_pem: [1],
  ed25519: [4, "publicKeyDer", "publicKeyJwk"], x25519: [6], x25519_jwk: [3], x25519_pem: [3],
};
const longest = 4000; // of what HKDF gives, in digits
const groupFields = ["type", "sha", "mgfSha", "sLen", "curve", "tagSize"];

function chosen(name, [most, ...keys]) {
  const { testGroups } = JSON.parse(readFileSync(`${process.argv[2]}/testvectors_v1/${name}_test.json`, "utf8"));
  const count = {};
  const enough = (test) => {
    const alike = most < 0 ? test.result : [test.result, ...(test.flags ?? []), test.result === "invalid" ? test.comment : ""].join();
    return test.okm?.length > longest || (count[alike] = (count[alike] ?? 0) + 1) > Math.abs(most);
  };
  return testGroups.flatMap((g) => {
    if ((g.sha && !subtle.test(g.sha)) || (g.mgfSha && g.mgfSha !== g.sha)) return [];
    const tests = g.tests.filter((t) => !enough(t)).map(({ comment, flags, ...t }) => t);
    const about = Object.fromEntries([...groupFields, ...keys].filter((k) => g[k] !== undefined).map((k) => [k, g[k]]));
    return tests.length ? [{ ...about, tests }] : [];
  });
}

const all = Object.fromEntries(Object.entries(files).map(([name, how]) => [name, chosen(name, how)]));
const text = JSON.stringify(all);
writeFileSync("vectors.json.gz", gzipSync(text, { level: 9 }));
for (const [name, groups] of Object.entries(all)) console.log(name, groups.reduce((n, g) => n + g.tests.length, 0), gzipSync(JSON.stringify(groups)).length);
