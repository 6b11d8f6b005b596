package netproxy

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strconv"
)

// Decision is a verdict for one destination.
type Decision struct {
	Dest    Dest
	Verdict Verdict
}

// ParseDest reads http://…, https://…, tcp://HOST:PORT or tls://HOST:PORT.
func ParseDest(method, text string) (Dest, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != TCP && u.Scheme != TLS {
		r := Request{Method: method, URL: text}
		d, _, err := r.target()
		return d, err
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return Dest{}, malformedf("there is no port")
	}
	host, err := CanonicalHost(u.Hostname())
	if err != nil {
		return Dest{}, malformedf(err.Error())
	}
	return Dest{Scheme: u.Scheme, Host: host, Port: uint16(port)}, nil
}

// Explain says what becomes of a request or connection to d: one decision where the name decides, else one for each address
// that it leads to.
func Explain(ctx context.Context, rules Rules, resolver *Resolver, d Dest) ([]Decision, error) {
	v := rules.Decide(d)
	if !v.Ask {
		return []Decision{{d, v}}, nil
	}
	addrs, err := resolver.Resolve(ctx, d.Host)
	if err != nil {
		return []Decision{{d, v}}, err
	}
	var all []Decision
	for _, addr := range addrs {
		d.Addr = addr.Unmap()
		all = append(all, Decision{d, rules.Decide(d)})
	}
	return all, nil
}

// OwnAddresses are the addresses of this host that are of the Internet.
func OwnAddresses() []netip.Addr {
	var own []netip.Addr
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range all {
		n, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		if addr, ok := netip.AddrFromSlice(n.IP); ok {
			addr = addr.Unmap().WithZone("")
			if _, bad := special(addr); !bad {
				own = append(own, addr)
			}
		}
	}
	return own
}
