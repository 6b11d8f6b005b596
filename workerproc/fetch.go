package workerproc

import (
	"stockade.dev/stockade/rpc"
)

// Fetches between isolates whose request and response can cross as they are: the runtime's part fetch.js says which.

// opFetch sends a fetch() and returns the call's number: ops.fetch(target, of, method, url, flatHeaders, body). It returns
// undefined for a request that is too large to cross as it is.
func (i *isolate) opFetch(args []any) (any, error) {
	s := i.scope()
	v := s.invocation
	if v == nil || v.done {
		return nil, globalScope
	}
	of, _ := arg[float64](args, 1)
	method, _ := arg[string](args, 2)
	url, _ := arg[string](args, 3)
	body := bytesOf(member(args, 5))
	r := &rpc.Request{Method: method, URL: url, Headers: headersOf(member(args, 4)), HasBody: member(args, 5) != nil, Body: body}
	if !r.Fits() {
		return nil, nil
	}
	m := &rpc.HostCall{Invocation: v.id, Of: uint32(of), Path: []string{"fetch"}, Request: r}
	var err error
	if m.Target, err = i.capability(v, member(args, 0)); err != nil {
		return nil, err
	}
	if err := i.countCall(v, m, false); err != nil {
		return nil, err
	}
	return i.sendCall(&hostCall{invocation: v, scope: s, counted: true}, m)
}

// opAnswerFetch answers it: ops.answerFetch(invocation, status, statusText, flatHeaders, body, encoding). It returns false
// for a response that is too large to cross as it is.
func (i *isolate) opAnswerFetch(args []any) (any, error) {
	v := i.invocation(args)
	if v == nil || !v.fetched {
		return true, nil
	}
	status, _ := arg[float64](args, 1)
	text, _ := arg[string](args, 2)
	encoding, _ := arg[string](args, 5)
	r := &rpc.Response{Status: int(status), StatusText: text, Headers: headersOf(member(args, 3)), HasBody: member(args, 4) != nil,
		Body: bytesOf(member(args, 4)), Encoding: encoding}
	if !r.Fits() {
		return false, nil
	}
	if v.answer() {
		i.out.add(v.id, &rpc.CallResult{Response: r})
	}
	i.finish(v)
	return true, nil
}

// hostResponse resumes the code that waits for a fetch().
func (i *isolate) hostResponse(c *hostCall, id uint32, r *rpc.Response) {
	i.tellPlain()
	i.run(c.invocation, c.scope, func() error {
		_, err := i.engine.Call(i.host["hostResponse"], int64(id), int64(r.Status), r.StatusText, flatHeaders(r.Headers), inlineBody(r.HasBody, r.Body), r.Encoding)
		return err
	})
}

func inlineBody(has bool, b []byte) any {
	switch {
	case !has:
		return nil
	case b == nil:
		return []byte{}
	}
	return b
}

func flatHeaders(headers []rpc.Header) []any {
	flat := make([]any, 0, 2*len(headers))
	for _, h := range headers {
		flat = append(flat, h.Name, h.Value)
	}
	return flat
}

func headersOf(value any) []rpc.Header {
	flat, _ := value.([]any)
	headers := make([]rpc.Header, 0, len(flat)/2)
	for n := 0; n+1 < len(flat); n += 2 {
		name, _ := flat[n].(string)
		val, _ := flat[n+1].(string)
		headers = append(headers, rpc.Header{Name: name, Value: val})
	}
	return headers
}
