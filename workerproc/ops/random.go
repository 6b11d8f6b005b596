package ops

import (
	"crypto/rand"
	"encoding/hex"

	"stockade.dev/stockade/workerproc/engine"
)

var randomOps = map[string]engine.Op{
	"randomBytes": randomBytes,
	"randomUUID":  randomUUID,
}

// maxRandom is what getRandomValues may ask for at once.
const maxRandom = 65536

// randomBytes(n) returns n bytes, at most 65536.
func randomBytes(args []any) (any, error) {
	n := number(args, 0)
	if n < 0 || n > maxRandom {
		return fail("QuotaExceededError", "getRandomValues() only accepts buffers of size <= 64K.")
	}
	b := make([]byte, n)
	rand.Read(b)
	return b, nil
}

// randomUUID() is a version 4 UUID (RFC 9562 section 5.4).
func randomUUID([]any) (any, error) {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var out [36]byte
	hex.Encode(out[:8], b[:4])
	for i, at := range [...]int{9, 14, 19} {
		hex.Encode(out[at:at+4], b[4+2*i:6+2*i])
	}
	hex.Encode(out[24:], b[10:])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:]), nil
}
