package ops

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"hash"
	"math/big"

	"stockade.dev/stockade/workerproc/engine"
)

var rsaOps = map[string]engine.Op{
	"rsaGenerate":   rsaGenerate,
	"rsaImport":     rsaImport,
	"rsaFromJWK":    rsaFromJWK,
	"rsaParts":      rsaParts,
	"rsaSign":       rsaSign,
	"rsaCheck":      rsaCheck,
	"rsaEncryption": rsaEncryption,
}

// RSA keys cross as DER: PKCS #8 and SubjectPublicKeyInfo. An op can't be
// interrupted, so sizes are bounded: a key of 4096 bits is made in about two
// seconds, and one of 8192 bits signs in 50 ms.
const (
	maxGenerated = 4096
	maxModulus   = 8192
)

// rsaGenerate(bits) returns [pkcs8, spki] of a key with exponent 65537.
func rsaGenerate(args []any) (any, error) {
	bits := number(args, 0)
	if bits < 1024 || bits > maxGenerated {
		return fail("OperationError", "RSA keys can be generated with 1024 to 4096 bits.")
	}
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return fail("OperationError", "Failed to generate the key.")
	}
	return pairDER(key, &key.PublicKey)
}

// rsaImport(format, bytes) reads a key of format "pkcs8" or "spki" into
// [der, bits, exponent].
func rsaImport(args []any) (any, error) {
	format, in := text(args, 0), data(args, 1)
	read, bad := parseSPKI, badSPKI
	if format == "pkcs8" {
		read, bad = parsePKCS8, badPKCS8
	}
	if len(in) > maxDER {
		return fail("DataError", bad)
	}
	parsed, err := read(in)
	if err != nil {
		return nil, err
	}
	switch key := parsed.(type) {
	case *rsa.PrivateKey:
		if len(key.Primes) == 2 && bounded(&key.PublicKey) {
			return described(&key.PublicKey)(x509.MarshalPKCS8PrivateKey(key))
		}
	case *rsa.PublicKey:
		if bounded(key) {
			return described(key)(x509.MarshalPKIXPublicKey(key))
		}
	default:
		return fail("DataError", "Input was not an RSA key.")
	}
	return fail("DataError", bad)
}

// described adds to a key's DER what its algorithm says of it.
func described(key *rsa.PublicKey) func([]byte, error) (any, error) {
	return func(der []byte, err error) (any, error) {
		if err != nil {
			return fail("DataError", "Invalid RSA key.")
		}
		return []any{der, key.N.BitLen(), big.NewInt(int64(key.E)).Bytes()}, nil
	}
}

func rsaPrivate(der []byte) (*rsa.PrivateKey, bool) {
	if len(der) > maxDER {
		return nil, false
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	key, ok := parsed.(*rsa.PrivateKey)
	return key, ok && err == nil && len(key.Primes) == 2 && bounded(&key.PublicKey)
}

func rsaPublic(der []byte) (*rsa.PublicKey, bool) {
	if len(der) > maxDER {
		return nil, false
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	key, ok := parsed.(*rsa.PublicKey)
	return key, ok && err == nil && bounded(key)
}

func bounded(key *rsa.PublicKey) bool {
	return key.N.BitLen() <= maxModulus && key.N.BitLen() >= 256 && key.N.Bit(0) == 1 && key.E >= 3 && key.E&1 == 1
}

// rsaFromJWK([n, e, d, p, q, dp, dq, qi]) reads the numbers of a JSON Web Key
// (RFC 7518) as rsaImport does; a public one has two.
func rsaFromJWK(args []any) (any, error) {
	var numbers []*big.Int
	for _, v := range list(args, 0) {
		b, _ := v.([]byte)
		if len(b) > maxModulus/8 {
			return fail("DataError", "Invalid RSA key.")
		}
		numbers = append(numbers, new(big.Int).SetBytes(b))
	}
	if len(numbers) != 2 && len(numbers) != 8 || !numbers[1].IsInt64() || numbers[1].BitLen() > 31 {
		return fail("DataError", "Invalid RSA key.")
	}
	public := rsa.PublicKey{N: numbers[0], E: int(numbers[1].Int64())}
	if !bounded(&public) {
		return fail("DataError", "Invalid RSA key.")
	}
	if len(numbers) == 2 {
		return described(&public)(x509.MarshalPKIXPublicKey(&public))
	}
	key := &rsa.PrivateKey{PublicKey: public, D: numbers[2], Primes: numbers[3:5]}
	if key.D.Sign() == 0 || key.Primes[0].Sign() == 0 || key.Primes[1].Sign() == 0 || key.Validate() != nil {
		return fail("DataError", "Invalid RSA key.")
	}
	key.Precompute()
	if key.Precomputed.Dp == nil || key.Precomputed.Dp.Cmp(numbers[5]) != 0 || key.Precomputed.Dq.Cmp(numbers[6]) != 0 || key.Precomputed.Qinv.Cmp(numbers[7]) != 0 {
		return fail("DataError", "Invalid RSA key.")
	}
	return described(&public)(x509.MarshalPKCS8PrivateKey(key))
}

// rsaParts(private, der) is the inverse of rsaFromJWK.
func rsaParts(args []any) (any, error) {
	if !flag(args, 0) {
		key, ok := rsaPublic(data(args, 1))
		if !ok {
			return fail("OperationError", "Invalid RSA key.")
		}
		return []any{key.N.Bytes(), big.NewInt(int64(key.E)).Bytes()}, nil
	}
	key, ok := rsaPrivate(data(args, 1))
	if !ok {
		return fail("OperationError", "Invalid RSA key.")
	}
	out := []any{}
	for _, n := range []*big.Int{key.N, big.NewInt(int64(key.E)), key.D, key.Primes[0], key.Primes[1],
		key.Precomputed.Dp, key.Precomputed.Dq, key.Precomputed.Qinv} {
		out = append(out, n.Bytes())
	}
	return out, nil
}

var cryptoHashes = map[string]crypto.Hash{"MD5": crypto.MD5, "SHA-1": crypto.SHA1, "SHA-256": crypto.SHA256,
	"SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512}

func sum(h hash.Hash, b []byte) []byte {
	h.Write(b)
	return h.Sum(nil)
}

// rsaSign(hash, pkcs8, salt, bytes) signs: by PKCS #1 v1.5 when salt is
// undefined, else by PSS with a salt of so many bytes (RFC 8017).
func rsaSign(args []any) (any, error) {
	kind, known := cryptoHashes[text(args, 0)]
	key, ok := rsaPrivate(data(args, 1))
	if !known || !ok {
		return fail("OperationError", "Failed to sign.")
	}
	var (
		digest    = sum(kind.New(), data(args, 3))
		salt      = number(args, 2)
		signature []byte
		err       error
	)
	switch {
	case args[2] == nil:
		signature, err = rsa.SignPKCS1v15(nil, key, kind, digest)
	case salt == 0:
		signature, err = signUnsalted(key, kind, digest)
	default:
		signature, err = rsa.SignPSS(rand.Reader, key, kind, digest, &rsa.PSSOptions{SaltLength: salt})
	}
	if err != nil {
		return fail("OperationError", "key too small for signing with given digest and salt length")
	}
	return signature, nil
}

// rsaCheck(hash, spki, salt, signature, bytes) verifies as rsaSign signs.
func rsaCheck(args []any) (any, error) {
	kind, known := cryptoHashes[text(args, 0)]
	key, ok := rsaPublic(data(args, 1))
	if !known || !ok {
		return fail("OperationError", "Failed to verify.")
	}
	digest, signature := sum(kind.New(), data(args, 4)), data(args, 3)
	switch {
	case args[2] == nil:
		return rsa.VerifyPKCS1v15(key, kind, digest, signature) == nil, nil
	case number(args, 2) == 0:
		return checkUnsalted(key, kind, digest, signature), nil
	}
	return rsa.VerifyPSS(key, kind, digest, signature, &rsa.PSSOptions{SaltLength: number(args, 2)}) == nil, nil
}

// rsaEncryption(encrypt, hash, der, label, bytes) is RSA-OAEP.
func rsaEncryption(args []any) (any, error) {
	kind, known := cryptoHashes[text(args, 1)]
	if !known {
		return fail("NotSupportedError", noDigest)
	}
	var (
		out []byte
		why = "."
		err = rsa.ErrDecryption
	)
	if flag(args, 0) {
		if key, ok := rsaPublic(data(args, 2)); ok {
			why = oaepLimit(key, kind)
			out, err = rsa.EncryptOAEP(kind.New(), rand.Reader, key, data(args, 4), data(args, 3))
		}
	} else if key, ok := rsaPrivate(data(args, 2)); ok {
		if len(data(args, 4)) != key.Size() {
			why = ": Invalid RSA signature.."
		}
		out, err = rsa.DecryptOAEP(kind.New(), nil, key, data(args, 4), data(args, 3))
	}
	if err != nil {
		return fail("OperationError", "RSA-OAEP failed encrypt/decrypt"+why)
	}
	return append([]byte{}, out...), nil
}

// oaepLimit ends the error of an encryption that fails.
func oaepLimit(key *rsa.PublicKey, kind crypto.Hash) string {
	if key.Size() < 2*kind.Size()+2 {
		return ": RSA key size is too small.."
	}
	return "."
}

// PSS without a salt: to the library a length of 0 means any. What follows is
// EMSA-PSS of RFC 8017, 9.1, for that case; nothing in it is random.

func encodeUnsalted(kind crypto.Hash, digest []byte, bits int) ([]byte, bool) {
	em := make([]byte, (bits+7)/8)
	db := len(em) - kind.Size() - 1
	if db < 1 {
		return nil, false
	}
	copy(em[db:], sum(kind.New(), append(make([]byte, 8), digest...)))
	em[len(em)-1] = 0xbc
	em[db-1] = 1
	mask := em[:0:0]
	for n := byte(0); len(mask) < db; n++ {
		mask = append(mask, sum(kind.New(), append(bytes.Clone(em[db:db+kind.Size()]), 0, 0, 0, n))...)
	}
	for i := range db {
		em[i] ^= mask[i]
	}
	em[0] &= 0xff >> (8*len(em) - bits)
	return em, true
}

// signUnsalted blinds the exponentiation, whose time depends on its numbers.
func signUnsalted(key *rsa.PrivateKey, kind crypto.Hash, digest []byte) ([]byte, error) {
	em, ok := encodeUnsalted(kind, digest, key.N.BitLen()-1)
	if !ok || key.N.BitLen() < 1024 {
		return nil, rsa.ErrMessageTooLong
	}
	r, err := rand.Int(rand.Reader, key.N)
	if err != nil {
		return nil, err
	}
	undo := new(big.Int).ModInverse(r, key.N)
	if undo == nil {
		return nil, rsa.ErrDecryption // r is 0 or shares a factor with N
	}
	m := new(big.Int).Exp(r, big.NewInt(int64(key.E)), key.N)
	m.Mul(m, new(big.Int).SetBytes(em)).Mod(m, key.N)
	m.Exp(m, key.D, key.N)
	m.Mul(m, undo).Mod(m, key.N)
	return m.FillBytes(make([]byte, key.Size())), nil
}

func checkUnsalted(key *rsa.PublicKey, kind crypto.Hash, digest, signature []byte) bool {
	em, ok := encodeUnsalted(kind, digest, key.N.BitLen()-1)
	s := new(big.Int).SetBytes(signature)
	if !ok || len(signature) != key.Size() || s.Cmp(key.N) >= 0 {
		return false
	}
	s.Exp(s, big.NewInt(int64(key.E)), key.N)
	return s.Cmp(new(big.Int).SetBytes(em)) == 0
}
