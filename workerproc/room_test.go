package workerproc

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestRoom has a process that is to be copied load much code, and looks at the heap that it has for that before.
func TestRoom(t *testing.T) {
	for _, name := range engineNames {
		t.Run(name, func(t *testing.T) {
			p, err := PrepareForCopies(name)
			if err != nil {
				t.Fatal(err)
			}
			if there := residentRoom(t); room.start%hugePage != 0 || room.size < roomSize-hugePage || there > room.size/2 {
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
