// URL and URLSearchParams (https://url.spec.whatwg.org/). The parser is
// ops.urlParse; see ops/url.go for the record it returns.
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

  let paramsOf, replaceList;
  const BLANK = {}; // makes params without a list

  class URLSearchParams {
    #list;
    #changed; // called with the serialisation when the params of a URL change

    static {
      paramsOf = (list, changed) => {
        const params = new URLSearchParams(BLANK);
        params.#list = list;
        params.#changed = changed;
        return params;
      };
      replaceList = (params, list) => { params.#list = list; };
    }

    constructor(init = "") {
      if (init === BLANK) return;
      this.#list = isObject(init) && #list in init ? init.#list.slice() : listOf(init);
    }

    #update() {
      if (this.#changed !== undefined) this.#changed(ops.formSerialize(this.#list));
    }

    get size() { return this.#list.length / 2; }

    append(name, value) {
      needs(2, arguments.length, "'append' on 'URLSearchParams'");
      this.#list.push(usv(name), usv(value));
      this.#update();
    }

    delete(name, value = undefined) {
      if (core.flag?.("urlsearchparams_delete_has_value_arg") === false) value = undefined;
      needs(1, arguments.length, "'delete' on 'URLSearchParams'");
      const list = this.#list;
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

    get(name) {
      needs(1, arguments.length, "'get' on 'URLSearchParams'");
      const n = usv(name);
      const list = this.#list;
      for (let i = 0; i < list.length; i += 2) if (list[i] === n) return list[i + 1];
      return null;
    }

    getAll(name) {
      needs(1, arguments.length, "'getAll' on 'URLSearchParams'");
      const n = usv(name);
      return this.#list.filter((_, i, list) => i % 2 === 1 && list[i - 1] === n);
    }

    has(name, value = undefined) {
      if (core.flag?.("urlsearchparams_delete_has_value_arg") === false) value = undefined;
      needs(1, arguments.length, "'has' on 'URLSearchParams'");
      const n = usv(name);
      const v = value === undefined ? undefined : usv(value);
      const list = this.#list;
      for (let i = 0; i < list.length; i += 2) {
        if (list[i] === n && (v === undefined || list[i + 1] === v)) return true;
      }
      return false;
    }

    set(name, value) {
      needs(2, arguments.length, "'set' on 'URLSearchParams'");
      const list = this.#list;
      const n = usv(name);
      const v = usv(value);
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
      const list = this.#list;
      const pairs = [];
      for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]]);
      pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      this.#list = [].concat(...pairs);
      this.#update();
    }

    forEach(callback, thisArg = undefined) {
      if (typeof callback !== "function") throw new TypeError("Failed to execute 'forEach' on 'URLSearchParams': parameter 1 is not of type 'function'.");
      for (let i = 0; i < this.#list.length; i += 2) callback.call(thisArg, this.#list[i + 1], this.#list[i], this);
    }

    // Not a copy: what is appended during the iteration is iterated over.
    *entries() { for (let i = 0; i < this.#list.length; i += 2) yield [this.#list[i], this.#list[i + 1]]; }
    *keys() { for (let i = 0; i < this.#list.length; i += 2) yield this.#list[i]; }
    *values() { for (let i = 0; i < this.#list.length; i += 2) yield this.#list[i + 1]; }
    toString() { return ops.formSerialize(this.#list); }
    get [Symbol.toStringTag]() { return "URLSearchParams"; }
  }
  Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
    value: URLSearchParams.prototype.entries, writable: true, configurable: true,
  });

  // One that is empty but for its mark is reported as "".
  const marked = (s) => (s.length > 1 ? s : "");
  const parse = (url, base) => ops.urlParse(`${url}`, base === undefined ? undefined : `${base}`);
  const special = ["http:", "https:", "ftp:", "ws:", "wss:"];

  class URL {
    #record; // [href, ends of scheme, credentials, host, port, path, query, fragment]
    #params;

    constructor(url, base = undefined) {
      if (arguments.length === 0) throw new TypeError("Failed to construct 'URL': constructor parameter 1 is not of type 'USVString'.");
      const record = parse(url, base);
      if (record === undefined) throw new TypeError("Invalid URL string.");
      this.#record = record;
    }

    static canParse(url, base = undefined) {
      if (arguments.length === 0) throw new TypeError("Failed to execute 'canParse' on 'URL': parameter 1 is not of type 'USVString'.");
      return parse(url, base) !== undefined;
    }

    static parse(url, base = undefined) {
      if (arguments.length === 0) throw new TypeError("Failed to execute 'parse' on 'URL': parameter 1 is not of type 'USVString'.");
      return URL.canParse(url, base) ? new URL(url, base) : null;
    }

    static createObjectURL() { throw new Error("URL.createObjectURL() is not implemented"); }
    static revokeObjectURL() { throw new Error("URL.revokeObjectURL() is not implemented"); }

    #part(n) {
      const r = this.#record;
      return r[0].slice(r[n], r[n + 1]);
    }

    #credentials() {
      const s = this.#part(1);
      return s.length > 2 ? s.slice(2, -1) : "";
    }

    #set(name, value) {
      const record = ops.urlSet(this.#record[0], name, `${value}`);
      if (record !== undefined) this.#record = record;
    }

    #refresh() {
      if (this.#params !== undefined) replaceList(this.#params, ops.formParse(this.#part(5).slice(1)));
    }

    #query(serialised) {
      const r = this.#record.slice();
      const query = serialised === "" ? "" : "?" + serialised;
      const grown = query.length - (r[6] - r[5]);
      r[0] = r[0].slice(0, r[5]) + query + r[0].slice(r[6]);
      r[6] += grown;
      r[7] += grown;
      this.#record = r;
    }

    get href() { return this.#record[0]; }
    set href(value) {
      const record = parse(value);
      if (record === undefined) throw new TypeError("Failed to set the 'href' property on 'URL': the provided value is not of type 'valid URL string'.");
      this.#record = record;
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

    get protocol() { return this.#record[0].slice(0, this.#record[1]); }
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

    get host() { return this.hostname === "" ? "" : this.#part(2) + this.#part(3); }
    set host(value) { this.#set("host", value); }

    get hostname() { return this.#part(2); }
    set hostname(value) { this.#set("hostname", value); }

    get port() { return this.hostname === "" ? "" : this.#part(3).slice(1); }
    set port(value) { this.#set("port", value); }

    get pathname() { return this.#part(4); }
    set pathname(value) { this.#set("pathname", value); }

    get search() { return marked(this.#part(5)); }
    set search(value) {
      this.#set("search", value);
      this.#refresh();
    }

    get searchParams() {
      if (this.#params === undefined) {
        const query = this.#part(5);
        this.#params = paramsOf(query === "" ? [] : ops.formParse(query.slice(1)), (s) => this.#query(s));
      }
      return this.#params;
    }

    get hash() { return marked(this.#part(6)); }
    set hash(value) { this.#set("hash", value); }

    toString() { return this.#record[0]; }
    toJSON() { return this.#record[0]; }
    get [Symbol.toStringTag]() { return "URL"; }
  }

  return { URL, URLSearchParams };
})
