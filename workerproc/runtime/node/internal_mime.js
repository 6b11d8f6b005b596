// util.MIMEType (https://mimesniff.spec.whatwg.org/).
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const quotable = /^[\t\x20-\x7e\x80-\xff]*$/;

const bad = (what) => new TypeError(`Not a valid MIME ${what}`);

class MIMEParams {
  #map = new Map();
  get(name) { return this.#map.has(`${name}`) ? this.#map.get(`${name}`) : null; }
  has(name) { return this.#map.has(`${name}`); }
  delete(name) { this.#map.delete(`${name}`); }
  set(name, value) {
    name = `${name}`;
    value = `${value}`;
    if (!token.test(name)) throw bad("parameter");
    if (!quotable.test(value)) throw bad("parameter");
    this.#map.set(name, value);
  }
  *entries() { yield* this.#map.entries(); }
  *keys() { yield* this.#map.keys(); }
  *values() { yield* this.#map.values(); }
  [Symbol.iterator]() { return this.entries(); }
  toString() {
    return [...this.#map].map(([name, value]) => `${name}=${token.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`}`).join(";");
  }
  toJSON() { return this.toString(); }
}

function parseParams(params, text) {
  const pair = /;[ \t\r\n]*([^;=]*)(?:=(?:"((?:[^"\\]|\\.)*)"?[^;]*|([^;]*)))?/g;
  for (const [, name, quoted, plain] of text.matchAll(pair)) {
    const key = name.toLowerCase();
    const value = quoted !== undefined ? quoted.replace(/\\(.)/g, "$1") : plain?.replace(/[ \t\r\n]+$/, "");
    if (value === undefined || (plain !== undefined && value === "") || !token.test(key) || !quotable.test(value) || params.has(key)) continue;
    params.set(key, value);
  }
}

class MIMEType {
  #type; #subtype; #params = new MIMEParams();
  constructor(input) {
    if (arguments.length === 0) throw new TypeError("Failed to construct 'MIMEType': constructor parameter 1 is not of type 'string'.");
    const text = `${input}`.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    const slash = text.indexOf("/");
    const type = slash < 0 ? text : text.slice(0, slash);
    if (slash < 0 || !token.test(type)) throw bad(`type: ${input}`);
    const end = text.indexOf(";", slash);
    const subtype = (end < 0 ? text.slice(slash + 1) : text.slice(slash + 1, end)).replace(/[ \t\r\n]+$/, "");
    if (!token.test(subtype)) throw bad(`type: ${input}`);
    this.#type = type.toLowerCase();
    this.#subtype = subtype.toLowerCase();
    if (end >= 0) parseParams(this.#params, text.slice(end));
  }
  get type() { return this.#type; }
  set type(v) { if (!token.test(`${v}`)) throw bad("type"); this.#type = `${v}`.toLowerCase(); }
  get subtype() { return this.#subtype; }
  set subtype(v) { if (!token.test(`${v}`)) throw bad("subtype"); this.#subtype = `${v}`.toLowerCase(); }
  get essence() { return `${this.#type}/${this.#subtype}`; }
  get params() { return this.#params; }
  toString() {
    const params = this.#params.toString();
    return this.essence + (params && `;${params}`);
  }
  toJSON() { return this.toString(); }
}
module.exports = { MIMEType, MIMEParams };
