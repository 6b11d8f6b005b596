// Known answers: NIST SP 800-38A and D, RFC 3394, 3686, 5869, 6070, 6979,
// 7748, 8032.
(function ({ test, eq, ok, rejects }) {
  const s = crypto.subtle;
  const unhex = (h) => Uint8Array.from(h.replace(/ /g, "").match(/../g) || [], (x) => parseInt(x, 16));
  const hex = (b) => [...new Uint8Array(b)].map((x) => x.toString(16).padStart(2, "0")).join("");
  const encode = (text) => new TextEncoder().encode(text);
  const raw = (bytes, algorithm, usages) => s.importKey("raw", typeof bytes === "string" ? unhex(bytes) : bytes, algorithm, usages[0] !== "deriveBits", usages);

  test("AES-GCM, test case 4", async () => {
    const key = await raw("feffe9928665731c6d6a8f9467308308", "AES-GCM", ["encrypt", "decrypt"]);
    const plain = unhex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    const call = { name: "AES-GCM", iv: unhex("cafebabefacedbaddecaf888"), additionalData: unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2") };
    const sealed = await s.encrypt(call, key, plain);
    eq(hex(sealed), "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47");
    eq(hex(await s.decrypt(call, key, sealed)), hex(plain));
    const short = await s.encrypt({ ...call, tagLength: 96 }, key, plain);
    eq([hex(short), hex(await s.decrypt({ ...call, tagLength: 96 }, key, short))], [hex(sealed).slice(0, -8), hex(plain)]);
    const bad = new Uint8Array(short);
    bad[0] ^= 1;
    await rejects("OperationError: Decryption failed.", s.decrypt({ ...call, tagLength: 96 }, key, bad));
  });

  test("AES-GCM with a long nonce, test case 6", async () => {
    const key = await raw("feffe9928665731c6d6a8f9467308308", "AES-GCM", ["encrypt"]);
    const iv = unhex("9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b");
    const plain = unhex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    const sealed = await s.encrypt({ name: "AES-GCM", iv, additionalData: unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2") }, key, plain);
    eq(hex(sealed).slice(-32), "619cc5aefffe0bfa462af43c1699d050");
  });

  test("AES-CBC and AES-CTR, SP 800-38A", async () => {
    const bytes = "2b7e151628aed2a6abf7158809cf4f3c";
    const plain = unhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    const cbc = await raw(bytes, "AES-CBC", ["encrypt", "decrypt"]);
    const iv = unhex("000102030405060708090a0b0c0d0e0f");
    const sealed = await s.encrypt({ name: "AES-CBC", iv }, cbc, plain);
    eq([hex(sealed).slice(0, 64), sealed.byteLength], ["7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2", 48]);
    eq(hex(await s.decrypt({ name: "AES-CBC", iv }, cbc, sealed)), hex(plain));
    const ctr = await raw(bytes, "AES-CTR", ["encrypt", "decrypt"]);
    const call = { name: "AES-CTR", counter: unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), length: 128 };
    eq(hex(await s.encrypt(call, ctr, plain)), "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
    eq(hex(await s.decrypt(call, ctr, unhex("874d6191b620e3261bef6864990db6ce98"))), "6bc1bee22e409f96e93d7e117393172aae");
  });

  test("AES-CTR counts in some bits only", async () => {
    const key = await raw(new Uint8Array(16), "AES-CTR", ["encrypt"]);
    const call = { name: "AES-CTR", counter: new Uint8Array(16).fill(255), length: 8 };
    const two = await s.encrypt(call, key, new Uint8Array(32));
    const counter = new Uint8Array(16).fill(255);
    counter[15] = 0;
    const one = await s.encrypt({ ...call, counter }, key, new Uint8Array(16));
    eq(hex(two).slice(32), hex(one));
    await rejects("OperationError: Counter block values will repeat.", s.encrypt(call, key, new Uint8Array(257 * 16)));
  });

  test("AES-KW, RFC 3394", async () => {
    const wrapping = await raw("000102030405060708090a0b0c0d0e0f1011121314151617", "AES-KW", ["wrapKey", "unwrapKey"]);
    const key = await raw("00112233445566778899aabbccddeeff", "AES-GCM", ["encrypt"]);
    const wrapped = await s.wrapKey("raw", key, wrapping, "AES-KW");
    eq(hex(wrapped), "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d");
    const back = await s.unwrapKey("raw", wrapped, wrapping, "AES-KW", "AES-GCM", true, ["encrypt"]);
    eq(hex(await s.exportKey("raw", back)), "00112233445566778899aabbccddeeff");
    const last = new Uint8Array(wrapped);
    last[23] ^= 1;
    await rejects("OperationError: AES-KW key unwrapping failed.", s.unwrapKey("raw", last, wrapping, "AES-KW", "AES-GCM", true, ["encrypt"]));
  });

  test("keys wrapped as JSON", async () => {
    const wrapping = await s.generateKey({ name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
    const call = { name: "AES-GCM", iv: new Uint8Array(12) };
    const { privateKey } = await s.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const wrapped = await s.wrapKey("jwk", privateKey, wrapping, call);
    const back = await s.unwrapKey("jwk", wrapped, wrapping, call, { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
    eq(await s.exportKey("jwk", back), await s.exportKey("jwk", privateKey));
    const bytes = await s.wrapKey("pkcs8", privateKey, wrapping, call);
    eq((await s.unwrapKey("pkcs8", bytes, wrapping, call, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"])).type, "private");
    await rejects("InvalidAccessError", s.encrypt(call, wrapping, new Uint8Array(1)));
  });

  test("HKDF, RFC 5869", async () => {
    const key = await raw("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "HKDF", ["deriveBits"]);
    const bits = await s.deriveBits({ name: "HKDF", hash: "SHA-256", salt: unhex("000102030405060708090a0b0c"), info: unhex("f0f1f2f3f4f5f6f7f8f9") }, key, 42 * 8);
    eq(hex(bits), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  });

  test("PBKDF2, RFC 6070", async () => {
    const key = await raw(encode("passwordPASSWORDpassword"), "PBKDF2", ["deriveBits", "deriveKey"]);
    const call = { name: "PBKDF2", hash: "SHA-1", salt: encode("saltSALTsaltSALTsaltSALTsaltSALTsalt"), iterations: 4096 };
    eq(hex(await s.deriveBits(call, key, 200)), "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
    const aes = await s.deriveKey(call, key, { name: "AES-GCM", length: 128 }, true, ["encrypt"]);
    eq(hex(await s.exportKey("raw", aes)), "3d2eec4fe41c849b80c8d83662c0e44a");
    await rejects("NotSupportedError: Pbkdf2 failed: iteration counts above 100000 are not supported (requested 100001).", s.deriveBits({ ...call, iterations: 100001 }, key, 8));
    await rejects("OperationError", s.deriveBits({ ...call, iterations: 100000 }, key, 8e6));
  });

  test("Ed25519, RFC 8032", async () => {
    const jwk = { kty: "OKP", crv: "Ed25519", d: "TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs", x: "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw" };
    const key = await s.importKey("jwk", jwk, "Ed25519", true, ["sign"]);
    const signature = await s.sign("Ed25519", key, unhex("72"));
    eq(hex(signature), "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    const open = await raw("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "Ed25519", ["verify"]);
    eq([await s.verify("Ed25519", open, signature, unhex("72")), await s.verify("Ed25519", open, signature, unhex("73"))], [true, false]);
    await rejects("DataError", s.importKey("jwk", { ...jwk, x: jwk.d }, "Ed25519", true, ["sign"]));
  });

  test("X25519, RFC 7748", async () => {
    const prefix = "302e020100300506032b656e04220420";
    const a = await s.importKey("pkcs8", unhex(prefix + "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"), "X25519", true, ["deriveBits"]);
    const u = await raw("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", "X25519", []);
    eq(hex(await s.deriveBits({ name: "X25519", public: u }, a, 256)), "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
  });

  test("ECDSA, RFC 6979", async () => {
    const [x, y] = ["60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6", "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"];
    const key = await raw(`04${x}${y}`, { name: "ECDSA", namedCurve: "P-256" }, ["verify"]);
    const signature = unhex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
    eq(await s.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, encode("sample")), true);
    eq(await s.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, encode("simple")), false);
    const compressed = await raw(`03${x}`, { name: "ECDSA", namedCurve: "P-256" }, ["verify"]);
    eq(hex(await s.exportKey("raw", compressed)), `04${x}${y}`);
  });

  test("a key that is not extractable shows nothing", async () => {
    const key = await s.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt", "wrapKey"]);
    await rejects("InvalidAccessError", s.exportKey("raw", key));
    await rejects("InvalidAccessError", s.wrapKey("raw", key, key, { name: "AES-GCM", iv: new Uint8Array(12) }));
    key.algorithm.name = "AES-CTR"; // only what is shown changes
    key.usages.push("decrypt");
    await rejects("InvalidAccessError", s.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(16)));
    ok((await s.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(1))).byteLength === 17);
  });

  test("what a Worker replaces does not see the bytes of a key", async () => {
    const seen = [];
    const undo = [];
    const watch = (object, name) => {
      const own = Object.getOwnPropertyDescriptor(object, name);
      undo.push(() => Object.defineProperty(object, name, own));
      const look = (f) => function () {
        seen[seen.length] = this;
        return Reflect.apply(f, this, arguments);
      };
      Object.defineProperty(object, name, own.get ? { ...own, get: look(own.get) } : { ...own, value: look(own.value) });
    };
    const typed = Object.getPrototypeOf(Uint8Array.prototype);
    const [aes, ecdh] = [{ name: "AES-GCM", length: 128 }, { name: "ECDH", namedCurve: "P-256" }];
    const rsa = { name: "RSA-PSS", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-1" };
    const wrapping = await s.generateKey(aes, true, ["wrapKey", "unwrapKey"]);
    const call = { name: "AES-GCM", iv: new Uint8Array(12) };
    const wrapped = await s.wrapKey("raw", wrapping, wrapping, call);
    const { publicKey } = await s.generateKey(ecdh, true, ["deriveKey"]);
    for (const name of ["length", "buffer", "byteLength", "byteOffset", "slice", "subarray", "set", Symbol.iterator]) watch(typed, name);
    for (const name of [Symbol.iterator, "map", "push", "slice"]) watch(Array.prototype, name);
    const made = [];
    try {
      made[0] = await s.generateKey(aes, true, ["encrypt"]);
      made[1] = (await s.generateKey(ecdh, true, ["deriveKey"])).privateKey;
      made[2] = await s.deriveKey({ name: "ECDH", public: publicKey }, made[1], aes, true, ["encrypt"]);
      made[3] = (await s.generateKey(rsa, true, ["sign"])).privateKey;
      made[4] = await s.unwrapKey("raw", wrapped, wrapping, call, "AES-GCM", true, ["encrypt"]);
      await s.encrypt(call, made[0], new Uint8Array(1));
    } finally {
      for (const f of undo) f();
    }
    const shown = seen.flatMap((v) => (Array.isArray(v) ? v : [v])).filter((v) => v instanceof Uint8Array).map(hex);
    for (const key of made) {
      const bytes = hex(await s.exportKey(key.type === "secret" ? "raw" : "pkcs8", key));
      ok(!shown.includes(bytes), `${key.algorithm.name} was seen`);
    }
    ok(shown.length > 0);
  });

  test("RSA keys are bounded", async () => {
    const rsa = { name: "RSA-PSS", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]) };
    await rejects("OperationError", s.generateKey({ ...rsa, modulusLength: 8192 }, true, ["sign"]));
    await rejects("DataError", s.importKey("jwk", { kty: "RSA", n: "_".repeat(2000), e: "AQAB" }, rsa, true, ["verify"]));
  });
})
