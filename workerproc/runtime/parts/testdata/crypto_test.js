(function ({ test, eq, ok, throws, rejects }) {
  const encode = (s) => new TextEncoder().encode(s);
  const hex = (b) => [...new Uint8Array(b)].map((x) => x.toString(16).padStart(2, "0")).join("");
  const hmac = { name: "HMAC", hash: "SHA-256" };

  test("random numbers", () => {
    const a = crypto.getRandomValues(new Uint32Array(16));
    ok(a instanceof Uint32Array && a.some((x) => x !== 0));
    const b = new Uint8Array(8);
    crypto.getRandomValues(b.subarray(2, 4));
    eq([b[0], b[1], b[7]], [0, 0, 0]);
    throws("QuotaExceededError", () => crypto.getRandomValues(new Uint8Array(65537)));
    throws("TypeMismatchError", () => crypto.getRandomValues(new Float64Array(1)));
    throws("TypeError", () => crypto.getRandomValues("x"));
    ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()));
  });

  test("digest", async () => {
    const d = await crypto.subtle.digest("SHA-256", encode("abc"));
    ok(d instanceof ArrayBuffer);
    eq(hex(d), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    eq(hex(await crypto.subtle.digest({ name: "sha-1" }, encode("abc").buffer)), "a9993e364706816aba3e25717850c26c9cd0d89d");
    eq([hex(await crypto.subtle.digest("MD5", encode(""))), (await crypto.subtle.digest("SHA-512", encode(""))).byteLength], ["d41d8cd98f00b204e9800998ecf8427e", 64]);
    await rejects("NotSupportedError", crypto.subtle.digest("SHA-9", encode("")));
    await rejects("TypeError", crypto.subtle.digest("SHA-1", "text"));
  });

  test("HMAC", async () => {
    const key = await crypto.subtle.importKey("raw", encode("Jefe"), hmac, false, ["verify", "sign"]);
    eq([key.type, key.extractable, key.algorithm, key.usages], ["secret", false, { name: "HMAC", hash: { name: "SHA-256" }, length: 32 }, ["sign", "verify"]]);
    const data = encode("what do ya want for nothing?"); // RFC 4231, case 2
    const mac = await crypto.subtle.sign("HMAC", key, data);
    eq(hex(mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    eq([await crypto.subtle.verify(hmac, key, mac, data), await crypto.subtle.verify("HMAC", key, mac, encode("no")), await crypto.subtle.verify("HMAC", key, encode("x"), data)], [true, false, false]);
    await rejects("InvalidAccessError", crypto.subtle.exportKey("raw", key));
    const signer = await crypto.subtle.importKey("raw", encode("k"), hmac, true, ["sign"]);
    await rejects("InvalidAccessError", crypto.subtle.verify("HMAC", signer, mac, data));
    eq(await crypto.subtle.exportKey("jwk", signer), { kty: "oct", key_ops: ["sign"], alg: "HS256", ext: true, k: "aw" });
    const jwk = await crypto.subtle.importKey("jwk", { kty: "oct", k: "SmVmZQ", alg: "HS256" }, hmac, true, ["sign"]);
    eq(hex(await crypto.subtle.sign("HMAC", jwk, data)), hex(mac));
    const made = await crypto.subtle.generateKey({ name: "HMAC", hash: { name: "SHA-512" } }, true, ["sign"]);
    eq((await crypto.subtle.exportKey("raw", made)).byteLength, 128);
  });

  test("bad keys and what isn't there", async () => {
    await rejects("SyntaxError", crypto.subtle.importKey("raw", encode("k"), hmac, true, []));
    await rejects("SyntaxError", crypto.subtle.importKey("raw", encode("k"), hmac, true, ["encrypt"]));
    await rejects("DataError", crypto.subtle.importKey("raw", encode(""), hmac, true, ["sign"]));
    await rejects("DataError", crypto.subtle.importKey("jwk", { kty: "RSA" }, hmac, true, ["sign"]));
    await rejects("NotSupportedError", crypto.subtle.importKey("raw", encode("k"), "DES", true, ["encrypt"]));
    await rejects("TypeError", crypto.subtle.sign("HMAC", {}, encode("")));
    throws("TypeError: Illegal constructor", () => new CryptoKey());
  });

  test("timingSafeEqual and DigestStream", async () => {
    eq([crypto.subtle.timingSafeEqual(encode("ab"), encode("ab").buffer), crypto.subtle.timingSafeEqual(encode("ab"), encode("ac"))], [true, false]);
    throws("TypeError", () => crypto.subtle.timingSafeEqual(encode("a"), encode("ab")));
    const s = new crypto.DigestStream("SHA-1");
    await ReadableStream.from([encode("a"), "bc"]).pipeTo(s);
    eq(hex(await s.digest), "a9993e364706816aba3e25717850c26c9cd0d89d");
  });
})
