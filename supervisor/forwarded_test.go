package supervisor

import (
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
)

// What is too large to be told to a process is an error of the one call. Others that are told at the same time are told: else a
// process could have its caller, or whom it calls, wait for ever.

// called sends a call on a grant, with another before and after it, and returns the answer; the others are to reach the owner.
func called(t *testing.T, m *rpc.HostCall) *rpc.Error {
	t.Helper()
	holder, owner, given := holding(t)
	m.Invocation, m.Target = holder.v.id, rpc.Cap{Kind: rpc.CapGrant, ID: given[0]}
	small := rpc.HostCall{Invocation: m.Invocation, Target: m.Target, Path: []string{"small"}}
	b := new(batch)
	for id, call := range []*rpc.HostCall{&small, m, &small} {
		if err := holder.handle(b, rpc.Frame{ID: uint32(id + 1), Message: call}); err != nil {
			t.Fatal(err)
		}
	}
	go b.flush()
	var answer *rpc.HostResult
	for answer == nil { // what was to be passed out is given back before
		f, err := holder.process.Receive()
		if err != nil {
			t.Fatal(err)
		}
		answer, _ = f.Message.(*rpc.HostResult)
	}
	for range 2 {
		if f, err := owner.process.Receive(); err != nil || f.Message.(*rpc.StubCall).Path[0] != "small" {
			t.Errorf("the owner got %v, %v", f.Message, err)
		}
	}
	return answer.Error
}

func TestACallThatIsTooLargeHoldsUpNoOther(t *testing.T) {
	for name, m := range map[string]*rpc.HostCall{
		"path":           {Path: []string{strings.Repeat("x", 40<<20)}},
		"value":          {Path: []string{"m"}, Args: rpc.Value{Data: make([]byte, rpc.MaxValue+rpc.MaxHead)}},
		"value and path": {Path: []string{strings.Repeat("x", rpc.MaxHead)}, Args: rpc.Value{Data: make([]byte, rpc.MaxValue)}},
		"capabilities":   {Path: []string{"m"}, Args: rpc.Value{Data: make([]byte, rpc.MaxValue), Caps: make([]rpc.Cap, 20_000)}},
	} {
		for n := range m.Args.Caps {
			m.Args.Caps[n] = rpc.Cap{Kind: rpc.CapExport, ID: uint32(n + 1)}
		}
		if e := called(t, m); e == nil || !strings.Contains(e.Message, "limited to 32MiB") {
			t.Errorf("%s: %v", name, e)
		}
	}
}

func TestAnAnswerThatIsTooLargeHoldsUpNoOther(t *testing.T) {
	for name, m := range map[string]*rpc.StubResult{
		"value": {Value: rpc.Value{Data: make([]byte, rpc.MaxValue+rpc.MaxHead)}},
		"error": {Error: &rpc.Error{Kind: rpc.Thrown, Message: strings.Repeat("a\xff", 16<<20)}}, // it grows
	} {
		holder, owner, given := holding(t)
		var calls []uint32
		for id := range uint32(3) {
			holder.sends(id+1, &rpc.HostCall{Invocation: holder.v.id, Target: rpc.Cap{Kind: rpc.CapGrant, ID: given[0]}, Path: []string{"m"}})
			f, err := owner.process.Receive()
			if err != nil {
				t.Fatal(err)
			}
			calls = append(calls, f.ID)
		}
		b := new(batch)
		for n, result := range []*rpc.StubResult{{}, m, {}} {
			if err := owner.handle(b, rpc.Frame{ID: calls[n], Message: result}); err != nil {
				t.Fatal(err)
			}
		}
		b.flush()
		if e := holder.gets(1); e != nil {
			t.Error(e)
		}
		if e := holder.gets(2); e == nil || !strings.Contains(e.Message, "limited to 32MiB") {
			t.Errorf("%s: %v", name, e)
		}
		if e := holder.gets(3); e != nil {
			t.Error(e)
		}
	}
}
