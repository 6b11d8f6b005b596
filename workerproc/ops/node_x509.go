package ops

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"strings"

	"stockade.dev/stockade/workerproc/engine"
)

// nodeX509Ops are the certificates of node:crypto. One crosses as DER.
var nodeX509Ops = map[string]engine.Op{
	"nodeX509":       nodeX509,
	"nodeX509Verify": nodeX509Verify,
	"nodeX509Issued": nodeX509Issued,
	"nodeX509Host":   nodeX509Host,
	"nodeSpkac":      nodeSpkac,
}

const opensslTime = "Jan _2 15:04:05 2006 GMT"

// nodeX509(certificate, PEM or DER) is what it says, in the order of internal_crypto_x509.js; undefined if it is none.
func nodeX509(args []any) (any, error) {
	der := data(args, 0)
	if block, _ := pem.Decode(bytes.TrimSpace(der)); block != nil {
		der = block.Bytes
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil
	}
	spki := c.RawSubjectPublicKeyInfo
	one, short, long := sha1.Sum(der), sha256.Sum256(der), sha512.Sum512(der)
	var modulus, exponent any
	if k, is := c.PublicKey.(*rsa.PublicKey); is {
		modulus, exponent = strings.ToUpper(k.N.Text(16)), fmt.Sprintf("0x%x", k.E)
	}
	return []any{
		der, distinguished(c.RawSubject), optional(alternatives(c)), distinguished(c.RawIssuer), optional(access(c)),
		c.NotBefore.UTC().Format(opensslTime), c.NotAfter.UTC().Format(opensslTime),
		fingerprint(one[:]), fingerprint(short[:]), fingerprint(long[:]), usages(c), serial(c.SerialNumber), c.IsCA, spki, modulus, exponent,
	}, nil
}

func optional(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func serial(n *big.Int) string {
	s := strings.ToUpper(n.Text(16))
	if len(s)%2 == 1 {
		s = "0" + s
	}
	return s
}

func fingerprint(sum []byte) string {
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = strings.ToUpper(hex.EncodeToString([]byte{b}))
	}
	return strings.Join(pairs, ":")
}

// attributes are the names that OpenSSL has for those of distinguished names.
var attributes = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.9": "street", "2.5.4.10": "O",
	"2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.13": "description", "2.5.4.15": "businessCategory", "2.5.4.17": "postalCode", "2.5.4.41": "name",
	"2.5.4.42": "GN", "2.5.4.43": "initials", "2.5.4.44": "generationQualifier", "2.5.4.46": "dnQualifier", "2.5.4.65": "pseudonym", "2.5.4.97": "organizationIdentifier",
	"0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC", "1.2.840.113549.1.9.1": "emailAddress",
	"1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL", "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST", "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}

func distinguished(raw []byte) string {
	var name pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw, &name); err != nil {
		return ""
	}
	var lines []string
	for _, set := range name {
		var parts []string
		for _, a := range set {
			key, known := attributes[a.Type.String()]
			if !known {
				key = a.Type.String()
			}
			parts = append(parts, key+"="+escapeDN(fmt.Sprint(a.Value)))
		}
		lines = append(lines, strings.Join(parts, " + "))
	}
	return strings.Join(lines, "\n")
}

func escapeDN(s string) string {
	return strings.NewReplacer(`\`, `\\`, ",", `\,`, "+", `\+`, `"`, `\"`, "<", `\<`, ">", `\>`, ";", `\;`).Replace(s)
}

// general walks the GeneralNames of an extension (RFC 5280, 4.2.1.6).
func general(raw []byte, each func(tag int, value []byte)) {
	var sequence asn1.RawValue
	if _, err := asn1.Unmarshal(raw, &sequence); err != nil {
		return
	}
	for rest := sequence.Bytes; len(rest) > 0; {
		var v asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &v); err != nil {
			return
		}
		each(v.Tag, v.Bytes)
	}
}

func extension(c *x509.Certificate, id string) []byte {
	for _, e := range c.Extensions {
		if e.Id.String() == id {
			return e.Value
		}
	}
	return nil
}

func generalName(tag int, value []byte) string {
	switch tag {
	case 1:
		return "email:" + quoteName(string(value))
	case 2:
		return "DNS:" + quoteName(string(value))
	case 4:
		return "DirName:" + strings.ReplaceAll(distinguished(value), "\n", ",")
	case 6:
		return "URI:" + quoteName(string(value))
	case 7:
		return "IP Address:" + net.IP(value).String()
	case 8:
		var id asn1.ObjectIdentifier
		_, _ = asn1.UnmarshalWithParams(append([]byte{6, byte(len(value))}, value...), &id, "")
		return "Registered ID:" + id.String()
	}
	return "othername:<unsupported>"
}

// quoteName puts a name in quotes that could be taken for more than one.
func quoteName(s string) string {
	if !strings.ContainsAny(s, ",\"'\\\x00\n\r") {
		return s
	}
	return fmt.Sprintf("%q", s)
}

func alternatives(c *x509.Certificate) string {
	var names []string
	general(extension(c, "2.5.29.17"), func(tag int, value []byte) { names = append(names, generalName(tag, value)) })
	return strings.Join(names, ", ")
}

func access(c *x509.Certificate) string {
	var lines []string
	for _, url := range c.OCSPServer {
		lines = append(lines, "OCSP - URI:"+quoteName(url))
	}
	for _, url := range c.IssuingCertificateURL {
		lines = append(lines, "CA Issuers - URI:"+quoteName(url))
	}
	if lines == nil {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

func usages(c *x509.Certificate) any {
	var ids []asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(extension(c, "2.5.29.37"), &ids); err != nil {
		return nil
	}
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}

// nodeX509Verify(certificate, spki) reports whether that key has signed it.
func nodeX509Verify(args []any) (any, error) {
	c, err := x509.ParseCertificate(data(args, 0))
	if err != nil {
		return false, nil
	}
	key, err := x509.ParsePKIXPublicKey(data(args, 1))
	if err != nil {
		return false, nil
	}
	issuer := x509.Certificate{PublicKey: key}
	return issuer.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil, nil
}

// nodeX509Issued(certificate, other) reports whether other looks like its issuer.
func nodeX509Issued(args []any) (any, error) {
	c, err := x509.ParseCertificate(data(args, 0))
	if err != nil {
		return false, nil
	}
	other, err := x509.ParseCertificate(data(args, 1))
	if err != nil {
		return false, nil
	}
	ids := len(c.AuthorityKeyId) == 0 || len(other.SubjectKeyId) == 0 || bytes.Equal(c.AuthorityKeyId, other.SubjectKeyId)
	signs := other.KeyUsage == 0 || other.KeyUsage&x509.KeyUsageCertSign != 0
	return ids && signs && bytes.Equal(c.RawIssuer, other.RawSubject), nil
}

// nodeX509Host(certificate, kind, name, subject, wildcards) is the name in the certificate that a "host", an "email" or an
// "ip" fits (RFC 6125), or undefined. The subject counts where there is no alternative, or "always", or "never".
func nodeX509Host(args []any) (any, error) {
	c, err := x509.ParseCertificate(data(args, 0))
	if err != nil {
		return nil, nil
	}
	name, subject := text(args, 2), text(args, 3)
	var names []string
	switch text(args, 1) {
	case "ip":
		return fits(c.IPAddresses, net.ParseIP(name), name), nil
	case "email":
		names = c.EmailAddresses
	default:
		names = c.DNSNames
	}
	if subject == "always" || subject != "never" && len(names) == 0 {
		names = append(append([]string{}, names...), subjects(c, text(args, 1))...)
	}
	for _, pattern := range names {
		if matches(text(args, 1), pattern, name, flag(args, 4)) {
			return pattern, nil
		}
	}
	return nil, nil
}

func fits(all []net.IP, ip net.IP, name string) any {
	for _, one := range all {
		if one.Equal(ip) {
			return name
		}
	}
	return nil
}

func subjects(c *x509.Certificate, kind string) []string {
	var out []string
	for _, a := range c.Subject.Names {
		if s, is := a.Value.(string); is && attributes[a.Type.String()] == map[string]string{"host": "CN", "email": "emailAddress"}[kind] {
			out = append(out, s)
		}
	}
	return out
}

func matches(kind, pattern, name string, wildcards bool) bool {
	if kind == "email" {
		at := strings.LastIndexByte(pattern, '@')
		return at >= 0 && len(name) == len(pattern) && name[:at] == pattern[:at] && strings.EqualFold(name[at:], pattern[at:])
	}
	rest, star := strings.CutPrefix(pattern, "*.")
	if !star {
		return strings.EqualFold(pattern, name)
	}
	label, of, dotted := strings.Cut(name, ".")
	return wildcards && dotted && label != "" && strings.Contains(rest, ".") && strings.EqualFold(of, rest)
}

// nodeSpkac(text) is [spki, challenge, whether it is signed by the key] of a SignedPublicKeyAndChallenge; undefined if it is none.
func nodeSpkac(args []any) (any, error) {
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(data(args, 0))), ""))
	if err != nil {
		return nil, nil
	}
	var signed struct {
		Body      asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &signed); err != nil {
		return nil, nil
	}
	var body struct {
		Key       asn1.RawValue
		Challenge string `asn1:"ia5"`
	}
	if _, err := asn1.Unmarshal(signed.Body.FullBytes, &body); err != nil {
		return nil, nil
	}
	return []any{body.Key.FullBytes, []byte(body.Challenge), spkacSigned(body.Key.FullBytes, signed.Body.FullBytes, signed.Algorithm.Algorithm.String(), signed.Signature.Bytes)}, nil
}

var spkacAlgorithms = map[string]x509.SignatureAlgorithm{
	"1.2.840.113549.1.1.5": x509.SHA1WithRSA, "1.2.840.113549.1.1.11": x509.SHA256WithRSA, "1.2.840.113549.1.1.12": x509.SHA384WithRSA,
	"1.2.840.113549.1.1.13": x509.SHA512WithRSA, "1.2.840.10045.4.3.2": x509.ECDSAWithSHA256, "1.2.840.10045.4.3.3": x509.ECDSAWithSHA384,
}

func spkacSigned(spki, body []byte, algorithm string, signature []byte) bool {
	key, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return false
	}
	signer := x509.Certificate{PublicKey: key}
	return signer.CheckSignature(spkacAlgorithms[algorithm], body, signature) == nil
}
