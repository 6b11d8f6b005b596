package workerproc

import (
	"encoding/binary"
	"fmt"
	"strings"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// A coded value is text (JSON, parts/codec.js) with bytes and capabilities beside it, to which the text refers by their
// place. In the runtime it is [text, [bytes, …], [capability, …]]; in a frame its data is the text and the bytes, each
// with its length before it.

func tooLarge(size int) error {
	return &engine.Error{Name: "Error", Message: fmt.Sprintf("Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: %d bytes.", size)}
}

// errValue is for a value that another isolate has sent and that isn't one.
var errValue = &engine.Error{Name: "TypeError", Message: "The value that came from the other side is malformed."}

// coded makes a value for a frame of one of the runtime's. Its exports become those of v.
func (i *isolate) coded(v *invocation, value any) (rpc.Value, error) {
	return i.codedUpTo(rpc.MaxValue, v, value)
}

func (i *isolate) codedUpTo(most int, v *invocation, value any) (rpc.Value, error) {
	parts, _ := value.([]any)
	if len(parts) == 0 {
		return rpc.Value{}, nil
	}
	text, _ := parts[0].(string)
	blobs, _ := arg[[]any](parts, 1)
	caps, _ := arg[[]any](parts, 2)
	size := len(text)
	for _, b := range blobs {
		size += len(bytesOf(b))
	}
	if size > most {
		return rpc.Value{}, tooLarge(size)
	}
	data := make([]byte, 0, size+8*(1+len(blobs)))
	data = append(binary.AppendUvarint(data, uint64(len(text))), text...)
	for _, b := range blobs {
		bytes := bytesOf(b)
		data = append(binary.AppendUvarint(data, uint64(len(bytes))), bytes...)
	}
	out := rpc.Value{Data: data}
	for _, c := range caps {
		cap, err := i.capability(v, c)
		if err != nil {
			i.retract(v, out.Caps)
			return rpc.Value{}, err
		}
		out.Caps = append(out.Caps, cap)
	}
	return out, nil
}

// retract takes back the exports of a value that isn't sent.
func (i *isolate) retract(v *invocation, caps []rpc.Cap) {
	for _, c := range caps {
		if c.Kind == rpc.CapExport {
			v.pass(i.exports[c.ID].lent, -1)
			delete(i.exports, c.ID)
		}
	}
}

// export is what an invocation has passed out. Lent is an argument: an invocation that is over otherwise doesn't go on for those.
type export struct {
	owner *invocation
	lent  bool
}

// pass counts what the invocation has passed out.
func (v *invocation) pass(lent bool, n int) {
	if lent {
		v.lent += n
	} else {
		v.exports += n
	}
}

// capability reads [kind, id], [kind, id, lent] or [CapEntrypoint, Worker's grant or 0, entrypoint, props, limits].
func (i *isolate) capability(v *invocation, value any) (rpc.Cap, error) {
	parts, _ := value.([]any)
	kind, _ := arg[float64](parts, 0)
	id, _ := arg[float64](parts, 1)
	c := rpc.Cap{Kind: rpc.CapKind(kind), ID: uint32(id)}
	switch c.Kind {
	case rpc.CapExport:
		if v == nil || i.exports[c.ID].owner != nil {
			return c, &engine.Error{Name: "Error", Message: "Functions and RpcTargets can only be passed on while a request is being handled."}
		}
		lent, _ := arg[bool](parts, 2)
		i.exports[c.ID] = export{v, lent}
		v.pass(lent, 1)
	case rpc.CapEntrypoint:
		var err error
		c.Entrypoint, _ = arg[string](parts, 2)
		c.Limits, _ = arg[string](parts, 4)
		if c.Props, err = i.coded(v, member(parts, 3)); err != nil {
			return c, err
		}
	}
	return c, nil
}

// given makes the runtime's form of a value that came in: [text, blobs, grants].
func given(g rpc.Given) (any, error) {
	if len(g.Data) == 0 {
		return nil, nil
	}
	pieces, err := piecesOf(g.Data)
	if err != nil {
		return nil, err
	}
	blobs := make([]any, 0, len(pieces))
	for _, b := range pieces[1:] {
		blobs = append(blobs, b)
	}
	grants := make([]any, len(g.Grants))
	for n, grant := range g.Grants {
		grants[n] = int64(grant)
		if n < len(g.Own) && g.Own[n] != 0 {
			grants[n] = []any{int64(grant), int64(g.Own[n])}
		}
	}
	return []any{strings.ToValidUTF8(string(pieces[0]), "\ufffd"), blobs, grants}, nil
}

func piecesOf(data []byte) (pieces [][]byte, err error) {
	for len(data) > 0 {
		n, size := binary.Uvarint(data)
		if size <= 0 || n > uint64(len(data)-size) {
			return nil, errValue
		}
		pieces = append(pieces, data[size:size+int(n)])
		data = data[size+int(n):]
	}
	return pieces, nil
}
