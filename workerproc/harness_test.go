package workerproc

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/rpc/rpctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

//go:embed testdata/core.js
var stubCore string

// stub is the platform of testdata: these tests are of the isolate host.
var stub = platform{source: func(part string) (string, bool) { return stubCore, part == "core" }}

var engineNames = []string{"goja", "quickjs"}

// onEachEngine runs a test on each engine.
func onEachEngine(t *testing.T, test func(*testing.T)) {
	for _, name := range engineNames {
		t.Run(name, test)
	}
}

// engineOf is the engine that a test runs on: the one in its name.
func engineOf(t testing.TB) string {
	for part := range strings.SplitSeq(t.Name(), "/") {
		if slices.Contains(engineNames, part) {
			return part
		}
	}
	return "goja"
}

// supervisor is the other end of a conversation.
type supervisor struct {
	t     testing.TB
	conn  *rpc.Conn
	ended chan error
	// answer, if set, answers host calls.
	answer func(*rpc.HostCall) *rpc.HostResult
}

// start serves a fresh process and waits for Ready.
func start(t testing.TB) *supervisor {
	t.Helper()
	return startWith(t, stub)
}

func startWith(t testing.TB, platform platform) *supervisor {
	t.Helper()
	p, err := prepare(engineOf(t), platform)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, p)
}

func serve(t testing.TB, p *Process) *supervisor {
	t.Helper()
	inside, outside := rpctest.Pair(t)
	s := &supervisor{t: t, conn: rpc.NewConn(outside, rpc.Worker), ended: make(chan error, 1)}
	go func() { s.ended <- p.Serve(context.Background(), inside) }()
	t.Cleanup(s.stop)
	if ready, ok := s.receive().Message.(*rpc.Ready); !ok || ready.Engine != engineOf(t) || ready.Protocol != rpc.Protocol {
		t.Fatalf("got %+v, want Ready", ready)
	}
	return s
}

func (s *supervisor) stop() {
	_ = s.conn.Close()
	select {
	case err := <-s.ended:
		if err != nil && !s.t.Failed() {
			s.t.Errorf("Serve: %v", err)
		}
	case <-time.After(time.Minute):
		s.t.Error("Serve goes on after the end of the conversation")
	}
}

func (s *supervisor) send(id uint32, m rpc.Message) {
	s.t.Helper()
	if err := s.conn.Send(rpc.Frame{ID: id, Message: m}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *supervisor) receive() rpc.Frame {
	s.t.Helper()
	f, err := s.conn.Receive()
	if err != nil {
		s.t.Fatalf("the conversation ended: %v", err)
	}
	return f
}

// load loads a Worker and returns why that failed, if it did.
func (s *supervisor) load(m *rpc.Load) *rpc.Error {
	s.t.Helper()
	s.send(0, m)
	for {
		switch m := s.receive().Message.(type) {
		case *rpc.Loaded:
			return nil
		case *rpc.LoadFailed:
			return &m.Error
		}
	}
}

// worker is a Load of modules in the form of the engine's tests: the kind
// follows from the name.
func worker(modules ...string) *rpc.Load {
	m := &rpc.Load{Main: "main.js", CompatDate: "2026-01-01", Env: rpc.Given{Data: []byte(`{"NAME":"env"}`)}}
	for n := 0; n < len(modules); n += 2 {
		m.Modules = append(m.Modules, rpc.Module{Name: modules[n], Kind: kindByName(modules[n]), Data: []byte(modules[n+1])})
	}
	return m
}

func kindByName(name string) rpc.ModuleKind {
	for suffix, kind := range map[string]rpc.ModuleKind{".js": rpc.ModuleJS, ".cjs": rpc.ModuleCJS, ".ts": rpc.ModuleTypeScript,
		".json": rpc.ModuleJSON, ".txt": rpc.ModuleText, ".bin": rpc.ModuleData, ".py": rpc.ModulePython} {
		if strings.HasSuffix(name, suffix) {
			return kind
		}
	}
	return rpc.ModuleText
}

// result is all that came of one invocation.
type result struct {
	head       *rpc.ResponseHead
	body       string
	call       *rpc.CallResult
	failed     *rpc.Error
	aborted    string
	done       *rpc.Done
	logs       []string
	exceptions []string
	credit     int
}

// String is the part of a result that most tests look at.
func (r *result) String() string {
	var b strings.Builder
	switch {
	case r.head != nil:
		fmt.Fprintf(&b, "%d %s", r.head.Status, r.body)
	case r.call != nil:
		b.Write(r.call.Value)
	case r.failed != nil:
		fmt.Fprintf(&b, "%s %s: %s", r.failed.Kind, r.failed.Name, r.failed.Message)
	}
	if r.aborted != "" {
		fmt.Fprintf(&b, " (aborted: %s)", r.aborted)
	}
	for _, line := range append(r.logs, r.exceptions...) {
		fmt.Fprintf(&b, "\n%s", line)
	}
	if r.done != nil {
		fmt.Fprintf(&b, "\n%s", r.done.Outcome)
	}
	return b.String()
}

// collect takes frames until invocation id is done, or until tells it to stop.
func (s *supervisor) collect(id uint32, until func(rpc.Frame) bool) *result {
	s.t.Helper()
	r := &result{}
	for r.done == nil {
		f := s.receive()
		if call, ok := f.Message.(*rpc.HostCall); ok {
			if s.answer == nil {
				s.t.Fatalf("unexpected %+v", call)
			}
			if answer := s.answer(call); answer != nil {
				s.send(f.ID, answer)
			}
			continue
		}
		if f.ID != id {
			s.t.Fatalf("a %s of %d in %d", f.Type(), f.ID, id)
		}
		r.take(f.Message)
		if until != nil && until(f) {
			return r
		}
	}
	return r
}

func (r *result) take(m rpc.Message) {
	switch m := m.(type) {
	case *rpc.ResponseHead:
		r.head = m
		r.body = string(m.Body)
	case *rpc.BodyData:
		r.body += string(m.Data)
	case *rpc.BodyAbort:
		r.aborted = m.Reason
	case *rpc.CallResult:
		r.call = m
	case *rpc.InvokeFailed:
		r.failed = &m.Error
	case *rpc.LogLine:
		r.logs = append(r.logs, m.Level+" "+string(m.Message))
	case *rpc.Exception:
		r.exceptions = append(r.exceptions, m.Name+": "+m.Message)
	case *rpc.Credit:
		r.credit += int(m.Bytes)
	case *rpc.Done:
		r.done = m
	}
}

func get() *rpc.Invoke { return &rpc.Invoke{Method: "GET", URL: "http://worker/path"} }

func call(method string, args ...any) *rpc.Invoke {
	b, err := json.Marshal(args)
	if err != nil || args == nil {
		b = nil
	}
	return &rpc.Invoke{RPCMethod: method, Args: rpc.Given{Data: b}}
}

// invoke runs one invocation to its end.
func (s *supervisor) invoke(m *rpc.Invoke) *result {
	s.t.Helper()
	s.send(1, m)
	return s.collect(1, nil)
}

// run starts a process, loads the modules and invokes the Worker.
func run(t *testing.T, m *rpc.Invoke, modules ...string) *result {
	t.Helper()
	s := start(t)
	if err := s.load(worker(modules...)); err != nil {
		t.Fatalf("cannot load: %v\n%s", err, err.Stack)
	}
	return s.invoke(m)
}
