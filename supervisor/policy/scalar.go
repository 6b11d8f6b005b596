package policy

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// scalar is a single value as the file has it. kind is what YAML makes of it: 8 is an integer, "8" is a string.
type scalar struct {
	text   string
	kind   ast.NodeType
	quoted bool
}

func newScalar(node ast.Node) scalar {
	tok := node.GetToken()
	return scalar{tok.Value, node.Type(), tok.Type == token.SingleQuoteType || tok.Type == token.DoubleQuoteType}
}

// show is how an error quotes the value.
func (s scalar) show() string {
	if s.kind == ast.StringType {
		return strconv.Quote(s.text)
	}
	return s.text
}

func isScalar(node ast.Node) bool {
	switch node.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return true
	}
	return false
}

// leaves has, for each Go type that stands for a single value, how it is read. Errors say "what is wrong; what to
// write". What words and numbers a key takes is checked later, in check.go.
var leaves = map[reflect.Type]func(scalar, reflect.Value) error{
	reflect.TypeFor[string]():        leaf(parseText),
	reflect.TypeFor[Action]():        leaf(parseWord[Action]),
	reflect.TypeFor[Scope]():         leaf(parseWord[Scope]),
	reflect.TypeFor[Need]():          leaf(parseWord[Need]),
	reflect.TypeFor[bool]():          leaf(parseBool),
	reflect.TypeFor[int]():           leaf(parseInt),
	reflect.TypeFor[Count]():         leaf(parseCount),
	reflect.TypeFor[Millis]():        leaf(parseMillis),
	reflect.TypeFor[Bytes]():         leaf(parseBytes),
	reflect.TypeFor[time.Duration](): leaf(parseDuration),
	reflect.TypeFor[Mode]():          leaf(parseMode),
	reflect.TypeFor[Account]():       leaf(parseAccount),
	reflect.TypeFor[IDRange]():       leaf(parseIDRange),
	reflect.TypeFor[PortRange]():     leaf(parsePorts),
	reflect.TypeFor[CIDR]():          leaf(parseCIDR),
}

func leaf[T any](parse func(scalar) (T, error)) func(scalar, reflect.Value) error {
	return func(s scalar, into reflect.Value) error {
		value, err := parse(s)
		if err == nil {
			into.Set(reflect.ValueOf(value))
		}
		return err
	}
}

func parseText(s scalar) (string, error) {
	if s.kind != ast.StringType {
		return "", errors.New("it is not text; put it in quotes")
	}
	return s.text, nil
}

// parseWord takes true and 5 as words: check then says which words there are.
func parseWord[T ~string](s scalar) (T, error) { return T(s.text), nil }

func parseBool(s scalar) (bool, error) {
	if s.kind != ast.BoolType {
		return false, errors.New("it is neither true nor false; write one of them")
	}
	return strings.EqualFold(s.text, "true"), nil
}

var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	sizeText    = regexp.MustCompile(`^(0|[1-9][0-9]*) ?(B|KiB|MiB|GiB)$`)
	shortUnit   = regexp.MustCompile(`^([0-9]+) ?([kKmMgG])[bB]?$`)
	octalMode   = regexp.MustCompile(`^0[0-7]{3}$`)
)

func parseWhole(s scalar, example string) (int64, error) {
	if s.quoted && wholeNumber.MatchString(s.text) {
		return 0, errors.New("it is text; take off the quotes")
	}
	n, err := strconv.ParseInt(s.text, 10, 64)
	if err != nil || s.kind != ast.IntegerType || !wholeNumber.MatchString(s.text) {
		return 0, fmt.Errorf("it is not a whole number; write decimal digits only, such as %s", example)
	}
	return n, nil
}

func parseInt(s scalar) (int, error) {
	n, err := parseWhole(s, "8")
	return int(n), err
}

func parseCount(s scalar) (Count, error) {
	if s.text == unlimitedText {
		return Unlimited, nil
	}
	n, err := parseWhole(s, "1000")
	return Count(n), err
}

func parseMillis(s scalar) (Millis, error) {
	if s.text == unlimitedText {
		return Unlimited, nil
	}
	if d, err := time.ParseDuration(s.text); err == nil && s.kind == ast.StringType {
		return 0, fmt.Errorf("the key counts milliseconds; write %d", d.Milliseconds())
	}
	n, err := parseWhole(s, "30000")
	return Millis(n), err
}

var units = map[string]int64{"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}

func parseBytes(s scalar) (Bytes, error) {
	if s.text == unlimitedText {
		return Unlimited, nil
	}
	if m := shortUnit.FindStringSubmatch(s.text); m != nil {
		return 0, fmt.Errorf(`it has no unit that is known here; did you mean "%s%siB"?`, m[1], strings.ToUpper(m[2]))
	}
	if m := sizeText.FindStringSubmatch(s.text); m != nil && s.kind == ast.StringType {
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil || n > math.MaxInt64/units[m[2]] {
			return 0, errors.New("it is larger than any size; write a smaller one")
		}
		return Bytes(n * units[m[2]]), nil
	}
	n, err := parseWhole(s, "")
	if err != nil {
		return 0, errors.New("it is not a size; write a number of bytes, or one with KiB, MiB or GiB, such as 64MiB")
	}
	return Bytes(n), nil
}

func parseDuration(s scalar) (time.Duration, error) {
	d, err := time.ParseDuration(s.text)
	if err != nil || s.kind != ast.StringType {
		return 0, errors.New("it is not a time with its unit; write one such as 500ms, 60s or 10m")
	}
	return d, nil
}

// parseMode takes 0660 with and without quotes: YAML's own reading of the number plays no part.
func parseMode(s scalar) (Mode, error) {
	if !octalMode.MatchString(s.text) {
		return 0, errors.New(`it is not an octal mode; write four digits, such as "0660"`)
	}
	mode, err := strconv.ParseUint(s.text, 8, 32)
	return Mode(mode), err
}

func parseAccount(s scalar) (Account, error) {
	if s.kind != ast.StringType && s.kind != ast.IntegerType {
		return Account{}, errors.New("it is neither a name nor a number; write one of them")
	}
	return Account{Text: s.text, ID: notGiven}, nil
}

func parseIDRange(s scalar) (IDRange, error) {
	if s.text == "" || s.kind != ast.StringType && s.kind != ast.IntegerType {
		return IDRange{}, errors.New(`it is neither a name, a number nor a range; write one, such as 1000 or "1000-1999"`)
	}
	return IDRange{Text: s.text}, nil
}
