package policy

import (
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"

	"stockade.dev/stockade/netproxy"
)

// The outbounds that are there without being written down. A file may write EgressPublic down and so change it.
const (
	EgressNone   = "none"   // a Worker reaches nothing outside
	EgressPublic = "public" // requests to public addresses by http and https
)

// Egress says what a Worker of a profile reaches outside.
type Egress struct {
	Default   string       `yaml:"default"`   // for a Worker without a globalOutbound: EgressNone, or an outbound. Default none
	Outbounds []string     `yaml:"outbounds"` // those that code brought over the socket may ask for by name. Default none
	Rules     []EgressRule `yaml:"rules"`     // tried before those of the outbound. Default none
}

// RoleEgress narrows, or widens, what the Workers of a role's callers reach.
type RoleEgress struct {
	Rules []EgressRule `yaml:"rules"` // tried before those of the profile. Default none
}

// Network is what holds for all that leaves the host.
type Network struct {
	DNS         string     `yaml:"dns"`         // address and port of the name server; "" = the system's. Default ""
	Connections int        `yaml:"connections"` // of all Workers at the same time. Default 4096
	Log         string     `yaml:"log"`         // which requests go to the log: EgressLogAll, EgressLogDenied, EgressLogNone. Default all
	Outbounds   []Outbound `yaml:"outbounds"`   // ways out, by name
}

// What is logged of egress.
const (
	EgressLogAll    = "all"
	EgressLogDenied = "denied"
	EgressLogNone   = "none"
)

// Outbound is a way out of the host.
type Outbound struct {
	Name   string         `yaml:"-"`      // its key in the file
	Public bool           `yaml:"public"` // requests to public addresses that no rule matches are allowed. Default false
	Rules  []EgressRule   `yaml:"rules"`
	Inject []EgressInject `yaml:"inject"`
	CA     string         `yaml:"ca"` // absolute path of certificates (PEM) to trust instead of the system's; "" = the system's
	Proxy  EgressProxy    `yaml:"proxy"`
	Caps   EgressCaps     `yaml:"caps"`
}

// EgressRule allows or denies what it matches: all of the keys that are given.
type EgressRule struct {
	Action  string      `yaml:"action"`  // allow, deny
	Schemes []string    `yaml:"schemes"` // http, https, tcp, tls. Default any
	Hosts   []string    `yaml:"hosts"`   // NAME, *.NAME, * or an address. Default any
	Ports   []PortRange `yaml:"ports"`   // Default any
	CIDRs   []CIDR      `yaml:"cidrs"`   // Default any public address
	Methods []string    `yaml:"methods"` // Default any
	Paths   []string    `yaml:"paths"`   // prefixes. Default any
	Line    int         `yaml:"-"`       // in the file
}

// PortRange is a port, or the ports from First to Last, both included.
type PortRange struct {
	Text        string
	First, Last uint16
}

func (r PortRange) String() string { return r.Text }

// CIDR is a range of addresses.
type CIDR struct{ netip.Prefix }

// EgressInject is a header that is added to requests to some hosts.
type EgressInject struct {
	Hosts   []string `yaml:"hosts"`
	Schemes []string `yaml:"schemes"` // Default https
	Header  string   `yaml:"header"`
	Prefix  string   `yaml:"prefix"` // before the secret, such as "Bearer ". Default ""
	From    Secret   `yaml:"from"`
}

// Secret says where a secret is: in one of these.
type Secret struct {
	File       string `yaml:"file"`       // absolute path
	Env        string `yaml:"env"`        // variable of the daemon's environment
	Credential string `yaml:"credential"` // of systemd (LoadCredential=)
}

func (s Secret) places() (n int) {
	for _, place := range []string{s.File, s.Env, s.Credential} {
		if place != "" {
			n++
		}
	}
	return n
}

// EgressProxy is an HTTP proxy that an outbound goes through.
type EgressProxy struct {
	Address       string `yaml:"address"`       // host and port; "" = none
	Authorization Secret `yaml:"authorization"` // the value of Proxy-Authorization; none of its keys = none
}

// EgressCaps bound one request or connection, and Connections those of one Worker.
type EgressCaps struct {
	RequestBytes   Bytes         `yaml:"request_bytes"`
	ResponseBytes  Bytes         `yaml:"response_bytes"`
	Connections    int           `yaml:"connections"`
	ConnectTimeout time.Duration `yaml:"connect_timeout"`
	HeaderTimeout  time.Duration `yaml:"header_timeout"`
	IdleTimeout    time.Duration `yaml:"idle_timeout"`
	TotalTimeout   time.Duration `yaml:"total_timeout"`
}

func defaultNetwork() Network { return Network{Connections: 4096, Log: EgressLogAll} }

func defaultOutbound(name string) Outbound {
	return Outbound{Name: name, Public: name == EgressPublic, Caps: EgressCaps{RequestBytes: gib, ResponseBytes: gib, Connections: 64,
		ConnectTimeout: 10 * time.Second, HeaderTimeout: time.Minute, IdleTimeout: time.Minute, TotalTimeout: 10 * time.Minute}}
}

// Outbound returns the way out of that name.
func (p *Policy) Outbound(name string) (Outbound, bool) {
	for _, o := range p.Egress.Outbounds {
		if o.Name == name {
			return o, true
		}
	}
	if name == EgressPublic {
		return defaultOutbound(name), true
	}
	return Outbound{}, false
}

// EgressRules are what decides for a Worker of that role and profile that goes out by that outbound: the role's rules, the
// profile's and the outbound's, in this order.
func (p *Policy) EgressRules(role Role, profile Profile, out Outbound) netproxy.Rules {
	rules := netproxy.Rules{Public: out.Public}
	for _, r := range slices.Concat(role.Egress.Rules, profile.Egress.Rules, out.Rules) {
		rules.List = append(rules.List, r.compile(p.File))
	}
	return rules
}

func (r EgressRule) compile(file string) netproxy.Rule {
	out := netproxy.Rule{Allow: r.Action == "allow", Schemes: r.Schemes, Hosts: r.Hosts, Methods: r.Methods, Paths: r.Paths,
		Where: fmt.Sprintf("%s:%d", file, r.Line)}
	for _, port := range r.Ports {
		out.Ports = append(out.Ports, netproxy.PortRange{First: port.First, Last: port.Last})
	}
	for _, c := range r.CIDRs {
		out.CIDRs = append(out.CIDRs, c.Prefix)
	}
	return out
}

// outbounds reads the mapping from any name to an outbound.
func outbounds(p *problems, path string, node ast.Node, into *[]Outbound) {
	*into = nil
	for _, e := range entries(p, path, node) {
		o := defaultOutbound(e.key)
		object(p, e.path, e.value, reflect.ValueOf(&o).Elem())
		*into = append(*into, o)
	}
}

var portText = regexp.MustCompile(`^([0-9]{1,5})(?:-([0-9]{1,5}))?$`)

func parsePorts(s scalar) (PortRange, error) {
	m := portText.FindStringSubmatch(s.text)
	if m == nil || s.kind != ast.StringType && s.kind != ast.IntegerType {
		return PortRange{}, fmt.Errorf(`it is neither a port nor a range of them; write one such as 443 or "8000-8999"`)
	}
	first, err := strconv.ParseUint(m[1], 10, 16)
	last := first
	if err == nil && m[2] != "" {
		last, err = strconv.ParseUint(m[2], 10, 16)
	}
	if err != nil || first == 0 || last < first {
		return PortRange{}, fmt.Errorf(`it has a port that there isn't, or ends before it begins; write one such as 443 or "8000-8999"`)
	}
	return PortRange{s.text, uint16(first), uint16(last)}, nil
}

func parseCIDR(s scalar) (CIDR, error) {
	prefix, err := netip.ParsePrefix(s.text)
	if addr, single := netip.ParseAddr(s.text); single == nil && addr.Zone() == "" {
		prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	switch {
	case err != nil:
		return CIDR{}, fmt.Errorf("it is no range of addresses; write one such as 10.1.0.0/16")
	case prefix.Addr().Is4In6():
		return CIDR{}, fmt.Errorf("it is IPv4 in IPv6, which is taken for IPv4; write that")
	case prefix.Masked() != prefix:
		return CIDR{}, fmt.Errorf("it has bits beyond its length; write %s", prefix.Masked())
	}
	return CIDR{prefix}, nil
}

// settleEgress notes where each rule stands.
func settleEgress(p *problems, policy *Policy) {
	lines := func(path string, rules []EgressRule) {
		for i := range rules {
			rules[i].Line = p.where(fmt.Sprintf("%s[%d]", path, i)).line
		}
	}
	for i := range policy.Roles {
		lines(fmt.Sprintf("roles[%d].egress.rules", i), policy.Roles[i].Egress.Rules)
	}
	for i := range policy.Profiles {
		lines(join("profiles", policy.Profiles[i].Name)+".egress.rules", policy.Profiles[i].Egress.Rules)
	}
	for i := range policy.Egress.Outbounds {
		lines(join("egress.outbounds", policy.Egress.Outbounds[i].Name)+".rules", policy.Egress.Outbounds[i].Rules)
	}
}
