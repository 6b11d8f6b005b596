// node:module.
const { invalidArgValue, withCode } = require("internal:errors");

const builtinModules = Object.freeze(core.node.names.filter((name) => name !== "test" && name !== "sqlite").sort());
// As in the Workers runtime, all that begins with node: is one.
const isBuiltin = (name) => builtinModules.includes(`${name}`) || name === "sqlite" || `${name}`.startsWith("node:");

// createRequire makes the require of a module at that path: the Worker's modules lie at the root.
function createRequire(path) {
  let file = path;
  if (path instanceof URL || (typeof path === "string" && /^file:/.test(path))) file = require("node:url").fileURLToPath(path);
  else if (typeof path !== "string" || !path.startsWith("/")) throw invalidArgValue("path", `${path}`, "The argument must be a file URL object, a file URL string, or an absolute path string.");
  const importer = file.replace(/^\/+/, "").replace(/^bundle\//, "");
  const required = (specifier) => {
    try {
      return ops.require(`${specifier}`, importer, !core.flag("require_returns_default_export"));
    } catch (e) {
      if (e instanceof Error && e.message.startsWith(`No such module "${specifier}".`)) throw new Error(`Module not found: ${specifier}`);
      throw e;
    }
  };
  required.resolve = (specifier) => specifier;
  required.cache = { __proto__: null };
  required.main = undefined;
  return required;
}

function Module(id) { this.id = `${id ?? ""}`; this.exports = {}; }
const refused = (name) => () => { throw withCode(Error, "ERR_METHOD_NOT_IMPLEMENTED", `The module.${name} method is not implemented`); };

Object.assign(Module, {
  Module, builtinModules, isBuiltin, createRequire, syncBuiltinESMExports: refused("syncBuiltinESMExports"), findSourceMap: refused("findSourceMap"), register: refused("register"),
  constants: Object.freeze({ __proto__: null, compileCacheStatus: Object.freeze({ __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 }) }),
  enableCompileCache() {}, findPackageJSON: refused("findPackageJSON"), flushCompileCache() {}, getCompileCacheDir: () => undefined,
  stripTypeScriptTypes: refused("stripTypeScriptTypes"), getSourceMapsSupport: () => ({ enabled: false, nodeModules: false, generatedCode: false }), setSourceMapsSupport() {},
  runMain: refused("runMain"), registerHooks: refused("registerHooks"), _debug() {}, _findPath: refused("_findPath"), _initPaths() {}, _pathCache: { __proto__: null },
  _preloadModules() {}, _resolveLookupPaths: () => [], _nodeModulePaths: refused("_nodeModulePaths"),
  SourceMap: class SourceMap { constructor() { refused("SourceMap")(); } }, _resolveFilename: refused("_resolveFilename"), _load: refused("_load"), _cache: { __proto__: null }, _extensions: { __proto__: null },
  globalPaths: [], wrap: refused("wrap"),
});
module.exports = Module;
