package wasm

import (
	"errors"
	"regexp"
	"strings"

	"github.com/tetratelabs/wazero/sys"

	"stockade.dev/stockade/workerproc/engine"
)

// passing is an error on its way through WebAssembly: what JavaScript has
// thrown comes out as it went in.
type passing struct{ err error }

func (p *passing) Error() string { return p.err.Error() }

var (
	errGone     = errors.New("the instance is gone")
	outOfBounds = regexp.MustCompile(`out of bounds`)
)

// traps are V8's words for wazero's.
var traps = map[string]string{
	"unreachable":                   "unreachable",
	"integer divide by zero":        "divide by zero",
	"integer overflow":              "float unrepresentable in integer range", // or a quotient: wazero doesn't tell
	"invalid conversion to integer": "float unrepresentable in integer range",
	"out of bounds memory access":   "memory access out of bounds",
	"invalid table access":          "null function", // or beyond the table's end
	"indirect call type mismatch":   "function signature mismatch",
	"unaligned atomic":              "operation does not support unaligned accesses",
	"null reference":                "dereferencing a null pointer",
	"uncaught exception":            "wasm exception",
	"expected shared memory":        "Atomics.wait cannot be called in this context",
}

// trap turns what wazero returns into what JavaScript gets.
func (m *Machine) trap(err error) error {
	var (
		through *passing
		exit    *sys.ExitError
		js      *engine.Exception
		own     *engine.Error
	)
	switch {
	case errors.As(err, &through):
		return through.err
	case errors.As(err, &exit):
		return &engine.Interrupted{Reason: m.interruptedBy()}
	case errors.As(err, &js), errors.As(err, &own):
		return err
	}
	if err.Error() == "stack overflow" { // of compiled code
		return errStack
	}
	_, said, isTrap := strings.Cut(err.Error(), "wasm error: ")
	if text, _, recovered := strings.Cut(err.Error(), " (recovered by wazero)"); recovered && !isTrap {
		return m.errorOf("RuntimeError", text) // a fault of Go code below: what follows is Go's stack, with addresses
	}
	if !isTrap {
		return err
	}
	said, _, _ = strings.Cut(said, "\n")
	if said == "stack overflow" {
		return errStack
	}
	if words, known := traps[said]; known {
		said = words
	}
	return m.errorOf("RuntimeError", said)
}
