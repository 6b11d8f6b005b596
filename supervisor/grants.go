package supervisor

import (
	"cmp"
	"fmt"
	"sync"

	"stockade.dev/stockade/rpc"
)

// grants is what one isolate may reach outside of it, by grant number. The zero value denies everything.
type grants struct {
	mu      sync.Mutex
	held    map[uint32]grant
	numbers rpc.Numbers
	closed  bool
	most    int // how many may be held; 0: mostGrants
}

// mostGrants is the limit of an isolate that has not been told its own.
const mostGrants = 65_536

// grant is a capability in an isolate's table. It is given back with the invocation that it came to; 0: with the isolate.
type grant struct {
	capability
	invocation uint32
}

// outbound is the grant number of globalOutbound: fetch() and connect().
const outbound = 0

// tooMany is the number of what an isolate could not be given because it held as much as it may.
const tooMany = 1<<32 - 1

// lookup returns a capability by its number, held for the caller; nil if there is none.
func (g *grants) lookup(number uint32) capability {
	g.mu.Lock()
	defer g.mu.Unlock()
	held, ok := g.held[number]
	if !ok {
		return nil
	}
	held.retain()
	return held.capability
}

// has reports whether there is a capability of that number.
func (g *grants) has(number uint32) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, ok := g.held[number]
	return ok
}

// given is a parcel as the isolate gets it. What it gets of its own it is told, so that it need not call itself: as its own
// caller it would keep the invocation alive that has passed the object out.
func (i *isolate) given(p parcel, invocation uint32) rpc.Given {
	var own []uint32
	for n, c := range p.caps {
		if e, is := c.(*exportCap); is && e.at == i {
			if own == nil {
				own = make([]uint32, len(p.caps))
			}
			own[n] = e.id
		}
	}
	return rpc.Given{Data: p.data, Grants: i.give(p.caps, invocation), Own: own}
}

// give is grants.give for an invocation that may end meanwhile: then nobody would give back what came to it.
func (i *isolate) give(caps []capability, invocation uint32) []uint32 {
	numbers := i.grants.give(caps, invocation)
	if len(numbers) > 0 && invocation != 0 && i.invocation(invocation) == nil {
		i.grants.drop(numbers)
	}
	return numbers
}

// had reports whether there was a grant of that number. It may have gone with the invocation to which it came.
func (g *grants) had(number uint32) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return number != tooMany && g.numbers.Given(number)
}

// setOutbound makes c what fetch() reaches; as give, it takes over the caller's hold on it.
func (g *grants) setOutbound(c capability) {
	g.mu.Lock()
	closed := g.closed
	if g.held == nil {
		g.held = make(map[uint32]grant)
	}
	if !closed {
		g.held[outbound] = grant{c, 0}
	}
	g.mu.Unlock()
	if closed {
		c.release()
	}
}

// give puts the capabilities into the table, which takes over the caller's hold on them, and returns their numbers. They
// are dropped when the isolate is gone, or has too many.
func (g *grants) give(caps []capability, invocation uint32) []uint32 {
	if len(caps) == 0 {
		return nil
	}
	g.mu.Lock()
	refused := g.closed || len(g.held)+len(caps) > cmp.Or(g.most, mostGrants)
	var numbers []uint32
	if !refused {
		if g.held == nil {
			g.held = make(map[uint32]grant)
		}
		for _, c := range caps {
			n := g.numbers.Next(g.takenLocked)
			g.held[n] = grant{c, invocation}
			numbers = append(numbers, n)
		}
	}
	g.mu.Unlock()
	if refused {
		parcel{caps: caps}.drop()
		numbers = make([]uint32, len(caps))
		for n := range numbers {
			numbers[n] = tooMany // an error, when it is used
		}
	}
	return numbers
}

// takenLocked reports whether a number means something.
func (g *grants) takenLocked(number uint32) bool {
	_, held := g.held[number]
	return held || number == tooMany
}

// drop gives grants back. A number that isn't there is ignored: it may have gone with its invocation.
func (g *grants) drop(numbers []uint32) {
	g.mu.Lock()
	var gone []capability
	for _, n := range numbers {
		if held, ok := g.held[n]; ok && n != outbound {
			delete(g.held, n)
			gone = append(gone, held.capability)
		}
	}
	g.mu.Unlock()
	parcel{caps: gone}.drop()
}

// dropOf gives back what came to an invocation that has ended.
func (g *grants) dropOf(invocation uint32) {
	g.dropIf(func(held grant) bool { return held.invocation == invocation })
}

// close gives everything back, for good.
func (g *grants) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.dropIf(func(grant) bool { return true })
}

func (g *grants) dropIf(match func(grant) bool) {
	g.mu.Lock()
	var gone []capability
	for n, held := range g.held {
		if match(held) {
			delete(g.held, n)
			gone = append(gone, held.capability)
		}
	}
	g.mu.Unlock()
	parcel{caps: gone}.drop()
}

// take reads a value that comes out of the isolate: what it names is looked up in its own table, and nowhere else.
func (i *isolate) take(v rpc.Value, invocation uint32) (parcel, error) {
	p := parcel{data: v.Data}
	for _, c := range v.Caps {
		found, err := i.named(c, invocation)
		if err != nil {
			p.drop()
			return parcel{}, err
		}
		p.caps = append(p.caps, found)
	}
	return p, nil
}

// named is the capability that c stands for, held for the caller.
func (i *isolate) named(c rpc.Cap, invocation uint32) (capability, error) {
	switch c.Kind {
	case rpc.CapGrant:
		if found := i.grants.lookup(c.ID); found != nil {
			return found, nil
		}
		if i.grants.had(c.ID) {
			return nil, errOtherRequest
		}
		return nil, i.grants.refusal(c.ID)
	case rpc.CapExport:
		e := &exportCap{at: i, invocation: invocation, id: c.ID}
		e.retain()
		return e, nil
	case rpc.CapEntrypoint:
		return i.entrypoint(c, 0, invocation)
	}
	return nil, fmt.Errorf("%w: capability of kind %d", rpc.ErrProtocol, c.Kind)
}

// entrypoint is an entrypoint of the isolate's own Worker, or of one that it has loaded: by grant, or by the call of.
func (i *isolate) entrypoint(c rpc.Cap, of, invocation uint32) (capability, error) {
	w := i.identity.self
	if c.ID != 0 || of != 0 {
		loaded, err := i.loadedWorker(c.ID, of)
		if err != nil {
			return nil, err
		}
		w = loaded
	}
	if w == nil {
		return nil, i.grants.refusal(c.ID)
	}
	limits, err := parseLimits(c.Limits)
	if err != nil {
		return nil, err
	}
	props, err := i.take(c.Props, invocation)
	if err != nil {
		return nil, err
	}
	if d, is := w.(*dynamicWorker); is && !d.hold() {
		props.drop()
		return nil, errStubGone
	}
	s := &serviceCap{worker: w, entrypoint: c.Entrypoint, props: props, limits: limits, identity: i.identity}
	s.retain()
	return s, nil
}

// loadedWorker is the Worker behind a grant, or behind a load() that has just been called.
func (i *isolate) loadedWorker(number, of uint32) (worker, error) {
	if number == 0 {
		i.mu.Lock()
		load := i.loads[of]
		i.mu.Unlock()
		if load.err != nil {
			return nil, load.err
		}
		number = load.grant
	}
	c := i.grants.lookup(number)
	if c == nil {
		return nil, i.grants.refusal(number)
	}
	defer c.release()
	w, ok := c.(*workerCap)
	if !ok {
		return nil, i.grants.refusal(number)
	}
	return w.worker, nil
}
