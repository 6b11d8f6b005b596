package workerproc

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// oddity writes programs that put the language's features together as nobody does. A program is a module whose default
// export gives what happened in it as text: values, errors' names, in their order. What depends on the engine by the
// standard's leave (messages, the order of comparisons) isn't in it.
type oddity struct {
	*rand.Rand
	names  int
	depth  int
	kind   functionKind
	labels []string
	loops  int // around the statement
}

type functionKind struct{ async, generator, static bool } // static: the block of a class

// oddProgram is the program of a seed.
func oddProgram(prelude string, seed uint64) string {
	g := &oddity{Rand: rand.New(rand.NewPCG(seed, 1))}
	var b strings.Builder
	b.WriteString(prelude)
	b.WriteString("export default async () => {\n")
	for range 2 + g.IntN(4) {
		sections := []func() string{g.calls, g.calls, g.operators, g.function, g.function, g.function, g.class, g.class, g.destructuring, g.proxies, g.corners}
		b.WriteString(sections[g.IntN(len(sections))]())
		g.names, g.labels, g.loops, g.depth = g.names+1, nil, 0, 0
	}
	b.WriteString("return out.join(\"\\n\");\n};\n")
	return b.String()
}

func (g *oddity) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *oddity) word(words string) string { return g.pick(strings.Fields(words)...) }

func (g *oddity) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

// list is between least and most of what make gives.
func (g *oddity) list(least, most int, separator string, make func() string) string {
	var parts []string
	for range least + g.IntN(most-least+1) {
		parts = append(parts, make())
	}
	return strings.Join(parts, separator)
}

func (g *oddity) number() string {
	return g.word("0 -0 1 -1 2 3 5 -2 0.5 1.5 2.5 -2.5 NaN Infinity -Infinity 1e21 1e-7 123456789.123 2**31 2**32 2**53 -(2**53) 2**63 1e300 5e-324 0.1+0.2 1/3 255 -2147483648 4294967295.5 100 1000000")
}

func (g *oddity) text() string {
	return g.pick(`""`, `"a"`, `"abc"`, `"  x "`, `"é"`, `"😀a"`, `"aXbXc"`, `"0x10"`, `"1e3"`, `"-0"`, `"Infinity"`, `"1,2,3"`, `"ß"`, `"\n\t"`, `"constructor"`, `"length"`, `"12.50"`, `"aaa"`, `"\u0130"`, `"x".padEnd(20, "yz")`, `"$1$&"`, `"2020-01-02"`, "`a${1}b`")
}

func (g *oddity) array() string {
	return g.pick("[]", "[1, 2, 3]", "[, 1, , 2]", "[3, 1, 2]", `["b", "a", "c"]`, "[undefined, null]", "[1, [2, [3, [4]]]]", "[NaN, -0, 0]", "new Array(3)", `[..."hé😀"]`, "Object.assign([1, 2], { x: 1 })", "[5, 1, 10]", "[1n, 2, '3']", "[[2, 'a'], [1, 'b'], [2, 'c']]", "Array.from({ length: 12 }, (_, i) => i * 7 % 5)")
}

func (g *oddity) bigint() string {
	return g.word("0n 1n -1n 5n -7n 255n 2n**63n -(2n**64n) 123456789012345678901234567890n")
}

func (g *oddity) object() string {
	return g.pick("{}", "{ a: 1, b: { c: 2 } }", "{ valueOf() { return 7 } }", `{ toString() { return "ts" } }`, `{ length: 2, 0: "x", 1: "y" }`, "{ valueOf() { throw new SyntaxError('v') } }",
		"{ 2: 'b', 1: 'a', x: 1, [Symbol.iterator]: undefined }", "{ get a() { return log('get a') }, set a(v) { log('set a', v) } }", "{ toJSON(k) { return [k] } }", "{ __proto__: { inherited: 1 }, own: 2 }",
		"{ [Symbol.toPrimitive](h) { return h } }", "{ ...'ab', ...[9], ...null }", "{ a: undefined, b: () => 1, c: Symbol('s'), d: NaN, e: -0 }")
}

func (g *oddity) value() string {
	switch g.IntN(10) {
	case 0, 1, 2:
		return g.number()
	case 3, 4:
		return g.text()
	case 5:
		return g.array()
	case 6:
		return "(" + g.object() + ")"
	case 7:
		return g.bigint()
	case 8:
		return g.pick("undefined", "null", "true", "false")
	}
	return g.pick("Symbol.iterator", "(() => 1)", "new Date(0)", "/a/g", "new Map([[1, 2]])", "new Set([1, 'a'])", "Math.max", "Map", "new Uint8Array([1, 2])", "o('o', 3)", "Object(1)", "Object('s')", "new Date(NaN)", "globalThis.nothing")
}

func (g *oddity) callback() string {
	return g.pick("(x) => x", "(x, i) => i % 2", "(x) => { log(x); return true }", "() => { throw new RangeError('c') }", "(a, x) => a + x", "(...list) => list.length", "function () { return this }", "(x) => [x, [x]]", "(x) => x > 1", "undefined")
}

// argument makes one of a kind: n(umber), s(tring), a(rray), b(igint), c(allback), o(rder), v(alue), d(igits), r(egexp), i(ndex).
func (g *oddity) argument(kind byte) string {
	if g.IntN(12) == 0 {
		return g.value()
	}
	switch kind {
	case 'n':
		return g.number()
	case 's':
		return g.text()
	case 'a':
		return g.array()
	case 'b':
		return g.bigint()
	case 'c':
		return g.callback()
	case 'o':
		return g.pick("(a, b) => a - b", "(a, b) => b > a ? 1 : b < a ? -1 : 0", "(a, b) => a[0] - b[0]", "undefined", "() => 0", "(a, b) => String(a).length - String(b).length")
	case 'd':
		return g.word("0 1 2 3 7 10 16 20 21 36 37 100 101 -1 undefined")
	case 'i':
		return g.word("0 1 2 -1 -2 5 undefined NaN 1.9 Infinity -Infinity 2**53")
	case 'r':
		return g.regexp()
	}
	return g.value()
}

func (g *oddity) regexp() string {
	return g.pick("/a/", "/a/g", "/(?<l>[a-z])(?<n>\\d)?/g", "/(?<=a)b/", "/(?<!a)./g", "/\\p{L}+/gu", "/[\\p{L}--[a-c]]/v", "/(a)|(b)|(X)/g", "/x*/g", "/^\\s+|\\s+$/g", "/(.)\\1/", "/./su", "/b/y", "/(?:)/g", "/[^]/d", "/\\bX?/gi", "/(?=(a))/g", "/ß/iu", "/a{1,2}?/g")
}

// methods are of what, name:arguments.
var oddMethods = []struct{ receiver, methods string }{
	{"array", "at:i concat:av copyWithin:iii entries: every:c fill:vii filter:c find:c findIndex:c findLast:c findLastIndex:c flat:i flatMap:c forEach:c includes:vi indexOf:vi join:s keys: lastIndexOf:vi map:c pop: push:vv reduce:cv reduceRight:cv reverse: shift: slice:ii some:c sort:o splice:iivv toReversed: toSorted:o toSpliced:iiv unshift:v values: with:iv toString:"},
	{"text", "at:i charAt:i charCodeAt:i codePointAt:i concat:vv endsWith:si includes:si indexOf:si lastIndexOf:si match:r matchAll:r normalize: padStart:ds padEnd:ds repeat:d replace:rs replace:ss replaceAll:ss replaceAll:rs replace:rc search:r slice:ii split:si split:ri split:r startsWith:si substr:ii substring:ii toLowerCase: toUpperCase: trim: trimStart: isWellFormed: localeCompare:s"},
	{"number", "toFixed:d toPrecision:d toExponential:d toString:d valueOf:"},
	{"bigint", "toString:d valueOf:"},
	{"typed", "at:i copyWithin:iii every:c fill:vii filter:c find:c findLastIndex:c includes:vi indexOf:vi join:s lastIndexOf:vi map:c reduce:cv reverse: set:ai slice:ii some:c sort:o subarray:ii toReversed: toSorted:o with:iv"},
	{"date", "toISOString: toJSON: toString: toUTCString: getDay: setMonth:nn setDate:n setHours:nnnn setFullYear:nnn setTime:n setUTCMinutes:nnn getTimezoneOffset: toDateString: toTimeString:"},
	{"map", "get:v set:vv has:v delete:v forEach:c entries: size"},
	{"set", "add:v has:v delete:v forEach:c values: union:a"},
	{"Object", "keys:v entries:v values:v fromEntries:a getOwnPropertyDescriptors:v assign:vv freeze:v isFrozen:v getOwnPropertyNames:v is:vv groupBy:ac isExtensible:v hasOwn:vs create:v"},
	{"Math", "max:vvv min:vv round:n sign:n trunc:n hypot:nnn fround:n imul:vv clz32:v cbrt:i sqrt:i atan2:ii pow:id floor:v ceil:v abs:v log2:i"},
	{"Number", "isInteger:v isSafeInteger:v parseFloat:s parseInt:sd isNaN:v"},
	{"JSON", "stringify:v stringify:vai stringify:vid parse:s parse:sc"},
	{"Array", "from:v from:ac of:vvv isArray:v"},
	{"BigInt", "asIntN:db asUintN:db"},
	{"Reflect", "ownKeys:v get:vs has:vs set:vsv apply:cva construct:va defineProperty:vsv deleteProperty:vs"},
	{"String", "raw:v fromCharCode:nn fromCodePoint:nn"},
	{"Date", "UTC:nnnn parse:s"},
	{"regexp", "exec:s test:s toString: [Symbol.split]:si [Symbol.replace]:ss flags"},
	{"Symbol", "for:s keyFor:v"},
	{"Iterator", "from:a"},
	{"iterator", "map:c filter:c take:i drop:i flatMap:c reduce:cv toArray: forEach:c some:c every:c find:c"},
}

func (g *oddity) receiver(kind string) string {
	switch kind {
	case "array":
		return g.array()
	case "text":
		return g.text()
	case "number":
		return "(" + g.number() + ")"
	case "bigint":
		return "(" + g.bigint() + ")"
	case "typed":
		return "new " + g.word("Int8Array Uint8Array Uint8ClampedArray Int16Array Uint32Array Float32Array Float64Array") + "(" + g.pick("[1, 2, 3]", "[5, -1, 300]", "[NaN, 1.5, -0]", "3", "[]", "['7', null]", "new Set([1, 2])", "{ length: 2, 0: 9 }") + ")"
	case "date":
		return "new Date(" + g.pick("0", "2020, 1, 29", "NaN", "1e15", `"2020-02-30T00:00:00Z"`, `"2021-03-04"`, `"2021-03-04T05:06"`, `"2021-03-04T05:06:07.891+02:00"`, `"Jan 1 2020 10:00 GMT+0100"`, `"1/2/2020"`, `"-000001-01-01T00:00:00Z"`, `"+012345-01-01T00:00:00Z"`, `"2020-13-01"`, `"Tue, 05 Nov 2019 12:00:00 GMT"`, "8.64e15", "1999, 11, 31, 23, 59, 59, 999", `"2020-01-01T24:00:00Z"`, "-1", "99, 0") + ")"
	case "map":
		return "new Map([[1, 'a'], ['x', 2], [NaN, -0]])"
	case "set":
		return "new Set([1, 'a', NaN, -0])"
	case "regexp":
		return g.regexp()
	case "iterator":
		return g.array() + ".values()"
	}
	return kind
}

// calls calls built-in methods.
func (g *oddity) calls() string {
	return g.list(4, 12, "", func() string {
		m := oddMethods[g.IntN(len(oddMethods))]
		name, kinds, called := strings.Cut(g.word(m.methods), ":")
		if !strings.HasPrefix(name, "[") {
			name = "." + name
		}
		if !called {
			return "t(() => " + g.receiver(m.receiver) + name + ");\n"
		}
		if g.IntN(4) == 0 && len(kinds) > 0 {
			kinds = kinds[:g.IntN(len(kinds))]
		}
		var list []string
		for _, k := range []byte(kinds) {
			list = append(list, g.argument(k))
		}
		call := "x" + name + "(" + strings.Join(list, ", ") + ")"
		if m.receiver[0] < 'a' {
			return "t(() => " + m.receiver + call[1:] + ");\n"
		}
		if g.IntN(10) == 0 {
			return "t(() => { const r = [..." + strings.Replace(call, "x", g.receiver(m.receiver), 1) + "]; return r; });\n"
		}
		return "t(() => { const x = " + g.receiver(m.receiver) + "; const r = " + call + "; return [r, x]; });\n"
	})
}

// operators asks for values of operators.
func (g *oddity) operators() string {
	return g.list(4, 12, "", func() string {
		switch g.IntN(6) {
		case 0:
			return "t(() => " + g.pick("typeof ", "!", "~", "-", "+", "void ") + "(" + g.value() + "));\n"
		case 1:
			return "t(() => { let x = " + g.value() + "; x" + g.pick(" += ", " -= ", " *= ", " ??= ", " ||= ", " &&= ", " |= ", " >>>= ") + g.value() + "; return x; });\n"
		case 2:
			return "t(() => { let x = " + g.value() + "; return [" + g.pick("x++", "++x", "x--", "--x") + ", x]; });\n"
		case 3:
			return "t(() => (" + g.value() + ")" + g.pick("?.a", "?.[0]", "?.a.b.c", "?.()", "?.toString?.()", ".length", "[Symbol.toStringTag]", "?.constructor.name") + ");\n"
		}
		op := g.word("+ - * / % == === != < > <= >= & | ^ << >> >>> in instanceof ?? && || ,")
		if op == "<<" || op == ">>" {
			return "t(() => (" + g.value() + ") " + op + " (" + g.word("0 1 31 32 33 -1 NaN 5n 3n '2' null") + "));\n"
		}
		return "t(() => (" + g.value() + ") " + op + " (" + g.value() + "));\n"
	})
}
