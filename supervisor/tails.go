package supervisor

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
)

// Tail Workers watch a dynamic Worker: its process says of each invocation what it logs, and what the request and the status
// of the response were. When the invocation has ended, tail() of each is called with that: nobody waits for it, and what it
// throws is its own.
//
//	beginLocked ─ dynamicWorker.trace ─▶ … logLine, exception, failed … ─▶ trace.end ─▶ deliver: serviceCap.call, event "tail"

var errNoTail = &rpc.Error{Kind: rpc.Thrown, Name: "TypeError", Message: "Only entrypoints of Workers can be tails: this is none."}

// mostTails is how many may watch one Worker: each of its invocations is one in each of them.
const mostTails = 16

// maxTrace is how much a Tail Worker is told of one invocation, as in the Workers runtime.
const maxTrace = 256 << 10

// maxTraceMessage is how much of an exception's message is told, as in the Workers runtime.
const maxTraceMessage = 4096

// maxTraces is how much of what Tail Workers have not taken yet is kept for one root. What comes beyond it is dropped.
const maxTraces = 16 << 20

// How many tails run at once of one root, and of one Worker: they are invocations of the loader like others, and must leave it places
// for those that somebody waits for.
const (
	mostTelling   = 16
	mostTellingOf = 4
)

// traceTooLong is the Workers runtime's.
const traceTooLong = "Log size limit exceeded: More than 256KB of data (across console.log statements, exception, request metadata and headers) was " +
	"logged during a single request. Subsequent data for this request will not be recorded in logs, appear when tailing this Worker's logs, or in Tail Workers."

// traceLevels are those of lines that are no log: workerproc/runtime/parts/trace.js.
var traceLevels = map[string]bool{"request": true, "response": true, "channel": true}

// trace is what Tail Workers will be told of one invocation.
type trace struct {
	worker     *dynamicWorker
	began      time.Time
	kind       string // callKind
	method     string
	entrypoint string

	request, response jsontext.Value // as the process says; guarded by invocation.mu until the end
}

// tracedWorker is the Worker of an isolate, if Tail Workers watch it.
func tracedWorker(i *isolate) *dynamicWorker {
	if w, is := i.identity.self.(*dynamicWorker); is && len(w.tails) > 0 {
		return w
	}
	return nil
}

func (w *dynamicWorker) trace(e *entry) *trace {
	t := &trace{worker: w, began: time.Now(), kind: callKind(e.call), entrypoint: e.service.entrypoint}
	if len(e.call.path) > 0 {
		t.method = e.call.path[0]
	}
	w.use()
	w.identity.s.traces.begin(w.identity.root)
	return t
}

// told ends a trace, of which so much was kept.
func (t *trace) told(size int64) {
	t.worker.identity.s.traces.end(t.worker.identity.root, size)
	t.worker.unuse()
}

// take keeps what the process says of the event. It reports false for a line of the log.
func (t *trace) take(m *rpc.LogLine) bool {
	switch {
	case m.Level == "request" && t.request == nil && len(m.Message) < maxTrace:
		t.request = jsonOrNull(m.Message)
	case m.Level == "response" && t.response == nil && len(m.Message) < 64:
		t.response = jsonOrNull(m.Message)
	}
	return m.Level != "channel"
}

// end tells the Tail Workers. It doesn't wait for them.
func (t *trace) end(v *invocation, end *rpc.Done, err error) {
	if t == nil {
		return
	}
	s, root := t.worker.identity.s, t.worker.identity.root
	if v.thrown != nil && v.thrown.Kind == rpc.NotFound && v.thrown.Name == "" { // no such entrypoint: nothing has run
		t.told(0)
		return
	}
	item := t.item(v, end, err)
	events, marshalErr := json.Marshal([]*traceItem{item})
	size := int64(len(events))
	if marshalErr != nil || !s.traces.hold(root, size) {
		s.log.Debug("what a Worker did is not told to its tails", "worker", t.worker.identity.name, "bytes", size, "err", marshalErr)
		t.told(0)
		return
	}
	left := newCountdown(len(t.worker.tails), func() { t.told(size) })
	for _, tail := range t.worker.tails {
		c := &hostCall{ctx: s.ctx, path: []string{"tail"}, event: "tail", args: parcel{data: events}}
		c.reply = func(e *rpc.Error, p parcel) {
			p.drop()
			if e != nil {
				s.log.Debug("a Tail Worker has failed", "worker", t.worker.identity.name, "err", e)
			}
			s.traces.told(root, t.worker)
			left.down()
		}
		s.traces.tell(root, waitingTail{t.worker, func() { s.hostCalls.Go(func() { tail.call(c) }) }})
	}
}

// countdown calls done when down has been called n times.
type countdown struct {
	mu   sync.Mutex // guards n
	n    int
	done func()
}

func newCountdown(n int, done func()) *countdown { return &countdown{n: n, done: done} }

func (c *countdown) down() {
	c.mu.Lock()
	c.n--
	last := c.n == 0
	c.mu.Unlock()
	if last {
		c.done()
	}
}

// traceItem is a trace as the runtime of a Tail Worker takes it (parts/trace.js). Some of it comes from a jail.
type traceItem struct {
	WallTime       int64      `json:"wallTime"` // ms
	CPUTime        int64      `json:"cpuTime"`  // ms
	Truncated      bool       `json:"truncated"`
	Outcome        string     `json:"outcome"`
	Entrypoint     string     `json:"entrypoint,omitzero"`
	EventTimestamp int64      `json:"eventTimestamp"` // ms since 1970
	Event          traceEvent `json:"event"`
	Lines          [][3]any   `json:"lines"`      // level, timestamp, [arguments, errors]
	Exceptions     [][4]any   `json:"exceptions"` // stack, name, message, timestamp
}

type traceEvent struct {
	Request  jsontext.Value `json:"request,omitzero"`
	Response jsontext.Value `json:"response,omitzero"`
	Method   string         `json:"rpcMethod,omitzero"`
}

func (t *trace) item(v *invocation, end *rpc.Done, err error) *traceItem {
	v.mu.Lock()
	defer v.mu.Unlock()
	item := &traceItem{WallTime: time.Since(t.began).Milliseconds(), Outcome: t.outcome(v, end, err), Entrypoint: t.entrypoint,
		EventTimestamp: t.began.UnixMilli(), Lines: [][3]any{}, Exceptions: [][4]any{}}
	if t.kind == "rpc" {
		item.Event.Method = t.method
	} else {
		item.Event.Request, item.Event.Response = t.request, t.response
	}
	if end != nil {
		item.CPUTime, item.Truncated = end.CPU.Milliseconds(), end.LogsDropped > 0
	}
	t.fill(item, v, err)
	return item
}

// fill adds the log and the exceptions, as far as there is room.
func (t *trace) fill(item *traceItem, v *invocation, err error) {
	room := maxTrace - len(t.request) - len(t.method)
	for _, l := range v.logs {
		if room -= len(l.Message); room < 0 {
			item.Truncated = true
			break
		}
		item.Lines = append(item.Lines, [3]any{l.Level, l.Time, jsonOrNull(l.Message)})
	}
	for _, e := range t.exceptions(v, err) {
		if room -= len(e.Message) + len(e.Stack); room < 0 {
			item.Truncated, e.Stack = true, ""
		}
		frames := framesOf(e)
		if len(e.Message) > maxTraceMessage {
			e.Message = strings.ToValidUTF8(e.Message[:maxTraceMessage], "\uFFFD")
		}
		item.Exceptions = append(item.Exceptions, [4]any{frames, e.Name, e.Message, e.Time})
		if room < 0 {
			break
		}
	}
	if item.Truncated {
		item.Lines = append(item.Lines, [3]any{"warn", time.Now().UnixMilli(), []any{[]string{traceTooLong}, nil}})
	}
}

// exceptions are those that nobody has caught: the error of a method is its caller's.
func (t *trace) exceptions(v *invocation, err error) (uncaught []rpc.Exception) {
	for _, e := range v.exceptions {
		if t.kind != "rpc" || !v.threw(e) {
			uncaught = append(uncaught, *e)
		}
	}
	if err != nil && len(uncaught) == 0 {
		e := asError(err)
		uncaught = append(uncaught, rpc.Exception{Name: "Error", Message: e.Message, Time: time.Now().UnixMilli()})
	}
	return uncaught
}

func (t *trace) outcome(v *invocation, end *rpc.Done, err error) string {
	o := outcome(end, err)
	switch {
	case o == "exceededWallTime":
		return "canceled" // the Workers runtime has no such limit
	case o == "exception" && err == nil && (t.kind == "rpc" || v.thrown == nil): // it has been answered, and what was thrown later is in exceptions
		return "ok"
	}
	return o
}

// framesOf is the stack below the line that repeats name and message.
func framesOf(e rpc.Exception) string {
	stack, _, _ := strings.Cut(e.Stack, "\n  [") // causes stand there
	for _, head := range []string{e.Name + ": " + e.Message, e.Name} {
		if rest, is := strings.CutPrefix(stack, head); is && (rest == "" || rest[0] == '\n') {
			return strings.TrimPrefix(rest, "\n")
		}
	}
	return stack
}

// traces are what Tail Workers have still to be told, by the root of the Workers that they watch.
type traces struct {
	mu     sync.Mutex // guards byRoot
	byRoot map[string]*rootTraces
}

type rootTraces struct {
	open  int   // invocations that are watched, until the tails have answered
	bytes int64 // of what has not been taken
	idle  []chan struct{}

	telling int // tails that run
	waiting []waitingTail
}

// waitingTail is a tail that is called when it is its turn.
type waitingTail struct {
	of   *dynamicWorker
	call func()
}

// tell calls a tail, or has it wait.
func (ts *traces) tell(root string, one waitingTail) {
	ts.mu.Lock()
	of := ts.byRoot[root]
	may := of.mayTellLocked(one.of)
	if !may {
		of.waiting = append(of.waiting, one)
	}
	ts.mu.Unlock()
	if may {
		one.call()
	}
}

// mayTellLocked takes a place, if there is one.
func (r *rootTraces) mayTellLocked(w *dynamicWorker) bool {
	if r.telling >= mostTelling || w.telling >= mostTellingOf {
		return false
	}
	r.telling++
	w.telling++
	return true
}

// told gives the place to the first that may have it.
func (ts *traces) told(root string, w *dynamicWorker) {
	ts.mu.Lock()
	of := ts.byRoot[root]
	of.telling--
	w.telling--
	var next waitingTail
	for n, one := range of.waiting {
		if of.mayTellLocked(one.of) {
			next = one
			of.waiting = slices.Delete(of.waiting, n, n+1)
			break
		}
	}
	ts.mu.Unlock()
	if next.call != nil {
		next.call()
	}
}

func newTraces() *traces { return &traces{byRoot: make(map[string]*rootTraces)} }

func (ts *traces) begin(root string) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	of := ts.byRoot[root]
	if of == nil {
		of = new(rootTraces)
		ts.byRoot[root] = of
	}
	of.open++
}

// hold reports whether there is room for a trace of that size, and takes it.
func (ts *traces) hold(root string, size int64) bool {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	of := ts.byRoot[root]
	if of.bytes+size > maxTraces {
		return false
	}
	of.bytes += size
	return true
}

// end is the inverse of begin, and of hold.
func (ts *traces) end(root string, size int64) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	of := ts.byRoot[root]
	of.open--
	of.bytes -= size
	if of.open > 0 {
		return
	}
	for _, waits := range of.idle {
		close(waits)
	}
	delete(ts.byRoot, root)
}

// settled is closed when all of a root are told; nil if there are none.
func (ts *traces) settled(root string) <-chan struct{} {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	of := ts.byRoot[root]
	if of == nil {
		return nil
	}
	waits := make(chan struct{})
	of.idle = append(of.idle, waits)
	return waits
}

// retire ends a run's process, after its Tail Workers have been told if it has any. Nobody waits for that.
func (ts *traces) retire(s *Supervisor, slot *slot, root string, most time.Duration) {
	settled := ts.settled(root)
	if settled == nil {
		slot.retire()
		return
	}
	s.hostCalls.Go(func() {
		defer slot.retire()
		patience := time.NewTimer(most)
		defer patience.Stop()
		select {
		case <-settled:
		case <-patience.C:
		case <-slot.gone:
		case <-s.ctx.Done():
		}
	})
}
