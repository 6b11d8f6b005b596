package goja

import "testing"

// TestFollowersAreOn fails where Go's compiler has laid out what goja's functions capture in a way that calibrate doesn't know: then
// everything works, but no answer passes its loader.
func TestFollowersAreOn(t *testing.T) {
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if e.followers.off != nil {
		t.Fatalf("nothing passes: %v", e.followers.off)
	}
}
