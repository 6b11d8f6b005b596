package quickjs

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/go-sourcemap/sourcemap"

	"stockade.dev/stockade/workerproc/engine/internal/source"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// mapping leads from QuickJS's positions in the text that it has read to V8's
// in the author's.
type mapping struct {
	text     []byte
	lines    []int           // where they begin; made when first needed
	raw      json.RawMessage // a source map, not parsed before it is needed
	consumer *sourcemap.Consumer
	parsed   bool
	bundled  bool // the map leads to a bundle's own files
	prefix   int  // columns before the text in its first line
}

// authors returns V8's position for one of QuickJS's, in the file that it is
// in: one of a bundle's own if that has brought its map.
func (p *mapping) authors(file string, line, col int) (string, int, int) {
	if line == 1 {
		col = max(col-p.prefix, 1)
	}
	text := p.line(line)
	if open := wording.Returned(string(text), col-1); open >= 0 {
		col = open + 1 // a call that is the last that a function does
	}
	col = memberColumn(text, calleeColumn(text, col))
	p.parse()
	if p.consumer == nil {
		return file, line, col
	}
	if of, _, l, c, ok := p.consumer.Source(line, col-1); ok {
		if p.bundled && of != "" {
			file = of
		}
		return file, l, c + 1
	}
	return file, line, col
}

// parse reads the map of what esbuild has written, in which that of a bundle
// is, or else the bundle's.
func (p *mapping) parse() {
	if p.parsed {
		return
	}
	p.parsed = true
	if len(p.raw) == 0 {
		inline := source.InlineMap(p.text)
		raw, err := base64.StdEncoding.AppendDecode(nil, inline)
		if err != nil || inline == nil {
			return
		}
		p.raw, p.bundled = raw, true
	}
	p.consumer, _ = sourcemap.Parse("", bytes.TrimSpace(p.raw))
	p.raw = nil
}

func (p *mapping) line(n int) []byte {
	if p.lines == nil {
		p.lines = append(p.lines, 0)
		for i, b := range p.text {
			if b == '\n' {
				p.lines = append(p.lines, i+1)
			}
		}
	}
	if n < 1 || n > len(p.lines) {
		return nil
	}
	line := p.text[p.lines[n-1]:]
	if n < len(p.lines) {
		line = line[:p.lines[n]-p.lines[n-1]]
	}
	return line
}

// calleeColumn returns the column that V8 gives a call, where QuickJS gives
// that of its "(": of the last name before it, or of the word new.
func calleeColumn(line []byte, col int) int {
	at := col - 1
	if at < 1 || at >= len(line) || line[at] != '(' {
		return col
	}
	start := nameBefore(line, at)
	if start == at {
		return col
	}
	first := start
	for first > 0 && line[first-1] == '.' {
		first = nameBefore(line, first-1)
	}
	if before := bytes.TrimRight(line[:first], " \t"); len(before) < first && bytes.HasSuffix(before, []byte("new")) {
		if n := nameBefore(line, len(before)); n == len(before)-len("new") {
			return n + 1
		}
	}
	return start + 1
}

// memberColumn returns the column that V8 gives a property that is read: of its
// name, where QuickJS gives that of the dot.
func memberColumn(line []byte, col int) int {
	at := col - 1
	if at < 0 || at >= len(line) || line[at] != '.' && line[at] != '?' {
		return col
	}
	name := at + len(line[at:]) - len(bytes.TrimLeft(line[at:], "?. \t"))
	if name < len(line) && isNameByte(line[name]) {
		return name + 1
	}
	return col
}

// nameBefore returns where the name that ends at an offset begins.
func nameBefore(line []byte, end int) int {
	for end > 0 && isNameByte(line[end-1]) {
		end--
	}
	return end
}

func isNameByte(c byte) bool {
	return c == '$' || c == '_' || c == '#' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}
