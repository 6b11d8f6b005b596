import * as jose from "jose";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const secret = new TextEncoder().encode("cc7e0d44fd473002f1c42167459001140ec6389b7353f8088f4d9a95f2f596f2");
  const now = 1700000000, at = { currentDate: new Date(now * 1000) };
  const hs = await new jose.SignJWT({ "urn:example:claim": true }).setProtectedHeader({ alg: "HS256", typ: "JWT" }).setIssuedAt(now).setIssuer("urn:i").setAudience("urn:a").setExpirationTime(now + 7200).sign(secret);
  print(hs, (await jose.jwtVerify(hs, secret, { issuer: "urn:i", audience: "urn:a", ...at })).payload);
  print(await failure(() => jose.jwtVerify(hs, secret, { currentDate: new Date((now + 9000) * 1000) })));
  print(await failure(() => jose.jwtVerify(hs, secret, { issuer: "urn:other", ...at })));
  print(await failure(() => jose.jwtVerify(hs.slice(0, -3) + "abc", secret, at)));
  print(await failure(() => jose.jwtVerify("a.b", secret, at)));
  const ecJWK = { kty: "EC", crv: "P-256", x: "Y9rZsRHdCq_aJbmwGXUbGjDsAOiIiJUmvuJ3Lqv1QCg", y: "dFtRR_Zsz9CX5FPKGu0ZN8tYyAMn0Pwp-hLVwNVGSuM", d: "HE7Y-d45l3JneKBssaOWiMhYbnunIWs-bhedwBB-Y5c" };
  const rsJWK = await (async () => {
    const { privateKey } = await jose.generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
    return jose.exportJWK(privateKey);
  })();
  for (const alg of ["HS384", "HS512"]) {
    const token = await new jose.SignJWT({ alg }).setProtectedHeader({ alg }).sign(new Uint8Array(64).fill(7));
    print(token, (await jose.jwtVerify(token, new Uint8Array(64).fill(7))).payload);
  }
  for (const alg of ["RS256", "PS256", "RS512", "ES256", "ES384", "EdDSA", "Ed25519"]) {
    const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true });
    const token = await new jose.SignJWT({ sub: alg }).setProtectedHeader({ alg }).sign(privateKey);
    const { payload, protectedHeader } = await jose.jwtVerify(token, publicKey);
    const [spki, pkcs8] = [await jose.exportSPKI(publicKey), await jose.exportPKCS8(privateKey)];
    const again = await jose.jwtVerify(token, await jose.importSPKI(spki, alg));
    const resigned = await new jose.CompactSign(new Uint8Array([1])).setProtectedHeader({ alg }).sign(await jose.importPKCS8(pkcs8, alg));
    print(payload, protectedHeader, again.payload.sub, (await jose.compactVerify(resigned, publicKey)).payload.length, Object.keys(await jose.exportJWK(publicKey)).sort());
  }
  const ec = await jose.importJWK(ecJWK, "ES256");
  print(await jose.calculateJwkThumbprint(ecJWK), await jose.calculateJwkThumbprint(ecJWK, "sha384"), await jose.calculateJwkThumbprintUri(ecJWK));
  const { d, ...publicJWK } = ecJWK;
  const jwks = jose.createLocalJWKSet({ keys: [{ ...publicJWK, kid: "k1", alg: "ES256", use: "sig" }, { kty: "oct", k: "AAAA", kid: "k2" }] });
  const byKid = await new jose.SignJWT({ ok: 1 }).setProtectedHeader({ alg: "ES256", kid: "k1" }).sign(ec);
  print((await jose.jwtVerify(byKid, jwks)).protectedHeader, await failure(async () => jose.jwtVerify(await new jose.SignJWT({}).setProtectedHeader({ alg: "ES256", kid: "none" }).sign(ec), jwks)));
  for (const [alg, enc, key] of [["dir", "A256GCM", new Uint8Array(32).fill(1)], ["dir", "A128CBC-HS256", new Uint8Array(32).fill(2)], ["A256KW", "A256GCM", new Uint8Array(32).fill(3)], ["A128GCMKW", "A192GCM", new Uint8Array(16).fill(4)], ["PBES2-HS256+A128KW", "A128GCM", new TextEncoder().encode("pass word")]]) {
    const jwe = await new jose.CompactEncrypt(new TextEncoder().encode("plain text " + alg)).setProtectedHeader({ alg, enc }).encrypt(key);
    const { plaintext, protectedHeader } = await jose.compactDecrypt(jwe, key, { keyManagementAlgorithms: [alg] });
    print(new TextDecoder().decode(plaintext), protectedHeader.enc, jwe.split(".").length, await failure(() => jose.compactDecrypt(jwe.slice(0, -2) + (jwe.endsWith("AA") ? "BB" : "AA"), key, { keyManagementAlgorithms: [alg] })));
  }
  for (const alg of ["RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW"]) {
    const pair = await jose.generateKeyPair(alg, { extractable: true });
    const jwe = await new jose.EncryptJWT({ secret: alg }).setProtectedHeader({ alg, enc: "A256GCM" }).setIssuedAt(now).encrypt(pair.publicKey);
    print((await jose.jwtDecrypt(jwe, pair.privateKey, at)).payload);
  }
  const general = await new jose.GeneralSign(new TextEncoder().encode("several")).addSignature(ec).setProtectedHeader({ alg: "ES256" }).addSignature(secret).setProtectedHeader({ alg: "HS256" }).sign();
  print(general.signatures.length, new TextDecoder().decode((await jose.generalVerify(general, secret)).payload), rsJWK.kty, rsJWK.e);
  print(jose.decodeJwt(hs).iss, jose.decodeProtectedHeader(hs), new jose.UnsecuredJWT({ a: 1 }).setIssuedAt(now).encode(), jose.base64url.encode("hi?>"));
});
