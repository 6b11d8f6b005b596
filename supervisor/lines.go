package supervisor

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"stockade.dev/stockade/rpc"
)

// Logs are answered line by line: the last ones (?tail=N, 100 without it), and with ?follow those to come, as JSON lines or,
// for who accepts it, as server-sent events.

// keepAlive is how often a log that is silent shows that it lives.
const keepAlive = 30 * time.Second

var errFollowers = rpc.Errorf(rpc.Overloaded, "%d clients follow this log already.", maxFollowers)

type linesQuery struct {
	tail   int
	follow bool
}

func parseLinesQuery(r *http.Request) (q linesQuery, err error) {
	values := r.URL.Query()
	follow, there := values["follow"]
	q.follow = there && follow[0] != "false"
	q.tail, err = tailSize(values.Get("tail"))
	return q, err
}

func tailSize(text string) (int, error) {
	if text == "" {
		return 100, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > keptRecords {
		return 0, rpc.Errorf(rpc.BadRequest, "tail must be a number from 0 to %d, not %q.", keptRecords, text)
	}
	return n, nil
}

// followLines sends lines until the client goes, what they are about is
// deleted (the channel is closed), or the daemon ends.
func followLines[T any](s *Supervisor, r *http.Request, out linesWriter, lines <-chan T) error {
	silent := time.NewTicker(keepAlive)
	defer silent.Stop()
	for {
		var err error
		select {
		case line, more := <-lines:
			if !more {
				return nil
			}
			err = writeLines(out, line)
		case <-silent.C:
			err = out.ping()
		case <-r.Context().Done():
			return errClientGone
		case <-s.draining:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// linesWriter writes lines in the form that the client wants.
type linesWriter struct {
	w      http.ResponseWriter
	rc     *http.ResponseController
	events bool
}

func newLinesWriter(w http.ResponseWriter, r *http.Request) linesWriter {
	return linesWriter{w, http.NewResponseController(w), strings.Contains(r.Header.Get("Accept"), "text/event-stream")}
}

func (l linesWriter) begin() {
	h := l.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/x-ndjson")
	if l.events {
		h.Set("Content-Type", "text/event-stream")
	}
	l.w.WriteHeader(http.StatusOK)
}

// writeLines sends lines and flushes.
func writeLines[T any](l linesWriter, lines ...T) error {
	var b bytes.Buffer
	for i := range lines {
		text, err := json.Marshal(&lines[i])
		if err != nil {
			continue // of our own types only
		}
		if l.events {
			b.WriteString("data: ")
		}
		b.Write(text)
		b.WriteByte('\n')
		if l.events {
			b.WriteByte('\n')
		}
	}
	return l.send(b.Bytes())
}

// ping sends what means nothing in either form.
func (l linesWriter) ping() error {
	if l.events {
		return l.send([]byte(":\n\n"))
	}
	return l.send([]byte("\n"))
}

func (l linesWriter) send(b []byte) error {
	if _, err := l.w.Write(b); err != nil {
		return errClientGone
	}
	if err := l.rc.Flush(); err != nil {
		return errClientGone
	}
	return nil
}
