// node:querystring.
const { withCode } = require("internal:errors");

function escape(value) {
  const s = typeof value === "string" ? value : typeof value === "object" ? String(value) : `${value}`;
  try {
    return encodeURIComponent(s);
  } catch { throw withCode(URIError, "ERR_INVALID_URI", "URI malformed"); }
}

// unescapeBuffer leaves alone what isn't a whole escape.
function unescapeBuffer(s, plusAsSpace) {
  const { Buffer } = require("node:buffer");
  const bytes = Buffer.from(s);
  const out = Buffer.alloc(bytes.length);
  let n = 0;
  for (let i = 0; i < bytes.length; i++) {
    let c = bytes[i];
    if (plusAsSpace && c === 43) c = 32;
    else if (c === 37 && i + 2 < bytes.length) {
      const pair = String.fromCharCode(bytes[i + 1], bytes[i + 2]);
      if (/^[0-9a-f]{2}$/i.test(pair)) { c = parseInt(pair, 16); i += 2; }
    }
    out[n++] = c;
  }
  return out.slice(0, n);
}

function unescape(s, plusAsSpace) {
  try { return decodeURIComponent(s); } catch { return module.exports.unescapeBuffer(s, plusAsSpace).toString(); }
}

const primitive = (v, encode) => {
  switch (typeof v) {
    case "string": return v.length > 0 ? encode(v) : "";
    case "number": return Number.isFinite(v) ? encode(`${v}`) : "";
    case "bigint": case "boolean": return encode(`${v}`);
  }
  return "";
};

function stringify(object, separator, equals, options) {
  const sep = separator || "&", eq = equals || "=";
  const encode = typeof options?.encodeURIComponent === "function" ? options.encodeURIComponent : module.exports.escape;
  if (object === null || typeof object !== "object") return "";
  const pairs = [];
  for (const key of Object.keys(object)) {
    const value = object[key];
    const name = primitive(key, encode) + eq;
    if (Array.isArray(value)) for (const item of value) pairs.push(name + primitive(item, encode));
    else pairs.push(name + primitive(value, encode));
  }
  return pairs.join(sep);
}

function parse(s, separator, equals, options) {
  const result = { __proto__: null };
  if (typeof s !== "string" || s.length === 0) return result;
  const sep = separator ? `${separator}` : "&", eq = equals ? `${equals}` : "=";
  const max = typeof options?.maxKeys === "number" ? options.maxKeys : 1000;
  const custom = typeof options?.decodeURIComponent === "function" ? options.decodeURIComponent : module.exports.unescape;
  const decode = (text) => {
    if (!/[%+]/.test(text) && custom === unescape) return text;
    const spaced = text.replace(/\+/g, custom === unescape ? " " : "%20");
    try { return custom(spaced); } catch { return unescape(spaced, true); }
  };
  let parts = s.split(sep).filter((part) => part !== "");
  if (max > 0) parts = parts.slice(0, max);
  for (const part of parts) {
    const at = part.indexOf(eq);
    const key = decode(at < 0 ? part : part.slice(0, at));
    const value = at < 0 ? "" : decode(part.slice(at + eq.length));
    if (!(key in result)) result[key] = value;
    else if (Array.isArray(result[key])) result[key].push(value);
    else result[key] = [result[key], value];
  }
  return result;
}

module.exports = { stringify, parse, escape, unescape, unescapeBuffer, encode: stringify, decode: parse };
