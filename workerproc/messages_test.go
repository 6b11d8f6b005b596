package workerproc

import "testing"

// TestErrorMessages compares the messages of what goes wrong most with those
// of the Workers runtime (testdata/errors). differences.txt says which differ,
// by engine.
func TestErrorMessages(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		s := startWith(t, real)
		dir := "testdata/errors/"
		if err := s.load(worker("main.js", read(t, dir+"main.js"), "run.js", read(t, dir+"run.js"), "snippets.js", read(t, dir+"snippets.js"))); err != nil {
			t.Fatalf("cannot load: %v\n%s", err, err.Stack)
		}
		r := s.invoke(get())
		if r.head == nil {
			t.Fatalf("%s", r)
		}
		compareLines(t, engineOf(t), r.body, read(t, dir+"want.txt"), differences(t, dir+"differences.txt"))
	})
}
