package workerproc

import (
	"testing"
	"time"

	"stockade.dev/stockade/rpc"
)

// BenchmarkWasm: what the policy's key wasm is about. Each is one request.
func BenchmarkWasm(b *testing.B) {
	for name, body := range map[string]string{
		"fib(27)":                `exports.fib(27)`,
		"10,000 calls in":        `let s = 0; for (let n = 0; n < 10000; n++) s = exports.add(s, n)`,
		"10,000 calls out":       `exports.out(10000)`,
		"100 instances":          `for (let n = 0; n < 100; n++) new WebAssembly.Instance(module, { js: { f: (x) => x } }).exports.add(1, 2)`,
		"65,536 bytes of a view": `const v = new Uint8Array(exports.memory.buffer); let s = 0; for (let n = 0; n < v.length; n++) s += v[n]`,
	} {
		main := `import module from "./fib.wasm"; const { exports } = new WebAssembly.Instance(module, { js: { f: (x) => x } });` + handler(body+`; return new Response("")`)
		for _, engine := range engineNames {
			for _, how := range []string{"interpreted", "compiled"} {
				b.Run(name+"/"+engine+"/"+how, func(b *testing.B) { benchmarkWasm(b, main, how) })
			}
		}
	}
}

func benchmarkWasm(b *testing.B, main, how string) {
	p, err := prepare(engineOf(b), real)
	if err != nil {
		b.Fatal(err)
	}
	if how == "compiled" {
		p.CompileWasm()
	}
	s := serve(b, p)
	if err := s.load(wasmWorker(b, main, "fib.wasm")); err != nil {
		b.Fatal(err, err.Stack)
	}
	for n := uint32(1); b.Loop(); n++ {
		s.send(n, &rpc.Invoke{Method: "GET", URL: "http://worker/", Limits: rpc.InvokeLimits{CPU: time.Minute}})
		if r := s.collect(n, nil); r.failed != nil {
			b.Fatal(r.failed)
		}
	}
}
