package ops

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"stockade.dev/stockade/workerproc/engine"
)

var digestOps = map[string]engine.Op{"digest": digest}

const noDigest = "Unrecognized or unimplemented digest algorithm requested."

func hashOf(name string) func() hash.Hash {
	switch name {
	case "MD5":
		return md5.New
	case "SHA-1":
		return sha1.New
	case "SHA-256":
		return sha256.New
	case "SHA-384":
		return sha512.New384
	case "SHA-512":
		return sha512.New
	}
	return nil
}

// digest(algorithm, bytes) hashes; the algorithm is spelt as WebCrypto does.
func digest(args []any) (any, error) {
	newHash := hashOf(text(args, 0))
	if newHash == nil {
		return fail("NotSupportedError", noDigest)
	}
	h := newHash()
	h.Write(data(args, 1))
	return h.Sum(nil), nil
}
