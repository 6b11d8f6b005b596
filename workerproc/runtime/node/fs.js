// node:fs: the Workers runtime's file system, in memory. /bundle has the Worker's modules, to read; /tmp is empty when an
// invocation begins and gone when it ends; /dev has null, zero, full and random. The npm package memfs does it
// (internal_fs_volume.js), when something is first done.
const { withCode, invalidArgType, validateFunction } = require("internal:errors");
const words = (text) => text.split(/\s+/).filter(Boolean);
const volume = () => require("internal:fs_volume").volume();

const constants = Object.freeze({ __proto__: null, UV_FS_SYMLINK_DIR: 1, UV_FS_SYMLINK_JUNCTION: 2, O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, UV_DIRENT_UNKNOWN: 0, UV_DIRENT_FILE: 1,
  UV_DIRENT_DIR: 2, UV_DIRENT_LINK: 3, UV_DIRENT_FIFO: 4, UV_DIRENT_SOCKET: 5, UV_DIRENT_CHAR: 6, UV_DIRENT_BLOCK: 7, EXTENSIONLESS_FORMAT_JAVASCRIPT: 0, EXTENSIONLESS_FORMAT_WASM: 1,
  S_IFMT: 61440, S_IFREG: 32768, S_IFDIR: 16384, S_IFCHR: 8192, S_IFBLK: 24576, S_IFIFO: 4096, S_IFLNK: 40960, S_IFSOCK: 49152, O_CREAT: 64, O_EXCL: 128, UV_FS_O_FILEMAP: 0,
  O_NOCTTY: 256, O_TRUNC: 512, O_APPEND: 1024, O_DIRECTORY: 65536, O_NOATIME: 262144, O_NOFOLLOW: 131072, O_SYNC: 1052672, O_DSYNC: 4096, O_DIRECT: 16384, O_NONBLOCK: 2048,
  S_IRWXU: 448, S_IRUSR: 256, S_IWUSR: 128, S_IXUSR: 64, S_IRWXG: 56, S_IRGRP: 32, S_IWGRP: 16, S_IXGRP: 8, S_IRWXO: 7, S_IROTH: 4, S_IWOTH: 2, S_IXOTH: 1,
  F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, UV_FS_COPYFILE_EXCL: 1, COPYFILE_EXCL: 1, UV_FS_COPYFILE_FICLONE: 2, COPYFILE_FICLONE: 2, UV_FS_COPYFILE_FICLONE_FORCE: 4, COPYFILE_FICLONE_FORCE: 4 });

// What writes, by the arguments that say where, with the system call that Node.js names.
const writes = { __proto__: null, writeFile: [[0], "open"], appendFile: [[0], "open"], mkdir: [[0], "mkdir"], mkdtemp: [[0], "mkdtemp"], rm: [[0], "rm"], rmdir: [[0], "rmdir"], unlink: [[0], "unlink"],
  rename: [[0, 1], "rename"], copyFile: [[1], "copyfile"], cp: [[1], "cp"], link: [[1], "link"], symlink: [[1], "symlink"], truncate: [[0], "open"], chmod: [[0], "chmod"],
  lchmod: [[0], "lchmod"], chown: [[0], "chown"], lchown: [[0], "lchown"], utimes: [[0], "utime"], lutimes: [[0], "lutime"] };

function pathOf(path) {
  if (path instanceof URL) return require("node:url").fileURLToPath(path);
  return typeof path === "string" ? path : ArrayBuffer.isView(path) ? new TextDecoder().decode(path) : undefined;
}

function writable(path) {
  const text = pathOf(path);
  if (text === undefined) return true; // a descriptor, or what memfs complains about
  const whole = require("node:path").posix.resolve(require("node:process").cwd?.() ?? "/bundle", text);
  return whole.startsWith("/tmp/") || whole.startsWith("/dev/") && whole.lastIndexOf("/") === 4;
}

function refuse(syscall, path, code = "EPERM", errno = -1) {
  const text = pathOf(path);
  const e = withCode(Error, code, `${code}: ${code === "EPERM" ? "operation not permitted" : "permission denied"}, ${syscall} '${text}'`);
  throw Object.assign(e, { errno, syscall, path: text });
}

const writing = (flags) => (typeof flags === "number" ? (flags & 3) !== 0 || (flags & 64) !== 0 : typeof flags === "string" && /[wa+]/.test(flags));

// guard keeps everything outside of /tmp as it is.
function guard(name, args) {
  const rule = writes[name];
  if (name === "writeFile" || name === "appendFile") {
    const data = args[1];
    if (typeof data !== "string" && !ArrayBuffer.isView(data) && typeof data?.[Symbol.asyncIterator] !== "function" && typeof data?.[Symbol.iterator] !== "function") throw invalidArgType("data", ["string", "Buffer", "TypedArray", "DataView"], data);
  }
  if (rule !== undefined) {
    const options = args[2];
    const last = args.length > 1 && name === "writeFile" && typeof options === "object" ? options?.flag : undefined;
    if (last === undefined || writing(last)) for (const at of rule[0]) if (!writable(args[at])) refuse(rule[1], args[at]);
  }
  if (name === "open" && writing(args[1]) && !writable(args[0])) refuse("open", args[0]);
  if (name === "access" && (args[1] & 2) !== 0 && !writable(args[0]) && volume().existsSync(args[0]) && pathOf(args[0]) !== "/tmp") refuse("access", args[0], "EACCES", -13);
}

const fs = { constants, F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 };
const both = words(`access appendFile chmod chown close copyFile cp fchmod fchown fdatasync fstat fsync ftruncate futimes glob lchmod lchown link lstat lutimes mkdir mkdtemp
  open opendir read readFile readdir readlink readv realpath rename rm rmdir stat statfs symlink truncate unlink utimes write writeFile writev`);

function toOutput(name, args) {
  if ((name !== "write" && name !== "writeFile") || (args[0] !== 1 && args[0] !== 2)) return undefined;
  const text = typeof args[1] === "string" ? args[1] : new TextDecoder().decode(args[1]);
  require("node:process")[args[0] === 1 ? "stdout" : "stderr"]?.write(text);
  return ArrayBuffer.isView(args[1]) ? args[1].byteLength : require("node:buffer").Buffer.byteLength(text);
}

function define(name) {
  const done = { [`${name}Sync`](...args) {
    guard(name, args);
    return toOutput(name, args) ?? volume()[`${name}Sync`](...args);
  }, [name](...args) {
    const callback = args.length > 1 || name.startsWith("mkdtemp") ? args[args.length - 1] : undefined;
    validateFunction(typeof callback === "function" ? callback : undefined, "cb");
    const own = (f) => { try { return f(); } catch (e) { if (e.syscall === undefined) throw e; queueMicrotask(() => callback(e)); } return undefined; };
    return own(() => {
      guard(name, args);
      const n = toOutput(name, args);
      if (n !== undefined) return queueMicrotask(() => callback(null, n, args[1]));
      return volume()[name](...args);
    });
  } };
  Object.assign(fs, done);
}
both.forEach(define);
fs.exists = (path, callback) => { validateFunction(callback, "callback"); const is = fs.existsSync(path); queueMicrotask(() => callback(is)); };
fs.existsSync = (path) => { try { return volume().existsSync(path); } catch { return false; } };
fs.realpath.native = fs.realpath;
fs.realpathSync.native = fs.realpathSync;
fs.openAsBlob = async (path, options) => new Blob([await fs.promises.readFile(path)], options);
fs.createReadStream = (...args) => volume().createReadStream(...args);
fs.createWriteStream = (path, options) => {
  const flags = (typeof options === "object" ? options?.flags : undefined) ?? "w";
  if (writing(flags) && typeof options?.fd !== "number" && !options?.fd && !writable(path)) {
    const { Writable } = require("node:stream");
    const stream = new Writable();
    queueMicrotask(() => { try { refuse("open", path); } catch (e) { stream.destroy(e); } });
    return stream;
  }
  return volume().createWriteStream(path, options);
};
for (const name of ["watch", "watchFile", "unwatchFile"]) fs[name] = { [name]() { throw withCode(Error, "ERR_UNSUPPORTED_OPERATION", "The requested operation is unsupported"); } }[name];

const promises = { constants };
for (const name of words(`access appendFile chmod chown copyFile cp glob lchmod lchown link lstat lutimes mkdir mkdtemp open opendir readFile readdir readlink realpath rename rm rmdir
  stat statfs symlink truncate unlink utimes writeFile`)) {
  promises[name] = name === "glob" ? { glob(...args) { return volume().promises.glob(...args); } }.glob : { async [name](...args) {
    guard(name, args);
    return volume().promises[name](...args);
  } }[name];
}
promises.watch = fs.watch;
const lazily = (on, names) => {
  for (const [name, from] of Object.entries(names)) Object.defineProperty(on, name, { enumerable: true, configurable: true, get: () => require("internal:fs_volume").classOf(from) });
};
lazily(promises, { FileHandle: "FileHandle" });
lazily(fs, { Dir: "Dir", Dirent: "Dirent", Stats: "Stats", ReadStream: "ReadStream", WriteStream: "WriteStream", FileReadStream: "ReadStream", FileWriteStream: "WriteStream" });
fs.promises = promises;
module.exports = fs;
