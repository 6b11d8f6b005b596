package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// isolate is the supervisor's end of the conversation with one worker
// process: one Worker, any number of invocations.
type isolate struct {
	conn *rpc.Conn
	pid  int             // of its process; 0: not known
	done <-chan struct{} // closed when its process has been reaped; nil: not known
	log  *slog.Logger

	engine, version string // from Ready
	identity        identity
	grants          grants // what it may reach
	queue           sendQueue

	told      bool   // what it need not hear at once; guarded by turns.mu
	meteredOn string // the day on which it was last counted; guarded by meter.mu
	metered   meterLines
	reported  atomic.Int64         // CPU time that its process says it has used, ns
	counted   func() time.Duration // CPU time of its process as the kernel counts it; nil: not known

	loaded  chan struct{} // closed when the Worker's top level has run, or failed to
	started time.Time     // when Load was sent
	load    *rpc.Loaded   // after loaded: nil if it failed
	loadErr error         // after loaded

	boot *invocation // what the top level logs, before the first invocation

	exported atomic.Int64 // its objects that others hold

	mostCalls int // limit of outgoing, set before anything is loaded; 0: mostHostCalls

	mu       sync.Mutex // guards what follows
	calls    map[uint32]*invocation
	begun    rpc.Numbers // of calls
	unwanted int         // of calls: those that nobody waits for any more
	passed   int         // of calls: those that have been answered past the process
	held     int         // of calls: those of other isolates that have been answered, and last while somebody holds what they passed out
	idle     []func()    // called once when the last invocation ends
	entries  []*entry    // calls that wait for their turn to begin an invocation

	outgoing  map[uint32]*hostCall // calls of the isolate's that wait for their answer
	serving   map[uint32]*hostCall // calls on its stubs that it has not answered
	stubCalls rpc.Numbers          // of serving
	watched   watches              // of others, by the invocation whose object it is
	watching  watches              // its own, by grant
	loads     map[uint32]loadCall  // calls that have loaded a Worker, or failed to

	cache isolateCache
}

func newIsolate(conn *rpc.Conn, log *slog.Logger) *isolate {
	return &isolate{conn: conn, log: log, boot: newInvocation(0, logBudget{bytes: rpc.MaxLog, lines: 100}),
		loaded: make(chan struct{}), calls: make(map[uint32]*invocation), outgoing: make(map[uint32]*hostCall),
		serving: make(map[uint32]*hostCall), loads: make(map[uint32]loadCall)}
}

// reaped reports whether the process's id may be another's.
func (i *isolate) reaped() bool {
	select {
	case <-i.done:
		return true
	default:
		return false
	}
}

// hold sets the limits of what the isolate may hold of others, before it has anything.
func (i *isolate) hold(limits policy.Limits) {
	i.mostCalls, i.grants.most = int(limits.OpenCalls), int(limits.OpenStubs)
}

// greet waits for the process to be warm.
func (i *isolate) greet() error {
	f, err := i.conn.Receive()
	if err != nil {
		return fmt.Errorf("cannot start a worker process: %w", err)
	}
	ready, ok := f.Message.(*rpc.Ready)
	if !ok || ready.Protocol != rpc.Protocol {
		return fmt.Errorf("cannot use this stockade-worker: it speaks another protocol than this stockade (%d): install both from one release", rpc.Protocol)
	}
	i.engine, i.version = ready.Engine, ready.Version
	return nil
}

// receive handles frames until the process ends, or breaks the rules. What they cause in other isolates is sent when all
// that have arrived are handled.
func (i *isolate) receive() error {
	b := new(batch)
	for {
		f, err := i.conn.Receive()
		if err == nil {
			b.size += weight(f.Message)
			err = i.handle(b, f)
		}
		if b.frames++; err != nil || b.frames >= maxBatch || !i.conn.Buffered() {
			if err == nil {
				turns.received(i, b.frames, b.size)
			}
			b.flush()
		}
		if err != nil {
			return err
		}
	}
}

func (i *isolate) handle(b *batch, f rpc.Frame) error {
	switch m := f.Message.(type) {
	case *rpc.Ready:
		return fmt.Errorf("%w: second Ready", rpc.ErrProtocol)
	case *rpc.Loaded:
		m.CPU = i.plausible(m.CPU)
		i.startedUp(m.CPU)
		return i.settleLoad(m, nil)
	case *rpc.LoadFailed:
		return i.settleLoad(nil, fromJail(&m.Error))
	case *rpc.HostCall:
		return i.callback(b, f.ID, m)
	case *rpc.StubResult:
		return i.stubResult(b, f.ID, m)
	case *rpc.CacheCall:
		return i.cacheCall(f.ID, m)
	case *rpc.Drop:
		i.grants.drop(m.Grants)
		i.dropWatches(m.Grants)
		return nil
	}
	v, err := i.find(f)
	if v == nil || err != nil {
		return err
	}
	if err := i.handleOf(b, v, f.Message); err != nil {
		return fmt.Errorf("%w: %w", rpc.ErrProtocol, err)
	}
	return nil
}

// handleOf handles a message of an invocation. An error means that the process broke the protocol.
func (i *isolate) handleOf(b *batch, v *invocation, m rpc.Message) (err error) {
	switch m := m.(type) {
	case *rpc.CallResult, *rpc.InvokeFailed, *rpc.ResponseHead:
		if err = i.takeResult(v, m); err == nil && v.call != nil {
			err = v.answerCall(b, m)
			i.answered(b, v)
			return err
		}
	case *rpc.Done:
		m.CPU, m.SubRequests = i.plausible(m.CPU), v.plausible(m.SubRequests)
		i.ended(v)
		err = v.receive(m)
		i.enterWaiting(b)
		return err
	}
	if err != nil {
		return err
	}
	return v.receive(m)
}

// takeResult takes the capabilities of a coded result before anything that follows it can give them back.
func (i *isolate) takeResult(v *invocation, m rpc.Message) (err error) {
	switch m := m.(type) {
	case *rpc.CallResult:
		v.result, err = i.take(rpc.Value{Data: m.Value, Caps: m.Caps}, v.id)
	case *rpc.InvokeFailed:
		v.result, err = i.take(m.Thrown, v.id)
	}
	if err != nil && !errors.Is(err, rpc.ErrProtocol) {
		err = fmt.Errorf("a result with what the isolate does not hold: %w", err)
	}
	return err
}

// ended gives back what came to an invocation that is over.
func (i *isolate) ended(v *invocation) {
	i.grants.dropOf(v.id)
	i.mu.Lock()
	for _, id := range v.loads {
		delete(i.loads, id)
	}
	orphans, watchers := i.orphansLocked(v), i.watched.of(v.id)
	i.mu.Unlock()
	for _, c := range orphans {
		c.abandon()
	}
	for _, c := range watchers {
		c.fail(errStubGone)
	}
}

// invocation returns one that is under way; nil if it is not.
func (i *isolate) invocation(id uint32) *invocation {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.calls[id]
}

func (i *isolate) settleLoad(m *rpc.Loaded, err error) error {
	select {
	case <-i.loaded:
		return fmt.Errorf("%w: loaded twice", rpc.ErrProtocol)
	default:
	}
	i.load, i.loadErr = m, err
	close(i.loaded)
	return nil
}

// find returns the invocation that f belongs to; nil for one that has ended,
// since the process may not know that yet.
func (i *isolate) find(f rpc.Frame) (*invocation, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	v := i.calls[f.ID]
	if f.ID == 0 && (f.Type() == rpc.TypeLogLine || f.Type() == rpc.TypeException) {
		return i.boot, nil
	}
	if v == nil && !i.begun.Given(f.ID) {
		return nil, fmt.Errorf("%w: %s for an invocation that never was", rpc.ErrProtocol, f.Type())
	}
	if _, last := f.Message.(*rpc.Done); last && v != nil {
		i.overLocked(v)
	}
	return v, nil
}

// idleLocked tells who waits for it that no invocation is under way.
func (i *isolate) idleLocked() {
	if len(i.calls) > 0 {
		return
	}
	for _, do := range i.idle {
		do()
	}
	i.idle = nil
}

// whenIdle calls do when no invocation is under way, perhaps at once.
func (i *isolate) whenIdle(do func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.idle = append(i.idle, do)
	i.idleLocked()
}

// hasEnded reports whether the process can't answer any more.
func (i *isolate) hasEnded() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.calls == nil
}

// end tells everybody who waits that the process is gone.
func (i *isolate) end(err error) {
	i.mu.Lock()
	calls, serving, entries := i.calls, i.serving, i.entries
	i.calls, i.serving, i.entries = nil, nil, nil
	orphans, watchers := slices.Collect(maps.Values(i.outgoing)), i.watched.all()
	i.idleLocked() // who waits for the end of what was under way has it
	i.mu.Unlock()
	select {
	case <-i.loaded:
	default:
		i.loadErr = err
		close(i.loaded)
	}
	for _, v := range calls {
		v.finish(nil, err)
	}
	for _, c := range orphans {
		c.abandon()
	}
	for _, e := range entries {
		e.again()
	}
	for _, c := range append(slices.Collect(maps.Values(serving)), watchers...) {
		c.fail(errStubGone)
	}
	i.grants.close()
}

// errGone says that the isolate ended before the invocation could begin: it
// is safe to try again with another one.
var errGone = errors.New("the worker process has ended")

// begin registers an invocation. All that the isolate's reader, or another's, looks at is set by then: a hostile process needn't
// have been told of it to send something for it. plain says that it is a client's fetch, whose answer is a ResponseHead.
func (i *isolate) begin(keep logBudget, mayAsk int64, plain bool, ended func(*rpc.Done, error)) (*invocation, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.calls == nil {
		return nil, errGone
	}
	v := newInvocation(i.numberLocked(), keep)
	v.mayAsk, v.plain, v.ended = mayAsk, plain, ended
	i.calls[v.id] = v
	return v, nil
}

// numberLocked is the number of a new invocation.
func (i *isolate) numberLocked() uint32 {
	return i.begun.Next(func(n uint32) bool { return i.calls[n] != nil })
}

// invoke sends an invocation that has begun; load goes before it in the same
// write when it is not nil. It waits for the process to take them.
func (i *isolate) invoke(v *invocation, load *rpc.Load, invoke *rpc.Invoke) error {
	frames := []rpc.Frame{{ID: v.id, Message: invoke}}
	if load != nil {
		i.started = time.Now()
		load.Closed = !i.grants.has(outbound)
		frames = []rpc.Frame{{Message: load}, frames[0]}
	}
	turns.sent(i, weights(frames))
	if err := i.conn.Send(frames...); err != nil {
		i.forget(v)
		return fmt.Errorf("%w: %w", errGone, err)
	}
	return nil
}

// sendLoad sends Load alone; await i.loaded for its outcome.
func (i *isolate) sendLoad(load *rpc.Load) error {
	load.Closed = !i.grants.has(outbound)
	i.started = time.Now()
	return i.conn.Send(rpc.Frame{Message: load})
}

// awaitLoad waits for the Worker's top level to have run.
func (i *isolate) awaitLoad(ctx context.Context) error {
	select {
	case <-i.loaded:
		return i.loadErr
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// cancel tells the process that nobody waits for the invocation. It doesn't wait: the process may not be reading.
func (i *isolate) cancel(v *invocation, reason string) {
	i.post(rpc.Frame{ID: v.id, Message: &rpc.Cancel{Reason: reason}})
}

// abandoned notes that nobody waits for an invocation any more.
func (i *isolate) abandoned(v *invocation) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.calls[v.id] == v && !v.abandoned {
		v.abandoned = true
		i.unwanted++
	}
}

// answered notes that a call has its answer: it makes room for one that waits.
func (i *isolate) answered(b *batch, v *invocation) {
	i.mu.Lock()
	if i.calls[v.id] == v && !v.held && !v.passed {
		v.held = true
		i.held++
	}
	waiting := len(i.entries) > 0
	i.mu.Unlock()
	if waiting {
		i.enterWaiting(b)
	}
}

// goesOn reports whether there are invocations under way that somebody waits for.
func (i *isolate) goesOn() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.calls) > i.unwanted
}

// overLocked takes out an invocation that is over.
func (i *isolate) overLocked(v *invocation) {
	delete(i.calls, v.id)
	if v.abandoned {
		i.unwanted--
	}
	if v.held {
		i.held--
	}
	if v.passed {
		i.passed--
	}
	i.idleLocked()
}

// forget drops an invocation that nobody waits for: later messages of it are
// ignored.
func (i *isolate) forget(v *invocation) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.calls[v.id] == v {
		i.overLocked(v)
	}
}

// busy returns how many invocations are under way.
func (i *isolate) busy() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.calls)
}

// fromJail takes an error that a jailed process sent. What it claims is kept
// to the kinds that a Worker can be the cause of.
func fromJail(e *rpc.Error) *rpc.Error {
	for _, text := range []*string{&e.Name, &e.Message, &e.Stack, &e.Frame, &e.File} {
		*text = strings.ToValidUTF8(*text, "\uFFFD")
	}
	switch e.Kind {
	case rpc.CodeError, rpc.Thrown, rpc.NotFound, rpc.BadRequest:
		return e
	case rpc.LimitExceeded:
		if e.Limit != nil {
			return e
		}
	}
	kept := *e
	kept.Kind = rpc.Thrown
	kept.Limit = nil
	return &kept
}
