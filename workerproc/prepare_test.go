package workerproc

import (
	"testing"

	"stockade.dev/stockade/workerproc/ops"
	"stockade.dev/stockade/workerproc/runtime"
)

var whole = platform{source: runtime.Source, ops: ops.All()}

func TestTheRealPlatformSaysHello(t *testing.T) { onEachEngine(t, testTheRealPlatformSaysHello) }

func testTheRealPlatformSaysHello(t *testing.T) {
	s := startWith(t, whole)
	_ = s
}
