// The files of node:fs, an invocation's own: memfs, and what it has at first.
const { Buffer } = require("node:buffer");
const memfs = require("./vendor/memfs.js");

const volumes = new Map();
core.ended.push((id) => { volumes.delete(id); });
ops.bundleFiles(); // from now on they are kept

// bundle shows the Worker's modules; their text is fetched when it is read.
function bundle(v) {
  const files = ops.bundleFiles();
  for (let i = 0; i < files.length; i += 2) {
    const path = `/bundle/${files[i].replace(/^(\.?\/)+/, "")}`;
    try {
      v.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      v.writeFileSync(path, "");
      v.chmodSync(path, 0o444);
    } catch { continue; } // a name that is no path
    const node = nodeOf(v, path);
    node.size = files[i + 1];
    const text = () => { if (node.capacity === 0) { node.buf = Buffer.from(ops.bundleFile(files[i]) ?? []); node.capacity = node.size = node.buf.length; } };
    for (const name of ["getBuffer", "getString", "read"]) {
      const method = node[name];
      node[name] = function (...args) { text(); return Reflect.apply(method, node, args); };
    }
  }
}

const nodeOf = (v, path) => v._core.getResolvedLinkOrThrow(path).getNode();

const take = (buf, off, len) => Math.max(0, Math.min(len, buf.byteLength - off));
const devices = {
  null: {},
  zero: { read(buf, off = 0, len = buf.byteLength) { const n = take(buf, off, len); buf.fill(0, off, off + n); return n; } },
  random: { read(buf, off = 0, len = buf.byteLength) { const n = take(buf, off, len); require("node:crypto").randomFillSync(buf, off, n); return n; } },
  full: { read(buf, off = 0, len = buf.byteLength) { const n = take(buf, off, len); buf.fill(0, off, off + n); return n; },
    write() { throw Object.assign(new Error("ENOSPC: no space left on device, write"), { errno: -28, code: "ENOSPC", syscall: "write" }); } },
};

function device(v, name) {
  v.writeFileSync(`/dev/${name}`, "", { mode: 0o666 });
  const node = nodeOf(v, `/dev/${name}`);
  node.mode = 0o20666;
  Object.assign(node, { isFile: () => false, write: (buf, off = 0, len = buf.byteLength) => take(buf, off, len), truncate() {}, getBuffer: () => Buffer.alloc(0), ...devices[name] });
}

function make() {
  const v = new memfs.Volume();
  v._core.releasedFds = Array.from({ length: 1000 }, (_, i) => 1002 - i);
  for (const dir of ["/bundle", "/tmp", "/dev"]) v.mkdirSync(dir);
  bundle(v);
  for (const name of Object.keys(devices)) device(v, name);
  v.chmodSync("/tmp", 0o777);
  return v;
}

function volume() {
  const id = ops.current();
  let v = volumes.get(id);
  if (v === undefined) volumes.set(id, v = make());
  return v;
}

// classOf is a class of memfs, by its name, which was minified.
function classOf(name) {
  const C = memfs[name] ?? volume()[name];
  Object.defineProperty(C, "name", { value: name, configurable: true });
  return C;
}

module.exports = { volume, classOf };
