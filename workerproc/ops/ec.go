package ops

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"math/big"

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

// ecImport(format, curve, bytes) reads a key of format "pkcs8", "spki" or
// "raw" (a point, compressed or not) into DER.
func ecImport(args []any) (any, error) {
	format, curve, in := text(args, 0), curveOf(text(args, 1)), data(args, 2)
	if curve == nil || len(in) > maxDER {
		return fail("DataError", "Invalid EC key.")
	}
	switch format {
	case "pkcs8":
		parsed, err := x509.ParsePKCS8PrivateKey(in)
		if err != nil {
			return fail("DataError", badPKCS8)
		}
		if key, ok := parsed.(*ecdsa.PrivateKey); ok && key.Curve == curve {
			return encodeDER(x509.MarshalPKCS8PrivateKey(key))
		}
		_, isEC := parsed.(*ecdsa.PrivateKey)
		return otherKey(isEC, text(args, 1))
	case "spki":
		parsed, err := x509.ParsePKIXPublicKey(in)
		if err != nil {
			return fail("DataError", badSPKI)
		}
		if key, ok := parsed.(*ecdsa.PublicKey); ok && key.Curve == curve {
			return encodeDER(x509.MarshalPKIXPublicKey(key))
		}
		_, isEC := parsed.(*ecdsa.PublicKey)
		return otherKey(isEC, text(args, 1))
	}
	key, ok := ecPoint(curve, in)
	if !ok {
		return fail("DataError", "Failed to import raw EC key data: Invalid point encoding..")
	}
	return encodeDER(x509.MarshalPKIXPublicKey(key))
}

func otherKey(isEC bool, curve string) (any, error) {
	if !isEC {
		return fail("DataError", "Input was not an EC key.")
	}
	return fail("DataError", fmt.Sprintf(`"algorithm.namedCurve" "%s" does not match the curve specified by the input key data.`, curve))
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

func ecPoint(curve elliptic.Curve, in []byte) (*ecdsa.PublicKey, bool) {
	if len(in) > 0 && (in[0] == 2 || in[0] == 3) {
		x, y := elliptic.UnmarshalCompressed(curve, in)
		return &ecdsa.PublicKey{Curve: curve, X: x, Y: y}, x != nil
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, in)
	return key, err == nil
}

// ecFromJWK(curve, x, y, d) reads the numbers of a JSON Web Key; a public one
// has no d.
func ecFromJWK(args []any) (any, error) {
	curve, x, y, d := curveOf(text(args, 0)), data(args, 1), data(args, 2), data(args, 3)
	const invalid = `Invalid EC key; public key coordinates "x" and "y" are invalid: Point is not on curve..`
	if curve == nil {
		return fail("DataError", "Invalid EC key.")
	}
	size := (curve.Params().BitSize + 7) / 8
	if len(x) != size || len(y) != size {
		return fail("OperationError", invalid)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(curve, append(append([]byte{4}, x...), y...))
	if err != nil {
		return fail("OperationError", invalid)
	}
	if d == nil {
		return encodeDER(x509.MarshalPKIXPublicKey(public))
	}
	private, err := ecdsa.ParseRawPrivateKey(curve, d)
	if err != nil || !private.PublicKey.Equal(public) {
		return fail("DataError", `Invalid EC key in JSON Web Key; "d" is not the key of "x" and "y".`)
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
