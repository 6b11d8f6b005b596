package workerproc

import (
	"runtime"
	"testing"
	"time"

	"stockade.dev/stockade/rpc"
)

// TestWasmLimits: a loop ends at the limit of CPU time, memory at the limit of
// memory, and the Worker's other requests are answered, by the same instance.
func TestWasmLimits(t *testing.T) { onEachEngine(t, testWasmLimits) }

func testWasmLimits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // as in a Worker's process: what is garbage is found later
	for _, how := range []string{"interpreted", "compiled"} {
		t.Run(how, func(t *testing.T) {
			p, err := prepare(engineOf(t), real)
			if err != nil {
				t.Fatal(err)
			}
			if how == "compiled" {
				p.CompileWasm()
			}
			s := serve(t, p)
			l := wasmWorker(t, string(wasmFile(t, "limits.js")), "limits.wasm", "forever.wasm")
			l.Limits.Memory = 256 << 20
			if err := s.load(l); err != nil {
				t.Fatal(err, err.Stack)
			}
			id := uint32(0)
			ask := func(path string, cpu time.Duration) string {
				id++
				s.send(id, &rpc.Invoke{Method: "GET", URL: "http://worker/" + path, Limits: rpc.InvokeLimits{CPU: cpu}})
				r := s.collect(id, nil)
				if r.failed != nil && r.failed.Limit != nil {
					return r.failed.Limit.Which
				}
				return r.String()
			}
			for _, step := range []struct{ path, want string }{
				{"add", "200 3\nok"},
				{"loop", "cpuMs"},
				{"add", "200 3\nok"},
				{"out", "cpuMs"}, // JavaScript that WebAssembly has called
				{"add", "200 3\nok"},
				{"back", "cpuMs"}, // WebAssembly, called by JavaScript that it has called
				{"start", "cpuMs"},
				{"grow", "200 17 then -1, 1 of 16 MiB\nok"},
				{"large", "200 RangeError: WebAssembly.Memory(): could not allocate memory\nok"},
				{"memory", "200 RangeError: WebAssembly.Memory(): could not allocate memory\nok"},
				{"recurse", "200 RangeError: Maximum call stack size exceeded\nok"},
				{"many", "200 400\nok"},
				{"add", "200 3\nok"},
			} {
				limit := time.Minute
				if step.want == "cpuMs" {
					limit = 100 * time.Millisecond
				}
				if got := ask(step.path, limit); got != step.want {
					t.Errorf("%s: got %s, want %s", step.path, got, step.want)
				}
			}
		})
	}
}
