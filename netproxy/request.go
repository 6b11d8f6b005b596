package netproxy

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Request is what a Worker wants to send. All of it is the Worker's word.
type Request struct {
	Method  string
	URL     string
	Header  []Header
	Body    io.Reader // nil: none
	Length  int64     // of Body; -1: it ends where it ends
	Upgrade bool      // to a WebSocket
}

// Header is one header line.
type Header struct{ Name, Value string }

// MalformedError says what is wrong with a Request that no runtime of ours makes.
type MalformedError struct{ what string }

func (e *MalformedError) Error() string { return "cannot send the request: " + e.what }

func malformedf(what string) error { return &MalformedError{what} }

// maxURL and maxHeaders are what servers take at most.
const (
	maxURL     = 64 << 10
	maxHeaders = 128 << 10
)

// target reads where the request goes. The path is kept to the letter: what was decided is what is sent.
func (r *Request) target() (Dest, string, error) {
	if len(r.URL) > maxURL {
		return Dest{}, "", malformedf("the URL is too long")
	}
	u, err := url.Parse(r.URL)
	if err != nil || u.Opaque != "" || u.User != nil || u.Host == "" {
		return Dest{}, "", malformedf("the URL is malformed")
	}
	host, port, err := splitHost(u.Host)
	if err != nil {
		return Dest{}, "", err
	}
	d := Dest{Scheme: u.Scheme, Method: r.Method, Path: pathOf(r.URL)}
	if d.Port, err = portOf(u.Scheme, port); err != nil {
		return Dest{}, "", err
	}
	if d.Host, err = CanonicalHost(host); err != nil {
		return Dest{}, "", malformedf(err.Error())
	}
	if !wellFormedPath(d.Path) {
		return Dest{}, "", malformedf("the path is malformed")
	}
	return d, u.Host, nil
}

// portOf is the port that a URL names, or the one of its scheme.
func portOf(scheme, port string) (uint16, error) {
	usual, known := map[string]uint16{HTTP: 80, HTTPS: 443}[scheme]
	if !known {
		return 0, malformedf("the URL is neither http nor https")
	}
	if port == "" {
		return usual, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return 0, malformedf("the port is malformed")
	}
	return uint16(n), nil
}

// pathOf is what is behind the host, to the letter and with the query.
func pathOf(text string) string {
	_, rest, _ := strings.Cut(text, "://")
	rest, _, _ = strings.Cut(rest, "#")
	at := strings.IndexAny(rest, "/?")
	switch {
	case at < 0:
		return "/"
	case rest[at] == '?':
		return "/" + rest[at:]
	}
	return rest[at:]
}

// splitHost splits what is before the path; the host keeps its brackets.
func splitHost(authority string) (host, port string, err error) {
	end := strings.LastIndexByte(authority, ']') + 1
	if colon := strings.IndexByte(authority[end:], ':'); colon >= 0 {
		host, port = authority[:end+colon], authority[end+colon+1:]
	} else {
		host = authority
	}
	if host == "" || strings.ContainsAny(port, "[]:@/ ") {
		return "", "", malformedf("the host is malformed")
	}
	return host, port, nil
}

// ours are headers that the proxy writes itself, or that are between two hops.
var ours = map[string]bool{"Host": true, "Content-Length": true, "Connection": true, "Keep-Alive": true, "Proxy-Connection": true,
	"Transfer-Encoding": true, "Te": true, "Trailer": true, "Upgrade": true, "Sec-Websocket-Key": true,
	"Sec-Websocket-Version": true, "Sec-Websocket-Extensions": true}

// headers are the request's, without those that are ours. Without a User-Agent none is sent.
func (r *Request) headers() (http.Header, error) {
	out := http.Header{"User-Agent": {""}}
	size, agent := 0, false
	for _, h := range r.Header {
		if size += len(h.Name) + len(h.Value) + 4; size > maxHeaders {
			return nil, malformedf("the headers are too large")
		}
		if !isToken(h.Name) || !isFieldValue(h.Value) {
			return nil, malformedf("a header is malformed")
		}
		name := http.CanonicalHeaderKey(h.Name)
		switch {
		case ours[name]:
		case name == "User-Agent" && !agent:
			out[name], agent = []string{h.Value}, true
		default:
			out[name] = append(out[name], h.Value)
		}
	}
	return out, nil
}

// CheckHeader says whether a header can be sent as it is.
func CheckHeader(name, value string) error {
	switch {
	case !isToken(name):
		return errors.New("it is no name of a header")
	case !isFieldValue(value):
		return errors.New("it has characters that no header may have")
	}
	return nil
}

// isToken: RFC 9110, 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !('a' <= c && c <= 'z' || '0' <= s[i] && s[i] <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", s[i]) >= 0) {
			return false
		}
	}
	return s != ""
}

// isFieldValue: RFC 9110, 5.5.
func isFieldValue(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
