package workerproc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"stockade.dev/stockade/rpc"
)

// Serve runs the conversation to its end: until the supervisor closes it (nil)
// or ctx is done. It may be called once.
func (p *Process) Serve(ctx context.Context, nc net.Conn) error {
	conn := rpc.NewConn(nc, rpc.Supervisor)
	stop := context.AfterFunc(ctx, func() { _ = nc.Close() })
	defer stop()
	defer func() { _ = conn.Close() }()
	collectLazily(0)
	_ = p.touch() // it only saves time
	ready := &rpc.Ready{Protocol: rpc.Protocol, Engine: p.engine, Version: p.version}
	if err := conn.Send(rpc.Frame{Message: ready}); err != nil {
		return err
	}
	return ignoreEnd(p.isolate.loop(conn))
}

// ignoreEnd makes nothing of the conversation's end.
func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// maxBatch bounds how many frames are acted on before what came of them is sent.
const maxBatch = 64

// loop owns the isolate: it acts on what comes in and on due timers, then
// sends all that came of it in one write. It reads the connection itself: to
// be woken by another goroutine takes as long as a call.
func (i *isolate) loop(conn *rpc.Conn) error {
	defer i.watchdog.stop()
	i.out.send = conn.Send
	for {
		i.fireTimers(time.Now())
		i.endTurn()
		i.endHung()
		i.endTurn()
		if err := i.flush(); err != nil {
			return err
		}
		i.watchdog.waits()
		arrived, err := conn.Await(i.timers.next())
		if err != nil {
			return err
		}
		i.clock.tick()
		if !arrived {
			continue
		}
		if err := i.receiveAll(conn); err != nil {
			return err
		}
	}
}

// receiveAll acts on the frames that have arrived.
func (i *isolate) receiveAll(conn *rpc.Conn) error {
	for n := 0; n == 0 || n < maxBatch && conn.Buffered(); n++ {
		f, err := conn.Receive()
		if err != nil {
			return err
		}
		if err := i.receive(f); err != nil {
			return err
		}
	}
	i.tellPlain()
	return nil
}

func (i *isolate) flush() error {
	i.advise()
	i.flushDrops()
	if err := i.out.flush(); err != nil {
		return err
	}
	return i.fault
}

// receive acts on one frame.
func (i *isolate) receive(f rpc.Frame) error {
	if m, ok := f.Message.(*rpc.Load); ok {
		return i.receiveLoad(m)
	}
	if i.load == nil {
		return fmt.Errorf("%w: %s before Load", rpc.ErrProtocol, f.Type())
	}
	if m, is := f.Message.(*rpc.HostResult); is {
		return i.hostResult(f.ID, m)
	}
	i.tellPlain()
	switch m := f.Message.(type) {
	case *rpc.Invoke:
		return i.invoke(f.ID, m)
	case *rpc.CacheResult:
		return i.cacheResult(f.ID, m)
	case *rpc.StubCall:
		return i.stubCall(f.ID, m)
	case *rpc.Release:
		return i.release(m)
	}
	v := i.invocations[f.ID]
	if v == nil {
		return nil // it is over; the supervisor didn't know yet
	}
	switch m := f.Message.(type) {
	case *rpc.Cancel:
		i.cancel(v, m.Reason)
	case *rpc.BodyData:
		return i.requestData(v, m)
	case *rpc.BodyAbort:
		i.requestAbort(v, m.Reason)
	case *rpc.Credit:
		return i.credit(v, m.Bytes)
	}
	return nil
}
