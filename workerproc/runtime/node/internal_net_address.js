// The addresses of node:net: isIP, SocketAddress and BlockList.
const { withCode, invalidArgValue, outOfRange, validateString, validateObject, validateArray, validateOneOf, validateInt32, validateUint32 } = require("internal:errors");

const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);
const isIPv4 = (text) => ipv4.test(`${text}`);

// groupsOf are the eight numbers of an IPv6 address, without its zone; undefined for what is none.
function groupsOf(text) {
  if (text.length > 45) return undefined;
  const tail = /^(.*:)([\d.]+)$/.exec(text);
  if (tail !== null && tail[2].includes(".")) {
    if (!ipv4.test(tail[2])) return undefined;
    const [a, b, c, d] = tail[2].split(".").map(Number);
    text = `${tail[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, rest = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const all = [...head, ...rest];
  if (!all.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  if (halves.length === 2 ? all.length > 7 : all.length !== 8) return undefined;
  const numbers = (groups) => groups.map((group) => parseInt(group, 16));
  return [...numbers(head), ...Array(8 - all.length).fill(0), ...numbers(rest)];
}
const zone = /%[\da-z\-.:]+$/i;
const isIPv6 = (text) => groupsOf(`${text}`.replace(zone, "")) !== undefined;
const isIP = (text) => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0);

function validatePort(port, name = "Port", zero = true) {
  const wrong = typeof port !== "number" && typeof port !== "string" || typeof port === "string" && port.trim() === "" || +port !== +port >>> 0 || port > 65535 || port === 0 && !zero;
  if (wrong) throw withCode(Error, "ERR_SOCKET_BAD_PORT", `${name} should be ${zero ? ">=" : ">"} 0 and < 65536. Received ${typeof port}.`);
  return port | 0;
}

const custom = Symbol.for("nodejs.util.inspect.custom");
const shown = (value, options) => require("node:util").inspect(value, { ...options, depth: options.depth == null ? null : options.depth - 1 });

class SocketAddress {
  #address; #port; #family; #flowlabel;
  static isSocketAddress(value) { return value instanceof SocketAddress; }
  static parse(text) {
    validateString(text, "input");
    const url = URL.parse(`http://${text}`);
    if (url === null) return undefined;
    const bracketed = /^\[(.*)\]$/.exec(url.hostname);
    try {
      return new SocketAddress({ address: bracketed === null ? url.hostname : bracketed[1], port: url.port | 0, family: bracketed === null ? "ipv4" : "ipv6" });
    } catch { return undefined; }
  }
  constructor(options = {}) {
    validateObject(options, "options");
    let family = options.family || "ipv4";
    if (typeof family?.toLowerCase === "function") family = family.toLowerCase();
    validateOneOf(family, "options.family", ["ipv4", "ipv6"]);
    const { address = family === "ipv4" ? "127.0.0.1" : "::", port = 0, flowlabel = 0 } = options;
    validateString(address, "options.address");
    this.#port = validatePort(port, "options.port");
    validateUint32(flowlabel, "options.flowlabel");
    if (!(family === "ipv4" ? isIPv4 : isIPv6)(address)) throw withCode(TypeError, "ERR_INVALID_ADDRESS", "Invalid socket address");
    this.#address = address;
    this.#family = family;
    this.#flowlabel = flowlabel;
  }
  get address() { return this.#address; }
  get port() { return this.#port; }
  get family() { return this.#family; }
  get flowlabel() { return this.#flowlabel; }
  toJSON() { return { address: this.#address, port: this.#port, family: this.#family, flowlabel: this.#flowlabel }; }
  [custom](depth, options) { return depth < 0 ? this : `SocketAddress ${shown(this.toJSON(), options)}`; }
}

const badAddress = (family) => withCode(TypeError, "ERR_INVALID_IP_ADDRESS", `Invalid IP address: Invalid ${family === "ipv4" ? "IPv4" : "IPv6"} address`);

// numberOf is an address as one number.
function numberOf(address, family) {
  if (family === "ipv4") {
    if (!isIPv4(address)) throw badAddress(family);
    return BigInt(address.split(".").reduce((n, part) => n * 256 + Number(part), 0));
  }
  const groups = groupsOf(address.replace(zone, ""));
  if (groups === undefined) throw badAddress(family);
  return groups.reduce((n, group) => n << 16n | BigInt(group), 0n);
}

// given is an argument that is an address of a family, or a SocketAddress that has both.
function given(address, family, name) {
  if (SocketAddress.isSocketAddress(address)) return { address: address.address, family: address.family };
  validateString(address, name);
  validateOneOf(family, "family", ["ipv4", "ipv6"]);
  return { address, family };
}
const named = { ipv4: "IPv4", ipv6: "IPv6" };

class BlockList {
  #rules = []; // { text, family, first, last }
  static isBlockList(value) { return value instanceof BlockList; }
  addAddress(address, family = "ipv4") {
    const a = given(address, family, "address");
    const n = numberOf(a.address, a.family);
    this.#rules.push({ text: `Address: ${named[a.family]} ${a.address}`, family: a.family, first: n, last: n });
  }
  addRange(start, end, family = "ipv4") {
    const a = given(start, family, "start");
    const b = given(end, a.family, "end");
    if (b.family !== a.family) throw invalidArgValue("end", end, "must be same family as start");
    const first = numberOf(a.address, a.family), last = numberOf(b.address, a.family);
    if (first > last) throw invalidArgValue("start", start, "must come before end");
    this.#rules.push({ text: `Range: ${named[a.family]} ${a.address}-${b.address}`, family: a.family, first, last });
  }
  addSubnet(network, prefix, family = "ipv4") {
    const a = given(network, family, "network");
    validateInt32(prefix, "prefix");
    const bits = a.family === "ipv4" ? 32 : 128;
    if (prefix < 0 || prefix > bits) throw outOfRange("prefix", `between 0 and ${bits}`, prefix);
    const rest = (1n << BigInt(bits - prefix)) - 1n;
    const first = numberOf(a.address, a.family) & ~rest;
    this.#rules.push({ text: `Subnet: ${named[a.family]} ${a.address}/${prefix}`, family: a.family, first, last: first | rest });
  }
  check(address, family = "ipv4") {
    const a = given(address, family, "address");
    const numbers = { ipv4: undefined, ipv6: undefined };
    try {
      numbers[a.family] = numberOf(a.address, a.family);
    } catch { return false; }
    if (a.family === "ipv6" && numbers.ipv6 >> 32n === 0xffffn) numbers.ipv4 = numbers.ipv6 & 0xffffffffn;
    return this.#rules.some(({ family, first, last }) => numbers[family] !== undefined && first <= numbers[family] && numbers[family] <= last);
  }
  get rules() { return this.#rules.map(({ text }) => text); }
  toJSON() { return this.rules; }
  fromJSON(data) {
    let rules = data;
    if (typeof data === "string") {
      try { rules = JSON.parse(data); } catch { throw invalidArgValue("data", data, "must be valid JSON"); }
    }
    validateArray(rules, "data");
    for (const rule of rules) this.#add(`${rule}`);
  }
  #add(rule) {
    const found = /^(Address|Range|Subnet): (IPv[46]) ([\da-f:.]{1,45})(?:([-/])([\da-f:.]{1,45}))?$/i.exec(rule);
    if (found === null) return;
    const [, kind, family, address, , more] = found;
    const of = family.toLowerCase();
    if (kind === "Address") this.addAddress(address, of);
    else if (kind === "Range") this.addRange(address, more, of);
    else this.addSubnet(address, parseInt(more, 10), of);
  }
  [custom](depth, options) { return depth < 0 ? "[BlockList]" : `BlockList {\n  rules: ${shown(this.rules, options)}\n}`; }
}

module.exports = { isIP, isIPv4, isIPv6, validatePort, SocketAddress, BlockList };
