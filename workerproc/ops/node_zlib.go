package ops

import (
	"bytes"
	"hash/crc32"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"stockade.dev/stockade/workerproc/engine"
)

// nodeZlibOps are what node:zlib is made of.
var nodeZlibOps = map[string]engine.Op{
	"nodeCompress":   nodeCompress,
	"nodeDecompress": nodeDecompress,
	"nodeCrc32": func(args []any) (any, error) {
		return int64(crc32.Update(uint32(number(args, 1)), crc32.IEEETable, data(args, 0))), nil
	},
}

// maxBestBrotli is how many bytes are compressed at the best two levels: they
// take a second a megabyte, and an op can't be interrupted.
const maxBestBrotli = 1 << 20

// nodeCompress(format, data, level, dictionary) compresses; the format is
// "gzip", "deflate", "raw" or "br".
func nodeCompress(args []any) (any, error) {
	format, level := text(args, 0), number(args, 2)
	if format == "br" && len(data(args, 1)) > maxBestBrotli {
		level = min(level, 9)
	}
	var out bytes.Buffer
	w, err := compressor(&out, format, level, data(args, 3))
	if err == nil {
		_, err = w.Write(data(args, 1))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return fail("Error", err.Error())
	}
	b := out.Bytes()
	if format == "gzip" && len(b) > 9 {
		b[8], b[9] = gzipFlags(level), 3 // made on Unix, as zlib says
	}
	return b, nil
}

func gzipFlags(level int) byte {
	switch level {
	case 9:
		return 2
	case 1:
		return 4
	}
	return 0
}

func compressor(w io.Writer, format string, level int, dictionary []byte) (io.WriteCloser, error) {
	switch format {
	case "gzip":
		return gzip.NewWriterLevel(w, level)
	case "deflate":
		return zlib.NewWriterLevelDict(w, level, dictionary)
	case "br":
		return brotli.NewWriterLevel(w, level), nil
	}
	return flate.NewWriterDict(w, level, dictionary)
}

// nodeDecompress(format, data, max, dictionary) decompresses. It returns
// [bytes, used, what is wrong]: "too large" when more than max bytes would come
// out, "short" when the data ends too early, "data" when it isn't of the format
// and "checksum".
func nodeDecompress(args []any) (any, error) {
	format, limit, dictionary := text(args, 0), number(args, 2), data(args, 3)
	in := bytes.NewReader(data(args, 1))
	var out bytes.Buffer
	problem := ""
	for first := true; first || format == "gzip" && problem == "" && moreMembers(in); first = false {
		problem = decompressOne(&out, in, format, limit, dictionary)
	}
	return []any{out.Bytes(), int(in.Size()) - in.Len(), problem}, nil
}

func moreMembers(in *bytes.Reader) bool {
	c, err := in.ReadByte()
	if err != nil {
		return false
	}
	_ = in.UnreadByte()
	return c == 0x1f
}

func decompressOne(out *bytes.Buffer, in *bytes.Reader, format string, limit int, dictionary []byte) string {
	r, err := decompressor(in, format, dictionary)
	if err != nil {
		return problemOf(err)
	}
	_, err = io.Copy(out, io.LimitReader(r, int64(limit-out.Len()+1)))
	if out.Len() > limit {
		return "too large"
	}
	return problemOf(err)
}

func decompressor(in *bytes.Reader, format string, dictionary []byte) (io.Reader, error) {
	switch format {
	case "gzip":
		r, err := gzip.NewReader(in)
		if err == nil {
			r.Multistream(false)
		}
		return r, err
	case "deflate":
		return zlib.NewReaderDict(in, dictionary)
	case "br":
		return brotli.NewReader(in), nil
	}
	return flate.NewReaderDict(in, dictionary), nil
}

func problemOf(err error) string {
	switch err {
	case nil:
		return ""
	case io.EOF, io.ErrUnexpectedEOF:
		return "short"
	case gzip.ErrChecksum, zlib.ErrChecksum:
		return "checksum"
	case zlib.ErrDictionary:
		return "dictionary"
	case gzip.ErrHeader, zlib.ErrHeader:
		return "header"
	}
	return "data"
}
