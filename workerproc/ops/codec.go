package ops

import (
	"bytes"
	"errors"
	"io"
	"iter"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"stockade.dev/stockade/workerproc/engine"
)

// codecs are the streams that are being compressed or decompressed, by
// number. Each belongs to an invocation and ends with it at the latest.
type codecs struct {
	open map[int]*codec
	last int
}

// maxCodecs bounds them: one that compresses takes up to 1.3 MB.
const maxCodecs = 64

// maxStep bounds what one read returns. A zip bomb goes off no faster than
// somebody reads.
const maxStep = 64 << 10

// codec takes input by write and end, and gives output by read.
type codec struct {
	owner int
	write func([]byte) error
	end   func() error
	read  func() ([]byte, error) // nil: it wants more input, or that was all
	close func()

	// Those of node:zlib can also:
	flush  func(kind int) error
	params func(level int) error
	left   func() int  // how much input was not taken
	ended  func() bool // there is no more to come
}

const (
	errTrailing     = "Trailing bytes after end of compressed data"
	errIncomplete   = "Called close() on a decompression stream with incomplete data"
	errDecompress   = "Decompression failed."
	errCompress     = "Compression failed."
	errUnknownCodec = "The stream has ended with the request that made it."
)

func newCodecOps() map[string]engine.Op {
	c := &codecs{open: map[int]*codec{}}
	return map[string]engine.Op{
		"codecOpen": c.opOpen, "codecWrite": c.opWrite, "codecEnd": c.opEnd, "codecRead": c.opRead,
		"codecClose": c.opClose, "codecForget": c.opForget,
		"codecNode": c.opNode, "codecFlush": c.opFlush, "codecParams": c.opParams, "codecState": c.opState,
	}
}

// codecOpen(compress, format, owner) returns the number of a new codec.
func (c *codecs) opOpen(args []any) (any, error) {
	if flag(args, 0) {
		return c.add(newCompressor(text(args, 1)), number(args, 2))
	}
	return c.add(newDecompressor(text(args, 1)), number(args, 2))
}

// codecNode(compress, format, owner, settings, dictionary) returns the number
// of a new codec for node:zlib.
func (c *codecs) opNode(args []any) (any, error) {
	if flag(args, 0) {
		return c.add(newNodeEncoder(text(args, 1), nodeSettings(args, 3, 4)).codec(), number(args, 2))
	}
	return c.add(newNodeDecoder(text(args, 1), data(args, 4)), number(args, 2))
}

func (c *codecs) add(k *codec, owner int) (any, error) {
	if len(c.open) >= maxCodecs {
		k.close()
		return fail("RangeError", "Too many compression streams are open.")
	}
	k.owner = owner
	c.last++
	c.open[c.last] = k
	return c.last, nil
}

func (c *codecs) with(args []any, f func(*codec) (any, error)) (any, error) {
	k := c.open[number(args, 0)]
	if k == nil {
		return fail("TypeError", errUnknownCodec)
	}
	return f(k)
}

// withNode is with one of node:zlib's; decoders have no flush, encoders no state.
func (c *codecs) withNode(args []any, able func(*codec) bool, f func(*codec) (any, error)) (any, error) {
	return c.with(args, func(k *codec) (any, error) {
		if !able(k) {
			return nil, nil
		}
		return f(k)
	})
}

// codecWrite(n, bytes) gives input.
func (c *codecs) opWrite(args []any) (any, error) {
	return c.with(args, func(k *codec) (any, error) { return nil, k.write(data(args, 1)) })
}

// codecEnd(n) says that there is no more input.
func (c *codecs) opEnd(args []any) (any, error) {
	return c.with(args, func(k *codec) (any, error) { return nil, k.end() })
}

// codecFlush(n, kind) has it give what it holds back; the kinds are zlib's.
func (c *codecs) opFlush(args []any) (any, error) {
	return c.withNode(args, func(k *codec) bool { return k.flush != nil }, func(k *codec) (any, error) { return nil, k.flush(number(args, 1)) })
}

// codecParams(n, level) goes on at another level.
func (c *codecs) opParams(args []any) (any, error) {
	return c.withNode(args, func(k *codec) bool { return k.params != nil }, func(k *codec) (any, error) { return nil, k.params(number(args, 1)) })
}

// codecState(n) returns [bytes of input that were not taken, whether it has ended].
func (c *codecs) opState(args []any) (any, error) {
	return c.withNode(args, func(k *codec) bool { return k.left != nil }, func(k *codec) (any, error) { return []any{k.left(), k.ended()}, nil })
}

// codecRead(n) returns some output; undefined when there is none for now.
func (c *codecs) opRead(args []any) (any, error) {
	return c.with(args, func(k *codec) (any, error) {
		b, err := k.read()
		if b == nil || err != nil {
			return nil, err
		}
		return b, nil
	})
}

// codecClose(n) forgets a codec.
func (c *codecs) opClose(args []any) (any, error) {
	c.drop(number(args, 0))
	return nil, nil
}

// codecForget(owner) forgets those of an invocation.
func (c *codecs) opForget(args []any) (any, error) {
	for n, k := range c.open {
		if k.owner == number(args, 0) {
			c.drop(n)
		}
	}
	return nil, nil
}

func (c *codecs) drop(n int) {
	if k := c.open[n]; k != nil {
		k.close()
		delete(c.open, n)
	}
}

// --- compression

func newCompressor(format string) *codec {
	var (
		out bytes.Buffer
		w   io.WriteCloser
	)
	started := func() io.WriteCloser {
		if w == nil {
			w = newWriter(format, &out)
		}
		return w
	}
	return &codec{
		write: func(b []byte) error { _, err := started().Write(b); return failedCompression(err) },
		end:   func() error { return failedCompression(started().Close()) },
		read: func() ([]byte, error) {
			if out.Len() == 0 {
				return nil, nil
			}
			return bytes.Clone(out.Next(maxStep)), nil
		},
		close: func() {},
	}
}

func failedCompression(err error) error {
	if err != nil {
		return &engine.Error{Name: "TypeError", Message: errCompress}
	}
	return nil
}

func newWriter(format string, out io.Writer) io.WriteCloser {
	switch format {
	case "gzip":
		return gzip.NewWriter(out)
	case "deflate":
		return zlib.NewWriter(out)
	case "br":
		return brotli.NewWriterLevel(out, 4)
	}
	w, _ := flate.NewWriter(out, flate.DefaultCompression) // fails for a wrong level only
	return w
}

// --- decompression

// source is what a decoder reads from. When there is no input left, it waits:
// it hands control back to whoever reads the codec.
type source struct {
	pending []byte
	ended   bool
	wait    func() bool // false: nobody wants more
}

func (s *source) more() error {
	for len(s.pending) == 0 {
		if s.ended || !s.wait() {
			return io.EOF
		}
	}
	return nil
}

func (s *source) Read(b []byte) (int, error) {
	if err := s.more(); err != nil {
		return 0, err
	}
	n := copy(b, s.pending)
	s.pending = s.pending[n:]
	return n, nil
}

func (s *source) ReadByte() (byte, error) {
	if err := s.more(); err != nil {
		return 0, err
	}
	c := s.pending[0]
	s.pending = s.pending[1:]
	return c, nil
}

// newDecompressor runs a decoder, which pulls its input, as a coroutine that
// yields its output, nil when it wants input.
func newDecompressor(format string) *codec {
	s := &source{}
	var failure error
	next, stop := iter.Pull(func(yield func([]byte) bool) {
		s.wait = func() bool { return yield(nil) }
		failure = inflate(format, s, yield)
	})
	finished := false
	return &codec{
		write: func(b []byte) error {
			if finished && failure == nil && len(b) > 0 {
				return &engine.Error{Name: "TypeError", Message: errTrailing}
			}
			s.pending = append(s.pending, b...)
			return nil
		},
		end: func() error { s.ended = true; return nil },
		read: func() ([]byte, error) {
			if finished {
				return nil, failure
			}
			b, more := next()
			finished = !more
			return b, failure
		},
		close: stop,
	}
}

func inflate(format string, s *source, yield func([]byte) bool) error {
	r, err := newReader(format, s, nil)
	for err == nil {
		buffer := make([]byte, maxStep)
		var n int
		n, err = r.Read(buffer)
		if n > 0 && !yield(buffer[:n]) {
			return nil
		}
	}
	switch {
	case errors.Is(err, io.EOF) && r != nil && len(s.pending) > 0:
		return &engine.Error{Name: "TypeError", Message: errTrailing}
	case errors.Is(err, io.EOF) && r != nil:
		return nil
	case s.ended && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)):
		return &engine.Error{Name: "TypeError", Message: errIncomplete}
	}
	return &engine.Error{Name: "TypeError", Message: errDecompress}
}
