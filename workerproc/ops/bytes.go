package ops

import (
	"crypto/subtle"

	"stockade.dev/stockade/workerproc/engine"
)

var bytesOps = map[string]engine.Op{
	"bytesConcat":     bytesConcat,
	"timingSafeEqual": timingSafeEqual,
}

// bytesConcat(chunks) joins Uint8Arrays and strings, these as UTF-8.
func bytesConcat(args []any) (any, error) {
	chunks := list(args, 0)
	n := 0
	for _, c := range chunks {
		switch c := c.(type) {
		case []byte:
			n += len(c)
		case string:
			n += len(c)
		}
	}
	out := make([]byte, 0, n)
	for _, c := range chunks {
		switch c := c.(type) {
		case []byte:
			out = append(out, c...)
		case string:
			out = append(out, c...)
		}
	}
	return out, nil
}

// timingSafeEqual(a, b) takes as long for different bytes as for the same.
func timingSafeEqual(args []any) (any, error) {
	a, b := data(args, 0), data(args, 1)
	if len(a) != len(b) {
		return fail("TypeError", "Input buffers must have the same byte length.")
	}
	return subtle.ConstantTimeCompare(a, b) == 1, nil
}
