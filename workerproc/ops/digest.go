package ops

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding"
	"hash"

	"stockade.dev/stockade/workerproc/engine"
)

var digestOps = map[string]engine.Op{
	"digest":     digest,
	"digestStep": digestStep,
	"digestEnd":  digestEnd,
}

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

// digestStep(algorithm, state, bytes) hashes more and returns the new state;
// the first is undefined.
func digestStep(args []any) (any, error) {
	h, err := resume(text(args, 0), data(args, 1))
	if err != nil {
		return nil, err
	}
	h.Write(data(args, 2))
	return h.(encoding.BinaryMarshaler).MarshalBinary()
}

// digestEnd(algorithm, state) returns the hash of what the steps were given.
func digestEnd(args []any) (any, error) {
	h, err := resume(text(args, 0), data(args, 1))
	if err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}

func resume(name string, state []byte) (hash.Hash, error) {
	newHash := hashOf(name)
	if newHash == nil {
		return nil, &engine.Error{Name: "NotSupportedError", Message: noDigest}
	}
	h := newHash()
	if state == nil {
		return h, nil
	}
	return h, h.(encoding.BinaryUnmarshaler).UnmarshalBinary(state)
}
