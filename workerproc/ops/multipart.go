package ops

import (
	"bytes"
	"mime"
	"strings"

	"stockade.dev/stockade/workerproc/engine"
)

var multipartOps = map[string]engine.Op{"multipartParse": multipartParse}

// maxParts bounds how many values a body is taken apart into.
const maxParts = 10_000

// multipartParse(bytes, boundary) reads multipart/form-data (RFC 7578) into
// [name, filename, type, bytes, …]; filename is undefined for plain fields.
func multipartParse(args []any) (any, error) {
	body, boundary := data(args, 0), text(args, 1)
	dash := []byte("--" + boundary)
	if boundary == "" || !bytes.HasPrefix(body, dash) {
		at := bytes.Index(body, append([]byte("\r\n"), dash...))
		if boundary == "" || at < 0 {
			return fail("TypeError", "No initial boundary string (or you have a truncated message).")
		}
		body = body[at+2:] // a preamble
	}
	out := []any{}
	for rest := body[len(dash):]; !bytes.HasPrefix(rest, []byte("--")); {
		part, after, ok := nextPart(rest, dash)
		if !ok || len(out) == 4*maxParts {
			return fail("TypeError", "No subsequent boundary string after multipart message.")
		}
		var wrong string
		if out, wrong = appendPart(out, part); wrong != "" {
			return fail("TypeError", wrong)
		}
		rest = after
	}
	return out, nil
}

// nextPart returns what stands between one boundary and the next.
func nextPart(rest, dash []byte) (part, after []byte, ok bool) {
	line := bytes.Index(rest, []byte("\r\n"))
	if line < 0 || len(bytes.TrimRight(rest[:line], " \t")) > 0 {
		return nil, nil, false
	}
	part = rest[line:] // begins with \r\n, as an empty header would
	return bytes.Cut(part, append([]byte("\r\n"), dash...))
}

// appendPart reads one part; wrong says why it can't.
func appendPart(out []any, part []byte) (more []any, wrong string) {
	head, content, ok := bytes.Cut(part, []byte("\r\n\r\n"))
	if !ok {
		return nil, "No multipart message header termination found."
	}
	there := false
	name, filename, kind := any(nil), any(nil), "text/plain"
	for line := range strings.SplitSeq(string(head), "\r\n") {
		key, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "content-disposition":
			there = true
			name, filename = disposition(value)
		case "content-type":
			kind = strings.TrimSpace(value)
		}
	}
	switch {
	case !there:
		return nil, "No valid Content-Disposition header found in FormData part."
	case name == nil:
		return nil, "Content-Disposition header in FormData part is missing a name."
	}
	return append(out, name, filename, kind, content), ""
}

var unescape = strings.NewReplacer("%0A", "\n", "%0D", "\r", "%22", `"`)

// disposition reads form-data; name="…"; filename="…". Browsers write a quote
// in them as %22 and a backslash as itself.
func disposition(value string) (name, filename any) {
	kind, params, _ := strings.Cut(value, ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "form-data") {
		return nil, nil
	}
	for params != "" {
		var key, v string
		key, params, _ = strings.Cut(params, "=")
		v, params = paramValue(strings.TrimSpace(params))
		switch strings.ToLower(strings.Trim(key, "; \t")) {
		case "name":
			name = unescape.Replace(v)
		case "filename":
			filename = unescape.Replace(v)
		case "filename*":
			if _, p, err := mime.ParseMediaType("x; filename*=" + v); err == nil {
				filename = p["filename"]
			}
		}
	}
	return name, filename
}

func paramValue(s string) (value, rest string) {
	if strings.HasPrefix(s, `"`) {
		value, rest = quotedValue(s[1:])
	} else {
		value, rest, _ = strings.Cut(s, ";")
		return strings.TrimSpace(value), rest
	}
	_, rest, _ = strings.Cut(rest, ";")
	return value, rest
}

// quotedValue reads up to the closing quote. A backslash before a quote is not part of the value; before anything else it
// is, since browsers don't escape it.
func quotedValue(s string) (value, rest string) {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return out.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == '"':
			i++
		}
		out.WriteByte(s[i])
	}
	return out.String(), ""
}
