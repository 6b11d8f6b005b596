package supervisor

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// handleFetch forwards a request to a Worker: body and answer are streams.
func (s *Supervisor) handleFetch(w http.ResponseWriter, r *http.Request, c caller) error {
	invoke, limits, err := options(r)
	if err != nil {
		return err
	}
	read, err := takeRequest(invoke, r, workerURL(r))
	if err != nil {
		return err
	}
	x, err := s.invoke(r.Context(), c, r, invoke, limits, read)
	if err != nil {
		return err
	}
	defer x.close()
	defer unblock(w, x)
	return s.answerFetch(w, r, x, nil)
}

// takeRequest makes r the request of an invocation, and returns what reads its body.
func takeRequest(invoke *rpc.Invoke, r *http.Request, target string) (func(*order) error, error) {
	if asksForSocket(r) {
		return func(*order) error { return nil }, invokeForSocket(invoke, r, target)
	}
	invoke.Method, invoke.URL, invoke.Headers = r.Method, target, forward(r)
	return func(o *order) error { return o.readBody(r) }, nil
}

// answerFetch waits for the Worker's answer and sends it. answered is told the
// status before the body goes, if it isn't nil.
func (s *Supervisor) answerFetch(w http.ResponseWriter, r *http.Request, x *exchange, answered func(status int)) error {
	m, err := x.answer(r.Context())
	if err != nil {
		return err
	}
	if asksForSocket(r) {
		return s.answerUpgrade(w, r, x, answered)
	}
	head, ok := m.(*rpc.ResponseHead)
	if !ok {
		return rpc.Errorf(rpc.WorkerKilled, "The Worker's process gave an answer of the wrong kind.")
	}
	if answered != nil {
		answered(head.Status)
	}
	return s.respond(w, r, x, head)
}

// unblock ends the reading of a request body that nobody wants any more.
func unblock(w http.ResponseWriter, x *exchange) {
	if x.upload == nil {
		return
	}
	select {
	case <-x.upload:
	default:
		http.NewResponseController(w).SetReadDeadline(time.Now())
	}
}

// options reads the headers that choose the entrypoint and its options.
func options(r *http.Request) (*rpc.Invoke, *requestedLimits, error) {
	invoke := &rpc.Invoke{Entrypoint: r.Header.Get(ours + "Entrypoint")}
	if props := r.Header.Get(ours + "Props"); props != "" {
		v := jsontext.Value(props)
		if !v.IsValid() || v.Kind() != '{' {
			return nil, nil, rpc.Errorf(rpc.BadRequest, "The header Stockade-Props must be a JSON object.")
		}
		invoke.Props.Data = v
	}
	text := r.Header.Get(ours + "Limits")
	if text == "" {
		return invoke, nil, nil
	}
	limits := new(requestedLimits)
	if err := json.Unmarshal([]byte(text), limits, json.RejectUnknownMembers(true)); err != nil {
		return nil, nil, rpc.Errorf(rpc.BadRequest, `The header Stockade-Limits must be a JSON object such as {"cpuMs": 50, "subRequests": 5}.`)
	}
	return invoke, limits, limits.check()
}

// workerURL is the request's URL as the Worker sees it: what follows /fetch,
// on the host that the client named.
func workerURL(r *http.Request) string {
	path := r.URL.EscapedPath()
	for range 4 { // /v1, /workers, /{id} without a slash of its own, /fetch
		path = path[strings.IndexByte(path[1:], '/')+1:]
	}
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	return "http://" + r.Host + path
}

// readBody takes a small body whole, so that it goes with the Invoke; a
// larger one, or one of unknown length, becomes a stream.
func (o *order) readBody(r *http.Request) error {
	limit := int64(o.limits.RequestBody)
	switch {
	case r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody:
		return nil
	case r.ContentLength > limit:
		return limitError("requestBody", "The request body exceeds the limit.", limit, r.ContentLength)
	case r.ContentLength < 0 || r.ContentLength > rpc.ChunkSize:
		o.invoke.Stream, o.body = true, r.Body
		return nil
	}
	body := bytes.NewBuffer(make([]byte, 0, r.ContentLength+bytes.MinRead))
	if _, err := body.ReadFrom(r.Body); err != nil {
		return errClientGone
	}
	o.invoke.Body = body.Bytes()
	return nil
}

// respond sends the Worker's answer to the client.
func (s *Supervisor) respond(w http.ResponseWriter, r *http.Request, x *exchange, head *rpc.ResponseHead) error {
	if err := checkStatus(head); err != nil {
		return err
	}
	h := w.Header()
	answerHeaders(h, head.Headers)
	if !head.Stream {
		if bodyAllowed(head.Status) {
			h["Content-Length"] = []string{strconv.Itoa(len(head.Body))}
		}
		w.WriteHeader(head.Status)
		w.Write(head.Body)
		return nil
	}
	return s.stream(r.Context(), w, x, head.Status)
}

func checkStatus(head *rpc.ResponseHead) error {
	if head.Status < 200 || head.Status > 599 {
		return rpc.Errorf(rpc.Thrown, "The Worker answered with the status %d.", head.Status)
	}
	return nil
}

func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

// stream sends the body as it comes. A body that ends in an error aborts the
// connection: the client must not take it for whole.
func (s *Supervisor) stream(ctx context.Context, w http.ResponseWriter, x *exchange, status int) error {
	rc := http.NewResponseController(w)
	if err := rc.EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		s.log.Debug("cannot read and write at the same time", "err", err)
	}
	w.WriteHeader(status)
	if err := rc.Flush(); err != nil {
		return errAnswered
	}
	err := x.copyBody(ctx, func(b []byte) error {
		if _, err := w.Write(b); err != nil {
			return err
		}
		return rc.Flush()
	})
	if err != nil {
		s.log.Debug("a response was cut off", "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// handleRPC calls a method of a Worker's entrypoint.
func (s *Supervisor) handleRPC(w http.ResponseWriter, r *http.Request, c caller) error {
	invoke, limits, err := callOptions(w, r)
	if err != nil {
		return err
	}
	x, err := s.invoke(r.Context(), c, r, invoke, limits, func(*order) error { return nil })
	if err != nil {
		return err
	}
	defer x.close()
	return answerCall(w, r, x)
}

// callOptions reads which method is to be called, and how.
func callOptions(w http.ResponseWriter, r *http.Request) (*rpc.Invoke, *requestedLimits, error) {
	invoke, limits, err := options(r)
	if err != nil {
		return nil, nil, err
	}
	var req struct {
		Args jsontext.Value `json:"args,omitzero"`
	}
	if r.ContentLength != 0 { // without a body there are no arguments
		if err := decodeJSON(http.MaxBytesReader(w, r.Body, rpc.MaxValue), &req); err != nil {
			return nil, nil, err
		}
	}
	call := methodCall{Method: r.PathValue("method"), Args: req.Args}
	return invoke, limits, call.put(invoke)
}

// answerCall waits for what the method returns and sends it.
func answerCall(w http.ResponseWriter, r *http.Request, x *exchange) error {
	m, err := x.answer(r.Context())
	if err != nil {
		return err
	}
	result, ok := m.(*rpc.CallResult)
	if !ok {
		return rpc.Errorf(rpc.WorkerKilled, "The Worker's process gave an answer of the wrong kind.")
	}
	writeJSON(w, http.StatusOK, struct {
		Result jsontext.Value `json:"result"`
	}{jsonOrNull(result.Value)})
	return nil
}

// invoke begins an invocation in the warm isolate of the Worker that r names.
func (s *Supervisor) invoke(ctx context.Context, c caller, r *http.Request, invoke *rpc.Invoke, limits *requestedLimits, body func(*order) error) (*exchange, error) {
	key, err := s.workerKey(c, r)
	if err != nil {
		return nil, err
	}
	return s.invokeWarm(ctx, c.role, key, s.loader(key), invoke, limits, body)
}

// invokeWarm begins an invocation in the warm isolate of key. When the isolate
// ended before it could begin, another one is loaded.
func (s *Supervisor) invokeWarm(ctx context.Context, role policy.Role, key string, load func(*warm), invoke *rpc.Invoke, limits *requestedLimits, body func(*order) error) (*exchange, error) {
	for attempt := 0; ; attempt++ {
		x, err := s.tryInvoke(ctx, role, key, load, invoke, limits, body)
		if errors.Is(err, errGone) && attempt < 3 {
			continue
		}
		return x, err
	}
}

func (s *Supervisor) tryInvoke(ctx context.Context, role policy.Role, key string, load func(*warm), invoke *rpc.Invoke, limits *requestedLimits, body func(*order) error) (*exchange, error) {
	w, err := s.warm.acquire(ctx, key, load)
	if err != nil {
		return nil, err
	}
	defer s.warm.release(w)
	o := order{invoke: invoke, limits: w.limitsOf(role.Limits, limits.requested())}
	o.invoke.Limits = invokeLimits(o.limits)
	o.invoke.Limits.UntilAnswer = invoke.Coded
	if going, full := w.slot.full(int(o.limits.ConcurrentRequests)); full {
		return nil, limitError("concurrentRequests", "This Worker has as many requests under way as it may.", int64(o.limits.ConcurrentRequests), int64(going))
	}
	if o.invoke.Body == nil && o.body == nil {
		if err := body(&o); err != nil {
			return nil, err
		}
	}
	kind := "fetch"
	if invoke.RPCMethod != "" {
		kind = "rpc"
	}
	o.ended = func(d time.Duration, end *rpc.Done, err error) { s.ended(w, kind, d, end, err) }
	x, err := s.start(ctx, w.slot, nil, o)
	if errors.Is(err, errGone) { // its reader may not know yet
		s.warm.drop(w)
	}
	return x, err
}

// ended counts a warm invocation.
func (s *Supervisor) ended(w *warm, kind string, d time.Duration, end *rpc.Done, err error) {
	var u usage
	if end != nil {
		u.cpu, u.subRequests = end.CPU, end.SubRequests
	}
	s.metrics.observe(w.meta.pool.current().Name, kind, outcome(end, err), timing{run: d}, u)
}
