package workerproc

import (
	"slices"
	"testing"

	"stockade.dev/stockade/rpc"
)

func TestAPipelinedChainIsOneRoundTrip(t *testing.T) {
	onEachEngine(t, testAPipelinedChainIsOneRoundTrip)
}

// testAPipelinedChainIsOneRoundTrip counts what a caller sends: all calls of a chain in one write, before anything is
// answered, and nothing more when they have been.
func testAPipelinedChainIsOneRoundTrip(t *testing.T) {
	s := startWith(t, real)
	load := worker("main.js", `export default { async fetch(request, env) {
		return new Response("c: " + await env.X.a("x").b.c(1));
	} }`)
	load.Bindings = []rpc.Binding{{Name: "X", Kind: "service", Grant: 7}}
	if err := s.load(load); err != nil {
		t.Fatal(err, err.Stack)
	}
	s.send(1, get())
	first := s.receive()
	if !s.conn.Buffered() {
		t.Fatal("the calls of a chain were sent one by one")
	}
	second := s.receive()
	if s.conn.Buffered() {
		t.Fatalf("sent a third message: %+v", s.receive())
	}
	a, b := callOf(t, first), callOf(t, second)
	if a.Target.ID != 7 || a.Of != 0 || !slices.Equal(a.Path, []string{"a"}) || a.Get {
		t.Errorf("first %+v", a)
	}
	if b.Of != first.ID || !slices.Equal(b.Path, []string{"b", "c"}) || b.Get {
		t.Errorf("second %+v", b)
	}
	s.send(second.ID, &rpc.HostResult{Value: rpc.Given{Data: []byte("\x0242")}}) // the last one's may come first
	s.send(first.ID, &rpc.HostResult{Value: rpc.Given{Data: []byte("\x011")}})
	answered := false
	for {
		switch m := s.receive().Message.(type) {
		case *rpc.HostCall:
			t.Fatalf("another call after the answer: %+v", m)
		case *rpc.ResponseHead:
			answered = m.Status == 200 && string(m.Body) == "c: 42"
		case *rpc.Done:
			if !answered || m.Outcome != "ok" || m.SubRequests != 1 {
				t.Errorf("answered %v, %+v", answered, m)
			}
			return
		}
	}
}

func callOf(t *testing.T, f rpc.Frame) *rpc.HostCall {
	t.Helper()
	m, is := f.Message.(*rpc.HostCall)
	if !is {
		t.Fatalf("got %+v, want a call", f.Message)
	}
	return m
}
