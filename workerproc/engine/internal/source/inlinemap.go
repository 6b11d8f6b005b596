package source

import "bytes"

// mapComment begins the last line of a module that a bundler has given its map.
var mapComment = []byte("\n//# sourceMappingURL=data:application/json;base64,")

// InlineMap returns the source map that a module brings, in base64; nil if it brings none.
func InlineMap(source []byte) []byte {
	i := bytes.LastIndex(source, mapComment)
	if i < 0 {
		return nil
	}
	return bytes.TrimSpace(source[i+len(mapComment):])
}
