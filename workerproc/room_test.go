package workerproc

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// TestRoom has a process that is to be copied load much code, and looks at the heap that it has for that before.
func TestRoom(t *testing.T) {
	for _, name := range engineNames {
		t.Run(name, func(t *testing.T) {
			if !alone(t) {
				return
			}
			defer unfill()
			p, err := PrepareForCopies(name)
			if err != nil {
				t.Fatal(err)
			}
			if there := residentRoom(t); room.start%hugePage != 0 || room.size < roomSize-2*hugePage || there > room.size/2 {
				t.Errorf("%d bytes of %d at %#x are there already", there, room.size, room.start)
			}
			var code strings.Builder
			for n := 0; code.Len() <= muchCode; n++ {
				fmt.Fprintf(&code, "export function f%d(a) { return a + %d }\n", n, n)
			}
			s := serve(t, p)
			if err := s.load(worker("main.js", code.String()+handler("return new Response(String(f7(1)))"))); err != nil {
				t.Fatal(err)
			}
			if got := s.invoke(get()).String(); got != "200 8\nok" {
				t.Errorf("got %s", got)
			}
		})
	}
}

// alone reports whether the test runs in a process of its own, as other tests' heaps have limits, collections and memory that has been
// used. If not, it runs the test in one.
func alone(t *testing.T) bool {
	const own = "STOCKADE_TEST_ALONE"
	if os.Getenv(own) == t.Name() {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$")
	cmd.Env = append(os.Environ(), own+"="+t.Name(), "GOMAXPROCS=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// TestNoGaps looks where a process that is to be copied would get memory from.
func TestNoGaps(t *testing.T) {
	if !alone(t) {
		return
	}
	if _, err := PrepareForCopies("goja"); err != nil {
		t.Fatal(err)
	}
	for _, size := range []uintptr{16, 48, 112, 256, 1024, mostlyUsed} {
		for range 3000 / size {
			if got = pointers(size); uintptr(got) < room.below {
				t.Errorf("%d bytes at %#x, below %#x", size, got, room.below)
			}
		}
	}
	spare(room.start)
	if got = unwritten(64 << 10); uintptr(got) < room.start {
		t.Errorf("a copy with much code would get pages at %#x, below %#x", got, room.start)
	}
}

var got unsafe.Pointer // on the heap

// TestNothingToFree has a process that is to be copied do the first that a copy does, which frees what the engine has lost.
func TestNothingToFree(t *testing.T) {
	defer unfill()
	p, err := PrepareForCopies("quickjs")
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	before := p.isolate.watchdog.engineHeap()
	if _, err := p.isolate.engine.Script("stockade:first", "0"); err != nil {
		t.Fatal(err)
	}
	if freed := before - p.isolate.watchdog.engineHeap(); freed > 16<<10 {
		t.Errorf("%d bytes of %d were freed", freed, before)
	}
}

// unfill has this process be one that isn't copied, for other tests.
func unfill() {
	fillers.list, fillers.bytes = nil, 0
	fillers.percent.Store(0)
	collectLazily(0)
	runtime.GC()
}

// residentRoom is how much of room has memory behind it.
func residentRoom(t *testing.T) (bytes uintptr) {
	t.Helper()
	pages := make([]byte, room.size/4096)
	if _, _, errno := unix.Syscall(unix.SYS_MINCORE, room.start, room.size, address(pages)); errno != 0 {
		t.Fatal(errno)
	}
	for _, p := range pages {
		bytes += uintptr(p&1) * 4096
	}
	return bytes
}
