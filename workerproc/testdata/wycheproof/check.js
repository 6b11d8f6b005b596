// Asks crypto.subtle (and node:crypto, for signatures in DER) about the vectors of vectors.json.gz. run(vectors) returns
// a line for each file: which vectors have another outcome than Wycheproof says, and what refusals say, with how many
// say it.
import nodeCrypto from "node:crypto";
import { Buffer } from "node:buffer";

const s = crypto.subtle;
const hex = (b) => Buffer.from(b).toString("hex");
const bytes = (h) => new Uint8Array(Buffer.from(h, "hex"));
const der = (pem) => new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64"));
// An answer that is not the one expected is neither accepted nor refused.
const same = (got, want) => { if (hex(got) !== want) throw new Error("other bytes"); return true; };
// The curves' names, how long their numbers are, and what PKCS #8 has before a private one.
const curves = {
  secp256r1: ["P-256", 32, "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420"],
  secp384r1: ["P-384", 48, "304e020100301006072a8648ce3d020106052b81040022043730350201010430"],
  secp521r1: ["P-521", 66, "3060020100301006072a8648ce3d020106052b81040023044930470201010442"],
};

// publicKey imports a group's key in the form that the group has.
const publicKey = (g, algorithm) => {
  const jwk = g.publicKeyJwk ?? g.keyJwk;
  return s.importKey(jwk ? "jwk" : "spki", jwk ?? bytes(g.publicKeyDer), algorithm, false, ["verify"]);
};

async function agree(name, other, mine) {
  const algorithm = name === "X25519" ? { name } : { name: "ECDH", namedCurve: name };
  const pub = await s.importKey(...other, algorithm, false, []);
  const key = await s.importKey(...mine, algorithm, false, ["deriveBits"]);
  return s.deriveBits({ ...algorithm, public: pub }, key, null);
}

const checks = {
  async AeadTest(g, t) {
    const key = await s.importKey("raw", bytes(t.key), "AES-GCM", false, ["encrypt", "decrypt"]);
    const call = { name: "AES-GCM", iv: bytes(t.iv), additionalData: bytes(t.aad), tagLength: g.tagSize };
    same(await s.decrypt(call, key, bytes(t.ct + t.tag)), t.msg);
    return same(await s.encrypt(call, key, bytes(t.msg)), t.ct + t.tag);
  },
  async IndCpaTest(g, t) {
    const key = await s.importKey("raw", bytes(t.key), "AES-CBC", false, ["encrypt", "decrypt"]);
    const call = { name: "AES-CBC", iv: bytes(t.iv) };
    same(await s.decrypt(call, key, bytes(t.ct)), t.msg);
    return same(await s.encrypt(call, key, bytes(t.msg)), t.ct);
  },
  async KeywrapTest(g, t) {
    const wrapping = await s.importKey("raw", bytes(t.key), "AES-KW", false, ["wrapKey", "unwrapKey"]);
    const hmac = { name: "HMAC", hash: "SHA-256" };
    const back = await s.unwrapKey("raw", bytes(t.ct), wrapping, "AES-KW", hmac, true, ["sign"]);
    same(await s.exportKey("raw", back), t.msg);
    return same(await s.wrapKey("raw", back, wrapping, "AES-KW"), t.ct);
  },
  async MacTest(g, t, file) {
    const hash = file.replace("hmac_sha", "SHA-");
    const key = await s.importKey("raw", bytes(t.key), { name: "HMAC", hash }, false, ["sign", "verify"]);
    const tag = new Uint8Array(await s.sign("HMAC", key, bytes(t.msg))).subarray(0, g.tagSize / 8);
    return g.tagSize === Number(hash.slice(4)) ? s.verify("HMAC", key, bytes(t.tag), bytes(t.msg)) : hex(tag) === t.tag;
  },
  async HkdfTest(g, t, file) {
    const key = await s.importKey("raw", bytes(t.ikm), "HKDF", false, ["deriveBits"]);
    return same(await s.deriveBits({ name: "HKDF", hash: file.replace("hkdf_sha", "SHA-"), salt: bytes(t.salt), info: bytes(t.info) }, key, t.size * 8), t.okm);
  },
  async PbkdfTest(g, t, file) {
    const key = await s.importKey("raw", bytes(t.password), "PBKDF2", false, ["deriveBits"]);
    return same(await s.deriveBits({ name: "PBKDF2", hash: file.replace("pbkdf2_hmacsha", "SHA-"), salt: bytes(t.salt), iterations: t.iterationCount }, key, t.dkLen * 8), t.dk);
  },
  async RsaesOaepDecrypt(g, t) {
    const algorithm = { name: "RSA-OAEP", hash: g.sha };
    const key = await s.importKey("pkcs8", bytes(g.privateKeyPkcs8), algorithm, false, ["decrypt"]);
    return same(await s.decrypt({ name: "RSA-OAEP", label: bytes(t.label) }, key, bytes(t.ct)), t.msg);
  },
  async RsassaPssVerify(g, t) {
    const key = await publicKey(g, { name: "RSA-PSS", hash: g.sha });
    return s.verify({ name: "RSA-PSS", saltLength: g.sLen }, key, bytes(t.sig), bytes(t.msg));
  },
  async RsassaPkcs1Verify(g, t) {
    const key = await publicKey(g, { name: "RSASSA-PKCS1-v1_5", hash: g.sha });
    return s.verify("RSASSA-PKCS1-v1_5", key, bytes(t.sig), bytes(t.msg));
  },
  async RsassaPkcs1Generate(g, t) {
    const key = await s.importKey("pkcs8", bytes(g.privateKeyPkcs8), { name: "RSASSA-PKCS1-v1_5", hash: g.sha }, false, ["sign"]);
    return same(await s.sign("RSASSA-PKCS1-v1_5", key, bytes(t.msg)), t.sig);
  },
  async EcdsaP1363Verify(g, t, file) {
    const key = await publicKey(g, { name: "ECDSA", namedCurve: curves[file.split("_")[1]][0] });
    return s.verify({ name: "ECDSA", hash: g.sha }, key, bytes(t.sig), bytes(t.msg));
  },
  EcdsaVerify: (g, t) => nodeCrypto.verify(g.sha.replace("-", ""), bytes(t.msg), { key: Buffer.from(g.publicKeyDer, "hex"), format: "der", type: "spki" }, bytes(t.sig)),
  EcdhWebcryptoTest: async (g, t) => same(await agree(g.curve, ["jwk", t.public], ["jwk", t.private]), t.shared),
  async EcdhEcpointTest(g, t) {
    const [name, size, prefix] = curves[g.curve];
    const pkcs8 = bytes(prefix + t.private.padStart(2 * size + 2, "0").slice(-2 * size));
    return same(await agree(name, ["raw", bytes(t.public)], ["pkcs8", pkcs8]), t.shared);
  },
  EcdhPemTest: async (g, t) => same(await agree(curves[g.curve][0], ["spki", der(t.public)], ["pkcs8", der(t.private)]), t.shared),
  async EddsaVerify(g, t) {
    const key = await publicKey(t.tcId % 2 ? g : { publicKeyDer: g.publicKeyDer }, "Ed25519");
    return s.verify("Ed25519", key, bytes(t.sig), bytes(t.msg));
  },
  XdhComp: async (g, t) => same(await agree("X25519", ["raw", bytes(t.public)], ["pkcs8", bytes(`302e020100300506032b656e04220420${t.private}`)]), t.shared),
  XdhJwkComp: async (g, t) => same(await agree("X25519", ["jwk", t.public], ["jwk", t.private]), t.shared),
  XdhPemComp: async (g, t) => same(await agree("X25519", ["spki", der(t.public)], ["pkcs8", der(t.private)]), t.shared),
};
checks.RsassaPssWithParametersVerify = checks.RsassaPssVerify;

async function outcome(g, t, file, said) {
  try {
    if (await checks[g.type](g, t, file)) return "valid";
  } catch (e) {
    if (e.message === "other bytes") return "other bytes";
    const text = `${e.name}: ${e.message}`;
    said[text] = (said[text] ?? 0) + 1;
  }
  return "invalid";
}

export async function run(vectors) {
  const lines = [];
  for (const [file, groups] of Object.entries(vectors)) {
    const [odd, said] = [{}, {}];
    let count = 0;
    for (const g of groups) {
      for (const t of g.tests) {
        count++;
        const got = await outcome(g, t, file, said);
        if (got !== t.result) (odd[`${t.result} is ${got}`] ??= []).push(t.tcId);
      }
    }
    lines.push(`${file}: ${count} vectors${Object.entries(odd).sort().map(([k, ids]) => `; ${k}: ${ids.join(" ")}`).join("")}`);
    lines.push(`${file} refusals: ${Object.entries(said).sort().map(([text, n]) => `${n} ${text}`).join(" | ").replaceAll("\n", "\\n")}`);
  }
  return lines.join("\n") + "\n";
}
