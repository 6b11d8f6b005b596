package main

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-sourcemap/sourcemap"
)

// sourceMap leads from places in a bundle to those in the project's files. A nil one leads nowhere.
type sourceMap struct {
	consumer *sourcemap.Consumer
	place    *regexp.Regexp
	dir      string // of the project
}

const mapComment = "//# sourceMappingURL=data:application/json;base64,"

// newSourceMap reads the map at the bundle's end. dir is the project's.
func newSourceMap(b *bundled, dir string) *sourceMap {
	var module struct{ JS string }
	if b == nil || json.Unmarshal(b.Modules[b.Main], &module) != nil {
		return nil
	}
	i := strings.LastIndex(module.JS, mapComment)
	if i < 0 {
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(module.JS[i+len(mapComment):]))
	if err != nil {
		return nil
	}
	consumer, err := sourcemap.Parse("", raw)
	if err != nil {
		return nil
	}
	return &sourceMap{consumer, regexp.MustCompile(`\b` + regexp.QuoteMeta(b.Main) + `:(\d+):(\d+)`), dir}
}

// mapText replaces every place of the bundle in a stack.
func (m *sourceMap) mapText(text string) string {
	if m == nil {
		return text
	}
	return m.place.ReplaceAllStringFunc(text, func(place string) string {
		parts := m.place.FindStringSubmatch(place)
		line, _ := strconv.Atoi(parts[1])
		column, _ := strconv.Atoi(parts[2])
		source, _, line, column, ok := m.consumer.Source(line, max(0, column-1))
		if !ok {
			return place
		}
		return source + ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column+1)
	})
}

// mapError does the same for an error of the daemon.
func (m *sourceMap) mapError(err error) error {
	if api, ok := asAPIError(err); ok {
		api.Details.Stack = m.mapText(api.Details.Stack)
		if m != nil && api.Details.Source == "" {
			api.Details.Source = codeFrame(api.Details.Stack, m.source)
		}
	}
	return err
}
