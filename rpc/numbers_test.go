package rpc

import (
	"math"
	"testing"
)

func TestNumbersComeAgain(t *testing.T) {
	taken := map[uint32]bool{1: true, math.MaxUint32: true}
	n := NumbersFrom(math.MaxUint32 - 2)
	if n.Given(math.MaxUint32) || n.Given(0) || !n.Given(7) {
		t.Error("before they come again")
	}
	for _, want := range []uint32{math.MaxUint32 - 1, 2, 3} {
		if got := n.Next(func(n uint32) bool { return taken[n] }); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	if !n.Given(math.MaxUint32) || n.Given(0) {
		t.Error("after they have come again")
	}
}
