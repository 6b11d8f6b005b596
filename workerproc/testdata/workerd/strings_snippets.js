// Code from strings: while the modules are evaluated, and later.
const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor;
const AsyncFunction = Object.getPrototypeOf(async function () {}).constructor;
const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () {}).constructor;
const indirect = eval;

const list = {
  wasm: () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) instanceof WebAssembly.Module,
  eval: () => eval("1 + 1"),
  local: () => { const q = 4; return eval("q * 2"); },
  variable: () => { indirect("var zz = 9"); return [typeof zz, delete globalThis.zz]; },
  let: () => { const value = indirect("let yy = 9; const k = 2; class C {} yy"); return [value, typeof yy, typeof k, typeof C]; },
  again: () => [indirect("let yy = 1; yy"), indirect("let yy = 2; yy")],
  statement: () => [indirect("if (true) { 5 } else { 6 }"), indirect("for (let i = 0; i < 3; i++) i"), indirect("7;"), indirect("try { 8 } finally { 9 }")],
  declares: () => [indirect("function ff() { return 1 } ff()"), typeof ff],
  object: () => [indirect("({ a: 1 })"), indirect("{ a: 1 }"), indirect("[1, 2]"), indirect('"text"'), indirect("`${1 + 1}`")],
  nothing: () => [indirect(""), indirect(" "), indirect("// c"), indirect(), indirect(null), indirect(5), indirect([1])],
  throws: () => indirect("throw new TypeError('x')"),
  unknown: () => indirect("nope"),
  nested: () => indirect("eval('1+2')"),
  strict: () => indirect("'use strict'; (function () { return this })()"),
  sloppy: () => indirect("(function () { return this === globalThis })()"),
  self: () => [indirect("this === globalThis"), indirect("typeof module + typeof require + typeof exports + typeof arguments")],
  concat: () => indirect("let s = ''; for (let i = 0; i < 20; i++) { s += i; } s"),
  regexp: () => [indirect("/a(?<n>b)/.exec('ab').groups.n"), indirect("'x1y22'.replace(/\\d+/g, (d) => d * 2)"), indirect("/(?<=a)b/.test('ab')"), indirect("/\\p{L}/u.test('é')")],
  optional: () => indirect("(o => o?.a ?? 'none')({})"),
  class: () => indirect("new (class A { #x = 1; static s = 2; get x() { return this.#x + A.s } })().x"),
  template: () => indirect("((s, ...v) => s.raw.join('|') + v)`a${1}\\n${2}`"),
  Function: () => [new Function("a", "b", "return a + b")(1, 2), Function("return 1")(), new Function()(), new Function("return this === globalThis")(), new Function("a, b", "c", "return a + b + c")(1, 2, 3)],
  text: () => [new Function("a", "b = 2", "return a").toString(), new Function().name, String(new GeneratorFunction("yield 1")), String(new AsyncFunction("a", "")), String(new AsyncGeneratorFunction(""))],
  members: () => { const f = new Function("a, b", "c", "this.x = a"); return [f.name, f.length, f instanceof Function, f.prototype.constructor === f, Object.getPrototypeOf(f) === Function.prototype, new f(4).x]; },
  free: () => new Function("return typeof module + typeof require + typeof exports")(),
  comments: () => [new Function("a", "return a // c")(3), new Function("a /* x */, b = 2 // y", "return a + b")(3), new Function("/* c */", "return 4 /* d */")()],
  rest: () => [new Function("...list", "return list.length")(1, 2, 3), new Function("{ a, b = 3 }", "[c]", "return a + b + c")({ a: 1 }, [2])],
  sub: () => { class F extends Function { hi() { return "hi"; } } const f = new F("return 7"); return [f(), f.hi(), f.name, f instanceof F]; },
  reflect: () => Reflect.construct(Function, ["return 5"])(),
  prototype: () => (() => {}).constructor("a", "return a * 2")(4),
  generator: () => [...new GeneratorFunction("a", "yield a; yield* [2, 3]")(1)],
  async: () => new AsyncFunction("x", "return (await x) + 1")(Promise.resolve(4)),
  asyncGenerator: async () => { const seen = []; for await (const v of new AsyncGeneratorFunction("a", "yield a; yield await 2; yield* [3]")(1)) seen.push(v); return seen; },
  closure: () => { const make = new Function("n", "return function count() { return n++ }"); const c = make(5); return [c(), c(), make(1)()]; },
  template2: () => new Function("o", "const out = []; for (const [k, v] of Object.entries(o)) { out.push(`${k}=${v ?? '-'}`); } let s = ''; for (const x of out) s += x + ';'; return s")({ a: 1, b: null }),
  with: () => new Function("o", "with (o) { return a + b }")({ a: 1, b: 2 }),
  symbol: () => new Function(Symbol()),
  texts: () => new Function({ toString: () => "a" }, { toString: () => "return a" })(6),
  syntax1: () => indirect("foo bar"),
  syntax2: () => new Function("return }"),
  syntax3: () => indirect("1 +"),
  syntax4: () => indirect("let a; let a;"),
  syntax5: () => indirect("'abc"),
  syntax6: () => indirect("return 1"),
  syntax7: () => new Function("a b", ""),
  kept: () => Boolean(indirect),
  timer: () => setTimeout("1"),
};

const results = {};
for (const [name, f] of Object.entries(list)) {
  try {
    results[name] = { value: f() };
  } catch (error) {
    results[name] = { error };
  }
}
const made = new Function("return eval('2')"), plain = new Function("return 3");

export default Object.fromEntries(Object.entries(list).flatMap(([name, f]) => [[`${name} at start`, () => {
  if (results[name].error) throw results[name].error;
  return results[name].value;
}], [name, f]]).concat([["made at start", made], ["plain at start", plain]]));
