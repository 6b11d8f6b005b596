package netproxy

import (
	"errors"
	"net/netip"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
)

// fakeNames gives each name that a jail asks for an address of its own, in a range that leads nowhere. So a connection says
// which name it means, the name is looked up here and when it is used, and what a jail asks for is not sent to any server.
type fakeNames struct {
	mu     sync.Mutex // guards what follows
	byName map[string]netip.Addr
	byAddr map[netip.Addr]string
	next   netip.Addr
}

// fakeRange is that of benchmarking (RFC 2544).
var fakeRange = netip.MustParsePrefix("198.18.0.0/15")

// maxNames bounds the names of one jail; the range has twice as many addresses.
const maxNames = 65_536

func (f *fakeNames) to(name string) (netip.Addr, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if addr, known := f.byName[name]; known {
		return addr, true
	}
	if f.byName == nil {
		f.byName, f.byAddr, f.next = make(map[string]netip.Addr), make(map[netip.Addr]string), fakeRange.Addr()
	}
	if len(f.byName) >= maxNames {
		return netip.Addr{}, false
	}
	f.next = f.next.Next()
	f.byName[name], f.byAddr[f.next] = f.next, name
	return f.next, true
}

func (f *fakeNames) of(addr netip.Addr) (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	name, ok := f.byAddr[addr]
	return name, ok
}

// serveDNS answers on port 53 of the gateway. Other UDP leads nowhere.
func (t *Tap) serveDNS(gateway tcpip.Address) error {
	conn, err := gonet.DialUDP(t.stack, &tcpip.FullAddress{NIC: nic, Addr: gateway, Port: 53}, nil, ipv4.ProtocolNumber)
	if err != nil {
		return err
	}
	t.running.Go(func() { <-t.ctx.Done(); conn.Close() })
	t.running.Go(func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer, err := t.answerDNS(buf[:n]); err == nil {
				conn.WriteTo(answer, from)
			}
		}
	})
	return nil
}

var errNoQuestion = errors.New("no question")

// answerDNS answers a question for an address of IPv4; of others it says that there is none.
func (t *Tap) answerDNS(query []byte) ([]byte, error) {
	var p dnsmessage.Parser
	head, err := p.Start(query)
	if err != nil {
		return nil, err
	}
	q, err := p.Question()
	if err != nil || head.Response {
		return nil, errNoQuestion
	}
	answer := dnsmessage.Message{Header: dnsmessage.Header{ID: head.ID, Response: true, RecursionDesired: head.RecursionDesired, RecursionAvailable: true},
		Questions: []dnsmessage.Question{q}}
	name, err := CanonicalHost(q.Name.String())
	switch {
	case err != nil || isAddress(name) || t.forward() == nil:
		answer.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA && q.Class == dnsmessage.ClassINET:
		addr, ok := t.names.to(name)
		if !ok {
			answer.RCode = dnsmessage.RCodeServerFailure
			break
		}
		answer.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60}, Body: &dnsmessage.AResource{A: addr.As4()}}}
	}
	return answer.Pack()
}
