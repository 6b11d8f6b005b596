package policy

import (
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Listener is a TCP address at which apps are reached over HTTP.
type Listener struct {
	Address string     `yaml:"address"` // an IP address and a port
	Apps    []AppRoute `yaml:"apps"`    // in the file a mapping from Match to App
}

// AppRoute says which requests an app gets.
type AppRoute struct {
	Match  string // as written: HOST/PREFIX, /PREFIX for every host, *.HOST/PREFIX for those below HOST
	Host   string // in lower case; "" = every
	Prefix string // begins with /
	App    string // as written: NAME, or OWNER/NAME
	Owner  uint32 // uid of who deployed the app; without OWNER the daemon's own
	Name   string
}

func (r AppRoute) String() string { return r.Match + ": " + r.App }

// Route returns the app that a request for host (with or without a port) and path is for: the most specific host counts
// first, then the longest prefix. A prefix ends where a part of the path ends.
func (l Listener) Route(host, path string) (AppRoute, bool) {
	host = strings.ToLower(withoutPort(host))
	best, found := AppRoute{}, false
	for _, r := range l.Apps {
		if r.holds(host, path) && (!found || r.beats(best)) {
			best, found = r, true
		}
	}
	return best, found
}

func withoutPort(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	return strings.Trim(host, "[]")
}

func (r AppRoute) holds(host, path string) bool {
	if below, wild := strings.CutPrefix(r.Host, "*"); wild && !strings.HasSuffix(host, below) || !wild && r.Host != "" && r.Host != host {
		return false
	}
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(r.Prefix, "/"))
	return ok && (rest == "" || rest[0] == '/')
}

func (r AppRoute) beats(other AppRoute) bool {
	if a, b := r.hostRank(), other.hostRank(); a != b {
		return a > b
	}
	return len(r.Prefix) > len(other.Prefix)
}

// hostRank is higher for a more specific host: a name, then *.name by its length, then any.
func (r AppRoute) hostRank() int {
	if r.Host != "" && r.Host[0] != '*' {
		return 1 << 16
	}
	return len(r.Host)
}

// appRoutes reads the mapping under apps.
func appRoutes(p *problems, path string, node ast.Node, into *[]AppRoute) {
	*into = nil
	for _, e := range entries(p, path, node) {
		r := AppRoute{Match: e.key}
		single(p, e.path, e.value, reflect.ValueOf(&r.App).Elem(), leaf(parseText))
		host, prefix, _ := strings.Cut(e.key, "/")
		r.Host, r.Prefix = strings.ToLower(host), "/"+prefix
		*into = append(*into, r)
	}
}

// resolveRoutes finds out whose apps are meant.
func resolveRoutes(users directory, euid int, path string, routes []AppRoute) {
	for i := range routes {
		r := &routes[i]
		owner, name, given := strings.Cut(r.App, "/")
		r.Owner, r.Name = uint32(euid), r.App
		if given {
			r.Name = name
			if id, ok := users.one(join(path, r.Match), owner); ok {
				r.Owner = id
			}
		}
	}
}

var (
	hostText    = regexp.MustCompile(`^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$|^[0-9a-f:]+$`)
	appNameText = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)
)

func checkListeners(p *problems, listeners []Listener) {
	seen := map[string]int{}
	for i, l := range listeners {
		path := fmt.Sprintf("listeners[%d]", i)
		checkAddress(p, path+".address", l.Address)
		if first, twice := seen[l.Address]; twice && l.Address != "" {
			p.add(path+".address", "cannot use %q: listeners[%d] has that address already; write another", l.Address, first)
		}
		seen[l.Address] = i
		if len(l.Apps) == 0 && !p.failed(path+".apps") {
			p.add(path+".apps", `cannot do without an app: nothing would be served; write one such as {"/": shop}`)
		}
		checkRoutes(p, path+".apps", l.Apps)
	}
}

func checkAddress(p *problems, path, text string) {
	address, err := netip.ParseAddrPort(text)
	if (err != nil || address.Port() == 0) && !p.failed(path) {
		p.add(path, "cannot use %q: it is not an address and a port; write one such as 127.0.0.1:8080", text)
	}
}

func checkRoutes(p *problems, path string, routes []AppRoute) {
	for _, r := range routes {
		path := join(path, r.Match)
		switch {
		case p.failed(path):
		case r.Host != "" && !hostText.MatchString(r.Host):
			p.add(path, "cannot use the host %q: it is no host name; write HOST/PATH, *.HOST/PATH or /PATH", r.Host)
		case strings.ContainsAny(r.Prefix, "*?#% ") || strings.Contains(r.Prefix, "//"):
			p.add(path, "cannot use the path %q: it is a plain prefix; write one such as /api", r.Prefix)
		case !appNameText.MatchString(r.Name):
			p.add(path, "cannot use %q: it is no app; write its name, or OWNER/NAME for one that another user has deployed", r.App)
		}
	}
}

func listenerWarnings(listeners []Listener) []string {
	var warnings []string
	for _, l := range listeners {
		if address, err := netip.ParseAddrPort(l.Address); err == nil && !address.Addr().IsLoopback() {
			warnings = append(warnings, fmt.Sprintf("listeners: %s is reached from other machines, and without TLS.", l.Address))
		}
	}
	return warnings
}
