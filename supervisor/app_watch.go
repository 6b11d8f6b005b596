package supervisor

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"stockade.dev/stockade/rpc"
)

// appRequest is one request to an app on its way to the log.
type appRequest struct {
	app         *app
	id          int64
	method, url string
	began       time.Time
	status      atomic.Int32 // 0: it had no answer
	failed      atomic.Pointer[rpc.Error]
	took        time.Duration // until the whole answer was there
	loaded      string        // the id of a Worker that the app has loaded, whose call it is

	of    *exchange
	left  atomic.Int32 // of the answer and the invocation's end: what has not come
	ended func()       // is called when all is logged
	next  appointment  // to look at the log

	mu     sync.Mutex // guards what follows
	logged copied
	over   bool
}

var requestIDs atomic.Int64

const maxLoggedURL = 2048

func newAppRequest(a *app, method, url string) *appRequest {
	return &appRequest{app: a, id: requestIDs.Add(1), method: method, url: url[:min(len(url), maxLoggedURL)], began: time.Now()}
}

func (q *appRequest) record(kind string) logRecord {
	return logRecord{Type: kind, Timestamp: millis(time.Now()), Version: q.app.version.Number, Request: q.id, Worker: q.loaded}
}

// end logs the request's own line.
func (q *appRequest) end(outcome string, cpu time.Duration) {
	r := q.record("request")
	r.Method, r.URL, r.Status, r.Outcome = q.method, q.url, int(q.status.Load()), outcome
	r.WallMs, r.CPUMs = ms(cmp.Or(q.took, time.Since(q.began))), ms(cpu)
	q.app.log.add(r)
}

// refused logs a request that never reached an isolate.
func (q *appRequest) refused(err error) {
	e := asError(err)
	q.status.Store(int32(statusOf(e)))
	q.exception(e)
	q.end(outcome(nil, e), 0)
}

func (q *appRequest) exception(e *rpc.Error) {
	r := q.record("exception")
	r.Name, r.Message, r.Stack = e.Name, jsonString(e.Message), e.Stack
	q.app.log.add(r)
}

// reportEvery is how often the log of an invocation that goes on is looked at.
const reportEvery = 100 * time.Millisecond

// follow has what the invocation logs, and its end, copied to the app's log, and calls ended when it and its answer have
// ended, which the caller says with part. It takes no goroutine: most invocations end at once.
func (q *appRequest) follow(x *exchange, ended func()) {
	q.of, q.ended, q.next.do = x, ended, q.look
	q.left.Store(2)
	looks.set(&q.next, reportEvery)
	x.inv.whenDone(q.part)
}

// look copies what an invocation that goes on has logged.
func (q *appRequest) look() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.over {
		return
	}
	q.copyNew(q.of.inv, &q.logged)
	looks.set(&q.next, reportEvery)
}

// part is called when status, failed and took are final, and when the invocation has ended. The later one logs the end.
func (q *appRequest) part() {
	if q.left.Add(-1) > 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.over = true
	looks.cancel(&q.next)
	q.copyNew(q.of.inv, &q.logged)
	q.endOf(q.of.inv)
	q.ended()
}

// endOf logs the request's line, behind the error that nobody has logged.
func (q *appRequest) endOf(v *invocation) {
	end, err := v.end, v.failure()
	if failed := q.failed.Load(); failed != nil {
		err = failed
		if q.logged.exceptions == 0 {
			q.exception(failed)
		}
	}
	var cpu time.Duration
	if end != nil {
		cpu = end.CPU
	}
	q.end(outcome(end, err), cpu)
}

// copied counts what of an invocation is in the log already.
type copied struct{ logs, exceptions int }

func (q *appRequest) copyNew(v *invocation, c *copied) {
	v.mu.Lock()
	logs, exceptions := v.logs[c.logs:], v.exceptions[c.exceptions:]
	v.mu.Unlock()
	c.logs += len(logs)
	c.exceptions += len(exceptions)
	q.app.log.add(q.lines(logs, exceptions)...)
}

func (q *appRequest) lines(logs []*rpc.LogLine, exceptions []*rpc.Exception) []logRecord {
	var records []logRecord
	for _, l := range logs {
		r := q.record("log")
		r.Timestamp, r.Level, r.Message = float64(l.Time), l.Level, jsonOrNull(l.Message)
		records = append(records, r)
	}
	for _, e := range exceptions {
		r := q.record("exception")
		r.Timestamp, r.Name, r.Message, r.Stack = float64(e.Time), e.Name, jsonString(e.Message), e.Stack
		records = append(records, r)
	}
	return records
}

// logBoot copies what the app's top level has logged.
func (a *app) logBoot(slot *slot) {
	q := &appRequest{app: a}
	q.copyNew(slot.boot, new(copied))
}

// loggedApp is the app in whose log a call of the Worker is: itself, or what has loaded it; nil: none.
func loggedApp(callee identity) (a *app, loaded string) {
	switch w := callee.self.(type) {
	case appWorker:
		return w.a, ""
	case *dynamicWorker:
		key, ofApp := strings.CutPrefix(callee.root, workerName(""))
		if !callee.s.options.LoadedLogs || !ofApp || len(w.tails) > 0 {
			return nil, ""
		}
		a, _ = callee.s.app(key) // it may be gone
		return a, cmp.Or(w.id, "load()")
	}
	return nil, ""
}

// logCall copies what a call of an app by another Worker, or by itself, has logged to the app's log.
func logCall(callee identity, v *invocation) {
	a, loaded := loggedApp(callee)
	if a == nil || a.log == nil || v == nil {
		return
	}
	q := &appRequest{app: a, id: requestIDs.Add(1), loaded: loaded}
	if v.thrown != nil && callKind(v.call) == "rpc" {
		v.mu.Lock()
		v.exceptions = slices.DeleteFunc(v.exceptions, v.threw)
		v.mu.Unlock()
	}
	q.copyNew(v, new(copied))
}
