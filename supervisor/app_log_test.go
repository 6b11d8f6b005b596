package supervisor

import (
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

func TestAnAppsLogIsBounded(t *testing.T) {
	l := newAppLog()
	for i := range 3000 {
		l.add(logRecord{Type: "log", Version: i})
	}
	if all := l.tail(keptRecords + 1); len(all) != keptRecords || all[keptRecords-1].Version != 2999 {
		t.Errorf("%d records", len(all))
	}
	if last := l.tail(2); len(last) != 2 || last[0].Version != 2998 {
		t.Errorf("%+v", last)
	}
	l.add(logRecord{Stack: strings.Repeat("x", keptBytes/2)}, logRecord{Stack: strings.Repeat("x", keptBytes/2)}, logRecord{Version: 1})
	if n := len(l.tail(keptRecords)); n > 2 {
		t.Errorf("%d records", n)
	}
	l.add(logRecord{Message: jsontext.Value(strings.Repeat("x", 2*keptBytes))})
	if all := l.tail(keptRecords); len(all) != 1 {
		t.Errorf("%d records", len(all))
	}
}

func TestWhoFollowsASlowLogMissesLines(t *testing.T) {
	l := newAppLog()
	last, f, ok := l.follow(10)
	if !ok || len(last) != 0 {
		t.Fatalf("%v %v", last, ok)
	}
	for i := range behind + 5 {
		l.add(logRecord{Version: i})
	}
	for range behind {
		<-f.lines
	}
	l.add(logRecord{Version: -1})
	if r := <-f.lines; r.Type != "dropped" || r.Count != 5 {
		t.Errorf("%+v", r)
	}
	if r := <-f.lines; r.Version != -1 {
		t.Errorf("%+v", r)
	}
	l.leave(f)
	l.add(logRecord{})
	select {
	case r := <-f.lines:
		t.Errorf("%+v", r)
	default:
	}
}

func TestALogEndsWithItsApp(t *testing.T) {
	l := newAppLog()
	_, f, _ := l.follow(0)
	l.close()
	if _, more := <-f.lines; more {
		t.Error("it goes on")
	}
	l.leave(f)
	if _, late, ok := l.follow(0); !ok {
		t.Error("refused")
	} else if _, more := <-late.lines; more {
		t.Error("it goes on")
	}
	busy := newAppLog()
	for range maxFollowers {
		busy.follow(0)
	}
	if _, _, ok := busy.follow(0); ok {
		t.Error("one too many")
	}
}

// TestARequestIsAsLongAsItsAnswer: what it left for waitUntil() counts in no line of the log.
func TestARequestIsAsLongAsItsAnswer(t *testing.T) {
	q := newAppRequest(&app{log: newAppLog()}, "GET", "http://a/")
	q.began, q.took = time.Now().Add(-time.Hour), 5*time.Millisecond
	q.end("ok", 0)
	if got := q.app.log.tail(1)[0].WallMs; got != 5 {
		t.Errorf("%v ms, want 5", got)
	}
}
