package ops

import "stockade.dev/stockade/workerproc/engine"

// The runtime passes what an op expects; anything else reads as the zero
// value, so that a mistake there is an odd result and no crash.

func text(args []any, i int) string {
	if i < len(args) {
		s, _ := args[i].(string)
		return s
	}
	return ""
}

func data(args []any, i int) []byte {
	if i < len(args) {
		b, _ := args[i].([]byte)
		return b
	}
	return nil
}

func number(args []any, i int) int {
	if i < len(args) {
		f, _ := args[i].(float64)
		return int(f)
	}
	return 0
}

func flag(args []any, i int) bool {
	if i < len(args) {
		b, _ := args[i].(bool)
		return b
	}
	return false
}

func list(args []any, i int) []any {
	if i < len(args) {
		l, _ := args[i].([]any)
		return l
	}
	return nil
}

func fail(name, message string) (any, error) {
	return nil, &engine.Error{Name: name, Message: message}
}

func arg[T any](args []any, i int) (v T, ok bool) {
	if i < len(args) {
		v, ok = args[i].(T)
	}
	return v, ok
}
