package supervisor

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
	"stockade.dev/stockade/supervisor/policy"
)

// runRequest is the body of POST /v1/run.
type runRequest struct {
	Code       workerCode       `json:"code"`
	Profile    string           `json:"profile,omitzero"`
	Entrypoint *string          `json:"entrypoint,omitzero"`
	Props      jsontext.Value   `json:"props,omitzero"`
	Limits     *requestedLimits `json:"limits,omitzero"`
	Request    *httpRequest     `json:"request,omitzero"`
	Call       *methodCall      `json:"call,omitzero"`
}

type httpRequest struct {
	Method     string      `json:"method,omitzero"`
	URL        string      `json:"url,omitzero"`
	Headers    jsonHeaders `json:"headers,omitzero"`
	Body       *string     `json:"body,omitzero"`
	BodyBase64 []byte      `json:"bodyBase64,omitzero"`
}

type methodCall struct {
	Method string         `json:"method"`
	Args   jsontext.Value `json:"args,omitzero"`
}

// runResult is the answer of POST /v1/run.
type runResult struct {
	Outcome    string           `json:"outcome"`
	Response   *httpResponse    `json:"response,omitzero"`
	Result     jsontext.Value   `json:"result,omitzero"`
	Error      *errorBody       `json:"error,omitzero"`
	Logs       []logEntry       `json:"logs"`
	Exceptions []exceptionEntry `json:"exceptions"`
	Timing     timingBody       `json:"timing"`
	Usage      usageBody        `json:"usage"`
}

type httpResponse struct {
	Status     int         `json:"status"`
	StatusText string      `json:"statusText,omitzero"`
	Headers    jsonHeaders `json:"headers"`
	Body       *string     `json:"body,omitzero"`
	BodyBase64 []byte      `json:"bodyBase64,omitzero"`
}

type logEntry struct {
	Level     string         `json:"level"`
	Message   jsontext.Value `json:"message"`
	Timestamp int64          `json:"timestamp"`
}

type exceptionEntry struct {
	Name      string `json:"name"`
	Message   string `json:"message"`
	Stack     string `json:"stack,omitzero"`
	Timestamp int64  `json:"timestamp"`
}

type timingBody struct {
	QueueMs float64 `json:"queueMs"`
	StartMs float64 `json:"startMs"`
	LoadMs  float64 `json:"loadMs"`
	RunMs   float64 `json:"runMs"`
}

type usageBody struct {
	StartupCPUMs float64 `json:"startupCpuMs"`
	CPUMs        float64 `json:"cpuMs"`
	SubRequests  int64   `json:"subRequests"`
}

// maxRequest bounds a JSON request: the code at its largest, in base64 or
// escaped, and what goes with it.
const maxRequest = 2*rpc.MaxCode + 4*rpc.MaxEnv

// handleRun runs code once, in a process that has never run anything.
func (s *Supervisor) handleRun(w http.ResponseWriter, r *http.Request, c caller) error {
	var req runRequest
	if err := decodeJSON(http.MaxBytesReader(w, r.Body, maxRequest), &req); err != nil {
		return err
	}
	p, err := s.poolFor(c, req.Profile, &req.Code)
	if err != nil {
		return err
	}
	o, err := req.order(p, c)
	if err != nil {
		return err
	}
	result, err := s.run(r.Context(), p, &req.Code, o)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, result)
	return nil
}

// order checks what is to be invoked.
func (q *runRequest) order(p *pool, c caller) (order, error) {
	if err := q.Limits.check(); err != nil {
		return order{}, err
	}
	if err := checkObject("/props", q.Props); err != nil {
		return order{}, err
	}
	o := order{role: c.role, owner: c.uid, limits: policy.EffectiveLimits(*p.current(), c.role, q.Code.Limits.requested(), q.Limits.requested())}
	o.invoke = &rpc.Invoke{Props: rpc.Given{Data: q.Props}, Limits: invokeLimits(o.limits)}
	if q.Entrypoint != nil {
		o.invoke.Entrypoint = *q.Entrypoint
	}
	switch {
	case q.Request != nil && q.Call != nil:
		return order{}, rpc.Errorf(rpc.BadRequest, "Give either request or call, not both.")
	case q.Call != nil:
		return o, q.Call.put(o.invoke)
	}
	return o, q.Request.put(&o)
}

func checkObject(path string, v jsontext.Value) error {
	if v != nil && v.Kind() != '{' {
		return jsonError(jsontext.Pointer(path), "expected an object, found "+kinds[v.Kind()])
	}
	return nil
}

func (m *methodCall) put(invoke *rpc.Invoke) error {
	if m.Method == "" {
		return rpc.Errorf(rpc.BadRequest, "/call/method is missing: the name of the method to call.")
	}
	if m.Args != nil && m.Args.Kind() != '[' {
		return jsonError("/call/args", "expected an array, found "+kinds[m.Args.Kind()])
	}
	invoke.RPCMethod, invoke.Args.Data = m.Method, m.Args
	return nil
}

// put fills in the request; without one it is GET http://localhost/.
func (q *httpRequest) put(o *order) error {
	o.invoke.Method, o.invoke.URL = http.MethodGet, "http://localhost/"
	if q == nil {
		return nil
	}
	if q.Method != "" {
		o.invoke.Method = q.Method
	}
	if q.URL != "" {
		o.invoke.URL = q.URL
	}
	if err := checkURL(o.invoke.URL); err != nil {
		return err
	}
	if err := q.Headers.check(); err != nil {
		return err
	}
	o.invoke.Headers = q.Headers
	if q.Body != nil && q.BodyBase64 != nil {
		return rpc.Errorf(rpc.BadRequest, "/request: give either body or bodyBase64, not both.")
	}
	body := q.BodyBase64
	if q.Body != nil {
		body = []byte(*q.Body)
	}
	return o.putBody(body)
}

func checkURL(url string) error {
	if !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
		return rpc.Errorf(rpc.BadRequest, "/request/url: %q is not an absolute http or https URL.", url)
	}
	return nil
}

// putBody gives the invocation a body that is at hand: with the Invoke when
// it is small, behind it when not.
func (o *order) putBody(body []byte) error {
	if limit := int64(o.limits.RequestBody); int64(len(body)) > limit {
		return limitError("requestBody", "The request body exceeds the limit.", limit, int64(len(body)))
	}
	if len(body) <= rpc.ChunkSize {
		o.invoke.Body = body
		return nil
	}
	o.invoke.Stream = true
	o.body = bytes.NewReader(body)
	return nil
}

// run is one cold run, in another process if that was dead (replaces).
func (s *Supervisor) run(ctx context.Context, p *pool, code *workerCode, o order) (*runResult, error) {
	for attempt := 0; ; attempt++ {
		result, loaded, err := s.runOnce(ctx, p, code, o)
		if loaded || o.body != nil || !replaces(err, attempt) {
			return result, err
		}
	}
}

// deadSlot is the error of a process that had ended before it got anything.
type deadSlot struct{ error }

func (d deadSlot) Unwrap() error { return d.error }

// mostDead bounds how many dead processes a load finds in its pool, which notices their ends a moment later.
const mostDead = 8

// replaces reports whether what has failed is tried in another process. One that was killed before it had loaded is replaced
// once: it may have been dead when it was taken.
func replaces(err error, attempt int) bool {
	var dead deadSlot
	return errors.As(err, &dead) && attempt < mostDead || errorKind(err) == rpc.WorkerKilled && attempt == 0
}

// runOnce is slot, load, invoke, answer, end of the slot.
func (s *Supervisor) runOnce(ctx context.Context, p *pool, code *workerCode, o order) (result *runResult, loaded bool, err error) {
	slot, waited, err := p.take(ctx)
	if err != nil {
		return nil, true, err
	}
	name := newRunName()
	defer func() { s.traces.retire(s, slot, name, o.limits.Wall.Duration()) }()
	load := code.message("", p.current(), o.limits, s.cached(slot, ""))
	slot.hold(o.limits)
	ready := make(chan struct{})
	close(ready)
	code.setUp(identity{s: s, pool: p, role: o.role, name: name, root: name,
		account: account{owner: o.owner, kind: store.UsageRun, counted: true},
		self:    onlyIsolate{&warm{slot: slot, ready: ready, meta: workerMeta{pool: p, limits: code.Limits.requested()}}}})(slot.isolate, load)
	slot.identity.experimental = code.isExperimental()
	failpoint("run: taken")
	x, err := s.start(ctx, slot, load, o)
	failpoint("run: started")
	if err != nil {
		return nil, false, s.lost(slot, err)
	}
	defer x.close()
	result = &runResult{}
	runErr := x.collect(ctx, result)
	failpoint("run: answered")
	end, endErr := x.finished(ctx)
	failpoint("run: finished")
	if errors.Is(endErr, errClientGone) || errors.Is(runErr, errClientGone) {
		return nil, true, errClientGone
	}
	if runErr == nil {
		runErr = endErr
	}
	if slot.load == nil && runErr != nil && !limitsRequest(runErr) {
		return nil, false, runErr // it was never loaded: the answer is an error
	}
	s.report(result, x, waited, end, runErr)
	s.metrics.observe(p.current().Name, "run", result.Outcome, x.timing(waited), x.usage(end))
	if kind := errorKind(runErr); kind == rpc.WorkerKilled || kind == rpc.Internal || kind == rpc.NotFound {
		return nil, true, runErr
	}
	return result, true, nil
}

func newRunName() string {
	var id [8]byte
	rand.Read(id[:])
	return "run/" + hex.EncodeToString(id[:])
}

// limitsRequest reports whether the error is a limit of the request and not of what came before it: a process that was
// killed for it may not have had the time to say that it had loaded.
func limitsRequest(err error) bool {
	limit := asError(err).Limit
	return limit != nil && (limit.Which == "cpuMs" || limit.Which == "wallMs" || limit.Which == "memory")
}

// lost says why a slot could not be used: its process has died.
func (s *Supervisor) lost(slot *slot, err error) error {
	<-slot.gone
	if errorKind(err) == rpc.LimitExceeded {
		return err
	}
	if slot.loadErr != nil {
		return deadSlot{slot.loadErr}
	}
	return deadSlot{err}
}

func errorKind(err error) rpc.Kind {
	if err == nil {
		return ""
	}
	return asError(err).Kind
}

// collect reads the whole answer into result.
func (x *exchange) collect(ctx context.Context, result *runResult) error {
	m, err := x.answer(ctx)
	if err != nil {
		return err
	}
	switch m := m.(type) {
	case *rpc.CallResult:
		result.Result = jsonOrNull(m.Value)
	case *rpc.ResponseHead:
		if err := checkStatus(m); err != nil {
			return err
		}
		body := m.Body
		if m.Stream {
			body = nil
			err = x.copyBody(ctx, func(b []byte) error { body = append(body, b...); return nil })
		}
		result.Response = newHTTPResponse(m, body)
	}
	return err
}

// jsonOrNull is what a method returned. It comes from a jail: what isn't JSON
// is null, and what is nested too deep to stand in an answer.
func jsonOrNull(b []byte) jsontext.Value {
	if v := jsontext.Value(b); len(b) > 0 && v.IsValid() && shallow(b) {
		return v
	}
	return jsontext.Value("null")
}

// shallow reports whether b can stand in other JSON, which may be 10,000 deep in all (jsontext).
func shallow(b []byte) bool {
	const most = 9_900
	if bytes.Count(b, []byte("["))+bytes.Count(b, []byte("{")) < most {
		return true
	}
	return jsontext.Value(slices.Concat(bytes.Repeat([]byte("["), 100), b, bytes.Repeat([]byte("]"), 100))).IsValid()
}

func newHTTPResponse(m *rpc.ResponseHead, body []byte) *httpResponse {
	r := &httpResponse{Status: m.Status, StatusText: strings.ToValidUTF8(m.StatusText, "\uFFFD"), Headers: validHeaders(m.Headers)}
	if utf8.Valid(body) {
		text := string(body)
		r.Body = &text
	} else {
		r.BodyBase64 = body
	}
	return r
}

// report fills in what is known after the end.
func (s *Supervisor) report(result *runResult, x *exchange, waited wait, end *rpc.Done, err error) {
	result.Logs, result.Exceptions = x.logs()
	if err != nil {
		body := newErrorBody(asError(err))
		result.Error = &body
	}
	result.Outcome = outcome(end, err)
	t, u := x.timing(waited), x.usage(end)
	result.Timing = timingBody{QueueMs: ms(t.queue), StartMs: ms(t.start), LoadMs: ms(t.load), RunMs: ms(t.run)}
	result.Usage = usageBody{StartupCPUMs: ms(u.startup), CPUMs: ms(u.cpu), SubRequests: u.subRequests}
}

// outcomes are those that a jail may claim: the Workers trace events'.
var outcomes = map[string]bool{"ok": true, "exception": true, "exceededCpu": true, "exceededMemory": true,
	"exceededWallTime": true, "canceled": true, "responseStreamDisconnected": true}

func outcome(end *rpc.Done, err error) string {
	if err == nil && end != nil && outcomes[end.Outcome] {
		return end.Outcome
	}
	if err == nil {
		return "ok"
	}
	e := asError(err)
	if e.Kind != rpc.LimitExceeded || e.Limit == nil {
		return "exception"
	}
	switch e.Limit.Which {
	case "cpuMs", "startupCpuMs":
		return "exceededCpu"
	case "memory":
		return "exceededMemory"
	case "wallMs", "startupWallMs":
		return "exceededWallTime"
	}
	return "exception"
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// logs returns what the invocation logged, after what the top level did.
func (x *exchange) logs() ([]logEntry, []exceptionEntry) {
	logs, exceptions := []logEntry{}, []exceptionEntry{}
	for _, v := range []*invocation{x.slot.boot, x.inv} {
		v.mu.Lock()
		for _, l := range v.logs {
			logs = append(logs, logEntry{Level: l.Level, Message: jsonOrNull(l.Message), Timestamp: l.Time})
		}
		for _, e := range v.exceptions {
			exceptions = append(exceptions, exceptionEntry{Name: e.Name, Message: e.Message, Stack: e.Stack, Timestamp: e.Time})
		}
		v.mu.Unlock()
	}
	return logs, exceptions
}

func (x *exchange) timing(waited wait) timing {
	t := timing{queue: waited.queue, start: waited.start}
	if x.slot.load != nil {
		total := time.Since(x.slot.started)
		t.load = min(x.slot.load.Wall, total)
		t.run = total - t.load
	}
	return t
}

func (x *exchange) usage(end *rpc.Done) usage {
	var u usage
	if x.slot.load != nil {
		u.startup = x.slot.load.CPU
	}
	if end != nil {
		u.cpu, u.subRequests = end.CPU, end.SubRequests
	} else { // its process has been killed, or has crashed: what the kernel has counted
		u.cpu, u.subRequests = max(0, x.slot.jail.Exit().CPU-x.bounds.cpuFrom-u.startup), x.inv.asked.Load()
	}
	return u
}
