package netproxy

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
)

// policy is what most cases are decided by.
var policy = Rules{Public: true, Own: []netip.Addr{netip.MustParseAddr("198.41.0.4"), netip.MustParseAddr("2600::1")}, List: []Rule{
	{Allow: false, Hosts: []string{"evil.example", "*.evil.example"}, Where: "p:1"},
	{Allow: true, Hosts: []string{"db.internal"}, Schemes: []string{TCP}, Ports: []PortRange{{5432, 5432}}, CIDRs: prefixes("10.1.0.0/16"), Where: "p:2"},
	{Allow: false, CIDRs: prefixes("8.8.4.0/24", "2001:4860::/32"), Where: "p:3"},
	{Allow: true, Hosts: []string{"api.example"}, Methods: []string{"GET", "HEAD"}, Paths: []string{"/v1", "/health"}, Where: "p:4"},
	{Allow: false, Hosts: []string{"api.example"}, Where: "p:5"},
	{Allow: true, Hosts: []string{"127.0.0.1"}, Ports: []PortRange{{9000, 9010}}, Where: "p:6"},
	{Allow: true, Hosts: []string{"smtp.example"}, Schemes: []string{TCP, TLS}, Ports: []PortRange{{25, 25}, {465, 587}}, Where: "p:7"},
	{Allow: true, CIDRs: prefixes("0.0.0.0/0", "::/0"), Schemes: []string{TCP}, Ports: []PortRange{{7000, 7000}}, Where: "p:8"},
	{Allow: true, CIDRs: prefixes("fd12::/16"), Hosts: []string{"x.example", "fd12::1"}, Where: "p:9"},
	{Allow: false, Paths: []string{"/admin"}, Hosts: []string{"site.example"}, Where: "p:10"},
	{Allow: true, Hosts: []string{"all-private.example"}, Where: "p:11"},
	{Allow: true, CIDRs: prefixes("169.254.0.0/16"), Ports: []PortRange{{8000, 8000}}, Where: "p:12"},
	{Allow: true, CIDRs: prefixes("169.254.169.254/32"), Ports: []PortRange{{8001, 8001}}, Where: "p:13"},
	{Allow: true, CIDRs: prefixes("64:ff9b::/96"), Ports: []PortRange{{8002, 8002}}, Where: "p:14"},
	{Allow: false, Schemes: []string{HTTP}, Hosts: []string{"secure.example"}, Where: "p:15"},
	{Allow: true, CIDRs: prefixes("198.41.0.4/32"), Ports: []PortRange{{8003, 8003}}, Where: "p:16"},
}}

func prefixes(texts ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// Each case is "METHOD URL [-> ADDRESS] : verdict", with a verdict of allow, ask or deny, and where the rule is or a part of
// the reason. A URL by tcp or tls is a raw connection.
var cases = strings.Split(strings.TrimSpace(`
GET http://example.com/ : ask
GET http://example.com/ -> 93.184.216.34 : allow
GET https://example.com/ -> 93.184.216.34 : allow
GET https://example.com/ -> 2606:2800:220:1::1 : allow
POST https://example.com:8443/x -> 93.184.216.34 : allow
GET http://example.com/ -> 127.0.0.1 : deny loopback
GET http://example.com/ -> 127.255.255.254 : deny loopback
GET http://example.com/ -> ::1 : deny loopback
GET http://example.com/ -> 0.0.0.0 : deny this network
GET http://example.com/ -> 0.1.2.3 : deny this network
GET http://example.com/ -> :: : deny unspecified
GET http://example.com/ -> 10.0.0.1 : deny private
GET http://example.com/ -> 10.255.255.255 : deny private
GET http://example.com/ -> 172.16.0.1 : deny private
GET http://example.com/ -> 172.31.255.255 : deny private
GET http://example.com/ -> 172.15.255.255 : allow
GET http://example.com/ -> 172.32.0.0 : allow
GET http://example.com/ -> 192.168.0.1 : deny private
GET http://example.com/ -> 192.167.255.255 : allow
GET http://example.com/ -> 192.169.0.0 : allow
GET http://example.com/ -> 100.64.0.1 : deny CGNAT
GET http://example.com/ -> 100.127.255.255 : deny CGNAT
GET http://example.com/ -> 100.63.255.255 : allow
GET http://example.com/ -> 100.128.0.0 : allow
GET http://example.com/ -> 100.100.100.200 : deny metadata
GET http://example.com/ -> 169.254.1.1 : deny link-local
GET http://example.com/ -> 169.254.169.254 : deny metadata
GET http://example.com/ -> 169.254.170.2 : deny metadata
GET http://example.com/ -> 169.254.170.23 : deny metadata
GET http://example.com/ -> 168.63.129.16 : deny metadata
GET http://example.com/ -> 192.0.0.192 : deny metadata
GET http://example.com/ -> 192.0.0.1 : deny protocol
GET http://example.com/ -> 192.0.2.1 : deny documentation
GET http://example.com/ -> 198.51.100.1 : deny documentation
GET http://example.com/ -> 203.0.113.1 : deny documentation
GET http://example.com/ -> 192.88.99.1 : deny 6to4
GET http://example.com/ -> 198.18.0.1 : deny benchmarking
GET http://example.com/ -> 198.19.255.255 : deny benchmarking
GET http://example.com/ -> 198.20.0.0 : allow
GET http://example.com/ -> 224.0.0.1 : deny multicast
GET http://example.com/ -> 239.255.255.255 : deny multicast
GET http://example.com/ -> 240.0.0.1 : deny reserved
GET http://example.com/ -> 255.255.255.255 : deny broadcast
GET http://example.com/ -> ::ffff:127.0.0.1 : deny loopback
GET http://example.com/ -> ::ffff:10.0.0.1 : deny private
GET http://example.com/ -> ::ffff:169.254.169.254 : deny metadata
GET http://example.com/ -> ::ffff:100.64.0.1 : deny CGNAT
GET http://example.com/ -> ::ffff:224.0.0.1 : deny multicast
GET http://example.com/ -> ::ffff:93.184.216.34 : allow
GET http://example.com/ -> ::ffff:0:127.0.0.1 : deny translated
GET http://example.com/ -> ::127.0.0.1 : deny compatible
GET http://example.com/ -> ::10.0.0.1 : deny compatible
GET http://example.com/ -> ::8.8.8.8 : deny compatible
GET http://example.com/ -> 64:ff9b::127.0.0.1 : deny NAT64 for a loopback
GET http://example.com/ -> 64:ff9b::10.0.0.1 : deny NAT64 for a private
GET http://example.com/ -> 64:ff9b::169.254.169.254 : deny NAT64 for a cloud metadata
GET http://example.com/ -> 64:ff9b::100.64.0.1 : deny NAT64 for a shared
GET http://example.com/ -> 64:ff9b::224.0.0.1 : deny NAT64 for a multicast
GET http://example.com/ -> 64:ff9b::93.184.216.34 : allow
GET http://example.com/ -> 64:ff9b:1::1 : deny local NAT64
GET http://example.com/ -> 2002:7f00:1:: : deny 6to4 for a loopback
GET http://example.com/ -> 2002:a00:1:: : deny 6to4 for a private
GET http://example.com/ -> 2002:a9fe:a9fe:: : deny 6to4 for a cloud metadata
GET http://example.com/ -> 2002:5db8:d822:: : allow
GET http://example.com/ -> 2001::1 : deny Teredo
GET http://example.com/ -> 2001:db8::1 : deny documentation
GET http://example.com/ -> 2001:10::1 : deny protocol
GET http://example.com/ -> 2001:20::1 : deny protocol
GET http://example.com/ -> 2001:200::1 : allow
GET http://example.com/ -> 3fff::1 : deny documentation
GET http://example.com/ -> 3ffe::1 : allow
GET http://example.com/ -> 5f00::1 : deny segment
GET http://example.com/ -> fc00::1 : deny private
GET http://example.com/ -> fdff::1 : deny private
GET http://example.com/ -> fd00:ec2::254 : deny metadata
GET http://example.com/ -> fd20:ce::254 : deny metadata
GET http://example.com/ -> fe80::1 : deny link-local
GET http://example.com/ -> febf::1 : deny link-local
GET http://example.com/ -> fec0::1 : deny site-local
GET http://example.com/ -> ff02::1 : deny multicast
GET http://example.com/ -> ff0e::1 : deny multicast
GET http://example.com/ -> 100::1 : deny discard
GET http://example.com/ -> 4000::1 : deny outside
GET http://example.com/ -> 1::1 : deny outside
GET http://example.com/ -> fe80::1%eth0 : deny no address
GET http://example.com/ -> 198.41.0.4 : deny of this host
GET http://example.com/ -> 2600::1 : deny of this host
GET http://example.com/ -> 198.41.0.5 : allow
GET http://example.com:8003/ -> 198.41.0.4 : allow p:16
GET http://127.0.0.1/ : deny loopback
GET http://127.0.0.1:9000/ : allow p:6
GET http://127.0.0.1:9010/ : allow p:6
GET http://127.0.0.1:9011/ : deny loopback
GET http://127.0.0.2:9000/ : deny loopback
GET http://localhost:9000/ -> 127.0.0.1 : deny loopback
GET http://[::ffff:127.0.0.1]:9000/ : deny malformed
GET http://127.0.0.1:9000/ -> 127.0.0.2 : deny not that
GET http://127.0.0.1:9000/ -> 127.0.0.1 : allow p:6
GET http://10.0.0.1/ : deny private
GET http://169.254.169.254/latest/meta-data/ : deny metadata
GET http://169.254.169.254:8000/ : deny metadata
GET http://169.254.1.1:8000/ : allow p:12
GET http://169.254.169.254:8001/ : allow p:13
GET http://8.8.8.8/ : allow
GET https://8.8.4.4/ : deny p:3
GET https://dns.example/ -> 8.8.4.4 : deny p:3
GET https://dns.example/ -> 8.8.8.8 : allow
GET https://dns.example/ -> 2001:4860:4860::8888 : deny p:3
GET https://dns.example/ : ask
GET http://evil.example/ : deny p:1
GET http://evil.example/ -> 93.184.216.34 : deny p:1
GET http://a.evil.example/ : deny p:1
GET http://a.b.evil.example/ : deny p:1
GET http://notevil.example/ : ask
GET http://evil.example.org/ : ask
GET http://Evil.example/ : deny malformed
GET http://evil.example./ : deny malformed
tcp evil.example:7000 : deny p:1
GET https://api.example/v1 : ask p:4
GET https://api.example/v1/x -> 93.184.216.34 : allow p:4
HEAD https://api.example/v1/x -> 93.184.216.34 : allow p:4
POST https://api.example/v1/x : deny p:5
GET https://api.example/v1?x=/admin -> 93.184.216.34 : allow p:4
GET https://api.example/v10 : deny p:5
GET https://api.example/ : deny p:5
GET https://api.example/v1/%2e%2e/admin : deny malformed
GET https://api.example/v1/../admin : deny malformed
GET https://api.example/v1/%2fadmin -> 93.184.216.34 : allow p:4
GET https://api.example/v1%2f..%2fadmin : deny p:5
GET https://api.example/v1/..%2fadmin : deny p:5
GET https://api.example/v1/x%5c..%5c..%5cadmin : deny p:5
GET https://api.example/v1\admin : deny malformed
GET https://api.example/health -> 10.0.0.1 : deny p:5
GET https://site.example/admin : deny p:10
GET https://site.example/admin/x : deny p:10
GET https://site.example/%61dmin : deny p:10
GET https://site.example//admin : deny p:10
GET https://site.example/x%2f..%2fadmin : deny p:10
GET https://site.example/administrator : ask
GET http://secure.example/ : deny p:15
GET https://secure.example/ : ask
tcp db.internal:5432 : ask p:2
tcp db.internal:5432 -> 10.1.2.3 : allow p:2
tcp db.internal:5432 -> 10.2.0.1 : deny private
tcp db.internal:5433 : deny no rule with the scheme tcp
tls db.internal:5432 : deny no rule with the scheme tls
tcp example.com:80 : deny no rule with the scheme tcp
tls example.com:443 : deny no rule with the scheme tls
tcp smtp.example:25 : ask p:7
tls smtp.example:465 : ask p:7
tls smtp.example:500 : ask p:7
tls smtp.example:588 : deny scheme tls
tcp smtp.example:25 -> 93.184.216.34 : allow p:7
tcp smtp.example:25 -> 127.0.0.1 : deny loopback
tcp any.example:7000 : ask p:8
tcp any.example:7000 -> 93.184.216.34 : allow p:8
tcp any.example:7000 -> 127.0.0.1 : deny loopback
tcp any.example:7000 -> 10.0.0.1 : deny private
tcp any.example:7000 -> ::1 : deny loopback
tcp any.example:7000 -> fc00::1 : deny private
tcp 127.0.0.1:7000 : deny loopback
GET http://x.example/ -> fd12::1 : allow p:9
GET http://x.example/ -> fd13::1 : deny private
GET http://fd12::1/ : allow p:9
GET http://all-private.example/ -> 10.0.0.1 : deny private
GET http://all-private.example/ -> 93.184.216.34 : allow p:11
GET http://n.example:8002/ -> 64:ff9b::10.0.0.1 : allow p:14
GET http://n.example:8002/ -> 64:ff9b::8.8.8.8 : allow p:14
GET http://n.example:8002/ -> 10.0.0.1 : deny private
GET http://2130706433/ : deny malformed
GET http://0x7f000001/ : deny malformed
GET http://0x7f.1/ : deny malformed
GET http://0177.0.0.1/ : deny malformed
GET http://127.1/ : deny malformed
GET http://127.0.0.1.:9000/ : deny malformed
GET http://127.0.0.1.nip.io/ -> 127.0.0.1 : deny loopback
GET http://a.0/ : deny malformed
GET http://a.0x0/ : deny malformed
GET http://１２７.0.0.1/ : deny malformed
GET http://loc\u0430lhost/ : deny malformed
GET http://a b/ : deny malformed
GET http://a..b/ : deny malformed
GET http://.a/ : deny malformed
GET http://a%00b/ : deny malformed
GET http://a@b/ : deny malformed
GET http:/// : deny malformed
GET http://example.com:0/ : deny port 0
GET ftp://example.com:21/ : deny scheme
GET http://xn--bcher-kva.example/ : ask
GET http://_dmarc.example/ : ask
GET http://*/ : deny malformed
GET http://*.evil.example/ : deny malformed
`), "\n")

func TestDecide(t *testing.T) {
	if len(cases) < 150 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		given, want, _ := strings.Cut(c, " : ")
		word, part, _ := strings.Cut(want, " ")
		v := policy.Decide(destOf(t, strings.ReplaceAll(given, `\u0430`, "а")))
		got := "deny"
		if v.Allow {
			got = "allow"
		} else if v.Ask {
			got = "ask"
		}
		if got != word || !strings.Contains(v.Rule+" "+v.Reason, part) {
			t.Errorf("%s: %s %+v, want %s", given, got, v, want)
		}
		if got == "deny" && v.Reason == "" {
			t.Errorf("%s is denied without a reason", given)
		}
	}
}

func destOf(t *testing.T, text string) Dest {
	text, addr, _ := strings.Cut(text, " -> ")
	method, target, _ := strings.Cut(text, " ")
	d := Dest{Scheme: method}
	if method != TCP && method != TLS {
		d.Method = method
		d.Scheme, target, _ = strings.Cut(target, "://")
		i := strings.IndexAny(target+"/", "/\\")
		d.Path, target = target[i:], target[:i]
	}
	d.Port = map[string]uint16{HTTP: 80, HTTPS: 443}[d.Scheme]
	d.Host = target
	if i := strings.LastIndexByte(target, ':'); i >= 0 && (strings.Count(target, ":") == 1 || target[i-1] == ']') {
		d.Host = target[:i]
		fmt.Sscan(target[i+1:], &d.Port)
	}
	if addr != "" {
		d.Addr = netip.MustParseAddr(addr)
	}
	return d
}

func TestTheZeroRulesDenyEverything(t *testing.T) {
	for _, c := range cases {
		given, _, _ := strings.Cut(c, " : ")
		if v := (Rules{}).Decide(destOf(t, given)); v.Allow || v.Ask {
			t.Errorf("%s: %+v", given, v)
		}
	}
}

// notPublic says by other means than special that an address is not of the Internet.
func notPublic(a netip.Addr) bool {
	a = a.Unmap()
	ip := net.IP(a.AsSlice())
	if a.Is4() {
		b := a.As4()
		return ip.IsPrivate() || ip.IsLoopback() || ip.IsUnspecified() || ip.IsMulticast() || ip.IsLinkLocalUnicast() || b[0] == 0 ||
			b[0] >= 224 || b[0] == 100 && b[1]&0xc0 == 64
	}
	b := a.As16()
	inner := func(at int) bool { return notPublic(netip.AddrFrom4([4]byte(b[at : at+4]))) }
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(a):
		return inner(12)
	case b[0]&0xe0 != 0x20:
		return true
	case b[0] == 0x20 && b[1] == 0x02:
		return inner(2)
	}
	return false
}

// FuzzDecide holds that no rule without a range of its own, and no name, leads to an address that is not of the Internet.
func FuzzDecide(f *testing.F) {
	for _, c := range cases {
		given, _, _ := strings.Cut(c, " : ")
		text, addr, _ := strings.Cut(given, " -> ")
		a, _ := netip.ParseAddr(addr)
		f.Add(text, a.AsSlice(), true, uint8(0))
		f.Add(text, a.AsSlice(), false, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, raw []byte, public bool, which uint8) {
		d := destOf(t, "GET http://x/")
		if method, target, ok := strings.Cut(text, " "); ok && (method == TCP || method == TLS || strings.Contains(target, "://")) {
			d = destOf(t, text)
		}
		addr, ok := netip.AddrFromSlice(raw)
		if !ok {
			addr, _ = netip.ParseAddr(d.Host)
		}
		d.Addr = addr
		rules := Rules{Public: public, List: []Rule{{Allow: true, Hosts: []string{[]string{"*", "*.com", "example.com", "x"}[which%4]}},
			{Allow: true, CIDRs: prefixes("0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "::/1")}}}
		v := rules.Decide(d)
		if v.Allow && (!addr.IsValid() || notPublic(addr)) {
			t.Fatalf("%+v is allowed: %+v", d, v)
		}
		if v.Allow && v.Ask {
			t.Fatalf("%+v: both", v)
		}
		named := Dest{Scheme: d.Scheme, Host: d.Host, Port: d.Port, Method: d.Method, Path: d.Path}
		if w := rules.Decide(named); v.Allow && !w.Ask && !w.Allow {
			t.Fatalf("%+v is denied by name and allowed by address: %+v, %+v", d, w, v)
		}
	})
}

func FuzzTarget(f *testing.F) {
	for _, c := range cases {
		given, _, _ := strings.Cut(c, " : ")
		_, url, _ := strings.Cut(given, " ")
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		r := Request{Method: "GET", URL: url}
		d, authority, err := r.target()
		if err != nil {
			return
		}
		if canon, err := CanonicalHost(d.Host); err != nil || canon != d.Host {
			t.Fatalf("%q: host %q is not canonical", url, d.Host)
		}
		if strings.ContainsAny(authority+d.Path, "\r\n @\x00") && !strings.Contains(d.Path, "@") {
			t.Fatalf("%q: %q %q", url, authority, d.Path)
		}
		if v := (Rules{Public: true}).Decide(d); v.Reason == "the path is malformed" || v.Reason == "the host is malformed" {
			t.Fatalf("%q: %+v: %+v", url, d, v)
		}
	})
}
