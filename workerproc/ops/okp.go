package ops

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"fmt"

	"stockade.dev/stockade/workerproc/engine"
)

var okpOps = map[string]engine.Op{
	"okpGenerate":  okpGenerate,
	"okpImport":    okpImport,
	"okpFromJWK":   okpFromJWK,
	"okpParts":     okpParts,
	"ed25519Sign":  ed25519Sign,
	"ed25519Check": ed25519Check,
}

// The keys of Ed25519 and X25519 (RFC 8410) cross as DER: PKCS #8 and
// SubjectPublicKeyInfo. A curve is spelt as in JSON Web Keys.

// okpGenerate(curve) returns [pkcs8, spki].
func okpGenerate(args []any) (any, error) {
	seed := make([]byte, 32)
	rand.Read(seed)
	private, public, err := okpPair(text(args, 0), seed)
	if err != nil {
		return fail("OperationError", "Failed to generate the key.")
	}
	return pairDER(private, public)
}

func okpPair(curve string, seed []byte) (private, public any, err error) {
	if len(seed) != 32 {
		return nil, nil, fmt.Errorf("not 32 bytes")
	}
	if curve == "Ed25519" {
		key := ed25519.NewKeyFromSeed(seed)
		return key, key.Public(), nil
	}
	key, err := ecdh.X25519().NewPrivateKey(seed)
	if err != nil {
		return nil, nil, err
	}
	return key, key.PublicKey(), nil
}

func failOr(err error, otherwise string) (any, error) {
	if err != nil {
		return nil, err
	}
	return fail("DataError", otherwise)
}

func okpPublic(curve string, raw []byte) (any, error) {
	if curve == "Ed25519" && len(raw) == ed25519.PublicKeySize {
		return ed25519.PublicKey(raw), nil
	}
	return ecdh.X25519().NewPublicKey(raw)
}

// okpImport(format, curve, bytes) reads a key of format "pkcs8", "spki" or
// "raw" into DER.
func okpImport(args []any) (any, error) {
	format, curve, in := text(args, 0), text(args, 1), data(args, 2)
	switch {
	case len(in) > maxDER:
		return fail("DataError", "Invalid key.")
	case format == "pkcs8":
		key, err := parsePKCS8(in)
		if err == nil && isOKP(curve, key) {
			return encodeDER(x509.MarshalPKCS8PrivateKey(key))
		}
		return failOr(err, badPKCS8)
	case format == "spki":
		key, err := parseSPKI(in)
		if err == nil && isOKP(curve, key) {
			return encodeDER(x509.MarshalPKIXPublicKey(key))
		}
		return failOr(err, badSPKI)
	}
	key, err := okpPublic(curve, in)
	if err != nil || len(in) != 32 {
		return fail("DataError", fmt.Sprintf("%s raw keys must be exactly 32-bytes (provided %d).", curve, len(in)))
	}
	return encodeDER(x509.MarshalPKIXPublicKey(key))
}

func isOKP(curve string, key any) bool {
	switch key := key.(type) {
	case ed25519.PrivateKey, ed25519.PublicKey:
		return curve == "Ed25519"
	case *ecdh.PrivateKey:
		return curve == "X25519" && key.Curve() == ecdh.X25519()
	case *ecdh.PublicKey:
		return curve == "X25519" && key.Curve() == ecdh.X25519()
	}
	return false
}

// okpFromJWK(curve, x, d) reads a JSON Web Key; a public one has no d.
func okpFromJWK(args []any) (any, error) {
	curve, x, d := text(args, 0), data(args, 1), data(args, 2)
	if len(x) != 32 || d != nil && len(d) != 32 {
		return fail("DataError", fmt.Sprintf("Invalid %s key in JSON Web Key; a key has 32 bytes.", curve))
	}
	if d == nil {
		key, err := okpPublic(curve, x)
		if err != nil {
			return fail("DataError", "Invalid key.")
		}
		return encodeDER(x509.MarshalPKIXPublicKey(key))
	}
	private, public, err := okpPair(curve, d)
	if err != nil || !bytes.Equal(okpRaw(public), x) {
		return fail("DataError", fmt.Sprintf(`Invalid %s key in JSON Web Key; "d" is not the key of "x".`, curve))
	}
	return encodeDER(x509.MarshalPKCS8PrivateKey(private))
}

func okpRaw(public any) []byte {
	switch key := public.(type) {
	case ed25519.PublicKey:
		return key
	case *ecdh.PublicKey:
		return key.Bytes()
	}
	return nil
}

// okpParts(private, der) returns [x, d], d undefined for a public key.
func okpParts(args []any) (any, error) {
	if flag(args, 0) {
		switch key, _ := x509.ParsePKCS8PrivateKey(data(args, 1)); key := key.(type) {
		case ed25519.PrivateKey:
			return []any{okpRaw(key.Public()), key.Seed()}, nil
		case *ecdh.PrivateKey:
			return []any{key.PublicKey().Bytes(), key.Bytes()}, nil
		}
	} else if key, err := x509.ParsePKIXPublicKey(data(args, 1)); err == nil {
		if raw := okpRaw(key); raw != nil {
			return []any{raw, nil}, nil
		}
	}
	return fail("OperationError", "Invalid key.")
}

// ed25519Sign(pkcs8, bytes) returns the signature (RFC 8032).
func ed25519Sign(args []any) (any, error) {
	parsed, _ := x509.ParsePKCS8PrivateKey(data(args, 0))
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return fail("OperationError", "Failed to sign.")
	}
	return ed25519.Sign(key, data(args, 1)), nil
}

// ed25519Check(spki, signature, bytes) verifies.
func ed25519Check(args []any) (any, error) {
	signature := data(args, 1)
	if len(signature) != ed25519.SignatureSize {
		return fail("OperationError", fmt.Sprintf("Invalid Ed25519 signature length %d", len(signature)))
	}
	parsed, _ := x509.ParsePKIXPublicKey(data(args, 0))
	key, ok := parsed.(ed25519.PublicKey)
	return ok && ed25519.Verify(key, data(args, 2), signature), nil
}
