package rpc

import (
	"bytes"
	"errors"
	"io"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"

	"stockade.dev/stockade/rpc/rpctest"
)

// socketPair is the conversation as it is: over a Unix socket.
func socketPair(t *testing.T) (supervisor, worker *Conn) {
	t.Helper()
	a, b := rpctest.Pair(t)
	supervisor, worker = NewConn(a, Worker), NewConn(b, Supervisor)
	t.Cleanup(func() { supervisor.Close(); worker.Close() })
	return supervisor, worker
}

func TestSocketCarriesMoreThanItHolds(t *testing.T) {
	supervisor, worker := socketPair(t)
	data := bytes.Repeat([]byte("0123456789abcdef"), 256<<10) // 4 MiB
	frame := func(id uint32) Frame { return Frame{ID: id, Message: &StubCall{Args: Given{Data: data}}} }
	taken, left, err := supervisor.TrySend(frame(1))
	if !taken || !left || err != nil {
		t.Fatalf("taken %v, left %v, %v", taken, left, err)
	}
	if taken, left, err := supervisor.TrySend(frame(2)); taken || !left || err != nil {
		t.Errorf("behind what is left: taken %v, left %v, %v", taken, left, err)
	}
	sent := make(chan error, 1)
	go func() { sent <- supervisor.Send(frame(2)) }()
	for id := uint32(1); id <= 2; id++ {
		f, err := worker.Receive()
		if err != nil || f.ID != id || !bytes.Equal(f.Message.(*StubCall).Args.Data, data) {
			t.Fatalf("received %d, %v; want %d", f.ID, err, id)
		}
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
}

func TestSocketOfOneProcessorAwaits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	supervisor, worker := socketPair(t)
	if arrived, err := worker.Await(time.Now().Add(5 * time.Millisecond)); arrived || err != nil {
		t.Errorf("nothing was sent: %v, %v", arrived, err)
	}
	for _, deadline := range []time.Time{{}, time.Now().Add(time.Hour)} {
		if err := supervisor.Send(Frame{ID: 7, Message: &Cancel{Reason: "x"}}); err != nil {
			t.Fatal(err)
		}
		if arrived, err := worker.Await(deadline); !arrived || err != nil {
			t.Errorf("something was sent: %v, %v", arrived, err)
		}
		if f, err := worker.Receive(); err != nil || f.ID != 7 {
			t.Errorf("received %v, %v", f, err)
		}
	}
	late := time.AfterFunc(10*time.Millisecond, func() { supervisor.Send(Frame{ID: 8, Message: &Cancel{}}) }) // when it has gone to sleep
	defer late.Stop()
	if arrived, err := worker.Await(time.Time{}); !arrived || err != nil {
		t.Errorf("something was sent later: %v, %v", arrived, err)
	}
	if worker.sock.poll <= 0 {
		t.Error("it has not waited with its thread")
	}
	worker.Receive()
	supervisor.Close()
	if arrived, err := worker.Await(time.Time{}); arrived || !errors.Is(err, io.EOF) {
		t.Errorf("after the peer has closed: %v, %v", arrived, err)
	}
	if err := worker.Send(Frame{Message: &Ready{}}); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("sent to a peer that has closed: %v", err)
	}
	worker.Close()
	if _, err := worker.Receive(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after having closed: %v", err)
	}
}

func TestClock(t *testing.T) {
	const process, none = 2, 1 << 20
	if Clock(process) <= 0 || Clock(none) != 0 {
		t.Errorf("%v, %v", Clock(process), Clock(none))
	}
}

func TestQuiet(t *testing.T) {
	a, b := rpctest.Pair(t)
	q := Quiet(a)
	if q == a {
		t.Fatal("it has a socket")
	}
	data := bytes.Repeat([]byte("0123456789abcdef"), 256<<10) // more than the socket holds
	go func() { io.Copy(b, b); b.Close() }()
	sent := make(chan error, 1)
	go func() { _, err := q.Write(data); sent <- err }()
	got := make([]byte, len(data))
	if _, err := io.ReadFull(q, got); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("read back: %v", err)
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	if err := q.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	var late net.Error
	if _, err := q.Read(got); !errors.As(err, &late) || !late.Timeout() {
		t.Errorf("after its deadline: %v", err)
	}
	if err := q.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if n, err := q.Write(nil); n != 0 || err != nil {
		t.Errorf("nothing: %d, %v", n, err)
	}
	if err := a.(*net.UnixConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Read(got); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	var own *net.OpError
	if _, err := q.Write(data); !errors.Is(err, syscall.EPIPE) || !errors.As(err, &own) || own.Op != "write" {
		t.Errorf("to nobody: %v", err)
	}
	q.Close()
	if _, err := q.Read(got); !errors.Is(err, net.ErrClosed) || !errors.As(err, &own) || own.Op != "read" {
		t.Errorf("closed: %v", err)
	}
}

// What was left of earlier frames is still sent after one that can't be.
func TestWhatIsLeftOutlivesAFrameThatIsTooLarge(t *testing.T) {
	supervisor, worker := socketPair(t)
	large := Frame{ID: 1, Message: &StubCall{Args: Given{Data: make([]byte, 8<<20)}}}
	if taken, left, err := supervisor.TrySend(large); !taken || !left || err != nil {
		t.Fatalf("taken %v, left %v, %v", taken, left, err)
	}
	if err := supervisor.Send(Frame{Message: &StubCall{Path: []string{string(make([]byte, MaxValue+MaxHead))}}}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	sent := make(chan error, 1)
	go func() { sent <- supervisor.Send(Frame{ID: 2, Message: &Cancel{}}) }()
	for id := uint32(1); id <= 2; id++ {
		if f, err := worker.Receive(); err != nil || f.ID != id {
			t.Fatalf("received %d, %v; want %d", f.ID, err, id)
		}
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}
