import jwt from "jsonwebtoken";
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const iat = 1700000000, clock = { clockTimestamp: iat + 10 };
  const token = jwt.sign({ sub: "ada", iat }, "secret", { expiresIn: "1h", audience: "a", issuer: "i", jwtid: "j", header: { kid: "k" } });
  print(token, jwt.verify(token, "secret", { ...clock, audience: "a", issuer: "i", complete: true }), jwt.decode(token));
  print(await failure(() => jwt.verify(token, "other", clock)), await failure(() => jwt.verify(token, "secret", { clockTimestamp: iat + 1e5 })), await failure(() => jwt.verify("x", "secret")), await failure(() => jwt.verify(token, "secret", { ...clock, audience: "zz" })), await failure(() => jwt.sign({}, "", {})), await failure(() => jwt.verify(token, "secret", { ...clock, algorithms: ["HS512"] })));
  for (const alg of ["HS384", "HS512"]) print(jwt.sign({ a: 1, iat }, "secret", { algorithm: alg }));
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } });
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  for (const alg of ["RS256", "RS512", "PS256"]) print(alg, jwt.verify(jwt.sign({ a: 1, iat }, rsa.privateKey, { algorithm: alg }), rsa.publicKey, clock));
  print(jwt.verify(jwt.sign({ a: 1, iat }, ec.privateKey, { algorithm: "ES256" }), ec.publicKey, { ...clock, algorithms: ["ES256"] }));
  print(createPrivateKey(rsa.privateKey).asymmetricKeyType, createPublicKey(rsa.publicKey).type);
  print(await new Promise((done) => jwt.sign({ cb: 1, iat }, "s", (e, t) => jwt.verify(t, "s", clock, (e2, d) => done([e, e2, d])))), await new Promise((done) => jwt.verify(token, (h, cb) => cb(null, h.kid === "k" ? "secret" : "no"), clock, (e, d) => done(d.sub))));
});
