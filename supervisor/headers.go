package supervisor

import (
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/net/http/httpguts"

	"stockade.dev/stockade/rpc"
)

// jsonHeaders are headers in JSON: an object of strings; a header that is
// there several times has an array of them.
type jsonHeaders []rpc.Header

// UnmarshalJSONFrom reads headers from their JSON.
func (h *jsonHeaders) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '{' {
		return errors.New("expected an object of header names and values")
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		if err := h.readValues(d, name.String()); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

func (h *jsonHeaders) readValues(d *jsontext.Decoder, name string) error {
	var values []string
	if d.PeekKind() == '[' {
		if err := json.UnmarshalDecode(d, &values); err != nil {
			return err
		}
	} else {
		values = make([]string, 1)
		if err := json.UnmarshalDecode(d, &values[0]); err != nil {
			return err
		}
	}
	for _, v := range values {
		*h = append(*h, rpc.Header{Name: name, Value: v})
	}
	return nil
}

// check refuses what can't be a header (RFC 9110, sections 5.1 and 5.5), and
// puts names in lower case.
func (h jsonHeaders) check() error {
	for i, line := range h {
		if !httpguts.ValidHeaderFieldName(line.Name) || !httpguts.ValidHeaderFieldValue(line.Value) {
			return jsonError("/request/headers", fmt.Sprintf("%.100q: %.100q is no header", line.Name, line.Value))
		}
		h[i].Name = strings.ToLower(line.Name)
	}
	return nil
}

// MarshalJSONTo writes headers as JSON, in their order.
func (h jsonHeaders) MarshalJSONTo(e *jsontext.Encoder) error {
	values := make(map[string][]string)
	var order []string
	for _, line := range h {
		name := strings.ToLower(line.Name)
		if values[name] == nil {
			order = append(order, name)
		}
		values[name] = append(values[name], line.Value)
	}
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, name := range order {
		if err := writeHeader(e, name, values[name]); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndObject)
}

func writeHeader(e *jsontext.Encoder, name string, values []string) error {
	if err := e.WriteToken(jsontext.String(name)); err != nil {
		return err
	}
	if len(values) == 1 {
		return e.WriteToken(jsontext.String(values[0]))
	}
	return json.MarshalEncode(e, values)
}

// hopByHop headers belong to one connection and are not forwarded (RFC 9110,
// section 7.6.1).
var hopByHop = map[string]bool{"Connection": true, "Keep-Alive": true, "Proxy-Authenticate": true,
	"Proxy-Authorization": true, "Proxy-Connection": true, "Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true}

// ours choose the entrypoint and its options; a Worker doesn't see them.
const ours = "Stockade-"

// forward returns a request's headers as the Worker sees them.
func forward(r *http.Request) []rpc.Header {
	headers := make([]rpc.Header, 0, len(r.Header)+1)
	headers = append(headers, rpc.Header{Name: "host", Value: r.Host})
	named := connectionHeaders(r.Header)
	for name, values := range r.Header {
		if hopByHop[name] || named[name] || strings.HasPrefix(name, ours) {
			continue
		}
		lower := strings.ToLower(name)
		for _, v := range values {
			headers = append(headers, rpc.Header{Name: lower, Value: v})
		}
	}
	return headers
}

// connectionHeaders are those that Connection names.
func connectionHeaders(h http.Header) map[string]bool {
	if len(h["Connection"]) == 0 {
		return nil
	}
	named := make(map[string]bool)
	for _, line := range h["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			named[textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))] = true
		}
	}
	return named
}

// validHeaders leaves out what isn't a header (RFC 9110, sections 5.1 and 5.5): they come from a jail. net/http would take
// some of it for trailers, and send NUL.
func validHeaders(from []rpc.Header) []rpc.Header {
	return slices.DeleteFunc(from, func(line rpc.Header) bool {
		return !httpguts.ValidHeaderFieldName(line.Name) || !httpguts.ValidHeaderFieldValue(line.Value)
	})
}

// answerHeaders puts a Worker's response headers into h.
func answerHeaders(h http.Header, from []rpc.Header) {
	for _, line := range validHeaders(from) {
		name := textproto.CanonicalMIMEHeaderKey(line.Name)
		if !hopByHop[name] && name != "Content-Length" && !strings.HasPrefix(name, ours) {
			h[name] = append(h[name], line.Value)
		}
	}
	if h["Content-Type"] == nil {
		h["Content-Type"] = nil // net/http would guess one
	}
}
