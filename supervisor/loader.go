package supervisor

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// loaderCap is a Worker Loader. Loaders with the same scope share their Workers by id.
type loaderCap struct {
	identity identity
	scope    string
}

func (*loaderCap) retain()  {}
func (*loaderCap) release() {}

func (l *loaderCap) call(c *hostCall) { l.callIn(nil, c) }

func (l *loaderCap) callIn(b *batch, c *hostCall) {
	defer c.args.drop()
	var (
		stub *workerCap
		err  error
	)
	switch c.operation {
	case "find":
		id, _, _ := firstPiece(c.args.data)
		stub = l.identity.s.dynamic.find(l.key(shortID(string(id))))
	case "load":
		stub, err = l.load(c)
	default:
		err = rpc.Errorf(rpc.BadRequest, "A Worker Loader has no operation %.20q.", c.operation)
	}
	switch {
	case err != nil:
		c.loaded(loadCall{err: err})
		c.fail(err)
	case stub == nil:
		c.loaded(loadCall{err: errSettled}) // what was to be called on it has to wait for the code
		c.endIn(b, nil, parcel{})
	default:
		c.answerLoaded(b, stub)
	}
}

// answerLoaded answers with the number of a grant on the Worker. To find one is no news to an isolate that has called it
// already: that goes with the answer to the call.
func (c *hostCall) answerLoaded(b *batch, stub *workerCap) {
	failpoint("loader: loaded")
	number := c.from.give([]capability{stub}, c.invocation)
	c.loaded(loadCall{grant: number[0]})
	c.finish()
	text := strconv.AppendUint(nil, uint64(number[0]), 10)
	answer := rpc.Frame{ID: c.id, Message: &rpc.HostResult{Value: rpc.Given{Data: appendPiece(nil, text), Grants: number}}}
	if b == nil || c.operation != "find" {
		c.from.postIn(b, answer)
		return
	}
	c.from.enqueue(answer)
	b.found(c.from, c.id)
}

// loadCall is what has come of a call that loads a Worker: calls on the Worker's entrypoints may name the call instead of
// the grant, which the isolate does not know yet.
type loadCall struct {
	grant uint32 // on the Worker
	err   error
}

func (c *hostCall) loaded(l loadCall) {
	i := c.from
	i.mu.Lock()
	defer i.mu.Unlock()
	if v := i.calls[c.invocation]; v != nil {
		i.loads[c.id] = l
		v.loads = append(v.loads, c.id)
	}
}

func appendPiece(b, piece []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(piece))), piece...)
}

// firstPiece splits the first piece off a value's data.
func firstPiece(data []byte) (piece, rest []byte, ok bool) {
	n, size := binary.Uvarint(data)
	if size <= 0 || n > uint64(len(data)-size) {
		return nil, nil, false
	}
	return data[size : size+int(n)], data[size+int(n):], true
}

// key is quoted where a scope and an id could be cut in another place.
func (l *loaderCap) key(id string) string { return "dynamic/" + strconv.Quote(l.scope) + "/" + id }

// shortID keeps an id of any length to what can be a key of the store.
func shortID(id string) string {
	const most = 256
	if len(id) <= most {
		return id
	}
	return fmt.Sprintf("%x/%d", sha256.Sum256([]byte(id)), len(id))
}

// loadRequest is what an isolate says of the Worker that it wants, in JSON; the modules' contents, the coded env and the
// capabilities follow.
type loadRequest struct {
	ID       *string        `json:"id,omitzero"`
	Code     workerCode     `json:"code"`
	Modules  []loadedModule `json:"modules"`
	Outbound string         `json:"outbound"` // "inherit", "none", "stub"
	Tails    int            `json:"tails"`
}

type loadedModule struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

var errMalformedCode = rpc.Errorf(rpc.BadRequest, "The WorkerCode is malformed.")

// parseLoad reads a loadRequest, and returns the coded env with it.
func parseLoad(data []byte) (req *loadRequest, env []byte, err error) {
	head, rest, ok := firstPiece(data)
	if !ok {
		return nil, nil, errMalformedCode
	}
	req = new(loadRequest)
	if err := decodeJSON(bytes.NewReader(head), req); err != nil {
		return nil, nil, err
	}
	if req.Code.Bindings != nil || req.Code.Env != nil || req.Code.Modules != nil {
		return nil, nil, errMalformedCode
	}
	req.Code.Modules = make(map[string]module, len(req.Modules))
	for _, m := range req.Modules {
		var content []byte
		kind := moduleKinds[m.Kind]
		if content, rest, ok = firstPiece(rest); !ok || kind == 0 {
			return nil, nil, errMalformedCode
		}
		req.Code.Modules[m.Name] = module{kind: kind, data: bytes.Clone(content)}
	}
	return req, rest, nil
}

func (l *loaderCap) load(c *hostCall) (*workerCap, error) {
	req, env, err := parseLoad(c.args.data)
	if err != nil {
		return nil, err
	}
	req.Code.dynamic, req.Code.experimental = true, c.from.identity.experimental
	if err := req.Code.check(policy.Ceiling(*l.identity.pool.current(), l.identity.role), time.Now()); err != nil {
		return nil, err
	}
	pool, err := l.identity.s.loadedOn(l.identity.pool, req.Code.Engine)
	if err != nil {
		return nil, err
	}
	if len(env) > rpc.MaxEnv {
		return nil, envTooLarge(len(env))
	}
	w := &dynamicWorker{identity: l.identity, code: &req.Code, size: req.Code.size() + int64(len(env))}
	if err := w.takeCaps(c, env, req); err != nil {
		return nil, err
	}
	if err := l.identity.s.quotas.hold(l.identity.root, w.size); err != nil {
		w.giveBack()
		return nil, err
	}
	w.identity.self, w.identity.pool = w, pool
	if req.ID == nil {
		l.name(w, "load/"+randomName(), l.identity.loads("", ""))
		return w.stub(), nil
	}
	w.named, w.id = true, shortID(*req.ID)
	l.name(w, w.id, l.identity.loads(w.id, req.Code.fingerprint()))
	stub := w.stub()
	l.identity.s.dynamic.put(w)
	return stub, nil
}

// name gives a Worker its name among those of this loader, and says on whose account it runs.
func (l *loaderCap) name(w *dynamicWorker, id string, on account) {
	w.key = l.key(id)
	w.identity.name, w.identity.account = w.key, on
}

func randomName() string {
	var id [16]byte
	rand.Read(id[:])
	return hex.EncodeToString(id[:])
}

func envTooLarge(size int) error {
	return limitError("envBytes", fmt.Sprintf("Dynamic Worker env size (%d bytes) exceeds the maximum allowed size of %d bytes.", size, rpc.MaxEnv), rpc.MaxEnv, int64(size))
}

// loadedOn is onEngine for a Worker that another loads, with the words of the loader's errors.
func (s *Supervisor) loadedOn(p *pool, engine string) (*pool, error) {
	if base := s.pools[p.current().Name]; engine == "" && base != nil {
		return base, nil
	}
	return s.onEngine(p, engine)
}

// takeCaps divides the capabilities: env's come first, then the outbound, then the tails.
func (w *dynamicWorker) takeCaps(c *hostCall, env []byte, req *loadRequest) error {
	caps := c.args.caps
	if req.Tails > mostTails {
		return limitError("tails", fmt.Sprintf("A dynamic Worker may have %d tails at most.", mostTails), mostTails, int64(req.Tails))
	}
	extra := req.Tails
	if req.Outbound == "stub" {
		extra++
	}
	if req.Tails < 0 || extra > len(caps) {
		return errMalformedCode
	}
	w.env = parcel{data: bytes.Clone(env), caps: caps[:len(caps)-extra]}
	for _, held := range caps[len(caps)-req.Tails:] {
		tail, is := held.(*serviceCap)
		if !is {
			return errNoTail
		}
		w.tails = append(w.tails, tail)
	}
	for _, held := range w.env.caps {
		switch held.(type) {
		case *serviceCap, *assetsCap:
		default:
			return &rpc.Error{Kind: rpc.Thrown, Name: "DataCloneError", Message: "Only service bindings can be part of a dynamic Worker's env: this one is a stub that ends with the request."}
		}
	}
	switch req.Outbound {
	case "stub":
		w.outbound = caps[len(caps)-extra]
	case "inherit":
		w.outbound = c.from.grants.lookup(outbound)
	}
	c.args.caps = nil // they are w's now
	return nil
}

// dynamicWorker is a Worker that another has loaded. It is kept, with what it has been given, as long as something
// leads to it: loader_life.go.
type dynamicWorker struct {
	identity identity
	key      string
	id       string // what get() was given, shortened
	named    bool   // by get(id): others may find it
	code     *workerCode
	env      parcel
	outbound capability // nil: none
	tails    []*serviceCap
	telling  int   // tails of it that run; guarded by traces.mu
	size     int64 // of code and env, as the quota has counted it

	stubs     atomic.Int64 // and entrypoints, that lead to it
	uses      atomic.Int64 // processes, and traces that its tails are still to be told
	forgotten bool         // guarded by dynamicWorkers.mu
}

func (w *dynamicWorker) acquire(ctx context.Context) (*warm, error) {
	return w.identity.s.warm.acquire(ctx, w.key, func(into *warm) { into.slot, into.meta, into.err = w.start(into) })
}

func (w *dynamicWorker) ready() *warm { return w.identity.s.warm.ready(w.key) }

func (w *dynamicWorker) start(into *warm) (*slot, workerMeta, error) {
	s, p := w.identity.s, w.identity.pool
	if !w.hold() { // who has asked for it may have left
		return nil, workerMeta{}, errStubGone
	}
	defer w.release()
	requested := w.code.Limits.requested()
	meta := workerMeta{pool: p, limits: requested, root: w.identity.root}
	limits := policy.EffectiveLimits(*p.current(), w.identity.role, requested, policy.RequestedLimits{})
	name := ""
	if w.named {
		name = w.key
	}
	if _, there := w.code.Modules[w.code.MainModule]; !there {
		w.failed()
		return nil, meta, startError(&rpc.Error{Kind: rpc.CodeError, Name: "Error", Message: "No such module: " + w.code.MainModule})
	}
	leave, err := w.enter(limits)
	if err != nil {
		return nil, meta, err
	}
	slot, err := s.load(s.ctx, p, name, w.code, limits, func(at *isolate, load *rpc.Load) {
		at.identity = w.identity
		env := w.env.copied()
		load.EnvCoded, load.Traced = true, len(w.tails) > 0
		load.Env = rpc.Given{Data: env.data, Grants: at.grants.give(env.caps, 0)}
		if w.outbound != nil {
			w.outbound.retain()
			at.grants.setOutbound(w.outbound)
		}
	})
	if err != nil {
		leave()
		w.failed()
		return slot, meta, startError(err)
	}
	s.hostCalls.Go(func() {
		<-slot.gone
		leave()
	})
	return slot, meta, nil
}

// enter waits until the Worker may have a process. A quarter of the profile's processes is for those at the roots.
func (w *dynamicWorker) enter(limits policy.Limits) (leave func(), err error) {
	s, root, pool := w.identity.s, w.identity.root, w.identity.pool.current().Pool
	most := min(int(limits.DynamicWorkers), max(1, pool.MaxWorkers*3/4))
	unused := func() bool { return s.warm.evictOne(func(other *warm) bool { return other.meta.root == root }) }
	if err := s.quotas.enter(s.ctx, root, most, pool.Queue.Length, pool.Queue.Timeout, unused); err != nil {
		return nil, err
	}
	w.use()
	return func() {
		s.quotas.leave(root)
		w.unuse()
	}, nil
}

// failed has get() of the same id ask for the code again.
func (w *dynamicWorker) failed() {
	if w.named {
		w.identity.s.dynamic.remove(w)
	}
}

// startError has the Workers runtime's words for what the code of a dynamic Worker has thrown while it started.
func startError(err error) error {
	var e *rpc.Error
	if !errors.As(err, &e) || e.Kind != rpc.CodeError {
		return err
	}
	text := "Failed to start Worker:\nUncaught " + e.Name + ": " + e.Message
	for line := range strings.Lines(e.Stack) {
		if at := strings.TrimSpace(line); strings.HasPrefix(at, "at ") {
			text += "\n  " + at
		}
	}
	started := *e
	started.Name, started.Message, started.Stack = "Error", text, ""
	return &started
}
