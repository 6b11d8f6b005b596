package integration

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// upstreamAddress is one of loopback's that is api.example.com here.
const upstreamAddress = "127.77.0.1"

// TestEgressExamples deploys the documentation's examples of egress control and has them reach api.example.com over the network:
// a name server, a certificate authority and a server of the test's own stand in for those of the Internet.
func TestEgressExamples(t *testing.T) {
	dir := testDir(t)
	submitted := make(chan string, 8)
	ca := serveUpstream(t, dir, submitted)
	policy := `profiles:
  default: {engine: %s, pool: {size: 2, max_workers: 16}, egress: {default: test}}
egress:
  dns: %s
  outbounds:
    test: {rules: [{action: allow, hosts: [api.example.com, example.com], cidrs: [%s/32]}], ca: %s}
`
	dns := serveNames(t)
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), fmt.Sprintf(policy, engine, dns, upstreamAddress, ca))
			d.deploy(t, "testdata/egress", "egress")
			for tenant, want := range map[string]string{
				"1": "GET /data Bearer secret-1 1", "2": "GET /data Bearer secret-1 2",
			} {
				if _, text, err := d.request("GET", "/v1/apps/egress/fetch/", http.Header{"X-Tenant": {tenant}}, ""); err != nil || text != want {
					t.Errorf("%v %s, want %s", err, text, want)
				}
			}
			if _, text := d.get(t, "egress/fetch/tails"); text != "watched" {
				t.Error(text)
			}
			if got := <-submitted; !strings.HasPrefix(got, `/submit-logs/alice [{"wallTime":`) || !strings.Contains(got, `"message":["to be submitted",{"a":1}]`) {
				t.Errorf("the documentation's LogTailer has submitted %s", got)
			}
			if _, text := d.get(t, "egress/fetch/intercept"); text != "POST /plain   a body from the dynamic Worker; Error" {
				t.Error(text)
			}
		})
	}
}

// serveUpstream serves https://api.example.com and https://example.com, tells what is submitted there, and returns the file of the authority that vouches for it.
func serveUpstream(t *testing.T, dir string, submitted chan<- string) string {
	t.Helper()
	certificate := certificateOf(t, dir, "api.example.com")
	l, err := net.Listen("tcp", upstreamAddress+":443")
	if err != nil {
		t.Skipf("the examples go to port 443, which this user may not serve: %v", err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.HasPrefix(r.URL.Path, "/submit-logs/") {
			submitted <- r.URL.Path + " " + string(body)
			return
		}
		fmt.Fprintf(w, "%s %s %s %s", r.Method, r.URL, r.Header.Get("Authorization"), r.Header.Get("X-Tenant-Id"))
		if len(body) > 0 {
			fmt.Fprintf(w, " %s from %s", body, r.Header.Get("X-From"))
		}
	})}
	go server.Serve(tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{certificate}}))
	t.Cleanup(func() { server.Close() })
	return filepath.Join(dir, "ca.pem")
}

// certificateOf is a certificate for name; what vouches for it is dir/ca.pem.
func certificateOf(t testing.TB, dir, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, DNSNames: []string{"api.example.com", "example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "ca.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serveNames is a name server by which every name has the upstream's address.
func serveNames(t testing.TB) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		b := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			conn.WriteTo(nameAnswer(b[:n]), from)
		}
	}()
	return conn.LocalAddr().String()
}

// nameAnswer is the answer to a query (RFC 1035, section 4): its header and question, and an address if one was asked for.
func nameAnswer(query []byte) []byte {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end += 5 // the root, the type and the class
	answer := append([]byte(nil), query[:end]...)
	answer[2], answer[3] = 0x81, 0x80 // a response, recursion available
	clear(answer[6:12])
	if binary.BigEndian.Uint16(query[end-4:]) == 1 { // A
		answer[7] = 1
		answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
		answer = append(answer, net.ParseIP(upstreamAddress).To4()...)
	}
	return answer
}
