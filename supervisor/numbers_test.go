package supervisor

import (
	"math"
	"slices"
	"testing"

	"stockade.dev/stockade/rpc"
)

// A Worker that is warm for days has more calls and stubs than there are numbers. What came first is still what it was.

func TestGrantsWhenTheirNumbersComeAgain(t *testing.T) {
	out, binding, stub := &serviceCap{}, &serviceCap{}, &serviceCap{}
	var g grants
	g.setOutbound(out)
	first := g.give([]capability{binding}, 0)
	g.numbers = rpc.NumbersFrom(math.MaxUint32 - 2)
	var later []uint32
	for range 4 {
		later = append(later, g.give([]capability{stub}, 1)...)
	}
	if g.held[outbound].capability != out || g.held[first[0]].capability != binding {
		t.Error("a stub has taken the place of a binding")
	}
	if slices.Contains(later, outbound) || slices.Contains(later, tooMany) || slices.Contains(later, first[0]) {
		t.Errorf("numbers %v", later)
	}
	g.drop(later)
	if !g.had(math.MaxUint32-1) || !g.had(5) || g.had(tooMany) || g.had(outbound) {
		t.Error("what has been given is not known any more")
	}
}

func TestInvocationsWhenTheirNumbersComeAgain(t *testing.T) {
	p := newFakedJail(t) // with the invocation 1
	p.begun = rpc.NumbersFrom(math.MaxUint32 - 1)
	for range 3 {
		v, err := p.begin(logBudget{}, 0, false, nil)
		if err != nil || v.id == 0 || v.id == p.v.id {
			t.Fatalf("invocation %d: %v", v.id, err)
		}
		p.sends(v.id, &rpc.Done{})
		p.sends(v.id, &rpc.LogLine{Level: "log"}) // it has ended, which is no crime
	}
	p.sends(p.v.id, &rpc.InvokeFailed{})
	if m := <-p.v.head; m == nil || p.busy() != 1 {
		t.Errorf("the first invocation got %v; %d are under way", m, p.busy())
	}
}

func TestStubCallsWhenTheirNumbersComeAgain(t *testing.T) {
	holder, owner, given := holding(t)
	call := func(id uint32) uint32 {
		holder.sends(id, &rpc.HostCall{Invocation: holder.v.id, Target: rpc.Cap{Kind: rpc.CapGrant, ID: given[0]}, Path: []string{"m"}})
		f, err := owner.process.Receive()
		if _, is := f.Message.(*rpc.StubCall); err != nil || !is {
			t.Fatalf("%v, %v", f.Message, err)
		}
		return f.ID
	}
	waits := call(1)
	owner.stubCalls = rpc.NumbersFrom(math.MaxUint32 - 1)
	for id := range uint32(3) {
		n := call(2 + id)
		if n == waits || n == 0 {
			t.Fatalf("the number %d is taken", n)
		}
		owner.sends(n, &rpc.StubResult{})
		if e := holder.gets(2 + id); e != nil {
			t.Error(e)
		}
	}
	owner.sends(waits, &rpc.StubResult{})
	if e := holder.gets(1); e != nil {
		t.Error(e)
	}
}
