package wasm

import (
	"encoding/hex"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/goja"
)

func newMachine(t testing.TB) *Machine {
	t.Helper()
	e, err := goja.New()
	if err != nil {
		t.Fatal(err)
	}
	return New(e)
}

func fromHex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestFeatures: what V8 has on by default is compiled, or refused with an
// error that names it.
func TestFeatures(t *testing.T) {
	for _, c := range []struct{ name, module, refused string }{
		{"empty", "0061736d01000000", ""},
		{"SIMD", "0061736d010000000105016000017b030201000a16011400fd0c010000000200000003000000040000000b", ""},
		{"threads", "0061736d010000000105016000017f030201000504010301020a0a0108004100fe1002000b", ""},
		{"extended constants", "0061736d010000000609017f00410141026a0b", ""},
		{"throw", "0061736d0100000001080260017f00600000030201010d0301000007090201650400016600000a08010600410108000b", ""},
		{"64-bit memory", "0061736d010000000503010401", "no 64-bit memory (memory64)"},
		{"two memories", "0061736d0100000005050200010001", "no more than one memory"},
		{"relaxed SIMD", "0061736d010000000105016000017b030201000a2b012900fd0c01000000020000000300000004000000fd0c01000000020000000300000004000000fd80020b", "no relaxed SIMD"},
		{"exceptions as they were", "0061736d01000000010401600000030201000d030100000a080106000640190b0b", "no exceptions of the earlier form"},
		{"structs", "0061736d010000000105015f017f00", "no garbage collection"},
		{"many locals", "0061736d01000000010401600000030201000a0a0108" + "01ffffffff0f7f0b", "local count too large"},
		{"a large table", "0061736d01000000" + "0406" + "017000" + "ffff7f", ""},
		{"much data", "0061736d01000000" + "0503010001" + "0b09010041000b" + "ffffff7f", "unexpected end"},
		{"a section twice", "0061736d01000000" + "010100" + "010100", "unexpected section"},
		{"many tags", "0061736d01000000" + "0d05" + "ffffffff0f", "unexpected end"},
		{"a larger table", "0061736d01000000" + "0407" + "017000" + "ffffff0f", "larger than implementation limit"},
		{"nothing", "", "BufferSource argument is empty"},
		{"text", "6578706f", "expected magic word 00 61 73 6d, found 65 78 70 6f @+0"},
		{"another version", "0061736d02000000", "expected version 01 00 00 00, found 02 00 00 00 @+4"},
		{"cut off", "0061736d0100000001", "unexpected end"},
		{"a type that isn't there", "0061736d0100000003020105", "malformed"},
		{"our own name", "0061736d01000000" + "0503010001" + "070b01" + "07" + "006d656d6f7279" + "0200", "duplicates name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := newMachine(t).Compile(fromHex(t, c.module))
			var named *engine.Error
			switch {
			case c.refused == "" && err != nil:
				t.Error(err)
			case c.refused == "":
			case !errors.As(err, &named) || named.Name != "CompileError" || !strings.Contains(named.Message, c.refused):
				t.Errorf("got %v, want %q", err, c.refused)
			}
		})
	}
}

// manyFunctions is a module of n functions, each exported and in a table.
func manyFunctions(n int) []byte {
	g := &glue{types: [][]byte{{0x60, 0, 1, i32}}}
	element := unsigned([]byte{0, 0x41, 0, 0x0b}, uint64(n))
	for i := range n {
		g.functions = append(g.functions, []byte{0})
		g.exports = append(g.exports, export("f"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+hex.EncodeToString([]byte{byte(i >> 16), byte(i >> 8), byte(i)}), kindFunction, i))
		g.code = append(g.code, []byte{7, 0, 0x41, 5, 0x41, 7, 0x6a, 0x0b})
		element = unsigned(element, uint64(i))
	}
	g.tables = [][]byte{unsigned([]byte{funcref, 0}, uint64(n))}
	data := g.bytes()
	body := more(nil, element)
	section := append(unsigned([]byte{sectionElement}, uint64(len(body))), body...)
	code := strings.Index(string(data), string(append(unsigned([]byte{sectionCode}, uint64(len(more(nil, g.code...)))), more(nil, g.code...)...)))
	return append(append(append([]byte{}, data[:code]...), section...), data[code:]...)
}

// TestManyFunctions: a module of 100,000 functions is compiled within the
// memory of a Worker.
func TestManyFunctions(t *testing.T) {
	data := manyFunctions(100_000)
	m := newMachine(t)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ref, err := m.Compile(data)
	if err != nil {
		t.Fatal(err)
	}
	i, err := m.instantiate(ref.Value.(*Module), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	v, err := i.function(99_999).call(nil)
	if v != 12.0 || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	used := (after.HeapAlloc - before.HeapAlloc) >> 20
	t.Logf("%d KB, %d MiB of heap", len(data)>>10, used)
	if used > 100 {
		t.Errorf("it takes %d MiB", used)
	}
	runtime.KeepAlive(i)
}

// FuzzCompile: no module ends the process, and what parses keeps its meaning
// when it is written anew: wazero takes the one where it takes the other.
func FuzzCompile(f *testing.F) {
	for _, name := range []string{"t", "trap", "link", "start", "oob", "tail", "simd", "exc", "limits"} {
		data, err := os.ReadFile("../testdata/wasm/" + name + ".wasm")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(manyFunctions(3))
	m := newMachine(f)
	m.Configure(Options{Memory: 1 << 20})
	m.start()
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := parse(data)
		if err != nil || b.check() != nil {
			return
		}
		ref, err := m.Compile(data)
		if err != nil {
			return
		}
		module := ref.Value.(*Module)
		b.exportsOf()
		b.importsOf()
		b.customOf("name")
		if again, err := parse(mustRewrite(b)); err != nil || again.check() != nil {
			t.Errorf("what was rewritten doesn't parse: %v", err)
		}
		_ = module.code.Close(t.Context())
	})
}

func mustRewrite(b *binaryModule) []byte {
	data, _ := b.rewritten()
	return data
}
