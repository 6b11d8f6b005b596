// What one engine makes with crypto.subtle another one checks. It runs here
// and in Node: interop_test.go.
const makeAll = async () => {
  const subtle = crypto.subtle;
  const text = new TextEncoder().encode("what one makes, another reads");
  const to64 = (b) => btoa(String.fromCharCode(...new Uint8Array(b)));
  const rsa = (name, hash) => ({ name, hash, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) });
  const out = [];
  for (const [algorithm, use] of [
    [rsa("RSASSA-PKCS1-v1_5", "SHA-256"), {}], [rsa("RSA-PSS", "SHA-384"), { saltLength: 48 }], [rsa("RSA-PSS", "SHA-1"), { saltLength: 0 }],
    [{ name: "ECDSA", namedCurve: "P-256" }, { hash: "SHA-256" }], [{ name: "ECDSA", namedCurve: "P-384" }, { hash: "SHA-384" }],
    [{ name: "ECDSA", namedCurve: "P-521" }, { hash: "SHA-512" }], [{ name: "Ed25519" }, {}],
    [{ name: "HMAC", hash: "SHA-512" }, {}],
  ]) {
    const made = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const [secret, open] = made.privateKey ? [made.privateKey, made.publicKey] : [made, made];
    const call = { name: algorithm.name, ...use };
    out.push({ what: "signature", algorithm: { ...algorithm, publicExponent: undefined }, call,
      formats: await exports(secret, open), signature: to64(await subtle.sign(call, secret, text)) });
  }
  const oaep = rsa("RSA-OAEP", "SHA-256");
  const pair = await subtle.generateKey(oaep, true, ["encrypt", "decrypt"]);
  out.push({ what: "cipher", algorithm: { ...oaep, publicExponent: undefined }, call: { name: "RSA-OAEP" }, formats: await exports(pair.privateKey, pair.publicKey),
    sealed: to64(await subtle.encrypt("RSA-OAEP", pair.publicKey, text)) });
  for (const [name, use] of [["AES-GCM", { iv: 12, tagLength: 128 }], ["AES-GCM", { iv: 12, tagLength: 96 }], ["AES-GCM", { iv: 20 }], ["AES-CBC", { iv: 16 }], ["AES-CTR", { counter: 16, length: 64 }]]) {
    const key = await subtle.generateKey({ name, length: 256 }, true, ["encrypt", "decrypt"]);
    const bytes = use.iv || use.counter;
    const call = { name, ...use, iv: new Uint8Array(bytes).fill(3), counter: new Uint8Array(bytes).fill(255) };
    out.push({ what: "cipher", algorithm: { name }, call: { name, ...use }, formats: await exports(key, key), sealed: to64(await subtle.encrypt(call, key, text)) });
  }
  for (const algorithm of [{ name: "ECDH", namedCurve: "P-256" }, { name: "ECDH", namedCurve: "P-384" }, { name: "ECDH", namedCurve: "P-521" }, { name: "X25519" }]) {
    const one = await subtle.generateKey(algorithm, true, ["deriveBits"]);
    const two = await subtle.generateKey(algorithm, true, ["deriveBits"]);
    out.push({ what: "agreement", algorithm, formats: await exports(one.privateKey, two.publicKey),
      secret: to64(await subtle.deriveBits({ name: algorithm.name, public: one.publicKey }, two.privateKey, 256)) });
  }
  for (const [name, use] of [["HKDF", { hash: "SHA-256", info: 5 }], ["PBKDF2", { hash: "SHA-512", iterations: 1000 }]]) {
    const base = await subtle.importKey("raw", text, name, false, ["deriveBits"]);
    const call = { name, ...use, salt: new Uint8Array(9), info: new Uint8Array(5) };
    out.push({ what: "derivation", call: { name, ...use }, secret: to64(await subtle.deriveBits(call, base, 1024)) });
  }
  return JSON.stringify(out);

  async function exports(secret, open) {
    const list = [];
    for (const [key, formats] of secret === open ? [[secret, ["raw", "jwk"]]] : [[secret, ["pkcs8", "jwk"]], [open, open.algorithm.name.startsWith("RSA") ? ["spki", "jwk"] : ["spki", "jwk", "raw"]]]) {
      for (const format of formats) {
        const data = await subtle.exportKey(format, key);
        list.push([key.type, format, format === "jwk" ? data : to64(data)]);
      }
    }
    return list;
  }
};

const checkAll = async (json) => {
  const subtle = crypto.subtle;
  const text = new TextEncoder().encode("what one makes, another reads");
  const to64 = (b) => btoa(String.fromCharCode(...new Uint8Array(b)));
  const from64 = (s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0));
  const usages = { signature: { secret: ["sign", "verify"], private: ["sign"], public: ["verify"] }, cipher: { secret: ["encrypt", "decrypt"], private: ["decrypt"], public: ["encrypt"] }, agreement: { private: ["deriveBits"], public: [] } };
  const failures = [];
  let count = 0;
  const same = (got, want, note) => { count++; if (got !== want) failures.push(`${note}: got ${got}, want ${want}`); };
  for (const item of JSON.parse(json)) {
    const note = `${item.what} ${JSON.stringify(item.call || item.algorithm)}`;
    const keys = [];
    for (const [type, format, data] of item.formats || []) {
      keys.push([`${note} ${type} ${format}`, await subtle.importKey(format, format === "jwk" ? data : from64(data), item.algorithm, true, usages[item.what][type])]);
    }
    if (item.what === "signature") {
      for (const [note, key] of keys) {
        if (key.type !== "private") same(await subtle.verify(item.call, key, from64(item.signature), text), true, note);
        if (key.type !== "private") same(await subtle.verify(item.call, key, from64(item.signature), text.slice(1)), false, note);
        if (key.type === "public") continue;
        const mine = await subtle.sign(item.call, key, text);
        same(await subtle.verify(item.call, keys[keys.length - 1][1], mine, text), true, note);
      }
    } else if (item.what === "cipher") {
      const bytes = item.call.iv || item.call.counter;
      const call = { ...item.call, iv: new Uint8Array(bytes).fill(3), counter: new Uint8Array(bytes).fill(255) };
      for (const [note, key] of keys) {
        if (key.type !== "public") same(to64(await subtle.decrypt(call, key, from64(item.sealed))), to64(text), note);
      }
    } else if (item.what === "agreement") {
      for (const [note, secret] of keys) {
        if (secret.type !== "private") continue;
        for (const [, open] of keys) {
          if (open.type === "public") same(to64(await subtle.deriveBits({ name: item.algorithm.name, public: open }, secret, 256)), item.secret, note);
        }
      }
    } else {
      const base = await subtle.importKey("raw", text, item.call.name, false, ["deriveBits"]);
      same(to64(await subtle.deriveBits({ ...item.call, salt: new Uint8Array(9), info: new Uint8Array(5) }, base, 1024)), item.secret, note);
    }
  }
  return [count, ...failures];
};
({ makeAll, checkAll });
