package cell

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/netproxy"
)

// networked is a process in a jail with a network, and what the other end has written down.
type networked struct {
	t    *testing.T
	in   *bufio.Reader
	conn net.Conn

	mu      sync.Mutex
	records []netproxy.Record
}

func (n *networked) do(act string) string {
	n.t.Helper()
	n.conn.SetDeadline(time.Now().Add(5 * time.Minute))
	fmt.Fprintln(n.conn, act)
	line, err := n.in.ReadString('\n')
	if err != nil {
		return "ended: " + err.Error()
	}
	return strings.TrimSpace(line)
}

// startNetworked starts the program sockets in a jail whose network leads to out.
func startNetworked(t *testing.T, c *Cell, out *netproxy.Outbound) *networked {
	j, err := c.Spawn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := &networked{t: t, conn: j.Conn(), in: bufio.NewReader(j.Conn())}
	var forward func() netproxy.Forwarder = func() netproxy.Forwarder { return nil }
	if out != nil {
		out.Audit = func(r netproxy.Record) { n.mu.Lock(); defer n.mu.Unlock(); n.records = append(n.records, r) }
		client := netproxy.NewClient(out, netproxy.Who{Worker: "sockets"})
		t.Cleanup(client.Close)
		forward = func() netproxy.Forwarder { return client }
	}
	tap, err := netproxy.NewTap(j.Link(), forward, out != nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close(); tap.Close() })
	return n
}

func networkCell(t *testing.T) *Cell {
	if os.Getuid() != 0 {
		t.Skip("a network of its own takes root")
	}
	spec := testSpec(t)
	spec.Network, spec.WorkerBinary, spec.WorkerMemory = true, filepath.Join(programs, "sockets"), 256<<20
	return startCell(t, spec)
}

func TestAJailWithANetworkReachesWhatIsAllowed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/large" {
			w.Header().Set("Content-Length", "100000000")
			io.CopyN(w, zeros{}, 100_000_000)
			return
		}
		fmt.Fprintf(w, "%s %s %s %d", r.Method, r.Host, r.URL.Path, n)
	}))
	t.Cleanup(server.Close)
	echo, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { echo.Close() })
	go func() {
		for {
			conn, err := echo.Accept()
			if err != nil {
				return
			}
			b, _ := io.ReadAll(conn)
			conn.Write(append([]byte("got "), b...))
			conn.Close()
		}
	}()
	echoPort := echo.Addr().(*net.TCPAddr).Port
	c := networkCell(t)
	prefix := func(s string) []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix(s)} }
	out := &netproxy.Outbound{Name: "test", Resolver: netproxy.NewResolver(""), Caps: netproxy.Caps{Concurrent: 16}, Rules: netproxy.Rules{List: []netproxy.Rule{
		{Allow: false, Hosts: []string{"localhost"}, Paths: []string{"/secret"}, Where: "p:1"},
		{Allow: true, Hosts: []string{"localhost"}, CIDRs: prefix("127.0.0.0/8"), Where: "p:2"},
	}}}
	secure := httptest.NewUnstartedServer(server.Config.Handler)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	certificate, roots := certificateFor(t, "localhost")
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	secure.StartTLS()
	t.Cleanup(secure.Close)
	out.Roots = roots
	out.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasSuffix(address, ":80") { // the test's server stands for the one at port 80
			address = server.Listener.Addr().String()
		}
		if strings.HasSuffix(address, ":443") {
			address = secure.Listener.Addr().String()
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	n := startNetworked(t, c, out)
	for _, step := range []struct{ act, want string }{
		{"dns localhost", "198.18.0.1"},
		{"dns localhost", "198.18.0.1"},
		{"dns other.example", "198.18.0.2"},
		{"http http://localhost/a", "200 GET localhost /a 0"},
		{"http http://localhost/b", "200 GET localhost /b 0"},
		{"post http://localhost/c", "200 POST localhost /c 1048576"},
		{"http http://localhost/secret/x", "403 the egress policy denies localhost: a rule denies it"},
		{"http http://other.example/", "403 the egress policy denies other.example: no rule allows it"},
		{"http http://169.254.169.254/", "403 the egress policy denies 169.254.169.254: it is a cloud metadata address"},
		{fmt.Sprintf("tcp localhost:%d", echoPort), "got hello"},
		{fmt.Sprintf("tcp 127.0.0.1:%d", echoPort), "error: dial tcp 127.0.0.1"},
		{"tcp 10.0.0.1:22", "error: dial tcp 10.0.0.1:22: connect: connection refused"},
		{"tcp 198.18.77.77:22", "connection refused"},
		{"tcp 192.168.127.1:22", "connection refused"},
		{"tcp other.example:22", "connection refused"},
		{"https https://other.example/", "403 the egress policy denies other.example: no rule allows it"},
		{"https https://localhost/secret", "403 the egress policy denies localhost: a rule denies it"},
		{"https https://localhost/a", "200 GET localhost /a 0"},
		{"udp 8.8.8.8:53", "error:"},
		{"udp 192.168.127.1:54", "error:"},
		{"large http://localhost/large", "100000000 bytes"},
	} {
		if got := n.do(step.act); !strings.Contains(got, step.want) {
			t.Errorf("%s: %s, want %s", step.act, got, step.want)
		} else if strings.HasPrefix(step.act, "large") {
			t.Log(got)
		}
	}
	denied, allowed := 0, 0
	for _, r := range n.records {
		if r.Denied {
			denied++
		} else if r.Allowed {
			allowed++
		}
	}
	if denied < 8 || allowed < 5 {
		t.Errorf("%d denials and %d others are written down: %+v", denied, allowed, n.records)
	}
}

// certificateFor is one for name, and what trusts it.
func certificateFor(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestAJailWithANetworkHasNoOtherSockets: families and kinds beside TCP and UDP end the process, and so does opening a file.
func TestAJailWithANetworkHasNoOtherSockets(t *testing.T) {
	c := networkCell(t)
	for _, act := range []string{"socket 1,1", "socket 16,3", "socket 2,3", "socket 17,3", "socket 40,1", "socket 10,3", "interfaces"} {
		if got := startNetworked(t, c, nil).do(act); !strings.HasPrefix(got, "ended") {
			t.Errorf("%s: %s", act, got)
		}
	}
	n := startNetworked(t, c, nil)
	for act, want := range map[string]string{"dns example.com": "no address", "tcp 8.8.8.8:80": "refused", "socket 2,1": "made", "socket 10,2": "made"} {
		if got := n.do(act); !strings.Contains(got, want) {
			t.Errorf("a jail of nobody's, %s: %s", act, got)
		}
	}
}

// TestBothEndsOfALink: the jail sets up its end of the link as the proxy expects it, and neither knows the other.
func TestBothEndsOfALink(t *testing.T) {
	if jailer.LinkAddress.String() != netproxy.TapAddress || jailer.LinkGateway.String() != netproxy.TapGateway || jailer.LinkMTU != netproxy.TapMTU {
		t.Errorf("%v by way of %v, %d bytes; %s by way of %s, %d bytes", jailer.LinkAddress, jailer.LinkGateway, jailer.LinkMTU, netproxy.TapAddress, netproxy.TapGateway, netproxy.TapMTU)
	}
}
