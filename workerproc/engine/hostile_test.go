package engine_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"stockade.dev/stockade/workerproc/engine"
)

// TestHostile: code that wants to end the process ends itself. It is QuickJS
// that keeps memory and a stack of its own.
func TestHostile(t *testing.T) {
	m := makers[1]
	deep := strings.Repeat("[", 100_000)
	for name, main := range map[string]string{
		"deep source":         "export default " + deep + strings.Repeat("]", 100_000),
		"deep template":       "export default " + strings.Repeat("`${", 20_000) + "1" + strings.Repeat("}`", 20_000),
		"deep JSON":           "export default JSON.parse('['.repeat(1e6))",
		"deep stringify":      "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; export default JSON.stringify(a)",
		"deep regexp":         "export default new RegExp('('.repeat(1e5) + ')'.repeat(1e5))",
		"recursion, getter":   "export default ({ get a() { return this.a } }).a",
		"recursion, sort":     "const f = () => [2, 1].sort(f); export default f()",
		"recursion, proxy":    "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); export default p.x",
		"recursion, error":    "Object.defineProperty(Error.prototype, 'name', { get() { throw new Error('x') } }); throw new Error('y')",
		"recursion, toString": "const o = { toString() { return '' + o } }; export default '' + o",
		"bound":               "let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(); export default f()",
		"deep prototype":      "let o = {}; for (let i = 0; i < 1e5; i++) o = Object.create(o); throw o",
		"many frames":         "function f(n) { return n ? f(n - 1) : new Error('x').stack } export default f(1000)",
		"slow regexp":         "export default /^(a+)+$/.test('a'.repeat(40) + '!')",
		"jobs for ever":       "const f = () => Promise.resolve().then(f); f()",
		"then for ever":       "const t = { then(r) { r(t) } }; await t",
		"detached":            "const b = new ArrayBuffer(8, {maxByteLength: 16}), v = new Uint8Array(b); b.resize(2); export default String(v)",
		"loop of rejections":  "for (let i = 0; i < 1e4; i++) Promise.reject(i)",
	} {
		t.Run(name, func(t *testing.T) {
			e := m.engine(t)
			limit := time.AfterFunc(4*time.Second, func() { e.Interrupt(errors.New("too long")) })
			defer limit.Stop()
			e.Define(engine.Module{Name: "main.js", Kind: engine.ESModule, Source: []byte(main)})
			_, err := importMain(t, e)
			limit.Stop()
			e.ClearInterrupt()
			if err != nil {
				describe(e, err)
				if strings.Contains(err.Error(), "the engine failed") {
					t.Error(err)
				}
			}
			e.Rejections()
			if strings.HasSuffix(name, "for ever") {
				return // its jobs may go on
			}
			if v, err := e.Script("x", "1 + 1"); v != 2.0 || err != nil {
				t.Errorf("afterwards: %v, %v", v, err)
			}
		})
	}
}
