package workerproc

import (
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"

	"stockade.dev/stockade/rpc"
)

// TestPrepareIsQuiescent: the process may be copied when it has been prepared.
func TestPrepareIsQuiescent(t *testing.T) { onEachEngine(t, testPrepareIsQuiescent) }

func testPrepareIsQuiescent(t *testing.T) {
	before := runtime.NumGoroutine()
	p, err := prepare(engineOf(t), stub)
	if err != nil {
		t.Fatal(err)
	}
	if now := runtime.NumGoroutine(); now > before {
		t.Errorf("%d goroutines were left", now-before)
	}
	goleak.VerifyNone(t, goleak.IgnoreCurrent())
	if i := p.isolate; i.load != nil || len(i.invocations) > 0 || len(i.out.frames) > 0 || i.watchdog.timer != nil || i.timers.set > 0 {
		t.Errorf("state was left: %+v", i)
	}
}

func TestNoSuchEngine(t *testing.T) {
	if _, err := prepare("v8", stub); err == nil {
		t.Error("prepared")
	}
}

// FuzzLoad loads arbitrary modules and calls what they export.
func FuzzLoad(f *testing.F) {
	f.Add(hello, "", uint8(0), "")
	f.Add(`import x from "./b"; export default x`, `module.exports = {fetch() {}}`, uint8(rpc.ModuleCJS), "")
	f.Add(`import x from "./b"; await x; export const e = {x}`, `export default await 1`, uint8(rpc.ModuleJS), "e")
	f.Add(`import x from "./b"; setTimeout(x, 1)`, `{"a": 1}`, uint8(rpc.ModuleJSON), "default")
	f.Fuzz(func(t *testing.T, main, second string, kind uint8, entrypoint string) {
		hanging := time.AfterFunc(2*time.Minute, func() { panic("the Worker hangs") })
		defer hanging.Stop()
		s := start(t)
		load := worker("main.js", main)
		load.Modules = append(load.Modules, rpc.Module{Name: "b", Kind: rpc.ModuleKind(kind), Data: []byte(second), Compiled: []byte(main)})
		load.Limits = rpc.LoadLimits{StartupWall: 200e6, StartupCPU: 200e6}
		_ = s.load(load)
		m := &rpc.Invoke{Method: "GET", Entrypoint: entrypoint, Limits: rpc.InvokeLimits{CPU: 200e6, Wall: 300e6}}
		s.answer = func(*rpc.HostCall) *rpc.HostResult { return &rpc.HostResult{} }
		s.invoke(m)
	})
}
