// Which names a certificate is for (RFC 6125), in the words of node:tls.
const { withCode } = require("internal:errors");
const { Buffer } = require("node:buffer");
const { isIP } = require("internal:net_address");

function mismatch(reason, host, cert) {
  return Object.assign(withCode(Error, "ERR_TLS_CERT_ALTNAME_INVALID", reason), { reason, host, cert });
}

// labels of a name, in small letters; undefined for what can't be one.
function labelsOf(name) {
  const labels = name.toLowerCase().replace(/\.$/, "").split(".");
  return labels.every((label) => label !== "" && /^[\x21-\x7e]*$/.test(label)) ? labels : undefined;
}

// matches says whether a name of the certificate, with a wildcard in its first label perhaps, is host.
function matches(host, pattern) {
  const wanted = labelsOf(host), given = labelsOf(pattern);
  if (wanted === undefined || given === undefined || wanted.length !== given.length) return false;
  for (let i = wanted.length - 1; i > 0; i--) if (wanted[i] !== given[i]) return false;
  const parts = given[0].split("*");
  if (parts.length === 1 || given[0].includes("xn--")) return wanted[0] === given[0];
  if (parts.length > 2 || given.length <= 2) return false;
  const [before, after] = parts;
  return wanted[0].length >= before.length + after.length && wanted[0].startsWith(before) && wanted[0].endsWith(after);
}

// altNames splits subjectaltname at its commas, but for those in quotes.
function altNames(text) {
  const found = text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return found.map((one) => one.trim().replace(/"(?:[^"\\]|\\.)*"/, (quoted) => JSON.parse(quoted)));
}

function checkServerIdentity(hostname, cert) {
  const host = `${hostname}`;
  const names = [], addresses = [];
  if (cert.subjectaltname) {
    for (const name of altNames(cert.subjectaltname)) {
      if (name.startsWith("DNS:")) names.push(name.slice(4));
      else if (name.startsWith("IP Address:")) addresses.push(name.slice(11).trim());
    }
  }
  if (isIP(host)) {
    const url = (address) => (isIP(address) === 6 ? URL.parse(`http://[${address}]/`)?.hostname : address);
    if (addresses.some((address) => url(address) === url(host))) return undefined;
    return mismatch(`IP: ${host} is not in the cert's list: ${addresses.join(", ")}`, host, cert);
  }
  const dotted = `${host.replace(/\.$/, "")}.`;
  if (names.length > 0) {
    if (names.some((name) => matches(host, name))) return undefined;
    return mismatch(`Host: ${dotted} is not in the cert's altnames: ${cert.subjectaltname}`, host, cert);
  }
  if (!cert.subject?.CN) return mismatch("Cert does not contain a DNS name", host, cert);
  const { CN } = cert.subject;
  if ([].concat(CN).some((name) => matches(host, name))) return undefined;
  return mismatch(`Host: ${dotted} is not cert's CN: ${CN}`, host, cert);
}

// convertALPNProtocols writes protocols, each after its length, into out.ALPNProtocols.
function convertALPNProtocols(protocols, out) {
  if (Array.isArray(protocols)) {
    out.ALPNProtocols = Buffer.concat(protocols.map((name, i) => {
      const bytes = Buffer.from(name);
      if (bytes.length > 255) throw withCode(RangeError, "ERR_OUT_OF_RANGE", `The byte length of the protocol at index ${i} exceeds the maximum length. It must be <= 255. Received ${bytes.length}`);
      return Buffer.concat([Buffer.from([bytes.length]), bytes]);
    }));
  } else if (protocols instanceof Uint8Array) out.ALPNProtocols = Buffer.from(protocols);
  else if (ArrayBuffer.isView(protocols)) out.ALPNProtocols = Buffer.from(protocols.buffer.slice(protocols.byteOffset, protocols.byteOffset + protocols.byteLength));
}

module.exports = { checkServerIdentity, convertALPNProtocols };
