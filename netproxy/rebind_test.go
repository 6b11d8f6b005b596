package netproxy

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// TestANameServerThatChangesItsMind asks a real one, which leads to a permitted address the first time and elsewhere later.
func TestANameServerThatChangesItsMind(t *testing.T) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var asked atomic.Int32
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Additionals = true, nil
			if q.Type == dnsmessage.TypeA {
				a := [4]byte{127, 0, 0, 1}
				if asked.Add(1) > 1 {
					a = [4]byte{169, 254, 169, 254}
				}
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}, Body: &dnsmessage.AResource{A: a}}}
			}
			if b, err := m.Pack(); err == nil {
				conn.WriteTo(b, from)
			}
		}
	}()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		fmt.Fprint(w, "fine")
	})
	s, clock := newSite(t), time.Now()
	s.Resolver = NewResolver(conn.LocalAddr().String())
	s.Resolver.now = func() time.Time { return clock }
	c, url := s.client(t), "http://rebind.test.example:"+port(server)+"/"
	if _, body, err := get(t, c, url); err != nil || body != "fine" {
		t.Fatal(body, err)
	}
	clock = clock.Add(time.Hour)
	if _, _, err := get(t, c, url); err == nil || !strings.Contains(err.Error(), "metadata") {
		t.Errorf("after the answer has changed: %v", err)
	}
	for _, address := range s.dialled {
		if !strings.HasPrefix(address, "127.0.0.1:") {
			t.Errorf("dialled %s", address)
		}
	}
	s.Resolver.Close()
}
