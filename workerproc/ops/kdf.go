package ops

import (
	"crypto/hkdf"
	"crypto/pbkdf2"
	"fmt"

	"stockade.dev/stockade/workerproc/engine"
)

var kdfOps = map[string]engine.Op{
	"hkdf":   hkdfOp,
	"pbkdf2": pbkdf2Op,
}

// The Workers runtime's limit on iterations, and ours on those of all blocks
// of the output together: an op can't be interrupted, and two million are
// about half a second.
const (
	maxIterations = 100_000
	maxRounds     = 2_000_000
)

// hkdf(hash, key, salt, info, n) derives n bytes (RFC 5869).
func hkdfOp(args []any) (any, error) {
	newHash, n := hashOf(text(args, 0)), number(args, 4)
	if newHash == nil {
		return fail("NotSupportedError", noDigest)
	}
	if n == 0 {
		return []byte{}, nil
	}
	if n < 0 || n > 255*newHash().Size() {
		return fail("OperationError", "HKDF deriveBits failed.")
	}
	out, err := hkdf.Key(newHash, data(args, 1), data(args, 2), string(data(args, 3)), n)
	if err != nil {
		return fail("OperationError", "HKDF deriveBits failed.")
	}
	return out, nil
}

// pbkdf2(hash, password, salt, iterations, n) derives n bytes (RFC 8018).
func pbkdf2Op(args []any) (any, error) {
	newHash, iterations, n := hashOf(text(args, 0)), number(args, 3), number(args, 4)
	if newHash == nil {
		return fail("NotSupportedError", noDigest)
	}
	if iterations > maxIterations {
		return fail("NotSupportedError", fmt.Sprintf("Pbkdf2 failed: iteration counts above %d are not supported (requested %d).", maxIterations, iterations))
	}
	if iterations <= 0 {
		return fail("OperationError", fmt.Sprintf("PBKDF2 requires a positive iteration count (requested %d).", iterations))
	}
	if n == 0 {
		return []byte{}, nil
	}
	if blocks := n/newHash().Size() + 1; n < 0 || blocks > maxRounds/iterations {
		return fail("OperationError", "PBKDF2 deriveBits failed.")
	}
	out, err := pbkdf2.Key(newHash, string(data(args, 1)), data(args, 2), iterations, n)
	if err != nil {
		return fail("OperationError", "PBKDF2 deriveBits failed.")
	}
	return out, nil
}
