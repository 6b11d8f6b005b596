(function ({ test, eq, ok, throws, rejects, core }) {
  const { serialize, parse } = core.part("blob").internal;
  const bytes = (...b) => new Uint8Array(b);
  const encode = (s) => new TextEncoder().encode(s);
  const decode = (b) => new TextDecoder().decode(b);

  test("Blob", async () => {
    const b = new Blob(["aé", bytes(0x62), new Blob(["c"]), new DataView(bytes(0x64).buffer), 5], { type: "Text/Plain" });
    eq([b.size, b.type, await b.text(), (await b.arrayBuffer()).byteLength], [7, "text/plain", "aébcd5", 7]);
    const cut = b.slice(-3, -1, "x/y");
    eq([await cut.text(), cut.type, b.slice(5, 2).size, b.slice().size], ["cd", "x/y", 0, 7]);
    eq(await core.part("streams").internal.readAll(b.stream()), await b.bytes());
    throws("TypeError", () => new Blob("text"));
    eq([new Blob().size, new Blob([], { type: "é" }).type], [0, ""]);
  });

  test("File", async () => {
    const f = new File(["x"], "n\ud800", { type: "a/b", lastModified: 7 });
    eq([f.name, f.lastModified, f.type, f instanceof Blob, String(f)], ["n\ufffd", 7, "a/b", true, "[object File]"]);
    eq(new File([], "n").lastModified, 1234);
    throws("TypeError", () => new File([]));
  });

  test("FormData", () => {
    const f = new FormData();
    f.append("a", 1);
    f.append("b", new Blob(["x"], { type: "t/x" }));
    f.append("a", "2");
    f.append("c", new File(["y"], "y.txt"), "z.txt");
    eq([f.get("a"), f.getAll("a"), f.get("b").name, f.get("b").type, f.get("c").name, f.has("d"), f.get("d")], ["1", ["1", "2"], "b", "t/x", "z.txt", false, null]);
    f.set("a", "3");
    f.set("d", "4");
    f.delete("b");
    eq([[...f.keys()], [...f].map(([, v]) => typeof v)], [["a", "c", "d"], ["string", "object", "string"]]);
  });

  test("multipart there and back", async () => {
    const f = new FormData();
    f.append('q"\n', "line\nline");
    f.append("file", new File([bytes(0, 13, 10, 255)], 'ü".bin', { type: "x/y" }));
    f.append("empty", "");
    const [body, type] = serialize(f);
    ok(/^multipart\/form-data; boundary=\S+$/.test(type));
    ok(decode(body).includes('name="q%22%0A"\r\n\r\nline\nline\r\n--'), decode(body));
    const g = parse(body, type);
    eq([[...g.keys()], g.get("empty"), g.get("file").name, g.get("file").type, await g.get("file").bytes()],
      [['q"\n', "file", "empty"], "", 'ü".bin', "x/y", bytes(0, 13, 10, 255)]);
    eq([...parse(...serialize(new FormData()))], []);
  });

  test("multipart as others write it", () => {
    const raw = 'preamble\r\n--B \r\ncontent-disposition: form-data; filename="f; x.txt"; name=n\r\n\r\nv\r\n--B\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name="m"\r\n\r\n-B-\r\n\r\n--B--\r\nrest';
    const f = parse(encode(raw), 'multipart/form-data; charset=utf-8; boundary="B"');
    eq([f.get("n").name, f.get("n").type, f.get("m")], ["f; x.txt", "", "-B-\r\n"]);
  });

  test("bad forms", () => {
    const type = "multipart/form-data; boundary=B";
    throws("TypeError: No boundary string", () => parse(encode(""), "multipart/form-data"));
    throws("TypeError: No initial boundary", () => parse(encode("x"), type));
    throws("TypeError: No subsequent boundary", () => parse(encode("--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx"), type));
    throws("TypeError: No valid Content-Disposition", () => parse(encode("--B\r\nX: y\r\n\r\nx\r\n--B--"), type));
    throws("TypeError: Unrecognized Content-Type", () => parse(encode(""), "text/plain"));
  });

  test("urlencoded", () => {
    eq([...parse(encode("a=1+2&b=%C3%A9"), "application/x-www-form-urlencoded; charset=utf-8")], [["a", "1 2"], ["b", "é"]]);
  });
})
