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

// handleAppLogs answers with the last lines of an app's log (?tail=N, 100
// without it), and with ?follow those to come, as JSON lines or, for who
// accepts it, as server-sent events.
func (s *Supervisor) handleAppLogs(w http.ResponseWriter, r *http.Request, c caller) error {
	a, err := s.namedApp(c, r)
	if err != nil {
		return err
	}
	tail, err := tailSize(r.URL.Query().Get("tail"))
	if err != nil {
		return err
	}
	out := logWriter{w: w, rc: http.NewResponseController(w), events: strings.Contains(r.Header.Get("Accept"), "text/event-stream")}
	if follow, there := r.URL.Query()["follow"]; !there || follow[0] == "false" {
		out.begin()
		return out.write(a.log.tail(tail)...)
	}
	last, f, ok := a.log.follow(tail)
	if !ok {
		return rpc.Errorf(rpc.Overloaded, "%d clients follow this log already.", maxFollowers)
	}
	defer a.log.leave(f)
	out.begin()
	if err := out.write(last...); err != nil {
		return err
	}
	return s.followLog(r, out, f)
}

// keepAlive is how often a log that is silent shows that it lives.
const keepAlive = 30 * time.Second

// followLog sends lines until the client goes, the app is deleted or the
// daemon ends.
func (s *Supervisor) followLog(r *http.Request, out logWriter, f *follower) error {
	silent := time.NewTicker(keepAlive)
	defer silent.Stop()
	for {
		select {
		case line, more := <-f.lines:
			if !more {
				return nil
			}
			if err := out.write(line); err != nil {
				return err
			}
		case <-silent.C:
			if err := out.ping(); err != nil {
				return err
			}
		case <-r.Context().Done():
			return errClientGone
		case <-s.draining:
			return nil
		}
	}
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

// logWriter writes lines in the form that the client wants.
type logWriter struct {
	w      http.ResponseWriter
	rc     *http.ResponseController
	events bool
}

func (l logWriter) begin() {
	h := l.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/x-ndjson")
	if l.events {
		h.Set("Content-Type", "text/event-stream")
	}
	l.w.WriteHeader(http.StatusOK)
}

// write sends lines and flushes.
func (l logWriter) write(lines ...logRecord) error {
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
func (l logWriter) ping() error {
	if l.events {
		return l.send([]byte(":\n\n"))
	}
	return l.send([]byte("\n"))
}

func (l logWriter) send(b []byte) error {
	if _, err := l.w.Write(b); err != nil {
		return errClientGone
	}
	if err := l.rc.Flush(); err != nil {
		return errClientGone
	}
	return nil
}
