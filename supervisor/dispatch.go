package supervisor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// order is one invocation as a caller wants it, checked and limited.
type order struct {
	invoke *rpc.Invoke
	body   io.Reader // what invoke.Stream announces
	limits policy.Limits
	role   policy.Role                                        // of the caller
	owner  uint32                                             // the caller's uid: whom a run is charged to
	ended  func(took time.Duration, end *rpc.Done, err error) // called at its end, if set
}

// exchange is one invocation on its way: slot and invocation, until Done.
type exchange struct {
	slot    *slot
	inv     *invocation
	limits  policy.Limits
	watch   appointment
	lasting sync.Mutex // guards bounds.wall
	late    chan error // holds the error of the limit that was exceeded
	bounds  bounds
	upload  chan struct{}
	stop    context.CancelCauseFunc
	call    *hostCall // of another isolate's, if it is one: then nobody waits here
}

// start begins the invocation in slot. load is not nil for the process's
// first. The caller calls close.
func (s *Supervisor) start(ctx context.Context, slot *slot, load *rpc.Load, o order) (*exchange, error) {
	keep := logBudget{bytes: int64(o.limits.LogBytes), lines: int64(o.limits.LogLines)}
	x := &exchange{slot: slot, limits: o.limits, late: make(chan error, 1), bounds: bounds{cpuFrom: slot.cpu(), others: slot.busy()}}
	began := time.Now()
	plain := o.invoke.RPCMethod == "" && !o.invoke.Coded && o.invoke.Event == ""
	inv, err := slot.begin(keep, mostSubRequests(o.limits), plain, func(end *rpc.Done, err error) {
		x.settle()
		slot.hasRun(end)
		slot.promote()
		if o.ended != nil {
			o.ended(time.Since(began), end, err)
		}
	})
	if err != nil {
		return nil, err
	}
	x.inv = inv
	x.bound(load != nil) // before anything is sent: a process that doesn't read would be waited for
	if err := slot.invoke(inv, load, o.invoke); err != nil {
		x.settle()
		return nil, x.because(err)
	}
	s.meter.used(slot.isolate, 1)
	if o.body != nil {
		x.startUpload(ctx, o.body)
	}
	return x, nil
}

// close leaves the invocation to itself: what it still does in waitUntil
// goes on within its limits. It returns when nothing here runs any more.
func (x *exchange) close() {
	if x.upload != nil {
		x.stop(errBodyUnwanted)
		<-x.upload
	}
}

// expire ends an invocation that has had its time on the clock.
func (x *exchange) expire() {
	limit := int64(x.limits.Wall)
	err := limitError("wallMs", fmt.Sprintf("Worker exceeded its wall time limit of %d ms.", limit), limit, limit)
	x.tooLate(err)
	x.abandon(err.Message)
}

// tooLate has err answer the caller, unless another limit's error does.
func (x *exchange) tooLate(err error) {
	if x.call != nil {
		x.call.fail(err)
		return
	}
	select {
	case x.late <- err:
	default:
	}
	x.inv.body.fail(err)
}

// abandon tells the Worker that nobody waits for it, and kills its process if it doesn't end the invocation within the
// grace (rpc/canceled.go). Where others go on in it, that waits for them: it may be one of those that calculates, on a busy machine, and
// nobody shall be able to end a Worker by calling it and leaving.
func (x *exchange) abandon(reason string) {
	x.slot.abandoned(x.inv)
	x.endWithin(rpc.MostGraces)
	x.slot.cancel(x.inv, reason)
}

func (x *exchange) endWithin(graces int) {
	time.AfterFunc(rpc.Grace, func() {
		switch {
		case x.ended():
		case graces > 1 && x.slot.goesOn():
			x.endWithin(graces - 1)
		default:
			x.slot.condemn("The Worker's process was ended: a request in it was canceled and went on.")
		}
	})
}

func (x *exchange) ended() bool {
	select {
	case <-x.inv.done:
		return true
	default:
		return false
	}
}

// answer waits for the invocation's head: a response, a result or an error.
func (x *exchange) answer(ctx context.Context) (rpc.Message, error) {
	select {
	case <-x.slot.loaded:
		if x.slot.loadErr != nil {
			return nil, x.slot.loadErr
		}
	case err := <-x.late:
		return nil, err
	case <-ctx.Done():
		return nil, x.gone(ctx)
	}
	select {
	case m := <-x.inv.head:
		return x.succeeded(m)
	default:
	}
	select {
	case m := <-x.inv.head:
		return x.succeeded(m)
	case <-x.inv.done:
		return x.lastWord()
	case err := <-x.late:
		return nil, err
	case <-ctx.Done():
		return nil, x.gone(ctx)
	}
}

func (x *exchange) succeeded(m rpc.Message) (rpc.Message, error) {
	if failed, ok := m.(*rpc.InvokeFailed); ok {
		return nil, &thrownError{fromJail(&failed.Error), x.inv.takeResult()}
	}
	return m, nil
}

// lastWord is for an invocation that ended: its answer may have come first.
func (x *exchange) lastWord() (rpc.Message, error) {
	select {
	case m := <-x.inv.head:
		return x.succeeded(m)
	default:
	}
	if err := x.inv.failure(); err != nil {
		return nil, x.because(err)
	}
	return nil, rpc.Errorf(rpc.WorkerKilled, "The Worker's process ended the request without an answer.")
}

// errClientGone is why an invocation is cancelled when its client hangs up.
var errClientGone = errors.New("the client has disconnected")

func (x *exchange) gone(ctx context.Context) error {
	x.abandon("The client disconnected.")
	return fmt.Errorf("%w: %w", errClientGone, context.Cause(ctx))
}

// finished waits for the invocation's end, after waitUntil.
func (x *exchange) finished(ctx context.Context) (*rpc.Done, error) {
	select {
	case <-x.inv.done:
		if err := x.inv.failure(); err != nil {
			return nil, x.because(err)
		}
		return x.inv.end, nil
	case err := <-x.late:
		return nil, err
	case <-ctx.Done():
		return nil, x.gone(ctx)
	}
}

// copyBody hands the response body to write piece by piece. The Worker gets
// credit for a piece when write has returned.
func (x *exchange) copyBody(ctx context.Context, write func([]byte) error) error {
	left := int64(x.limits.ResponseBody)
	for {
		chunk, err := x.inv.body.next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			if left -= int64(len(chunk)); left < 0 {
				err = limitError("responseBody", fmt.Sprintf("The response body exceeds the limit of %d bytes.", x.limits.ResponseBody), int64(x.limits.ResponseBody), int64(x.limits.ResponseBody)-left)
			} else {
				err = write(chunk)
			}
		}
		if err != nil {
			x.abandon("The response body is no longer wanted.")
			return err
		}
		x.inv.body.consumed(len(chunk))
		if err := x.credit(len(chunk)); err != nil {
			return err
		}
	}
}

func (x *exchange) credit(n int) error {
	if x.ended() {
		return nil
	}
	return x.slot.conn.Send(rpc.Frame{ID: x.inv.id, Message: &rpc.Credit{Bytes: uint32(n)}})
}

// startUpload sends the request body while the answer is awaited.
func (x *exchange) startUpload(ctx context.Context, body io.Reader) {
	ctx, x.stop = context.WithCancelCause(ctx)
	x.upload = make(chan struct{})
	go func() {
		defer close(x.upload)
		if err := x.send(ctx, body); err != nil && !errors.Is(err, errBodyUnwanted) {
			x.slot.conn.Send(rpc.Frame{ID: x.inv.id, Message: &rpc.BodyAbort{Reason: uploadReason(err)}})
		}
	}()
}

func uploadReason(err error) string {
	var e *rpc.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return "The client disconnected before the end of the request body."
}

func (x *exchange) send(ctx context.Context, body io.Reader) error {
	buf := make([]byte, rpc.ChunkSize)
	left := int64(x.limits.RequestBody)
	for {
		n, err := x.inv.up.take(ctx, len(buf))
		if err != nil {
			return err
		}
		got, err := io.ReadAtLeast(body, buf[:n], 1)
		if left -= int64(got); left < 0 {
			return x.bodyTooLarge(left)
		}
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return err
		}
		if err := x.sendChunk(buf[:got], last, n-got); err != nil || last {
			return err
		}
	}
}

func (x *exchange) sendChunk(b []byte, last bool, unused int) error {
	if unused > 0 {
		if err := x.inv.up.add(uint32(unused)); err != nil {
			return err
		}
	}
	return x.slot.conn.Send(rpc.Frame{ID: x.inv.id, Message: &rpc.BodyData{Data: b, Last: last}})
}

// bodyTooLarge ends an invocation whose client sends more than it may.
func (x *exchange) bodyTooLarge(left int64) error {
	limit := int64(x.limits.RequestBody)
	err := limitError("requestBody", fmt.Sprintf("The request body exceeds the limit of %d bytes.", limit), limit, limit-left)
	x.tooLate(err)
	return err
}
