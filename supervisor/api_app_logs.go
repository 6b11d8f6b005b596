package supervisor

import "net/http"

// handleAppLogs answers with the last lines of an app's log, and with
// ?follow those to come (lines.go).
func (s *Supervisor) handleAppLogs(w http.ResponseWriter, r *http.Request, c caller) error {
	a, err := s.namedApp(c, r)
	if err != nil {
		return err
	}
	q, err := parseLinesQuery(r)
	if err != nil {
		return err
	}
	out := newLinesWriter(w, r)
	if !q.follow {
		out.begin()
		return writeLines(out, a.log.tail(q.tail)...)
	}
	last, f, ok := a.log.follow(q.tail)
	if !ok {
		return errFollowers
	}
	defer a.log.leave(f)
	out.begin()
	if err := writeLines(out, last...); err != nil {
		return err
	}
	return followLines(s, r, out, f.lines)
}
