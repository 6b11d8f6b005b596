package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"stockade.dev/stockade/rpc"
)

// isolate is the supervisor's end of the conversation with one worker
// process: one Worker, any number of invocations.
type isolate struct {
	conn *rpc.Conn
	log  *slog.Logger

	engine, version string // from Ready
	grants          grants // what it may reach; empty until a later issue fills it

	loaded  chan struct{} // closed when the Worker's top level has run, or failed to
	started time.Time     // when Load was sent
	load    *rpc.Loaded   // after loaded: nil if it failed
	loadErr error         // after loaded

	boot *invocation // what the top level logs, before the first invocation

	mu    sync.Mutex // guards what follows
	calls map[uint32]*invocation
	next  uint32
	idle  func() // called once when the last invocation ends, if set
}

func newIsolate(conn *rpc.Conn, log *slog.Logger) *isolate {
	return &isolate{conn: conn, log: log, boot: newInvocation(0, logBudget{bytes: rpc.MaxLog, lines: 100}),
		loaded: make(chan struct{}), calls: make(map[uint32]*invocation)}
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

// receive handles frames until the process ends, or breaks the rules.
func (i *isolate) receive() error {
	for {
		f, err := i.conn.Receive()
		if err == nil {
			err = i.handle(f)
		}
		if err != nil {
			return err
		}
	}
}

func (i *isolate) handle(f rpc.Frame) error {
	switch m := f.Message.(type) {
	case *rpc.Ready:
		return fmt.Errorf("%w: second Ready", rpc.ErrProtocol)
	case *rpc.Loaded:
		return i.settleLoad(m, nil)
	case *rpc.LoadFailed:
		return i.settleLoad(nil, fromJail(&m.Error))
	case *rpc.HostCall:
		return i.callback(f.ID, m)
	}
	v, err := i.find(f)
	if v == nil || err != nil {
		return err
	}
	return v.receive(f.Message)
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
	if v == nil && (f.ID == 0 || f.ID > i.next) {
		return nil, fmt.Errorf("%w: %s for an invocation that never was", rpc.ErrProtocol, f.Type())
	}
	if _, last := f.Message.(*rpc.Done); last {
		delete(i.calls, f.ID)
		i.idleLocked()
	}
	return v, nil
}

// idleLocked tells who waits for it that no invocation is under way.
func (i *isolate) idleLocked() {
	if len(i.calls) == 0 && i.idle != nil {
		i.idle()
		i.idle = nil
	}
}

// whenIdle calls do when no invocation is under way, perhaps at once.
func (i *isolate) whenIdle(do func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.idle = do
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
	calls := i.calls
	i.calls = nil
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
}

// errGone says that the isolate ended before the invocation could begin: it
// is safe to try again with another one.
var errGone = errors.New("the worker process has ended")

// begin registers an invocation.
func (i *isolate) begin(keep logBudget, ended func(*rpc.Done, error)) (*invocation, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.calls == nil {
		return nil, errGone
	}
	i.next++
	v := newInvocation(i.next, keep)
	v.ended = ended
	i.calls[v.id] = v
	return v, nil
}

// invoke begins an invocation; load goes before it in the same write when it
// is not nil.
func (i *isolate) invoke(load *rpc.Load, invoke *rpc.Invoke, keep logBudget, ended func(*rpc.Done, error)) (*invocation, error) {
	v, err := i.begin(keep, ended)
	if err != nil {
		return nil, err
	}
	frames := []rpc.Frame{{ID: v.id, Message: invoke}}
	if load != nil {
		i.started = time.Now()
		frames = []rpc.Frame{{Message: load}, frames[0]}
	}
	if err := i.conn.Send(frames...); err != nil {
		i.forget(v)
		return nil, fmt.Errorf("%w: %w", errGone, err)
	}
	return v, nil
}

// sendLoad sends Load alone; await i.loaded for its outcome.
func (i *isolate) sendLoad(load *rpc.Load) error {
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

// cancel tells the process that nobody waits for the invocation.
func (i *isolate) cancel(v *invocation, reason string) {
	if err := i.conn.Send(rpc.Frame{ID: v.id, Message: &rpc.Cancel{Reason: reason}}); err != nil {
		i.log.Debug("cannot cancel an invocation", "err", err)
	}
}

// forget drops an invocation that nobody waits for: later messages of it are
// ignored.
func (i *isolate) forget(v *invocation) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.calls, v.id)
	i.idleLocked()
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
	return &kept
}
