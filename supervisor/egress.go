package supervisor

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"stockade.dev/stockade/netproxy"
	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// egress is what leaves the host: the policy's outbounds with what they need, and a client for each Worker that uses one.
type egress struct {
	log      *slog.Logger
	audit    *egressLog
	used     func(account, netproxy.Record) // counts what was sent and received
	resolver *netproxy.Resolver
	slots    chan struct{}
	own      []netip.Addr

	mu        sync.Mutex // guards what follows
	policy    *policy.Policy
	outbounds map[string]ready
	clients   map[clientKey]*egressClient
}

// ready is what an outbound needs from files and the environment.
type ready struct {
	roots  *x509.CertPool
	proxy  *netproxy.Proxy
	inject []netproxy.Injection
}

// clientKey is a Worker and the way out that it uses, with whose rights: its own or those of who has handed it on.
type clientKey struct{ worker, outbound, granted string }

type egressClient struct {
	*netproxy.Client
	used time.Time
}

// idleClient is how long the connections of a Worker that sends nothing are kept.
const idleClient = time.Minute

func newEgress(log *slog.Logger, p *policy.Policy) (*egress, error) {
	e := &egress{log: log, audit: newEgressLog(), resolver: netproxy.NewResolver(p.Egress.DNS), slots: make(chan struct{}, p.Egress.Connections),
		own: netproxy.OwnAddresses(), clients: make(map[clientKey]*egressClient), used: func(account, netproxy.Record) {}}
	return e, e.take(p)
}

// take makes p the policy that new requests are decided by. An error changes nothing.
func (e *egress) take(p *policy.Policy) error {
	outbounds := make(map[string]ready)
	public, _ := p.Outbound(policy.EgressPublic)
	for _, o := range append([]policy.Outbound{public}, p.Egress.Outbounds...) {
		r, err := prepare(o)
		if err != nil {
			return fmt.Errorf("cannot use egress.outbounds.%s: %w", o.Name, err)
		}
		outbounds[o.Name] = r
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.policy, e.outbounds = p, outbounds
	for key, c := range e.clients {
		c.Close()
		delete(e.clients, key)
	}
	return nil
}

func prepare(o policy.Outbound) (r ready, err error) {
	if o.CA != "" {
		pem, err := os.ReadFile(o.CA)
		if err != nil {
			return r, fmt.Errorf("cannot read ca: %w", err)
		}
		if r.roots = x509.NewCertPool(); !r.roots.AppendCertsFromPEM(pem) {
			return r, fmt.Errorf("cannot read ca: %s has no certificate in PEM", o.CA)
		}
	}
	if o.Proxy.Address != "" {
		r.proxy = &netproxy.Proxy{Address: o.Proxy.Address}
		if o.Proxy.Authorization != (policy.Secret{}) {
			if r.proxy.Authorization, err = secret(o.Proxy.Authorization); err != nil {
				return r, fmt.Errorf("cannot read proxy.authorization: %w", err)
			}
		}
	}
	for i, inject := range o.Inject {
		value, err := secret(inject.From)
		if err == nil {
			err = netproxy.CheckHeader(inject.Header, inject.Prefix+value)
		}
		if err != nil {
			return r, fmt.Errorf("cannot read inject[%d]: %w", i, err)
		}
		r.inject = append(r.inject, netproxy.Injection{Hosts: inject.Hosts, Schemes: inject.Schemes, Header: inject.Header, Value: inject.Prefix + value})
	}
	return r, nil
}

// secret reads a secret. No error has any of it.
func secret(s policy.Secret) (string, error) {
	file := s.File
	switch {
	case s.Env != "":
		value, ok := os.LookupEnv(s.Env)
		if !ok || value == "" {
			return "", fmt.Errorf("the daemon's environment has no %s", s.Env)
		}
		return value, nil
	case s.Credential != "":
		dir := os.Getenv("CREDENTIALS_DIRECTORY")
		if dir == "" {
			return "", fmt.Errorf("there is no credential %s: systemd has given the daemon none (LoadCredential=)", s.Credential)
		}
		file = filepath.Join(dir, s.Credential)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	value := string(bytes.TrimRight(b, "\r\n"))
	if value == "" {
		return "", fmt.Errorf("%s is empty", file)
	}
	return value, nil
}

var errNoOutbound = errors.New("the outbound is no longer in the policy")

// client is the way out of a Worker. Its rules are those of whom the outbound was given to: a Worker that has it from another
// is bound like that one.
func (e *egress) client(worker identity, granted identity, outbound string) (*netproxy.Client, error) {
	key := clientKey{worker.name, outbound, granted.name}
	e.mu.Lock()
	defer e.mu.Unlock()
	if c := e.clients[key]; c != nil {
		c.used = time.Now()
		return c.Client, nil
	}
	o, known := e.policy.Outbound(outbound)
	if !known {
		return nil, errNoOutbound
	}
	role := e.roleLocked(granted)
	profile := *granted.pool.current()
	prepared := e.outbounds[outbound]
	rules := e.policy.EgressRules(role, profile, o)
	rules.Own = e.own
	caps := netproxy.Caps{SentBytes: capOf(o.Caps.RequestBytes), ReceivedBytes: capOf(o.Caps.ResponseBytes), Concurrent: o.Caps.Connections,
		Connect: o.Caps.ConnectTimeout, Header: o.Caps.HeaderTimeout, Idle: o.Caps.IdleTimeout, Total: o.Caps.TotalTimeout}
	charged := worker.account
	out := &netproxy.Outbound{Name: outbound, Rules: rules, Resolver: e.resolver, Roots: prepared.roots, Proxy: prepared.proxy, Inject: prepared.inject,
		Caps: caps, Slots: e.slots, Dial: dialQuietly, Audit: func(r netproxy.Record) { e.record(charged, r) }}
	c := netproxy.NewClient(out, netproxy.Who{Worker: worker.name, Owner: charged.owner, Role: role.Name, Profile: profile.Name})
	e.clients[key] = &egressClient{c, time.Now()}
	return c, nil
}

// dialQuietly makes connections that don't wake the Go runtime's monitor with each request, as those of clients.
func dialQuietly(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return rpc.Quiet(conn), nil
}

func capOf(b policy.Bytes) int64 {
	if b == math.MaxInt64 {
		return 0
	}
	return int64(b)
}

// roleLocked is the role of who has brought a Worker, as the policy is now.
func (e *egress) roleLocked(who identity) policy.Role {
	for _, role := range e.policy.Roles {
		if who.role.Name != "" && role.Name == who.role.Name {
			return role
		}
	}
	role, _ := e.policy.RoleFor(who.account.owner, groupsOf(who.account.owner))
	return role
}

// groupsOf are a user's groups, as far as this host knows them.
func groupsOf(uid uint32) []uint32 {
	u, err := user.LookupId(strconv.FormatUint(uint64(uid), 10))
	if err != nil {
		return nil
	}
	ids, err := u.GroupIds()
	if err != nil {
		return nil
	}
	var gids []uint32
	for _, text := range ids {
		if gid, err := strconv.ParseUint(text, 10, 32); err == nil {
			gids = append(gids, uint32(gid))
		}
	}
	return gids
}

// closeIdle ends the connections of Workers that send nothing.
func (e *egress) closeIdle(now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for key, c := range e.clients {
		if !c.Busy() && now.Sub(c.used) > idleClient {
			c.Close()
			delete(e.clients, key)
		}
	}
}

func (e *egress) close() {
	e.closeIdle(time.Now().Add(2 * idleClient))
	e.resolver.Close()
}

// record writes down what left the host, or was kept from it.
func (e *egress) record(charged account, r netproxy.Record) {
	e.used(charged, r)
	line := egressLineOf(r)
	e.audit.add(line)
	e.mu.Lock()
	which := e.policy.Egress.Log
	e.mu.Unlock()
	if which == policy.EgressLogNone || which == policy.EgressLogDenied && r.Allowed {
		return
	}
	level := slog.LevelInfo
	if !r.Allowed {
		level = slog.LevelWarn
	}
	e.log.LogAttrs(context.Background(), level, "egress", line.attrs()...)
}
