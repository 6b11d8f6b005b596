package ops

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"math/big"
)

// hashIDs are the hashes that a signature can name.
var hashIDs = map[string]crypto.Hash{
	"md5": crypto.MD5, "sha1": crypto.SHA1, "sha224": crypto.SHA224, "sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512,
	"sha512-224": crypto.SHA512_224, "sha512-256": crypto.SHA512_256, "ripemd160": crypto.RIPEMD160,
	"sha3-224": crypto.SHA3_224, "sha3-256": crypto.SHA3_256, "sha3-384": crypto.SHA3_384, "sha3-512": crypto.SHA3_512,
}

// signing is what nodeSign and nodeVerify share: (key, hash, digest or, for
// Ed25519, the message, "pss" or "ieee-p1363" or "", length of PSS's salt).
type signing struct {
	key    any
	hash   crypto.Hash
	digest []byte
	pss    *rsa.PSSOptions
	ieee   bool
}

func signingOf(args []any) (*signing, bool) {
	key, err := parseKey(data(args, 0))
	s := &signing{key: key, hash: hashIDs[text(args, 1)], digest: data(args, 2), ieee: text(args, 3) == "ieee-p1363"}
	if text(args, 3) == "pss" {
		salt := number(args, 4)
		switch salt {
		case -1:
			salt = rsa.PSSSaltLengthEqualsHash
		case -2:
			salt = rsa.PSSSaltLengthAuto
		}
		s.pss = &rsa.PSSOptions{SaltLength: salt, Hash: s.hash}
	}
	if _, is := publicOf(key).(ed25519.PublicKey); !is && err == nil {
		return s, s.hash != 0 && len(s.digest) == s.hash.Size()
	}
	return s, err == nil
}

// nodeSign returns the signature, or undefined when the key can't sign.
func nodeSign(args []any) (any, error) {
	s, ok := signingOf(args)
	if !ok {
		return nil, nil
	}
	var (
		signature []byte
		err       error
	)
	switch k := s.key.(type) {
	case *rsa.PrivateKey:
		if s.pss != nil {
			signature, err = rsa.SignPSS(rand.Reader, k, s.hash, s.digest, s.pss)
		} else {
			signature, err = rsa.SignPKCS1v15(rand.Reader, k, s.hash, s.digest)
		}
	case *ecdsa.PrivateKey:
		signature, err = ecdsa.SignASN1(rand.Reader, k, s.digest)
		if err == nil && s.ieee {
			signature, err = toIEEE(signature, curveBytes(&k.PublicKey))
		}
	case ed25519.PrivateKey:
		signature = ed25519.Sign(k, s.digest)
	}
	if err != nil || signature == nil {
		return nil, nil
	}
	return signature, nil
}

func curveBytes(k *ecdsa.PublicKey) int { return (k.Curve.Params().BitSize + 7) / 8 }

type ecSignature struct{ R, S *big.Int }

func toIEEE(der []byte, size int) ([]byte, error) {
	var s ecSignature
	if _, err := asn1.Unmarshal(der, &s); err != nil {
		return nil, err
	}
	out := make([]byte, 2*size)
	s.R.FillBytes(out[:size])
	s.S.FillBytes(out[size:])
	return out, nil
}

func fromIEEE(raw []byte, size int) ([]byte, error) {
	if len(raw) != 2*size {
		return nil, asn1.StructuralError{Msg: "wrong length"}
	}
	return asn1.Marshal(ecSignature{new(big.Int).SetBytes(raw[:size]), new(big.Int).SetBytes(raw[size:])})
}

// nodeVerify(…, signature as sixth) reports whether it is the key's, or
// undefined when the key can't tell.
func nodeVerify(args []any) (any, error) {
	s, ok := signingOf(args)
	if !ok {
		return nil, nil
	}
	signature := data(args, 5)
	switch k := publicOf(s.key).(type) {
	case *rsa.PublicKey:
		if s.pss != nil {
			return rsa.VerifyPSS(k, s.hash, s.digest, signature, s.pss) == nil, nil
		}
		return rsa.VerifyPKCS1v15(k, s.hash, s.digest, signature) == nil, nil
	case *ecdsa.PublicKey:
		if s.ieee {
			der, err := fromIEEE(signature, curveBytes(k))
			if err != nil {
				return false, nil
			}
			signature = der
		}
		return ecdsa.VerifyASN1(k, s.digest, signature), nil
	case ed25519.PublicKey:
		return ed25519.Verify(k, s.digest, signature), nil
	}
	return nil, nil
}

// nodeRsaRaw(key, data, private, padded, back) is what an RSA key makes of a number: privateEncrypt and publicDecrypt (back), whose
// padding is that of signatures (RFC 8017, 9.2) without a hash, and either without padding; undefined when that fails.
func nodeRsaRaw(args []any) (any, error) {
	key, err := parseKey(data(args, 0))
	if err != nil {
		return nil, nil
	}
	in, padded, back := data(args, 1), flag(args, 3), flag(args, 4)
	private, isPrivate := key.(*rsa.PrivateKey)
	public, ok := publicOf(key).(*rsa.PublicKey)
	if !ok || flag(args, 2) && !isPrivate {
		return nil, nil
	}
	if padded && !back {
		out, err := rsa.SignPKCS1v15(nil, private, 0, in)
		if err != nil {
			return nil, nil
		}
		return out, nil
	}
	n := new(big.Int).SetBytes(in)
	if len(in) != public.Size() || n.Cmp(public.N) >= 0 {
		return nil, nil
	}
	if flag(args, 2) {
		n, err = blinded(private, n)
	} else {
		n.Exp(n, big.NewInt(int64(public.E)), public.N)
	}
	if err != nil {
		return nil, nil
	}
	out := n.FillBytes(make([]byte, public.Size()))
	if padded {
		return unpadded(out), nil
	}
	return out, nil
}

// blinded is n^d; how long it takes tells nothing of n.
func blinded(key *rsa.PrivateKey, n *big.Int) (*big.Int, error) {
	r, err := rand.Int(rand.Reader, key.N)
	if err != nil {
		return nil, err
	}
	inverse := new(big.Int).ModInverse(r, key.N)
	if inverse == nil {
		return nil, asn1.StructuralError{Msg: "no inverse"}
	}
	r.Exp(r, big.NewInt(int64(key.E)), key.N)
	n = new(big.Int).Exp(r.Mod(r.Mul(r, n), key.N), key.D, key.N)
	return n.Mod(n.Mul(n, inverse), key.N), nil
}

func unpadded(block []byte) any {
	if len(block) < 11 || block[0] != 0 || block[1] != 1 {
		return nil
	}
	for i := 2; i < len(block); i++ {
		switch {
		case block[i] == 0 && i >= 10:
			return block[i+1:]
		case block[i] != 0xff:
			return nil
		}
	}
	return nil
}

// nodeRsa(key, data, padding, hash, label) encrypts with a public key and
// decrypts with a private one; undefined when that fails.
func nodeRsa(args []any) (any, error) {
	key, err := parseKey(data(args, 0))
	newHash := nodeHashes[text(args, 3)]
	if err != nil || newHash == nil {
		return nil, nil
	}
	in, oaep, label := data(args, 1), text(args, 2) == "oaep", data(args, 4)
	var out []byte
	switch k := key.(type) {
	case *rsa.PublicKey:
		if oaep {
			out, err = rsa.EncryptOAEP(newHash(), rand.Reader, k, in, label)
		} else {
			//lint:ignore SA1019 node:crypto has it
			out, err = rsa.EncryptPKCS1v15(rand.Reader, k, in)
		}
	case *rsa.PrivateKey:
		if oaep {
			out, err = rsa.DecryptOAEP(newHash(), rand.Reader, k, in, label)
		} else {
			//lint:ignore SA1019 node:crypto has it
			out, err = rsa.DecryptPKCS1v15(rand.Reader, k, in)
		}
	}
	if err != nil || out == nil {
		return nil, nil
	}
	return out, nil
}
