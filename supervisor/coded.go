package supervisor

import (
	"encoding/binary"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/netproxy"
	"stockade.dev/stockade/rpc"
)

// What the network answers and understands of coded values (workerproc/runtime/parts/codec.js): requests, responses, bytes,
// and lists of simple values. All of it comes from a jail.

var errMalformedValue = rpc.Errorf(rpc.BadRequest, "The value is malformed.")

// fetchRequest is a Request as an isolate sends it.
type fetchRequest struct {
	Method   string         `json:"m"`
	URL      string         `json:"u"`
	Header   []string       `json:"h"` // name, value, name, value, …
	Redirect string         `json:"r"`
	Body     jsontext.Value `json:"b"` // null, ["s", text], ["b", blob] or ["R", capability, bytes]
	Signal   jsontext.Value `json:"g,omitzero"`
	CF       jsontext.Value `json:"cf,omitzero"`
}

// pieces are the text of a coded value and the bytes beside it.
func pieces(data []byte) (text []byte, blobs [][]byte, err error) {
	for first := true; len(data) > 0 || first; first = false {
		piece, rest, ok := firstPiece(data)
		if !ok {
			return nil, nil, errMalformedValue
		}
		if first {
			text = piece
		} else {
			blobs = append(blobs, piece)
		}
		data = rest
	}
	return text, blobs, nil
}

// codedList reads the members of a coded list.
func codedList(text []byte) ([]jsontext.Value, error) {
	var outer [][]jsontext.Value
	if err := json.Unmarshal(text, &outer); err != nil || len(outer) != 1 {
		return nil, errMalformedValue
	}
	return outer[0], nil
}

// form is [tag, …].
type form struct {
	tag  string
	rest []jsontext.Value
}

func formOf(v jsontext.Value) (form, error) {
	var all []jsontext.Value
	if err := json.Unmarshal(v, &all); err != nil || len(all) == 0 {
		return form{}, errMalformedValue
	}
	var f form
	if err := json.Unmarshal(all[0], &f.tag); err != nil {
		return form{}, errMalformedValue
	}
	f.rest = all[1:]
	return f, nil
}

func (f form) number(n int) (int, bool) {
	if n >= len(f.rest) {
		return 0, false
	}
	var i int
	err := json.Unmarshal(f.rest[n], &i)
	return i, err == nil
}

// capAt returns the capability that a form refers to.
func (f form) capAt(n int, caps []capability) (capability, error) {
	i, ok := f.number(n)
	if !ok || i < 0 || i >= len(caps) {
		return nil, errMalformedValue
	}
	return caps[i], nil
}

// streamAt is the same for a stream or a signal: an object of an isolate's, or a stream of ours. Nothing else is called from
// here.
func (f form) streamAt(n int, caps []capability) (capability, error) {
	c, err := f.capAt(n, caps)
	switch c.(type) {
	case *exportCap, *streamCap:
		return c, err
	}
	return nil, errMalformedValue
}

// elementSizes are the views of a buffer, and how large an element of each is.
var elementSizes = map[string]int{"Uint8Array": 1, "Uint8ClampedArray": 1, "Int8Array": 1, "DataView": 1, "Int16Array": 2, "Uint16Array": 2, "Float16Array": 2,
	"Int32Array": 4, "Uint32Array": 4, "Float32Array": 4, "Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8}

// bytes returns the bytes of a buffer, ["b", blob], or of a view, ["t", kind, ["b", blob], offset, length].
func (f form) bytes(blobs [][]byte) ([]byte, error) {
	if f.tag == "b" {
		i, ok := f.number(0)
		if !ok || i < 0 || i >= len(blobs) {
			return nil, errMalformedValue
		}
		return blobs[i], nil
	}
	if i, short := f.number(1); f.tag == "t" && short && len(f.rest) == 2 && 0 <= i && i < len(blobs) {
		return blobs[i], nil // as the supervisor itself writes it
	}
	var kind string
	if f.tag != "t" || len(f.rest) != 4 || json.Unmarshal(f.rest[0], &kind) != nil || elementSizes[kind] == 0 {
		return nil, errMalformedValue
	}
	of, err := formOf(f.rest[1])
	if err != nil || of.tag != "b" {
		return nil, errMalformedValue
	}
	all, err := of.bytes(blobs)
	from, ok1 := f.number(2)
	length, ok2 := f.number(3)
	if err != nil || !ok1 || !ok2 || from < 0 || length < 0 || from > len(all) || length > (len(all)-from)/elementSizes[kind] {
		return nil, errMalformedValue
	}
	return all[from : from+length*elementSizes[kind]], nil
}

// fetchRequestOf reads the arguments of fetch(): one Request.
func fetchRequestOf(text []byte) (*fetchRequest, error) {
	args, err := codedList(text)
	if err != nil || len(args) != 1 {
		return nil, errMalformedValue
	}
	f, err := formOf(args[0])
	if err != nil || f.tag != "Q" || len(f.rest) != 1 {
		return nil, errMalformedValue
	}
	r := new(fetchRequest)
	if err := json.Unmarshal(f.rest[0], r); err != nil || len(r.Header)%2 != 0 {
		return nil, errMalformedValue
	}
	return r, nil
}

func (r *fetchRequest) headers() []netproxy.Header {
	all := make([]netproxy.Header, 0, len(r.Header)/2)
	for i := 0; i < len(r.Header); i += 2 {
		all = append(all, netproxy.Header{Name: r.Header[i], Value: r.Header[i+1]})
	}
	return all
}

// fetchResponse is a Response as an isolate takes it.
type fetchResponse struct {
	Status     int            `json:"s"`
	StatusText string         `json:"t"`
	Header     []string       `json:"h"`
	URL        string         `json:"u"`
	Type       string         `json:"y"`
	Redirected bool           `json:"d"`
	Body       jsontext.Value `json:"b"`
	Encoding   string         `json:"z,omitzero"` // how the body is compressed
	Socket     *int           `json:"w,omitzero"` // the capability that is the WebSocket
	FromNet    bool           `json:"n,omitzero"` // its headers can't be changed
}

// fetchResponseOf reads the result of fetch(): one Response.
func fetchResponseOf(data []byte) (*fetchResponse, [][]byte, error) {
	text, blobs, err := pieces(data)
	if err != nil {
		return nil, nil, err
	}
	f, err := formOf(text)
	r := new(fetchResponse)
	if err != nil || f.tag != "P" || len(f.rest) != 1 || json.Unmarshal(f.rest[0], r) != nil || len(r.Header)%2 != 0 {
		return nil, nil, errMalformedValue
	}
	return r, blobs, nil
}

func codedText(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		b = []byte(`["u"]`) // of our own types only
	}
	return b
}

// appendPieces is a coded value: its text, and the bytes beside it.
func appendPieces(text []byte, blobs ...[]byte) []byte {
	size := len(text) + binary.MaxVarintLen64
	for _, b := range blobs {
		size += len(b) + binary.MaxVarintLen64
	}
	data := appendPiece(make([]byte, 0, size), text)
	for _, b := range blobs {
		data = appendPiece(data, b)
	}
	return data
}

// codedError is an error as it is thrown in the isolate.
func codedError(name, message string, own map[string]any) []byte {
	if own == nil {
		own = map[string]any{}
	}
	return appendPieces(codedText([]any{"e", name, message, "", "", own}))
}

// textOrBytes reads an argument that is one of them.
func textOrBytes(v jsontext.Value, blobs [][]byte) (text string, data []byte, isText bool, err error) {
	if v.Kind() == '"' {
		err = json.Unmarshal(v, &text)
		return text, nil, true, err
	}
	f, err := formOf(v)
	if err != nil {
		return "", nil, false, err
	}
	data, err = f.bytes(blobs)
	return "", data, false, err
}
