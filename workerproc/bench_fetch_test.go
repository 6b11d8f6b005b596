package workerproc

import (
	"testing"

	"stockade.dev/stockade/rpc"
)

// The ends of a request that a loader passes on to the Worker that it has loaded, each without the conversation.

// passing is a loader that does what most do: it asks for a Worker by its id, and gives it the request.
const passing = `export default { async fetch(request, env, ctx) {
	const url = new URL(request.url), q = url.searchParams;
	switch (url.pathname) {
		case "/plain": return new Response("hello");
		case "/warm": return env.LOADER.get("warm-" + (q.get("id") || "0"), () => ({})).getEntrypoint().fetch(request);
	}
} }`

// BenchmarkFetchPlain is a request that the Worker answers by itself.
func BenchmarkFetchPlain(b *testing.B) {
	benchmarkEach(b, func(b *testing.B) { benchmarkFetch(b, "http://x/plain", 0) })
}

// BenchmarkFetchThrough is one that it passes on: the answer goes by it, and it is told.
func BenchmarkFetchThrough(b *testing.B) {
	benchmarkEach(b, func(b *testing.B) { benchmarkFetch(b, "http://x/warm", 2) })
}

func benchmarkFetch(b *testing.B, url string, calls int) {
	load := worker("main.js", passing)
	load.Bindings = []rpc.Binding{{Name: "LOADER", Kind: "worker_loader", Grant: 1}}
	i := newBenchIsolate(b, load)
	i.calls()
	i.taken = nil
	headers := []rpc.Header{{Name: "host", Value: "x"}, {Name: "user-agent", Value: "benchmark"}, {Name: "accept", Value: "*/*"}}
	id := uint32(0)
	i.from = cpuTime()
	b.ReportAllocs()
	for b.Loop() {
		id++
		i.turn(b, rpc.Frame{ID: id, Message: &rpc.Invoke{Method: "GET", URL: url, Headers: headers, Limits: rpc.InvokeLimits{CPU: 1e9, Wall: 1e9}}})
		if sent := i.calls(); len(sent) != calls {
			b.Fatalf("%d calls", len(sent))
		} else if calls > 0 {
			i.answerFetch(b, sent)
		}
		i.calls()
		if r, ok := i.taken[0].Message.(*rpc.ResponseHead); calls == 0 && (!ok || string(r.Body) != "hello") || calls > 0 == ok {
			b.Fatalf("%+v", i.taken[0].Message)
		}
		if done, ok := i.taken[len(i.taken)-1].Message.(*rpc.Done); !ok || done.Outcome != "ok" {
			b.Fatalf("%+v", i.taken)
		}
		i.taken = i.taken[:0]
	}
	i.cpu(b)
}

// answerFetch answers the question whether a Worker is there, and the fetch() of it.
func (i *benchIsolate) answerFetch(b *testing.B, sent []rpc.Frame) {
	i.turn(b, rpc.Frame{ID: sent[0].ID, Message: &rpc.HostResult{Value: rpc.Given{Data: []byte("\x0212"), Grants: []uint32{sent[0].ID + 1}}}},
		rpc.Frame{ID: sent[1].ID, Message: &rpc.HostResult{Passed: sent[1].Message.(*rpc.HostCall).Passes, Response: &rpc.Response{Status: 200, HasBody: true, Body: []byte("hello"),
			Headers: []rpc.Header{{Name: "content-type", Value: "text/plain;charset=UTF-8"}}}}})
}

// BenchmarkFetchIn is such a request at the Worker that was loaded.
func BenchmarkFetchIn(b *testing.B) {
	benchmarkEach(b, func(b *testing.B) {
		i := newBenchIsolate(b, worker("main.js", hello))
		i.calls()
		i.taken = nil
		id := uint32(0)
		i.from = cpuTime()
		b.ReportAllocs()
		for b.Loop() {
			id++
			i.turn(b, rpc.Frame{ID: id, Message: &rpc.Invoke{Coded: true, Path: []string{"fetch"}, Limits: rpc.InvokeLimits{CPU: 1e9, Wall: 1e9},
				Request: &rpc.Request{Method: "GET", URL: "http://x/warm", Headers: []rpc.Header{{Name: "host", Value: "x"}}}}})
			i.calls()
			if r, ok := i.taken[0].Message.(*rpc.CallResult); !ok || string(r.Response.Body) != "hello" {
				b.Fatalf("%+v", i.taken[0].Message)
			}
			i.taken = i.taken[:0]
		}
		i.cpu(b)
	})
}
