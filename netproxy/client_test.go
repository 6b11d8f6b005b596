package netproxy

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is an outbound on this machine, with names that the test chooses and what was dialled and written down.
type site struct {
	*Outbound
	mu      sync.Mutex
	names   map[string][]string // host → addresses
	dialled []string
	records []Record
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{names: map[string][]string{}}
	s.Outbound = &Outbound{Name: "test", Resolver: newResolver(s.lookup), Caps: Caps{Concurrent: 8, Connect: 5 * time.Second},
		Rules: Rules{Public: true, List: []Rule{{Allow: true, CIDRs: prefixes("127.0.0.1/32"), Where: "test:1"}}}}
	s.Audit = func(r Record) { s.mu.Lock(); defer s.mu.Unlock(); s.records = append(s.records, r) }
	s.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		s.mu.Lock()
		s.dialled = append(s.dialled, address)
		s.mu.Unlock()
		if !strings.HasPrefix(address, "127.0.0.1:") {
			return nil, errors.New("the test has no such address")
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	return s
}

func (s *site) lookup(_ context.Context, host string) ([]netip.Addr, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []netip.Addr
	for _, text := range s.names[host] {
		all = append(all, netip.MustParseAddr(text))
	}
	return all, nil
}

func (s *site) client(t *testing.T) *Client {
	c := NewClient(s.Outbound, Who{Worker: t.Name()})
	t.Cleanup(c.Close)
	return c
}

func (s *site) lastRecord(t *testing.T) Record {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.records) == 0 {
		t.Fatal("nothing was written down")
	}
	return s.records[len(s.records)-1]
}

func (s *site) dials() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.dialled) }

func get(t *testing.T, c *Client, url string) (*Response, string, error) {
	t.Helper()
	resp, err := c.Do(t.Context(), &Request{Method: "GET", URL: url})
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp, string(b), err
}

func port(server *httptest.Server) string {
	_, p, _ := strings.Cut(server.Listener.Addr().String(), ":")
	return p
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

func TestARequestIsSentAsItIs(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s host=%s ua=%q x=%q te=%q conn=%q len=%d %s", r.Method, r.RequestURI, r.Host, r.Header["User-Agent"], r.Header["X"],
			r.TransferEncoding, r.Header["Connection"], r.ContentLength, body)
	})
	s := newSite(t)
	s.names["site.example"] = []string{"127.0.0.1"}
	c := s.client(t)
	resp, err := c.Do(t.Context(), &Request{Method: "POST", URL: "http://site.example:" + port(server) + "/a|b//c%20d?x=1&y|z", Body: strings.NewReader("hello"), Length: 5,
		Header: []Header{{"x", "1"}, {"X", "2"}, {"host", "evil.example"}, {"content-length", "999"}, {"transfer-encoding", "chunked"}, {"connection", "close, x"}}})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	want := "POST /a|b//c%20d?x=1&y|z host=site.example:" + port(server) + ` ua=[] x=["1" "2"] te=[] conn=[] len=5 hello`
	if string(b) != want {
		t.Errorf("the server saw\n%s, want\n%s", b, want)
	}
	r := s.lastRecord(t)
	if !r.Allowed || r.Host != "site.example" || r.Path != "/a|b//c%20d" || r.Status != 200 || r.Sent != 5 || r.Received != int64(len(b)) || r.Rule != "test:1" || r.Method != "POST" {
		t.Errorf("the record is %+v", r)
	}
}

// TestMalformedRequestsAreNotSent has what only a runtime that was broken into sends.
func TestMalformedRequestsAreNotSent(t *testing.T) {
	server := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a malformed request has arrived") })
	s := newSite(t)
	c, at := s.client(t), server.URL
	for _, r := range []Request{
		{Method: "GET", URL: at + "/a b"}, {Method: "GET", URL: at + "/a\r\nHost: x"}, {Method: "GET", URL: at + "/%2e%2e/x"}, {Method: "GET", URL: at + "/x/../y"},
		{Method: "GET /x HTTP/1.1\r\nX:", URL: at}, {Method: "CONNECT", URL: at}, {Method: "TRACE", URL: at}, {Method: "", URL: at},
		{Method: "GET", URL: at, Header: []Header{{"x", "a\r\nb: c"}}}, {Method: "GET", URL: at, Header: []Header{{"x\r\ny", "a"}}},
		{Method: "GET", URL: at, Header: []Header{{":authority", "evil"}}}, {Method: "GET", URL: at, Header: []Header{{":path", "/admin"}}},
		{Method: "GET", URL: at, Header: []Header{{"", "a"}}}, {Method: "GET", URL: at, Header: []Header{{"x", "a\x00b"}}},
		{Method: "GET", URL: at, Header: []Header{{"x", strings.Repeat("a", maxHeaders)}}}, {Method: "GET", URL: at + "/" + strings.Repeat("a", maxURL)},
		{Method: "GET", URL: "http://u:p@127.0.0.1/"}, {Method: "GET", URL: "http:127.0.0.1"}, {Method: "GET", URL: "//127.0.0.1/"}, {Method: "GET", URL: "file:///etc/passwd"},
		{Method: "GET", URL: "http://127.0.0.1:99999/"}, {Method: "GET", URL: "http://127.0.0.1:0/"}, {Method: "GET", URL: "http://[::1%25eth0]/"},
		{Method: "GET", URL: "http://127.0.0.1\\@x/"}, {Method: "GET", URL: "http://2130706433/"}, {Method: "GET", URL: "http://0x7f.0.0.1/"}, {Method: "GET", URL: "http://0177.1/"},
	} {
		if resp, err := c.Do(t.Context(), &r); err == nil {
			resp.Body.Close()
			t.Errorf("%.80q %.80q %.80q: %d", r.Method, r.URL, r.Header, resp.Status)
		}
		if got := s.lastRecord(t); got.Allowed || got.Reason == "" {
			t.Errorf("%.80q is written down as %+v", r.URL, got)
		}
	}
	if s.dials() != 0 {
		t.Errorf("dialled: %v", s.dialled)
	}
}

func TestNamesOfOtherAddressesAreNotDialled(t *testing.T) {
	s := newSite(t)
	c := s.client(t)
	for _, addr := range []string{"127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254", "100.64.0.1", "0.0.0.0"} {
		host := "n" + strings.NewReplacer(".", "-", ":", "-").Replace(addr) + ".example"
		s.names[host] = []string{addr}
		_, _, err := get(t, c, "http://"+host+"/")
		var denied *DeniedError
		if !errors.As(err, &denied) {
			t.Errorf("%s: %v", addr, err)
		}
		if r := s.lastRecord(t); r.Allowed || r.Addr.IsValid() || !strings.Contains(r.Reason, "no rule names") {
			t.Errorf("%s: %+v", addr, r)
		}
	}
	if s.dials() > 0 {
		t.Errorf("dialled: %v", s.dialled)
	}
}

// TestRebinding has a name that leads to a permitted address when it is looked up first, and elsewhere afterwards.
func TestRebinding(t *testing.T) {
	s := newSite(t)
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		fmt.Fprint(w, "fine")
	})
	asked, clock := 0, time.Now()
	s.Resolver = newResolver(func(context.Context, string) ([]netip.Addr, error) {
		if asked++; asked == 1 {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		}
		return []netip.Addr{netip.MustParseAddr("169.254.169.254"), netip.MustParseAddr("10.0.0.1")}, nil
	})
	s.Resolver.now = func() time.Time { return clock }
	c := s.client(t)
	url := "http://rebind.example:" + port(server) + "/"
	for range 3 {
		if _, body, err := get(t, c, url); err != nil || body != "fine" {
			t.Fatal(body, err)
		}
	}
	if asked != 1 {
		t.Errorf("looked up %d times within the time that the answer holds", asked)
	}
	clock = clock.Add(time.Hour)
	if _, _, err := get(t, c, url); err == nil || !strings.Contains(err.Error(), "denies") {
		t.Error(err)
	}
	for _, address := range s.dialled {
		if !strings.HasPrefix(address, "127.0.0.1:") {
			t.Errorf("dialled %s", address)
		}
	}
	// One of several addresses is allowed: only that one is dialled.
	s.names["mixed.example"] = []string{"10.0.0.1", "127.0.0.1", "::1"}
	s.Resolver = newResolver(s.lookup)
	before := s.dials()
	if _, body, err := get(t, c, "http://mixed.example:"+port(server)+"/"); err != nil || body != "fine" || s.dials() != before+1 {
		t.Error(body, err, s.dialled)
	}
}

func TestANameThatIsDeniedIsNotLookedUp(t *testing.T) {
	s := newSite(t)
	s.Rules = Rules{List: []Rule{{Allow: true, Hosts: []string{"good.example"}}}}
	s.Resolver = newResolver(func(_ context.Context, host string) ([]netip.Addr, error) {
		t.Errorf("looked up %s", host)
		return nil, nil
	})
	if _, _, err := get(t, s.client(t), "http://secret-data.evil.example/"); err == nil {
		t.Error("it was allowed")
	}
}

func TestTLSIsVerified(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Proto, " ", r.Host) }))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = quiet
	server.StartTLS()
	t.Cleanup(server.Close)
	s := newSite(t)
	s.names["example.com"] = []string{"127.0.0.1"} // is in httptest's certificate
	s.names["other.example"] = []string{"127.0.0.1"}
	if _, _, err := get(t, s.client(t), "https://example.com:"+port(server)+"/"); !errors.Is(err, ErrTLS) {
		t.Errorf("without the CA: %v", err)
	}
	s.Roots = x509.NewCertPool()
	s.Roots.AddCert(server.Certificate())
	c := s.client(t)
	want := "HTTP/2.0 example.com:" + port(server)
	for range 2 {
		if _, body, err := get(t, c, "https://example.com:"+port(server)+"/"); err != nil || body != want {
			t.Errorf("%q, %v", body, err)
		}
	}
	// The connection to the same address must not serve a name that its certificate is not for.
	if _, _, err := get(t, c, "https://other.example:"+port(server)+"/"); !errors.Is(err, ErrTLS) {
		t.Errorf("another name: %v", err)
	}
}

func TestConnectionsArePooledPerClient(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.RemoteAddr) })
	s := newSite(t)
	a, b := s.client(t), s.client(t)
	_, first, _ := get(t, a, server.URL)
	_, again, _ := get(t, a, server.URL)
	_, other, _ := get(t, b, server.URL)
	if first != again || first == other || s.dials() != 2 {
		t.Errorf("%s %s %s, dialled %d", first, again, other, s.dials())
	}
}

func TestCaps(t *testing.T) {
	hang := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		case "/silent":
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		case "/drip":
			fmt.Fprint(w, "a")
			w.(http.Flusher).Flush()
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		case "/sink":
			io.Copy(io.Discard, r.Body)
		case "/header":
			w.Header().Set("X", strings.Repeat("a", 1<<20))
		}
	})
	t.Cleanup(func() { close(hang) })
	for _, c := range []struct {
		path string
		caps Caps
		body io.Reader
		want error
	}{
		{"/endless", Caps{ReceivedBytes: 1 << 20}, nil, ErrTooMuch},
		{"/sink", Caps{SentBytes: 1 << 20}, endless{}, ErrTooMuch},
		{"/silent", Caps{Header: 20 * time.Millisecond}, nil, ErrTimeout},
		{"/silent", Caps{Total: 20 * time.Millisecond}, nil, ErrTimeout},
		{"/drip", Caps{Idle: 20 * time.Millisecond}, nil, ErrTimeout},
		{"/drip", Caps{Total: 20 * time.Millisecond}, nil, ErrTimeout},
		{"/header", Caps{}, nil, ErrLost},
	} {
		s := newSite(t)
		c.caps.Concurrent = 1
		s.Caps = c.caps
		resp, err := s.client(t).Do(t.Context(), &Request{Method: "POST", URL: server.URL + c.path, Body: c.body, Length: -1})
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s %+v: %v", c.path, c.caps, err)
		}
		if r := s.lastRecord(t); r.Reason != c.want.Error() || !r.Allowed {
			t.Errorf("%s: %+v", c.path, r)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestParallelRequestsAreBounded sends 10,000 at once.
func TestParallelRequestsAreBounded(t *testing.T) {
	var now, most atomic.Int64
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		fmt.Fprint(w, "ok")
		now.Add(-1)
	})
	s := newSite(t)
	c := s.client(t)
	var all sync.WaitGroup
	var failed atomic.Int64
	for range 10_000 {
		all.Go(func() {
			if _, body, err := get(t, c, server.URL); err != nil || body != "ok" {
				failed.Add(1)
			}
		})
	}
	all.Wait()
	if failed.Load() > 0 || most.Load() > 8 || s.dials() > 64 || len(s.records) != 10_000 {
		t.Errorf("%d failed, %d at once, %d connections, %d records", failed.Load(), most.Load(), s.dials(), len(s.records))
	}
}

// TestHostileResponses has servers that break HTTP.
func TestHostileResponses(t *testing.T) {
	for _, c := range []struct{ name, response string }{
		{"no HTTP", "hello\r\n\r\n"},
		{"a header without a colon", "HTTP/1.1 200 OK\r\nfoo\r\n\r\n"},
		{"a space in a header's name", "HTTP/1.1 200 OK\r\nfoo bar: x\r\n\r\n"},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"},
		{"a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"},
		{"an endless head", "HTTP/1.1 200 OK\r\n" + strings.Repeat("x: y\r\n", 100_000)},
		{"an endless line", "HTTP/1.1 200 OK\r\nx: " + strings.Repeat("y", 1<<20)},
		{"a switch that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"},
		{"a body that ends early", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"},
		{"a broken chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello"},
		{"a chunk that ends early", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello"},
		{"nothing", ""},
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				http.ReadRequest(bufio.NewReader(conn))
				io.WriteString(conn, c.response)
				conn.Close()
			}
		}()
		s := newSite(t)
		if _, body, err := get(t, s.client(t), "http://"+l.Addr().String()+"/"); !errors.Is(err, ErrLost) {
			t.Errorf("%s: %.50q, %v", c.name, body, err)
		}
		l.Close()
		<-done
	}
}

func TestSecretsAreInjected(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header["Authorization"]) })
	s := newSite(t)
	s.names["api.example"], s.names["other.example"] = []string{"127.0.0.1"}, []string{"127.0.0.1"}
	s.Inject = []Injection{{Hosts: []string{"api.example"}, Schemes: []string{HTTP}, Header: "authorization", Value: "Bearer secret"},
		{Hosts: []string{"other.example"}, Header: "authorization", Value: "Bearer for TLS only"}}
	c := s.client(t)
	for host, want := range map[string]string{"api.example": "[Bearer secret]", "other.example": "[mine]", "127.0.0.1": "[mine]"} {
		resp, err := c.Do(t.Context(), &Request{Method: "GET", URL: "http://" + host + ":" + port(server) + "/", Header: []Header{{"Authorization", "mine"}}})
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(b) != want {
			t.Errorf("%s got %s, want %s", host, b, want)
		}
	}
	if text := fmt.Sprintf("%+v", s.records); strings.Contains(text, "secret") {
		t.Error("the record has the secret")
	}
}

func TestUpstreamProxy(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "through ", r.Host) })
	asked := make(chan string, 8)
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.Host + " " + r.Header.Get("Proxy-Authorization")
		if r.Header.Get("Proxy-Authorization") == "" {
			w.WriteHeader(407)
			return
		}
		there, err := net.Dial("tcp", r.Host)
		if err != nil {
			w.WriteHeader(502)
			return
		}
		here, buffered, _ := w.(http.Hijacker).Hijack()
		io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { io.Copy(there, buffered); there.Close() }()
		io.Copy(here, there)
		here.Close()
	})
	s := newSite(t)
	s.names["site.example"] = []string{"127.0.0.1"}
	s.Proxy = &Proxy{Address: proxy.Listener.Addr().String(), Authorization: "Basic eA=="}
	_, body, err := get(t, s.client(t), "http://site.example:"+port(server)+"/")
	if err != nil || body != "through site.example:"+port(server) {
		t.Fatal(body, err)
	}
	if got, want := <-asked, "CONNECT "+server.Listener.Addr().String()+" Basic eA=="; got != want {
		t.Errorf("the proxy was asked %q, want %q: the address that was decided", got, want)
	}
	s.Proxy = &Proxy{Address: proxy.Listener.Addr().String()}
	if _, _, err := get(t, s.client(t), server.URL); !errors.Is(err, ErrLost) {
		t.Errorf("without authorization: %v", err)
	}
}

func TestRawConnections(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b, _ := io.ReadAll(conn)
			conn.Write(append([]byte("got "), b...))
			conn.Close()
		}
	}()
	addr := netip.MustParseAddrPort(l.Addr().String())
	s := newSite(t)
	conn, err := s.client(t).Connect(t.Context(), "127.0.0.1", addr.Port(), false)
	if err != nil {
		t.Fatal(err)
	}
	conn.Write([]byte("hello"))
	if err := conn.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(conn)
	conn.Close()
	if string(b) != "got hello" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if r := s.lastRecord(t); r.Kind != "connect" || r.Sent != 5 || r.Received != 9 || r.Addr != addr.Addr() || !r.Allowed {
		t.Errorf("%+v", r)
	}
	s.Rules = Rules{Public: true}
	if _, err := s.client(t).Connect(t.Context(), "8.8.8.8", 53, false); err == nil || s.dials() != 1 {
		t.Errorf("a raw connection without a rule: %v", err)
	}
}

func TestStartTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "secure") }))
	server.Config.ErrorLog = quiet
	defer server.Close()
	s := newSite(t)
	s.names["example.com"], s.names["localhost.example"] = []string{"127.0.0.1"}, []string{"127.0.0.1"}
	s.Roots = x509.NewCertPool()
	s.Roots.AddCert(server.Certificate())
	c := s.client(t)
	at := netip.MustParseAddrPort(server.Listener.Addr().String())
	for _, secure := range []bool{true, false} {
		conn, err := c.Connect(t.Context(), "example.com", at.Port(), secure)
		if err == nil && !secure {
			err = conn.StartTLS("")
		}
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, "GET / HTTP/1.0\r\nHost: example.com\r\n\r\n")
		b, err := io.ReadAll(conn)
		conn.Close()
		if !bytes.HasSuffix(b, []byte("secure")) || err != nil {
			t.Errorf("%q, %v", b, err)
		}
	}
	for name, want := range map[string]error{"example.com": nil, "other.example": ErrTLS} { // the certificate is for example.com
		conn, err := c.Connect(t.Context(), "localhost.example", at.Port(), false)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.StartTLS(name); !errors.Is(err, want) {
			t.Errorf("StartTLS(%q): %v", name, err)
		}
		conn.Close()
	}
	s.Roots = x509.NewCertPool()
	if _, err := s.client(t).Connect(t.Context(), "example.com", at.Port(), true); !errors.Is(err, ErrTLS) {
		t.Errorf("without the CA: %v", err)
	}
}
