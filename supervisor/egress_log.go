package supervisor

import (
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"stockade.dev/stockade/netproxy"
)

// egressLine is one line of GET /v1/egress.
type egressLine struct {
	Timestamp float64 `json:"timestamp"` // ms since 1970, of the request's begin
	Worker    string  `json:"worker"`
	Owner     uint32  `json:"owner"`
	Role      string  `json:"role,omitzero"`
	Profile   string  `json:"profile"`
	Outbound  string  `json:"outbound"`
	Kind      string  `json:"kind"` // fetch, websocket, connect
	Verdict   string  `json:"verdict"`
	Rule      string  `json:"rule,omitzero"`
	Reason    string  `json:"reason,omitzero"`
	Method    string  `json:"method,omitzero"`
	Scheme    string  `json:"scheme,omitzero"`
	Host      string  `json:"host"`
	Port      uint16  `json:"port,omitzero"`
	Path      string  `json:"path,omitzero"`
	Address   string  `json:"address,omitzero"` // what was dialled
	Status    int     `json:"status,omitzero"`
	Sent      int64   `json:"sentBytes"`
	Received  int64   `json:"receivedBytes"`
	Ms        float64 `json:"ms"`
	Dropped   int     `json:"dropped,omitzero"` // lines before this one that the reader was too slow for
}

func egressLineOf(r netproxy.Record) egressLine {
	line := egressLine{Timestamp: millis(r.Time), Worker: r.Who.Worker, Owner: r.Who.Owner, Role: r.Who.Role, Profile: r.Who.Profile,
		Outbound: r.Outbound, Kind: r.Kind, Verdict: "deny", Rule: r.Rule, Reason: r.Reason, Method: r.Method, Scheme: r.Scheme, Host: r.Host, Port: r.Port,
		Path: r.Path, Status: r.Status, Sent: r.Sent, Received: r.Received, Ms: float64(r.Duration) / float64(time.Millisecond)}
	switch {
	case r.Allowed:
		line.Verdict = "allow"
	case !r.Denied:
		line.Verdict = "error"
	}
	if r.Addr.IsValid() {
		line.Address = r.Addr.String()
	}
	return line
}

// attrs is the line for the log.
func (l egressLine) attrs() []slog.Attr {
	all := []slog.Attr{slog.String("verdict", l.Verdict), slog.String("worker", l.Worker), slog.Uint64("owner", uint64(l.Owner)), slog.String("profile", l.Profile),
		slog.String("outbound", l.Outbound), slog.String("kind", l.Kind), slog.String("scheme", l.Scheme), slog.String("host", l.Host), slog.Int("port", int(l.Port)),
		slog.Int64("sentBytes", l.Sent), slog.Int64("receivedBytes", l.Received), slog.Float64("ms", l.Ms)}
	for _, a := range [][2]string{{"role", l.Role}, {"method", l.Method}, {"path", l.Path}, {"address", l.Address}, {"rule", l.Rule}, {"reason", l.Reason}} {
		if a[1] != "" {
			all = append(all, slog.String(a[0], a[1]))
		}
	}
	if l.Status != 0 {
		all = append(all, slog.Int("status", l.Status))
	}
	return all
}

// egressLog is the last lines, and who reads along.
type egressLog struct {
	mu        sync.Mutex // guards what follows
	lines     []egressLine
	followers map[*egressFollower]bool
}

type egressFollower struct {
	lines   chan egressLine
	sees    func(egressLine) bool
	dropped int // guarded by egressLog.mu
}

func newEgressLog() *egressLog { return &egressLog{followers: make(map[*egressFollower]bool)} }

// add appends a line. It never waits for a reader.
func (l *egressLog) add(line egressLine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) >= 2*keptRecords {
		l.lines = append(l.lines[:0], l.lines[keptRecords:]...)
	}
	l.lines = append(l.lines, line)
	for f := range l.followers {
		f.offer(line)
	}
}

func (f *egressFollower) offer(line egressLine) {
	if !f.sees(line) {
		return
	}
	line.Dropped = f.dropped
	select {
	case f.lines <- line:
		f.dropped = 0
	default:
		f.dropped++
	}
}

// tail returns the last n lines that sees takes.
func (l *egressLog) tail(n int, sees func(egressLine) bool) []egressLine {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tailLocked(n, sees)
}

func (l *egressLog) tailLocked(n int, sees func(egressLine) bool) []egressLine {
	var last []egressLine
	for i := len(l.lines) - 1; i >= 0 && len(last) < n; i-- {
		if sees(l.lines[i]) {
			last = append(last, l.lines[i])
		}
	}
	slices.Reverse(last)
	return last
}

func (l *egressLog) follow(n int, sees func(egressLine) bool) ([]egressLine, *egressFollower, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.followers) >= maxFollowers {
		return nil, nil, false
	}
	f := &egressFollower{lines: make(chan egressLine, behind), sees: sees}
	l.followers[f] = true
	return l.tailLocked(n, sees), f, true
}

func (l *egressLog) leave(f *egressFollower) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.followers, f)
}

// handleEgress answers with the last requests that left the host or were kept from it, and with ?follow those to come
// (lines.go). A role that sees its own Workers only sees theirs.
func (s *Supervisor) handleEgress(w http.ResponseWriter, r *http.Request, c caller) error {
	q, err := parseLinesQuery(r)
	if err != nil {
		return err
	}
	sees := func(l egressLine) bool { return c.role.Sees(c.uid, l.Owner) }
	out := newLinesWriter(w, r)
	if !q.follow {
		out.begin()
		return writeLines(out, s.egress.audit.tail(q.tail, sees)...)
	}
	last, f, ok := s.egress.audit.follow(q.tail, sees)
	if !ok {
		return errFollowers
	}
	defer s.egress.audit.leave(f)
	out.begin()
	if err := writeLines(out, last...); err != nil {
		return err
	}
	return followLines(s, r, out, f.lines)
}
