(function ({ test, eq, ok, throws }) {
  const bytes = (...b) => new Uint8Array(b);

  test("TextEncoder", () => {
    const e = new TextEncoder();
    eq([e.encoding, e.encode("é😀"), e.encode(), e.encode("\ud800x"), e.encode(null)],
      ["utf-8", bytes(0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80), bytes(), bytes(0xef, 0xbf, 0xbd, 0x78), bytes(0x6e, 0x75, 0x6c, 0x6c)]);
  });

  test("encodeInto stops before a character that doesn't fit", () => {
    const e = new TextEncoder();
    const into = new Uint8Array(5);
    eq(e.encodeInto("a😀é", into), { read: 3, written: 5 });
    eq(into, bytes(0x61, 0xf0, 0x9f, 0x98, 0x80));
    eq(e.encodeInto("é", new Uint8Array(1)), { read: 0, written: 0 });
    throws("TypeError", () => e.encodeInto("x", new Uint16Array(1)));
  });

  test("labels", () => {
    const name = (label) => new TextDecoder(label).encoding;
    eq(["UTF-8", " latin1 ", "ascii", "utf-16", "utf-16be", "sjis", "gb2312", "x-user-defined"].map(name),
      ["utf-8", "windows-1252", "windows-1252", "utf-16le", "utf-16be", "shift_jis", "gbk", "x-user-defined"]);
    throws("RangeError", () => new TextDecoder("nope"));
    throws("RangeError", () => new TextDecoder("iso-2022-cn"));
  });

  test("UTF-8 with errors", () => {
    const d = new TextDecoder();
    eq([d.fatal, d.ignoreBOM], [false, false]);
    eq(d.decode(bytes(0x61, 0xf0, 0x9f, 0x98, 0x62, 0xff)), "a\ufffdb\ufffd");
    throws("TypeError: Failed to decode input.", () => new TextDecoder("utf-8", { fatal: true }).decode(bytes(0xff)));
    eq(d.decode(bytes(0xc3)), "\ufffd");
    eq(d.decode(), "");
  });

  test("the byte order mark", () => {
    const bom = bytes(0xef, 0xbb, 0xbf, 0x61, 0xef, 0xbb, 0xbf);
    const d = new TextDecoder();
    eq([d.decode(bom), d.decode(bom)], ["a\ufeff", "a\ufeff"]);
    eq(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bom), "\ufeffa\ufeff");
    eq(new TextDecoder("utf-16le").decode(bytes(0xff, 0xfe, 0x61, 0)), "a");
    eq([d.decode(bytes(0xef), { stream: true }), d.decode(bytes(0xbb, 0xbf), { stream: true }),
      d.decode(bytes(0xef, 0xbb, 0xbf, 0x62))], ["", "", "\ufeffb"]);
  });

  test("every split of a stream gives the same text", () => {
    const text = "aé€😀\ufeffz";
    for (const [label, input] of [["utf-8", new TextEncoder().encode(text)],
      ["utf-16le", new Uint8Array(Uint16Array.from([...text].flatMap((c) => c.split("").map((u) => u.charCodeAt(0)))).buffer)]]) {
      for (let i = 0; i <= input.length; i++) {
        for (let j = i; j <= input.length; j++) {
          const d = new TextDecoder(label, { fatal: true });
          eq(d.decode(input.subarray(0, i), { stream: true }) + d.decode(input.subarray(i, j), { stream: true }) +
            d.decode(input.subarray(j)), text, `${label} ${i} ${j}:`);
        }
      }
    }
  });

  test("a stream that ends within a character", () => {
    const d = new TextDecoder();
    eq([d.decode(bytes(0x61, 0xe2, 0x82), { stream: true }), d.decode()], ["a", "\ufffd"]);
    const f = new TextDecoder("utf-8", { fatal: true });
    f.decode(bytes(0xe2), { stream: true });
    throws("TypeError", () => f.decode());
    eq(f.decode(bytes(0x62)), "b");
  });

  test("views and buffers", () => {
    const b = bytes(0x61, 0x62, 0x63, 0x64);
    const d = new TextDecoder();
    eq([d.decode(b.buffer), d.decode(b.subarray(1, 3)), d.decode(new DataView(b.buffer, 2)), d.decode(new Uint16Array(b.buffer, 2, 1))],
      ["abcd", "bc", "cd", "cd"]);
    throws("TypeError", () => d.decode("abc"));
    throws("TypeError", () => d.decode(null));
  });

  test("legacy encodings", () => {
    eq([new TextDecoder("latin1").decode(bytes(0x80, 0xe9)), new TextDecoder("shift_jis").decode(bytes(0x83, 0x65)),
      new TextDecoder("koi8-r").decode(bytes(0xc1))], ["€é", "テ", "а"]);
    const d = new TextDecoder("shift_jis");
    eq(d.decode(bytes(0x83), { stream: true }) + d.decode(bytes(0x65)), "テ");
  });

  test("atob and btoa", () => {
    eq([btoa("\xffa"), atob("/2E="), atob(" /2 E"), btoa(""), btoa(null), atob("")], ["/2E=", "\xffa", "\xffa", "", "bnVsbA==", ""]);
    for (const f of [() => btoa("€"), () => atob("a"), () => atob("a==="), () => atob("ab=c")]) {
      throws("InvalidCharacterError", f);
      try { f(); } catch (err) { ok(err instanceof DOMException); }
    }
    throws("TypeError", () => btoa());
  });

  test("performance and navigator", () => {
    eq([performance.now(), performance.timeOrigin, navigator.userAgent], [1234, 0, "Cloudflare-Workers"]);
    throws("TypeError: Illegal constructor", () => new Performance());
  });

  test("legacy encodings, a byte at a time", () => {
    const samples = {
      shift_jis: [[0x82, 0xa0, 0x41, 0xb1], "\u3042A\uff71"], "euc-jp": [[0xa4, 0xa2, 0x8e, 0xb1, 0x8f, 0xb0, 0xa1], "\u3042\uff71\u4e02"],
      gb18030: [[0x81, 0x30, 0x81, 0x30, 0xa2, 0xe3], "\u0080\u20ac"], big5: [[0x88, 0x62, 0xa4, 0x40], "\u00ca\u0304\u4e00"], "euc-kr": [[0xb0, 0xa1], "\uac00"],
      "iso-2022-jp": [[0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42, 0x41], "\u3042A"], "x-user-defined": [[0x80, 0x41], "\uf780A"],
      "windows-1252": [[0x80, 0x81, 0x9d], "\u20ac\u0081\u009d"], "windows-1253": [[0xaa, 0x81], "\ufffd\u0081"], "windows-874": [[0xdb, 0x81], "\ufffd\u0081"],
    };
    for (const name of Object.keys(samples)) {
      const [bytes, want] = samples[name];
      eq(new TextDecoder(name).decode(new Uint8Array(bytes)), want, name);
      const decoder = new TextDecoder(name);
      eq(bytes.map((byte) => decoder.decode(new Uint8Array([byte]), { stream: true })).join("") + decoder.decode(), want, name);
    }
    const decoder = new TextDecoder("shift_jis", { fatal: true });
    eq(decoder.decode(new Uint8Array([0x82]), { stream: true }), "");
    throws("TypeError: Failed to decode input.", () => decoder.decode());
  });

  test("labels", () => {
    const names = ["ascii", "latin1", "l1", "tis-620", "gb2312", "logical", "csunicode", "  UTF-8 ", "unicode-1-1-utf-8", "sjis", "ks_c_5601-1987", "x-x-big5", "dos-874", "x-cp1250", "sun_eu_greek"];
    eq(names.map((name) => new TextDecoder(name).encoding), ["windows-1252", "windows-1252", "windows-1252", "windows-874", "gbk", "iso-8859-8-i", "utf-16le", "utf-8", "utf-8", "shift_jis", "euc-kr", "big5", "windows-874", "windows-1250", "iso-8859-7"]);
    for (const name of ["replacement", "iso-2022-kr", "hz-gb-2312", "foo"]) throws(`RangeError: "${name}" is not a valid encoding.`, () => new TextDecoder(name));
  });
})
