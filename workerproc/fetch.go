package workerproc

import (
	"encoding/binary"
	"strings"

	"stockade.dev/stockade/rpc"
)

// Fetches between isolates whose request and response can cross as they are: the runtime's part fetch.js says which.

// opFetch sends a fetch() and returns the call's number: ops.fetch(target, of, method, url, flatHeaders, body, promise, follows),
// or without a target ops.fetch(undefined, …, follows, Worker's grant, entrypoint). promise is what its Response fulfils, but for
// one that is a redirect if it follows those. It returns undefined for a request that is too large to
// cross as it is, or whose URL is not one that does.
func (i *isolate) opFetch(args []any) (any, error) {
	s, v, err := i.caller()
	if err != nil {
		return nil, err
	}
	of, _ := arg[float64](args, 1)
	method, _ := arg[string](args, 2)
	url, _ := arg[string](args, 3)
	body := bytesOf(member(args, 5))
	r := &rpc.Request{Method: method, URL: url, Headers: headersOf(member(args, 4)), HasBody: member(args, 5) != nil, Body: body}
	if !r.Fits() || !crosses(url) {
		return nil, nil
	}
	m := &rpc.HostCall{Invocation: v.id, Of: uint32(of), Path: []string{"fetch"}, Request: r}
	if target := member(args, 0); target == nil {
		grant, _ := arg[float64](args, 8)
		name, _ := arg[string](args, 9)
		m.Target = rpc.Cap{Kind: rpc.CapEntrypoint, ID: uint32(grant), Entrypoint: name}
	} else if m.Target, err = i.capability(v, target); err != nil {
		return nil, err
	}
	if err := i.countCall(v, m, false); err != nil {
		return nil, err
	}
	m.Follows, _ = arg[bool](args, 7)
	i.mayPass(v, m, member(args, 6))
	return i.sendCall(&hostCall{invocation: v, scope: s, counted: true}, m)
}

// crosses reports whether a URL is sent as it is: without what stays with the caller, a fragment and credentials.
func crosses(url string) bool {
	rest, is := strings.CutPrefix(url, "http://")
	if !is {
		if rest, is = strings.CutPrefix(url, "https://"); !is {
			return false
		}
	}
	host, _, _ := strings.Cut(rest, "/")
	return !strings.Contains(host, "@") && !strings.Contains(url, "#")
}

// opFind asks a Worker Loader for the Worker of an id: ops.find(grant, id) → n. ops.call of "find" is the same.
func (i *isolate) opFind(args []any) (any, error) {
	s, v, err := i.caller()
	if err != nil {
		return nil, err
	}
	grant, _ := arg[float64](args, 0)
	id, _ := arg[string](args, 1)
	if len(id) > rpc.MaxValue {
		return nil, tooLarge(len(id))
	}
	m := &rpc.HostCall{Invocation: v.id, Target: rpc.Cap{Kind: rpc.CapGrant, ID: uint32(grant)}, Operation: "find",
		Args: rpc.Value{Data: append(binary.AppendUvarint(nil, uint64(len(id))), id...)}}
	if err := i.countCall(v, m, false); err != nil {
		return nil, err
	}
	return i.sendCall(&hostCall{invocation: v, scope: s}, m)
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
func (i *isolate) hostResponse(c *hostCall, id uint32, r *rpc.Response, passed bool) {
	var before any // that a Worker was found, which comes with the answer to the call of it
	if of := i.plain.of; of != nil && of.scope == c.scope && !i.plain.own {
		before, i.plain = i.plain.list, plainResults{list: i.plain.list[:0]}
	}
	i.tellPlain()
	var of any // the invocation that has been answered with it
	if passed {
		i.passedOn(c.invocation)
		of = int64(c.invocation.id)
	}
	i.run(c.invocation, c.scope, func() error {
		_, err := i.engine.Call(i.host["hostResponse"], int64(id), int64(r.Status), r.StatusText, flatHeaders(r.Headers), inlineBody(r.HasBody, r.Body), r.Encoding, before, of)
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

// flatHeaders are headers as the runtime takes them: a text, name, value, name, …, a line each. It becomes a list
// (ops.headerList) when somebody looks at them; most are only passed on. What can't be lines is a list from the beginning.
func flatHeaders(headers []rpc.Header) any {
	size := 0
	for _, h := range headers {
		if strings.Contains(h.Name, "\n") || strings.Contains(h.Value, "\n") {
			return headerList(headers)
		}
		size += len(h.Name) + len(h.Value) + 2
	}
	if size == 0 {
		return ""
	}
	text := make([]byte, 0, size)
	for _, h := range headers {
		text = append(append(append(append(text, h.Name...), '\n'), h.Value...), '\n')
	}
	return string(text[:size-1])
}

// opHeaderList is the list of such a text.
func (i *isolate) opHeaderList(args []any) (any, error) {
	text, _ := arg[string](args, 0)
	return headerList(headersOf(text)), nil
}

func headerList(headers []rpc.Header) []any {
	flat := make([]any, 0, 2*len(headers))
	for _, h := range headers {
		flat = append(flat, h.Name, h.Value)
	}
	return flat
}

func headersOf(value any) []rpc.Header {
	if text, is := value.(string); is {
		return headersIn(text)
	}
	flat, _ := value.([]any)
	headers := make([]rpc.Header, 0, len(flat)/2)
	for n := 0; n+1 < len(flat); n += 2 {
		name, _ := flat[n].(string)
		val, _ := flat[n+1].(string)
		headers = append(headers, rpc.Header{Name: name, Value: val})
	}
	return headers
}

func headersIn(text string) []rpc.Header {
	if text == "" {
		return nil
	}
	headers := make([]rpc.Header, 0, strings.Count(text, "\n")/2+1)
	for more := true; more; {
		var h rpc.Header
		h.Name, text, _ = strings.Cut(text, "\n")
		h.Value, text, more = strings.Cut(text, "\n")
		headers = append(headers, h)
	}
	return headers
}
