package netproxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestNames asks for names as node:dns does: those that a rule lets a Worker reach have the addresses that it lets it reach.
func TestNames(t *testing.T) {
	known := map[string][]netip.Addr{
		"db.internal": {netip.MustParseAddr("10.0.0.5"), netip.MustParseAddr("10.9.0.5"), netip.MustParseAddr("fd00::5")},
		"example.com": {netip.MustParseAddr("93.184.215.14"), netip.MustParseAddr("127.0.0.1")},
	}
	var asked []string
	out := &Outbound{Rules: Rules{Public: true, List: []Rule{
		{Hosts: []string{"secret.internal"}},
		{Allow: true, Schemes: []string{TCP}, Ports: []PortRange{{5432, 5432}}, Hosts: []string{"*.internal"}, CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16"), netip.MustParsePrefix("fd00::/64")}},
		{Hosts: []string{"cloudflare-dns.com"}},
	}}, Resolver: newResolver(func(_ context.Context, host string) ([]netip.Addr, error) {
		asked = append(asked, host)
		if known[host] == nil {
			return nil, errors.New("no such name")
		}
		return known[host], nil
	})}
	var records []Record
	out.Audit = func(r Record) { records = append(records, r) }
	client := NewClient(out, Who{})
	defer client.Close()
	for _, c := range []struct{ query, want string }{
		{"name=db.internal&type=A", `{"Status":0,"TC":false,"RD":true,"RA":true,"Question":[{"name":"db.internal","type":1}],"Answer":[{"name":"db.internal","type":1,"TTL":30,"data":"10.0.0.5"}]}`},
		{"name=DB.internal.&type=AAAA", `{"Status":0,"TC":false,"RD":true,"RA":true,"Question":[{"name":"DB.internal.","type":28}],"Answer":[{"name":"DB.internal.","type":28,"TTL":30,"data":"fd00::5"}]}`},
		{"name=example.com&type=A", `{"Status":0,"TC":false,"RD":true,"RA":true,"Question":[{"name":"example.com","type":1}],"Answer":[{"name":"example.com","type":1,"TTL":30,"data":"93.184.215.14"}]}`},
		{"name=example.com&type=AAAA", `{"Status":0,"TC":false,"RD":true,"RA":true,"Question":[{"name":"example.com","type":28}]}`},
		{"name=nothing.example&type=A", `{"Status":3,"TC":false,"RD":true,"RA":true,"Question":[{"name":"nothing.example","type":1}]}`},
		{"name=secret.internal&type=A", "denied"},
		{"name=example.com&type=MX", "denied"},
		{"name=10.0.0.5&type=A", "denied"},
		{"name=&type=A", "denied"},
	} {
		r, err := client.Do(t.Context(), &Request{Method: "GET", URL: "https://cloudflare-dns.com/dns-query?" + c.query, Header: []Header{{"Accept", "application/dns-json"}}})
		var denied *DeniedError
		got := "denied"
		if err == nil {
			b, _ := io.ReadAll(r.Body)
			got = string(b)
		} else if !errors.As(err, &denied) || denied.Dest.Host != "cloudflare-dns.com" {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.query, got, c.want)
		}
		if last := records[len(records)-1]; last.Denied != (c.want == "denied") || last.Host != "cloudflare-dns.com" || last.Addr.IsValid() {
			t.Errorf("%s: written down is %+v", c.query, last)
		} else if name, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(c.query), "name="), "&"); c.want != "denied" && !strings.HasPrefix(last.Reason, "a lookup of "+strings.TrimSuffix(name, ".")+",") {
			t.Errorf("%s: the reason written down is %q", c.query, last.Reason)
		}
	}
	if list := strings.Join(asked, " "); list != "db.internal example.com nothing.example" {
		t.Errorf("asked for %s", list)
	}
}

// TestLookedUp: an address that a Worker has been told is as good as the name that it has asked for, and no better.
func TestLookedUp(t *testing.T) {
	addr := netip.MustParseAddr("10.0.0.5")
	known := addr
	out := &Outbound{Rules: Rules{List: []Rule{{Allow: true, Schemes: []string{TCP}, Ports: []PortRange{{5432, 5432}}, Hosts: []string{"db.internal"}, CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16")}}}},
		Resolver: newResolver(func(context.Context, string) ([]netip.Addr, error) { return []netip.Addr{known}, nil }),
		Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			return nil, errors.New("dialled " + address)
		}}
	client := NewClient(out, Who{})
	defer client.Close()
	denied := func(host string, port uint16) bool {
		_, err := client.Connect(t.Context(), host, port, false)
		var d *DeniedError
		return errors.As(err, &d)
	}
	if !denied("10.0.0.5", 5432) {
		t.Error("an address that nobody has looked up is reached")
	}
	r, err := client.Do(t.Context(), &Request{Method: "GET", URL: "https://cloudflare-dns.com/dns-query?name=db.internal&type=A", Header: []Header{{"accept", "application/dns-json"}}})
	if err != nil || r.Status != 200 {
		t.Fatal(err)
	}
	if denied("10.0.0.5", 5432) {
		t.Error("an address that has been looked up is not reached")
	}
	if !denied("10.0.0.5", 22) || !denied("10.0.0.6", 5432) || !denied("10.9.0.5", 5432) {
		t.Error("more is reached than the name allows")
	}
	known = netip.MustParseAddr("10.0.0.9") // the name has moved
	out.Resolver = newResolver(out.Resolver.lookup)
	if !denied("10.0.0.5", 5432) {
		t.Error("an address is reached that the name does not have any more")
	}
	for i := range 2 * maxLookedUp {
		client.looked.add(netip.AddrFrom4([4]byte{1, 2, byte(i >> 8), byte(i)}), "x")
	}
	if n := len(client.looked.names); n > maxLookedUp {
		t.Errorf("%d names are kept", n)
	}
}

// TestLookupsTakeTurns: who looks names up that take long has no more of the resolver than who connects to them.
func TestLookupsTakeTurns(t *testing.T) {
	var under, most atomic.Int64
	more := make(chan struct{})
	out := &Outbound{Rules: Rules{Public: true}, Slots: make(chan struct{}, 2), Resolver: newResolver(func(ctx context.Context, _ string) ([]netip.Addr, error) {
		if n := under.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer under.Add(-1)
		<-more
		return []netip.Addr{netip.MustParseAddr("93.184.215.14")}, nil
	})}
	client := NewClient(out, Who{})
	defer client.Close()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			r, err := client.Do(t.Context(), &Request{Method: "GET", URL: fmt.Sprintf("https://cloudflare-dns.com/dns-query?name=n%d.example&type=A", i), Header: []Header{{"accept", "application/dns-json"}}})
			if err != nil || r.Status != 200 {
				t.Error(r, err)
			}
		})
	}
	for range 8 {
		more <- struct{}{}
	}
	all.Wait()
	if most.Load() > 2 {
		t.Errorf("%d lookups at once", most.Load())
	}
	if len(out.Slots) > 0 || client.Busy() {
		t.Error("a place has not been given back")
	}
}

func FuzzNames(f *testing.F) {
	f.Add("GET", "https://cloudflare-dns.com/dns-query?name=a.b&type=A")
	f.Add("GET", "https://cloudflare-dns.com/dns-query?name=%zz&type=AAAA;")
	f.Fuzz(func(t *testing.T, method, url string) {
		r := &Request{Method: method, URL: url, Header: []Header{{"accept", "application/dns-json"}}}
		d, _, err := r.target()
		if err != nil {
			return
		}
		if q, ok := questionOf(r, d); ok {
			if canon, err := CanonicalHost(q.host); err != nil || canon != q.host || isAddress(q.host) {
				t.Errorf("%q is no name", q.host)
			}
		}
	})
}
