package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/sys/unix"
)

// terminal writes what a person reads. Much of it comes from untrusted code: control characters are made visible, so that
// they can't steer the terminal.
type terminal struct {
	w      io.Writer
	colour bool
}

func newTerminal(w io.Writer) *terminal { return &terminal{w, isTerminal(w) && wantsColour()} }

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(file.Fd()), unix.TCGETS)
	return err == nil
}

// wantsColour follows https://no-color.org.
func wantsColour() bool { return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" }

// The colours of the select-graphic-rendition sequence (ECMA-48).
const (
	red    = "31"
	yellow = "33"
	green  = "32"
	blue   = "34"
	grey   = "90"
	bold   = "1"
)

func (t *terminal) paint(colour, text string) string {
	if !t.colour || colour == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func (t *terminal) printf(format string, args ...any) { fmt.Fprintf(t.w, format, args...) }

// plain makes text harmless: of the control characters only the ends of lines and tabs stay.
func plain(text string) string {
	if !strings.ContainsFunc(text, steers) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if steers(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// sgr are sequences that choose colours: all that a Worker's output may do to the terminal.
var sgr = regexp.MustCompile("\x1b\\[[0-9;]{0,32}m")

// coloured is plain text in its own colours, as loggers write it; without them where there are none.
func (t *terminal) coloured(text string) string {
	if !strings.Contains(text, "\x1b[") {
		return plain(text)
	}
	if !t.colour {
		return plain(sgr.ReplaceAllString(text, ""))
	}
	var b strings.Builder
	from := 0
	for _, at := range sgr.FindAllStringIndex(text, -1) {
		b.WriteString(plain(text[from:at[0]]) + text[at[0]:at[1]])
		from = at[1]
	}
	return b.String() + plain(text[from:]) + "\x1b[0m"
}

// steers reports whether r is a control character, or turns the direction of text around.
func steers(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
}

// apiError prints an error of the daemon, with the place in the code when there is one.
func (t *terminal) apiError(err error, api *apiError) {
	t.printf("stockade: %s\n", plain(err.Error()))
	t.apiDetails(api)
}

func (t *terminal) apiDetails(api *apiError) {
	d := api.Details
	if d.File != "" && d.Line > 0 {
		t.printf("  at %s:%d:%d\n", plain(d.File), d.Line, d.Column)
	}
	if d.Frame != "" {
		t.printf("%s\n", plain(strings.TrimRight(d.Frame, "\n")))
	} else if d.Stack != "" {
		if d.Source != "" {
			t.printf("%s\n", plain(d.Source))
		}
		t.printf("%s\n", t.paint(grey, plain(strings.TrimRight(d.Stack, "\n"))))
	}
	if l := d.Limit; l != nil {
		t.printf("  limit %s: %d, used %d\n", plain(l.Which), l.Value, l.Used)
	}
	t.hint(api.Message)
}
