package goja

import (
	"bytes"
	"encoding/base64"

	"github.com/go-sourcemap/sourcemap"
)

// mapsAtOnce is how much lowered code may be mapped when it is loaded rather
// than when a stack is described. Mapping needs about a tenth of the time
// that compiling does.
const mapsAtOnce = 256 << 10

// wantsMaps says whether the Worker may look at a stack by itself. goja then
// has to know the maps beforehand, for it prints a stack when it is read.
func (g *graph) wantsMaps(m *module) bool {
	return g.stacks && len(m.Source) <= mapsAtOnce
}

// attachMaps makes goja print positions in the author's text. It is called
// before a stack is read; modules that were parsed as they stand have no map.
func (e *Engine) attachMaps() {
	for _, m := range e.modules.unmapped {
		m.attachMap()
	}
	e.modules.unmapped = nil
}

func (m *module) attachMap() {
	raw := m.unit.maps
	if m.unit.direct {
		var err error
		if raw, err = base64.StdEncoding.AppendDecode(nil, raw); err != nil {
			return
		}
	} else if len(raw) == 0 {
		l, err := lower(m, true)
		if err != nil {
			return
		}
		raw = l.Map
	}
	consumer, err := sourcemap.Parse("", bytes.TrimSpace(raw))
	if err != nil {
		return
	}
	m.unit.file.SetSourceMap(consumer)
	m.unit.maps, m.mapped = nil, true
}
