package ops

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"

	"stockade.dev/stockade/workerproc/engine"
)

var aesOps = map[string]engine.Op{
	"aesGCM": aesGCM,
	"aesCBC": aesCBC,
	"aesCTR": aesCTR,
	"aesKW":  aesKW,
}

// undecipherable has workerd's words; it says no more than that, so that the
// error is no oracle.
func undecipherable(mode string, in, out int) (any, error) {
	return fail("OperationError", fmt.Sprintf("Decryption failed. This could be due to a ciphertext authentication failure, bad padding, "+
		"incorrect CryptoKey, or another algorithm-specific reason. Input length was %d, output length expected to be %d for %s", in, out, mode))
}

func badKey() (any, error) { return fail("OperationError", "The key has a wrong length.") }

// aesGCM(encrypt, key, iv, aad, tag, bytes) is AES-GCM (NIST SP 800-38D) with
// a tag of so many bytes behind the ciphertext.
func aesGCM(args []any) (any, error) {
	key, iv, aad, size, in := data(args, 1), data(args, 2), data(args, 3), number(args, 4), data(args, 5)
	block, err := aes.NewCipher(key)
	if err != nil || len(iv) == 0 || size < 4 || size > 16 {
		return badKey()
	}
	gcm, err := cipher.NewGCMWithNonceSize(block, len(iv))
	if err != nil {
		return badKey()
	}
	if flag(args, 0) {
		sealed := gcm.Seal(nil, iv, in, aad)
		return sealed[:len(in)+size], nil
	}
	n := len(in) - size
	if n < 0 {
		return fail("OperationError", fmt.Sprintf("Ciphertext length of %d bits must be greater than or equal to the size of the AES-GCM tag length of %d bits.", 8*len(in), 8*size))
	}
	out, ok := openGCM(gcm, iv, aad, in[:n], in[n:])
	if !ok {
		return undecipherable("AES-GCM", n, n)
	}
	return out, nil
}

// openGCM decrypts. The library opens full tags only; for a shorter one the
// keystream is applied by sealing, once to decrypt and once for the tag.
func openGCM(gcm cipher.AEAD, iv, aad, sealed, tag []byte) ([]byte, bool) {
	if len(tag) == gcm.Overhead() {
		out, err := gcm.Open([]byte{}, iv, append(bytes.Clone(sealed), tag...), aad)
		return out, err == nil
	}
	out := gcm.Seal(nil, iv, sealed, aad)[:len(sealed):len(sealed)]
	again := gcm.Seal(nil, iv, out, aad)
	return out, subtle.ConstantTimeCompare(again[len(sealed):len(sealed)+len(tag)], tag) == 1
}

// aesCBC(encrypt, key, iv, bytes) is AES-CBC with PKCS #7 padding.
func aesCBC(args []any) (any, error) {
	key, iv, in := data(args, 1), data(args, 2), data(args, 3)
	block, err := aes.NewCipher(key)
	if err != nil || len(iv) != aes.BlockSize {
		return badKey()
	}
	if flag(args, 0) {
		pad := aes.BlockSize - len(in)%aes.BlockSize
		out := append(bytes.Clone(in), bytes.Repeat([]byte{byte(pad)}, pad)...)
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, out)
		return out, nil
	}
	expected := max(0, len(in)-1) / aes.BlockSize * aes.BlockSize
	if len(in) == 0 || len(in)%aes.BlockSize != 0 {
		return undecipherable("AES-CBC", len(in), expected)
	}
	out := bytes.Clone(in)
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, out)
	pad := int(out[len(out)-1])
	if pad == 0 || pad > aes.BlockSize || !bytes.Equal(out[len(out)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return undecipherable("AES-CBC", len(in), expected)
	}
	return out[:len(out)-pad], nil
}

// aesCTR(key, counter, bits, bytes) encrypts or decrypts. The lowest bits of
// the counter count and start again at 0; the rest stay as they are.
func aesCTR(args []any) (any, error) {
	key, counter, bits, in := data(args, 0), data(args, 1), number(args, 2), data(args, 3)
	block, err := aes.NewCipher(key)
	if err != nil || len(counter) != aes.BlockSize || bits < 1 || bits > 128 {
		return badKey()
	}
	blocks := int64((len(in) + aes.BlockSize - 1) / aes.BlockSize)
	period := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	if big.NewInt(blocks).Cmp(period) > 0 {
		return fail("OperationError", "Counter block values will repeat.")
	}
	at := new(big.Int).SetBytes(counter)
	low := new(big.Int).Mod(at, period)
	left := new(big.Int).Sub(period, low) // until the counter starts again
	out := make([]byte, len(in))
	first := len(in)
	if left.Cmp(big.NewInt(blocks)) < 0 {
		first = int(left.Int64()) * aes.BlockSize
	}
	cipher.NewCTR(block, counter).XORKeyStream(out[:first], in[:first])
	if first < len(in) {
		again := at.Sub(at, low).FillBytes(make([]byte, aes.BlockSize))
		cipher.NewCTR(block, again).XORKeyStream(out[first:], in[first:])
	}
	return out, nil
}

// aesKW(wrap, key, bytes) is the key wrap of RFC 3394.
func aesKW(args []any) (any, error) {
	block, err := aes.NewCipher(data(args, 1))
	if err != nil {
		return badKey()
	}
	in := data(args, 2)
	if flag(args, 0) {
		return checkedWrap(block, in)
	}
	return checkedUnwrap(block, in)
}

func checkedWrap(block cipher.Block, in []byte) (any, error) {
	switch {
	case len(in)%8 != 0:
		return fail("OperationError", fmt.Sprintf("Unwrapped key bit length must be a multiple of 64 bits but unwrapped key has a length of %d bits.", 8*len(in)))
	case len(in) < 16:
		return fail("OperationError", fmt.Sprintf("Unwrapped key has length %d bytes but it should be greater than or equal to 16 and less than or equal to %d", len(in), uint64(math.MaxUint64-8)))
	}
	return wrapKW(block, in), nil
}

func checkedUnwrap(block cipher.Block, in []byte) (any, error) {
	switch {
	case len(in)%8 != 0:
		return fail("OperationError", fmt.Sprintf("Provided a wrapped key to unwrap that is %d bits which isn't a multiple of 64 bits.", 8*len(in)))
	case len(in) < 24:
		return fail("OperationError", fmt.Sprintf("Provided a wrapped key to unwrap this is %d bits that is less than the minimal length of 192 bits.", 8*len(in)))
	}
	out, ok := unwrapKW(block, in)
	if !ok {
		return fail("OperationError", "AES-KW key unwrapping failed.")
	}
	return out, nil
}

var checkKW = bytes.Repeat([]byte{0xa6}, 8)

func wrapKW(block cipher.Block, in []byte) []byte {
	out := append(bytes.Clone(checkKW), in...)
	var b [16]byte
	copy(b[:8], out)
	for t := uint64(1); t <= 6*uint64(len(in)/8); t++ {
		r := out[8+(t-1)*8%uint64(len(in)):][:8]
		copy(b[8:], r)
		block.Encrypt(b[:], b[:])
		copy(r, b[8:])
		binary.BigEndian.PutUint64(b[:8], binary.BigEndian.Uint64(b[:8])^t)
	}
	copy(out, b[:8])
	return out
}

func unwrapKW(block cipher.Block, in []byte) ([]byte, bool) {
	out := bytes.Clone(in[8:])
	var b [16]byte
	copy(b[:8], in)
	for t := 6 * uint64(len(out)/8); t > 0; t-- {
		r := out[(t-1)*8%uint64(len(out)):][:8]
		binary.BigEndian.PutUint64(b[:8], binary.BigEndian.Uint64(b[:8])^t)
		copy(b[8:], r)
		block.Decrypt(b[:], b[:])
		copy(r, b[8:])
	}
	return out, subtle.ConstantTimeCompare(b[:8], checkKW) == 1
}
