package intl

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/clipperhouse/uax29/v2/sentences"
	"github.com/clipperhouse/uax29/v2/words"
)

// segments returns where each segment of a text ends, in UTF-16 units; of
// words it then says whether each is one.
func segments(granularity, s string) []any {
	var out []any
	at := 0
	add := func(segment string) { at += unitCount(segment) }
	switch granularity {
	case "word":
		for w := words.FromString(s); w.Next(); {
			for _, word := range withoutDots(w.Value()) {
				add(word)
				out = append(out, at, wordLike(word))
			}
		}
	case "sentence":
		for i := sentences.FromString(s); i.Next(); {
			add(i.Value())
			out = append(out, at)
		}
	default:
		for i := graphemes.FromString(s); i.Next(); {
			add(i.Value())
			out = append(out, at)
		}
	}
	return out
}

// withoutDots cuts at full stops between letters, as CLDR's rules do.
func withoutDots(word string) []string {
	var out []string
	for i := 1; i+1 < len(word); i++ {
		before, _ := utf8.DecodeLastRuneInString(word[:i])
		after, _ := utf8.DecodeRuneInString(word[i+1:])
		if (word[i] == '.' || word[i] == ':') && !unicode.IsNumber(before) && !unicode.IsNumber(after) {
			out = append(out, word[:i], ".")
			word, i = word[i+1:], 0
		}
	}
	return append(out, word)
}

func unitCount(s string) int {
	n := 0
	for _, r := range s {
		n += utf16Len(r)
	}
	return n
}

func utf16Len(r rune) int {
	if r > 0xffff && r <= utf8.MaxRune {
		return 2
	}
	return 1
}

// wordLike: it has a letter, a digit or an ideograph.
func wordLike(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return true
		}
	}
	return false
}
