package ops

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"

	"stockade.dev/stockade/workerproc/engine"
)

// nodeKeyOps are the asymmetric keys of node:crypto. A key crosses as DER:
// PKCS #8 when it is private, SPKI when it is public.
var nodeKeyOps = map[string]engine.Op{
	"nodeKeyParse":    nodeKeyParse,
	"nodeKeyPublic":   nodeKeyPublic,
	"nodeKeyExport":   nodeKeyExport,
	"nodeKeyGenerate": nodeKeyGenerate,
	"nodeSign":        nodeSign,
	"nodeVerify":      nodeVerify,
	"nodeRsa":         nodeRsa,
	"nodeRsaRaw":      nodeRsaRaw,
	"nodeEcdh":        nodeEcdh,
}

const maxNodeModulus = 4096 // bits; what larger ones take can't be interrupted

// keyInfo describes a key as node:crypto does: [DER, private, type, bits or
// curve, RSA's exponent].
func keyInfo(key any) (any, error) {
	var (
		der     []byte
		err     error
		private bool
	)
	kind, detail, exponent := "", any(nil), any(nil)
	switch k := key.(type) {
	case *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey, *ecdh.PrivateKey:
		private = true
		der, err = x509.MarshalPKCS8PrivateKey(k)
	default:
		der, err = x509.MarshalPKIXPublicKey(k)
	}
	switch k := publicOf(key).(type) {
	case *rsa.PublicKey:
		kind, detail, exponent = "rsa", k.N.BitLen(), float64(k.E)
		if k.N.BitLen() > maxNodeModulus {
			err = errors.New("the modulus is too long")
		}
	case *ecdsa.PublicKey:
		kind, detail = "ec", curveNames[k.Curve.Params().Name]
	case ed25519.PublicKey:
		kind = "ed25519"
	case *ecdh.PublicKey:
		kind = "x25519"
	}
	if err != nil || kind == "" {
		return nil, nil
	}
	return []any{der, private, kind, detail, exponent}, nil
}

var curveNames = map[string]string{"P-224": "secp224r1", "P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1"}

func publicOf(key any) any {
	if k, ok := key.(interface{ Public() crypto.PublicKey }); ok {
		return k.Public()
	}
	if k, ok := key.(*ecdh.PrivateKey); ok {
		return k.PublicKey()
	}
	return key
}

// nodeKeyParse(data, pem) reads a key in any of the usual forms; undefined
// when it is none.
func nodeKeyParse(args []any) (any, error) {
	der := data(args, 0)
	if flag(args, 1) {
		block, _ := pem.Decode(bytes.TrimSpace(der))
		if block == nil || block.Headers["DEK-Info"] != "" {
			return nil, nil
		}
		der = block.Bytes
	}
	for _, parse := range []func([]byte) (any, error){
		x509.ParsePKCS8PrivateKey, x509.ParsePKIXPublicKey,
		func(b []byte) (any, error) { return x509.ParsePKCS1PrivateKey(b) },
		func(b []byte) (any, error) { return x509.ParseECPrivateKey(b) },
		func(b []byte) (any, error) { return x509.ParsePKCS1PublicKey(b) },
		func(b []byte) (any, error) { return certified(b) },
	} {
		if key, err := parse(der); err == nil {
			return keyInfo(key)
		}
	}
	return nil, nil
}

func certified(der []byte) (any, error) {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return c.PublicKey, nil
}

func parseKey(der []byte) (any, error) {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key, nil
	}
	return x509.ParsePKIXPublicKey(der)
}

// nodeKeyPublic(pkcs8) describes the public key of a private one.
func nodeKeyPublic(args []any) (any, error) {
	key, err := parseKey(data(args, 0))
	if err != nil {
		return nil, nil
	}
	return keyInfo(publicOf(key))
}

// nodeKeyExport(der, form) returns the key as "pkcs1" or "sec1"; undefined
// when it can't be.
func nodeKeyExport(args []any) (any, error) {
	key, err := parseKey(data(args, 0))
	if err != nil {
		return nil, nil
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if text(args, 1) == "pkcs1" {
			return x509.MarshalPKCS1PrivateKey(k), nil
		}
	case *rsa.PublicKey:
		if text(args, 1) == "pkcs1" {
			return x509.MarshalPKCS1PublicKey(k), nil
		}
	case *ecdsa.PrivateKey:
		if b, err := x509.MarshalECPrivateKey(k); text(args, 1) == "sec1" && err == nil {
			return b, nil
		}
	}
	return nil, nil
}

var curves = map[string]elliptic.Curve{
	"P-256": elliptic.P256(), "prime256v1": elliptic.P256(), "secp256r1": elliptic.P256(), "P-384": elliptic.P384(),
	"secp384r1": elliptic.P384(), "P-521": elliptic.P521(), "secp521r1": elliptic.P521(), "secp224r1": elliptic.P224(),
}

// nodeKeyGenerate(type, bits or curve) describes a new private key; undefined
// for what can't be made.
func nodeKeyGenerate(args []any) (any, error) {
	var (
		key any
		err error
	)
	switch text(args, 0) {
	case "rsa":
		bits := number(args, 1)
		if bits < 1024 || bits > maxNodeModulus {
			return nil, nil
		}
		key, err = rsa.GenerateKey(rand.Reader, bits)
	case "ec":
		curve := curves[text(args, 1)]
		if curve == nil {
			return nil, nil
		}
		key, err = ecdsa.GenerateKey(curve, rand.Reader)
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "x25519":
		key, err = ecdh.X25519().GenerateKey(rand.Reader)
	}
	if err != nil || key == nil {
		return nil, nil
	}
	return keyInfo(key)
}

// nodeEcdh(private, public) is the secret that two keys share, or undefined.
func nodeEcdh(args []any) (any, error) {
	private, err := parseKey(data(args, 0))
	if err != nil {
		return nil, nil
	}
	public, err := parseKey(data(args, 1))
	if err != nil {
		return nil, nil
	}
	public = publicOf(public)
	own, ownErr := toECDH(private)
	their, ok := public.(*ecdh.PublicKey)
	if k, is := public.(*ecdsa.PublicKey); is {
		their, err = k.ECDH()
		ok = err == nil
	}
	if ownErr != nil || !ok {
		return nil, nil
	}
	secret, err := own.ECDH(their)
	if err != nil {
		return nil, nil
	}
	return secret, nil
}

func toECDH(key any) (*ecdh.PrivateKey, error) {
	switch k := key.(type) {
	case *ecdh.PrivateKey:
		return k, nil
	case *ecdsa.PrivateKey:
		return k.ECDH()
	}
	return nil, errors.New("not a key for this")
}
