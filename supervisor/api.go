package supervisor

import (
	"errors"
	"net/http"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// route is one line of the API: who may call it is an action of their role;
// "" is everybody who has a role, open everybody who can connect.
type route struct {
	method string // "" is any
	path   string
	action policy.Action
	handle func(*Supervisor, http.ResponseWriter, *http.Request, caller) error
	open   bool
}

// routes is the whole API. openapi.json describes each; a test compares them.
var routes = []route{
	{method: "POST", path: "/v1/run", action: policy.ActionRun, handle: (*Supervisor).handleRun},
	{method: "GET", path: "/v1/workers", action: policy.ActionRead, handle: (*Supervisor).handleList},
	{method: "POST", path: "/v1/workers", action: policy.ActionLoad, handle: (*Supervisor).handleLoad},
	{method: "GET", path: "/v1/workers/{id}", action: policy.ActionRead, handle: (*Supervisor).handleShow},
	{method: "PUT", path: "/v1/workers/{id}", action: policy.ActionLoad, handle: (*Supervisor).handlePut},
	{method: "DELETE", path: "/v1/workers/{id}", action: policy.ActionDelete, handle: (*Supervisor).handleDelete},
	{method: "", path: "/v1/workers/{id}/fetch/{path...}", action: policy.ActionInvoke, handle: (*Supervisor).handleFetch},
	{method: "POST", path: "/v1/workers/{id}/rpc/{method}", action: policy.ActionInvoke, handle: (*Supervisor).handleRPC},
	{method: "GET", path: "/v1/apps", action: policy.ActionRead, handle: (*Supervisor).handleApps},
	{method: "GET", path: "/v1/apps/{name}", action: policy.ActionRead, handle: (*Supervisor).handleApp},
	{method: "PUT", path: "/v1/apps/{name}", action: policy.ActionDeploy, handle: (*Supervisor).handleDeploy},
	{method: "DELETE", path: "/v1/apps/{name}", action: policy.ActionDelete, handle: (*Supervisor).handleDeleteApp},
	{method: "POST", path: "/v1/apps/{name}/rollback", action: policy.ActionDeploy, handle: (*Supervisor).handleRollback},
	{method: "GET", path: "/v1/apps/{name}/logs", action: policy.ActionLogs, handle: (*Supervisor).handleAppLogs},
	{method: "", path: "/v1/apps/{name}/fetch/{path...}", action: policy.ActionInvoke, handle: (*Supervisor).handleAppFetch},
	{method: "POST", path: "/v1/apps/{name}/rpc/{method}", action: policy.ActionInvoke, handle: (*Supervisor).handleAppRPC},
	{method: "GET", path: "/v1/usage", action: policy.ActionRead, handle: (*Supervisor).handleUsage},
	{method: "GET", path: "/v1/egress", action: policy.ActionEgress, handle: (*Supervisor).handleEgress},
	{method: "GET", path: "/v1/pool", action: policy.ActionRead, handle: (*Supervisor).handlePool},
	{method: "GET", path: "/v1/openapi.json", open: true, handle: (*Supervisor).handleOpenAPI},
	{method: "GET", path: "/healthz", open: true, handle: (*Supervisor).handleHealth},
	{method: "GET", path: "/readyz", open: true, handle: (*Supervisor).handleReady},
	{method: "GET", path: "/metrics", action: policy.ActionMetrics, handle: (*Supervisor).handleMetrics},
}

// handler is the API as an http.Handler.
func (s *Supervisor) handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.Handle(pattern(r), s.serve(r))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, rpc.Errorf(rpc.NotFound, "There is no %s %s: /v1/openapi.json lists what there is.", r.Method, r.URL.Path))
	})
	return mux
}

func pattern(r route) string {
	if r.method == "" {
		return r.path
	}
	return r.method + " " + r.path
}

// serve checks the caller, handles the request and answers its error.
func (s *Supervisor) serve(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c := caller{}
		var err error
		if !r.open {
			c, err = s.authorize(req, r.action)
		}
		if err == nil {
			err = r.handle(s, w, req, c)
		}
		if err != nil && !errors.Is(err, errClientGone) && !errors.Is(err, errAnswered) {
			s.failed(req, err)
			writeError(w, err)
		}
	})
}

// errAnswered is an error that the client already knows of: its response had
// begun.
var errAnswered = errors.New("the response was cut off")

// failed counts an error, and logs one that is ours.
func (s *Supervisor) failed(r *http.Request, err error) {
	kind := asError(err).Kind
	s.metrics.errors.WithLabelValues(string(kind)).Inc()
	if kind == rpc.Internal {
		s.log.Error("cannot answer a request", "method", r.Method, "path", r.URL.Path, "err", err)
	}
}

// server is the HTTP server of the socket: HTTP/1.1 and, for those who begin
// with its preface, HTTP/2 without TLS.
func (s *Supervisor) server() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{Handler: s.handler(), ConnContext: s.withPeer, Protocols: protocols,
		ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 5 * time.Minute, MaxHeaderBytes: rpc.MaxHead / 2}
}
