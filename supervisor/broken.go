package supervisor

import (
	"cmp"
	"maps"
	"slices"

	"stockade.dev/stockade/rpc"
)

// stubWatch makes a call a watch: one with the operation "broken", which onRpcBroken() of a stub makes. It fails when the object that the stub
// is on is gone, as a call of it would; and is answered when the stub is given back. It holds nothing: the object may go, the
// invocation of who watches may end. It counts as a call under way, which bounds how many there are.
type stubWatch struct {
	on    *exportCap // not held
	grant uint32     // by which it was named
}

// watches are calls by what they are to be found by.
type watches map[uint32]map[*hostCall]struct{}

func (w *watches) add(key uint32, c *hostCall) {
	if *w == nil {
		*w = make(watches)
	}
	if (*w)[key] == nil {
		(*w)[key] = make(map[*hostCall]struct{})
	}
	(*w)[key][c] = struct{}{}
}

func (w watches) remove(key uint32, c *hostCall) {
	delete(w[key], c)
	if len(w[key]) == 0 {
		delete(w, key)
	}
}

// of returns the calls with one of the keys.
func (w watches) of(keys ...uint32) (calls []*hostCall) {
	for _, key := range keys {
		for c := range w[key] {
			calls = append(calls, c)
		}
	}
	slices.SortFunc(calls, func(a, b *hostCall) int { return cmp.Compare(a.id, b.id) }) // as they were made, in each isolate
	return calls
}

func (w watches) all() []*hostCall { return w.of(slices.Collect(maps.Keys(w))...) }

// watch makes c a watch on the object behind a grant. An error means that the process broke the protocol.
func (i *isolate) watch(c *hostCall, m *rpc.HostCall) error {
	c.args.drop()
	c.args = parcel{}
	if m.Of != 0 || m.Target.Kind != rpc.CapGrant {
		return c.refuse(errNoStub)
	}
	target, err := i.named(m.Target, m.Invocation)
	if err != nil {
		return c.refuse(err)
	}
	defer target.release()
	e, is := target.(*exportCap)
	if !is {
		return c.refuse(errNoStub)
	}
	c.watch = &stubWatch{on: e, grant: m.Target.ID}
	i.mu.Lock()
	i.watching.add(m.Target.ID, c)
	i.mu.Unlock()
	if !e.at.watchedBy(c, e.invocation) {
		c.fail(errStubGone)
	}
	return nil
}

var errNoStub = rpc.Errorf(rpc.BadRequest, "Only a stub on an object can be watched.")

// watchedBy reports false when the invocation has ended whose object is to be watched.
func (i *isolate) watchedBy(c *hostCall, invocation uint32) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.calls[invocation] == nil {
		return false
	}
	i.watched.add(invocation, c)
	return true
}

// unwatch forgets a watch that is over.
func (c *hostCall) unwatch() {
	at := c.watch.on.at
	at.mu.Lock()
	at.watched.remove(c.watch.on.invocation, c)
	at.mu.Unlock()
	c.from.mu.Lock()
	c.from.watching.remove(c.watch.grant, c)
	c.from.mu.Unlock()
}

// dropWatches answers the watches on grants that have been given back.
func (i *isolate) dropWatches(grants []uint32) {
	i.mu.Lock()
	var over []*hostCall
	if len(i.watching) > 0 {
		over = i.watching.of(grants...)
	}
	i.mu.Unlock()
	for _, c := range over {
		c.answer(parcel{})
	}
}
