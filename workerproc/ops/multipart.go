package ops

import (
	"bytes"
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
	at := bytes.Index(body, dash)
	if boundary == "" || at < 0 {
		return fail("TypeError", "No initial boundary string (or you have a truncated message).")
	}
	out := []any{}
	for rest := body[at+len(dash):]; !bytes.HasPrefix(rest, []byte("--")); {
		var wrong string
		if out, rest, wrong = takePart(out, rest, dash); wrong != "" {
			return fail("TypeError", wrong)
		}
	}
	return out, nil
}

const noEnd = "No subsequent boundary string after multipart message."

// takePart reads what stands between one boundary and the next; wrong says why
// it can't.
func takePart(out []any, rest, dash []byte) (more []any, after []byte, wrong string) {
	if len(rest) == 0 {
		return nil, nil, noEnd
	}
	line, rest, ok := bytes.Cut(rest, []byte("\n"))
	if !ok || len(bytes.TrimRight(line, " \t\r")) > 0 {
		return nil, nil, "Boundary string was not succeeded by CRLF, LF, or '--'."
	}
	head, content, ok := cutHead(rest)
	if !ok {
		return nil, nil, "No multipart message header termination found."
	}
	content, after, ok = bytes.Cut(content, append([]byte("\n"), dash...))
	if !ok || len(out) == 4*maxParts {
		return nil, nil, noEnd
	}
	more, wrong = appendPart(out, head, bytes.TrimSuffix(content, []byte("\r")))
	return more, after, wrong
}

// cutHead cuts a part at its first empty line, whose ends may be those of any
// system.
func cutHead(part []byte) (head, content []byte, ok bool) {
	for at := 0; ; {
		n := bytes.IndexByte(part[at:], '\n')
		if n < 0 {
			return nil, nil, false
		}
		rest := part[at+n+1:]
		for _, end := range []string{"\r\n", "\n"} {
			if bytes.HasPrefix(rest, []byte(end)) {
				return part[:at+n], rest[len(end):], true
			}
		}
		at += n + 1
	}
}

// appendPart reads one part.
func appendPart(out []any, head, content []byte) (more []any, wrong string) {
	there := false
	name, filename, kind := any(nil), any(nil), ""
	for line := range strings.SplitSeq(string(head), "\n") {
		key, value, ok := strings.Cut(strings.TrimSuffix(line, "\r"), ":")
		if !ok || key == "" || strings.ContainsAny(key, " \t") {
			return nil, "FormData part had invalid headers."
		}
		switch strings.ToLower(key) {
		case "content-disposition":
			there = true
			if name, filename, wrong = disposition(value); wrong != "" {
				return nil, wrong
			}
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
// in them as %22 and a backslash as itself. Where no file was chosen, they send
// an empty name of one, which makes no file.
func disposition(value string) (name, filename any, wrong string) {
	kind, params, _ := strings.Cut(value, ";")
	if kind = strings.TrimSpace(kind); !strings.EqualFold(kind, "form-data") {
		return nil, nil, `Content-Disposition header for FormData part must have the value "form-data", possibly followed by parameters. Got: "` + kind + `"`
	}
	for params != "" {
		var key, v string
		key, params, _ = strings.Cut(params, "=")
		v, params = paramValue(strings.TrimSpace(params))
		switch strings.ToLower(strings.Trim(key, "; \t")) {
		case "name":
			name = unescape.Replace(v)
		case "filename":
			if v != "" {
				filename = unescape.Replace(v)
			}
		}
	}
	return name, filename, ""
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
