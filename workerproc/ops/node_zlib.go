package ops

import (
	"bytes"
	"hash/crc32"
	"io"
	"iter"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"stockade.dev/stockade/workerproc/engine"
)

// nodeZlibOps are what node:zlib is made of, besides the codecs (codec.go).
var nodeZlibOps = map[string]engine.Op{
	"nodeCompress":   nodeCompress,
	"nodeDecompress": nodeDecompress,
	"nodeCrc32": func(args []any) (any, error) {
		return int64(crc32.Update(uint32(number(args, 1)), crc32.IEEETable, data(args, 0))), nil
	},
}

// nodeCompress(format, data, settings, dictionary, flush) compresses; the
// format is "gzip", "deflate", "raw", "br" or "zstd", flush what ends it.
func nodeCompress(args []any) (any, error) {
	c := newNodeEncoder(text(args, 0), nodeSettings(args, 2, 3))
	if err := c.write(data(args, 1)); err != nil {
		return nil, err
	}
	if err := c.flush(number(args, 4)); err != nil {
		return nil, err
	}
	return c.out.Bytes(), nil
}

// nodeDecompress(format, data, max, dictionary) decompresses. It returns
// [bytes, what is wrong]: "too large" when more than max bytes would come
// out, or one of problemOf.
func nodeDecompress(args []any) (any, error) {
	limit := number(args, 2)
	s := &source{pending: data(args, 1), ended: true}
	var out bytes.Buffer
	problem := nodeInflate(text(args, 0), data(args, 3), s, func(b []byte) bool {
		out.Write(b)
		return out.Len() <= limit
	})
	if out.Len() > limit {
		out.Truncate(limit)
		problem = "too large"
	}
	return []any{out.Bytes(), problem}, nil
}

// nodeInflate decodes s to the end, all members of it, and says what is wrong.
func nodeInflate(format string, dictionary []byte, s *source, yield func([]byte) bool) string {
	for first := true; first || format == "gzip" && s.more() == nil && s.pending[0] != 0; first = false {
		if problem := nodeInflateOne(format, dictionary, s, yield); problem != "" {
			return problem
		}
	}
	return ""
}

func nodeInflateOne(format string, dictionary []byte, s *source, yield func([]byte) bool) string {
	if format == "gzip" && s.more() == nil && s.pending[0] != 0x1f {
		return "header"
	}
	r, err := newReader(format, s, dictionary)
	for err == nil {
		buffer := make([]byte, maxStep)
		var n int
		n, err = r.Read(buffer)
		if n > 0 && !yield(buffer[:n]) {
			return ""
		}
	}
	if err == io.EOF && r != nil {
		return ""
	}
	return problemOf(err)
}

// newReader reads what is in a format. Only node:zlib has dictionaries, and zstd.
func newReader(format string, s *source, dictionary []byte) (io.Reader, error) {
	switch format {
	case "gzip":
		r, err := gzip.NewReader(s)
		if err != nil {
			return nil, err
		}
		r.Multistream(false)
		return r, nil
	case "deflate":
		r, err := zlib.NewReaderDict(s, dictionary)
		if err != nil {
			return nil, err
		}
		return r, nil
	case "br":
		return brotli.NewReader(s), nil
	case "zstd":
		return zstdReader(s, dictionary)
	}
	return flate.NewReaderDict(s, dictionary), nil
}

// maxZstdWindow is the memory that a frame may ask for.
const maxZstdWindow = 8 << 20

func zstdReader(s *source, dictionary []byte) (io.Reader, error) {
	options := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow)}
	if len(dictionary) > 0 {
		options = append(options, zstd.WithDecoderDictRaw(0, dictionary))
	}
	r, err := zstd.NewReader(s, options...)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// problemOf is "short" when the data ends too early, "data" when it isn't of
// the format, "header", "checksum" or "dictionary".
func problemOf(err error) string {
	switch err {
	case nil:
		return ""
	case io.EOF, io.ErrUnexpectedEOF:
		return "short"
	case gzip.ErrChecksum, zlib.ErrChecksum, zstd.ErrCRCMismatch:
		return "checksum"
	case zlib.ErrDictionary:
		return "dictionary"
	case gzip.ErrHeader, zlib.ErrHeader, zstd.ErrMagicMismatch:
		return "header"
	}
	return "data"
}

// newNodeDecoder is a codec whose errors are what problemOf says.
func newNodeDecoder(format string, dictionary []byte) *codec {
	s := &source{}
	problem := ""
	next, stop := iter.Pull(func(yield func([]byte) bool) {
		s.wait = func() bool { return yield(nil) }
		problem = nodeInflate(format, dictionary, s, yield)
	})
	finished := false
	return &codec{
		write: func(b []byte) error { s.pending = append(s.pending, b...); return nil },
		end:   func() error { s.ended = true; return nil },
		read: func() ([]byte, error) {
			if finished {
				return nil, nil
			}
			b, more := next()
			if finished = !more; finished && problem != "" {
				return nil, &engine.Error{Name: "Error", Message: problem}
			}
			return b, nil
		},
		left:  func() int { return len(s.pending) },
		ended: func() bool { return finished },
		close: stop,
	}
}
