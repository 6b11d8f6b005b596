package workerproc

import (
	"fmt"
	"strings"
)

// function is one of any kind, and its calls.
func (g *oddity) function() string {
	name := g.name("f")
	kind := functionKind{async: g.IntN(2) == 0, generator: g.IntN(2) == 0}
	head := map[bool]string{true: "async "}[kind.async] + "function" + map[bool]string{true: "*"}[kind.generator] + " " + name
	body := g.in(kind, func() string { return g.block(4) })
	parameters := g.pick("", "a", "a, b = log('b')", "{ a = 1, ...b } = {}", "[a, b] = [1, 2]", "...a", "a = () => arguments.length, b = a")
	text := fmt.Sprintf("{ const fs = []; let v = 0; %s(%s) %s\n", head, parameters, body)
	arguments := g.list(0, 2, ", ", g.value)
	ops := g.list(2, 7, ", ", func() string {
		return "[" + g.pick(`"next"`, `"next"`, `"next"`, `"next"`, `"return"`, `"throw"`) + ", " + g.number() + "]"
	})
	switch {
	case kind.generator && kind.async:
		text += fmt.Sprintf("try { await driveAsync(%s(%s), [%s]); } catch (e) { failed(e); }\n", name, arguments, ops)
	case kind.generator && g.IntN(3) > 0:
		text += fmt.Sprintf("try { drive(%s(%s), [%s]); } catch (e) { failed(e); }\n", name, arguments, ops)
	case kind.generator:
		text += fmt.Sprintf("t(() => %s);\n", g.pick("[..."+name+"()]", "{ const [x, y] = "+name+"(); return [x, y]; }", "new Map("+name+"())", "{ for (const x of "+name+"()) { log(x); if (x) break; } }", "Math.max(..."+name+"())"))
	case kind.async:
		text += fmt.Sprintf("try { log(await %s(%s)); } catch (e) { failed(e); }\n", name, arguments)
	default:
		text += fmt.Sprintf("t(() => %s%s(%s));\n", g.pick("", "", "new "), name, arguments)
	}
	return text + "for (const f of fs) t(f); log(v); }\n"
}

// in makes what is inside of another function.
func (g *oddity) in(kind functionKind, make func() string) string {
	outer := *g
	g.kind, g.labels, g.loops = kind, nil, 0
	text := make()
	g.kind, g.labels, g.loops = outer.kind, outer.labels, outer.loops
	return text
}

func (g *oddity) block(most int) string {
	g.depth++
	defer func() { g.depth-- }()
	return "{ " + g.list(1, most, " ", g.statement) + " }"
}

func (g *oddity) mark() string { return fmt.Sprintf("log(%d);", g.IntN(1000)) }

func (g *oddity) statement() string {
	if g.depth > 4 {
		return g.mark()
	}
	switch g.IntN(22) {
	case 0, 1:
		return g.try()
	case 2, 3, 4:
		return g.loop()
	case 5:
		return g.jump()
	case 6, 7, 8:
		return g.suspend()
	case 9:
		return "if (" + g.expression() + ") " + g.block(2) + g.pick("", " else "+g.block(2))
	case 10:
		return g.switchOf()
	case 11:
		x := g.name("x")
		return fmt.Sprintf("%s %s = %s; fs.push(() => %s);", g.word("let const var"), x, g.expression(), x)
	case 12:
		x := g.name("x")
		return fmt.Sprintf("fs.push(() => %s); %s let %s = %s;", x, g.pick("", "t(() => "+x+");", "t(() => typeof "+x+");"), x, g.expression())
	case 13:
		return "v = " + g.expression() + ";"
	case 14:
		return "t(() => " + g.expression() + ");"
	case 15:
		return g.inner()
	case 16:
		l := g.name("l")
		g.labels = append(g.labels, l)
		text := l + ": " + g.block(3)
		g.labels = g.labels[:len(g.labels)-1]
		return text
	case 17:
		return fmt.Sprintf("{ let v = %s; { function h() { return v } fs.push(h); } }", g.number())
	}
	return g.mark()
}

// inner is a function in a function.
func (g *oddity) inner() string {
	kind := functionKind{async: g.IntN(3) == 0, generator: g.IntN(2) == 0}
	body := g.in(kind, func() string { return g.block(3) })
	name := g.name("n")
	head := map[bool]string{true: "async "}[kind.async] + "function" + map[bool]string{true: "*"}[kind.generator] + " " + name + "() " + body
	switch {
	case kind.generator && kind.async:
		return head + " fs.push(" + name + ");"
	case kind.generator:
		return head + " t(() => [..." + name + "()]);"
	case kind.async && g.kind.async:
		return head + " try { log(await " + name + "()); } catch (e) { failed(e); }"
	case kind.async:
		return head + " " + name + "().catch(() => {});"
	}
	return head + " t(() => " + name + "());"
}

func (g *oddity) try() string {
	text := "try " + g.block(3)
	catches := g.IntN(3) > 0
	if catches {
		text += g.pick(" catch ", " catch (e) ", " catch ({ name, message = log(name) }) ") + g.block(2)
	}
	if !catches || g.IntN(2) == 0 {
		text += " finally " + g.block(3)
	}
	return text
}

func (g *oddity) loop() string {
	label := ""
	if g.IntN(2) == 0 {
		label = g.name("l")
	}
	x := g.name("i")
	var head, first, tail string
	switch g.IntN(8) {
	case 0:
		head = fmt.Sprintf("for (let %s = 0; %s < 2; %s++)", x, x, x)
	case 1:
		head = fmt.Sprintf("for (let %s = 0, f = () => %s; %s < 2; %s++, fs.push(() => %s))", x, x, x, x, x)
	case 2:
		head = fmt.Sprintf("for (const %s of %s)", x, g.pick("[1, 2]", "iter('it', 1, 2)", "new Set([1, 'z'])", "'hé'", "[{ a: 1 }, {}]"))
	case 3:
		head = fmt.Sprintf("for (%s [%s, %s = log('d')] of [[1, 2], iter('in', 3)])", g.word("const let var"), x, g.name("y"))
	case 4:
		head = fmt.Sprintf("for (const %s in %s)", x, g.pick("{ b: 1, 2: 2, 1: 3 }", "[7, , 8]", "'ab'", "null"))
	case 5:
		head, first = fmt.Sprintf("let %s = 0; %s while (%s < 3)", x, labelled(label), x), x+"++; "
	case 6:
		head, first, tail = fmt.Sprintf("let %s = 0; %s do", x, labelled(label)), x+"++; ", fmt.Sprintf(" while (%s < 2);", x)
	case 7:
		head = fmt.Sprintf("for (const %s of iter('it', 1, 2, 3))", x)
		if g.kind.async {
			head = fmt.Sprintf("for await (const %s of %s)", x, g.pick("[1, Promise.resolve(2)]", "iter('it', 1, 2)", "(async function* () { try { yield 1; yield 2; } finally { log('closed'); } })()"))
		}
	}
	if !strings.Contains(head, "; ") || strings.HasPrefix(head, "for") {
		head = labelled(label) + head
	}
	g.loops++
	if label != "" {
		g.labels = append(g.labels, "="+label)
		defer func() { g.labels = g.labels[:len(g.labels)-1] }()
	}
	defer func() { g.loops-- }()
	body := g.block(3)
	return head + " { " + first + "log(" + x + "); fs.push(() => " + x + "); " + body[1:] + tail
}

func labelled(label string) string {
	if label == "" {
		return ""
	}
	return label + ": "
}

// jump leaves a block, a loop, or the function.
func (g *oddity) jump() string {
	switch n := g.IntN(5); {
	case n == 0 && g.loops > 0:
		return "if (" + g.condition() + ") " + g.word("break continue") + ";"
	case n < 3 && len(g.labels) > 0:
		l, loop := strings.CutPrefix(g.labels[g.IntN(len(g.labels))], "=")
		if loop {
			return "if (" + g.condition() + ") " + g.word("break continue") + " " + l + ";"
		}
		return "if (" + g.condition() + ") break " + l + ";"
	case n == 3:
		return "if (" + g.condition() + ") throw " + g.pick("new TypeError('t')", "5", "undefined", "{ name: 'n' }", "new (class extends Error { name = 'Own' })") + ";"
	}
	if g.kind.static {
		return g.mark()
	}
	return "if (" + g.condition() + ") return " + g.expression() + ";"
}

func (g *oddity) condition() string {
	return g.pick("true", "true", "v", "!v", "v++ % 2", "fs.length > 2", "log(1)")
}

func (g *oddity) suspend() string {
	var can []string
	if g.kind.generator {
		can = append(can, "log(yield "+g.expression()+");", "v = yield;", "yield* "+g.pick("[1, 2]", "iter('d', 1, 2)", "(function* () { try { log(yield 'in'); } finally { log(yield 'fin'); } return 'r'; })()", "'xy'", "{ [Symbol.iterator]: () => ({ next: () => ({ done: true, value: 4 }) }) }", "null")+";",
			"log(yield* iter('e', 1));", "[v = yield 1] = [yield 2];", "log(`${yield}-${yield 3}`);", "v += yield v;")
	}
	if g.kind.async {
		can = append(can, "log(await "+g.expression()+");", "try { await Promise.reject("+g.number()+"); } catch (e) { log(e); }", "v += await 1;", "log(await { then(r) { r(log('then')); } });", "log(await Promise.all([1, (async () => { await null; return log(2); })()]));", "await null;",
			"log(await Promise.allSettled([Promise.reject(new TypeError), 1]));")
	}
	if can == nil {
		return g.mark()
	}
	return g.pick(can...)
}

func (g *oddity) switchOf() string {
	text := "switch (" + g.pick("v", g.number(), "log(1)") + ") { "
	labels := []string{"case 0: ", "case 1: ", "case log(2): ", "default: ", "case '3': "}
	g.Shuffle(len(labels), func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
	for _, l := range labels[:2+g.IntN(3)] {
		text += l + g.statementIn() + g.pick("", " break;", "") + " "
	}
	return text + g.pick("", "case 9: let s = 1; fs.push(() => s); case 10: t(() => s);") + "}"
}

func (g *oddity) statementIn() string {
	g.depth++
	defer func() { g.depth-- }()
	return g.statement()
}

func (g *oddity) expression() string {
	n := g.IntN(12)
	if n == 4 && g.kind.static {
		n++
	}
	switch n {
	case 0:
		return "typeof new.target"
	case 1:
		return "v++"
	case 2:
		return "(log(1), v)"
	case 3:
		return "[...iter('s', 1, 2), v]"
	case 4:
		return "(() => arguments.length)()"
	case 5:
		return "((a, b = a) => { a = 5; return [a, b]; })(v)"
	case 6:
		return "({ v, [log('k')]: 1, get g() { return 2; }, ...{ z: v } })"
	case 7:
		return "((s, ...k) => s.raw.join('|') + k)`a${v}\\n${1}`"
	}
	return g.pick(g.number(), g.text(), "("+g.value()+")")
}

// class is a class, another that extends it perhaps, and what is asked of them.
func (g *oddity) class() string {
	name := g.name("C")
	base := g.pick("", "", " extends "+g.name("B"), " extends Array", " extends Map", " extends Error", " extends null", " extends (log('heritage'), class { constructor() { log(new.target.name); this.m?.(); } m() { return 'base m'; } get a() { return 'base a'; } static s() { return 'base s' + this.name; } })")
	text := "{ const fs = []; let v = 0;\n"
	if strings.HasPrefix(base, " extends B") {
		text += "class " + strings.TrimPrefix(base, " extends ") + " { " + g.members(3, false) + " }\n"
	}
	text += "try {\nclass " + name + base + " { " + g.members(7, base != "" && base != " extends null") + " }\n"
	text += fmt.Sprintf("log(Reflect.ownKeys(%s).filter((k) => k !== 'arguments' && k !== 'caller'), Reflect.ownKeys(%s.prototype), %s.name, %s.length);\n", name, name, name, name)
	text += fmt.Sprintf("t(() => { const x = new %s(%s); log(x, x.a, x.m?.(1, 2), %s.s?.(), %s.a, x.b); x.a = 6; %s.a = 7; x.b = 8; return [x, %s.a, Object.keys(x)]; });\n", name, g.list(0, 2, ", ", g.value), name, name, name, name)
	text += fmt.Sprintf("t(() => %s);\n", g.pick(name+"()", "Reflect.construct("+name+", [], Object)", name+".prototype.m()", "new "+name+" instanceof "+name, "has"+name, "new (class extends "+name+" { a = 'sub' }).a", "[...new "+name+"().gen()]", name+".s.call({ name: 'x' })"))
	text += fmt.Sprintf("try { for await (const x of new %s().agen()) log(x); } catch (e) { failed(e); }\n", name)
	return text + "} catch (e) { failed(e); }\nfor (const f of fs) t(f); }\n"
}

func (g *oddity) members(most int, derived bool) string {
	super := func(s, otherwise string) string {
		if derived {
			return s
		}
		return otherwise
	}
	private := map[string]bool{}
	once := func(name, text string) string {
		if private[name] {
			return ""
		}
		private[name] = true
		return text
	}
	return g.list(1, most, " ", func() string {
		static := g.pick("", "", "static ")
		switch g.IntN(17) {
		case 0:
			return static + g.pick("a", "b", "[log('key')]", "'q w'", "3", "get", "async", "static") + " = " + g.pick("log(typeof this)", "this.m", "() => this.b", "1", super("super.a", "2"), "function () {}", "class {}") + ";"
		case 1:
			return once("p", static+"#p = "+g.value()+"; gp() { return [this.#p, #p in this, this?.#p]; } "+static+"up() { this.#p += 1; [this.#p] = [4]; ({ x: this.#p = 5 } = {}); return this.#p++; }")
		case 2:
			return once("q", static+"#q(x = this) { return "+super("super.m?.()", "typeof x")+"; } cq() { t(() => this.#q()); t(() => { this.#q = 1; }); return #q in this; }")
		case 3:
			return once("r", static+"get #r() { return log('get r'); } "+static+"set #r(x) { log('set r', x); } cr() { this.#r ||= 3; return this.#r++; }")
		case 4:
			return "static { log('static', this.name, typeof " + super("super.s", "new.target") + "); " + g.in(functionKind{static: true}, func() string { return g.block(2) }) + " }"
		case 5, 6:
			return static + "m(a, b = " + super("super.m?.()", "1") + ") { " + super("log(super.a, super['m']);", "log(this === undefined);") + " return [a, b, arguments.length]; }"
		case 7:
			return static + "get a() { return log('get a'); } " + static + "set a(x) { log('set a', x); " + super("super.a = x;", "") + " }"
		case 8:
			return once("constructor", "constructor(x = log('x')) { "+g.pick(super("super(); ", ""), super("const f = () => super(1); f(); ", ""), super("try { this.z; } catch (e) { failed(e); } super(x); ", "this.z = x; "), super("super(); try { super(); } catch (e) { failed(e); }", ""), "", "return { other: 1 };")+" "+g.pick("", "this.late = new.target.name;", "return;")+" }")
		case 9:
			return g.pick("", "static ") + "*gen() " + g.in(functionKind{generator: true}, func() string { return g.block(3) })
		case 10:
			return "async *agen() { yield " + super("super.m?.(1)", "this.a") + "; " + g.in(functionKind{async: true, generator: true}, func() string { return g.block(2) }) + " yield " + super("super.a", "3") + "; }"
		case 11:
			return static + "async am() " + g.in(functionKind{async: true}, func() string { return g.block(2) })
		case 12:
			return "static s() { return " + super("super.s?.()", "this.name") + "; }"
		case 13:
			return g.pick("static get [Symbol.species]() { return Array; }", "get [Symbol.toStringTag]() { return 'Tag'; }", "static [Symbol.hasInstance](x) { return log('hasInstance'); }", "[Symbol.toPrimitive](h) { return h; }", "*[Symbol.iterator]() { yield 1; }")
		case 14:
			return g.pick("'constructor2'() {}", "async() {}", "get() {}", "static async *x() {}", "static static() {}", "1() {}", "['computed' + 1]() { return 1; }", "static accessor() {}")
		}
		return ""
	})
}

func (g *oddity) destructuring() string {
	return g.list(1, 4, "", func() string {
		return fmt.Sprintf("t(() => { %s %s = %s; return [%s]; });\n", g.word("const let var"), g.pattern(0), g.source(), g.pick("1", "typeof p1", "2")) +
			fmt.Sprintf("t(() => { const x = {}; const r = (%s = %s); return [x, r === x]; });\n", g.assignment(0), g.source())
	})
}

func (g *oddity) source() string {
	return g.pick("iter('it', 1, undefined, 3)", "[1, [2], { a: 3 }]", "{ a: 1, b: [2], c: null }", "{ get a() { return log('get a'); }, b: iter('b', 1, 2, 3) }", "null", "'str'", "spy('p', { a: 1, b: [1, 2], 0: 5 })", "spy('q', [1, 2])", "new Map([[1, 2]])", "5", "(function* () { try { yield 1; yield [2]; } finally { log('fin'); } })()", "[, null, undefined]")
}

func (g *oddity) value0() string { return "log(" + g.number() + ")" }

func (g *oddity) pattern(depth int) string {
	leaf := func() string {
		if depth < 2 && g.IntN(3) == 0 {
			return g.pattern(depth+1) + g.pick("", " = []", " = {}", " = ["+g.value0()+"]")
		}
		return g.name("p") + g.pick("", "", " = "+g.value0(), " = () => {}")
	}
	if g.IntN(2) == 0 {
		return "[" + g.list(0, 3, ", ", func() string { return g.pick("", leaf(), leaf()) }) + g.pick("", ", ..."+g.name("r")) + "]"
	}
	return "{ " + g.list(0, 3, ", ", func() string { return g.pick("a: ", "b: ", "[log('c')]: ", "length: ", "0: ") + leaf() }) + " }"
}

func (g *oddity) assignment(depth int) string {
	leaf := func() string {
		if depth < 2 && g.IntN(3) == 0 {
			return g.assignment(depth+1) + g.pick("", " = []", " = {}")
		}
		return g.pick("x.a", "x[log('k')]", "x.b", "(x.c)") + g.pick("", " = "+g.value0())
	}
	if g.IntN(2) == 0 {
		return "[" + g.list(0, 3, ", ", leaf) + g.pick("", ", ...x.rest") + "]"
	}
	return "{ " + g.list(0, 3, ", ", func() string { return g.pick("a: ", "b: ", "[log('c')]: ") + leaf() }) + " }"
}

func (g *oddity) proxies() string {
	x := g.name("x")
	text := fmt.Sprintf("{ const %s = spy('%s', %s);\n", x, x, g.pick("{ a: 1, b: 2 }", "[3, 1, 2]", "function f(a) { return [this === undefined, a, new.target === undefined]; }", "class A { m() { return 1; } }", "Object.freeze({ a: 1 })", "Object.create({ a: 'in' })"))
	return text + g.list(2, 8, "", func() string {
		return fmt.Sprintf("t(() => %s);\n", strings.ReplaceAll(g.pick("X.a", "X.a = 5", "delete X.a", "'a' in X", "Object.keys(X)", "({ ...X })", "JSON.stringify(X)", "X()", "new X()", "Object.entries(X)", "Object.assign({}, X)",
			"Object.getOwnPropertyDescriptor(X, 'a')", "Object.defineProperty(X, 'z', { value: 1 }) === X", "Object.isFrozen(X)", "Object.freeze(X) === X", "Object.getPrototypeOf(X) === X", "Array.isArray(X)", "[].concat(X).length", "X.map?.((v) => v)", "X instanceof Object", "Object.create(X).a",
			"Object.create(X).z = 3", "X.a++", "X.b ??= 1", "Reflect.set(X, 'a', 1, {})", "Object.hasOwn(X, 'a')", "X.push?.(4)", "`${X.b}`", "class extends X {}.name", "Object.fromEntries(Object.entries(X))", "X.length", "typeof X", "[...X]", "X.splice?.(0, 1)", "X.includes?.(1)"), "X", x))
	}) + "}\n"
}

// corners are programs that need no grammar.
func (g *oddity) corners() string {
	return g.list(2, 6, "", func() string {
		return "t(() => { " + g.pick(
			"log(typeof h, typeof w); { function h() {} } var w = 1; return typeof h;",
			"const f = (a = b, b = 1) => a; return f();",
			"let x = x + 1; return x;",
			"const x = 1; x = log(2); return x;",
			"const f = function n() { n = 1; return n; }; return f();",
			"undeclared"+g.name("u")+" = 1;",
			"return [eval, Function].map((f) => { try { f('1'); return 1; } catch (e) { return e.name; } });",
			"return String.raw`a\\u0041${"+g.value()+"}\\n`;",
			"const f = (s) => s; const h = () => f`x`; return [h() === h(), f`x` === f`x`, Object.isFrozen(h())];",
			"class A { static #x = 1; static f(o) { return #x in o; } } return [A.f(A), A.f({})];",
			"class S extends Array {} const s = S.from([1, 2]).map((x) => x); return [s instanceof S, s.length, s.concat([3]) instanceof S];",
			"class P extends Promise {} return [P.resolve(1) instanceof P, P.resolve(1).then(() => {}) instanceof P];",
			"const d = Object.getOwnPropertyDescriptor(class { static get x() {} }, 'x'); return [d.get.name, d.set];",
			"return [..."+g.text()+"].map((c) => c.codePointAt(0));",
			"return new Date("+g.list(1, 7, ", ", g.number)+").getTime();",
			"return Date.parse("+g.pick(`"2020-1-2"`, `"Jan 2, 2020"`, `"2020/01/02 3:04 PM"`, `"2 January 2020 10:11:12 PST"`, `"2020-01-02T03:04:05.6789Z"`, `"20200102"`, `"2020-01-02 03:04Z"`, `"Thu Jan 02 2020"`, `"2020-01-02T03:04:60Z"`, `"2020-02-31"`, `"1970-01-01T00:00:00.000-00:01"`, `"12/25/95"`, `"2020"`, `"T10:00"`, `"2020-01-02T3:04Z"`)+");",
			"return parseInt("+g.pick(`"12abc"`, `" -0x1f"`, `"1e3"`, `"z", 36`, `"101", 2`, `"9", 8`, `"", 10`, `"1_000"`, `null, 36`, `"0b11"`)+");",
			"return Number("+g.pick(`"1_000"`, `"0b11"`, `"0o17"`, `" 12 "`, `"1e1000"`, `".5."`, `"+-1"`, `[]`, `[5]`, `"0x"`, `"\u00a05"`, `new Date(5)`, `"-0"`)+");",
			"label: { try { break label; } finally { log('f'); } } return 'after';",
			"return (() => { try { return log('t'); } finally { log('f'); } })();",
			"return (() => { for (;;) { try { return 1; } finally { break; } } return 2; })();",
			"return (() => { l: for (let i = 0; i < 3; i++) { try { continue l; } finally { if (i === 1) return i; } } })();",
			"var a = 1; { let a = 2; { var b = a; } } return [a, b];",
			"const a = [1, 2, 3]; for (const x of a) { if (x < 3 && a.length < 6) a.push(x * 10); } return a;",
			"const m = new Map([[1, 1]]); for (const [k] of m) { if (k < 5) { m.delete(k); m.set(k + 1, 1); } } return m;",
			"const s = Object.freeze([1]); s.push(2);",
			"const x = { get y() { return this; } }; return x.y === x && Reflect.get(x, 'y', 5);",
			"return Object.entries({ b: 1, 2: 1, a: 1, 1: 1, [Symbol('s')]: 1, '-1': 1, '01': 1 });",
			"return JSON.stringify({ a: [undefined, () => 1, Symbol()], b: new Date(NaN), c: new Map, d: Object(1n) ? 1 : 0, e: '\\ud800', f: 1e21 }, null, "+g.word("0 2 '--' 20")+");",
			"return JSON.parse('"+g.pick(`{"__proto__": [1]}`, `[1, 2e3, -0, "\\u0041"]`, `{"a": 1, "a": 2}`, `01`, `[1,]`, ` "x" `, `{"1": 1, "b": 2, "0": 3}`, `nul`)+"', function (k, v) { log(k); return k === 'a' ? undefined : v; });",
			"const r = /(?<y>\\d{4})-(?<m>\\d\\d)/g; return ['2020-01 2021-02'.replace(r, '$<m>/$<y>$$$`'), [...'2020-01'.matchAll(r)][0].groups, r.lastIndex];",
			"const r = /a/y; r.lastIndex = 1; return [r.test('ba'), r.lastIndex, r.test('ba'), r.lastIndex];",
			"return 'a-b-c'.split(/(-)/, "+g.word("2 4 undefined 0 -1")+");",
			"return ['b', , 'a', undefined].sort();",
			"return Array.from({ length: 20 }, (_, i) => [i % 3, i]).sort((a, b) => a[0] - b[0]).map((x) => x[1]);",
			"const a = [1, 2, 3, 4]; a.length = 2; a[5] = 1; return [a, a.indexOf(undefined), a.includes(undefined), a.findIndex((x) => x === undefined)];",
			"return [1, 2, 3].map(parseInt);",
			"return Object.getOwnPropertyNames(function (a, b) { }).sort();",
			"return (function () { return typeof this; }).call("+g.value()+");",
			"return [new Int8Array([127, 128, 256, -129, 1.9])[1], new Uint8ClampedArray([1.5, 2.5, -1, 300]), new Float32Array([0.1])[0]];",
			"const b = new ArrayBuffer(8); const d = new DataView(b); d.setFloat32(1, 1.1); d.setInt16(6, -2, true); return [...new Uint8Array(b)];",
			"return [1n << 70n, -5n >> 1n, -5n / 2n, -5n % 3n, 2n ** 70n, BigInt.asIntN(8, 255n), BigInt('0x1f'), 5n > 4, 2n == '2'];",
			"return BigInt("+g.value()+");",
			"return [0.1 + 0.7, 1e21 + 1, 123e-20, 1 / 3, 100 .toString(3), (0.1).toString(2).length, (1e21).toLocaleString === undefined];",
			"const g = (function* () { try { yield 1; } finally { return 2; } })(); return [g.next(), g.return(5), g.next()];",
			"const g = (function* () { yield g.next(); })(); return g.next();",
			"return Reflect.ownKeys(Object.getOwnPropertyDescriptors(class { static a = 1; static b() {} }));",
			"return [Array.prototype.concat.call(1, [2]), Array.prototype.map.call('ab', (x) => x)];",
			"const w = Object.create(null); w.x = 1; return `${w}`;",
			"return Symbol('a') + '';",
			"return [..."+g.array()+"].at("+g.number()+");",
			"const { length, [length - 1]: last } = 'hello'; return [length, last];",
			"function f(a, b = 2, ...c) { arguments[0] = 9; return [a, arguments.length, f.length, c]; } return f(1);",
			"const o2 = { f() { return super.toString === Object.prototype.toString; } }; return o2.f();",
			"return new Proxy(() => {}, { apply: (...l) => l.length, construct: () => 1 })(1) + new (new Proxy(class {}, { construct: () => 1 }))();",
			"return Object.defineProperty([1, 2, 3], 'length', { writable: false }).push(4);",
			"return (async () => { throw 1; })() instanceof Promise;") + " });\n"
	})
}
