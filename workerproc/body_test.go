package workerproc

import (
	"runtime/debug"
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
)

func resetMemoryLimit() { debug.SetMemoryLimit(1<<63 - 1) }

func isHead(f rpc.Frame) bool { _, ok := f.Message.(*rpc.ResponseHead); return ok }

// TestLargeBody reads a body that is many windows long, with credit.
func TestLargeBody(t *testing.T) { onEachEngine(t, testLargeBody) }

func testLargeBody(t *testing.T) {
	for name, body := range map[string]string{
		"string": `"x".repeat(1000000)`,
		"bytes":  `new Uint8Array(1000000).fill(120)`,
		"pieces": `(() => { let n = 0; return () => n++ < 10 ? "x".repeat(100000) : undefined })()`,
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			if err := s.load(worker("main.js", handler("return new Response("+body+")"))); err != nil {
				t.Fatal(err)
			}
			s.send(1, get())
			r, under := &result{}, 0
			for r.done == nil {
				f := s.receive()
				r.take(f.Message)
				if data, ok := f.Message.(*rpc.BodyData); ok {
					if under += len(data.Data); under > rpc.Window || len(data.Data) > rpc.ChunkSize {
						t.Fatalf("%d bytes beyond the credit", under-rpc.Window)
					}
					if under == rpc.Window {
						s.send(1, &rpc.Credit{Bytes: uint32(under)})
						under = 0
					}
				}
			}
			if len(r.body) != 1000000 || strings.Trim(r.body, "x") != "" || r.done.Outcome != "ok" || !r.head.Stream {
				t.Errorf("got %d bytes, %s", len(r.body), r.done.Outcome)
			}
		})
	}
}

func TestBackpressure(t *testing.T) { onEachEngine(t, testBackpressure) }

func testBackpressure(t *testing.T) {
	s := start(t)
	main := handler(`let n = 0; return new Response(() => { console.log(++n); return n < 100 ? "x".repeat(65536) : undefined })`)
	if err := s.load(worker("main.js", main)); err != nil {
		t.Fatal(err)
	}
	s.send(1, get())
	got := 0
	r := s.collect(1, func(f rpc.Frame) bool {
		if data, ok := f.Message.(*rpc.BodyData); ok {
			got += len(data.Data)
		}
		return got == rpc.Window
	})
	if lines := len(r.logs); lines > 6 {
		t.Errorf("the Worker wrote %d pieces without being read", lines)
	}
	s.send(1, &rpc.Cancel{Reason: "gone"})
	if r := s.collect(1, nil); r.done.Outcome != "canceled" {
		t.Errorf("got %s", r.done.Outcome)
	}
}

func TestBodyThatBreaks(t *testing.T) { onEachEngine(t, testBodyThatBreaks) }

func testBodyThatBreaks(t *testing.T) {
	for name, test := range map[string][2]string{
		"throws": {`(() => { let n = 0; return () => { if (n++) throw new Error("broken"); return "part" } })()`, "200 part (aborted: Error: broken)\nok"},
		"hangs":  {`(() => { let n = 0; return () => n++ ? new Promise(() => {}) : "part" })()`, "200 part (aborted: " + hung + ")\nError: " + hung + "\nexception"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := run(t, get(), "main.js", handler("return new Response("+test[0]+")")).String(); got != test[1] {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestRequestStream(t *testing.T) { onEachEngine(t, testRequestStream) }

func testRequestStream(t *testing.T) {
	s := start(t)
	main := handler(`let n = 0; for (let c; (c = await request.read());) n += c.length; return new Response(n)`)
	if err := s.load(worker("main.js", main)); err != nil {
		t.Fatal(err)
	}
	s.send(1, &rpc.Invoke{Method: "POST", Stream: true})
	if got := streamTwentyPieces(s); got != "200 1310723\nok" {
		t.Errorf("got %s", got)
	}
}

// streamTwentyPieces sends a long body of the first invocation, as it is given credit, and returns what comes of it.
func streamTwentyPieces(s *supervisor) string {
	window, piece := rpc.Window, make([]byte, rpc.ChunkSize)
	for range 20 {
		for window < len(piece) {
			window += int(s.receive().Message.(*rpc.Credit).Bytes)
		}
		window -= len(piece)
		s.send(1, &rpc.BodyData{Data: piece})
	}
	s.send(1, &rpc.BodyData{Data: []byte("end"), Last: true})
	return s.collect(1, nil).String()
}

// TestRequestNotRead sends more than the Worker reads: it gets no credit.
func TestRequestNotRead(t *testing.T) { onEachEngine(t, testRequestNotRead) }

func testRequestNotRead(t *testing.T) {
	s := start(t)
	if err := s.load(worker("main.js", handler(`await new Promise((r) => setTimeout(r, 20)); return new Response("no")`))); err != nil {
		t.Fatal(err)
	}
	s.send(1, &rpc.Invoke{Method: "POST", Stream: true})
	for range rpc.Window / rpc.ChunkSize {
		s.send(1, &rpc.BodyData{Data: make([]byte, rpc.ChunkSize)})
	}
	if r := s.collect(1, nil); r.String() != "200 no\nok" || r.credit != 0 {
		t.Errorf("got %s, credit %d", r, r.credit)
	}
	s.send(1, &rpc.BodyData{Last: true}) // after the end: nobody minds
}

func TestRequestAbort(t *testing.T) { onEachEngine(t, testRequestAbort) }

func testRequestAbort(t *testing.T) {
	s := start(t)
	main := handler(`try { await request.read() } catch (e) { return new Response(e.message) }`)
	if err := s.load(worker("main.js", main)); err != nil {
		t.Fatal(err)
	}
	s.send(1, &rpc.Invoke{Method: "POST", Stream: true})
	s.send(1, &rpc.BodyAbort{Reason: "cut off"})
	if got := s.collect(1, nil).String(); got != "200 cut off\nok" {
		t.Errorf("got %s", got)
	}
}

func TestCancel(t *testing.T) { onEachEngine(t, testCancel) }

func testCancel(t *testing.T) {
	s := start(t)
	main := handler(`
		await new Promise((r) => { request.onabort = r; setTimeout(() => {}, 1e6); console.log("ready") });
		console.log("aborted", request.aborted);
		return new Response("nobody reads this")`)
	if err := s.load(worker("main.js", main)); err != nil {
		t.Fatal(err)
	}
	s.send(1, get())
	s.collect(1, func(f rpc.Frame) bool { _, ok := f.Message.(*rpc.LogLine); return ok })
	s.send(1, &rpc.Cancel{Reason: "gone"})
	if got := s.collect(1, nil).String(); got != "\nlog [\"aborted\",\"gone\"]\ncanceled" {
		t.Errorf("got %s", got)
	}
}
