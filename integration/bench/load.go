package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// target is a server and how to reach it.
type target struct{ network, address string }

// figure is what one load measured.
type figure struct {
	Name     string        `json:"name"`
	Requests int           `json:"requests"`
	Rate     float64       `json:"requestsPerSecond"`
	P50      time.Duration `json:"p50"`
	P99      time.Duration `json:"p99"`
	Failed   int           `json:"failed"`
	Error    string        `json:"error,omitempty"` // of the first that failed
}

// load sends steps[0](n), steps[1](n), …, n counting up over all clients, on
// that many connections for that long, one request after the other on each.
// What it counts and times is all steps of one n together.
func load(name string, t target, clients int, length time.Duration, steps ...func(n int) []byte) figure {
	results := make([]clientResult, clients)
	began := time.Now()
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() { results[i] = client(t, began.Add(length), i, clients, steps) })
	}
	all.Wait()
	return sum(name, results, time.Since(began))
}

type clientResult struct {
	times  []time.Duration
	failed int
	err    error
}

func client(t target, end time.Time, first, stride int, steps []func(n int) []byte) (r clientResult) {
	c, err := net.Dial(t.network, t.address)
	if err != nil {
		return clientResult{failed: 1, err: err}
	}
	defer c.Close()
	in := bufio.NewReaderSize(c, 16<<10)
	for n := first; time.Now().Before(end); n += stride {
		began := time.Now()
		if err := exchangeAll(c, in, n, steps); err != nil {
			r.failed, r.err = r.failed+1, err
			if !errors.Is(err, errStatus) {
				return r
			}
			continue
		}
		r.times = append(r.times, time.Since(began))
	}
	return r
}

var errStatus = errors.New("status")

func exchangeAll(c net.Conn, in *bufio.Reader, n int, steps []func(n int) []byte) error {
	for _, request := range steps {
		if err := exchange(c, in, request(n)); err != nil {
			return err
		}
	}
	return nil
}

// exchange sends a request and reads the answer off the connection. It is
// much cheaper than net/http's client, and the same for both servers.
func exchange(c net.Conn, in *bufio.Reader, request []byte) error {
	_, err := exchangeBody(c, in, request)
	return err
}

func exchangeBody(c net.Conn, in *bufio.Reader, request []byte) ([]byte, error) {
	if _, err := c.Write(request); err != nil {
		return nil, err
	}
	head, err := readHead(in)
	if err != nil {
		return nil, err
	}
	body := io.Reader(io.LimitReader(in, head.length))
	if head.chunked {
		r, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(head.text), in)), nil)
		if err != nil {
			return nil, err
		}
		body = r.Body
	}
	text, err := io.ReadAll(body)
	if err == nil && head.status/100 != 2 {
		err = fmt.Errorf("%w %d: %.300s", errStatus, head.status, text)
	}
	return text, err
}

type head struct {
	status  int
	length  int64
	chunked bool
	text    string // whole, when chunked
}

func readHead(in *bufio.Reader) (h head, err error) {
	var text strings.Builder
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return h, err
		}
		text.Write(line)
		switch s := strings.TrimSpace(string(line)); {
		case s == "":
			h.text = text.String()
			return h, nil
		case h.status == 0:
			if _, err := fmt.Sscanf(s, "HTTP/1.1 %d", &h.status); err != nil {
				return h, fmt.Errorf("not an answer: %q", s)
			}
		case strings.HasPrefix(strings.ToLower(s), "content-length:"):
			if h.length, err = strconv.ParseInt(strings.TrimSpace(s[15:]), 10, 64); err != nil {
				return h, err
			}
		case strings.HasPrefix(strings.ToLower(s), "transfer-encoding:"):
			h.chunked = true
		}
	}
}

func sum(name string, results []clientResult, took time.Duration) figure {
	f := figure{Name: name}
	var times []time.Duration
	for _, r := range results {
		times = append(times, r.times...)
		f.Failed += r.failed
		if r.err != nil && f.Error == "" {
			f.Error = r.err.Error()
		}
	}
	f.Requests = len(times)
	f.Rate = float64(len(times)) / took.Seconds()
	if len(times) > 0 {
		slices.Sort(times)
		f.P50, f.P99 = times[len(times)/2], times[len(times)*99/100]
	}
	return f
}

// get is a GET request for path.
func get(path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

// post is a POST request of a JSON body.
func post(method, path string, body string) []byte {
	return fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", method, path, len(body), body)
}
