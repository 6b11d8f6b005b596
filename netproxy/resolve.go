package netproxy

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// What the resolver keeps, and for how long. The system's resolver doesn't tell how long an answer holds.
const (
	maxAnswers    = 4096
	maxAddresses  = 16 // of one name
	maxLookups    = 64 // at the same time
	answerTTL     = 30 * time.Second
	failureTTL    = 3 * time.Second
	lookupTimeout = 5 * time.Second
)

// Resolver turns names into addresses. Tenants share it: what it caches is public knowledge.
type Resolver struct {
	lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	slots  chan struct{}
	now    func() time.Time

	mu    sync.Mutex // guards what follows
	known map[string]*answer

	asking sync.WaitGroup
}

// answer is what is known of a name, or is being found out.
type answer struct {
	ready chan struct{} // closed when the rest is set
	addrs []netip.Addr
	err   error
	until time.Time
}

// ErrLookup is for a name that has no address, or none that could be found in time.
var ErrLookup = errors.New("DNS lookup failed")

// NewResolver asks the DNS server at that address and port, or with "" those of the system.
func NewResolver(server string) *Resolver {
	dns := &net.Resolver{PreferGo: true}
	if server != "" {
		dns.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server)
		}
	}
	hosts := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, ErrLookup }}
	return newResolver(func(ctx context.Context, host string) ([]netip.Addr, error) {
		if addrs, err := hosts.LookupNetIP(ctx, "ip", host); err == nil {
			return addrs, nil // /etc/hosts has it
		}
		return dns.LookupNetIP(ctx, "ip", host+".") // whole: no search domain of this host's
	})
}

func newResolver(lookup func(context.Context, string) ([]netip.Addr, error)) *Resolver {
	return &Resolver{lookup: lookup, slots: make(chan struct{}, maxLookups), now: time.Now, known: make(map[string]*answer)}
}

// Resolve returns the addresses of a canonical host.
func (r *Resolver) Resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	a, mine := r.find(host)
	if mine {
		r.asking.Go(func() { r.ask(host, a) }) // not with ctx: others may wait for it, too
	}
	select {
	case <-a.ready:
		return a.addrs, a.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// find returns what is known of host; mine, if the caller is to find out.
func (r *Resolver) find(host string) (a *answer, mine bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a := r.known[host]; a != nil && !a.stale(r.now()) {
		return a, false
	}
	if len(r.known) >= maxAnswers {
		r.evictLocked()
	}
	a = &answer{ready: make(chan struct{})}
	r.known[host] = a
	return a, true
}

func (a *answer) stale(now time.Time) bool {
	select {
	case <-a.ready:
		return now.After(a.until)
	default:
		return false
	}
}

// evictLocked makes room: what is stale goes, and if that is nothing any answer that is there.
func (r *Resolver) evictLocked() {
	for host, a := range r.known {
		if a.stale(r.now()) {
			delete(r.known, host)
		}
	}
	for host, a := range r.known {
		if len(r.known) < maxAnswers {
			return
		}
		select {
		case <-a.ready:
			delete(r.known, host)
		default:
		}
	}
}

func (r *Resolver) ask(host string, a *answer) {
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	defer close(a.ready)
	a.until = r.now().Add(failureTTL)
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		a.err = ErrLookup
		return
	}
	addrs, err := r.lookup(ctx, host)
	if err != nil || len(addrs) == 0 {
		a.err = ErrLookup
		return
	}
	a.addrs, a.until = addrs[:min(len(addrs), maxAddresses)], r.now().Add(answerTTL)
}

// Close waits for lookups under way.
func (r *Resolver) Close() { r.asking.Wait() }
