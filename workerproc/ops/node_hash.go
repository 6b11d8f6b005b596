package ops

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	marshal "encoding"
	"errors"
	"hash"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
	//lint:ignore SA1019 node:crypto has it
	"golang.org/x/crypto/md4"
	//lint:ignore SA1019 node:crypto has it
	"golang.org/x/crypto/ripemd160"

	"stockade.dev/stockade/workerproc/engine"
)

// nodeHashOps are hashes and HMACs of node:crypto. What has been hashed so far
// travels as bytes, so that an op keeps nothing.
var nodeHashOps = map[string]engine.Op{
	"nodeHash":     nodeHash,
	"nodeHmac":     nodeHmac,
	"nodeHashSize": nodeHashSize,
}

// xof is a function with as much output as one likes, as a hash.Hash.
type xof struct {
	*sha3.SHAKE
	size int
}

func (x xof) Size() int { return x.size }
func (x xof) Sum(b []byte) []byte {
	out := make([]byte, x.size)
	_, _ = x.Read(out)
	return append(b, out...)
}

// md5sha1 is one after the other, as TLS 1.1 signed with RSA.
type md5sha1 struct{ md5, sha1 hash.Hash }

func (h md5sha1) Write(p []byte) (int, error) { h.md5.Write(p); return h.sha1.Write(p) }
func (h md5sha1) Sum(b []byte) []byte         { return h.sha1.Sum(h.md5.Sum(b)) }
func (h md5sha1) Reset()                      { h.md5.Reset(); h.sha1.Reset() }
func (h md5sha1) Size() int                   { return md5.Size + sha1.Size }
func (h md5sha1) BlockSize() int              { return md5.BlockSize }

func (h md5sha1) MarshalBinary() ([]byte, error) {
	one, err := h.md5.(marshal.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return nil, err
	}
	two, err := h.sha1.(marshal.BinaryMarshaler).MarshalBinary()
	return append(one, two...), err
}

func (h md5sha1) UnmarshalBinary(state []byte) error {
	one, err := h.md5.(marshal.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return err
	}
	if len(state) < len(one) {
		return errors.New("the state is too short")
	}
	if err := h.md5.(marshal.BinaryUnmarshaler).UnmarshalBinary(state[:len(one)]); err != nil {
		return err
	}
	return h.sha1.(marshal.BinaryUnmarshaler).UnmarshalBinary(state[len(one):])
}

func unkeyed(f func([]byte) (hash.Hash, error)) func() hash.Hash {
	return func() hash.Hash {
		h, err := f(nil)
		if err != nil {
			panic(err) // there is no key that could be wrong
		}
		return h
	}
}

// nodeHashes are those of node:crypto by OpenSSL's names.
var nodeHashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
	"sha512-224": sha512.New512_224, "sha512-256": sha512.New512_256, "ripemd160": ripemd160.New,
	"md4": md4.New, "md5-sha1": func() hash.Hash { return md5sha1{md5.New(), sha1.New()} },
	"sha3-224":   func() hash.Hash { return sha3.New224() },
	"sha3-256":   func() hash.Hash { return sha3.New256() },
	"sha3-384":   func() hash.Hash { return sha3.New384() },
	"sha3-512":   func() hash.Hash { return sha3.New512() },
	"shake128":   func() hash.Hash { return xof{sha3.NewSHAKE128(), 16} },
	"shake256":   func() hash.Hash { return xof{sha3.NewSHAKE256(), 32} },
	"blake2b512": unkeyed(blake2b.New512), "blake2s256": unkeyed(blake2s.New256),
}

const badState = "The state of the digest is not valid."

// restore continues a hash from its state; one that can't tell its state has
// all its input instead.
func restore(h hash.Hash, state []byte) error {
	if len(state) == 0 {
		return nil
	}
	if r, ok := h.(marshal.BinaryUnmarshaler); ok {
		return r.UnmarshalBinary(state)
	}
	_, err := h.Write(state)
	return err
}

func stateOf(h hash.Hash, before, input []byte) ([]byte, error) {
	if m, ok := h.(marshal.BinaryMarshaler); ok {
		return m.MarshalBinary()
	}
	return append(append([]byte{}, before...), input...), nil
}

// nodeHash(algorithm, state, data, final, size) returns the next state, or the
// digest; undefined for an unknown algorithm. size is for those that have no
// size of their own.
func nodeHash(args []any) (any, error) {
	newHash := nodeHashes[text(args, 0)]
	if newHash == nil {
		return nil, nil
	}
	h := newHash()
	if err := restore(h, data(args, 1)); err != nil {
		return fail("Error", badState)
	}
	h.Write(data(args, 2))
	if !flag(args, 3) {
		return stateOf(h, data(args, 1), data(args, 2))
	}
	if x, is := h.(xof); is && len(args) > 4 && number(args, 4) > 0 {
		x.size = min(number(args, 4), 1<<20)
		h = x
	}
	return h.Sum(nil), nil
}

// nodeHmac(algorithm, key, state, data, final): the state is that of the inner
// hash (RFC 2104).
func nodeHmac(args []any) (any, error) {
	newHash := nodeHashes[text(args, 0)]
	if newHash == nil {
		return nil, nil
	}
	key, state := data(args, 1), data(args, 2)
	inner := newHash()
	if _, is := inner.(xof); is {
		return nil, nil
	}
	if len(state) == 0 {
		state = pad(newHash, key, 0x36)
		inner.Write(state)
	} else if err := restore(inner, state); err != nil {
		return fail("Error", badState)
	}
	inner.Write(data(args, 3))
	if !flag(args, 4) {
		return stateOf(inner, state, data(args, 3))
	}
	outer := newHash()
	outer.Write(pad(newHash, key, 0x5c))
	outer.Write(inner.Sum(nil))
	return outer.Sum(nil), nil
}

func pad(newHash func() hash.Hash, key []byte, with byte) []byte {
	h := newHash()
	if len(key) > h.BlockSize() {
		h.Write(key)
		key = h.Sum(nil)
	}
	block := make([]byte, h.BlockSize())
	copy(block, key)
	for i := range block {
		block[i] ^= with
	}
	return block
}

// nodeHashSize(algorithm) is the length of its digest, or undefined.
func nodeHashSize(args []any) (any, error) {
	newHash := nodeHashes[text(args, 0)]
	if newHash == nil {
		return nil, nil
	}
	return newHash().Size(), nil
}
