// node:path. What is relative is so to the root, as in the Workers runtime.
const path = require("./vendor/path.js");
const { posix, win32 } = path;
const { resolve } = posix;
posix.resolve = Object.defineProperty((...parts) => {
  const path = resolve(...parts);
  return path[0] === "/" ? path : resolve("/", path);
}, "name", { value: "resolve" });
for (const one of [posix, win32]) {
  delete one._makeLong;
  one.matchesGlob = require("internal:rare").matchesGlob(one === win32);
}
module.exports = path;
