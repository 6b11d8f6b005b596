import fs from "node:fs";
import fsp from "node:fs/promises";
import { Buffer } from "node:buffer";
import { pipeline } from "node:stream/promises";

// Everything is below a folder of its own, whose name is left out of what is shown.
let base; // /tmp is an invocation's
const at = (name) => `${base ??= fs.mkdtempSync("/tmp/snippets-")}/${name}`;
const clean = (text) => (typeof text === "string" ? text.replaceAll(base, "/BASE") : text);
const said = (e) => (e ? [e.name, e.code, e.errno, e.syscall, clean(e.path), clean(e.dest), clean(e.message)] : e);
const wrong = (f) => { try { return ["no error", f()]; } catch (e) { return said(e); } };
const later = async (f) => { try { return ["no error", await f()]; } catch (e) { return said(e); } };
const called = (name, ...args) => new Promise((done) => fs[name](...args, (e, v) => done(e ? said(e) : v)));
let n = 0;
const dir = () => { const d = at(`d${n++}`); fs.mkdirSync(d); return d; };
const file = (text = "hello world") => { const f = at(`f${n++}`); fs.writeFileSync(f, text); return f; };

export default {
  "write, read": () => { const f = file(); return [fs.readFileSync(f, "utf8"), fs.readFileSync(f).toString("hex"), fs.readFileSync(f, { encoding: "latin1" })]; },
  append: () => { const f = file("a"); fs.appendFileSync(f, "b"); fs.appendFileSync(f, Buffer.from("c")); fs.writeFileSync(f, "d", { flag: "a" }); return fs.readFileSync(f, "utf8"); },
  "write views": () => { const f = file(""); fs.writeFileSync(f, new Uint8Array([104, 105])); return fs.readFileSync(f, "utf8"); },
  "write hex": () => { const f = file(""); fs.writeFileSync(f, "6869", "hex"); return fs.readFileSync(f, "utf8"); },
  "read nothing there": () => wrong(() => fs.readFileSync(at("nope"))),
  "read nothing there, callback": () => called("readFile", at("nope")),
  "read nothing there, promise": () => later(() => fsp.readFile(at("nope"))),
  "read below nothing": () => wrong(() => fs.readFileSync(at("no/pe"))),
  "read below a file": () => wrong(() => fs.readFileSync(`${file()}/x`)),
  "read a folder": () => wrong(() => fs.readFileSync(dir())),
  "write a folder": () => { const d = dir(); return wrong(() => fs.writeFileSync(d, "x")).slice(0, 4); },
  stat: () => { const s = fs.statSync(file("12345")); return [s.isFile(), s.isDirectory(), s.isSymbolicLink(), s.isFIFO(), s.isSocket(), s.isCharacterDevice(), s.isBlockDevice(), s.size, s.nlink, typeof s.mtimeMs, s.mtime instanceof Date, (s.mode & 0o170000).toString(8)]; },
  "stat, folder": () => { const s = fs.statSync(dir()); return [s.isFile(), s.isDirectory()]; },
  "stat, bigint": () => { const s = fs.statSync(file("12345"), { bigint: true }); return [s.size, typeof s.mtimeNs]; },
  "stat, nothing": () => [wrong(() => fs.statSync(at("nope"))), fs.statSync(at("nope"), { throwIfNoEntry: false })],
  "lstat, nothing": () => wrong(() => fs.lstatSync(at("nope"))),
  access: () => { const f = file(); return [fs.accessSync(f), fs.accessSync(f, fs.constants.R_OK | fs.constants.W_OK), wrong(() => fs.accessSync(at("nope")))]; },
  exists: async () => [fs.existsSync(file()), fs.existsSync(at("nope")), fs.existsSync(5), await new Promise((done) => fs.exists(at("nope"), done))],
  mkdir: () => { const d = at(`m${n++}`); return [fs.mkdirSync(d), wrong(() => fs.mkdirSync(d)).slice(0, 4), clean(fs.mkdirSync(`${d}/a`, { recursive: true })) !== undefined, fs.mkdirSync(`${d}/a`, { recursive: true })]; },
  "mkdir below nothing": () => wrong(() => fs.mkdirSync(at("no/pe"))),
  "mkdir below a file": () => wrong(() => fs.mkdirSync(`${file()}/x`)).slice(0, 4),
  readdir: () => { const d = dir(); fs.writeFileSync(`${d}/b`, ""); fs.mkdirSync(`${d}/a`); fs.writeFileSync(`${d}/a/c`, ""); return [fs.readdirSync(d), fs.readdirSync(d, { withFileTypes: true }).map((x) => [x.name, x.isFile(), x.isDirectory()]), fs.readdirSync(d, { recursive: true }).sort()]; },
  "readdir, wrong": () => [wrong(() => fs.readdirSync(at("nope"))), wrong(() => fs.readdirSync(file())).slice(0, 4)],
  rmdir: () => { const d = dir(); fs.writeFileSync(`${d}/x`, ""); const full = wrong(() => fs.rmdirSync(d)).slice(0, 4); fs.unlinkSync(`${d}/x`); return [full, fs.rmdirSync(d), fs.existsSync(d)]; },
  "rmdir, wrong": () => [wrong(() => fs.rmdirSync(at("nope"))), wrong(() => fs.rmdirSync(file())).slice(0, 4)],
  rm: () => { const d = dir(); fs.writeFileSync(`${d}/x`, ""); return [wrong(() => fs.rmSync(d)).slice(1, 2), fs.rmSync(d, { recursive: true }), fs.existsSync(d), fs.rmSync(d, { force: true }), wrong(() => fs.rmSync(at("nope")))]; },
  unlink: () => { const f = file(); return [fs.unlinkSync(f), wrong(() => fs.unlinkSync(at("nope")))]; },
  rename: () => { const f = file("x"), g = at(`g${n++}`); return [fs.renameSync(f, g), fs.existsSync(f), fs.readFileSync(g, "utf8"), wrong(() => fs.renameSync(at("nope"), at("other")))]; },
  "rename over": () => { const f = file("1"), g = file("2"); fs.renameSync(f, g); return fs.readFileSync(g, "utf8"); },
  "rename a folder": () => { const d = dir(), e = at(`e${n++}`); fs.writeFileSync(`${d}/x`, "in"); fs.renameSync(d, e); return fs.readFileSync(`${e}/x`, "utf8"); },
  copyFile: () => { const f = file("x"), g = at(`g${n++}`); return [fs.copyFileSync(f, g), fs.readFileSync(g, "utf8"), wrong(() => fs.copyFileSync(f, g, fs.constants.COPYFILE_EXCL)).slice(0, 4), wrong(() => fs.copyFileSync(at("nope"), at("other")))]; },
  cp: () => { const d = dir(), e = at(`e${n++}`); fs.mkdirSync(`${d}/a/b`, { recursive: true }); fs.writeFileSync(`${d}/a/b/c`, "1"); fs.cpSync(d, e, { recursive: true }); return [fs.readFileSync(`${e}/a/b/c`, "utf8"), wrong(() => fs.cpSync(d, at("other")))[1]]; },
  link: () => { const f = file("x"), g = at(`g${n++}`); fs.linkSync(f, g); fs.appendFileSync(g, "y"); return [fs.readFileSync(f, "utf8"), fs.statSync(f).nlink]; },
  symlink: () => { const f = file("x"), g = at(`g${n++}`); fs.symlinkSync(f, g); return [clean(fs.readlinkSync(g)) === clean(f), fs.lstatSync(g).isSymbolicLink(), fs.statSync(g).isSymbolicLink(), fs.readFileSync(g, "utf8"), clean(fs.realpathSync(g)) === clean(f)]; },
  "symlink to a folder": () => { const d = dir(), s = at(`s${n++}`); fs.writeFileSync(`${d}/f`, "in"); fs.symlinkSync(d, s); return [fs.readdirSync(s), fs.readFileSync(`${s}/f`, "utf8")]; },
  "symlink, loop": () => { const a = at("loop1"), b = at("loop2"); fs.symlinkSync(a, b); fs.symlinkSync(b, a); return wrong(() => fs.readFileSync(a)); },
  "readlink, wrong": () => wrong(() => fs.readlinkSync(file())).slice(0, 4),
  "open, read, close": () => { const fd = fs.openSync(file(), "r"), b = Buffer.alloc(5); return [typeof fd, fs.readSync(fd, b, 0, 5, 6), b.toString(), fs.readSync(fd, b), b.toString(), fs.readSync(fd, b, { position: 0, length: 2 }), fs.closeSync(fd)]; },
  "open, wrong": () => { const f = file(); return [wrong(() => fs.openSync(f, "wx")).slice(0, 4), wrong(() => fs.openSync(at("nope"), "r")), wrong(() => fs.openSync(at("nope"), "r+")).slice(0, 4), wrong(() => fs.openSync(f, "zz"))]; },
  "closed descriptor": () => { const fd = fs.openSync(file(), "r"); fs.closeSync(fd); return [wrong(() => fs.readSync(fd, Buffer.alloc(1))), wrong(() => fs.closeSync(fd)), wrong(() => fs.fstatSync(fd))]; },
  "write by descriptor": () => { const f = file(""), fd = fs.openSync(f, "w+"); const r = [fs.writeSync(fd, "abc"), fs.writeSync(fd, Buffer.from("def"), 1), fs.writeSync(fd, "X", 1), fs.fstatSync(fd).size, fs.ftruncateSync(fd, 4), fs.fsyncSync(fd), fs.closeSync(fd)]; return [r, fs.readFileSync(f, "utf8")]; },
  "append by descriptor": () => { const f = file("a"), fd = fs.openSync(f, "a"); fs.writeSync(fd, "b"); fs.writeSync(fd, "c"); fs.closeSync(fd); return fs.readFileSync(f, "utf8"); },
  truncate: () => { const f = file("hello"); fs.truncateSync(f, 2); const a = fs.readFileSync(f, "utf8"); fs.truncateSync(f, 4); return [a, fs.readFileSync(f).toString("hex")]; },
  chmod: () => { const f = file(); fs.chmodSync(f, 0o600); return (fs.statSync(f).mode & 0o777).toString(8); },
  utimes: () => { const f = file(); fs.utimesSync(f, 1, 2); const s = fs.statSync(f); return [s.atimeMs, s.mtimeMs, s.mtime]; },
  mkdtemp: () => { const d = fs.mkdtempSync(at("temp-")); return [d.length - at("temp-").length, fs.statSync(d).isDirectory()]; },
  readv: () => { const fd = fs.openSync(file("abcdef"), "r"), a = Buffer.alloc(2), b = Buffer.alloc(3); const r = fs.readvSync(fd, [a, b]); fs.closeSync(fd); return [r, a.toString(), b.toString()]; },
  writev: () => { const f = file(""), fd = fs.openSync(f, "w"); const r = fs.writevSync(fd, [Buffer.from("ab"), Buffer.from("cde")]); fs.closeSync(fd); return [r, fs.readFileSync(f, "utf8")]; },
  opendir: async () => { const d = dir(); fs.writeFileSync(`${d}/x`, ""); const o = fs.opendirSync(d); const r = [o.readSync().name, o.readSync(), clean(o.path) === clean(d)]; o.closeSync(); const names = []; for await (const e of await fsp.opendir(d)) names.push(e.name); return [r, names]; },
  "/dev/null": () => [fs.writeFileSync("/dev/null", "x"), fs.readFileSync("/dev/null").length, fs.statSync("/dev/null").isCharacterDevice()],
  "/dev/zero": () => { const fd = fs.openSync("/dev/zero", "r"), b = Buffer.alloc(4, 1); const r = fs.readSync(fd, b); fs.closeSync(fd); return [r, b.toString("hex")]; },
  "/dev/random": () => { const fd = fs.openSync("/dev/random", "r"), b = Buffer.alloc(32); const r = fs.readSync(fd, b); fs.closeSync(fd); return [r, b.some((x) => x !== 0)]; },
  "/dev/full": () => wrong(() => fs.writeFileSync("/dev/full", "x")),
  "paths": () => { const f = file("x"); return [fs.readFileSync(new URL(`file://${f}`), "utf8"), fs.readFileSync(Buffer.from(f), "utf8"), fs.readFileSync(`${base}/../${base.slice(5)}/./${f.slice(base.length + 1)}`, "utf8")]; },
  "paths, wrong": () => [wrong(() => fs.readFileSync(undefined)), wrong(() => fs.readFileSync({})).slice(0, 2), wrong(() => fs.readFileSync("a\0b")).slice(0, 2), wrong(() => fs.readFileSync("x", "zz")).slice(0, 2), wrong(() => fs.writeFileSync(file(), 5)), wrong(() => fs.readFile("x")).slice(0, 2)],
  callbacks: async () => { const f = at(`c${n++}`); return [await called("writeFile", f, "one"), await called("appendFile", f, "two"), (await called("readFile", f, "utf8")), (await called("stat", f)).size, await called("unlink", f), (await called("unlink", f)), await called("mkdir", f), (await called("readdir", f)), await called("rmdir", f)]; },
  "callback, later": () => new Promise((done) => { const o = []; fs.readFile(file("x"), "utf8", (e, v) => { o.push(v); done(o); }); o.push("first"); }),
  promises: async () => { const f = at(`p${n++}`); await fsp.writeFile(f, "one"); await fsp.appendFile(f, "two"); const r = [await fsp.readFile(f, "utf8"), (await fsp.stat(f)).size, await fsp.access(f)]; await fsp.rename(f, `${f}x`); await fsp.copyFile(`${f}x`, f); await fsp.rm(`${f}x`); return [r, await fsp.readFile(f, "utf8"), fs.promises === fsp]; },
  "promises, wrong": async () => [await later(() => fsp.unlink(at("nope"))), await later(() => fsp.mkdir(dir())).then((x) => x.slice(0, 4)), await later(() => fsp.open(at("nope"))), await later(() => fsp.readdir(at("nope")))],
  "file handle": async () => { const f = file("hello world"), h = await fsp.open(f, "r+"); const b = Buffer.alloc(5); const r = [(await h.read(b, 0, 5, 0)).bytesRead, b.toString(), (await h.stat()).size, (await h.write("HELLO", 0)).bytesWritten, await h.readFile("utf8"), typeof h.fd]; await h.close(); return [r, fs.readFileSync(f, "utf8"), h.fd]; },
  createReadStream: async () => { const f = file("hello world"); const all = async (s) => { let t = ""; for await (const c of s) t += c; return t; }; return [await all(fs.createReadStream(f)), await all(fs.createReadStream(f, { start: 1, end: 3 })), await all(fs.createReadStream(f, { encoding: "hex", highWaterMark: 2 })), await all(fs.createReadStream(f, { start: 6 }))]; },
  "createReadStream, nothing": () => new Promise((done) => fs.createReadStream(at("nope")).on("error", (e) => done(said(e)))),
  createWriteStream: () => new Promise((done, no) => { const f = at(`w${n++}`), w = fs.createWriteStream(f); w.on("error", no).on("close", () => done([fs.readFileSync(f, "utf8"), w.bytesWritten])); w.write("a"); w.write("b"); w.end("c"); }),
  "createWriteStream, append": () => new Promise((done, no) => { const f = file("a"), w = fs.createWriteStream(f, { flags: "a" }); w.on("error", no).on("close", () => done(fs.readFileSync(f, "utf8"))); w.end("b"); }),
  pipeline: async () => { const f = file("x".repeat(200000)), g = at(`g${n++}`); await pipeline(fs.createReadStream(f), fs.createWriteStream(g)); return fs.statSync(g).size; },
  openAsBlob: async () => { const b = await fs.openAsBlob(file("hello"), { type: "text/plain" }); return [b.size, b.type, await b.text()]; },
  constants: () => [fs.constants.O_CREAT, fs.constants.S_IFMT, fs.constants.COPYFILE_EXCL, fs.F_OK, fs.R_OK, fs.W_OK, fs.X_OK],
  classes: () => [fs.Stats.name, fs.Dirent.name, fs.statSync(base) instanceof fs.Stats, fs.readdirSync("/tmp", { withFileTypes: true })[0] instanceof fs.Dirent],
};
