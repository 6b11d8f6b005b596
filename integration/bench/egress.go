package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// transfer is the size of what is sent down and up, in MiB.
const transfer = 100

// egressGroup is what leaves the host: a request through a gateway of the loader's to a server of the bench's own, and large
// bodies both ways through one fetch().
func (r *report) egressGroup(ctx context.Context, s *subject) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	upstream := &http.Server{Handler: http.HandlerFunc(answerEgress)}
	go upstream.Serve(l)
	defer upstream.Close()
	base := "http://" + l.Addr().String()
	if err := once(s.loader, get("/egress?to="+base+"/")); err != nil {
		r.note("/egress on "+s.name, strings.TrimSpace(err.Error()))
		return nil
	}
	r.clients(ctx, s, "/egress", "/egress?to="+base+"/", []int{1, 32})
	before := s.private()
	for _, way := range []struct{ name, path string }{
		{"download", "/?t=down&to=" + base + "/large"},
		{"upload", fmt.Sprintf("/?t=up&mib=%d&to=%s/sink", transfer, base)},
	} {
		took, err := best(s.kernels, way.path, 3, 20*time.Second)
		if err != nil {
			return err
		}
		r.value(s.name, fmt.Sprintf("%s of %d MiB through fetch()", way.name, transfer), "MiB/s", transfer/took.Seconds())
	}
	r.value(s.name, "memory after them, less before", "MiB", float64(s.private()-before)/(1<<20))
	return nil
}

func answerEgress(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/large":
		piece := make([]byte, 256<<10)
		for range transfer * 4 {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	case "/sink":
		n, _ := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, n)
	default:
		io.WriteString(w, "ok")
	}
}
