package supervisor

import (
	"errors"
	"log/slog"
	"testing"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/rpc/rpctest"
)

// fakedJail is an isolate with its process's end of the conversation.
type fakedJail struct {
	*isolate
	t       *testing.T
	process *rpc.Conn
	v       *invocation
}

func newFakedJail(t *testing.T) *fakedJail {
	ours, its := rpctest.Pair(t)
	p := &fakedJail{isolate: newIsolate(rpc.NewConn(ours, rpc.Worker), slog.New(slog.DiscardHandler)), t: t, process: rpc.NewConn(its, rpc.Supervisor)}
	var err error
	if p.v, err = p.begin(logBudget{}, 0, false, nil); err != nil {
		t.Fatal(err)
	}
	return p
}

// sends acts on a frame of the process's.
func (p *fakedJail) sends(id uint32, m rpc.Message) {
	p.t.Helper()
	b := new(batch)
	if err := p.handle(b, rpc.Frame{ID: id, Message: m}); err != nil {
		p.t.Fatal(err)
	}
	b.flush()
}

// watches has the process watch a grant.
func (p *fakedJail) watches(id, grant uint32) {
	p.t.Helper()
	p.sends(id, &rpc.HostCall{Invocation: p.v.id, Operation: "broken", Target: rpc.Cap{Kind: rpc.CapGrant, ID: grant}})
}

// gets is the next answer, which is to be that of call id.
func (p *fakedJail) gets(id uint32) *rpc.Error {
	p.t.Helper()
	f, err := p.process.Receive()
	if err != nil {
		p.t.Fatal(err)
	}
	m, is := f.Message.(*rpc.HostResult)
	if !is || f.ID != id {
		p.t.Fatalf("got %+v of %d, want the result of %d", f.Message, f.ID, id)
	}
	return m.Error
}

// holding is a jail with grants on the objects 1 and 2 of another one.
func holding(t *testing.T) (holder, owner *fakedJail, grants []uint32) {
	holder, owner = newFakedJail(t), newFakedJail(t)
	var caps []capability
	for id := range uint32(2) {
		e := &exportCap{at: owner.isolate, invocation: owner.v.id, id: id + 1}
		e.retain()
		caps = append(caps, e)
	}
	return holder, owner, holder.grants.give(caps, holder.v.id)
}

// forgotten reports what is left of watches that are over.
func forgotten(t *testing.T, peers ...*fakedJail) {
	t.Helper()
	for _, p := range peers {
		if len(p.watched)+len(p.watching)+len(p.outgoing) > 0 {
			t.Errorf("left: %v %v %v", p.watched, p.watching, p.outgoing)
		}
	}
}

func TestAWatchFailsWhenTheProcessOrTheInvocationOfTheObjectEnds(t *testing.T) {
	for name, end := range map[string]func(*fakedJail){
		"process":    func(owner *fakedJail) { owner.end(errors.New("killed")) },
		"invocation": func(owner *fakedJail) { owner.sends(owner.v.id, &rpc.Done{}) },
	} {
		t.Run(name, func(t *testing.T) {
			holder, owner, grants := holding(t)
			for id := uint32(1); id <= 3; id++ {
				holder.watches(id, grants[id%2])
			}
			end(owner)
			holder.watches(4, grants[0])
			for id := uint32(1); id <= 4; id++ { // in the order in which they were made
				if e := holder.gets(id); e == nil || e.Message != errStubGone.Message {
					t.Errorf("%d: %v", id, e)
				}
			}
			forgotten(t, holder, owner)
		})
	}
}

func TestAWatchEndsWithTheStubAndTheInvocation(t *testing.T) {
	holder, owner, grants := holding(t)
	holder.watches(1, grants[0])
	holder.watches(2, grants[1])
	holder.sends(0, &rpc.Drop{Grants: grants[:1]})
	if e := holder.gets(1); e != nil {
		t.Error(e)
	}
	holder.sends(holder.v.id, &rpc.Done{})
	owner.end(errors.New("killed"))
	forgotten(t, holder, owner)
	holder.watches(3, grants[1]) // in an invocation that has ended
	if e := holder.gets(3); e == nil || e.Message != errCallerGone.Message {
		t.Error(e)
	}
}

// TestOnlyAStubCanBeWatched has a hostile process watch what it must not, and more than it may.
func TestOnlyAStubCanBeWatched(t *testing.T) {
	holder, owner, grants := holding(t)
	holder.grants.setOutbound(noCapability{})
	for id, m := range []rpc.HostCall{
		{Target: rpc.Cap{Kind: rpc.CapGrant, ID: outbound}},
		{Target: rpc.Cap{Kind: rpc.CapGrant, ID: 77}},
		{Target: rpc.Cap{Kind: rpc.CapExport, ID: 1}},
		{Target: rpc.Cap{Kind: rpc.CapEntrypoint}},
		{Target: rpc.Cap{Kind: rpc.CapGrant, ID: grants[0]}, Of: 1},
	} {
		m.Invocation, m.Operation = holder.v.id, "broken"
		holder.sends(uint32(id+1), &m)
		if e := holder.gets(uint32(id + 1)); e == nil || e.Kind != rpc.BadRequest && e.Kind != rpc.Denied {
			t.Errorf("%+v: %v", m.Target, e)
		}
	}
	forgotten(t, holder, owner)
	holder.mostCalls = 2
	for id := uint32(10); id < 13; id++ {
		holder.watches(id, grants[0])
	}
	if e := holder.gets(12); e == nil || e.Limit == nil || e.Limit.Which != "openCalls" {
		t.Error(e)
	}
	again := &rpc.HostCall{Invocation: holder.v.id, Operation: "broken", Target: rpc.Cap{Kind: rpc.CapGrant, ID: grants[0]}}
	if err := holder.handle(new(batch), rpc.Frame{ID: 10, Message: again}); !errors.Is(err, rpc.ErrProtocol) {
		t.Errorf("a number that is under way: %v", err)
	}
}

// noCapability is what nobody calls.
type noCapability struct{}

func (noCapability) call(*hostCall) {}
func (noCapability) retain()        {}
func (noCapability) release()       {}
