package netproxy

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// The server that node:dns asks, as in the Workers runtime. Which addresses a name has is answered here, by the resolver that
// connections are made with, for names that a rule lets somebody reach: a name means the same to who looks it up and to who
// connects, names of the administrator's network have an address, and nobody else learns them. Other names and other records
// are a request like any other.
const (
	namesHost = "cloudflare-dns.com"
	namesPath = "/dns-query"
)

// nameQuestion is what such a request asks for.
type nameQuestion struct {
	name string // as it was asked
	host string
	kind int // of the record, as DNS numbers it: 1 is A, 28 AAAA
}

// questionOf reads it; ok is false for every other request.
func questionOf(r *Request, d Dest) (q nameQuestion, ok bool) {
	path, query, _ := strings.Cut(d.Path, "?")
	if d.Scheme != HTTPS || d.Host != namesHost || d.Port != 443 || path != namesPath || r.Method != http.MethodGet || !acceptsNames(r) {
		return q, false
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return q, false
	}
	q.name = values.Get("name")
	q.kind = map[string]int{"A": 1, "AAAA": 28}[values.Get("type")]
	q.host, err = CanonicalHost(q.name)
	return q, err == nil && q.kind != 0 && !isAddress(q.host)
}

func acceptsNames(r *Request) bool {
	return slices.ContainsFunc(r.Header, func(h Header) bool {
		return strings.EqualFold(h.Name, "accept") && h.Value == "application/dns-json"
	})
}

// samples are destinations at host, for each rule one that it means: whether any of them is allowed is for Decide to say.
func (r Rules) samples(host string) []Dest {
	list := []Dest{{Scheme: HTTPS, Host: host, Port: 443, Method: http.MethodGet, Path: "/"}}
	for _, rule := range r.List {
		d := list[0]
		if len(rule.Schemes) > 0 {
			d.Scheme = rule.Schemes[0]
		}
		if len(rule.Ports) > 0 {
			d.Port = max(1, rule.Ports[0].First)
		}
		if len(rule.Methods) > 0 {
			d.Method = rule.Methods[0]
		}
		if len(rule.Paths) > 0 {
			d.Path = rule.Paths[0]
		}
		list = append(list, d)
	}
	return list
}

// reach says whether anything at host may be reached by that address, or with an invalid one by any; and by which rule.
func (r Rules) reach(samples []Dest, addr netip.Addr) (Verdict, bool) {
	for _, d := range samples {
		d.Addr = addr
		if v := r.Decide(d); v.Allow || v.Ask && !addr.IsValid() {
			return v, true
		}
	}
	return Verdict{}, false
}

// lookedUp are the names of addresses that a Worker has been told. Many programs look a name up and connect to what they are
// given; for a rule that allows the name this is the same as a connection by name.
type lookedUp struct {
	mu    sync.Mutex // guards names
	names map[netip.Addr]string
}

// maxLookedUp bounds what is remembered of one tenant.
const maxLookedUp = 256

func (l *lookedUp) add(addr netip.Addr, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.names == nil || len(l.names) >= maxLookedUp {
		l.names = make(map[netip.Addr]string)
	}
	l.names[addr] = name
}

// nameOf is the name by which host, an address, may be reached at d's port where it may not be by itself; else it is host.
func (c *Client) nameOf(ctx context.Context, d Dest) string {
	addr, err := netip.ParseAddr(d.Host)
	if err != nil || c.out.Rules.Decide(d).Allow {
		return d.Host
	}
	c.looked.mu.Lock()
	name := c.looked.names[addr]
	c.looked.mu.Unlock()
	if name == "" {
		return d.Host
	}
	all, err := c.out.Resolver.Resolve(ctx, name) // what it has been told may have changed
	same := func(a netip.Addr) bool { return a.Unmap() == addr }
	if err != nil || !slices.ContainsFunc(all, same) {
		return d.Host
	}
	return name
}

type nameRecord struct {
	Name string `json:"name"`
	Type int    `json:"type"`
	TTL  int    `json:"TTL,omitempty"`
	Data string `json:"data,omitempty"`
}

type nameAnswer struct {
	Status   int // of DNS: 3 is that there is no such name
	TC       bool
	RD, RA   bool
	Question []nameRecord
	Answer   []nameRecord `json:",omitempty"`
}

// answerName answers the question; nil if it isn't for this proxy to answer.
func (c *Client) answerName(ctx context.Context, a *attempt, q nameQuestion) (*Response, error) {
	samples := c.out.Rules.samples(q.host)
	v, ok := c.out.Rules.reach(samples, netip.Addr{})
	if !ok {
		return nil, nil
	}
	a.record.Allowed, a.record.Rule, a.record.Reason = true, v.Rule, "a lookup of "+q.host
	ctx, err := a.enter(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := c.recordsOf(ctx, q, samples)
	if err != nil {
		a.record.Reason += ": " + reasonOf(err)
		return nil, err
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	a.record.Status, a.record.Reason = http.StatusOK, a.record.Reason+", answered by this host's resolver"
	a.end(nil)
	return &Response{Status: http.StatusOK, StatusText: "OK", Header: []Header{{"content-type", "application/dns-json"}},
		Body: io.NopCloser(strings.NewReader(string(text))), Length: int64(len(text))}, nil
}

// recordsOf are the records of a name that are asked for, of addresses that it may be reached by.
func (c *Client) recordsOf(ctx context.Context, q nameQuestion, samples []Dest) (nameAnswer, error) {
	all, err := c.out.Resolver.Resolve(ctx, q.host)
	answer := nameAnswer{RD: true, RA: true, Question: []nameRecord{{Name: q.name, Type: q.kind}}}
	if errors.Is(err, ErrLookup) {
		answer.Status = 3
		return answer, nil
	}
	for _, addr := range all {
		addr = addr.Unmap()
		if _, ok := c.out.Rules.reach(samples, addr); ok && addr.Is4() == (q.kind == 1) {
			c.looked.add(addr, q.host)
			answer.Answer = append(answer.Answer, nameRecord{Name: q.name, Type: q.kind, TTL: int(answerTTL.Seconds()), Data: addr.String()})
		}
	}
	return answer, err
}
