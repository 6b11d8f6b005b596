package workerproc

import (
	"math"
	"reflect"
	"testing"
)

func TestPlainValues(t *testing.T) {
	for _, v := range []any{nil, true, false, 0.0, 1.0, -1.5, 1e300, 5e-324, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.Copysign(0, -1),
		"", "text", "ä€😀", "\x7f"} {
		data, ok := appendPlain(nil, v)
		back, read := plainValue(data)
		if !ok || !read || !same(v, back) {
			t.Errorf("%#v became %q, then %#v (%v, %v)", v, data, back, ok, read)
		}
	}
	data, _ := appendPlain(nil, math.NaN())
	if back, ok := plainValue(data); !ok || !math.IsNaN(back.(float64)) {
		t.Errorf("%q became %v", data, back)
	}
}

func same(a, b any) bool {
	x, isNumber := a.(float64)
	y, _ := b.(float64)
	return reflect.DeepEqual(a, b) && (!isNumber || math.Signbit(x) == math.Signbit(y))
}

func TestPlainLists(t *testing.T) {
	for _, list := range [][]any{{}, {1.0}, {"u"}, {nil}, {nil, "a,b", true, -2.0}, {"]]", "[["}} {
		data, ok := appendPlainList(nil, list)
		if back, read := plainList(data); !ok || !read || !reflect.DeepEqual(back, list) {
			t.Errorf("%#v became %q, then %#v", list, data, back)
		}
	}
}

// TestNotPlain has what is for the runtime to write or to read.
func TestNotPlain(t *testing.T) {
	for _, v := range []any{"\ufffd", []any{}, []byte{1}, struct{}{}} {
		if data, ok := appendPlain(nil, v); ok {
			t.Errorf("%#v became %q", v, data)
		}
	}
	for _, text := range []string{"", "nul", "null", "[[1]", "[[1]]x", `"a`, `"\n"`, `[["h"],1]`, `{"a":1}`, "1x", "--", `[["@",0]]x`} {
		if v, ok := plainValue(append([]byte{byte(len(text))}, text...)); ok {
			t.Errorf("%q became %#v", text, v)
		}
		if v, ok := plainList(append([]byte{byte(len(text))}, text...)); ok {
			t.Errorf("%q became %#v", text, v)
		}
	}
	if _, ok := plainValue([]byte("\x011\x00")); ok {
		t.Error("a value with bytes beside it is none for Go")
	}
}

// FuzzPlain reads anything, and writes again what was read.
func FuzzPlain(f *testing.F) {
	for _, text := range []string{`[[1,"a",["u"],["f","NaN"],true]]`, `-1e5`, `"x"`, `[["f","-0"]]`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		data := append([]byte{byte(len(text))}, text...)
		if len(text) > 127 {
			return
		}
		if list, ok := plainList(data); ok {
			if _, ok := appendPlainList(nil, list); !ok && !hasReplacement(list) {
				t.Errorf("%q was read as %#v, which can't be written", text, list)
			}
		}
		if v, ok := plainValue(data); ok {
			if again, ok := appendPlain(nil, v); ok {
				if back, ok := plainValue(again); ok && !same(v, back) && v == v {
					t.Errorf("%q: %#v became %#v", text, v, back)
				}
			}
		}
	})
}

func hasReplacement(list []any) bool {
	for _, v := range list {
		if _, ok := appendPlain(nil, v); !ok {
			return true
		}
	}
	return false
}
