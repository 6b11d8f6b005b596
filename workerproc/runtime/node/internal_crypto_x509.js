// X509Certificate, and Certificate for what <keygen> sent (SPKAC).
const { Buffer } = require("node:buffer");
const { invalidArgType, invalidArgValue, validateBoolean, validateObject, validateString } = require("internal:errors");
const { bytesOf, outputOf } = require("internal:crypto_bytes");
const keys = () => require("internal:crypto_keys");

// what ops.nodeX509 gives, in its order
const fields = ["der", "subject", "subjectAltName", "issuer", "infoAccess", "validFrom", "validTo", "fingerprint", "fingerprint256", "fingerprint512", "keyUsage",
  "serialNumber", "ca", "spki", "modulus", "exponent"];

const byLine = (text) => {
  const found = {};
  for (const line of text.split("\n")) {
    const at = line.indexOf("=");
    const key = line.slice(0, at), value = line.slice(at + 1).replace(/\\(.)/g, "$1");
    if (at > 0) found[key] = key in found ? [].concat(found[key], value) : value;
  }
  return found;
};

class X509Certificate {
  #of = {};
  constructor(buffer) {
    if (typeof buffer !== "string" && !ArrayBuffer.isView(buffer)) throw invalidArgType("buffer", ["string", "Buffer", "TypedArray", "DataView"], buffer);
    const bytes = bytesOf(buffer, "buffer");
    const list = ops.nodeX509(bytes);
    if (list === undefined) throw invalidArgValue("buffer", Buffer.from(bytes), "is not a valid certificate");
    fields.forEach((name, i) => { this.#of[name] = list[i]; });
  }
  get subject() { return this.#of.subject; }
  get subjectAltName() { return this.#of.subjectAltName; }
  get issuer() { return this.#of.issuer; }
  get infoAccess() { return this.#of.infoAccess; }
  get issuerCertificate() { return undefined; }
  get validFrom() { return this.#of.validFrom; }
  get validTo() { return this.#of.validTo; }
  get fingerprint() { return this.#of.fingerprint; }
  get fingerprint256() { return this.#of.fingerprint256; }
  get fingerprint512() { return this.#of.fingerprint512; }
  get keyUsage() { return this.#of.keyUsage?.slice(); }
  get serialNumber() { return this.#of.serialNumber; }
  get ca() { return this.#of.ca; }
  get raw() { return outputOf(Uint8Array.from(this.#of.der)); }
  get publicKey() { return keys().createPublicKey({ key: this.#of.spki, format: "der", type: "spki" }); }
  toString() { return `-----BEGIN CERTIFICATE-----\n${Buffer.from(this.#of.der).toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`; }
  toJSON() { return this.toString(); }
  #named(kind, name, options = {}) {
    validateString(name, kind === "host" ? "name" : kind);
    validateObject(options, "options");
    const { subject = "default", wildcards = true } = options;
    validateString(subject, "options.subject");
    validateBoolean(wildcards, "options.wildcards");
    if (!["default", "always", "never"].includes(subject)) throw new Error("Invalid subject option");
    return ops.nodeX509Host(this.#of.der, kind, name, subject, wildcards);
  }
  checkHost(name, options) { return this.#named("host", name, options); }
  checkEmail(email, options) { return this.#named("email", email, options); }
  checkIP(ip) {
    validateString(ip, "ip");
    if (!/^[0-9a-f:.]+$/i.test(ip) || require("node:net").isIP(ip) === 0) throw new Error("Invalid IP");
    return this.#named("ip", ip);
  }
  checkIssued(other) {
    if (!(other instanceof X509Certificate)) throw invalidArgType("otherCert", "X509Certificate", other);
    return ops.nodeX509Issued(this.#of.der, other.#of.der);
  }
  #key(key, type) {
    if (!(key instanceof keys().KeyObject) || key.type !== type) throw invalidArgType("pkey", "KeyObject", key);
    return key;
  }
  checkPrivateKey(key) {
    const own = keys().createPublicKey(this.#key(key, "private")).export({ format: "der", type: "spki" });
    return Buffer.compare(own, this.#of.spki) === 0;
  }
  verify(key) { return ops.nodeX509Verify(this.#of.der, this.#key(key, "public").export({ format: "der", type: "spki" })); }
  toLegacyObject() {
    const o = this.#of;
    const key = this.publicKey;
    const curve = key.asymmetricKeyDetails.namedCurve;
    const nist = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521", secp224r1: "P-224" };
    const infoAccess = {};
    for (const line of (o.infoAccess ?? "").split("\n")) {
      const at = line.indexOf(":");
      if (at > 0) (infoAccess[line.slice(0, at)] ??= []).push(line.slice(at + 1));
    }
    const rsa = key.asymmetricKeyType === "rsa";
    const spki = Buffer.from(o.spki);
    return {
      subject: byLine(o.subject), subjectAltName: o.subjectAltName, infoAccess, issuer: byLine(o.issuer), ca: o.ca, modulus: o.modulus,
      bits: rsa ? key.asymmetricKeyDetails.modulusLength : curve === undefined ? undefined : { prime256v1: 256, secp384r1: 384, secp521r1: 521, secp224r1: 224 }[curve], exponent: o.exponent,
      pubkey: rsa ? spki : curve === undefined ? undefined : spki.subarray(-(1 + 2 * { prime256v1: 32, secp384r1: 48, secp521r1: 66, secp224r1: 28 }[curve])), asn1Curve: curve, nistCurve: nist[curve],
      valid_from: o.validFrom, valid_to: o.validTo, fingerprint: o.fingerprint, fingerprint256: o.fingerprint256, fingerprint512: o.fingerprint512,
      ext_key_usage: o.keyUsage?.slice(), serialNumber: o.serialNumber, raw: this.raw,
    };
  }
}
Object.defineProperty(X509Certificate, "name", { value: "X509Certificate", configurable: true });

const spkac = (value, encoding) => ops.nodeSpkac(Uint8Array.from(bytesOf(value, "spkac", encoding)));
const functions = {
  verifySpkac: (value, encoding) => spkac(value, encoding)?.[2] ?? false,
  exportChallenge: (value, encoding) => outputOf(spkac(value, encoding)?.[1] ?? new Uint8Array(0)),
  exportPublicKey(value, encoding) {
    const key = spkac(value, encoding)?.[0];
    return key === undefined ? Buffer.alloc(0) : Buffer.from(keys().createPublicKey({ key, format: "der", type: "spki" }).export({ format: "pem", type: "spki" }));
  },
};
function Certificate() {
  if (!new.target) return new Certificate();
}
Object.assign(Certificate, functions);
Object.assign(Certificate.prototype, functions);

module.exports = { X509Certificate, Certificate };
