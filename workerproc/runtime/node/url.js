// node:url. The legacy parser is the npm package url; the URL class is the platform's.
const legacy = require("./vendor/url.js");
Object.defineProperty(legacy.Url, "name", { value: "Url", configurable: true });
const { withCode, invalidArgType, validateObject, validateString } = require("internal:errors");
const { toUnicode } = require("node:punycode");

const isURL = (v) => Boolean(v?.href && v.protocol && v.auth === undefined && v.path === undefined);

function domain(s) {
  try { return new URL(`ws://${s}`).hostname; } catch { return ""; }
}

function given(args) {
  if (args.length === 0) throw withCode(TypeError, "ERR_MISSING_ARGS", 'The "domain" argument must be specified');
  return `${args[0]}`;
}

// decoded is what V8 says of text that isn't UTF-8 in escapes, too.
function decoded(text) {
  try { return decodeURIComponent(text); } catch { throw new URIError("URI malformed"); }
}

function fileURLToPath(path, options) {
  const windows = options?.windows ?? false;
  if (typeof path === "string") path = new URL(path);
  else if (!isURL(path)) throw invalidArgType("path", ["string", "URL"], path);
  if (path.protocol !== "file:") throw withCode(Error, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  if (windows) return windowsPath(path);
  if (path.hostname !== "") throw withCode(Error, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
  if (/%2f/i.test(path.pathname)) throw withCode(Error, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters");
  return decoded(path.pathname);
}

function windowsPath({ hostname, pathname }) {
  if (/%2f|%5c/i.test(pathname)) throw withCode(Error, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded \\ or / characters");
  const path = decoded(pathname.replace(/\//g, "\\"));
  if (hostname !== "") return `\\\\${toUnicode(hostname)}${path}`;
  if (!/^\\[a-z]:/i.test(path)) throw withCode(Error, "ERR_INVALID_FILE_URL_PATH", "File URL path must be absolute");
  return path.slice(1);
}

const escapes = { "%": "%25", "\\": "%5C", "\n": "%0A", "\r": "%0D", "\t": "%09", "?": "%3F", "#": "%23" };

function pathToFileURL(path, options) {
  validateString(path, "filepath");
  const { posix, win32 } = require("node:path");
  const windows = options?.windows ?? false;
  const share = windows && /^\\\\([^\\]+)(\\.*)$/.exec(path);
  if (share) return new URL(`file://${share[1]}${share[2].replace(/[%\n\r\t?#]/g, (c) => escapes[c]).replace(/\\/g, "/")}`);
  if (windows) return new URL(`file:///${win32.resolve(path).replace(/[%\n\r\t?#]/g, (c) => escapes[c]).replace(/\\/g, "/")}`);
  let resolved = posix.resolve(path);
  if (path.endsWith("/") && resolved !== "/") resolved += "/";
  const url = new URL("file://");
  url.pathname = resolved.replace(/[%\\\n\r\t?#]/g, (c) => escapes[c]);
  return url;
}

function urlToHttpOptions(url) {
  const { hostname, pathname, port, username, password, search } = url;
  const options = {
    __proto__: null, ...url, protocol: url.protocol, hostname: hostname?.startsWith("[") ? hostname.slice(1, -1) : hostname, hash: url.hash,
    search, pathname, path: `${pathname || ""}${search || ""}`, href: url.href,
  };
  if (port !== "") options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

function format(url, options) {
  if (typeof url === "string") return legacy.format(legacy.parse(url));
  if (typeof url !== "object" || url === null) throw invalidArgType("urlObject", ["Object", "string"], url);
  if (!(url instanceof URL)) return legacy.format(/^file:?$/.test(url.protocol) && !url.slashes ? { ...url, slashes: true } : url);
  if (options !== undefined && options !== null) validateObject(options, "options");
  const { fragment = true, unicode = false, search = true, auth = true } = options ?? {};
  let text = url.protocol;
  if (url.host !== "" || url.href.startsWith(`${url.protocol}//`)) {
    text += "//";
    if (auth && (url.username || url.password)) text += `${url.username}${url.password ? `:${url.password}` : ""}@`;
    text += unicode ? toUnicode(url.hostname) : url.hostname;
    if (url.port) text += `:${url.port}`;
  }
  return text + url.pathname + (search ? url.search : "") + (fragment ? url.hash : "");
}

// parse is the package's. What it lets pass in a host, the Workers runtime doesn't: a bracket that nothing closes, and
// control characters; tabs and line ends it takes out.
function parse(s, parseQuery, slashes) {
  if (s instanceof legacy.Url) return s;
  validateString(s, "url");
  if (/[\t\n\r]/.test(s)) s = s.replace(/[\t\n\r]/g, "");
  const host = /^\s*[a-z0-9.+-]+:[/\\]{2}([^/\\?#]*)/i.exec(s)?.[1];
  if (host !== undefined && (/\[[^\]]*$/.test(host) || /[\0-\x1f]/.test(host))) throw Object.assign(withCode(Error, "ERR_INVALID_URL", "Invalid URL"), { input: s });
  const url = legacy.parse(s, parseQuery, slashes);
  if (parseQuery && url.search === "") url.search = null;
  return url;
}

module.exports = {
  Url: legacy.Url, parse, format, resolve: (from, to) => parse(from, false, true).resolve(to),
  resolveObject: (from, to) => (from ? parse(from, false, true).resolveObject(to) : to),
  domainToASCII(...args) { return domain(given(args)); },
  domainToUnicode(...args) { return toUnicode(domain(given(args))); },
  fileURLToPath, pathToFileURL, urlToHttpOptions, toPathIfFileURL: (value) => (value instanceof globalThis.URL ? fileURLToPath(value) : value),
  get URL() { return globalThis.URL; }, get URLSearchParams() { return globalThis.URLSearchParams; },
};
