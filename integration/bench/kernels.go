package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"time"
)

var cpuKernels = []string{"fib", "json", "sort", "concat", "map", "matmul", "regex", "sha"}

// cpuGroup is the loader's kernels, in a Worker that it has loaded.
func (r *report) cpuGroup(_ context.Context, s *subject) error {
	for _, k := range cpuKernels {
		r.kernel(s, s.loader, "cpu: "+k, "/cpu?k="+k, 5)
	}
	return nil
}

// webKernels are those of workers/kernels.js. heavy ones may take an engine many seconds.
var webKernels = []struct {
	route, name string
}{
	{"sha256", "SHA-256 of 10 MB"},
	{"gzip", "gzip of 10 MB"},
	{"json", "JSON of 5 MB: parse and stringify"},
	{"urls", "1,000 URLs parsed"},
	{"headers", "1,000 Headers round trips"},
	{"stream", "100 MB through a TransformStream"},
	{"rows20k", "s += of 20,000 rows"},
	{"rows100k", "s += of 100,000 rows"},
}

// webGroup is what the runtime does for a Worker.
func (r *report) webGroup(_ context.Context, s *subject) error {
	for _, k := range webKernels {
		r.kernel(s, s.kernels, k.name, "/?k="+k.route, 5)
	}
	return nil
}

func (r *report) kernel(s *subject, t target, name, path string, times int) {
	took, err := best(t, path, times, 3*time.Second)
	if err != nil {
		r.note(name+" on "+s.name, "failed: "+strings.TrimSpace(err.Error()))
		return
	}
	r.value(s.name, name, "ms", took.Seconds()*1000)
}

// best is the shortest time of a request for path on one connection: of that
// many after a first that warms up, but no more once they have taken that long together.
func best(t target, path string, times int, enough time.Duration) (time.Duration, error) {
	c, err := net.Dial(t.network, t.address)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	in := bufio.NewReader(c)
	var shortest, sum time.Duration
	for n := 0; n <= times && (n == 0 || sum < enough); n++ {
		began := time.Now()
		if err := exchange(c, in, get(path)); err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		took := time.Since(began)
		sum += took
		if n <= 1 || took < shortest { // the first counts only where it is the only one
			shortest = took
		}
	}
	return shortest, nil
}
