package ops

import (
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/rand"

	"golang.org/x/crypto/scrypt"

	"stockade.dev/stockade/workerproc/engine"
)

// nodeKDFOps derive keys for node:crypto.
var nodeKDFOps = map[string]engine.Op{
	"nodePbkdf2": nodePbkdf2,
	"nodeScrypt": nodeScrypt,
	"nodeHkdf":   nodeHkdf,
	"nodeRandom": nodeRandom,
}

const (
	maxDerived    = 1 << 20  // bytes
	maxScrypt     = 64 << 20 // bytes of memory
	maxScryptWork = 1 << 30
	maxNodeRandom = 64 << 20 // bytes
)

// nodePbkdf2(hash, password, salt, iterations, length), RFC 8018.
func nodePbkdf2(args []any) (any, error) {
	newHash, iterations, length := nodeHashes[text(args, 0)], number(args, 3), number(args, 4)
	if newHash == nil || iterations < 1 || iterations > maxIterations || length < 0 ||
		length > maxDerived || (length/newHash().Size()+1)*iterations > maxRounds {
		return fail("RangeError", "Pbkdf2 failed")
	}
	return ifDerived(length, func() ([]byte, error) {
		return pbkdf2.Key(newHash, string(data(args, 1)), data(args, 2), iterations, length)
	})
}

// ifDerived is empty for no length, which the libraries refuse.
func ifDerived(length int, derive func() ([]byte, error)) (any, error) {
	if length == 0 {
		return []byte{}, nil
	}
	key, err := derive()
	if err != nil {
		return fail("Error", err.Error())
	}
	return key, nil
}

// nodeScrypt(password, salt, N, r, p, length), RFC 7914.
func nodeScrypt(args []any) (any, error) {
	n, r, p, length := number(args, 2), number(args, 3), number(args, 4), number(args, 5)
	if n < 2 || r < 1 || p < 1 || r > maxScrypt/128/n || p > maxScryptWork/128/n/r || length < 0 || length > maxDerived {
		return fail("RangeError", "Scrypt failed")
	}
	return ifDerived(length, func() ([]byte, error) { return scrypt.Key(data(args, 0), data(args, 1), n, r, p, length) })
}

// nodeHkdf(hash, key, salt, info, length), RFC 5869.
func nodeHkdf(args []any) (any, error) {
	newHash, length := nodeHashes[text(args, 0)], number(args, 4)
	if newHash == nil || length < 0 {
		return fail("RangeError", "Hkdf failed")
	}
	return ifDerived(length, func() ([]byte, error) {
		return hkdf.Key(newHash, data(args, 1), data(args, 2), string(data(args, 3)), length)
	})
}

// nodeRandom(n) returns n random bytes.
func nodeRandom(args []any) (any, error) {
	n := number(args, 0)
	if n < 0 || n > maxNodeRandom {
		return fail("RangeError", "Too many random bytes at once")
	}
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b, nil
}
