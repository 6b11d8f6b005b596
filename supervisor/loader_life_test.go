package supervisor

import (
	"fmt"
	"testing"

	"stockade.dev/stockade/rpc"
)

// keeping is a dynamic Worker that has been given objects of owner's, as an honest runtime would not have it: behind its
// globalOutbound, and in the props of what is in its env and of its tail.
func keeping(owner *isolate) *dynamicWorker {
	s := &Supervisor{warm: newRegistry(), quotas: newQuotas(), traces: newTraces()}
	s.dynamic = dynamicWorkers{byKey: make(map[string]*dynamicWorker), warm: s.warm}
	object := func(id uint32) capability {
		e := &exportCap{at: owner, id: id}
		e.retain()
		return e
	}
	service := func(id uint32) *serviceCap {
		c := &serviceCap{props: parcel{caps: []capability{object(id)}}}
		c.retain()
		return c
	}
	w := &dynamicWorker{key: "k", size: 5, env: parcel{caps: []capability{service(1)}}, outbound: object(2), tails: []*serviceCap{service(3)}}
	w.identity = identity{s: s, root: "r", self: w}
	_ = s.quotas.hold("r", w.size)
	return w
}

// TestWhatAWorkerWasGivenGoesWhenNothingLeadsToIt: a stub on it, one on an entrypoint, a process, a trace; whichever is the last.
func TestWhatAWorkerWasGivenGoesWhenNothingLeadsToIt(t *testing.T) {
	for last := range 4 {
		t.Run(fmt.Sprint(last), func(t *testing.T) {
			owner, jail := newFakedJail(t), newFakedJail(t)
			w := keeping(owner.isolate)
			stub := w.stub()
			jail.identity = w.identity
			entrypoint, err := jail.entrypoint(rpc.Cap{Kind: rpc.CapEntrypoint}, 0, jail.v.id)
			if err != nil {
				t.Fatal(err)
			}
			w.use()
			told := w.trace(&entry{call: &hostCall{}, service: entrypoint.(*serviceCap)})
			if told == nil {
				t.Fatal("no trace")
			}
			ends := []func(){stub.release, entrypoint.release, w.unuse, func() { told.told(0) }}
			for n := range ends {
				if held := owner.exported.Load(); held != 3 {
					t.Fatalf("%d of 3 objects are held after %d", held, n)
				}
				ends[(last+1+n)%len(ends)]()
			}
			if held := owner.exported.Load(); held != 0 || len(w.identity.s.quotas.byRoot) != 0 {
				t.Errorf("%d objects, %v are held", held, w.identity.s.quotas.byRoot)
			}
			if _, err := jail.entrypoint(rpc.Cap{Kind: rpc.CapEntrypoint}, 0, jail.v.id); err != errStubGone {
				t.Errorf("an entrypoint of what has gone: %v", err)
			}
			if w.start(new(warm)); owner.exported.Load() != 0 {
				t.Error("it starts again")
			}
		})
	}
}

// TestWhatComesToAnInvocationThatHasEndedIsGivenBack: nobody else would.
func TestWhatComesToAnInvocationThatHasEndedIsGivenBack(t *testing.T) {
	holder, owner := newFakedJail(t), newFakedJail(t)
	ended := holder.v.id
	holder.sends(ended, &rpc.Done{})
	e := &exportCap{at: owner.isolate, invocation: owner.v.id, id: 1}
	e.retain()
	numbers := holder.given(parcel{caps: []capability{e}}, ended).Grants
	if len(numbers) != 1 || len(holder.grants.held) != 0 || owner.exported.Load() != 0 {
		t.Errorf("%v: %v are held, %d objects", numbers, holder.grants.held, owner.exported.Load())
	}
	if _, err := holder.named(rpc.Cap{Kind: rpc.CapGrant, ID: numbers[0]}, 1); err != errOtherRequest {
		t.Errorf("named, it is %v", err)
	}
}
