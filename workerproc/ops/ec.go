package ops

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"

	"stockade.dev/stockade/workerproc/engine"
)

var ecOps = map[string]engine.Op{
	"ecGenerate": ecGenerate,
	"ecImport":   ecImport,
	"ecFromJWK":  ecFromJWK,
	"ecParts":    ecParts,
	"ecdsaSign":  ecdsaSign,
	"ecdsaCheck": ecdsaCheck,
	"ecdh":       ecdhOp,
}

// Keys of elliptic curves cross as DER: PKCS #8 and SubjectPublicKeyInfo.

// maxDER bounds a key's encoding: an RSA key of 8192 bits has 4.7 kB.
const maxDER = 16 << 10

func curveOf(name string) elliptic.Curve {
	switch name {
	case "P-256":
		return elliptic.P256()
	case "P-384":
		return elliptic.P384()
	case "P-521":
		return elliptic.P521()
	}
	return nil
}

const (
	badPKCS8 = "Invalid PKCS8 input."
	badSPKI  = "Invalid SPKI input."
)

// ecGenerate(curve) returns [pkcs8, spki].
func ecGenerate(args []any) (any, error) {
	curve := curveOf(text(args, 0))
	if curve == nil {
		return fail("NotSupportedError", "Unrecognized or unimplemented EC curve requested.")
	}
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		return fail("OperationError", "Failed to generate the key.")
	}
	return pairDER(key, &key.PublicKey)
}

func pairDER(private, public any) (any, error) {
	p8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return fail("OperationError", "Failed to encode the key.")
	}
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return fail("OperationError", "Failed to encode the key.")
	}
	return []any{p8, spki}, nil
}

// ecImport(format, curve, bytes, algorithm) reads a key of format "pkcs8", "spki" or
// "raw" (a point, compressed or not) into DER.
func ecImport(args []any) (any, error) {
	format, curve, in := text(args, 0), curveOf(text(args, 1)), data(args, 2)
	if curve == nil || len(in) > maxDER {
		return fail("DataError", "Invalid EC key.")
	}
	switch format {
	case "pkcs8":
		parsed, err := parsePKCS8(in)
		if err != nil {
			return nil, err
		}
		if key, ok := parsed.(*ecdsa.PrivateKey); ok && key.Curve == curve {
			return encodeDER(x509.MarshalPKCS8PrivateKey(key))
		}
		_, isEC := parsed.(*ecdsa.PrivateKey)
		return otherKey(isEC, text(args, 1), text(args, 3))
	case "spki":
		parsed, err := parseSPKI(in)
		if err != nil {
			return nil, err
		}
		if key, ok := parsed.(*ecdsa.PublicKey); ok && key.Curve == curve {
			return encodeDER(x509.MarshalPKIXPublicKey(key))
		}
		_, isEC := parsed.(*ecdsa.PublicKey)
		return otherKey(isEC, text(args, 1), text(args, 3))
	}
	key, why := ecPoint(curve, in)
	if key == nil {
		return fail("DataError", "Failed to import raw EC key data"+why)
	}
	return encodeDER(x509.MarshalPKIXPublicKey(key))
}

// parsePKCS8 and parseSPKI read any key; nothing may follow it.
func parsePKCS8(in []byte) (any, error) {
	own, rest := element(in)
	key, err := x509.ParsePKCS8PrivateKey(own)
	if err != nil {
		return fail("DataError", badPKCS8)
	}
	return alone(key, rest, "PKCS8")
}

func parseSPKI(in []byte) (any, error) {
	own, rest := element(in)
	key, err := x509.ParsePKIXPublicKey(own)
	if err == nil {
		return alone(key, rest, "SPKI")
	}
	if key := compressedSPKI(own); key != nil {
		return alone(key, rest, "SPKI")
	}
	return fail("DataError", badSPKI)
}

// element cuts the first element of DER from what follows it.
func element(in []byte) (own []byte, following int) {
	var first asn1.RawValue
	rest, err := asn1.Unmarshal(in, &first)
	if err != nil {
		return in, 0
	}
	return first.FullBytes, len(rest)
}

func alone(key any, rest int, format string) (any, error) {
	if rest > 0 {
		return fail("DataError", fmt.Sprintf("Invalid %d trailing bytes after %s input.", rest, format))
	}
	return key, nil
}

// compressedSPKI reads a key whose point is compressed, which the library
// does not.
func compressedSPKI(in []byte) *ecdsa.PublicKey {
	var spki struct {
		Algorithm struct{ Kind, Curve asn1.ObjectIdentifier }
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(in, &spki); err != nil || !spki.Algorithm.Kind.Equal(asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}) {
		return nil
	}
	point := spki.Key.RightAlign()
	curve := map[string]elliptic.Curve{"1.2.840.10045.3.1.7": elliptic.P256(), "1.3.132.0.34": elliptic.P384(), "1.3.132.0.35": elliptic.P521()}[spki.Algorithm.Curve.String()]
	if curve == nil || len(point) == 0 || point[0] == 4 {
		return nil
	}
	key, _ := ecPoint(curve, point)
	return key
}

func otherKey(isEC bool, curve, algorithm string) (any, error) {
	if !isEC {
		return fail("DataError", "Input was not an EC key.")
	}
	comma := "" // the words of the Workers runtime, to the letter
	if algorithm == "ECDH" {
		comma = ","
	}
	return fail("DataError", fmt.Sprintf(`"algorithm.namedCurve" "%s"%s does not match the curve specified by the input key data.`, curve, comma))
}

func encodeDER(der []byte, err error) (any, error) {
	if err != nil {
		return fail("DataError", "Failed to encode the key.")
	}
	return der, nil
}

func ecPrivate(der []byte) (*ecdsa.PrivateKey, bool) {
	any, err := x509.ParsePKCS8PrivateKey(der)
	key, ok := any.(*ecdsa.PrivateKey)
	return key, ok && err == nil
}

func ecPublic(der []byte) (*ecdsa.PublicKey, bool) {
	any, err := x509.ParsePKIXPublicKey(der)
	key, ok := any.(*ecdsa.PublicKey)
	return key, ok && err == nil
}

// ecPoint reads a point, or says why it is none, in the words of the library
// of the Workers runtime.
func ecPoint(curve elliptic.Curve, in []byte) (*ecdsa.PublicKey, string) {
	size := (curve.Params().BitSize + 7) / 8
	prime := curve.Params().P
	switch {
	case len(in) == 0:
		return nil, "."
	case len(in) == 1+size && (in[0] == 2 || in[0] == 3):
		if new(big.Int).SetBytes(in[1:]).Cmp(prime) >= 0 {
			return nil, "."
		}
		x, y := elliptic.UnmarshalCompressed(curve, in)
		if x == nil {
			return nil, ": Invalid compressed point. Invalid compressed point.."
		}
		return &ecdsa.PublicKey{Curve: curve, X: x, Y: y}, ""
	case len(in) != 1+2*size || in[0] != 4:
		return nil, ": Invalid point encoding.."
	}
	return uncompressed(curve, in[1:1+size], in[1+size:])
}

func uncompressed(curve elliptic.Curve, x, y []byte) (*ecdsa.PublicKey, string) {
	prime := curve.Params().P
	if new(big.Int).SetBytes(x).Cmp(prime) >= 0 || new(big.Int).SetBytes(y).Cmp(prime) >= 0 {
		return nil, "."
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, slices.Concat([]byte{4}, x, y))
	if err != nil {
		return nil, ": Point is not on curve.."
	}
	return key, ""
}

// sized is a number of a JSON Web Key in so many bytes; it may have come with
// fewer or more of them.
func sized(b []byte, size int) ([]byte, bool) {
	b = bytes.TrimLeft(b, "\x00")
	if len(b) > size {
		return nil, false
	}
	return append(make([]byte, size-len(b)), b...), true
}

// ecFromJWK(curve, x, y, d) reads the numbers of a JSON Web Key; a public one
// has no d.
func ecFromJWK(args []any) (any, error) {
	curve, d := curveOf(text(args, 0)), data(args, 3)
	const invalid = `Invalid EC key; public key coordinates "x" and "y" are invalid`
	if curve == nil {
		return fail("DataError", "Invalid EC key.")
	}
	size := (curve.Params().BitSize + 7) / 8
	x, ok := sized(data(args, 1), size)
	y, also := sized(data(args, 2), size)
	if !ok || !also {
		return fail("OperationError", invalid+".")
	}
	public, why := uncompressed(curve, x, y)
	if public == nil {
		return fail("OperationError", invalid+why)
	}
	if d == nil {
		return encodeDER(x509.MarshalPKIXPublicKey(public))
	}
	return ecPrivateFromJWK(curve, public, d)
}

func ecPrivateFromJWK(curve elliptic.Curve, public *ecdsa.PublicKey, d []byte) (any, error) {
	scalar, ok := sized(d, (curve.Params().BitSize+7)/8)
	private, err := ecdsa.ParseRawPrivateKey(curve, scalar)
	if !ok || err != nil {
		return fail("OperationError", `Invalid EC key; private key component "d" is invalid.`)
	}
	if !private.PublicKey.Equal(public) {
		return fail("DataError", "Invalid EC key in JSON Web Key.")
	}
	return encodeDER(x509.MarshalPKCS8PrivateKey(private))
}

// ecParts(private, der) returns [x, y, d], d undefined for a public key.
func ecParts(args []any) (any, error) {
	var d any
	public, ok := ecPublic(data(args, 1))
	if flag(args, 0) {
		var private *ecdsa.PrivateKey
		if private, ok = ecPrivate(data(args, 1)); ok {
			b, err := private.Bytes()
			d, public, ok = b, &private.PublicKey, err == nil
		}
	}
	if !ok {
		return fail("OperationError", "Invalid EC key.")
	}
	point, err := public.Bytes()
	if err != nil {
		return fail("OperationError", "Invalid EC key.")
	}
	half := len(point) / 2
	return []any{point[1 : 1+half], point[1+half:], d}, nil
}

// ecdsaSign(hash, pkcs8, bytes) returns r and s, each as long as the curve's
// order (IEEE P1363).
func ecdsaSign(args []any) (any, error) {
	newHash := hashOf(text(args, 0))
	key, ok := ecPrivate(data(args, 1))
	if newHash == nil || !ok {
		return fail("OperationError", "Failed to sign.")
	}
	h := newHash()
	h.Write(data(args, 2))
	r, s, err := ecdsa.Sign(rand.Reader, key, h.Sum(nil))
	if err != nil {
		return fail("OperationError", "Failed to sign.")
	}
	size := (key.Params().BitSize + 7) / 8
	out := make([]byte, 2*size)
	r.FillBytes(out[:size])
	s.FillBytes(out[size:])
	return out, nil
}

// ecdsaCheck(hash, spki, signature, bytes) verifies.
func ecdsaCheck(args []any) (any, error) {
	newHash, signature := hashOf(text(args, 0)), data(args, 2)
	key, ok := ecPublic(data(args, 1))
	if newHash == nil || !ok {
		return fail("OperationError", "Failed to verify.")
	}
	size := (key.Params().BitSize + 7) / 8
	if len(signature) != 2*size {
		return false, nil
	}
	h := newHash()
	h.Write(data(args, 3))
	r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
	return ecdsa.Verify(key, h.Sum(nil), r, s), nil
}

// ecdh(pkcs8, spki) returns the shared secret, of X25519 or of one curve.
func ecdhOp(args []any) (any, error) {
	private, ok := ecdhPrivate(data(args, 0))
	public, also := ecdhPublic(data(args, 1))
	if !ok || !also || private.Curve() != public.Curve() {
		return fail("OperationError", "Failed to derive the key.")
	}
	secret, err := private.ECDH(public)
	if err != nil {
		return fail("OperationError", "Failed to derive EDDH key: public key routines INVALID_PEER_KEY.")
	}
	return secret, nil
}

func ecdhPrivate(der []byte) (*ecdh.PrivateKey, bool) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	switch key := parsed.(type) {
	case *ecdh.PrivateKey:
		return key, err == nil
	case *ecdsa.PrivateKey:
		k, err := key.ECDH()
		return k, err == nil
	}
	return nil, false
}

func ecdhPublic(der []byte) (*ecdh.PublicKey, bool) {
	parsed, err := x509.ParsePKIXPublicKey(der)
	switch key := parsed.(type) {
	case *ecdh.PublicKey:
		return key, err == nil
	case *ecdsa.PublicKey:
		k, err := key.ECDH()
		return k, err == nil
	}
	return nil, false
}
