package supervisor

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"stockade.dev/stockade/rpc"
)

func TestTracesAreBounded(t *testing.T) {
	ts := newTraces()
	if ts.settled("app") != nil {
		t.Error("there is something to wait for before there are traces")
	}
	ts.begin("app")
	ts.begin("app")
	if !ts.hold("app", maxTraces-1) || ts.hold("app", 2) {
		t.Error("a root may hold more than maxTraces")
	}
	settled := ts.settled("app")
	ts.end("app", maxTraces-1)
	select {
	case <-settled:
		t.Error("settled while one is open")
	default:
	}
	ts.end("app", 0)
	<-settled
	if len(ts.byRoot) != 0 {
		t.Error("a root without traces is kept")
	}
}

// TestSlowTailsLeavePlaces has one Worker's tails take their time: they take their share, and another's are told.
func TestSlowTailsLeavePlaces(t *testing.T) {
	ts, slow, quick := newTraces(), new(dynamicWorker), new(dynamicWorker)
	ts.begin("app")
	running := 0
	for range 10 {
		ts.tell("app", waitingTail{slow, func() { running++ }})
	}
	if running != mostTellingOf {
		t.Errorf("%d of one Worker's tails run", running)
	}
	ran := false
	ts.tell("app", waitingTail{quick, func() { ran = true }})
	if !ran {
		t.Error("another's has to wait")
	}
	ts.told("app", quick)
	for range 10 {
		ts.told("app", slow)
	}
	if running != 10 || slow.telling != 0 || ts.byRoot["app"].telling != 0 || len(ts.byRoot["app"].waiting) != 0 {
		t.Errorf("%d have run; %+v", running, ts.byRoot["app"])
	}
}

// TestATraceOfAHostileProcess gives a trace what no runtime says.
func TestATraceOfAHostileProcess(t *testing.T) {
	for _, said := range []string{"", "{", "[1", `"\ud800"`, strings.Repeat("[", 20000) + strings.Repeat("]", 20000), `{"url":5}`, "\xff\xfe"} {
		v := newCodedInvocation(1, logBudget{bytes: 1 << 20, lines: 1000})
		v.trace = &trace{began: time.Now(), kind: "fetch"}
		for _, level := range []string{"request", "request", "response", "response", "channel", "log", "nonsense"} {
			v.logLine(&rpc.LogLine{Level: level, Message: []byte(said), Time: -1 << 62})
		}
		v.exception(&rpc.Exception{Name: said, Message: said, Stack: said + "\n  [cause]: " + said})
		b, err := json.Marshal(v.trace.item(v, &rpc.Done{Outcome: said, CPU: -1}, nil))
		if err != nil || !json.Valid(b) || len(b) > maxTrace {
			t.Errorf("%.20q: %v, %d bytes", said, err, len(b))
		}
	}
}

// TestATraceIsTruncated has more to tell than there is room for.
func TestATraceIsTruncated(t *testing.T) {
	v := newCodedInvocation(1, logBudget{bytes: 1 << 30, lines: 1 << 20})
	v.trace = &trace{began: time.Now(), kind: "fetch"}
	for range 10 {
		v.logLine(&rpc.LogLine{Level: "log", Message: []byte(`[["` + strings.Repeat("x", 50<<10) + `"],null]`)})
		v.exception(&rpc.Exception{Name: "Error", Message: strings.Repeat("y", 50<<10)})
	}
	item := v.trace.item(v, &rpc.Done{Outcome: "ok"}, nil)
	if !item.Truncated || len(item.Lines) != 6 || item.Lines[5][0] != "warn" || len(item.Exceptions) != 1 {
		t.Errorf("truncated %v, %d lines, %d exceptions", item.Truncated, len(item.Lines), len(item.Exceptions))
	}
}
