package supervisor

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// appListener serves apps at one TCP address. Whoever can connect can call
// them, and nothing else: there are no roles here, and no headers that choose
// entrypoints.
type appListener struct {
	sup     *Supervisor
	address string
	net.Listener
}

// listenApps opens the policy's listeners.
func (s *Supervisor) listenApps(p *policy.Policy) ([]appListener, error) {
	var all []appListener
	for _, l := range p.Listeners {
		open, err := net.Listen("tcp", l.Address)
		if err != nil {
			for _, other := range all {
				err = errors.Join(err, other.Close())
			}
			return nil, fmt.Errorf("cannot listen for apps: %w", err)
		}
		all = append(all, appListener{s, l.Address, open})
	}
	return all, nil
}

// server is the listener's HTTP server: HTTP/1.1 and HTTP/2 without TLS.
func (l appListener) server() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{Handler: l, Protocols: protocols, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: rpc.MaxHead / 2}
}

// ServeHTTP implements http.Handler.
func (l appListener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	err := l.serve(w, r)
	if err != nil && !errors.Is(err, errClientGone) && !errors.Is(err, errAnswered) {
		l.sup.failed(r, err)
		writePublicError(w, err)
	}
}

func (l appListener) serve(w http.ResponseWriter, r *http.Request) error {
	route, ok := l.route(r)
	if !ok {
		return rpc.Errorf(rpc.NotFound, "Nothing is served here.")
	}
	a, err := l.sup.app(storeKey(route.Owner, route.Name))
	if err != nil {
		return err
	}
	host := r.Host
	if host == "" { // HTTP/1.0
		host = l.address
	}
	target := "http://" + host + r.URL.RequestURI()
	return l.sup.serveApp(w, r, a, l.sup.publicRole(a), &rpc.Invoke{}, nil, target)
}

// route looks into the policy of this moment: which apps there are holds with
// a reload, the addresses with a restart.
func (l appListener) route(r *http.Request) (policy.AppRoute, bool) {
	for _, listener := range l.sup.policy.Load().Listeners {
		if listener.Address == l.address {
			return listener.Route(r.Host, r.URL.Path)
		}
	}
	return policy.AppRoute{}, false
}

// publicRole has the profile's own ceilings.
func (s *Supervisor) publicRole(a *app) policy.Role {
	if p := s.pools[a.version.Profile]; p != nil {
		return policy.Role{Limits: p.current().Limits.Max}
	}
	return policy.Role{}
}

// writePublicError answers without what is the app's owner's to know: that is
// in the app's log.
func writePublicError(w http.ResponseWriter, err error) {
	status := statusOf(asError(err))
	text := strconv.Itoa(status) + " " + http.StatusText(status) + "\n"
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	h.Set("X-Content-Type-Options", "nosniff")
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	w.Write([]byte(text))
}
