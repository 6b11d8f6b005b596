import path from "node:path";
import posix from "node:path/posix";
import win32 from "node:path/win32";

const paths = ["", ".", "/", "/a/b/c.txt", "a/../b/./c", "//a//b/", "/a/b/../../..", "a.tar.gz", ".bashrc", "a/.b/c.", "C:\\a\\b.txt", "C:a", "\\\\server\\share\\x", "..", "a/b\\c"];
const both = (f) => [paths.map((p) => f(posix, p)), paths.map((p) => f(win32, p))];

export default {
  normalize: () => both((m, p) => m.normalize(p)),
  basename: () => both((m, p) => [m.basename(p), m.basename(p, ".txt")]),
  dirname: () => both((m, p) => m.dirname(p)),
  extname: () => both((m, p) => m.extname(p)),
  isAbsolute: () => both((m, p) => m.isAbsolute(p)),
  parse: () => both((m, p) => m.parse(p)),
  format: () => [path.format({ dir: "/a", base: "b.c" }), path.format({ root: "/", name: "x", ext: ".y" }), path.format({ name: "x", ext: "y" }), win32.format({ dir: "C:\\a", base: "b" })],
  join: () => [path.join("a", "..", "b", "/c"), path.join(), path.join("/a", "", "b"), win32.join("a", "..\\b", "/c")],
  resolve: () => [posix.resolve("/a", "b", "../c"), posix.resolve("/a", "/b"), win32.resolve("C:\\a", "..\\b"), win32.resolve("C:\\a", "D:\\b")],
  relative: () => [posix.relative("/a/b/c", "/a/d"), posix.relative("/a", "/a"), posix.relative("/", "/a/b"), win32.relative("C:\\a\\b", "C:\\a\\c\\d")],
  misc: () => [path.sep, path.delimiter, win32.sep, win32.delimiter, path.posix === path, path.win32 === win32, path.toNamespacedPath("/a")],
  "not a string": () => path.join("a", 5),
};
