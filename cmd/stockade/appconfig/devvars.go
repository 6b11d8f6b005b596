package appconfig

import (
	"regexp"
	"strings"
)

var assignment = regexp.MustCompile(`^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*(.*)$`)

// parseDotenv reads NAME=value lines. A value in double, single or back quotes may go over several lines; in double ones \n,
// \" and the like are what they are in JSON. Without quotes it ends before # and at the line's end. Nothing is put in for
// $NAME.
func parseDotenv(p *problems, content string) map[string]string {
	vars := make(map[string]string)
	lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(content, "\ufeff"), "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := assignment.FindStringSubmatch(line)
		if m == nil {
			p.add(position{i + 1, 1}, "", "cannot use this line: write NAME=value")
			continue
		}
		value, used, ok := dotenvValue(m[2], lines[i+1:])
		if !ok {
			p.add(position{i + 1, 1}, m[1], "cannot find the end of the value: its quote is not closed")
			return vars
		}
		vars[m[1]] = value
		i += used
	}
	return vars
}

// dotenvValue returns the value and how many of the following lines it took.
func dotenvValue(first string, rest []string) (value string, used int, ok bool) {
	if first == "" || !strings.ContainsRune("\"'`", rune(first[0])) {
		if cut := strings.Index(first, " #"); cut >= 0 {
			first = first[:cut]
		}
		return strings.TrimSpace(first), 0, true
	}
	quote, body := first[0], first[1:]
	for {
		if end := closing(body, quote); end >= 0 {
			return unescape(body[:end], quote), used, true
		}
		if used == len(rest) {
			return "", 0, false
		}
		body += "\n" + rest[used]
		used++
	}
}

// closing is where the quote ends; a backslash in "" quotes hides what follows it.
func closing(body string, quote byte) int {
	for i := 0; i < len(body); i++ {
		switch {
		case quote == '"' && body[i] == '\\':
			i++
		case body[i] == quote:
			return i
		}
	}
	return -1
}

var escapes = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\"`, `"`, `\\`, `\`)

func unescape(body string, quote byte) string {
	if quote != '"' {
		return body
	}
	return escapes.Replace(body)
}
