package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"stockade.dev/stockade/rpc"
)

// forever is longer than any limit. A channel would be a deadlock to Go, which ends a process for it.
func forever() { time.Sleep(time.Hour) }

// whileLoading are acts in the place of Loaded.
var whileLoading = map[string]func(*hostile){
	"never-loads": func(*hostile) { forever() },
	"loaded-absurd": func(h *hostile) {
		h.send(0, &rpc.Loaded{CPU: math.MaxInt64, Wall: math.MaxInt64})
	},
	"loaded-compiled": func(h *hostile) { // output of modules that aren't its own, and 30 MiB for the one that is
		loaded := &rpc.Loaded{Compiled: []rpc.Compiled{{Name: h.load.Main, Data: make([]byte, 30<<20)}}}
		for n := range 1000 {
			loaded.Compiled = append(loaded.Compiled, rpc.Compiled{Name: fmt.Sprint("other", n, ".js"), Data: []byte("forged")})
		}
		h.send(0, loaded)
	},
	"loaded-large": func(h *hostile) {
		h.raw(rpc.TypeLoaded, 0, 33<<20, make([]byte, 33<<20)...)
	},
	"loaded-long": func(h *hostile) { // two bytes each: 40 in memory
		const n = 12 << 20
		payload := append(append([]byte{0, 0}, uvarint(n)...), make([]byte, 2*n)...)
		h.raw(rpc.TypeLoaded, 0, uint32(len(payload)), payload...)
	},
	"load-fails": func(h *hostile) {
		h.send(0, &rpc.LoadFailed{Error: rpc.Error{Kind: rpc.Internal, Message: "forged \xff"}})
	},
}

// acts are what is done in the first invocation.
var acts = map[string]func(*hostile){
	"loaded-absurd":   func(h *hostile) { h.answer("fine") },
	"loaded-compiled": func(h *hostile) { h.answer("fine") },

	// Frames.
	"length-4gib":     func(h *hostile) { h.raw(rpc.TypeCallResult, h.id, math.MaxUint32) },
	"length-only":     func(h *hostile) { h.raw(rpc.TypeCallResult, h.id, rpc.MaxValue) },
	"truncated":       func(h *hostile) { h.raw(rpc.TypeCallResult, h.id, 1000, make([]byte, 10)...); os.Exit(0) },
	"trailing":        func(h *hostile) { h.raw(rpc.TypeDrop, 0, 3, 0, 1, 1) },
	"unknown-type":    func(h *hostile) { h.raw(200, h.id, 0) },
	"type-zero":       func(h *hostile) { h.raw(0, h.id, 0) },
	"load-back":       func(h *hostile) { h.send(0, h.load) },
	"ready-twice":     func(h *hostile) { h.send(0, &rpc.Ready{Protocol: rpc.Protocol, Engine: "goja"}) },
	"loaded-twice":    func(h *hostile) { h.send(0, &rpc.Loaded{}) },
	"result-64mib":    func(h *hostile) { h.raw(rpc.TypeCallResult, h.id, 64<<20, make([]byte, 64<<20)...) },
	"exits":           func(*hostile) { os.Exit(0) },
	"never-answers":   func(*hostile) {},
	"byte-per-second": dripping,

	// Answers.
	"answer-for-nobody": func(h *hostile) { h.send(77, &rpc.ResponseHead{Status: 200}) },
	"answer-for-zero":   func(h *hostile) { h.send(0, &rpc.ResponseHead{Status: 200}) },
	"two-answers": func(h *hostile) {
		h.send(h.id, &rpc.ResponseHead{Status: 200, Body: []byte("first"), Stream: true})
		h.send(h.id, &rpc.ResponseHead{Status: 200, Body: []byte("second")})
	},
	"done-twice": func(h *hostile) { h.answer("fine"); h.done(); h.done() },
	"done-only":  func(h *hostile) { h.done() },
	"done-absurd": func(h *hostile) {
		h.send(h.id, &rpc.ResponseHead{Status: 200, Body: []byte("fine")})
		h.send(h.id, &rpc.Done{Outcome: "root\xff", CPU: math.MaxInt64, SubRequests: math.MaxInt64, LogsDropped: math.MaxInt64})
	},
	"done-negative": func(h *hostile) {
		payload := append([]byte{2, 'o', 'k'}, uvarint(math.MaxUint64)...)
		payload = append(payload, 0, 0)
		h.raw(rpc.TypeDone, h.id, uint32(len(payload)), payload...)
	},
	"wrong-kind":   func(h *hostile) { h.send(h.id, &rpc.CallResult{Value: []byte(`"of a fetch"`)}); h.done() },
	"no-json":      func(h *hostile) { h.send(h.id, &rpc.CallResult{Value: []byte("{\"a\":")}); h.done() },
	"no-utf8":      func(h *hostile) { h.send(h.id, &rpc.CallResult{Value: []byte("\"\xff\"")}); h.done() },
	"json-deep":    func(h *hostile) { h.send(h.id, &rpc.CallResult{Value: deep(100_000)}); h.done() },
	"json-deepest": func(h *hostile) { h.send(h.id, &rpc.CallResult{Value: deep(10_000)}); h.done() },
	"status-999":   func(h *hostile) { h.send(h.id, &rpc.ResponseHead{Status: 999}); h.done() },
	"status-huge":  func(h *hostile) { h.send(h.id, &rpc.ResponseHead{Status: math.MaxInt64}); h.done() },
	"headers":      forgedHeaders,
	"headers-many": func(h *hostile) {
		h.send(h.id, &rpc.ResponseHead{Status: 200, Headers: make([]rpc.Header, 90_000), Body: []byte("fine")})
		h.done()
	},
	"headers-100000": func(h *hostile) {
		payload := append([]byte{200, 1, 0}, uvarint(100_000)...)
		payload = append(payload, make([]byte, 200_002)...)
		h.raw(rpc.TypeResponseHead, h.id, uint32(len(payload)), payload...)
	},
	"fails-internal": func(h *hostile) { h.fail(rpc.Internal) },
	"fails-denied":   func(h *hostile) { h.fail(rpc.Denied) },
	"fails-killed":   func(h *hostile) { h.fail(rpc.WorkerKilled) },
	"fails-settled":  func(h *hostile) { h.fail(rpc.Settled) },
	"fails-no-kind":  func(h *hostile) { h.fail("root") },

	// Bodies.
	"body-beyond-credit": func(h *hostile) {
		for range rpc.Window/rpc.ChunkSize + 1 {
			h.send(h.id, &rpc.BodyData{Data: make([]byte, rpc.ChunkSize)})
		}
	},
	"body-endless": endless,
	"body-empty": func(h *hostile) { // takes no credit
		b, _ := rpc.AppendFrame(nil, rpc.Frame{ID: h.id, Message: &rpc.BodyData{}})
		for b := bytes.Repeat(b, 1000); len(b) > 0; b = nil {
			for range 1000 {
				h.write(b)
			}
		}
		h.send(h.id, &rpc.ResponseHead{Status: 200, Stream: true})
		h.send(h.id, &rpc.BodyData{Data: []byte("fine"), Last: true})
		h.done()
	},
	"credit-forged": func(h *hostile) { h.send(h.id, &rpc.Credit{Bytes: math.MaxUint32}) },

	// Logs.
	"logs": func(h *hostile) {
		for range 5 {
			h.send(h.id, &rpc.LogLine{Level: "root\n\xff", Message: []byte("no JSON"), Time: math.MaxInt64})
		}
		h.send(h.id, &rpc.Exception{Name: "\xfe", Message: "\xff", Stack: "\xff", Time: 1})
		h.answer("fine")
	},
	"logs-endless": func(h *hostile) {
		h.flood(&rpc.LogLine{Level: strings.Repeat("l", 250<<10)}, 100)
		h.flood(&rpc.LogLine{Level: "log", Message: []byte("1")}, 50_000)
		h.answer("fine")
	},
	"exceptions-endless": func(h *hostile) {
		h.flood(&rpc.Exception{Name: strings.Repeat("n", 250<<10)}, 100)
		h.answer("fine")
	},

	// Capabilities.
	"grants-forged": func(h *hostile) {
		said := map[string]int{}
		for n := range uint32(300) {
			said[h.ask(n+1, &rpc.HostCall{Target: rpc.Cap{Kind: rpc.CapGrant, ID: n + 1}, Operation: "find", Args: rpc.Value{Data: []byte("\x01x")}})]++
		}
		h.answer(fmt.Sprint(said))
	},
	"grant-stale": func(h *hostile) { // one that it has given back
		find := func(number uint32) string {
			return h.ask(number, &rpc.HostCall{Target: rpc.Cap{Kind: rpc.CapGrant, ID: h.load.Bindings[0].Grant}, Operation: "find", Args: rpc.Value{Data: []byte("\x01x")}})
		}
		before := find(1)
		h.send(0, &rpc.Drop{Grants: []uint32{h.load.Bindings[0].Grant}})
		h.answer(before + "; " + find(2))
	},
	"grant-max": func(h *hostile) {
		h.answer(h.ask(1, &rpc.HostCall{Target: rpc.Cap{Kind: rpc.CapGrant, ID: math.MaxUint32}}))
	},
	"outbound": func(h *hostile) {
		h.answer(h.ask(1, &rpc.HostCall{Target: rpc.Cap{Kind: rpc.CapGrant}, Path: []string{"fetch"}}))
	},
	"entrypoint-forged": func(h *hostile) {
		h.answer(h.ask(1, &rpc.HostCall{Target: rpc.Cap{Kind: rpc.CapEntrypoint, ID: 1}}) + "; " +
			h.ask(2, &rpc.HostCall{Target: rpc.Cap{Kind: rpc.CapEntrypoint}, Of: 9}))
	},
	"capability-kind": func(h *hostile) {
		h.send(1, &rpc.HostCall{Invocation: h.id, Target: rpc.Cap{Kind: 9}})
	},
	"argument-forged": func(h *hostile) {
		h.answer(h.ask(1, &rpc.HostCall{Target: rpc.Cap{Kind: rpc.CapGrant}, Args: rpc.Value{Caps: []rpc.Cap{{Kind: rpc.CapGrant, ID: 9}}}}))
	},
	"result-forged": func(h *hostile) {
		h.send(h.id, &rpc.CallResult{Caps: []rpc.Cap{{Kind: rpc.CapGrant, ID: 9}}})
	},
	"request-forged": func(h *hostile) {
		h.send(1, &rpc.HostCall{Invocation: h.id, Target: rpc.Cap{Kind: rpc.CapGrant}, Path: []string{"connect"}, Request: &rpc.Request{Method: "GET"}})
	},
	"request-garbage": func(h *hostile) {
		h.answer(h.ask(1, &rpc.HostCall{Target: rpc.Cap{Kind: rpc.CapEntrypoint, ID: 9}, Of: 77, Path: []string{"fetch"},
			Request: &rpc.Request{Method: "\xff", URL: "\x00", Headers: []rpc.Header{{Name: "\r\n", Value: "\xff"}}, Body: []byte("x")}}))
	},
	"result-many": func(h *hostile) { // two bytes each: 100 in memory
		const n = 10 << 20
		payload := append(append([]byte{0}, uvarint(n)...), bytes.Repeat([]byte{byte(rpc.CapExport), 1}, n)...)
		h.raw(rpc.TypeCallResult, h.id, uint32(len(payload)), payload...)
	},
	"path-many": func(h *hostile) {
		const n = 12 << 20
		payload := []byte{byte(h.id), 0, 1, byte(rpc.CapGrant), 0, 0}
		payload = append(append(payload, uvarint(n)...), make([]byte, n)...)
		h.raw(rpc.TypeHostCall, 1, uint32(len(payload)), payload...)
	},
	"stub-result-forged": func(h *hostile) { h.send(3, &rpc.StubResult{}) },
	"drop-forged": func(h *hostile) {
		h.send(0, &rpc.Drop{Grants: []uint32{0, 1, 2, 99, math.MaxUint32}})
		h.answer("fine")
	},
	"invocation-forged": func(h *hostile) {
		h.send(1, &rpc.HostCall{Invocation: 99, Target: rpc.Cap{Kind: rpc.CapGrant}})
		h.answer(h.await(rpc.TypeHostResult).Message.(*rpc.HostResult).Error.Message)
	},
	"number-twice": func(h *hostile) { // each a call on itself, which waits
		for range 2 {
			h.send(5, &rpc.HostCall{Invocation: h.id, Target: rpc.Cap{Kind: rpc.CapEntrypoint}, Path: []string{"fetch"}})
		}
	},
	"calls-on-itself": func(h *hostile) {
		for n := range uint32(30_000) {
			h.send(n+1, &rpc.HostCall{Invocation: h.id, Target: rpc.Cap{Kind: rpc.CapEntrypoint}, Path: []string{"fetch"}})
		}
	},
	"load-malformed": func(h *hostile) { // it holds a loader: grant 1
		said := ""
		for n, args := range []string{"", "\xff\xff\xff\xff\x0f", "\x02{}", "\x03[[[", string(append(uvarint(200_000), deep(100_000)...)),
			"\x10{\"modules\":[{}]}", "\x0d{\"tails\":-99}"} {
			said += h.ask(uint32(n)+1, &rpc.HostCall{Target: rpc.Cap{Kind: rpc.CapGrant, ID: h.load.Bindings[0].Grant}, Operation: "load",
				Args: rpc.Value{Data: []byte(args)}}) + "\n"
		}
		h.answer(said)
	},

	// The cache.
	"cache-forged": func(h *hostile) {
		said := map[string]int{}
		for n := range uint32(100) {
			h.send(n, &rpc.CacheCall{Invocation: h.id, Verb: rpc.CacheVerb(n % 9), Entry: uint64(n), Offset: math.MaxInt64 - int64(n)})
			result := h.await(rpc.TypeCacheResult).Message.(*rpc.CacheResult)
			if result.Error != nil && n%9 != 1 && n%9 != 3 && n%9 != 7 {
				said[result.Error.Message]++
			}
			if len(result.Data) > 0 {
				said["data"]++
			}
		}
		h.answer(fmt.Sprint(said))
	},
	"cache-key": func(h *hostile) {
		h.send(1, &rpc.CacheCall{Invocation: h.id, Verb: rpc.CacheMatch, Key: strings.Repeat("k", rpc.MaxCacheKey+1)})
	},

	// Time.
	"never-reads": func(h *hostile) { // the answers to its calls
		h.flood(&rpc.HostCall{Invocation: h.id, Target: rpc.Cap{Kind: rpc.CapGrant, ID: 9}}, 5_000_000)
		forever()
	},
	"stops-reading": func(*hostile) { forever() },
}

func (h *hostile) fail(kind rpc.Kind) {
	h.send(h.id, &rpc.InvokeFailed{Error: rpc.Error{Kind: kind, Name: "Error", Message: "forged \xff", Limit: &rpc.Limit{Which: "cpuMs", Value: 1}}})
	h.done()
}

// flood sends a message many times.
func (h *hostile) flood(m rpc.Message, times int) {
	b, err := rpc.AppendFrame(nil, rpc.Frame{ID: h.id, Message: m})
	if err != nil {
		panic(err)
	}
	at := max(1, min(100, (1<<20)/len(b)))
	b = bytes.Repeat(b, at)
	for n := 0; n < times; n += at {
		h.write(b)
	}
}

func forgedHeaders(h *hostile) {
	h.send(h.id, &rpc.ResponseHead{Status: 200, StatusText: "OK\r\nX-Split: 1 \xff", Body: []byte("fine"), Headers: []rpc.Header{
		{Name: "content-length", Value: "1"}, {Name: "content-length", Value: "9999"}, {Name: "transfer-encoding", Value: "chunked"},
		{Name: "x-a", Value: "1\r\nx-split: 1"}, {Name: "x-b\r\nx-split", Value: "1"}, {Name: "x-nul", Value: "a\x00b"}, {Name: "x nul\x00", Value: "a"},
		{Name: "Trailer:x-trailer", Value: "1"}, {Name: "stockade-forged", Value: "1"}, {Name: "connection", Value: "x-kept"}, {Name: "", Value: ""},
		{Name: "\xff", Value: "1"}, {Name: "\xfe", Value: "1"}, {Name: "x-bytes", Value: "\xff"}, {Name: "x-kept", Value: "1"}}})
	h.done()
}

func dripping(h *hostile) {
	b, _ := rpc.AppendFrame(nil, rpc.Frame{ID: h.id, Message: &rpc.ResponseHead{Status: 200, StatusText: strings.Repeat("slow", 1000)}})
	for _, c := range b {
		h.write([]byte{c})
		time.Sleep(time.Second)
	}
}

// endless keeps to its credit.
func endless(h *hostile) {
	h.send(h.id, &rpc.ResponseHead{Status: 200, Stream: true})
	for credit := rpc.Window; ; {
		for ; credit >= rpc.ChunkSize; credit -= rpc.ChunkSize {
			h.send(h.id, &rpc.BodyData{Data: make([]byte, rpc.ChunkSize)})
		}
		credit += int(h.await(rpc.TypeCredit).Message.(*rpc.Credit).Bytes)
	}
}

func deep(n int) []byte {
	return append(bytes.Repeat([]byte("["), n), bytes.Repeat([]byte("]"), n)...)
}

func uvarint(n uint64) []byte { return binary.AppendUvarint(nil, n) }
