package engine_test

import (
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// TestResizable: what can't be done with a buffer that changes its size is
// refused, and views never see what isn't theirs. The texts are V8's on goja.
func TestResizable(t *testing.T) { onEach(t, testResizable) }

func testResizable(t *testing.T, m maker) {
	const lib = `const grown = (n = 8, max = 16) => new ArrayBuffer(n, { maxByteLength: max });
		const t = (f) => { try { return f() } catch (e) { return e.name + ": " + e.message } };
		const detached = () => { const b = grown(); b.transfer(); return b };`
	for code, want := range map[string]string{
		`grown(8, 4)`:                              "RangeError: Invalid array buffer max length",
		`grown(-1)`:                                "RangeError: Invalid array buffer length",
		`grown(1, -1)`:                             "RangeError: Invalid array buffer max length",
		`grown(1, 2 ** 53)`:                        "RangeError: Invalid array buffer max length",
		`grown().resize(17)`:                       "RangeError: ArrayBuffer.prototype.resize: Invalid length parameter",
		`grown().resize(-1)`:                       "RangeError: ArrayBuffer.prototype.resize: Invalid length parameter",
		`new ArrayBuffer(8).resize(4)`:             "TypeError: Method ArrayBuffer.prototype.resize called on incompatible receiver #<ArrayBuffer>",
		`ArrayBuffer.prototype.resize.call({}, 1)`: "TypeError: Method ArrayBuffer.prototype.resize called on incompatible receiver #<Object>",
		`detached().resize(1)`:                     "TypeError: Cannot perform ArrayBuffer.prototype.resize on a detached ArrayBuffer",
		`grown().transfer(20)`:                     "RangeError: Invalid array buffer length",
		`new Uint16Array(grown(7), 8)`:             "RangeError: Start offset 8 is outside the bounds of the buffer",
		`detached().maxByteLength`:                 "0",
		`const b = grown(4, 4096); new Uint8Array(b).fill(7); b.resize(0); b.resize(4096); return new Uint8Array(b).every((x) => x === 0)`:                              "true",
		`const b = grown(8), a = new Uint8Array(b); return t(() => a.fill({ valueOf() { b.resize(2); return 9 } })) && a.length`:                                        "2",
		`const b = grown(8), a = new Uint32Array(b); a.map(() => { b.resize(0); return 1 }); a.sort(() => { b.resize(16); return -1 }); return a.length`:                "0",
		`const b = grown(8), a = new Float64Array(b), c = new Uint8Array(b, 4); b.resize(4); a[0] = 5; c[0] = 5; return [a.length, c.length, a[0], c[0], c.byteOffset]`: "0,0,,,4",
		`let n = 0; for (let i = 0; i < 3000; i++) { const b = grown(1, 64), a = new Uint8Array(b); b.resize(i % 64); n += a.length } return n`:                         "94276",
	} {
		e := m.engine(t)
		code = returning(code)
		e.Define(engine.Module{Name: "main.js", Kind: engine.ESModule, Source: []byte(lib + "\nexport default t(() => {" + code + "})")})
		got, err := importMain(t, e)
		same := got == want || m.name != "goja" && strings.Contains(got, "Error: ") && strings.Contains(want, "Error: ")
		if !same && !(m.name == "quickjs" && code == "return detached().maxByteLength") || err != nil {
			t.Errorf("%s: got %s, %v", code, got, err)
		}
	}
}

// returning makes statements of an expression.
func returning(code string) string {
	if strings.Contains(code, "return ") {
		return code
	}
	return "return " + code
}
