package ops

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rc4"
	"crypto/subtle"

	"golang.org/x/crypto/chacha20poly1305"

	"stockade.dev/stockade/workerproc/engine"
)

// nodeCipherOps are the ciphers of node:crypto.
var nodeCipherOps = map[string]engine.Op{
	"nodeBlocks": nodeBlocks,
	"nodeStream": nodeStream,
	"nodeSeal":   nodeSeal,
	"nodeOpen":   nodeOpen,
	"nodeOfb":    nodeOfb,
	"nodeRc4":    nodeRc4,
}

func blockOf(name string, key []byte) (cipher.Block, error) {
	switch name {
	case "des":
		return des.NewCipher(key)
	case "des-ede": // the third key is the first
		if len(key) == 16 {
			key = append(append([]byte{}, key...), key[:8]...)
		}
		return des.NewTripleDESCipher(key)
	case "des-ede3":
		return des.NewTripleDESCipher(key)
	}
	return aes.NewCipher(key)
}

// nodeBlocks(cipher, key, iv, data, decrypt) en- or decrypts whole blocks: CBC
// with an iv, else ECB. It returns [bytes, next iv].
func nodeBlocks(args []any) (any, error) {
	block, err := blockOf(text(args, 0), data(args, 1))
	iv, in, decrypt := data(args, 2), data(args, 3), flag(args, 4)
	if err != nil || len(in)%block.BlockSize() != 0 || len(iv) != 0 && len(iv) != block.BlockSize() {
		return fail("RangeError", "Invalid key, initialization vector or length")
	}
	out := make([]byte, len(in))
	switch {
	case len(iv) == 0:
		ecb(block, out, in, decrypt)
		return []any{out, nil}, nil
	case len(in) == 0:
		return []any{out, iv}, nil
	case decrypt:
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, in)
		return []any{out, in[len(in)-len(iv):]}, nil
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, in)
	return []any{out, out[len(out)-len(iv):]}, nil
}

func ecb(block cipher.Block, out, in []byte, decrypt bool) {
	for at := 0; at < len(in); at += block.BlockSize() {
		if decrypt {
			block.Decrypt(out[at:], in[at:])
		} else {
			block.Encrypt(out[at:], in[at:])
		}
	}
}

// nodeStream(key, iv, offset, data) is AES-CTR from that byte of its stream on.
func nodeStream(args []any) (any, error) {
	block, err := aes.NewCipher(data(args, 0))
	iv, offset, in := append([]byte{}, data(args, 1)...), number(args, 2), data(args, 3)
	if err != nil || len(iv) != aes.BlockSize || offset < 0 {
		return fail("RangeError", "Invalid key or initialization vector")
	}
	carry := offset / aes.BlockSize
	for i := len(iv) - 1; i >= 0 && carry > 0; i-- {
		carry += int(iv[i])
		iv[i] = byte(carry)
		carry >>= 8
	}
	stream := cipher.NewCTR(block, iv)
	var skipped [aes.BlockSize]byte
	stream.XORKeyStream(skipped[:offset%aes.BlockSize], skipped[:offset%aes.BlockSize])
	out := make([]byte, len(in))
	stream.XORKeyStream(out, in)
	return out, nil
}

// nodeOfb(key, iv, offset, data) is AES-OFB from that byte of its stream on. Its stream can't be entered but from the start,
// so what comes before is made again: long texts are for one call.
func nodeOfb(args []any) (any, error) {
	block, err := aes.NewCipher(data(args, 0))
	iv, offset, in := data(args, 1), number(args, 2), data(args, 3)
	if err != nil || len(iv) != aes.BlockSize || offset < 0 || offset > maxSkipped {
		return fail("RangeError", "Invalid key or initialization vector")
	}
	//lint:ignore SA1019 node:crypto has it
	return skipping(cipher.NewOFB(block, iv), offset, in), nil
}

// nodeRc4(key, offset, data) is RC4 from that byte of its stream on.
func nodeRc4(args []any) (any, error) {
	stream, err := rc4.NewCipher(data(args, 0))
	if err != nil || number(args, 1) < 0 || number(args, 1) > maxSkipped {
		return fail("RangeError", "Invalid key length")
	}
	return skipping(stream, number(args, 1), data(args, 2)), nil
}

const maxSkipped = 64 << 20

func skipping(stream cipher.Stream, offset int, in []byte) []byte {
	skipped := make([]byte, min(offset, 64<<10))
	for ; offset > 0; offset -= len(skipped) {
		skipped = skipped[:min(offset, len(skipped))]
		stream.XORKeyStream(skipped, skipped)
	}
	out := make([]byte, len(in))
	stream.XORKeyStream(out, in)
	return out
}

func aeadOf(name string, key, nonce []byte) (cipher.AEAD, error) {
	if name == "chacha20-poly1305" {
		return chacha20poly1305.New(key)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithNonceSize(block, len(nonce))
}

const badAEAD = "Invalid key or initialization vector"

// nodeSeal(cipher, key, nonce, data, additional) returns data encrypted, with
// the tag of 16 bytes behind it.
func nodeSeal(args []any) (any, error) {
	nonce := data(args, 2)
	aead, err := aeadOf(text(args, 0), data(args, 1), nonce)
	if err != nil || len(nonce) != aead.NonceSize() {
		return fail("RangeError", badAEAD)
	}
	return aead.Seal(nil, nonce, data(args, 3), data(args, 4)), nil
}

// nodeOpen(cipher, key, nonce, data, additional, tag) returns data decrypted,
// or undefined when the tag, which may be shorter than 16 bytes, isn't its.
func nodeOpen(args []any) (any, error) {
	nonce, sealed, additional, tag := data(args, 2), data(args, 3), data(args, 4), data(args, 5)
	aead, err := aeadOf(text(args, 0), data(args, 1), nonce)
	if err != nil || len(nonce) != aead.NonceSize() {
		return fail("RangeError", badAEAD)
	}
	if len(tag) == aead.Overhead() {
		plain, err := aead.Open(nil, nonce, append(append([]byte{}, sealed...), tag...), additional)
		if err != nil {
			return nil, nil
		}
		return append([]byte{}, plain...), nil
	}
	// Both ciphers are a stream xor the text: sealing what is sealed opens it.
	plain := aead.Seal(nil, nonce, sealed, nil)[:len(sealed)]
	whole := aead.Seal(nil, nonce, plain, additional)[len(plain):]
	if len(tag) == 0 || len(tag) > len(whole) || subtle.ConstantTimeCompare(whole[:len(tag)], tag) != 1 {
		return nil, nil
	}
	return plain, nil
}
