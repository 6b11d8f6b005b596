package integration

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

const apiProfile = `  %[1]s:
    engine: %[1]s
    pool: {size: 1, max_workers: 8}
    limits: {default: {memory: 256MiB, startup_cpu_ms: 30000, startup_wall_ms: 60000}}
    egress: {default: api}
`

const apiOutbound = `egress:
  dns: %s
  outbounds:
    api:
      ca: %s
      rules: [{action: allow, hosts: [api.example.com], schemes: [https], cidrs: [127.0.0.0/8]}]
      inject: [{hosts: [api.example.com], header: authorization, prefix: "Bearer ", from: {file: %s}}]
`

// TestLibrariesReachAnAPI has OpenAI's SDK and libraries of requests in Workers reach a server of TLS by an outbound of the
// policy, which vouches for the server by a CA of its own and puts in the key: what they print is what they print in Node.js.
func TestLibrariesReachAnAPI(t *testing.T) {
	libraries := librariesDir(t)
	dir := testDir(t)
	write(t, filepath.Join(dir, "key"), "sk-of-the-policy\n")
	certificate := certificateOf(t, dir, "api.example.com")
	policy := fmt.Sprintf(librariesPolicy, os.Getuid())
	for _, engine := range engines {
		policy += fmt.Sprintf(apiProfile, engine)
	}
	d := serve(t, dir, policy+fmt.Sprintf(apiOutbound, serveNames(t), filepath.Join(dir, "ca.pem"), filepath.Join(dir, "key")))
	api := serveAPI(t, d, certificate)
	for _, name := range []string{"openai", "clients"} {
		if *record && name == "clients" {
			recordLibrary(t, libraries, name, name+"/program.js", name+"/server.js")
		}
		code := bundleLibrary(t, libraries, name+"/program.js", false)
		code["env"] = map[string]string{"OPENAI": "https://api.example.com:" + api.port}
		server := bundleLibrary(t, libraries, name+"/server.js", false)
		for _, engine := range engines {
			t.Run(name+"/"+engine, func(t *testing.T) {
				body, err := json.Marshal(map[string]any{"code": server, "profile": engine})
				if err != nil {
					t.Fatal(err)
				}
				worker := name + "-" + engine
				d.must(t, http.StatusCreated, "PUT", "/v1/workers/"+worker, string(body))
				api.worker.Store(worker)
				runLibrary(t, d, name, engine, code)
			})
		}
	}
	api.mu.Lock()
	defer api.mu.Unlock()
	if len(api.keys) != 1 || api.keys["Bearer sk-of-the-policy"] < 20 || api.protocols["HTTP/2.0"] < 20 || !api.streamed {
		t.Errorf("the API has seen the keys %v by %v, streams: %v", api.keys, api.protocols, api.streamed)
	}
}

// apiServer is the API: TLS before a Worker that answers as it does.
type apiServer struct {
	port   string
	worker atomic.Value // its name

	mu              sync.Mutex // guards what follows
	keys, protocols map[string]int
	streamed        bool
}

func serveAPI(t testing.TB, d *daemon, certificate tls.Certificate) *apiServer {
	t.Helper()
	a := &apiServer{keys: make(map[string]int), protocols: make(map[string]int)}
	socket := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", d.socket)
	}}
	proxy := &httputil.ReverseProxy{Transport: socket, FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0), Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: "api", Path: "/v1/workers/" + a.worker.Load().(string) + "/fetch"})
		r.Out.Header.Set("Authorization", "Bearer sk-test") // the API says what it has got, and nothing may say the other key
	}, ModifyResponse: func(r *http.Response) error {
		if strings.HasPrefix(r.Header.Get("Content-Type"), "text/event-stream") {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.streamed = true
		}
		return nil
	}}
	l, err := net.Listen("tcp", upstreamAddress+":0")
	if err != nil {
		t.Fatal(err)
	}
	_, a.port, _ = net.SplitHostPort(l.Addr().String())
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.keys[strings.Join(r.Header["Authorization"], "|")]++
		a.protocols[r.Proto]++
		a.mu.Unlock()
		proxy.ServeHTTP(w, r)
	})}
	go server.ServeTLS(l, "", "")
	t.Cleanup(func() { server.Close(); socket.CloseIdleConnections() })
	return a
}
