package engine_test

import (
	"errors"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// TestPanic: a fault of goja's ends what was running with an error, wherever it was, and neither the process nor the engine.
// QuickJS's memory may be broken behind one: there it is the process's end.
func TestPanic(t *testing.T) {
	for name, code := range map[string]string{
		"call":      `(ops) => { ops.fail() }`,
		"caught":    `(ops) => { try { ops.fail() } catch (e) { return 1 } finally { return 2 } }`,
		"generator": `(ops) => { for (const x of (function* () { try { yield* [1, 2].map(ops.fail) } finally { yield 3 } })()) ; }`,
		"async":     `async (ops) => { await (async () => { await null; ops.fail() })() }`,
		"getter":    `(ops) => [{ get x() { return ops.fail() } }].sort(() => 0).map(({ x }) => x)`,
		"iterator":  `(ops) => { for (const x of { [Symbol.iterator]: () => ({ next() { return { value: 1 } }, return() { ops.fail() } }) }) break }`,
	} {
		t.Run(name, func(t *testing.T) {
			e := makers[0].engine(t)
			ops := e.Ops(map[string]engine.Op{"fail": func([]any) (any, error) { var none []int; return none[len(none)], nil }})
			fn, err := e.Script("main.js", code)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				_, err = e.Call(fn, ops)
				var thrown *engine.Exception
				if !errors.As(err, &thrown) || !thrown.JobsLost || e.Describe(thrown.Thrown).Name != "Error" {
					t.Fatalf("got %v, want an error of the call", err)
				}
				const later = `((list) => { (async () => { await null; list.push(1); for (const x of (function* () { try { yield 2 } finally { list.push(3) } })()) list.push(x) })(); return list })([])`
				list, err := e.Script("x", later)
				if err != nil {
					t.Fatal(err)
				}
				join, _ := e.Script("x", `(list) => list.join()`)
				if _, err := e.Call(join, list); err != nil { // its jobs have run
					t.Fatal(err)
				}
				if got, err := e.Call(join, list); got != "1,2,3" || err != nil {
					t.Errorf("afterwards: %v, %v", got, err)
				}
			}
		})
	}
}
