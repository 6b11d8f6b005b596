// Headers (https://fetch.spec.whatwg.org/#headers-class). A list is [name, value, name, value, …], names in lower case.
import { primordials as p, enumerable, isObject, push, PRIVATE } from "./primordials.js";
import { flag } from "./flags.js";

const badName = /[^!#$%&'*+\-.^_`|~0-9A-Za-z]|^$/;
const badValue = /[\0\r\n]/;
const outside = /[^\0-\x7f]/;
const outer = /^[\t\n\r ]+|[\t\n\r ]+$/g;
const { test } = RegExp.prototype;
const matches = (re, s) => p.apply(test, re, [s]);
const replace = String.prototype.replace;

// known are names that have been looked at, and what they are in lower case.
const known = { __proto__: null };
let knownNames = 0;

function nameOf(name) {
  const s = `${name}`;
  const seen = known[s];
  if (seen !== undefined) return seen;
  if (matches(badName, s)) throw new TypeError("Invalid header name.");
  const lower = p.lower(s);
  if (knownNames < 200 && s.length < 50) {
    known[s] = lower;
    knownNames++;
  }
  return lower;
}

// sought is nameOf for who looks one up. The Workers runtime doesn't say of names that no header can have that they are invalid.
function sought(name) {
  if (typeof name !== "string") return nameOf(name);
  const seen = known[name];
  if (seen !== undefined) return seen;
  return name === "" || matches(outside, name) ? undefined : nameOf(name);
}

function valueOf(value) {
  let s = `${value}`;
  if (s !== "" && (p.codeAt(s, 0) <= 32 || p.codeAt(s, s.length - 1) <= 32)) s = p.apply(replace, s, [outer, ""]);
  if (matches(badValue, s)) throw new TypeError("Invalid header value.");
  return s;
}

// needs counts what a method is given. That is in a rest parameter: the methods have no length, as in the Workers runtime, and an
// object of arguments takes longer to make.
function needs(args, method, n) {
  for (let i = 0; i < n; i++) if (args.length <= i) throw new TypeError(`Failed to execute '${method}' on 'Headers': parameter ${i + 1} is not of type 'string'.`);
}

function* each(pairs, member) {
  for (let i = 0; i < pairs.length; i++) yield member === undefined ? pairs[i] : pairs[i][member];
}

export class Headers {
  #list;
  #guard = false; // immutable
  constructor(init, list, guard) {
    if (init === PRIVATE) {
      this.#list = list;
      this.#guard = guard === true;
      return;
    }
    this.#list = [];
    if (init === undefined) return;
    if (!isObject(init)) throw new TypeError("Failed to construct 'Headers': constructor parameter 1 is not of type 'Headers or Sequence or object'.");
    if (#list in init) {
      for (const s of init.#list) push(this.#list, s);
    } else if (init[p.iterator] !== undefined && init[p.iterator] !== null) {
      for (const item of init) {
        if (!isObject(item)) throw new TypeError("Incorrect type: the provided value is not of type 'Sequence'.");
        const pair = [...item];
        if (pair.length !== 2) throw new TypeError("To initialize a Headers object from a sequence, each inner sequence must have exactly two elements.");
        this.append(pair[0], pair[1]);
      }
    } else {
      for (const key of p.ownKeys(init)) {
        if (typeof key === "string" && p.getOwnPropertyDescriptor(init, key)?.enumerable) this.append(key, init[key]);
      }
    }
  }

  #change() {
    if (this.#guard) throw new TypeError("Can't modify immutable headers.");
  }
  append(...args) {
    needs(args, "append", 2);
    const name = nameOf(args[0]), value = valueOf(args[1]);
    this.#change();
    push(this.#list, name);
    push(this.#list, value);
  }
  set(...args) {
    needs(args, "set", 2);
    const name = nameOf(args[0]), value = valueOf(args[1]);
    this.#change();
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) {
        list[i + 1] = value;
        this.#remove(name, i + 2);
        return;
      }
    }
    push(list, name);
    push(list, value);
  }
  delete(...args) {
    needs(args, "delete", 1);
    this.#change();
    const name = sought(args[0]);
    if (name !== undefined) this.#remove(name, 0);
  }
  #remove(name, from) {
    const list = this.#list;
    let to = from;
    for (let i = from; i < list.length; i += 2) {
      if (list[i] === name) continue;
      list[to] = list[i];
      list[to + 1] = list[i + 1];
      to += 2;
    }
    list.length = to;
  }
  get(...args) {
    needs(args, "get", 1);
    const name = sought(args[0]);
    return name === undefined ? null : this.#joined(name);
  }
  #joined(name) {
    let found = null;
    for (let i = 0; i < this.#list.length; i += 2) {
      if (this.#list[i] === name) found = found === null ? this.#list[i + 1] : `${found}, ${this.#list[i + 1]}`;
    }
    return found;
  }
  getSetCookie() { return this.#cookies(); }
  getAll(name) {
    if (nameOf(name) !== "set-cookie") throw new TypeError("getAll() can only be used with the header name \"Set-Cookie\".");
    return this.#cookies();
  }
  #cookies() {
    const found = [];
    for (let i = 0; i < this.#list.length; i += 2) if (this.#list[i] === "set-cookie") push(found, this.#list[i + 1]);
    return found;
  }
  has(...args) {
    needs(args, "has", 1);
    const name = sought(args[0]);
    if (name === undefined) return false;
    for (let i = 0; i < this.#list.length; i += 2) if (this.#list[i] === name) return true;
    return false;
  }

  // #sorted is the list to iterate: by name, values of one name joined, but each cookie by itself.
  #sorted() {
    const list = this.#list, pairs = [];
    const cookies = flag("http_headers_getsetcookie");
    for (let i = 0; i < list.length; i += 2) {
      const name = list[i];
      let at = pairs.length;
      while (at > 0 && pairs[at - 1][0] > name) at--;
      if (at > 0 && pairs[at - 1][0] === name && !(cookies && name === "set-cookie")) {
        pairs[at - 1][1] = `${pairs[at - 1][1]}, ${list[i + 1]}`;
        continue;
      }
      push(pairs, undefined);
      for (let k = pairs.length - 1; k > at; k--) pairs[k] = pairs[k - 1];
      pairs[at] = [name, list[i + 1]];
    }
    return pairs;
  }
  entries() { return each(this.#sorted()); }
  keys() { return each(this.#sorted(), 0); }
  values() { return each(this.#sorted(), 1); }
  forEach(callback, self) {
    if (typeof callback !== "function") throw new TypeError("Failed to execute 'forEach' on 'Headers': parameter 1 is not of type 'function'.");
    for (const [name, value] of this.#sorted()) p.apply(callback, self, [value, name, this]);
  }
  get [Symbol.toStringTag]() { return "Headers"; }

  static list(headers) { return headers.#list; }
  static is(value) { return isObject(value) && #list in value; }
  static immutable(headers) { return headers.#guard; }
}
enumerable(Headers);
p.defineProperty(Headers.prototype, p.iterator, { value: Headers.prototype.entries, writable: true, configurable: true });

export const { list: listOf, is: isHeaders, immutable: isImmutable } = Headers;
delete Headers.immutable;
delete Headers.list;
delete Headers.is;

// lazyList is a property of a state that has its headers as a text, as Go has given it: nobody may ever look at them.
export const lazyList = {
  __proto__: null,
  get() {
    const value = ops.headerList(this.flat);
    this.flat = undefined;
    p.defineProperty(this, "list", { value, writable: true, enumerable: true, configurable: true });
    return value;
  },
};
// flatOf is the headers of a state as Go takes them.
export const flatOf = (s) => (s.headers !== null ? listOf(s.headers) : s.flat !== undefined ? s.flat : s.list);
// headersOf makes Headers of a list that becomes theirs.
export const headersOf = (list, immutable) => new Headers(PRIVATE, list, immutable);
