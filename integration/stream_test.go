package integration

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

const echoWorker = `
export default {
  fetch(request) {
    const path = new URL(request.url).pathname;
    if (path === "/echo") return new Response(request.body);
    if (path === "/ticks") return new Response(ticks(request.signal));
    if (path === "/aborted") return Response.json(state);
    return new Response("no such path", { status: 404 });
  },
};
const state = { aborted: false, sent: 0 };
function ticks(signal) {
  signal.addEventListener("abort", () => { state.aborted = true; });
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      state.sent++;
      controller.enqueue(new TextEncoder().encode("tick\n"));
    },
  });
}`

// TestBodiesStreamBothWays sends what is far larger than all windows and
// compares what comes back.
func TestBodiesStreamBothWays(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/echo", code(echoWorker))
	sent := make([]byte, 8<<20)
	rand.Read(sent)
	req, err := http.NewRequest("POST", "http://localhost/v1/workers/echo/fetch/echo", io.MultiReader(bytes.NewReader(sent)))
	if err != nil {
		t.Fatal(err)
	}
	res, err := d.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil || sha256.Sum256(got) != sha256.Sum256(sent) {
		t.Errorf("%d bytes came back of %d: %v", len(got), len(sent), err)
	}
}

// TestAResponseFlowsWhileTheRequestDoes has a conversation: each line is
// answered before the next is sent.
func TestAResponseFlowsWhileTheRequestDoes(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/echo", code(echoWorker))
	in, out := io.Pipe()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "POST", "http://localhost/v1/workers/echo/fetch/echo", in)
	if err != nil {
		t.Fatal(err)
	}
	go fmt.Fprintln(out, "line 0")
	res, err := d.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for n := range 5 {
		if !lines.Scan() || lines.Text() != fmt.Sprintf("line %d", n) {
			t.Fatalf("line %d: %q, %v", n, lines.Text(), lines.Err())
		}
		if n < 4 {
			fmt.Fprintf(out, "line %d\n", n+1)
		}
	}
	out.Close()
	if lines.Scan() {
		t.Errorf("more than was sent: %q", lines.Text())
	}
}

// TestAClientThatHangsUpAbortsTheRequest reads a little of an endless answer
// and goes.
func TestAClientThatHangsUpAbortsTheRequest(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/echo", code(echoWorker))
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", "http://localhost/v1/workers/echo/fetch/ticks", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := d.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(res.Body, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	cancel()
	res.Body.Close()
	for range 3000 {
		if strings.Contains(d.must(t, http.StatusOK, "GET", "/v1/workers/echo/fetch/aborted", ""), `"aborted":true`) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("request.signal was not aborted within a minute")
}

// TestASlowReaderHoldsTheWorkerBack reads nothing: the Worker must not
// produce more than the windows hold.
func TestASlowReaderHoldsTheWorkerBack(t *testing.T) {
	const flood = `
let sent = 0;
export default {
  fetch(request) {
    if (new URL(request.url).pathname === "/sent") return new Response(String(sent));
    return new Response(new ReadableStream({ pull(c) { sent += 65536; c.enqueue(new Uint8Array(65536)); } }));
  },
};`
	d := serve(t, testDir(t), smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/flood", code(flood))
	res, err := d.client.Get("http://localhost/v1/workers/flood/fetch/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var before, after int
	for stable := 0; stable < 5; { // until it produces no more
		time.Sleep(50 * time.Millisecond)
		fmt.Sscan(d.must(t, http.StatusOK, "GET", "/v1/workers/flood/fetch/sent", ""), &after)
		if after == before {
			stable++
		} else {
			stable, before = 0, after
		}
		if after > 64<<20 {
			t.Fatalf("the Worker has produced %d MiB for a client that reads nothing", after>>20)
		}
	}
	t.Logf("held back after %d KiB", after>>10)
}

func TestABodyLargerThanAllowedIsRefused(t *testing.T) {
	d := serve(t, testDir(t), `profiles:
  default:
    pool: {size: 1, max_workers: 4}
    limits:
      default: {request_body: 100KiB}
      max: {request_body: 100KiB}
`)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/echo", code(echoWorker))
	conn, err := net.Dial("unix", d.socket)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /v1/workers/echo/fetch/missing HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n", 1<<30) // and no body
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("announced: %v, %v", res, err)
	}
	res, err = d.client.Post("http://localhost/v1/workers/echo/fetch/missing", "text/plain", io.MultiReader(strings.NewReader(strings.Repeat("x", 200<<10))))
	switch {
	case err == nil:
		res.Body.Close()
	case !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET): // it may be hung up on before it has sent all
		t.Errorf("streamed: %v", err)
	}
	d.must(t, http.StatusNotFound, "GET", "/v1/workers/echo/fetch/missing", "")
}
