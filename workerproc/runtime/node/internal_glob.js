// Patterns of path.matchesGlob(): * ? [class] {a,b} {1..3} ** and ?() *() +() @() !(), as shells have them.
const special = /[\\^$.*+?()[\]{}|/]/;
const quote = (c) => (special.test(c) ? `\\${c}` : c);

// braces gives the patterns that one with {a,b} or {1..3} stands for.
function braces(pattern, left = { n: 1000 }) {
  const open = pattern.indexOf("{");
  for (let at = open, depth = 0, parts = [open + 1]; open >= 0 && at < pattern.length; at++) {
    const c = pattern[at];
    if (c === "\\") at++;
    else if (c === "{") depth++;
    else if (c === "," && depth === 1) parts.push(at + 1);
    else if (c === "}" && --depth === 0) {
      const inner = pattern.slice(open + 1, at);
      const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inner);
      const list = range !== null ? numbers(+range[1], +range[2], left.n) : parts.length > 1 ? parts.map((from, i) => pattern.slice(from, (parts[i + 1] ?? at + 1) - 1)) : undefined;
      const head = pattern.slice(0, open);
      if (list === undefined) return braces(pattern.slice(at + 1), left).map((rest) => `${head}\\{${inner}\\}${rest}`);
      left.n -= list.length;
      if (left.n < 0) throw new RangeError("The pattern has too many alternatives");
      return list.flatMap((one) => braces(`${head}${one}${pattern.slice(at + 1)}`, left));
    }
  }
  return [pattern];
}
function numbers(from, to, most) {
  const n = Math.min(Math.abs(to - from), most) + 1, step = Math.sign(to - from);
  return Array.from({ length: n }, (_, i) => `${from + i * step}`);
}

// segment is the source of a RegExp for what is between two slashes, from `at` to `end`.
function segment(text) {
  let out = "", at = 0;
  const wild = /^(?:[*?[]|[+@!]\()/.test(text) ? "(?!\\.)" : ""; // a name with a dot is meant by a dot only
  function group(stop) {
    let source = "";
    while (at < text.length && !stop.includes(text[at])) source += one();
    return source;
  }
  function one() {
    const c = text[at++];
    if (c === "\\" && at < text.length) return quote(text[at++]);
    if ("?*+@!".includes(c) && text[at] === "(" && text.indexOf(")", at) > 0) return extended(c);
    if (c === "*") { while (text[at] === "*") at++; return "[^/]*"; }
    if (c === "?") return "[^/]";
    return c === "[" ? bracket() : quote(c);
  }
  function extended(kind) {
    const alternatives = [];
    do { at++; alternatives.push(group("|)")); } while (text[at] === "|");
    at++;
    const any = alternatives.join("|");
    return kind === "!" ? `(?:(?!(?:${any})(?:/|$))[^/]*)` : `(?:${any})${kind === "@" ? "" : kind}`;
  }
  function bracket() {
    const close = text.indexOf("]", at + (/[!^]/.test(text[at]) ? 2 : 1));
    if (close < 0) return "\\[";
    const not = /[!^]/.test(text[at]);
    const inner = text.slice(at + (not ? 1 : 0), close).replace(/\[:(alpha|digit|alnum|upper|lower|space|punct|xdigit):\]/g, (_, name) => classes[name]).replace(/[\\[\]^]/g, "\\$&");
    at = close + 1;
    return `[${not ? "^/" : ""}${inner}]`;
  }
  while (at < text.length) out += one();
  return wild + out;
}
const classes = { alpha: "a-zA-Z", digit: "0-9", alnum: "a-zA-Z0-9", upper: "A-Z", lower: "a-z", space: " \t", punct: "!-/:-@", xdigit: "0-9a-fA-F" };

const below = "(?!\\.)[^/]+";
function expression(pattern) {
  const parts = pattern.replace(/\/+$/, "").split(/\/+/);
  let source = "";
  parts.forEach((part, i) => {
    const last = i === parts.length - 1;
    if (part === "**") source += last ? `(?:${below}(?:/${below})*)?` : `(?:${below}/)*`;
    else source += segment(part) + (last ? "" : "/");
  });
  return new RegExp(`^${source}$`);
}

// matches says whether a path is of a pattern. In a pattern \ is a slash and escapes nothing, in a path it is one on Windows.
function matches(path, pattern, windows) {
  if (windows) path = path.replaceAll("\\", "/");
  pattern = pattern.replaceAll("\\", "/");
  const plain = path.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");
  return braces(pattern).some((one) => expression(one).test(plain));
}

module.exports = { matches };
