package parts_test

import (
	"testing"
)

// FuzzDecode reads values that another isolate has sent, on both engines: an
// error at most, and what could be read can be written again.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{`null`, `{"a":[[1,"x"]]}`, `["d",0]`, `["m",1,2]`, `["s",1]`, `["e","TypeError","m"]`, `["v","Uint8Array",0,0,1]`, `["@",0]`, `["r","a","g"]`,
		`{"__proto__":["u"]}`, `[["@",0]]`, `["n","12"]`, `["n","x"]`, `["f","NaN"]`, `["v","DataView",0,9,9]`, `["o",["n","1"]]`} {
		f.Add(text, []byte("abc"))
	}
	type target struct {
		run func(text string, blob []byte) any
	}
	var targets []target
	for _, name := range []string{"goja", "quickjs"} {
		e, harness := start(f, engines[name])
		body, err := e.Script("fuzz", `({ core }) => {
			const { encode, decode } = core.part("codec").internal.codec ?? core.part("codec").internal;
			globalThis.__decode = (text, blob) => {
				let value;
				try { value = decode([text, [blob], []], () => undefined); } catch (e) { return e instanceof Error || e instanceof DOMException ? "" : "thrown: " + String(e); }
				try { decode(encode(value, () => undefined), () => undefined); } catch (e) { return e instanceof Error || e instanceof DOMException ? "" : "again: " + String(e); }
				return "";
			};
		}`)
		if err != nil {
			f.Fatal(err)
		}
		call(f, e, harness, "run", body)
		decode, err := e.Script("global", "globalThis.__decode")
		if err != nil || decode == nil {
			f.Fatal("no decode:", err)
		}
		targets = append(targets, target{func(text string, blob []byte) any {
			v, err := e.Call(decode, text, blob)
			if err != nil {
				return show(e, err)
			}
			return v
		}})
	}
	f.Fuzz(func(t *testing.T, text string, blob []byte) {
		for _, on := range targets {
			if got := on.run(text, blob); got != "" {
				t.Errorf("%q: %v", text, got)
			}
		}
	})
}
