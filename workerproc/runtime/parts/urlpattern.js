// URLPattern (https://urlpattern.spec.whatwg.org/). A pattern goes through
// tokens and parts to a regular expression for each component of a URL.
(function (ops, core) {
  "use strict";
  const { URL } = core.part("url");
  const names = ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"];
  const fail = (message) => { throw new TypeError(message); };
  const own = (object, name) => object[name] !== undefined;
  const special = { __proto__: null, http: "80", https: "443", ws: "80", wss: "443", ftp: "21" };
  const maxPattern = 16 * 1024; // of code points in one pattern

  // --- tokens

  const nameStart = /[A-Za-z_$\u0080-\uffff]/;
  const nameNext = /[A-Za-z0-9_$\u0080-\uffff]/;
  const simple = { __proto__: null, "*": "asterisk", "+": "modifier", "?": "modifier", "{": "open", "}": "close" };

  // tokenize returns [{type, index, value}]. When lenient, what is wrong
  // becomes a token of type invalid.
  function tokenize(chars, lenient) {
    if (chars.length > maxPattern) fail("The URLPattern is too long.");
    const tokens = [];
    const push = (type, index, value) => tokens.push({ type, index, value });
    let i = 0;
    const wrong = (index, next, message) => {
      if (!lenient) fail(message);
      push("invalid", index, chars[index]);
      i = next;
    };
    while (i < chars.length) {
      const c = chars[i];
      const start = i;
      if (simple[c] !== undefined) {
        push(simple[c], i++, c);
      } else if (c === "\\") {
        if (i + 1 === chars.length) wrong(i, i + 1, "Invalid URLPattern: a backslash at the end.");
        else {
          push("escaped", i, chars[i + 1]);
          i += 2;
        }
      } else if (c === ":") {
        let end = i + 1;
        while (end < chars.length && (end === i + 1 ? nameStart : nameNext).test(chars[end])) end++;
        if (end === i + 1) wrong(i, i + 1, "Invalid URLPattern: a colon without a name.");
        else {
          push("name", i, chars.slice(i + 1, end).join(""));
          i = end;
        }
      } else if (c === "(") {
        const end = groupEnd(chars, i);
        if (end < 0) wrong(start, start + 1, "Invalid URLPattern: a bad group.");
        else {
          push("regexp", i, chars.slice(i + 1, end).join(""));
          i = end + 1;
        }
      } else {
        push("char", i++, c);
      }
    }
    push("end", chars.length, "");
    return tokens;
  }

  // groupEnd is where the ")" of a "(" is; -1 for what is no group.
  function groupEnd(chars, open) {
    let depth = 1;
    for (let i = open + 1; i < chars.length; i++) {
      const c = chars[i];
      if (c > "\u007f" || (i === open + 1 && c === "?")) return -1;
      if (c === "\\") {
        if (i + 1 === chars.length || chars[i + 1] > "\u007f") return -1;
        i++;
      } else if (c === ")") {
        if (--depth === 0) return i === open + 1 ? -1 : i;
      } else if (c === "(") {
        depth++;
        if (chars[i + 1] !== "?") return -1;
      }
    }
    return -1;
  }

  // --- parts

  const escapeRegExp = (s) => s.replace(/[.+*?^${}()[\]|/\\]/g, "\\$&");
  const escapePattern = (s) => s.replace(/[+*?:{}()\\]/g, "\\$&");
  const segment = (options) => `[^${escapeRegExp(options.delimiter)}]+?`;

  // Parts parses a pattern into [{type, value, modifier, name, prefix,
  // suffix}]; type is text, regexp, segment or all.
  class Parts {
    list = [];
    at = 0;
    pending = ""; // text that is not in the list yet
    number = 0;

    constructor(pattern, options, encode) {
      this.tokens = tokenize([...pattern], false);
      this.segment = segment(options);
      this.ownPrefix = options.prefix;
      this.encode = encode;
    }
    take(...types) { return types.includes(this.tokens[this.at].type) ? this.tokens[this.at++] : undefined; }
    group(name) { return this.take("regexp") || (name === undefined ? this.take("asterisk") : undefined); }
    modifier() { return (this.take("modifier", "asterisk") || { value: "" }).value; }
    text() {
      let s = "";
      for (let token; (token = this.take("char", "escaped")) !== undefined;) s += token.value;
      return s;
    }
    addText(text, modifier = "") {
      if (text !== "") this.list.push({ type: "text", value: this.encode(text), modifier, name: "", prefix: "", suffix: "" });
    }
    flush() {
      const { pending } = this;
      this.pending = "";
      this.addText(pending);
    }
    add(prefix, name, group, suffix, modifier) {
      if (name === undefined && group === undefined) {
        if (modifier === "") {
          this.pending += prefix;
          return;
        }
        this.flush();
        this.addText(prefix, modifier);
        return;
      }
      this.flush();
      const value = group === undefined ? this.segment : group.type === "asterisk" ? ".*" : group.value;
      const type = value === this.segment ? "segment" : value === ".*" ? "all" : "regexp";
      const called = name === undefined ? `${this.number++}` : name.value;
      if (this.list.some((other) => other.name === called)) fail("Invalid URLPattern: a name occurs twice.");
      this.list.push({ type, value: type === "regexp" ? value : "", modifier, name: called, prefix: this.encode(prefix), suffix: this.encode(suffix) });
    }
    // next parses what begins at the next token.
    next() {
      const char = this.take("char");
      const name = this.take("name");
      const group = this.group(name);
      if (name !== undefined || group !== undefined) return this.named(char, name, group);
      const fixed = char || this.take("escaped");
      if (fixed !== undefined) {
        this.pending += fixed.value;
        return;
      }
      if (this.take("open") !== undefined) return this.braced();
      this.flush();
      if (this.take("end") === undefined) fail("Invalid URLPattern: unexpected characters.");
    }
    named(char, name, group) {
      let prefix = char === undefined ? "" : char.value;
      if (prefix !== "" && prefix !== this.ownPrefix) {
        this.pending += prefix;
        prefix = "";
      }
      this.flush();
      this.add(prefix, name, group, "", this.modifier());
    }
    braced() {
      const prefix = this.text();
      const name = this.take("name");
      const group = this.group(name);
      const suffix = this.text();
      if (this.take("close") === undefined) fail("Invalid URLPattern: a missing brace.");
      this.add(prefix, name, group, suffix, this.modifier());
    }
  }

  function partsOf(pattern, options, encode) {
    const parts = new Parts(pattern, options, encode);
    while (parts.at < parts.tokens.length) parts.next();
    return parts.list;
  }

  function regexpOf(parts, options) {
    let s = "^";
    for (const { type, value, modifier, prefix, suffix } of parts) {
      if (type === "text") {
        s += modifier === "" ? escapeRegExp(value) : `(?:${escapeRegExp(value)})${modifier}`;
        continue;
      }
      const inner = type === "segment" ? segment(options) : type === "all" ? ".*" : value;
      const [before, after] = [escapeRegExp(prefix), escapeRegExp(suffix)];
      const once = modifier === "" || modifier === "?";
      if (before === "" && after === "") s += once ? `(${inner})${modifier}` : `((?:${inner})${modifier})`;
      else if (once) s += `(?:${before}(${inner})${after})${modifier}`;
      else s += `(?:${before}((?:${inner})(?:${after}${before}(?:${inner}))*)${after})${modifier === "*" ? "?" : ""}`;
    }
    return `${s}$`;
  }

  const isDigit = (c) => c >= "0" && c <= "9";

  // patternOf writes parts as a pattern again.
  function patternOf(parts, options) {
    let s = "";
    parts.forEach((part, i) => {
      const { type, value, modifier, name, prefix, suffix } = part;
      if (type === "text") {
        s += modifier === "" ? escapePattern(value) : `{${escapePattern(value)}}${modifier}`;
        return;
      }
      const [before, after] = [parts[i - 1], parts[i + 1]];
      const custom = !isDigit(name[0]);
      let grouped = suffix !== "" || (prefix !== "" && prefix !== options.prefix);
      if (!grouped && custom && type === "segment" && modifier === "" && after !== undefined && after.prefix === "" && after.suffix === "") {
        grouped = after.type === "text" ? nameNext.test(after.value[0]) : isDigit(after.name[0]);
      }
      if (!grouped && prefix === "" && before !== undefined && before.type === "text" && options.prefix !== "" && before.value.endsWith(options.prefix)) grouped = true;
      if (grouped) s += "{";
      s += escapePattern(prefix);
      if (custom) s += `:${name}`;
      if (type === "regexp") s += `(${value})`;
      else if (type === "segment" && !custom) s += `(${segment(options)})`;
      else if (type === "all") {
        s += !custom && (before === undefined || before.type === "text" || before.modifier !== "" || grouped || prefix !== "") ? "*" : "(.*)";
      }
      if (type === "segment" && custom && suffix !== "" && nameNext.test(suffix[0])) s += "\\";
      s += escapePattern(suffix) + (grouped ? "}" : "") + modifier;
    });
    return s;
  }

  // compile makes a component of a pattern.
  function compile(pattern, encode, options, ignoreCase = false) {
    const parts = partsOf(pattern, options, encode);
    let regexp;
    try {
      regexp = new RegExp(regexpOf(parts, options), ignoreCase ? "ui" : "u");
    } catch {
      fail("Invalid URLPattern: a regular expression can't be compiled.");
    }
    return { pattern: patternOf(parts, options), regexp, names: parts.filter((part) => part.type !== "text").map((part) => part.name),
      hasRegExpGroups: parts.some((part) => part.type === "regexp") };
  }

  const plain = { delimiter: "", prefix: "" };
  const inHost = { delimiter: ".", prefix: "" };
  const inPath = { delimiter: "/", prefix: "/" };

  // --- what a URL makes of a component

  const through = (name, value) => {
    const url = new URL("https://dummy.invalid/");
    url[name] = value;
    return url[name];
  };
  const parsed = (url) => URL.parse(url) || fail("Invalid URLPattern: a component is not valid in a URL.");

  const encoders = {
    protocol: (v) => (v === "" ? v : parsed(`${v}://dummy.invalid/`).protocol.slice(0, -1)),
    username: (v) => (v === "" ? v : through("username", v)),
    password: (v) => (v === "" ? v : through("password", v)),
    hostname(v) {
      if (v === "") return v;
      const host = through("hostname", v);
      return host === "dummy.invalid" && v !== host ? fail("Invalid URLPattern: a host name is not valid.") : host;
    },
    ipv6: (v) => (/^[0-9a-fA-F:[\]]*$/.test(v) ? v.toLowerCase() : fail("Invalid URLPattern: an IPv6 address is not valid.")),
    port(v, protocol) {
      if (v === "") return v;
      if (!/^[0-9]+$/.test(v) || Number(v) > 65535) fail("Invalid URLPattern: a port is not valid.");
      const port = `${Number(v)}`;
      return special[protocol] === port ? "" : port;
    },
    pathname(v) {
      if (v === "") return v;
      return v.startsWith("/") ? through("pathname", v) : through("pathname", `/-${v}`).slice(2);
    },
    opaque: (v) => (v === "" ? v : parsed(`data:${v}`).pathname),
    search: (v) => (v === "" ? v : through("search", v).replace(/^\?/, "")),
    hash: (v) => (v === "" ? v : through("hash", v).replace(/^#/, "")),
  };

  // --- inits

  const isAbsolute = (path, isPattern) => path.startsWith("/") || (isPattern && (path.startsWith("\\/") || path.startsWith("{/")));

  // base fills in what an init inherits from its base URL.
  function inherit(result, init, url, isPattern) {
    const put = (name, value) => { result[name] = isPattern ? escapePattern(value) : value; };
    const none = (...list) => list.every((name) => !own(init, name));
    if (none("protocol")) put("protocol", url.protocol.slice(0, -1));
    if (!isPattern && none("protocol", "hostname", "port", "username")) put("username", url.username);
    if (!isPattern && none("protocol", "hostname", "port", "username", "password")) put("password", url.password);
    if (none("protocol", "hostname")) put("hostname", url.hostname);
    if (none("protocol", "hostname", "port")) put("port", url.port);
    if (none("protocol", "hostname", "port", "pathname")) put("pathname", url.pathname);
    if (none("protocol", "hostname", "port", "pathname", "search")) put("search", url.search.slice(1));
    if (none("protocol", "hostname", "port", "pathname", "search", "hash")) put("hash", url.hash.slice(1));
  }

  function process(init, isPattern) {
    const result = {};
    if (!isPattern) for (const name of names) result[name] = "";
    let base;
    if (own(init, "baseURL")) {
      base = URL.parse(`${init.baseURL}`) || fail("Invalid baseURL.");
      inherit(result, init, base, isPattern);
    }
    for (const name of names) if (own(init, name)) result[name] = `${init[name]}`;
    if (own(init, "protocol")) result.protocol = result.protocol.replace(/:$/, "");
    if (own(init, "search")) result.search = result.search.replace(/^\?/, "");
    if (own(init, "hash")) result.hash = result.hash.replace(/^#/, "");
    if (own(init, "pathname") && base !== undefined && base.pathname.startsWith("/") && !isAbsolute(result.pathname, isPattern)) {
      const folder = base.pathname.slice(0, base.pathname.lastIndexOf("/") + 1);
      result.pathname = (isPattern ? escapePattern(folder) : folder) + result.pathname;
    }
    if (!isPattern) for (const name of names) if (own(init, name)) result[name] = encodeFor(name, result);
    return result;
  }

  function encodeFor(name, result) {
    const v = result[name];
    if (name === "port") return encoders.port(v, result.protocol);
    if (name === "hostname" && v.startsWith("[")) return encoders.ipv6(v);
    if (name === "pathname" && result.protocol !== "" && special[result.protocol] === undefined) return encoders.opaque(v);
    return encoders[name](v);
  }

  // --- constructor strings

  // Splitter goes through a pattern's tokens; its state is the component that it is in, or one of those before and after.
  class Splitter {
    at = 0;
    start = 0; // of the component
    step = 1;
    depth = 0; // of braces
    brackets = 0;
    state = "init";
    isSpecial = false;
    result = {};

    constructor(input) {
      this.chars = [...input];
      this.tokens = tokenize(this.chars, true);
    }
    is(value, ahead = 0) {
      const token = this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)];
      return token.value === value && (token.type === "char" || token.type === "escaped" || token.type === "invalid");
    }
    isSearch() {
      if (this.is("?")) return true;
      if (this.tokens[this.at].value !== "?") return false;
      return this.at === 0 || !["name", "regexp", "close", "asterisk"].includes(this.tokens[this.at - 1].type);
    }
    isIn(...states) { return states.includes(this.state); }
    text() { return this.chars.slice(this.tokens[this.start].index, this.tokens[this.at].index).join(""); }
    rewind(state) {
      [this.at, this.step, this.state] = [this.start, 0, state];
    }
    // change ends a component. What could have stood between it and the next is known to be empty.
    change(next, skip) {
      const { result, state } = this;
      if (!this.isIn("init", "authority", "done")) result[state] = this.text();
      if (state !== "init" && next !== "done") {
        if (this.isIn("protocol", "authority", "username", "password") && ["port", "pathname", "search", "hash"].includes(next)) result.hostname ??= "";
        if (this.isIn("protocol", "authority", "username", "password", "hostname", "port") && ["search", "hash"].includes(next)) result.pathname ??= this.isSpecial ? "/" : "";
        if (next === "hash" && state !== "search") result.search ??= "";
      }
      this.state = next;
      this.at += skip;
      [this.start, this.step] = [this.at, 0];
    }
    // end is what the end of the text means; true when that was all.
    end() {
      if (this.state === "init") {
        this.rewind("init");
        if (this.is("#")) this.change("hash", 1);
        else if (this.isSearch()) this.change("search", 1);
        else this.change("pathname", 0);
        return false;
      }
      if (this.state === "authority") {
        this.rewind("hostname");
        return false;
      }
      this.change("done", 0);
      return true;
    }
    // isGrouped says that a token stands in braces, which say nothing of components.
    isGrouped({ type }) {
      if (type === "open") this.depth++;
      if (type !== "close") return this.depth > 0;
      this.depth = Math.max(this.depth - 1, 0);
      return false;
    }
  }

  const pathOn = (s) => {
    if (s.is("/")) s.change("pathname", 0);
    else queryOn(s);
  };
  const queryOn = (s) => {
    if (s.isSearch()) s.change("search", 1);
    else if (s.is("#")) s.change("hash", 1);
  };
  // states are what a token means in each state.
  const states = {
    init(s) { if (s.is(":")) s.rewind("protocol"); },
    protocol(s) {
      if (!s.is(":")) return;
      const protocol = compile(s.text(), encoders.protocol, plain);
      s.isSpecial = Object.keys(special).some((scheme) => protocol.regexp.test(scheme));
      if (s.is("/", 1) && s.is("/", 2)) s.change("authority", 3);
      else s.change(s.isSpecial ? "authority" : "pathname", 1);
    },
    authority(s) {
      if (s.is("@")) s.rewind("username");
      else if (s.is("/") || s.isSearch() || s.is("#")) s.rewind("hostname");
    },
    username(s) {
      if (s.is(":")) s.change("password", 1);
      else if (s.is("@")) s.change("hostname", 1);
    },
    password(s) { if (s.is("@")) s.change("hostname", 1); },
    hostname(s) {
      if (s.is("[")) s.brackets++;
      else if (s.is("]")) s.brackets--;
      else if (s.is(":") && s.brackets === 0) s.change("port", 1);
      else pathOn(s);
    },
    port: pathOn,
    pathname: queryOn,
    search(s) { if (s.is("#")) s.change("hash", 1); },
    hash() {},
  };

  // split takes a pattern apart into an init.
  function split(input) {
    const s = new Splitter(input);
    const { tokens, result } = s;
    for (; s.at < tokens.length; s.at += s.step) {
      s.step = 1;
      const token = tokens[s.at];
      if (token.type === "end") {
        if (s.end()) break;
      } else if (!s.isGrouped(token)) states[s.state](s);
    }
    if (own(result, "hostname") && !own(result, "port")) result.port = "";
    return result;
  }

  // --- the class

  const isObject = (v) => (typeof v === "object" && v !== null) || typeof v === "function";

  function initOf(input, baseURL) {
    if (isObject(input)) {
      if (baseURL !== undefined) fail("A baseURL can't be given beside an init.");
      return input;
    }
    const init = split(`${input}`);
    if (baseURL === undefined && !own(init, "protocol")) fail("A relative URLPattern needs a baseURL.");
    if (baseURL !== undefined) init.baseURL = `${baseURL}`;
    return init;
  }

  class URLPattern {
    #parts = { __proto__: null };

    constructor(input = {}, baseURL = undefined, options = undefined) {
      if (isObject(baseURL)) [baseURL, options] = [undefined, baseURL];
      const init = process(initOf(input, baseURL), true);
      for (const name of names) init[name] ??= "*";
      if (special[init.protocol] !== undefined && init.port === special[init.protocol]) init.port = "";
      const ignoreCase = Boolean(options && options.ignoreCase);
      const p = this.#parts;
      p.protocol = compile(init.protocol, encoders.protocol, plain);
      p.username = compile(init.username, encoders.username, plain);
      p.password = compile(init.password, encoders.password, plain);
      const ipv6 = /^(\[|\{\[|\\\[)/.test(init.hostname);
      p.hostname = compile(init.hostname, ipv6 ? encoders.ipv6 : encoders.hostname, inHost);
      p.port = compile(init.port, encoders.port, plain);
      const isSpecial = Object.keys(special).some((scheme) => p.protocol.regexp.test(scheme));
      p.pathname = compile(init.pathname, isSpecial ? encoders.pathname : encoders.opaque, isSpecial ? inPath : plain, ignoreCase);
      p.search = compile(init.search, encoders.search, plain, ignoreCase);
      p.hash = compile(init.hash, encoders.hash, plain, ignoreCase);
    }

    // #inputs is what there is to match; undefined for what is no URL.
    #inputs(input, baseURL) {
      if (isObject(input)) {
        if (baseURL !== undefined) fail("A baseURL can't be given beside an init.");
        try {
          return process(input, false);
        } catch {
          return undefined;
        }
      }
      const url = URL.parse(`${input}`, baseURL === undefined ? undefined : `${baseURL}`);
      if (url === null) return undefined;
      return { protocol: url.protocol.slice(0, -1), username: url.username, password: url.password, hostname: url.hostname, port: url.port,
        pathname: url.pathname, search: url.search.slice(1), hash: url.hash.slice(1) };
    }

    test(input = {}, baseURL = undefined) {
      const inputs = this.#inputs(input, baseURL);
      return inputs !== undefined && names.every((name) => this.#parts[name].regexp.test(inputs[name]));
    }

    exec(input = {}, baseURL = undefined) {
      const inputs = this.#inputs(input, baseURL);
      if (inputs === undefined) return null;
      const result = { inputs: baseURL === undefined ? [input] : [input, baseURL] };
      for (const name of names) {
        const found = this.#parts[name].regexp.exec(inputs[name]);
        if (found === null) return null;
        const groups = {};
        this.#parts[name].names.forEach((group, i) => { groups[group] = found[i + 1]; });
        result[name] = { input: inputs[name], groups };
      }
      return result;
    }

    get hasRegExpGroups() { return names.some((name) => this.#parts[name].hasRegExpGroups); }
    get protocol() { return this.#parts.protocol.pattern; }
    get username() { return this.#parts.username.pattern; }
    get password() { return this.#parts.password.pattern; }
    get hostname() { return this.#parts.hostname.pattern; }
    get port() { return this.#parts.port.pattern; }
    get pathname() { return this.#parts.pathname.pattern; }
    get search() { return this.#parts.search.pattern; }
    get hash() { return this.#parts.hash.pattern; }
    get [Symbol.toStringTag]() { return "URLPattern"; }
  }

  return { URLPattern };
})
