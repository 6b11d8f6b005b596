package supervisor

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
)

// decodeJSON reads one JSON value into v. It is strict: unknown and repeated
// members are errors. Errors name the place as a JSON pointer (RFC 6901).
func decodeJSON(r io.Reader, v any) error {
	err := json.UnmarshalRead(r, v, json.RejectUnknownMembers(true))
	var large *http.MaxBytesError
	var e *rpc.Error
	var semantic *json.SemanticError
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return limitError("requestBody", fmt.Sprintf("The request is larger than %d bytes.", large.Limit), large.Limit, large.Limit+1)
	case errors.As(err, &e):
		return e
	case errors.As(err, &semantic):
		return jsonError(semantic.JSONPointer, describeSemantic(semantic))
	case errors.As(err, &syntax):
		return jsonError(syntax.JSONPointer, describeSyntax(syntax))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return rpc.Errorf(rpc.BadRequest, "The request body ends before its JSON does.")
	}
	return rpc.Errorf(rpc.BadRequest, "The request body could not be read.")
}

func jsonError(at jsontext.Pointer, what string) *rpc.Error {
	e := rpc.Errorf(rpc.BadRequest, "%s: %s", where(at), what)
	e.File = string(at)
	return e
}

func where(at jsontext.Pointer) string {
	if at == "" {
		return "request body"
	}
	return string(at)
}

func describeSyntax(e *jsontext.SyntacticError) string {
	if errors.Is(e.Err, jsontext.ErrDuplicateName) {
		return "this member stands here twice"
	}
	if errors.Is(e.Err, io.ErrUnexpectedEOF) {
		return "the JSON ends here, unfinished"
	}
	return fmt.Sprintf("not JSON: %v (byte %d)", e.Err, e.ByteOffset)
}

func describeSemantic(e *json.SemanticError) string {
	if errors.Is(e.Err, json.ErrUnknownName) {
		return "unknown field"
	}
	want := describeType(e.GoType)
	if e.JSONKind == 0 || want == "" {
		if e.Err != nil {
			return e.Err.Error()
		}
		return "this value can't be used here"
	}
	return fmt.Sprintf("expected %s, found %s", want, kinds[e.JSONKind])
}

var kinds = map[jsontext.Kind]string{'n': "null", 'f': "a boolean", 't': "a boolean", '"': "a string",
	'0': "another number", '{': "an object", '[': "an array", '}': "the object's end", ']': "the array's end"}

func describeType(t reflect.Type) string {
	if t == nil {
		return ""
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[[]byte]():
		return "a string in base64"
	case t.Kind() == reflect.Map, t.Kind() == reflect.Struct:
		return "an object"
	case t.Kind() == reflect.Slice:
		return "an array"
	case t.Kind() == reflect.String:
		return "a string"
	case t.Kind() == reflect.Bool:
		return "a boolean"
	case t.Kind() == reflect.Int64, t.Kind() == reflect.Int:
		return "a whole number"
	}
	return ""
}

// writeJSON answers with v.
func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true)) // some of it comes from a jail
	if err != nil {                                            // of our own types only: a bug
		http.Error(w, `{"error":{"kind":"internal","message":"The answer could not be written."}}`, http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(b)
}

// errorBody is an error as API clients see it.
type errorBody struct {
	Kind    rpc.Kind     `json:"kind"`
	Message string       `json:"message"`
	Details errorDetails `json:"details,omitzero"`
}

type errorDetails struct {
	Name   string      `json:"name,omitzero"`
	Stack  string      `json:"stack,omitzero"`
	Frame  string      `json:"frame,omitzero"`
	File   string      `json:"file,omitzero"`
	Path   string      `json:"path,omitzero"` // JSON pointer into the request
	Line   int         `json:"line,omitzero"`
	Column int         `json:"column,omitzero"`
	Limit  *limitUsage `json:"limit,omitzero"`
}

type limitUsage struct {
	Which string `json:"which"`
	Value int64  `json:"value"`
	Used  int64  `json:"used"`
}

func newErrorBody(e *rpc.Error) errorBody {
	b := errorBody{Kind: e.Kind, Message: e.Message,
		Details: errorDetails{Name: e.Name, Stack: e.Stack, Frame: e.Frame, Line: e.Line, Column: e.Column}}
	if e.Kind == rpc.BadRequest {
		b.Details.Path = e.File
	} else {
		b.Details.File = e.File
	}
	if e.Limit != nil {
		b.Details.Limit = (*limitUsage)(e.Limit)
	}
	return b
}

// writeError answers with err.
func writeError(w http.ResponseWriter, err error) {
	e := asError(err)
	if e.Kind == rpc.Overloaded {
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Stockade-Error", string(e.Kind))
	writeJSON(w, statusOf(e), struct {
		Error errorBody `json:"error"`
	}{newErrorBody(e)})
}
