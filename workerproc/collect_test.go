package workerproc

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"time"
)

// TestTheShareOfGarbageIsWhatIsLivesAfterLoading: what was found to be live while much code was loaded holds after the first
// collection, too.
func TestTheShareOfGarbageIsWhatIsLivesAfterLoading(t *testing.T) {
	defer unfill()
	defer tune(1)
	tune(1 << 30)
	collectLazily(spent)
	if got := shareOfGarbage(); got < eager+spent {
		t.Errorf("%d %% before it is counted what is live, want %d more than %d", got, spent, eager)
	}
	for end := time.Now().Add(10 * time.Second); shareOfGarbage() != eager; runtime.GC() {
		if time.Now().After(end) {
			t.Fatalf("%d %%, want %d", shareOfGarbage(), eager)
		}
	}
}

func shareOfGarbage() int {
	sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64())
}
