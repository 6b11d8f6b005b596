package engine_test

import (
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// TestArgumentsInArrows: an arrow function sees the arguments of the function around it, wherever and however it is called.
func TestArgumentsInArrows(t *testing.T) { onEach(t, testArgumentsInArrows) }

func testArgumentsInArrows(t *testing.T, m maker) {
	for text, want := range map[string]string{
		"function t(a) { return (() => arguments[0])() } export default t(1, 2, 3)":                                                                                                                                           "1",
		"function t(a) { return (() => arguments.length)() } export default String(t(1, 2, 3))":                                                                                                                               "3",
		"function t() { return [1, (() => () => arguments[1])()()] } export default t(1, 2, 3)":                                                                                                                               "1,2",
		"const t = function () { const n = 5; return [1].map((x) => arguments[0] + n + x) }; export default t(1)":                                                                                                             "7",
		"function t(a, ...b) { return (() => [...arguments])() } export default t(1, 2)":                                                                                                                                      "1,2",
		"function t() { return (() => ({ arguments }))().arguments.length } export default t(1, 2)":                                                                                                                           "2",
		"class A { m() { return (() => arguments[1])() } static s() { let x; return (() => arguments[0])() } constructor() { this.q = (() => arguments[1])() } } export default [new A(1, 2).m(3, 4), A.s(5), new A(6, 7).q]": "4,5,7",
		"async function t(a) { await 1; return (async () => { await 1; return arguments[1] })() } export default await t(1, 2)":                                                                                               "2",
		"function* t() { yield (() => arguments[0])() } export default [...t(8)]":                                                                                                                                             "8",
		"const o = { m(a) { 'use x'; return (() => arguments.length)() }, get g() { return (() => arguments.length)() } }; export default [o.m(1, 2), o.g]":                                                                   "2,0",
		"function t() { let x = 1; { let y = 2; return (() => { try { z } catch { return arguments[0] + x + y } })() } } export default t(3)":                                                                                 "6",
		"async function* t(a) { const f = () => arguments[1]; yield f() } let l = []; for await (const x of t(1, 9)) l.push(x); export default l":                                                                             "9",
	} {
		e := m.engine(t)
		e.Define(engine.Module{Name: "main.js", Kind: engine.ESModule, Source: []byte(text + "+ ''")})
		if got, err := importMain(t, e); err != nil || got != want {
			t.Errorf("%s\ngot %v, %v; want %s", text, got, err, want)
		}
	}
}
