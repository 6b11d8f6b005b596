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
	ready := &rpc.Ready{Protocol: rpc.Protocol, Engine: p.engine, Version: p.version}
	if err := conn.Send(rpc.Frame{Message: ready}); err != nil {
		return err
	}
	frames, ended := make(chan []rpc.Frame), make(chan error, 1)
	done := make(chan struct{})
	go func() { ended <- receive(conn, frames, done) }()
	err := p.isolate.loop(conn, frames)
	close(done)
	_ = conn.Close()
	return errors.Join(err, ignoreEnd(<-ended, err))
}

// receive passes on what arrives, several frames at a time where several have
// come, until the connection ends.
func receive(conn *rpc.Conn, frames chan<- []rpc.Frame, done <-chan struct{}) error {
	defer close(frames)
	for {
		f, err := conn.Receive()
		if err != nil {
			return err
		}
		batch := []rpc.Frame{f}
		for len(batch) < maxBatch && conn.Buffered() {
			if f, err = conn.Receive(); err != nil {
				break
			}
			batch = append(batch, f)
		}
		select {
		case frames <- batch:
		case <-done:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// maxBatch bounds how many frames are taken before the isolate acts.
const maxBatch = 32

func ignoreEnd(err, loopErr error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || loopErr != nil {
		return nil
	}
	return err
}

// loop owns the isolate: it acts on what comes in and on due timers, then
// sends all that came of it in one write.
func (i *isolate) loop(conn *rpc.Conn, frames <-chan []rpc.Frame) error {
	defer i.watchdog.stop()
	clock := time.NewTimer(time.Hour)
	defer clock.Stop()
	i.out.send = conn.Send
	for {
		i.fireTimers(time.Now())
		i.endTurn()
		i.endHung()
		i.endTurn()
		if err := i.flush(); err != nil {
			return err
		}
		clock.Reset(i.timers.wait(time.Now()))
		select {
		case batch, ok := <-frames:
			if !ok {
				return nil
			}
			i.clock.tick()
			for _, f := range batch {
				if err := i.receive(f); err != nil {
					return err
				}
			}
		case <-clock.C:
			i.clock.tick()
		}
	}
}

func (i *isolate) flush() error {
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
	switch m := f.Message.(type) {
	case *rpc.Invoke:
		return i.invoke(f.ID, m)
	case *rpc.HostResult:
		return i.hostResult(f.ID, m)
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
