package quickjs

import (
	"bytes"
	"regexp"
	"sync"
	"sync/atomic"
	"unicode/utf16"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/quickjs/lre"
)

// literalLike finds what may be a regular expression's literal, by what
// stands before it.
var literalLike = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[(,=:\[!&|?{};+>]|\b(?:return|typeof|case|default|yield|await|of|in|else|do|void|delete|throw))[ \t]*(/((?:[^/\\\[\n*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)/([a-z]*))`)
})

// badPattern says which literal of a module it is that QuickJS has refused.
// QuickJS doesn't: so each that looks like one is compiled by itself, and the
// first at which it has the same words is the one.
func badPattern(m *module, message string) *engine.SyntaxError {
	if _, ok := lre.Wording(message, ""); !ok {
		return nil
	}
	machine, err := lre.NewMachine(&atomic.Bool{})
	if err != nil {
		return nil
	}
	for _, found := range literalLike().FindAllSubmatchIndex(m.Source, -1) {
		pattern, flags := string(m.Source[found[4]:found[5]]), string(m.Source[found[6]:found[7]])
		v8, _ := lre.Wording(message, pattern)
		bits, known := lre.ParseFlags(flags)
		if !known {
			continue
		}
		if _, err := machine.Compile(utf16.Encode([]rune(pattern)), bits); err == nil || err.Error() != v8 {
			continue
		}
		line := bytes.Count(m.Source[:found[2]], []byte("\n")) + 1
		start := bytes.LastIndexByte(m.Source[:found[2]], '\n') + 1
		return &engine.SyntaxError{Message: "Invalid regular expression: /" + pattern + "/" + flags + ": " + v8, File: m.name,
			Line: line, Column: columns(m.Source[start:found[2]]) + 1}
	}
	return nil
}

// columns is the length of a text in UTF-16 units.
func columns(text []byte) (n int) {
	for _, r := range string(text) {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}
