package netproxy

import (
	"net/http"
	"slices"
)

// Injection is a header that the policy adds to requests to some hosts. The value is a secret: it is in the request that
// leaves, and in nothing else.
type Injection struct {
	Hosts   []string // patterns, as of a Rule
	Schemes []string // default: https
	Header  string
	Value   string
}

func (i Injection) applies(d Dest) bool {
	schemes := i.Schemes
	if len(schemes) == 0 {
		schemes = []string{HTTPS}
	}
	return slices.Contains(schemes, d.Scheme) && slices.ContainsFunc(i.Hosts, func(pattern string) bool { return matchHost(pattern, d.Host) })
}

// inject replaces what the Worker has under the same name.
func inject(all []Injection, d Dest, h http.Header) {
	for _, i := range all {
		if i.applies(d) {
			h.Set(i.Header, i.Value)
		}
	}
}
