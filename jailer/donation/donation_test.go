package donation

import (
	"errors"
	"io"
	"os"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

func pair(t *testing.T) (*Socket, *Socket) {
	here, file, err := Pair()
	if err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Dup(int(file.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	there, err := New(fd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { here.Close(); there.Close() })
	return here, there
}

func TestMessagesArriveWithTheirDescriptors(t *testing.T) {
	here, there := pair(t)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	sent := Message{Kind: Start, Slot: 7, Errno: 1, Status: 2, CPU: 1 << 40, Memory: 1 << 33}
	if err := here.Send(sent, int(read.Fd()), int(write.Fd())); err != nil {
		t.Fatal(err)
	}
	read.Close()
	write.Close()
	got, fds, err := there.Receive()
	if err != nil || got != sent || len(fds) != 2 {
		t.Fatalf("got %+v %v %v", got, fds, err)
	}
	if _, err := unix.Write(fds[1], []byte("x")); err != nil {
		t.Error(err)
	}
	for _, fd := range fds {
		if flags, _ := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); flags&unix.FD_CLOEXEC == 0 {
			t.Error("a descriptor would be inherited")
		}
	}
	CloseAll(fds)
	here.Close()
	if _, _, err := there.Receive(); err != io.EOF {
		t.Errorf("got %v", err)
	}
}

func TestWrongMessagesAreRefused(t *testing.T) {
	good := Message{Kind: Exited, Slot: 1}.Append(nil)
	for name, wire := range map[string][]byte{
		"short":        good[:len(good)-1],
		"long":         append(good[:len(good):len(good)], 0),
		"unknown kind": Message{Kind: 99}.Append(nil),
		"no kind":      Message{}.Append(nil),
	} {
		here, there := pair(t)
		if err := unix.Sendmsg(descriptor(t, here), wire, nil, nil, 0); err != nil {
			t.Fatal(err)
		}
		if _, _, err := there.Receive(); !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	here, there := pair(t)
	here.Send(Message{Kind: Start}, 0) // one descriptor, where it takes two
	here.Send(Message{Kind: Exited}, 0)
	for range 2 {
		if _, _, err := there.Receive(); !errors.Is(err, ErrProtocol) {
			t.Errorf("got %v", err)
		}
	}
}

func descriptor(t *testing.T, s *Socket) int {
	var number int
	if err := s.raw.Control(func(fd uintptr) { number = int(fd) }); err != nil {
		t.Fatal(err)
	}
	return number
}

func TestManySenders(t *testing.T) {
	here, there := pair(t)
	var all sync.WaitGroup
	for slot := range uint32(8) {
		all.Go(func() {
			for range 500 {
				if err := here.Send(Message{Kind: Failed, Slot: slot}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	counts := map[uint32]int{}
	for range 8 * 500 {
		m, _, err := there.Receive()
		if err != nil {
			t.Fatal(err)
		}
		counts[m.Slot]++
	}
	all.Wait()
	for slot, n := range counts {
		if n != 500 {
			t.Errorf("slot %d: %d messages", slot, n)
		}
	}
}

// FuzzParse checks that every message that is accepted is written as it was read.
func FuzzParse(f *testing.F) {
	f.Add(Message{Kind: Start, Slot: 3}.Append(nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, wire []byte) {
		m, err := Parse(wire)
		if err != nil {
			return
		}
		if again := m.Append(nil); string(again) != string(wire) {
			t.Fatalf("%x became %x", wire, again)
		}
	})
}

// FuzzReceive sends bytes with descriptors, and checks that a refused message leaves none open.
func FuzzReceive(f *testing.F) {
	f.Add(Message{Kind: Start}.Append(nil), uint8(2))
	f.Add([]byte{1}, uint8(8))
	f.Fuzz(func(t *testing.T, wire []byte, count uint8) {
		if len(wire) == 0 || len(wire) > 4096 {
			return
		}
		here, there := pair(t)
		defer here.Close()
		defer there.Close()
		fds := make([]int, count%12)
		if err := unix.Sendmsg(descriptor(t, here), wire, unix.UnixRights(fds...), nil, 0); err != nil {
			return
		}
		before := lowestFree(t)
		if _, got, err := there.Receive(); err == nil {
			CloseAll(got)
		}
		if after := lowestFree(t); after != before {
			t.Fatalf("descriptor %d is left open", before)
		}
	})
}

func lowestFree(t *testing.T) int {
	fd, err := unix.Dup(0)
	if err != nil {
		t.Fatal(err)
	}
	unix.Close(fd)
	return fd
}
