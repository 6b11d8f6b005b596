// Package engine_test runs the same tests on each engine.
package engine_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/goja"
	"stockade.dev/stockade/workerproc/engine/quickjs"
)

// maker makes engines of one kind.
type maker struct {
	name string
	new  func() (engine.Engine, error)
}

var makers = []maker{
	{"goja", func() (engine.Engine, error) { return goja.New() }},
	{"quickjs", func() (engine.Engine, error) { return quickjs.New() }},
}

// onEach runs a test on each engine.
func onEach(t *testing.T, test func(*testing.T, maker)) {
	for _, m := range makers {
		t.Run(m.name, func(t *testing.T) { test(t, m) })
	}
}

// load imports main from modules, given as name, source pairs in the form
// "name kind: source", and returns what its default export is, as a string,
// or the error.
func load(t *testing.T, m maker, modules map[string]string) (string, error) {
	t.Helper()
	e := m.engine(t)
	for name, source := range modules {
		e.Define(moduleOf(name, source))
	}
	return importMain(t, e)
}

func (m maker) engine(t testing.TB) engine.Engine {
	t.Helper()
	e, err := m.new()
	if err != nil {
		t.Fatal(err)
	}
	exports, err := e.Script("stockade:test", `({WorkerEntrypoint: class WorkerEntrypoint {}, env: {A: 1}})`)
	if err != nil {
		t.Fatal(err)
	}
	e.Builtin("cloudflare:workers", exports)
	return e
}

func moduleOf(name, source string) engine.Module {
	kind := engine.ESModule
	switch {
	case strings.HasSuffix(name, ".cjs"):
		kind = engine.CommonJS
	case strings.HasSuffix(name, ".ts"), strings.HasSuffix(name, ".tsx"):
		kind = engine.TypeScript
	case strings.HasSuffix(name, ".json"):
		kind = engine.JSON
	case strings.HasSuffix(name, ".txt"):
		kind = engine.Text
	case strings.HasSuffix(name, ".bin"):
		kind = engine.Data
	}
	return engine.Module{Name: name, Kind: kind, Source: []byte(source)}
}

func importMain(t testing.TB, e engine.Engine) (result string, err error) {
	t.Helper()
	promise, err := e.Import("main.js")
	if err != nil {
		return "", err
	}
	show, serr := e.Script("stockade:show", `(async (ns) => String(await (typeof ns.default === "function" ? ns.default() : ns.default)))`)
	if serr != nil {
		t.Fatal(serr)
	}
	settled := false
	e.Then(promise, func(ns any, failed error) {
		if failed != nil {
			settled, err = true, failed
			return
		}
		shown, failed := e.Call(show, ns)
		if failed != nil {
			settled, err = true, failed
			return
		}
		e.Then(shown, func(v any, failed error) {
			settled, err = true, failed
			result, _ = v.(string)
		})
	})
	if _, e2 := e.Script("stockade:pump", `undefined`); e2 != nil {
		t.Fatal(e2)
	}
	if !settled {
		return "unsettled", nil
	}
	return result, err
}

// describe prints an error as the table tests expect it.
func describe(e engine.Engine, err error) string {
	var (
		thrown *engine.Exception
		syntax *engine.SyntaxError
	)
	switch {
	case errors.As(err, &thrown):
		d := e.Describe(thrown.Thrown)
		return d.Name + ": " + d.Message
	case errors.As(err, &syntax):
		return syntax.Error() + " at " + syntax.File + ":" + strconv.Itoa(syntax.Line) + ":" + strconv.Itoa(syntax.Column)
	}
	return err.Error()
}

func TestModules(t *testing.T) {
	onEach(t, func(t *testing.T, m maker) {
		for name, test := range moduleTests {
			t.Run(name, func(t *testing.T) {
				e := m.engine(t)
				for name, source := range test.modules {
					e.Define(moduleOf(name, source))
				}
				got, err := importMain(t, e)
				if err != nil {
					got = describe(e, err)
				}
				want := test.want
				if other, is := worded[m.name][name]; is {
					want = other
				}
				if got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
			})
		}
	})
}

// worded has what an engine says in words of its own.
var worded = map[string]map[string]string{
	"quickjs": {
		"import declared twice": "undefined", // QuickJS doesn't mind
	},
}

type files = map[string]string

var moduleTests = map[string]struct {
	modules files
	want    string
}{
	"default expression":        {files{"main.js": `export default 1 + 1`}, "2"},
	"default object":            {files{"main.js": `export default { toString() { return "o" } }`}, "o"},
	"default function":          {files{"main.js": `import f from "./f.js"; export default f()`, "f.js": `export default function () { return this === undefined }`}, "true"},
	"named default function":    {files{"main.js": "export default function f() { return f.name }"}, "f"},
	"anonymous default name":    {files{"main.js": "import f from './f.js'; export default f.name", "f.js": "export default () => 1"}, "default"},
	"anonymous function name":   {files{"main.js": "import f from './f.js'; export default f.name", "f.js": "export default function () {}"}, "default"},
	"anonymous class name":      {files{"main.js": "import f from './f.js'; export default f.name", "f.js": "export default class {}"}, "default"},
	"anonymous generator":       {files{"main.js": "import f from './f.js'; export default [...f()] + f.name", "f.js": "export default function* () { yield 7 }"}, "7default"},
	"default async function":    {files{"main.js": "export default async function () { return await 3 }"}, "3"},
	"default class":             {files{"main.js": "import C from './c.js'; export default new C().x", "c.js": "export default class C { x = 4 }"}, "4"},
	"default class, no break":   {files{"main.js": "import C, {y} from './c.js'; export default new C().x + y", "c.js": "export default class { x = 4 }\nexport let y = [1][0]"}, "5"},
	"declarations":              {files{"main.js": "import * as ns from './d.js'; export default Object.keys(ns)", "d.js": "export const a = 1, b = 2; export let c; export var d; export function e() {} export class f {} export async function g() {}"}, "a,b,c,d,e,f,g"},
	"list":                      {files{"main.js": "import {y, default as z} from './d.js'; export default y + z", "d.js": "let x = 1; export { x as y, x as default }"}, "2"},
	"string names":              {files{"main.js": `import {"a b" as y} from './d.js'; export default y`, "d.js": `let x = 1; export { x as "a b" }`}, "1"},
	"pattern":                   {files{"main.js": "import {a, c} from './d.js'; export default a + c", "d.js": "export const {a, b: [c]} = {a: 1, b: [2]}"}, "3"},
	"live binding":              {files{"main.js": "import {n, add} from './d.js'; add(); export default n", "d.js": "export let n = 1; export function add() { n++ }"}, "2"},
	"assignment to import":      {files{"main.js": "import {n} from './d.js'; export default () => { try { n = 1 } catch (e) { return e.name } }", "d.js": "export let n = 1"}, "TypeError"},
	"call of import, this":      {files{"main.js": "import {f} from './d.js'; export default f()", "d.js": "export function f() { return this === undefined }"}, "true"},
	"function, assigned":        {files{"main.js": "import {f, set} from './d.js'; set(); export default f()", "d.js": "export function f() { return 1 } export function set() { f = () => 2n }"}, "2"},
	"function, assigned in []":  {files{"main.js": "import {f, set} from './d.js'; set(); export default f()", "d.js": "export function f() { return 1 } export function set() { [f] = [() => 2] }"}, "2"},
	"class, assigned in {}":     {files{"main.js": "import {f, set} from './d.js'; set(); export default f()", "d.js": "export class f {} export function set() { ({f} = {f: () => 2}) }"}, "2"},
	"namespace, function":       {files{"main.js": "import * as d from './d.js'; d.set(); let e; try { d.set = 1 } catch (x) { e = x.name } export default [Object.keys(d), d.f(), d.default === d.set, e]", "d.js": "let n = 1 + 1; export { n, f, set, set as default }; function f() { return 1 + 1 } function set() { n = 0 + 1 }"}, "default,f,n,set,2,true,TypeError"},
	"namespace, assigned":       {files{"main.js": "import * as d from './d.js'; d.set(); export default d.f() + d.g() + d.h() + d.i()", "d.js": "export function f() {} export function g() {} export function h() {} export function i() {}\nexport function set() { f = () => 1 + 0; ({ x: { g }, ...h } = { x: { g: () => 1 } }); h = () => 1; for (i of [() => 1]); }"}, "4"},
	"namespace, assigned by ++": {files{"main.js": "import * as d from './d.js'; d.set(); export default String(d.f) + d.g", "d.js": "export function f() {} export function g() {}\nexport function set() { f++; g ??= 1; g &&= 1 }"}, "NaN1"},
	"function, constant":        {files{"main.js": "import {f} from './d.js'; export default () => { return f() + (() => { const f = 1; return f })() }", "d.js": "export function f() { return 1 }"}, "2"},
	"var, assigned later":       {files{"main.js": "import {f, set} from './d.js'; set(); export default f", "d.js": "export var f = 1; export const set = () => { for (f of [2]); }"}, "2"},
	"cycle with constants":      {files{"main.js": "import {b} from './b.js'; export const a = () => 'a'; export default b", "b.js": "import {c} from './c.js'; import {a} from './main.js'; export const b = () => a() + c", "c.js": "export const c = 'c'"}, "ac"},
	"common in a constant":      {files{"main.js": "import c, {x} from './c.cjs'; export default c.x + x", "c.cjs": "exports.x = 1"}, "2"},
	"reexport":                  {files{"main.js": "import {z} from './b.js'; export default z", "b.js": "export { a as z } from './a.js'", "a.js": "export const a = 9"}, "9"},
	"reexport namespace":        {files{"main.js": "import {z} from './b.js'; export default z.a", "b.js": "export * as z from './a.js'", "a.js": "export const a = 9"}, "9"},
	"reexport of import":        {files{"main.js": "import {z} from './b.js'; export default z", "b.js": "import {a} from './a.js'; export {a as z}", "a.js": "export const a = 9"}, "9"},
	"star":                      {files{"main.js": "import * as ns from './b.js'; export default Object.keys(ns)", "b.js": "export * from './a.js'; export let x", "a.js": "export const a = 9; export default 1"}, "a,x"},
	"named from star":           {files{"main.js": "import {a} from './b.js'; export default a", "b.js": "export * from './a.js'; export let x", "a.js": "export const a = 9; export default 1"}, "9"},
	"side effect order":         {files{"main.js": "import './a.js'; import './b.js'; globalThis.log += 'm'; export default globalThis.log", "a.js": "import './c.js'; globalThis.log += 'a'", "b.js": "import './c.js'; globalThis.log += 'b'", "c.js": "globalThis.log = 'c'"}, "cabm"},
	"cycle, function":           {files{"main.js": "import {b} from './b.js'; export function a() { return 'a' } export default b", "b.js": "import {a} from './main.js'; export const b = a() + 'b'"}, "ab"},
	"cycle, too early":          {files{"main.js": "import {b} from './b.js'; export const a = 1; export default b", "b.js": "import {a} from './main.js'; export let b; try { b = a } catch (e) { b = e.name }"}, "ReferenceError"},
	"cycle, later":              {files{"main.js": "import {b} from './b.js'; export const a = 1; export default () => b()", "b.js": "import {a} from './main.js'; export const b = () => a"}, "1"},
	"a bundle's own helper":     {files{"main.js": "var __defProp = Object.defineProperty;\nvar __toESM = (mod) => (\n  { own: mod }\n);\nasync function* lowered() {}\nexport default __toESM(7).own"}, "7"},
	"import itself":             {files{"main.js": "import * as me from './main.js'; export const x = 5; export default () => me.x"}, "5"},
	"namespace object":          {files{"main.js": "import * as ns from './a.js'; let e; try { ns.a = 1 } catch (x) { e = x.name } export default [Object.prototype.toString.call(ns), Object.getPrototypeOf(ns), Object.isExtensible(ns), e]", "a.js": "export let b, a"}, "[object Module],,false,TypeError"},
	"namespace is one":          {files{"main.js": "import * as x from './a.js'; export default async () => x === await import('./a.js')", "a.js": ""}, "true"},
	"dynamic import":            {files{"main.js": "export default async () => (await import('./a.js')).a", "a.js": "export let a = 6"}, "6"},
	"dynamic import, computed":  {files{"main.js": "export default async () => { const n = 'a'; return (await import(`./${n}.js`)).default }", "a.js": "export default 6"}, "6"},
	"dynamic import, missing":   {files{"main.js": "export default () => import('./a.js').catch(String)"}, `Error: No such module "a.js".`},
	"dynamic import, throws":    {files{"main.js": "export default () => import('./a.js').catch(String)", "a.js": "throw new RangeError('no')"}, "RangeError: no"},
	"dynamic import, syntax":    {files{"main.js": "export default () => import('./a.js').catch(String)", "a.js": "let 1"}, "SyntaxError: Unexpected number (a.js:1:5)"},
	"dynamic import, text":      {files{"main.js": "export default async () => (await import('./a.txt')).default", "a.txt": "text"}, "text"},
	"import.meta":               {files{"main.js": "export default JSON.stringify(import.meta) + import.meta.url"}, "{}undefined"},
	"text":                      {files{"main.js": "import t from './t.txt'; export default t", "t.txt": "héllo"}, "héllo"},
	"json":                      {files{"main.js": "import t from './t.json' with {type: 'json'}; export default t.a", "t.json": `{"a": 8}`}, "8"},
	"bad json":                  {files{"main.js": "import t from './t.json'; export default t.a", "t.json": `{"a": `}, "SyntaxError: Unexpected end of JSON input (t.json)"},
	"data":                      {files{"main.js": "import t from './t.bin'; export default t.constructor.name + t.byteLength", "t.bin": "\x00\xff"}, "ArrayBuffer2"},
	"data is no name":           {files{"main.js": "import {x} from './t.bin'; export default 1", "t.bin": ""}, "SyntaxError: The requested module './t.bin' does not provide an export named 'x' at main.js:1:9"},
	"builtin":                   {files{"main.js": "import { WorkerEntrypoint as W, env } from 'cloudflare:workers'; export default class extends W { static toString() { return env.A + this.name } }; "}, "TypeError: Class constructor default cannot be invoked without 'new'"},
	"bare name":                 {files{"main.js": "import a from 'a.js'; export default a", "a.js": "export default 3"}, "3"},
	"absolute name":             {files{"main.js": "import a from '/d/a.js'; export default a", "d/a.js": "import b from '../b.js'; export default b", "b.js": "export default 3"}, "3"},
	"bare name from below":      {files{"main.js": "import a from './d/a.js'; export default a", "d/a.js": "import b from 'b.js'; export default b", "b.js": "export default 3"}, "3"},
	"no such module":            {files{"main.js": "import a from './nope.js'; export default a"}, "Error: No such module \"nope.js\".\n  imported from \"main.js\""},
	"no such module below":      {files{"main.js": "import a from './d/a.js'", "d/a.js": "import 'nope'"}, "Error: No such module \"d/nope\".\n  imported from \"d/a.js\""},
	"node module":               {files{"main.js": "import a from 'node:fs'"}, "Error: No such module \"node:fs\".\n  imported from \"main.js\""},
	"outside":                   {files{"main.js": "import a from '../x'"}, "TypeError: Invalid module specifier \"../x\".\n  imported from \"main.js\"."},
	"no such export":            {files{"main.js": "import d, {\n  foo} from './a.js'; export default foo", "a.js": "export default 1"}, "SyntaxError: The requested module './a.js' does not provide an export named 'foo' at main.js:2:3"},
	"no default":                {files{"main.js": "import d from './a.js'; export default d", "a.js": "export let x"}, "SyntaxError: The requested module './a.js' does not provide an export named 'default' at main.js:1:8"},
	"no such builtin export":    {files{"main.js": "import {Nope} from 'cloudflare:workers'; export default d"}, "SyntaxError: The requested module 'cloudflare:workers' does not provide an export named 'Nope' at main.js:1:9"},
	"await":                     {files{"main.js": "const x = await Promise.resolve(5); export default x"}, "5"},
	"await, import, export":     {files{"main.js": "import {a, inc} from './a.js'; await null; inc(); export let y = a; export default y", "a.js": "export let a = 1; export function inc() { a++ }"}, "2"},
	"await below":               {files{"main.js": "import {a} from './a.js'; import {b} from './b.js'; export default a + b", "a.js": "import {b} from './b.js'; export const a = b + 1", "b.js": "export const b = await new Promise(r => r(1))"}, "3"},
	"await order":               {files{"main.js": "import './a.js'; import './b.js'; log('m'); export default globalThis.l", "a.js": "import './l.js'; log('a1'); await 0; log('a2')", "b.js": "import './l.js'; log('b1'); await 0; log('b2')", "l.js": "globalThis.l = ''; globalThis.log = (s) => l += s + ' '"}, "a1 b1 a2 b2 m "},
	"await in cycle":            {files{"main.js": "import {b} from './b.js'; export const a = await 1; export default b() + a", "b.js": "import {a} from './main.js'; export const b = () => a"}, "2"},
	"await, throws":             {files{"main.js": "await Promise.reject(new RangeError('no'))"}, "RangeError: no"},
	"await below, throws":       {files{"main.js": "import './a.js'", "a.js": "await Promise.reject(new RangeError('no'))"}, "RangeError: no"},
	"await, never":              {files{"main.js": "await new Promise(() => {})"}, "unsettled"},
	"await, dynamic":            {files{"main.js": "export default async () => (await import('./a.js')).a", "a.js": "export const a = await 7"}, "7"},
	"await of dynamic":          {files{"main.js": "const {a} = await import('./a.js'); export default a", "a.js": "export const a = 7"}, "7"},
	"for await":                 {files{"main.js": "let s = 0; for await (const x of [1, Promise.resolve(2)]) s += x; export default s"}, "3"},
	"await, template":           {files{"main.js": "export default await `\nexport const x = 1;\n${1}`"}, "\nexport const x = 1;\n1"},
	"await (call)":              {files{"main.js": "const f = async () => 1; export default await (f())"}, "1"},
	"common default":            {files{"main.js": "import c from './c.cjs'; export default c.x", "c.cjs": "exports.x = 1"}, "1"},
	"common named":              {files{"main.js": "import {x} from './c.cjs'; export default x", "c.cjs": "exports.x = 1"}, "1"},
	"common, module.exports":    {files{"main.js": "import c from './c.cjs'; export default c()", "c.cjs": "module.exports = () => 'f'"}, "f"},
	"common, require":           {files{"main.js": "import c from './c.cjs'; export default c", "c.cjs": "module.exports = [require('./d.cjs').d, require('./e.js'), require('t.txt'), require('./j.json').j, require('cloudflare:workers').env.A]", "d.cjs": "exports.d = 1", "e.js": "export default 'esm'; export const x = 1", "t.txt": "text", "j.json": `{"j":2}`}, "1,esm,text,2,1"},
	"common, cycle":             {files{"main.js": "import c from './c.cjs'; export default c.b", "c.cjs": "exports.a = 1; exports.b = require('./d.cjs').b", "d.cjs": "exports.b = require('./c.cjs').a"}, "1"},
	"common, missing":           {files{"main.js": "import c from './c.cjs'", "c.cjs": "require('./nope')"}, `Error: No such module "nope".`},
	"common, variables":         {files{"main.js": "import c from './d/c.cjs'; export default c", "d/c.cjs": "module.exports = [__filename, __dirname, this === globalThis, typeof require, Object.keys(module)]"}, "/d/c.cjs,/d,true,function,path,exports"},
	"common, await":             {files{"main.js": "import c from './c.cjs'", "c.cjs": "require('./a.js')", "a.js": "await 1"}, "Error: Top-level await in module is not permitted at this time."},
	"common, lowered":           {files{"main.js": "import c from './c.cjs'; export default async () => { for await (const x of c.g()) return x }", "c.cjs": "exports.g = async function* () { yield (await import('./e.js')).y }", "e.js": "export const y = 4"}, "4"},
	"common, return":            {files{"main.js": "import c from './c.cjs'; export default c.x", "c.cjs": "exports.x = 1; return; exports.x = 2"}, "1"},
	"common, sloppy":            {files{"main.js": "import c from './c.cjs'; export default c.x", "c.cjs": "undeclared = 3; exports.x = undeclared"}, "3"},
	"typescript":                {files{"main.js": "import {x} from './t.ts'; export default x", "t.ts": "import type {Y} from './y.ts'; enum E { A = 4 } export const x: number = E.A as number;"}, "4"},
	"typescript as js":          {files{"main.js": "let x: number = 1"}, "SyntaxError: Unexpected token ':'. This looks like TypeScript, which has to be compiled or bundled to JavaScript first (or be given as a {ts} module) at main.js:1:6"},
	"no require in a module":    {files{"main.js": "export default [typeof require, typeof module, typeof exports, this]"}, "undefined,undefined,undefined,"},
	"no require when lowered":   {files{"main.js": "import './a.js'; async function* g() {}; export default [typeof require, typeof module, typeof exports, this]", "a.js": ""}, "undefined,undefined,undefined,"},
	"async generator":           {files{"main.js": "async function* g() { yield 1; yield 2 } export default async () => { let s = 0; for await (const x of g()) s += x; return s }"}, "3"},
	"private names":             {files{"main.js": "class A { #p = 1; static { this.q = 2 } static #s() { return 3 } has(o) { return #p in o } static f() { return A.#s() } } export default [A.q, new A().has(new A()), A.f()]"}, "2,true,3"},
	"awkward fields":            {files{"main.js": "class A { static get = 1; set = 2; async = 3; #p = 4; p() { return this.#p } } const a = new A(); export default [A.get, a.set, a.async, a.p()]"}, "1,2,3,4"},
	"awkward, await":            {files{"main.js": "class A { static get = 1 } await 1; export default A.get"}, "1"},
	"large escape":              {files{"main.js": `export default "\u{10ffff}".codePointAt(0)`}, "1114111"},
	"modern syntax":             {files{"main.js": "let a = null; a ??= 1_000; a ||= 2; const o = {a, ...{b: 2n}}; export default [o?.a, o.b, 2 ** 3, `t${a}`, a?.b?.c]"}, "1000,2,8,t1000,"},
	"lexical traps":             {files{"main.js": "const r = /export default \"/; const s = `\nexport default ${`import x from 'y'`}`; if (1) /import/.test(s); const d = 4 / 2 / 1; export default [r.test(s), d]"}, "false,2"},
	"export in a comment":       {files{"main.js": "// export default 1\n/* import x from 'y' */ export default 2"}, "2"},
	"property named import":     {files{"main.js": "const o = { import: 1, export: 2, get default() { return 3 } }; export default o.import + o.export + o.default"}, "6"},
	"hashbang and BOM":          {files{"main.js": "\ufeffexport default 1"}, "1"},
	"a bundle with eval": {files{"main.js": "var __defProp = Object.defineProperty;\nvar __export = (target, all) => {\n  for (var name in all)\n    __defProp(target, name, { get: all[name], enumerable: true });\n};\n" +
		"var inner = {};\n__export(inner, { a: () => 1 });\nfunction f(x) { eval(x); }\nasync function* g() {}\nvar d = () => inner.a + typeof g + Object.keys(inner);\nexport {\n  d as default\n};\n"}, "1functiona"},
	"exports stay": {files{"main.js": "import * as m from './a.js'; let e; try { delete m.one } catch (x) { e = x.name } export default [Object.keys(m), m.one, e, Reflect.deleteProperty(m, 'two'), Object.isSealed(m), Object.getOwnPropertyDescriptor(m, 'two').configurable, Reflect.defineProperty(m, 'one', { get() {} })]",
		"a.js": "export const one = 1; await 0; export { default as zero, two } from './b.js'; export * from './b.js'", "b.js": "export const two = 2, three = 3; export default 0"}, "one,three,two,zero,1,TypeError,false,true,false,false"},
	"top-level await and a direct eval": {files{"main.js": `import x, { y } from "./x.js";
export { z } from "./x.js";
export * from "./x.js";
export let counter = 1;
const __export = 5;
await 0;
function f() { return eval }
export default async () => { try { const before = counter; counter++; const g = () => eval("counter"); return [before, x, y, __export, typeof g, Object.keys(await import("./main.js"))].join() } catch (e) { return String(e) } }
`, "x.js": "export default 1; export const y = 2, z = 3"}, "1,1,2,5,function,counter,default,y,z"},
	"eval":                      {files{"main.js": `export default () => { try { eval("1") } catch (e) { return String(e) } }`}, "EvalError: Code generation from strings disallowed for this context"},
	"new Function":              {files{"main.js": `export default () => { try { new Function("1") } catch (e) { return String(e) + (function () {} instanceof Function) } }`}, "EvalError: Code generation from strings disallowed for this contexttrue"},
	"constructors of functions": {files{"main.js": `export default () => [async () => {}, function* () {}, class {}, Math.max].map((f) => { try { return f.constructor("1") } catch (e) { return e.name } })`}, "EvalError,EvalError,EvalError,EvalError"},
	"throw at start-up":         {files{"main.js": "throw new TypeError('boom')"}, "TypeError: boom"},
	"throw a string":            {files{"main.js": "throw 'boom'"}, ": boom"},
	"syntax error":              {files{"main.js": "export default {\n fetch() { return new Response(\"x\" }\n}"}, "SyntaxError: missing ) after argument list at main.js:2:36"},
	"unexpected identifier":     {files{"main.js": "const a = b c;"}, "SyntaxError: Unexpected identifier 'c' at main.js:1:13"},
	"unexpected end":            {files{"main.js": "export default { fetch() {"}, "SyntaxError: Unexpected end of input at main.js:1:27"},
	"declared twice":            {files{"main.js": "let x = 1; let x = 2"}, "SyntaxError: Identifier 'x' has already been declared at main.js:1:16"},
	"import declared twice":     {files{"main.js": "import { env } from 'cloudflare:workers'; let env = 2"}, "SyntaxError: Identifier 'env' has already been declared at main.js:1:47"},
	"no such main":              {files{"other.js": ""}, "Error: No such module: main.js"},
}
