package supervisor

import (
	"errors"
	"testing"

	"stockade.dev/stockade/rpc"
)

// elsewhere is a capability whose calls the test answers.
type elsewhere struct{ calls []*hostCall }

func (*elsewhere) retain()            {}
func (*elsewhere) release()           {}
func (*elsewhere) fetches()           {}
func (e *elsewhere) call(c *hostCall) { e.calls = append(e.calls, c) }

// passer is a jail with a grant on what is elsewhere, and a client's fetch under way.
func passer(t *testing.T) (*fakedJail, *elsewhere, uint32) {
	p, e := newFakedJail(t), new(elsewhere)
	p.identity.s = &Supervisor{metrics: newMetrics()}
	p.v.plain = true
	return p, e, p.grants.give([]capability{e}, 0)[0]
}

// fetches sends a fetch() that the invocation's answer comes of.
func (p *fakedJail) fetches(id, grant uint32, follows bool) {
	p.t.Helper()
	p.sends(id, &rpc.HostCall{Invocation: p.v.id, Target: rpc.Cap{Kind: rpc.CapGrant, ID: grant}, Path: fetchPath,
		Request: &rpc.Request{Method: "GET", URL: "http://x/"}, Passes: true, Follows: follows})
}

// told is what the process is told of a call.
func (p *fakedJail) told() *rpc.HostResult {
	p.t.Helper()
	f, err := p.process.Receive()
	m, is := f.Message.(*rpc.HostResult)
	if err != nil || !is {
		p.t.Fatalf("got %+v, %v", f.Message, err)
	}
	return m
}

func answered(v *invocation) *rpc.ResponseHead {
	select {
	case m := <-v.head:
		head, _ := m.(*rpc.ResponseHead)
		return head
	default:
		return nil
	}
}

func TestWhichAnswersPass(t *testing.T) {
	header := func(name, value string) []rpc.Header { return []rpc.Header{{Name: name, Value: value}} }
	for name, test := range map[string]struct {
		response rpc.Response
		follows  bool
		want     bool
	}{
		"small":             {rpc.Response{Status: 200, HasBody: true, Body: []byte("hello")}, false, true},
		"without a body":    {rpc.Response{Status: 204}, false, true},
		"as large as it is": {rpc.Response{Status: 200, HasBody: true, Body: make([]byte, rpc.ChunkSize)}, false, true},
		"in pieces":         {rpc.Response{Status: 200, HasBody: true, Body: make([]byte, rpc.ChunkSize+1)}, false, false},
		"encoded":           {rpc.Response{Status: 200, HasBody: true, Body: []byte("x"), Encoding: "gzip"}, false, false},
		"to be encoded":     {rpc.Response{Status: 200, HasBody: true, Body: []byte("x"), Headers: header("Content-Encoding", "gzip")}, false, false},
		"not encoded":       {rpc.Response{Status: 304, Headers: header("content-encoding", "gzip")}, false, true},
		"a redirect":        {rpc.Response{Status: 302, Headers: header("location", "/")}, false, true},
		"to be followed":    {rpc.Response{Status: 302, Headers: header("location", "/")}, true, false},
		"not to be":         {rpc.Response{Status: 304}, true, true},
		"a status below":    {rpc.Response{Status: 101}, false, false},
		"a status above":    {rpc.Response{Status: 600}, false, false},
	} {
		p, e, grant := passer(t)
		p.fetches(1, grant, test.follows)
		e.calls[0].answer(parcel{response: &test.response})
		head := answered(p.v)
		if passed := head != nil; passed != test.want || p.told().Passed != test.want {
			t.Errorf("%s: passes: %v", name, passed)
		}
		if head != nil && (head.Status != test.response.Status || string(head.Body) != string(test.response.Body) || head.Stream) {
			t.Errorf("%s: %+v", name, head)
		}
	}
}

func TestAnErrorDoesNotPass(t *testing.T) {
	p, e, grant := passer(t)
	p.fetches(1, grant, false)
	e.calls[0].fail(rpc.Errorf(rpc.Thrown, "no"))
	if m := p.told(); m.Passed || m.Error == nil || answered(p.v) != nil {
		t.Errorf("%+v", m)
	}
}

// TestAnswersAreGivenOnce: who says of two calls that they are the answer, or says so after the answer, or answers although it had
// said so, gives one answer.
func TestAnswersAreGivenOnce(t *testing.T) {
	whole := func(text string) parcel {
		return parcel{response: &rpc.Response{Status: 200, HasBody: true, Body: []byte(text)}}
	}
	for name, do := range map[string]func(p *fakedJail, e *elsewhere, grant uint32) []bool{
		"two calls": func(p *fakedJail, e *elsewhere, grant uint32) []bool {
			p.fetches(1, grant, false)
			p.fetches(2, grant, false)
			e.calls[1].answer(whole("first"))
			e.calls[0].answer(whole("second"))
			return []bool{true, false}
		},
		"after its own": func(p *fakedJail, e *elsewhere, grant uint32) []bool {
			p.fetches(1, grant, false)
			p.sends(p.v.id, &rpc.ResponseHead{Status: 200, Body: []byte("first")})
			e.calls[0].answer(whole("second"))
			return []bool{false}
		},
		"before its own": func(p *fakedJail, e *elsewhere, grant uint32) []bool {
			p.fetches(1, grant, false)
			e.calls[0].answer(whole("first"))
			p.sends(p.v.id, &rpc.ResponseHead{Status: 200, Body: []byte("second")}) // at the same time, perhaps
			return []bool{true}
		},
		"before it fails": func(p *fakedJail, e *elsewhere, grant uint32) []bool {
			p.fetches(1, grant, false)
			e.calls[0].answer(whole("first"))
			p.sends(p.v.id, &rpc.InvokeFailed{Error: rpc.Error{Kind: rpc.Thrown}})
			return []bool{true}
		},
	} {
		p, e, grant := passer(t)
		for n, want := range do(p, e, grant) {
			if m := p.told(); m.Passed != want || m.Response == nil {
				t.Errorf("%s: it is told %+v of answer %d", name, m, n)
			}
		}
		if head := answered(p.v); head == nil || string(head.Body) != "first" || answered(p.v) != nil {
			t.Errorf("%s: %+v", name, head)
		}
		if err := p.handle(new(batch), rpc.Frame{ID: p.v.id, Message: &rpc.ResponseHead{Status: 200}}); name != "two calls" && !errors.Is(err, errTwoAnswers) {
			t.Errorf("%s: one more: %v", name, err)
		}
	}
}

func TestOnlyAFetchPasses(t *testing.T) {
	p, _, grant := passer(t)
	to := rpc.Cap{Kind: rpc.CapGrant, ID: grant}
	for _, m := range []*rpc.HostCall{
		{Invocation: p.v.id, Target: to, Path: []string{"add"}, Passes: true},
		{Invocation: p.v.id, Target: to, Path: []string{"add"}, Request: &rpc.Request{}, Passes: true},
		{Invocation: p.v.id, Target: to, Operation: "find", Passes: true},
	} {
		if err := p.handle(new(batch), rpc.Frame{ID: 1, Message: m}); !errors.Is(err, rpc.ErrProtocol) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

// TestAnInvocationThatIsNoFetchGetsNoResponse: its client or its caller waits for a result.
func TestAnInvocationThatIsNoFetchGetsNoResponse(t *testing.T) {
	p, e, grant := passer(t)
	p.v.plain = false
	p.fetches(1, grant, false)
	e.calls[0].answer(parcel{response: &rpc.Response{Status: 200}})
	if p.told().Passed || answered(p.v) != nil {
		t.Error("it passes")
	}
}

// TestAnAnswerPassesThroughAChain: each of the callers is told, the client first.
func TestAnAnswerPassesThroughAChain(t *testing.T) {
	first, e, to := passer(t)
	first.fetches(1, to, false)
	second, _, other := passer(t)
	second.v = newCodedInvocation(second.numberLocked(), logBudget{})
	second.v.call, second.v.fetched = e.calls[0], true
	second.calls[second.v.id] = second.v
	target := new(elsewhere)
	second.grants.held[other] = grant{target, 0}
	second.fetches(7, other, false)
	target.calls[0].answer(parcel{response: &rpc.Response{Status: 200, HasBody: true, Body: []byte("hello")}})
	if head := answered(first.v); head == nil || string(head.Body) != "hello" {
		t.Errorf("the client gets %+v", head)
	}
	for _, p := range []*fakedJail{first, second} {
		if m := p.told(); !m.Passed || string(m.Response.Body) != "hello" {
			t.Errorf("it is told %+v", m)
		}
	}
	if second.passed != 1 || first.passed != 1 {
		t.Error("their places are not free")
	}
	second.sends(second.v.id, &rpc.CallResult{Response: &rpc.Response{Status: 500}}) // at the same time, perhaps
	first.sends(first.v.id, &rpc.Done{})
	second.sends(second.v.id, &rpc.Done{})
	if second.passed != 0 || first.passed != 0 || second.held != 0 || len(first.outgoing)+len(second.outgoing) > 0 {
		t.Error("something is left")
	}
}

// TestAPassedRequestMakesRoomForAnother: until the process has ended it. One that doesn't get that done has its answers the old
// way: clients wait for it, and come no faster than it works.
func TestAPassedRequestMakesRoomForAnother(t *testing.T) {
	p, e, grant := passer(t)
	for n := range maxPassed + 1 {
		v := p.v
		p.fetches(1, grant, false)
		e.calls[len(e.calls)-1].answer(parcel{response: &rpc.Response{Status: 200}})
		if passed := p.told().Passed; passed != (n < maxPassed) || passed != (answered(v) != nil) {
			t.Errorf("passed for the %dth time: %v", n+1, passed)
		}
		if going, full := p.full(1); going != n/maxPassed || full != (n == maxPassed) {
			t.Errorf("%d are under way, full: %v", going, full)
		}
		var err error
		if p.v, err = p.begin(logBudget{}, 0, false, nil); err != nil {
			t.Fatal(err)
		}
		p.v.plain = true
	}
}
