package supervisor

import (
	"slices"
	"testing"

	"stockade.dev/stockade/rpc"
)

// TestAPipelinedChainIsForwardedBeforeAnyAnswer has a process call an object of another one, and the results of its calls,
// while nothing is answered. The answers may come in any order.
func TestAPipelinedChainIsForwardedBeforeAnyAnswer(t *testing.T) {
	holder, owner, grants := holding(t)
	calls := []*rpc.HostCall{
		{Target: rpc.Cap{Kind: rpc.CapGrant, ID: grants[1]}, Path: []string{"a"}},
		{Of: 1, Path: []string{"b", "c"}},
		{Of: 2, Path: []string{"d"}, Get: true},
	}
	for n, m := range calls {
		m.Invocation = holder.v.id
		holder.sends(uint32(n+1), m)
	}
	var ids []uint32
	for n, m := range calls {
		f, err := owner.process.Receive()
		if err != nil {
			t.Fatal(err)
		}
		got, is := f.Message.(*rpc.StubCall)
		if !is || !slices.Equal(got.Path, m.Path) || got.Get != m.Get || got.Invocation != owner.v.id {
			t.Fatalf("got %+v, want %+v", f.Message, m)
		}
		if n == 0 && (got.On != rpc.OnExport || got.ID != 2) || n > 0 && (got.On != rpc.OnCall || got.ID != ids[n-1]) {
			t.Errorf("call %d is on %v %d", n, got.On, got.ID)
		}
		ids = append(ids, f.ID)
	}
	for _, n := range []int{2, 0, 1} {
		owner.sends(ids[n], &rpc.StubResult{Value: rpc.Value{Data: []byte("\x011")}})
		if e := holder.gets(uint32(n + 1)); e != nil {
			t.Error(e)
		}
	}
	if len(holder.outgoing)+len(owner.serving) > 0 {
		t.Errorf("left: %v %v", holder.outgoing, owner.serving)
	}
}
