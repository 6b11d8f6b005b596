// node:url. The legacy parser is the npm package url; the URL class is the platform's.
const legacy = require("./vendor/url.js");
const { withCode, invalidArgType, validateObject, validateString } = require("internal:errors");
const { toUnicode } = require("node:punycode");

const isURL = (v) => Boolean(v?.href && v.protocol && v.auth === undefined && v.path === undefined);

function domain(s) {
  try { return new URL(`ws://${s}`).hostname; } catch { return ""; }
}

function fileURLToPath(path, options) {
  const windows = options?.windows ?? false;
  if (typeof path === "string") path = new URL(path);
  else if (!isURL(path)) throw invalidArgType("path", ["string", "URL"], path);
  if (path.protocol !== "file:") throw withCode(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  if (windows) return windowsPath(path);
  if (path.hostname !== "") throw withCode(TypeError, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
  if (/%2f/i.test(path.pathname)) throw withCode(TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters");
  return decodeURIComponent(path.pathname);
}

function windowsPath({ hostname, pathname }) {
  if (/%2f|%5c/i.test(pathname)) throw withCode(TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded \\ or / characters");
  const path = decodeURIComponent(pathname.replace(/\//g, "\\"));
  if (hostname !== "") return `\\\\${toUnicode(hostname)}${path}`;
  if (!/^\\[a-z]:/i.test(path)) throw withCode(TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must be absolute");
  return path.slice(1);
}

const escapes = { "%": "%25", "\\": "%5C", "\n": "%0A", "\r": "%0D", "\t": "%09", "?": "%3F", "#": "%23" };

function pathToFileURL(path, options) {
  validateString(path, "path");
  const { posix, win32 } = require("node:path");
  const windows = options?.windows ?? false;
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
  if (!(url instanceof URL)) return legacy.format(url);
  if (options !== undefined) validateObject(options, "options");
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

function parse(s, parseQuery, slashes) {
  if (s instanceof legacy.Url) return s;
  validateString(s, "url");
  return legacy.parse(s, parseQuery, slashes);
}

module.exports = {
  Url: legacy.Url, parse, format, resolve: (from, to) => parse(from, false, true).resolve(to),
  resolveObject: (from, to) => (from ? parse(from, false, true).resolveObject(to) : to),
  domainToASCII: (s) => domain(`${s}`), domainToUnicode: (s) => toUnicode(domain(`${s}`)), fileURLToPath, pathToFileURL, urlToHttpOptions,
  get URL() { return globalThis.URL; }, get URLSearchParams() { return globalThis.URLSearchParams; },
};
