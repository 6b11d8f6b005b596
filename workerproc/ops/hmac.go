package ops

import (
	"crypto/hmac"

	"stockade.dev/stockade/workerproc/engine"
)

var hmacOps = map[string]engine.Op{
	"hmacSign":   hmacSign,
	"hmacVerify": hmacVerify,
}

// hmacSign(hash, key, bytes) returns the signature (RFC 2104).
func hmacSign(args []any) (any, error) {
	newHash := hashOf(text(args, 0))
	if newHash == nil {
		return fail("NotSupportedError", noDigest)
	}
	mac := hmac.New(newHash, data(args, 1))
	mac.Write(data(args, 2))
	return mac.Sum(nil), nil
}

// hmacVerify(hash, key, signature, bytes) compares in constant time.
func hmacVerify(args []any) (any, error) {
	mac, err := hmacSign([]any{text(args, 0), data(args, 1), data(args, 3)})
	if err != nil {
		return nil, err
	}
	return hmac.Equal(mac.([]byte), data(args, 2)), nil
}
