package main

import (
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// zone is what names have for addresses: a list for each query in turn, the last one from then on.
var zone = map[string][][]string{
	"public.test.":  {{"8.8.4.4"}},
	"six.test.":     {{"2606:4700:4700::1111"}},
	"named.test.":   {{"203.0.113.10"}},
	"other.test.":   {{"203.0.113.11"}},
	"meta.test.":    {{"169.254.169.254"}},
	"private.test.": {{"10.0.0.5"}},
	"nat64.test.":   {{"64:ff9b::a9fe:a9fe"}},
	"mapped.test.":  {{"::ffff:169.254.169.254"}},
	"ula.test.":     {{"fd00::1"}},
	"mixed.test.":   {{"10.0.0.5", "8.8.4.4", "169.254.169.254", "fd00::1", "64:ff9b::a00:5"}},
	"self.test.":    {{"127.0.0.1", "192.0.2.1", "::1"}},
}

// listsOf: a name that begins with flip is public when it is asked for the first time, and the metadata service's from then on;
// one that begins with back is the opposite.
func listsOf(name string) [][]string {
	switch {
	case strings.HasPrefix(name, "flip-"):
		return [][]string{{"8.8.4.4"}, {"169.254.169.254"}}
	case strings.HasPrefix(name, "back-"):
		return [][]string{{"169.254.169.254"}, {"8.8.4.4"}}
	}
	return zone[name]
}

// names is the name server.
type names struct {
	mu    sync.Mutex
	asked map[string]int // "A name." and "AAAA name."; guarded by mu
}

func (n *names) serve() error {
	conn, err := net.ListenPacket("udp", ":53")
	if err != nil {
		return err
	}
	go func() {
		b := make([]byte, 1500)
		for {
			size, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			if answer := n.answer(b[:size]); answer != nil {
				conn.WriteTo(answer, from)
			}
		}
	}()
	return nil
}

func (n *names) answer(query []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	name := strings.ToLower(q.Name.String())
	kind := strings.TrimPrefix(q.Type.String(), "Type")
	n.mu.Lock()
	turn := n.asked[kind+" "+name]
	n.asked[kind+" "+name]++
	n.mu.Unlock()
	m.Header.Response, m.Header.RecursionAvailable, m.Additionals = true, true, nil
	lists := listsOf(name)
	if lists == nil {
		m.Header.RCode = dnsmessage.RCodeNameError
	} else {
		for _, text := range lists[min(turn, len(lists)-1)] {
			head := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0}
			addr := netip.MustParseAddr(text)
			switch {
			case addr.Is4() && q.Type == dnsmessage.TypeA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: addr.As4()}})
			case addr.Is6() && q.Type == dnsmessage.TypeAAAA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}})
			}
		}
	}
	b, err := m.Pack()
	if err != nil {
		return nil
	}
	return b
}

// control answers with what has arrived since it was asked last, and with how often each name was asked for.
func control(s *syns, n *names) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n.mu.Lock()
		defer n.mu.Unlock()
		json.NewEncoder(w).Encode(map[string]any{"syns": s.take(), "names": n.asked})
	})
}
