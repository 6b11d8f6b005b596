package ops

import (
	"bytes"
	"encoding/binary"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// What a flush of node:zlib may be; zlib's numbers. Those of brotli and zstd
// are brought to these.
const (
	flushNone   = 0
	flushFull   = 3
	flushFinish = 4
)

// maxBestBrotli is how many bytes are compressed at the best two levels: they
// take a second a megabyte, and an op can't be interrupted.
const maxBestBrotli = 1 << 20

// settings are those of a compressor: level and window, -1 for the usual.
type settings struct {
	level, window int
	dictionary    []byte
}

// nodeSettings takes them from [level, window], and the dictionary.
func nodeSettings(args []any, at, dictionary int) settings {
	s := settings{-1, -1, data(args, dictionary)}
	if l := list(args, at); len(l) == 2 {
		s.level, s.window = number(l, 0), number(l, 1)
	}
	return s
}

// encoder compresses with node:zlib's flushes: the frame of gzip and zlib is
// made here, so that what is in between can start anew.
type encoder struct {
	out     bytes.Buffer
	format  string
	set     settings
	w       flusher
	sum     hash.Hash32
	size    uint32
	started bool
}

type flusher interface {
	io.WriteCloser
	Flush() error
}

func newNodeEncoder(format string, set settings) *encoder {
	c := &encoder{format: format, set: set}
	switch format {
	case "gzip":
		c.sum = crc32.NewIEEE()
	case "deflate":
		c.sum = adler32.New()
	}
	return c
}

func (c *encoder) start(size int) (err error) {
	if c.started {
		return nil
	}
	c.started = true
	switch c.format {
	case "gzip":
		c.out.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, gzipFlags(c.set.level), 3}) // made on Unix, as zlib says
	case "deflate":
		c.out.Write(zlibHeader(c.set))
	}
	return c.open(size)
}

func (c *encoder) open(size int) (err error) {
	switch c.format {
	case "br":
		c.w = brotli.NewWriterOptions(&c.out, brotliOptions(c.set, size))
	case "zstd":
		c.w, err = zstd.NewWriter(&c.out, zstdOptions(c.set)...)
	default:
		c.w, err = flate.NewWriterDict(&c.out, c.set.level, c.set.dictionary)
	}
	return err
}

func brotliOptions(set settings, size int) brotli.WriterOptions {
	o := brotli.WriterOptions{Quality: 11}
	if set.level >= 0 {
		o.Quality = min(set.level, 11)
	}
	if size > maxBestBrotli {
		o.Quality = min(o.Quality, 9)
	}
	if set.window >= 10 && set.window <= 24 {
		o.LGWin = set.window
	}
	return o
}

func zstdOptions(set settings) []zstd.EOption {
	level := set.level
	if level < 1 {
		level = 3
	}
	options := []zstd.EOption{zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(zstd.EncoderLevelFromZstd(level)), zstd.WithEncoderCRC(false), zstd.WithWindowSize(1 << 20)}
	if len(set.dictionary) > 0 {
		options = append(options, zstd.WithEncoderDictRaw(0, set.dictionary))
	}
	return options
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

// zlibHeader is RFC 1950's.
func zlibHeader(set settings) []byte {
	window := set.window
	if window < 8 || window > 15 {
		window = 15
	}
	h := []byte{byte(max(window, 9)-8)<<4 | 8, zlibLevel(set.level) << 6}
	if len(set.dictionary) > 0 {
		h[1] |= 0x20
		h = binary.BigEndian.AppendUint32(h, adler32.Checksum(set.dictionary))
	}
	h[1] += byte(31 - (int(h[0])<<8+int(h[1]))%31)
	return h
}

func zlibLevel(level int) byte {
	switch {
	case level == -1, level == 6:
		return 2
	case level >= 7:
		return 3
	case level >= 2:
		return 1
	}
	return 0
}

func (c *encoder) write(b []byte) error {
	if err := c.start(len(b)); err != nil {
		return err
	}
	if c.sum != nil {
		_, _ = c.sum.Write(b)
	}
	c.size += uint32(len(b))
	_, err := c.w.Write(b)
	return err
}

// flush gives out what there is: so that all of it can be decoded, or (full)
// so that nothing behind it depends on it, or as the end.
func (c *encoder) flush(kind int) error {
	if kind == flushNone {
		return nil
	}
	if err := c.start(0); err != nil {
		return err
	}
	if kind == flushFinish {
		return c.finish()
	}
	if err := c.w.Flush(); err != nil {
		return err
	}
	if f, ok := c.w.(*flate.Writer); ok && kind == flushFull {
		f.Reset(&c.out)
		c.set.dictionary = nil
	}
	return nil
}

func (c *encoder) finish() error {
	if err := c.w.Close(); err != nil {
		return err
	}
	switch c.format {
	case "gzip":
		c.out.Write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, c.sum.Sum32()), c.size))
	case "deflate":
		c.out.Write(binary.BigEndian.AppendUint32(nil, c.sum.Sum32()))
	}
	return nil
}

// params goes on at another level.
func (c *encoder) params(level int) error {
	if !c.started {
		c.set.level = level
		return nil
	}
	if err := c.w.Flush(); err != nil {
		return err
	}
	c.set.level, c.set.dictionary = level, nil
	return c.open(0)
}

// codec is c as one of the codecs.
func (c *encoder) codec() *codec {
	return &codec{
		write: func(b []byte) error { return failedCompression(c.write(b)) },
		end:   func() error { return failedCompression(c.flush(flushFinish)) },
		flush: func(kind int) error { return failedCompression(c.flush(kind)) },
		params: func(level int) error {
			return failedCompression(c.params(level))
		},
		read: func() ([]byte, error) {
			if c.out.Len() == 0 {
				return nil, nil
			}
			return bytes.Clone(c.out.Next(maxStep)), nil
		},
		close: func() {},
	}
}
