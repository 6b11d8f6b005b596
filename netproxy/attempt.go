package netproxy

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"sync"
	"time"
)

// attempt is one request or connection from its first word to its record.
type attempt struct {
	c        *Client
	record   Record
	up, down *counted
	cancel   context.CancelCauseFunc
	release  []func()
	once     sync.Once
}

func (c *Client) begin(kind string) *attempt {
	c.users.Add(1)
	caps := c.out.Caps
	if kind != "fetch" { // it may be silent, and lasts as long as whoever has made it
		caps.Idle = 0
	}
	return &attempt{c: c, cancel: func(error) {}, record: Record{Time: time.Now(), Who: c.who, Kind: kind, Outbound: c.out.Name},
		up: &counted{most: caps.SentBytes, idle: 0}, down: &counted{most: caps.ReceivedBytes, idle: caps.Idle}}
}

func (a *attempt) to(d Dest) {
	a.record.Scheme, a.record.Host, a.record.Port, a.record.Path = d.Scheme, d.Host, d.Port, d.Path
	if i := indexQuery(d.Path); i >= 0 {
		a.record.Path = d.Path[:i]
	}
	a.record.Path = clip(a.record.Path)
}

func indexQuery(path string) int {
	for i := range len(path) {
		if path[i] == '?' {
			return i
		}
	}
	return -1
}

// admit decides, waits for its turn and returns the addresses that may be dialled. The context lasts until end.
func (a *attempt) admit(ctx context.Context, d Dest) (context.Context, []netip.Addr, error) {
	v := a.c.out.Rules.Decide(d)
	if !v.Allow && !v.Ask {
		return nil, nil, a.denied(d, v)
	}
	ctx, err := a.enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	addrs, err := a.allowed(ctx, d)
	return ctx, addrs, err
}

// enter waits until there is room for one more, which has the time that the caps give it.
func (a *attempt) enter(ctx context.Context) (context.Context, error) {
	ctx, a.cancel = context.WithCancelCause(ctx)
	a.up.cancel, a.down.cancel = a.cancel, a.cancel
	if total := a.c.out.Caps.Total; total > 0 && a.record.Kind == "fetch" {
		timer := time.AfterFunc(total, func() { a.cancel(ErrTimeout) })
		a.release = append(a.release, func() { timer.Stop() })
	}
	for _, slots := range []chan struct{}{a.c.slots, a.c.out.Slots} {
		if slots == nil {
			continue
		}
		select {
		case slots <- struct{}{}:
			a.release = append(a.release, func() { <-slots })
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return ctx, nil
}

// allowed are the addresses of d that the rules allow.
func (a *attempt) allowed(ctx context.Context, d Dest) ([]netip.Addr, error) {
	all, err := a.c.out.Resolver.Resolve(ctx, d.Host)
	if err != nil {
		return nil, err
	}
	var (
		addrs []netip.Addr
		no    Verdict
	)
	for _, addr := range all {
		d.Addr = addr.Unmap()
		v := a.c.out.Rules.Decide(d)
		if v.Allow {
			addrs = append(addrs, d.Addr)
			a.record.Rule = v.Rule
		} else {
			no = v
		}
	}
	if len(addrs) == 0 {
		return nil, a.denied(d, no)
	}
	a.record.Allowed = true
	return addrs, nil
}

func (a *attempt) denied(d Dest, v Verdict) error {
	a.record.Denied, a.record.Rule, a.record.Reason = true, v.Rule, v.Reason
	return &DeniedError{d, v}
}

// end writes the record and gives back what was taken. err is nil or io.EOF for what went well.
func (a *attempt) end(err error) {
	a.once.Do(func() {
		a.cancel(context.Canceled)
		for _, f := range a.release {
			f()
		}
		a.c.users.Add(-1)
		r := &a.record
		r.Sent, r.Received, r.Duration = a.up.n.Load(), a.down.n.Load(), time.Since(r.Time)
		var malformed *MalformedError
		r.Denied = r.Denied || errors.As(err, &malformed)
		if r.Reason == "" {
			r.Reason = reasonOf(err)
		}
		if a.c.out.Audit != nil {
			a.c.out.Audit(*r)
		}
	})
}

func reasonOf(err error) string {
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return ""
	case errors.Is(err, context.Canceled):
		return "canceled"
	}
	return clip(err.Error())
}
