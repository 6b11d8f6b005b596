// Answers of DNS in the JSON that resolvers give over HTTPS (https://developers.cloudflare.com/1.1.1.1/encryption/dns-over-https/),
// and the records in them as Node.js has them.
const { withCode, validateString } = require("internal:errors");

const words = `ADDRGETNETWORKPARAMS BADFAMILY BADFLAGS BADHINTS BADNAME BADQUERY BADRESP BADSTR CANCELLED CONNREFUSED DESTRUCTION EOF
  FILE FORMERR LOADIPHLPAPI NODATA NOMEM NONAME NOTFOUND NOTIMP NOTINITIALIZED REFUSED SERVFAIL TIMEOUT`.split(/\s+/);

function failed(name, code, syscall, cause) {
  const e = withCode(Error, code, `${syscall} ${code} ${name}${cause === undefined ? "" : `: ${cause.message}`}`);
  if (cause !== undefined) Object.defineProperty(e, "cause", { value: cause, writable: true, configurable: true });
  return Object.assign(e, { errno: undefined, hostname: name, syscall });
}

// denied is an error that says what the policy of this host, or a Worker without a network, doesn't allow: an answer that
// hides it would have nobody find the reason.
const denied = (e) => typeof e?.message === "string" && /^This [Ww]orker is not permitted to /.test(e.message);

// query asks for the records of a type; there are none if it gives undefined.
async function query(name, type) {
  const syscall = `query${type}`;
  const server = new URL("https://cloudflare-dns.com/dns-query");
  server.searchParams.set("name", name);
  server.searchParams.set("type", type);
  let json;
  try {
    const response = await fetch(server, { headers: { accept: "application/dns-json" } });
    if (!response.ok) throw failed(name, "EBADRESP", syscall);
    json = await response.json();
  } catch (e) {
    if (e?.syscall === syscall) throw e;
    throw denied(e) ? failed(name, "EREFUSED", syscall, e) : failed(name, "EBADQUERY", syscall);
  }
  const question = json?.Question?.[0];
  if (question === undefined || "error" in json) throw failed(name, "EBADRESP", syscall);
  if (json.Answer?.[0]?.name === "") throw failed(name, "ENOTFOUND", syscall);
  const found = json.Answer?.filter(({ type }) => type === question.type); // the rest are the names on the way
  return found?.length > 0 ? found : undefined;
}

// records are those of query(), each as `read` has it.
async function records(name, type, read) {
  const found = await query(name, type);
  if (found === undefined) throw failed(name, "ENOTFOUND", `query${type[0]}${type.slice(1).toLowerCase()}`);
  return found.map((record) => read(record, name));
}

const undotted = (name) => (name.endsWith(".") ? name.slice(0, -1) : name);
// fields are those of a record, under their names.
function fields(data, ...names) {
  const list = data.split(" ");
  return names.map((name, i) => { validateString(list[i], name); return list[i]; });
}

// hexOf are the bytes of a record in the form for types that a server doesn't know: \# LENGTH HEX (RFC 3597).
function hexOf(data) {
  const found = /^\\# (\d+) ([\da-f\s]*)$/i.exec(data);
  if (found === null) return undefined;
  return found[2].replace(/\s/g, "").match(/../g)?.map((two) => parseInt(two, 16)) ?? [];
}
const textOf = (bytes) => String.fromCharCode(...bytes);
const strings = (text) => (text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map((one) => (one.startsWith('"') ? one.slice(1, -1).replace(/\\(.)/g, "$1") : one));

function caa({ data }) {
  const bytes = hexOf(data);
  if (bytes !== undefined) {
    const tag = bytes[1] ?? 0;
    if (bytes.length < 2 + tag) throw withCode(Error, "EBADRESP", "The CAA record is too short");
    return { critical: bytes[0], [textOf(bytes.slice(2, 2 + tag))]: textOf(bytes.slice(2 + tag)) };
  }
  const [critical, tag, value = ""] = strings(data);
  return { critical: Number(critical), [tag]: value };
}

function naptr({ data }) {
  const bytes = hexOf(data);
  if (bytes === undefined) {
    const [order, preference, flags, service, regexp, replacement = ""] = strings(data);
    return { flags, service, regexp, replacement: undotted(replacement), order: Number(order), preference: Number(preference) };
  }
  let at = 4;
  const next = () => textOf(bytes.slice(at + 1, at += 1 + (bytes[at] ?? 0)));
  const [flags, service, regexp] = [next(), next(), next()];
  const labels = [];
  while (bytes[at] > 0) labels.push(next());
  return { flags, service, regexp, replacement: labels.join("."), order: bytes[0] * 256 + bytes[1], preference: bytes[2] * 256 + bytes[3] };
}

const name = ({ data }) => undotted(data);
const readers = {
  __proto__: null,
  CNAME: name, NS: name, PTR: name, CAA: caa, NAPTR: naptr,
  MX({ data }, name) {
    const [priority, exchange] = data.split(" ");
    if (exchange === undefined) throw failed(name, "EBADRESP", "queryMx");
    return { exchange: undotted(exchange), priority: parseInt(priority, 10) };
  },
  SOA({ data }) {
    const [nsname, hostmaster, ...numbers] = fields(data, "nsname", "hostmaster", "serial", "refresh", "retry", "expire", "minttl");
    const [serial, refresh, retry, expire, minttl] = numbers.map((n) => parseInt(n, 10));
    return { nsname, hostmaster, serial, refresh, retry, expire, minttl };
  },
  SRV({ data }) { const [priority, weight, port, target] = fields(data, "priority", "weight", "port", "name"); return { priority: parseInt(priority, 10), weight: parseInt(weight, 10), port: parseInt(port, 10), name: target }; },
  TXT({ data }) {
    if (!/^".*"$/s.test(data)) return [data];
    return (data.match(/"(?:[^"]|"(?!"))*"/g) ?? []).map((part) => (part.endsWith('"') && part.length > 1 ? part.slice(1, -1) : part));
  },
};

const codes = Object.fromEntries(words.map((word) => [word, word === "EOF" ? word : `E${word}`]));
module.exports = { query, records, readers, failed, codes };
