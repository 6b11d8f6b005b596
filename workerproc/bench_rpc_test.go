package workerproc

import (
	"fmt"
	"testing"
	"time"

	"stockade.dev/stockade/rpc"
)

// The two ends of a call between isolates, each without the conversation: what is left of a call's time is the frames'
// way (docs/rationale.md has the breakdown).

// BenchmarkCallOut is a call at its caller's.
func BenchmarkCallOut(b *testing.B) {
	benchmarkEach(b, func(b *testing.B) {
		i := callOuter(b, `for (let i = 0; i < n; i++) await env.B.add(i, 1);`)
		for calls := i.calls(); len(calls) > 0; calls = i.calls() {
			i.answer(calls)
		}
		i.finished(b)
	})
}

// BenchmarkCallsOut is the same of 1,000 calls that are under way together.
func BenchmarkCallsOut(b *testing.B) {
	benchmarkEach(b, func(b *testing.B) {
		i := callOuter(b, `for (let i = 0; i < n; i += 1000) await Promise.all(Array.from({ length: Math.min(1000, n - i) }, (_, j) => env.B.add(j, 1)));`)
		for calls := i.calls(); len(calls) > 0; calls = i.calls() {
			i.answer(calls)
		}
		i.finished(b)
	})
}

type benchIsolate struct {
	*isolate
	sent, taken []rpc.Frame
	from        time.Duration
}

// cpu reports the processor time, which tells more than the clock on a machine that has other things to do.
func (i *benchIsolate) cpu(b *testing.B) {
	b.ReportMetric(float64((cpuTime()-i.from).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

func newBenchIsolate(b testing.TB, load *rpc.Load) *benchIsolate {
	p, err := prepare(engineOf(b), benchPlatform)
	if err != nil {
		b.Fatal(err)
	}
	i := &benchIsolate{isolate: p.isolate}
	i.out.send = func(frames ...rpc.Frame) error { i.sent = append(i.sent, frames...); return nil }
	b.Cleanup(i.watchdog.stop)
	if err := i.receiveLoad(load); err != nil || i.loadFailure != nil {
		b.Fatal(err, i.loadFailure)
	}
	return i
}

// callOuter has an isolate begin to make b.N calls.
func callOuter(b *testing.B, body string) *benchIsolate {
	load := worker("main.js", fmt.Sprintf(`export default { async fetch(request, env) {
		const n = %d;
		%s
		return new Response("done");
	} }`, b.N, body))
	load.Bindings = []rpc.Binding{{Name: "B", Kind: "service", Grant: 1}}
	i := newBenchIsolate(b, load)
	b.ResetTimer()
	i.from = cpuTime()
	i.turn(b, rpc.Frame{ID: 1, Message: get()})
	return i
}

// turn acts on frames, as the loop does, and keeps what comes of them.
func (i *benchIsolate) turn(t testing.TB, frames ...rpc.Frame) {
	for _, f := range frames {
		if err := i.receive(f); err != nil {
			t.Fatal(err)
		}
	}
	i.tellPlain()
	i.endTurn()
	i.advise()
	i.flushDrops()
	if i.fault != nil {
		t.Fatal(i.fault)
	}
}

func (i *benchIsolate) calls() (calls []rpc.Frame) {
	_ = i.out.flush()
	for _, f := range i.sent {
		if _, is := f.Message.(*rpc.HostCall); is {
			calls = append(calls, f)
		} else {
			i.taken = append(i.taken, f)
		}
	}
	i.sent = i.sent[:0]
	return calls
}

func (i *benchIsolate) answer(calls []rpc.Frame) {
	for n := range calls {
		calls[n].Message = &rpc.HostResult{Value: rpc.Given{Data: []byte("\x0212")}}
	}
	i.turn(nil, calls...)
}

func (i *benchIsolate) finished(b *testing.B) {
	b.StopTimer()
	i.cpu(b)
	i.calls()
	if last, ok := i.taken[len(i.taken)-1].Message.(*rpc.Done); !ok || last.Outcome != "ok" {
		b.Fatalf("%+v", i.taken)
	}
}

// BenchmarkCallIn is a call at its callee's.
func BenchmarkCallIn(b *testing.B) {
	benchmarkEach(b, func(b *testing.B) {
		i := newBenchIsolate(b, worker("main.js", `import { WorkerEntrypoint } from "cloudflare:workers";
			export class Api extends WorkerEntrypoint { add(a, b) { return a + b } }
			export default { fetch() { return new Response("") } }`))
		i.calls()
		i.taken = nil
		id := uint32(0)
		i.from = cpuTime()
		for b.Loop() {
			id++
			i.turn(b, rpc.Frame{ID: id, Message: &rpc.Invoke{Entrypoint: "Api", Coded: true, RPCMethod: "add", Path: []string{"add"},
				Args: rpc.Given{Data: []byte("\x07[[1,2]]")}, Limits: rpc.InvokeLimits{CPU: 1e9, Wall: 1e9}}})
			i.calls()
			if r, ok := i.taken[0].Message.(*rpc.CallResult); !ok || string(r.Value) != "\x013" {
				b.Fatalf("%+v", i.taken[0].Message)
			}
			i.taken = i.taken[:0]
		}
		i.cpu(b)
	})
}
