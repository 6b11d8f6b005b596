package ops

import (
	"bytes"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// TestNodeBounds asks ops of node:* for more than they do.
func TestNodeBounds(t *testing.T) {
	zeros := make([]byte, 1<<20)
	gz, err := nodeCompress([]any{"gzip", zeros, []any{9.0, -1.0}, nil, 4.0})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := nodeDecompress([]any{"gzip", gz, 1000.0}); got.([]any)[1] != "too large" || len(got.([]any)[0].([]byte)) > 1001 {
		t.Errorf("a bomb gives %d bytes, %v", len(got.([]any)[0].([]byte)), got.([]any)[1])
	}
	for name, call := range map[string]func() (any, error){
		"pbkdf2, iterations": func() (any, error) { return nodePbkdf2([]any{"sha1", zeros[:1], zeros[:1], 1e9, 20.0}) },
		"pbkdf2, rounds":     func() (any, error) { return nodePbkdf2([]any{"sha1", zeros[:1], zeros[:1], 1e5, 1e6}) },
		"pbkdf2, hash":       func() (any, error) { return nodePbkdf2([]any{"nope", zeros[:1], zeros[:1], 1.0, 1.0}) },
		"scrypt, memory":     func() (any, error) { return nodeScrypt([]any{zeros[:1], zeros[:1], 1048576.0, 8.0, 1.0, 32.0}) },
		"scrypt, work":       func() (any, error) { return nodeScrypt([]any{zeros[:1], zeros[:1], 16384.0, 8.0, 1e6, 32.0}) },
		"scrypt, nothing":    func() (any, error) { return nodeScrypt([]any{}) },
		"hkdf":               func() (any, error) { return nodeHkdf([]any{"sha256", zeros[:1], zeros[:1], zeros[:1], 1e6}) },
		"random":             func() (any, error) { return nodeRandom([]any{1e12}) },
		"blocks":             func() (any, error) { return nodeBlocks([]any{"aes", zeros[:16], zeros[:16], zeros[:15]}) },
		"stream":             func() (any, error) { return nodeStream([]any{zeros[:16], zeros[:3], 0.0, zeros[:15]}) },
		"seal":               func() (any, error) { return nodeSeal([]any{"chacha20-poly1305", zeros[:32], zeros[:11], zeros[:15]}) },
		"state":              func() (any, error) { return nodeHash([]any{"sha256", zeros[:7], zeros[:1], true}) },
	} {
		if got, err := call(); err == nil {
			t.Errorf("%s gives %v", name, got)
		}
	}
	if got, err := nodeKeyGenerate([]any{"rsa", 65536.0}); got != nil || err != nil {
		t.Errorf("a modulus of 65536 bits gives %v, %v", got, err)
	}
}

func FuzzNodeDecompress(f *testing.F) {
	for _, format := range []string{"gzip", "deflate", "raw", "br", "zstd"} {
		b, err := nodeCompress([]any{format, []byte("hello hello hello"), []any{5.0, -1.0}, nil, 4.0})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(format, b.([]byte))
	}
	f.Fuzz(func(t *testing.T, format string, b []byte) {
		const limit = 1 << 16
		got, err := nodeDecompress([]any{format, b, float64(limit)})
		if err != nil {
			t.Fatal(err)
		}
		result := got.([]any)
		if out := result[0].([]byte); len(out) > limit || result[1] == "too large" && len(out) != limit {
			t.Errorf("%d bytes, %v", len(out), result[1])
		}
	})
}

// FuzzNodeCodec feeds a decoder of node:zlib in pieces: it gives what the
// same data gives at once, or fails as well.
func FuzzNodeCodec(f *testing.F) {
	for _, format := range []string{"gzip", "deflate", "raw", "br", "zstd"} {
		b, err := nodeCompress([]any{format, []byte("hello hello hello"), []any{5.0, -1.0}, nil, 4.0})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(format, b.([]byte), uint8(3))
	}
	f.Fuzz(func(t *testing.T, format string, b []byte, step uint8) {
		const limit = 1 << 16
		whole, _ := nodeDecompress([]any{format, b, float64(limit)})
		if whole.([]any)[1] == "too large" {
			return
		}
		k, got, problem := newNodeDecoder(format, nil), []byte(nil), ""
		defer k.close()
		for at := 0; problem == "" && at <= len(b); at += int(step) + 1 {
			_ = k.write(b[at:min(len(b), at+int(step)+1)])
			if at+int(step)+1 > len(b) {
				_ = k.end()
			}
			for {
				out, err := k.read()
				if err != nil {
					problem = err.(*engine.Error).Message
				}
				if out == nil {
					break
				}
				got = append(got, out...)
			}
		}
		if want := whole.([]any); (problem == "") != (want[1] == "") || problem == "" && !bytes.Equal(got, want[0].([]byte)) {
			t.Errorf("%q, %q; at once %q, %q", got, problem, want[0], want[1])
		}
	})
}

func FuzzNodeKeyParse(f *testing.F) {
	for _, kind := range []string{"ed25519", "x25519", "ec"} {
		info, err := nodeKeyGenerate([]any{kind, "P-256"})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(info.([]any)[0].([]byte), false)
	}
	f.Add([]byte("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n"), true)
	f.Fuzz(func(t *testing.T, b []byte, pem bool) {
		info, err := nodeKeyParse([]any{b, pem})
		if err != nil {
			t.Fatal(err)
		}
		if info == nil {
			return
		}
		der := info.([]any)[0].([]byte)
		again, err := nodeKeyParse([]any{der, false})
		if err != nil || again == nil || !bytes.Equal(again.([]any)[0].([]byte), der) {
			t.Errorf("%x is read as %v, %v", der, again, err)
		}
	})
}

// FuzzNodeEncode sees that every encoding gives back what it was given.
func FuzzNodeEncode(f *testing.F) {
	f.Add([]byte("hello \xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, encoding := range []string{"latin1", "hex", "base64", "base64url"} {
			s, _ := nodeDecode([]any{b, encoding})
			decode := encoding
			if encoding == "base64url" {
				decode = "base64"
			}
			if got, _ := nodeEncode([]any{s, decode}); !bytes.Equal(got.([]byte), b) {
				t.Errorf("%s: %x becomes %x", encoding, b, got)
			}
		}
	})
}
