package lre

// Flags are the flags in the order in which the property flags has them.
var Flags = []struct {
	Letter byte
	Name   string // the property's
	Bit    int
}{
	{'d', "hasIndices", HasIndices}, {'g', "global", Global}, {'i', "ignoreCase", IgnoreCase},
	{'m', "multiline", Multiline}, {'s', "dotAll", DotAll}, {'u', "unicode", Unicode},
	{'v', "unicodeSets", UnicodeSets}, {'y', "sticky", Sticky},
}

// ParseFlags reports false for letters that aren't flags, are there twice or
// don't go together.
func ParseFlags(text string) (flags int, ok bool) {
	for i := range len(text) {
		bit := 0
		for _, f := range Flags {
			if f.Letter == text[i] {
				bit = f.Bit
			}
		}
		if bit == 0 || flags&bit != 0 {
			return 0, false
		}
		flags |= bit
	}
	return flags, flags&(Unicode|UnicodeSets) != Unicode|UnicodeSets
}

// FlagsText is what the property flags says.
func FlagsText(flags int) string {
	var b []byte
	for _, f := range Flags {
		if flags&f.Bit != 0 {
			b = append(b, f.Letter)
		}
	}
	return string(b)
}
