package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

var stackPlace = regexp.MustCompile(`(?m)^\s+at (?:.* \()?(\S.*?):(\d+):(\d+)\)?$`)

// maxFrameLine is the most of a line that is shown: bundles and minified code have lines of any length.
const maxFrameLine = 200

// codeFrame shows the first place of a stack that is in a file of the author's, with the line before it and a mark under it.
// read returns a file's text, or nothing.
func codeFrame(stack string, read func(file string) string) string {
	if read == nil {
		return ""
	}
	for _, m := range stackPlace.FindAllStringSubmatch(stack, 10) {
		text := read(m[1])
		if text == "" {
			continue
		}
		line, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3])
		lines := strings.Split(text, "\n")
		if line < 1 || line > len(lines) || column < 1 {
			return ""
		}
		frame := ""
		if line > 1 {
			frame = numbered(line-1, lines[line-2], 1) + "\n"
		}
		return frame + numbered(line, lines[line-1], column) + "\n" + mark(lines[line-1], column)
	}
	return ""
}

// numbered is a line with its number, cut around the column.
func numbered(n int, line string, column int) string {
	from, to := shown(line, column)
	return fmt.Sprintf("%5d | %s", n, strings.TrimRight(line[from:to], "\r"))
}

// mark stands under a column. Tabs stay, so that it stands right.
func mark(line string, column int) string {
	from, to := shown(line, column)
	before := line[from:min(to, max(from, column-1))]
	blanks := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, before)
	return "      | " + blanks + "^"
}

func shown(line string, column int) (from, to int) {
	if column > maxFrameLine-20 {
		from = min(column-maxFrameLine/2, len(line))
	}
	return from, min(len(line), from+maxFrameLine)
}

// source is the text of a module of the Worker.
func (c *workerCode) source(file string) string {
	for _, content := range c.Modules[file] {
		if text, ok := content.(string); ok {
			return text
		}
	}
	return ""
}

// source is the text of a file of the project.
func (m *sourceMap) source(file string) string {
	if m == nil || m.dir == "" || !filepath.IsLocal(file) {
		return ""
	}
	text, err := os.ReadFile(filepath.Join(m.dir, file))
	if err != nil {
		return ""
	}
	return string(text)
}
