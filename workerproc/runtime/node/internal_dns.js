// node:dns, in its form with promises. Names are asked for with fetch(), so a Worker's globalOutbound sees them and the policy decides.
const { invalidArgType, invalidArgValue, validateString, validateNumber, validateBoolean, validateOneOf } = require("internal:errors");
const { query, records, readers, failed } = require("internal:dns_records");
const { notImplemented } = require("internal:net_socket");
const { isIP } = require("internal:net_address");

const families = [0, 4, 6], orders = ["verbatim", "ipv4first", "ipv6first"];
let defaultOrder = "verbatim";

// lookupOptions checks the arguments of lookup().
function lookupOptions(hostname, options) {
  if (hostname) validateString(hostname, "hostname");
  if (typeof options === "number") {
    validateOneOf(options, "family", families);
    return { family: options, all: false, order: defaultOrder };
  }
  if (options !== undefined && typeof options !== "object") throw invalidArgType("options", ["integer", "object"], options);
  if (options?.hints != null) {
    validateNumber(options.hints, "options.hints");
    throw notImplemented("options.hints");
  }
  let { family = 0 } = options ?? {};
  if (family === "IPv4") family = 4; else if (family === "IPv6") family = 6;
  if (family !== null) validateOneOf(family, "options.family", families);
  if (options?.all != null) validateBoolean(options.all, "options.all");
  if (options?.verbatim != null) validateBoolean(options.verbatim, "options.verbatim");
  if (options?.order != null) validateOneOf(options.order, "options.order", orders);
  const order = options?.order ?? (options?.verbatim == null ? defaultOrder : options.verbatim ? "verbatim" : "ipv4first");
  return { family: family ?? 0, all: options?.all ?? false, order };
}

// addressesOf are those of a name, in their order.
async function addressesOf(hostname, { family, order }) {
  const ask = async (kind) => (await query(hostname, kind === 4 ? "A" : "AAAA") ?? []).map(({ data }) => ({ address: data, family: kind }));
  if (family !== 0) {
    const list = await ask(family);
    if (list.length === 0) throw failed(hostname, "ENOTFOUND", family === 4 ? "queryA" : "queryAAAA");
    return list;
  }
  const both = await Promise.allSettled([ask(4), ask(6)]);
  const [v4, v6] = both.map(({ value }) => value ?? []);
  if (v4.length + v6.length > 0) return order === "ipv6first" ? [...v6, ...v4] : [...v4, ...v6];
  throw both.find(({ reason }) => reason?.code === "EREFUSED")?.reason ?? failed(hostname, "ENOTFOUND", "queryA");
}

function lookup(hostname, options) {
  const checked = lookupOptions(hostname, options);
  const { family, all } = checked;
  if (!hostname) return Promise.resolve(all ? [] : { address: null, family: family === 6 ? 6 : 4 });
  const kind = isIP(hostname);
  if (kind !== 0) return Promise.resolve(all ? [{ address: hostname, family: kind }] : { address: hostname, family: kind });
  return addressesOf(hostname, checked).then((list) => (all ? list : list[0]));
}

const of = (type) => (name) => {
  validateString(name, "name");
  return records(name, type, readers[type]);
};
const addresses = (type) => (name, options) => {
  validateString(name, "name");
  return records(name, type, ({ data, TTL }) => (options?.ttl ? { ttl: TTL, address: data } : data));
};
async function notThere() { throw new Error("Not implemented"); }

const api = {
  getServers() { return ["1.1.1.1", "2606:4700:4700::1111", "1.0.0.1", "2606:4700:4700::1001"]; },
  lookup,
  lookupService: notThere,
  resolve(name, type = "A") {
    validateString(name, "name");
    const method = byType[type];
    if (method === undefined) throw invalidArgValue("rrtype", type);
    return api[method](name);
  },
  resolve4: addresses("A"), resolve6: addresses("AAAA"), resolveAny: notThere, resolveCname: of("CNAME"), resolveCaa: of("CAA"), resolveMx: of("MX"),
  resolveNaptr: of("NAPTR"), resolveNs: of("NS"), resolvePtr: of("PTR"), resolveSoa: (name) => of("SOA")(name).then(([first]) => first), resolveSrv: of("SRV"), resolveTxt: of("TXT"),
  reverse: of("PTR"),
  setDefaultResultOrder(value) { validateOneOf(value, "dnsOrder", orders); defaultOrder = value; },
  getDefaultResultOrder: () => defaultOrder,
  setServers() { throw new Error("Not implemented"); },
};
const byType = { __proto__: null, A: "resolve4", AAAA: "resolve6", ANY: "resolveAny", CAA: "resolveCaa", CNAME: "resolveCname", MX: "resolveMx", NAPTR: "resolveNaptr", NS: "resolveNs",
  PTR: "resolvePtr", SOA: "resolveSoa", SRV: "resolveSrv", TXT: "resolveTxt" };
for (const name of Object.keys(api)) Object.defineProperty(api[name], "name", { value: name });

// resolver is a class of all that asks.
function resolver(methods) {
  const { Resolver } = { Resolver: class { constructor() {} cancel() { throw new Error("Not implemented"); } setLocalAddress() { throw new Error("Not implemented"); } } };
  for (const name of Object.keys(methods)) if (/^(resolve|reverse|getServers|setServers)/.test(name)) Object.defineProperty(Resolver.prototype, name, { value: methods[name], writable: true, configurable: true });
  return Resolver;
}

module.exports = { api, lookupOptions, resolver };
