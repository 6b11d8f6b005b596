// URL and URLSearchParams (https://url.spec.whatwg.org/). The parser is ops.urlParse. An URL is its serialisation, which
// ops.urlPart takes apart (ops/url.go), and parameters are the query until somebody asks for more than one of them: most
// requests' URLs are asked for the path and for a parameter or two. Rest parameters cost less than `arguments`.
(function (ops, core) {
  "use strict";
  const surrogate = /[\ud800-\udfff]/;

  // usv converts to a string without lone surrogates: crossing into Go
  // replaces them.
  function usv(value) {
    const s = `${value}`;
    return surrogate.test(s) ? ops.wellFormed(s) : s;
  }

  const isObject = (v) => (typeof v === "object" && v !== null) || typeof v === "function";

  function pairOf(item) {
    if (!isObject(item)) throw new TypeError("Incorrect type: the provided value is not of type 'Sequence'.");
    if (typeof item[Symbol.iterator] === "function") {
      const pair = [...item];
      if (pair.length === 2) return pair;
    }
    throw new TypeError("Invalid URL search params sequence.");
  }

  // listOf flattens what URLSearchParams is constructed from.
  function listOf(init) {
    if (!isObject(init)) {
      const s = usv(init);
      return ops.formParse(s.startsWith("?") ? s.slice(1) : s);
    }
    const list = [];
    const iterate = init[Symbol.iterator];
    if (iterate !== undefined && iterate !== null) {
      for (const item of init) {
        const [name, value] = pairOf(item);
        list.push(usv(name), usv(value));
      }
      return list;
    }
    for (const key of Reflect.ownKeys(init)) {
      if (!Object.prototype.propertyIsEnumerable.call(init, key)) continue;
      if (typeof key === "symbol") continue;
      list.push(usv(key), usv(init[key]));
    }
    return list;
  }

  const needs = (count, given, what) => {
    if (given < count) throw new TypeError(`Failed to execute ${what}: parameter ${given + 1} is not of type 'USVString'.`);
  };

  let paramsOf, replaceQuery;
  const BLANK = {}; // makes params without a list

  class URLSearchParams {
    #list; // [name, value, …], or undefined as long as #query is all that there is
    #query;
    #url; // whose params they are

    static {
      paramsOf = (query, url) => {
        const params = new URLSearchParams(BLANK);
        params.#query = query;
        params.#url = url;
        return params;
      };
      replaceQuery = (params, query) => {
        params.#list = undefined;
        params.#query = query;
      };
    }

    constructor(init = "") {
      if (init === BLANK) return;
      this.#list = isObject(init) && #list in init ? init.#all().slice() : listOf(init);
    }

    #all() { return this.#list ??= ops.formParse(this.#query); }

    #update() {
      if (this.#url !== undefined) changeQuery(this.#url, ops.formSerialize(this.#list));
    }

    get size() { return this.#all().length / 2; }

    append(...args) {
      needs(2, args.length, "'append' on 'URLSearchParams'");
      this.#all().push(usv(args[0]), usv(args[1]));
      this.#update();
    }

    delete(...args) {
      needs(1, args.length, "'delete' on 'URLSearchParams'");
      const name = args[0], value = core.flag?.("urlsearchparams_delete_has_value_arg") === false ? undefined : args[1];
      const list = this.#all();
      const n = usv(name);
      const v = value === undefined ? undefined : usv(value);
      let kept = 0;
      for (let i = 0; i < list.length; i += 2) {
        if (list[i] === n && (v === undefined || list[i + 1] === v)) continue;
        list[kept++] = list[i];
        list[kept++] = list[i + 1];
      }
      list.length = kept;
      this.#update();
    }

    get(...args) {
      needs(1, args.length, "'get' on 'URLSearchParams'");
      const name = `${args[0]}`, list = this.#list;
      if (list === undefined) return ops.formGet(this.#query, name) ?? null;
      const n = usv(name);
      for (let i = 0; i < list.length; i += 2) if (list[i] === n) return list[i + 1];
      return null;
    }

    getAll(...args) {
      needs(1, args.length, "'getAll' on 'URLSearchParams'");
      const n = usv(args[0]);
      return this.#all().filter((_, i, list) => i % 2 === 1 && list[i - 1] === n);
    }

    has(...args) {
      needs(1, args.length, "'has' on 'URLSearchParams'");
      const name = args[0], value = core.flag?.("urlsearchparams_delete_has_value_arg") === false ? undefined : args[1];
      const n = usv(name);
      const v = value === undefined ? undefined : usv(value);
      const list = this.#all();
      for (let i = 0; i < list.length; i += 2) {
        if (list[i] === n && (v === undefined || list[i + 1] === v)) return true;
      }
      return false;
    }

    set(...args) {
      needs(2, args.length, "'set' on 'URLSearchParams'");
      const list = this.#all();
      const n = usv(args[0]);
      const v = usv(args[1]);
      let found = false;
      let kept = 0;
      for (let i = 0; i < list.length; i += 2) {
        if (list[i] === n && found) continue;
        const hit = list[i] === n;
        list[kept++] = list[i];
        list[kept++] = hit ? v : list[i + 1];
        found = found || hit;
      }
      list.length = kept;
      if (!found) list.push(n, v);
      this.#update();
    }

    sort() {
      const list = this.#all();
      const pairs = [];
      for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]]);
      pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      this.#list = [].concat(...pairs);
      this.#update();
    }

    forEach(callback, thisArg = undefined) {
      if (typeof callback !== "function") throw new TypeError("Failed to execute 'forEach' on 'URLSearchParams': parameter 1 is not of type 'function'.");
      for (let i = 0; i < this.#all().length; i += 2) callback.call(thisArg, this.#list[i + 1], this.#list[i], this);
    }

    // Not a copy: what is appended during the iteration is iterated over.
    *entries() { for (let i = 0; i < this.#all().length; i += 2) yield [this.#list[i], this.#list[i + 1]]; }
    *keys() { for (let i = 0; i < this.#all().length; i += 2) yield this.#list[i]; }
    *values() { for (let i = 0; i < this.#all().length; i += 2) yield this.#list[i + 1]; }
    toString() { return ops.formSerialize(this.#all()); }
    get [Symbol.toStringTag]() { return "URLSearchParams"; }
  }
  Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
    value: URLSearchParams.prototype.entries, writable: true, configurable: true,
  });

  // One that is empty but for its mark is reported as "".
  const marked = (s) => (s.length > 1 ? s : "");
  const parse = (url, base) => ops.urlParse(`${url}`, base === undefined ? undefined : `${base}`);
  const special = ["http:", "https:", "ftp:", "ws:", "wss:"];
  const SCHEME = 0, CREDENTIALS = 1, HOST = 2, PORT = 3, PATH = 4, QUERY = 5, FRAGMENT = 6; // of ops.urlPart
  let changeQuery;

  class URL {
    #href;
    #params;

    static {
      // changeQuery is for the URL's params. A serialised query is one that the parser wouldn't change.
      changeQuery = (url, query) => { url.#href = ops.urlWithQuery(url.#href, query === "" ? "" : `?${query}`); };
    }

    constructor(...args) {
      if (args.length === 0) throw new TypeError("Failed to construct 'URL': constructor parameter 1 is not of type 'USVString'.");
      const href = parse(args[0], args[1]);
      if (href === undefined) throw new TypeError("Invalid URL string.");
      this.#href = href;
    }

    static canParse(...args) {
      if (args.length === 0) throw new TypeError("Failed to execute 'canParse' on 'URL': parameter 1 is not of type 'USVString'.");
      return parse(args[0], args[1]) !== undefined;
    }

    static parse(...args) {
      if (args.length === 0) throw new TypeError("Failed to execute 'parse' on 'URL': parameter 1 is not of type 'USVString'.");
      return URL.canParse(args[0], args[1]) ? new URL(args[0], args[1]) : null;
    }

    static createObjectURL() { throw new Error("URL.createObjectURL() is not implemented"); }
    static revokeObjectURL() { throw new Error("URL.revokeObjectURL() is not implemented"); }

    #credentials() {
      const s = ops.urlPart(this.#href, CREDENTIALS);
      return s.length > 2 ? s.slice(2, -1) : "";
    }

    #set(name, value) { this.#href = ops.urlSet(this.#href, name, `${value}`) ?? this.#href; }

    #refresh() {
      if (this.#params !== undefined) replaceQuery(this.#params, ops.urlPart(this.#href, QUERY).slice(1));
    }

    get href() { return this.#href; }
    set href(value) {
      const href = parse(value);
      if (href === undefined) throw new TypeError("Failed to set the 'href' property on 'URL': the provided value is not of type 'valid URL string'.");
      this.#href = href;
      this.#refresh();
    }

    get origin() {
      const protocol = this.protocol;
      if (special.includes(protocol)) return `${protocol}//${this.host}`;
      if (protocol === "blob:") {
        const inner = URL.parse(this.pathname);
        if (inner !== null && (inner.protocol === "https:" || inner.protocol === "http:")) return inner.origin;
      }
      return "null";
    }

    get protocol() { return ops.urlPart(this.#href, SCHEME); }
    set protocol(value) { this.#set("protocol", value); }

    get username() {
      const s = this.#credentials();
      const colon = s.indexOf(":");
      return colon < 0 ? s : s.slice(0, colon);
    }
    set username(value) { this.#set("username", value); }

    get password() {
      const s = this.#credentials();
      const colon = s.indexOf(":");
      return colon < 0 ? "" : s.slice(colon + 1);
    }
    set password(value) { this.#set("password", value); }

    get host() {
      const name = ops.urlPart(this.#href, HOST);
      return name === "" ? "" : name + ops.urlPart(this.#href, PORT);
    }
    set host(value) { this.#set("host", value); }

    get hostname() { return ops.urlPart(this.#href, HOST); }
    set hostname(value) { this.#set("hostname", value); }

    get port() { return ops.urlPart(this.#href, HOST) === "" ? "" : ops.urlPart(this.#href, PORT).slice(1); }
    set port(value) { this.#set("port", value); }

    get pathname() { return ops.urlPart(this.#href, PATH); }
    set pathname(value) { this.#set("pathname", value); }

    get search() { return marked(ops.urlPart(this.#href, QUERY)); }
    set search(value) {
      this.#set("search", value);
      this.#refresh();
    }

    get searchParams() {
      return this.#params ??= paramsOf(ops.urlPart(this.#href, QUERY).slice(1), this);
    }

    get hash() { return marked(ops.urlPart(this.#href, FRAGMENT)); }
    set hash(value) { this.#set("hash", value); }

    toString() { return this.#href; }
    toJSON() { return this.#href; }
    get [Symbol.toStringTag]() { return "URL"; }
  }

  return { URL, URLSearchParams };
})
