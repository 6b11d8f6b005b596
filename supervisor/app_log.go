package supervisor

import (
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// logRecord is one line of an app's log.
type logRecord struct {
	Type      string  `json:"type"`             // request, log, exception, deploy, dropped
	Timestamp float64 `json:"timestamp"`        // ms since 1970
	Version   int     `json:"version,omitzero"` // of the app
	Request   int64   `json:"request,omitzero"` // which request it belongs to; 0: the top level

	Worker string `json:"worker,omitzero"` // the id of a Worker that the app has loaded, "load()" without; with Options.LoadedLogs

	Level   string         `json:"level,omitzero"`   // log
	Message jsontext.Value `json:"message,omitzero"` // log: an array of what console was given; exception, deploy: a string
	Name    string         `json:"name,omitzero"`    // exception
	Stack   string         `json:"stack,omitzero"`   // exception

	Method  string  `json:"method,omitzero"` // request
	URL     string  `json:"url,omitzero"`
	Status  int     `json:"status,omitzero"`
	Outcome string  `json:"outcome,omitzero"` // ok, exception, …, or asset
	WallMs  float64 `json:"wallMs,omitzero"`
	CPUMs   float64 `json:"cpuMs,omitzero"`

	Count int `json:"count,omitzero"` // dropped: how many lines the reader was too slow for
}

func (r *logRecord) size() int { return 128 + len(r.Message) + len(r.Stack) + len(r.URL) }

// What is kept of an app's log, in memory, and what one reader may be behind.
const (
	keptRecords  = 1000
	keptBytes    = 256 << 10
	behind       = 1024
	maxFollowers = 16
)

func millis(t time.Time) float64 { return float64(t.UnixMicro()) / 1000 }

func jsonString(text string) jsontext.Value {
	v, err := jsontext.AppendQuote(nil, text)
	if err != nil { // it had invalid UTF-8, and has been replaced
		return v
	}
	return v
}

// appLog is the last lines of an app's log, and those who read along.
type appLog struct {
	mu        sync.Mutex // guards what follows
	records   []logRecord
	bytes     int
	followers map[*follower]bool
	closed    bool
}

// follower is one who reads along. Its lines channel is closed with the log.
type follower struct {
	lines   chan logRecord
	dropped int // guarded by appLog.mu
}

func newAppLog() *appLog { return &appLog{followers: make(map[*follower]bool)} }

// add appends lines. It never waits for a reader.
func (l *appLog) add(records ...logRecord) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range records {
		l.records = append(l.records, r)
		l.bytes += r.size()
		for f := range l.followers {
			f.offer(r)
		}
	}
	for len(l.records) > keptRecords || l.bytes > keptBytes && len(l.records) > 1 {
		l.bytes -= l.records[0].size()
		l.records = l.records[1:]
	}
}

func (f *follower) offer(r logRecord) {
	if f.dropped > 0 {
		select {
		case f.lines <- logRecord{Type: "dropped", Timestamp: r.Timestamp, Count: f.dropped}:
			f.dropped = 0
		default:
		}
	}
	select {
	case f.lines <- r:
	default:
		f.dropped++
	}
}

// tail returns the last n lines.
func (l *appLog) tail(n int) []logRecord {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tailLocked(n)
}

func (l *appLog) tailLocked(n int) []logRecord {
	return append([]logRecord(nil), l.records[max(0, len(l.records)-n):]...)
}

// follow returns the last n lines and a follower for those to come; false
// when there are too many already. The caller calls leave.
func (l *appLog) follow(n int) ([]logRecord, *follower, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := &follower{lines: make(chan logRecord, behind)}
	if len(l.followers) >= maxFollowers {
		return nil, nil, false
	}
	if l.closed {
		close(f.lines)
	} else {
		l.followers[f] = true
	}
	return l.tailLocked(n), f, true
}

func (l *appLog) leave(f *follower) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.followers, f)
}

// close ends the log of an app that was deleted.
func (l *appLog) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for f := range l.followers {
		close(f.lines)
	}
	clear(l.followers)
}
