// Keys as JWK (RFC 7517, RFC 7518, RFC 8037). DER is read and written here as far as keys need it.
const { Buffer } = require("node:buffer");

const url = (bytes) => Buffer.from(bytes).toString("base64url");
const raw = (s) => Uint8Array.from(Buffer.from(s, "base64url"));

// items are the elements inside a DER value: { tag, body }.
function items(bytes) {
  const list = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at++];
    let length = bytes[at++];
    if (length > 0x7f) {
      let n = length & 0x7f;
      for (length = 0; n > 0; n--) length = length * 256 + bytes[at++];
    }
    list.push({ tag, body: bytes.subarray(at, at + length) });
    at += length;
  }
  return list;
}
const inside = (bytes) => items(items(bytes)[0].body);
const number = ({ body }) => url(body[0] === 0 && body.length > 1 ? body.subarray(1) : body);

function encoded(tag, ...bodies) {
  const body = Buffer.concat(bodies);
  const n = body.length;
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
const integer = (s) => {
  const bytes = Buffer.from(s, "base64url");
  return encoded(2, bytes.length === 0 || bytes[0] > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
};

const curves = { prime256v1: ["P-256", 32, "2a8648ce3d030107"], secp384r1: ["P-384", 48, "2b81040022"], secp521r1: ["P-521", 66, "2b81040023"] };
const okp = { ed25519: ["Ed25519", "2b6570"], x25519: ["X25519", "2b656e"] };

function publicPart(kind, detail, spki) {
  const bits = inside(spki)[1].body.subarray(1);
  if (kind === "rsa") {
    const [n, e] = inside(bits);
    return { kty: "RSA", n: number(n), e: number(e) };
  }
  if (kind === "ec") {
    const [crv, size] = curves[detail];
    return { kty: "EC", x: url(bits.subarray(1, 1 + size)), y: url(bits.subarray(1 + size)), crv };
  }
  return { kty: "OKP", ...(kind === "ed25519" ? { alg: "EdDSA" } : undefined), crv: okp[kind][0], x: url(bits) };
}

function toJwk({ der, kind, detail }, isPrivate) {
  if (!isPrivate) return publicPart(kind, detail, der);
  const jwk = publicPart(kind, detail, ops.nodeKeyPublic(der)[0]);
  const inner = inside(der)[2].body;
  if (kind === "rsa") {
    const [, , , ...rest] = inside(inner);
    for (const [i, name] of ["d", "p", "q", "dp", "dq", "qi"].entries()) jwk[name] = number(rest[i]);
  } else if (kind === "ec") jwk.d = url(inside(inner)[1].body);
  else jwk.d = url(items(inner)[0].body);
  return jwk;
}

const oid = (hex) => encoded(6, Buffer.from(hex, "hex"));
const bits = (body) => encoded(3, Buffer.from([0]), body);
const version = (n) => encoded(2, Buffer.from([n]));

// fromJwk describes the key as the op does that parses keys, or is undefined.
function fromJwk(jwk) {
  const algorithm = algorithmOf(jwk);
  if (algorithm === undefined) return undefined;
  const isPrivate = jwk.d !== undefined;
  let der;
  if (jwk.kty === "RSA") {
    der = isPrivate ? encoded(48, version(0), ...["n", "e", "d", "p", "q", "dp", "dq", "qi"].map((name) => integer(jwk[name] ?? ""))) : encoded(48, integer(jwk.n), integer(jwk.e));
  } else if (jwk.kty === "EC") {
    const point = Buffer.concat([Buffer.from([4]), raw(jwk.x), raw(jwk.y)]);
    der = isPrivate ? encoded(48, version(1), encoded(4, raw(jwk.d)), encoded(0xa1, bits(point))) : point;
  } else der = isPrivate ? encoded(4, raw(jwk.d)) : raw(jwk.x);
  return ops.nodeKeyParse(isPrivate ? encoded(48, version(0), algorithm, encoded(4, der)) : encoded(48, algorithm, bits(der)), false);
}

function algorithmOf({ kty, crv }) {
  if (kty === "RSA") return encoded(48, oid("2a864886f70d010101"), encoded(5));
  if (kty === "EC") {
    const curve = Object.values(curves).find(([name]) => name === crv);
    return curve && encoded(48, oid("2a8648ce3d0201"), oid(curve[2]));
  }
  const curve = kty === "OKP" ? Object.values(okp).find(([name]) => name === crv) : undefined;
  return curve && encoded(48, oid(curve[1]));
}

module.exports = { toJwk, fromJwk };
