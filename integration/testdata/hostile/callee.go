package main

import (
	"fmt"

	"stockade.dev/stockade/rpc"
)

// A Worker that is called by another answers with coded values (workerproc/runtime/parts/codec.js): these are its lies.

func coded(text []byte) rpc.Value {
	return rpc.Value{Data: append(uvarint(uint64(len(text))), text...)}
}

// result answers a call.
func (h *hostile) result(v rpc.Value) {
	h.send(h.id, &rpc.CallResult{Value: v.Data, Caps: v.Caps})
	h.done()
}

// stub answers with a stub on an object of the isolate's, and returns the call that is made on it.
func (h *hostile) stub() uint32 {
	v := coded([]byte(`["c",0,"stub"]`))
	v.Caps = []rpc.Cap{{Kind: rpc.CapExport, ID: 1}}
	h.send(h.id, &rpc.CallResult{Value: v.Data, Caps: v.Caps})
	return h.await(rpc.TypeStubCall).ID
}

// passes sends a fetch() of what the Worker has in env, whose answer is to be that of the invocation, too.
func (h *hostile) passes(number, invocation uint32) {
	h.send(number, &rpc.HostCall{Invocation: invocation, Target: rpc.Cap{Kind: rpc.CapGrant, ID: h.load.Env.Grants[0]}, Path: []string{"fetch"},
		Request: &rpc.Request{Method: "GET", URL: fmt.Sprintf("http://x/%d", number)}, Passes: true})
}

func (h *hostile) respond(text string) {
	h.send(h.id, &rpc.CallResult{Response: &rpc.Response{Status: 200, HasBody: true, Body: []byte(text)}})
}

func init() {
	for act, do := range map[string]func(*hostile){
		"callee-response": func(h *hostile) { h.send(h.id, &rpc.ResponseHead{Status: 200}) },
		"callee-body":     func(h *hostile) { h.send(h.id, &rpc.BodyData{Data: []byte("x")}) },
		"callee-credit":   func(h *hostile) { h.send(h.id, &rpc.Credit{Bytes: 1}) },
		"callee-inline":   func(h *hostile) { h.send(h.id, &rpc.CallResult{Response: &rpc.Response{Status: 200}}) },
		"callee-forged": func(h *hostile) {
			v := coded([]byte(`["c",0,"stub"]`))
			v.Caps = []rpc.Cap{{Kind: rpc.CapGrant, ID: 77}}
			h.result(v)
		},
		"callee-garbage": func(h *hostile) { h.result(rpc.Value{Data: []byte("\xff\xff\xff\xff\xffgarbage")}) },
		"callee-no-json": func(h *hostile) { h.result(coded([]byte(`{"a":`))) },
		"callee-no-cap":  func(h *hostile) { h.result(coded([]byte(`["c",5,"stub"]`))) },
		"callee-no-blob": func(h *hostile) { h.result(coded([]byte(`["b",5]`))) },
		"callee-cycle":   func(h *hostile) { h.result(coded([]byte(`["@",99]`))) },
		"callee-proto": func(h *hostile) {
			h.result(coded([]byte(`{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`)))
		},
		"callee-deep": func(h *hostile) { h.result(coded(deep(100_000))) },
		"callee-thrown": func(h *hostile) {
			h.send(h.id, &rpc.InvokeFailed{Error: rpc.Error{Kind: rpc.Internal, Name: "Error", Message: "forged"}, Thrown: rpc.Value{Data: []byte("\xff")}})
			h.done()
		},
		"callee-stub-forged": func(h *hostile) {
			call := h.stub()
			v := coded([]byte(`["c",0,"stub"]`))
			v.Caps = []rpc.Cap{{Kind: rpc.CapGrant, ID: 77}}
			h.send(call, &rpc.StubResult{Value: v})
		},
		"callee-stub-twice": func(h *hostile) {
			call := h.stub()
			h.send(call, &rpc.StubResult{Value: coded([]byte(`"first"`))})
			h.send(call, &rpc.StubResult{Value: coded([]byte(`"second"`))})
		},
		"passes-twice": func(h *hostile) { // the first to be answered is the answer
			h.passes(1, h.id)
			h.await(rpc.TypeHostResult)
			h.passes(2, h.id)
			h.await(rpc.TypeHostResult)
			h.done()
		},
		"passes-and-answers": func(h *hostile) { h.passes(1, h.id); h.await(rpc.TypeHostResult); h.respond("its own"); h.done() },
		"passes-and-answers-twice": func(h *hostile) {
			h.passes(1, h.id)
			h.await(rpc.TypeHostResult)
			h.respond("its own")
			h.respond("another")
		},
		"passes-after": func(h *hostile) { h.respond("its own"); h.passes(1, h.id); h.await(rpc.TypeHostResult); h.done() },
		"passes-for-others": func(h *hostile) { // that never were
			for n := range uint32(8) {
				h.passes(n+1, h.id+n+1)
				h.await(rpc.TypeHostResult)
			}
			h.respond("its own")
			h.done()
		},
		"passes-no-request": func(h *hostile) {
			h.send(1, &rpc.HostCall{Invocation: h.id, Target: rpc.Cap{Kind: rpc.CapGrant, ID: h.load.Env.Grants[0]}, Path: []string{"fetch"}, Args: coded([]byte(`[[]]`)), Passes: true})
		},
		"passes-a-method": func(h *hostile) {
			h.send(1, &rpc.HostCall{Invocation: h.id, Target: rpc.Cap{Kind: rpc.CapGrant, ID: h.load.Env.Grants[0]}, Path: []string{"add"}, Request: &rpc.Request{}, Passes: true})
		},
		"callee-stub-exits": func(h *hostile) { h.stub(); h.exit() },
		"callee-grants": func(h *hostile) { // it has been given a function
			granted := 0
			for n := range uint32(50) {
				call := &rpc.HostCall{Target: rpc.Cap{Kind: rpc.CapGrant, ID: n + 1}, Args: coded([]byte(`[[]]`))}
				if h.ask(n+1, call) == "granted" {
					granted++
				}
			}
			h.result(coded(fmt.Appendf(nil, `"%d granted"`, granted)))
		},
	} {
		acts[act] = do
	}
}
