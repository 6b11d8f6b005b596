package supervisor

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// peer is who connected to the socket, as the kernel says (SO_PEERCRED,
// SO_PEERGROUPS: unix(7)). known is false when it couldn't say.
type peer struct {
	uid    uint32
	pid    int32
	groups []uint32
	known  bool
}

// caller is a peer in its role.
type caller struct {
	peer
	role policy.Role
}

type peerKey struct{}

// withPeer is the server's ConnContext: it asks once per connection.
func (s *Supervisor) withPeer(ctx context.Context, c net.Conn) context.Context {
	p, err := peerOf(c)
	if err != nil {
		s.log.Warn("cannot tell who has connected", "err", err)
	}
	return context.WithValue(ctx, peerKey{}, p)
}

func peerOf(c net.Conn) (peer, error) {
	if around, is := c.(interface{ NetConn() net.Conn }); is {
		c = around.NetConn()
	}
	conn, ok := c.(*net.UnixConn)
	if !ok {
		return peer{}, fmt.Errorf("cannot tell the peer of a %T", c)
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return peer{}, fmt.Errorf("cannot tell the peer: %w", err)
	}
	var p peer
	var asked error
	if err := raw.Control(func(fd uintptr) { p, asked = askPeer(int(fd)) }); err != nil {
		return peer{}, fmt.Errorf("cannot tell the peer: %w", err)
	}
	return p, asked
}

func askPeer(fd int) (peer, error) {
	cred, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return peer{}, fmt.Errorf("cannot tell the peer: %w", err)
	}
	p := peer{uid: cred.Uid, pid: cred.Pid, groups: []uint32{cred.Gid}, known: true}
	list, err := unix.GetsockoptString(fd, unix.SOL_SOCKET, unix.SO_PEERGROUPS)
	if err != nil {
		return p, nil // the primary group is what there is to match
	}
	for b := []byte(list); len(b) >= 4; b = b[4:] {
		p.groups = append(p.groups, binary.NativeEndian.Uint32(b))
	}
	return p, nil
}

// poolKey is what the pool of a profile's engine is found by: its own engine's by the profile's name.
func poolKey(profile policy.Profile, engine string) string {
	if engine == profile.Engine {
		return profile.Name
	}
	return profile.Name + "." + engine
}

// poolFor returns the pool that code runs in for the caller, whose profile and engine it names, and checks it by their policy.
func (s *Supervisor) poolFor(c caller, profile string, code *workerCode) (*pool, error) {
	p, err := s.profile(c, profile)
	if err != nil {
		return nil, err
	}
	code.experimental = p.current().Experimental
	if p, err = s.onEngine(p, code.Engine); err != nil {
		return nil, err
	}
	if err := code.check(policy.Ceiling(*p.current(), c.role), time.Now()); err != nil {
		return nil, err
	}
	return p, code.checkOutbound(*p.current())
}

// onEngine returns the pool of p's profile on which code runs that asks for an engine ("": the profile's own).
func (s *Supervisor) onEngine(p *pool, engine string) (*pool, error) {
	base := s.pools[p.current().Name]
	if engine == "" || base == nil {
		return p, nil
	}
	profile := base.current()
	other := s.pools[poolKey(*profile, engine)]
	switch {
	case !slices.Contains(policy.Engines(), engine):
		return nil, rpc.Errorf(rpc.BadRequest, "engine must be one of %s, not %q.", strings.Join(policy.Engines(), ", "), engine)
	case !slices.Contains(profile.AllEngines(), engine):
		return nil, rpc.Errorf(rpc.Denied, "Profile %q does not run code on %s: an administrator can allow it under profiles.%s.engines.", profile.Name, engine, profile.Name)
	case other == nil:
		return nil, rpc.Errorf(rpc.BadRequest, "Engine %q of profile %q cannot be used before the daemon is restarted: it was not in the policy when it started.", engine, profile.Name)
	}
	return other, nil
}

// authorize finds the caller's role in the policy of this moment and checks
// that it may do action.
func (s *Supervisor) authorize(r *http.Request, action policy.Action) (caller, error) {
	p, _ := r.Context().Value(peerKey{}).(peer)
	if !p.known {
		return caller{}, rpc.Errorf(rpc.Denied, "The caller of this connection is not known.")
	}
	role, ok := s.policy.Load().RoleFor(p.uid, p.groups)
	if !ok {
		return caller{}, rpc.Errorf(rpc.Denied, "No role of the policy matches uid %d: an administrator can add one under roles.", p.uid)
	}
	if action != "" && !role.Allows(action) {
		return caller{}, rpc.Errorf(rpc.Denied, "Role %q may not %q: an administrator can allow it under roles.", role.Name, action)
	}
	return caller{peer: p, role: role}, nil
}

// profile returns the profile of that name ("": the role's own), if the
// caller may use it.
func (s *Supervisor) profile(c caller, name string) (*pool, error) {
	if name == "" {
		name = c.role.Profile
	}
	if !c.role.MayUse(name) {
		return nil, rpc.Errorf(rpc.Denied, "Role %q may not use profile %q.", c.role.Name, name)
	}
	p := s.pools[name]
	if p == nil {
		return nil, rpc.Errorf(rpc.BadRequest, "Profile %q cannot be used before the daemon is restarted: it was not in the policy when it started.", name)
	}
	return p, nil
}
