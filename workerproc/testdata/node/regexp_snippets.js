// Patterns on inputs: what exec, with all that it gives, match, replace, split, search and matchAll make of them. Each
// pattern is a RegExp of the constructor's; literals are below.
const inputs = ["", "a", "abc", "aaa", "ABC abc", "foo bar  baz", "a1b22c333", "2024-02-29T12:34:56Z", "x@y.com, foo.bar+q@example.org", "line1\nline2\r\nline3\u2028x",
  "naïve café ÅÉ", "Straße STRASSE ſ K", "日本語テキスト", "Ελληνικά Σίσυφος ΣΊΣΥΦΟΣ", "привет Мир", "😀👍🏽👩‍👩‍👧‍👦🇩🇪1️⃣", "𝒳𝒴z", "\ud83d", "\ude00a", "a\ud835b", "\tİıiI\0\x7f",
  "$1 $& 100% {x} [y] (z) \\w ^.*$", "((a)(b))", "\"q\\\"uo\" 'te'", "__proto__ constructor", "aAbBcC-_.", "١٢٣ Ⅷ ½ ²", "\u00a0\ufeff\u3000x\u200b", "e\u0301 é", "aXbXXc"];

const patterns = [
  // characters and classes
  ["a"], ["a", "i"], ["abc|a"], ["."], [".", "s"], [".", "u"], [".", "su"], ["[abc]+"], ["[^abc]"], ["[a-z]+", "i"], ["[A-z]"], ["[^]"], ["[]"], ["[\\]]"], ["[\\^a]"], ["[a\\-z]"], ["[a-]"], ["[-a]"],
  ["\\d+"], ["\\D+"], ["\\w+"], ["\\W+"], ["\\s+"], ["\\S+"], ["\\d+", "u"], ["\\w+", "u"], ["\\w+", "iu"], ["\\W", "iu"], ["[\\w]+", "iu"], ["[^\\w]", "iu"], ["\\s", "u"], ["[\\d\\s]+"], ["[\\w-a]+"], ["[\\d-x]+"], ["[%-\\d]"],
  ["\\t"], ["\\n"], ["\\r\\n|\\n"], ["\\v|\\f"], ["\\0"], ["\\x41"], ["\\x4"], ["\\u0041"], ["\\u{41}"], ["\\u{41}", "u"], ["\\u{1F600}", "u"], ["\\ud83d\\ude00", "u"], ["\\ud83d\\ude00"], ["\\ud83d"], ["\\ud83d", "u"], ["[\\ud83d\\ude00]", "u"],
  ["[😀-😎]", "u"], ["[😀]"], ["😀"], ["\\cA"], ["\\c"], ["\\c1"], ["[\\c1]"], ["[\\cA]"], ["\\q"], ["\\q", "u"], ["\\-", "u"], ["[\\-]", "u"], ["\\/"], ["/"], ["\\."], ["\\01"], ["\\012"], ["\\8"], ["\\1(a)"], ["\\2(a)"], ["\\2(a)", "u"], ["[\\1]"], ["[\\b]"], ["\\b"],
  ["\\bfoo\\b"], ["\\Boo"], ["\\b", "g"], ["\\b", "gu"], ["\\bé", "g"], ["\\B", "g"], ["\\b\\w", "giu"],
  // assertions
  ["^a"], ["c$"], ["^", "g"], ["$", "g"], ["^", "gm"], ["$", "gm"], ["^.*$", "gm"], ["^line\\d$", "gm"], ["(?=b)"], ["a(?=b)"], ["a(?!b)", "gi"], ["(?<=a)b"], ["(?<!a)b", "gi"], ["(?<=\\$)\\d+"], ["(?<=(\\d)(\\d))c"], ["(?<=(\\d+)(\\d+))c"], ["(?<=([ab]+)([bc]+))$"],
  ["(?<=^|,)[^,]*", "g"], ["(?<=\\1(a))b"], ["(?<=(a)\\1)a"], ["(?<=a{2})a"], ["(?=(a*))\\1"], ["(?!(a))\\1"], ["(?=a)*"], ["(?=a)*", "u"], ["(?<=a)*"], ["(?=a){2}b"], ["(?<=\\b)f"], ["(?<!^)a", "g"], ["(?<=😀)👍", "u"], ["(?<=.)👍", "u"], ["(?<=\\ud83d)\\ude00"],
  // quantifiers
  ["a*"], ["a*", "g"], ["a*?", "g"], ["a+"], ["a+?"], ["a?"], ["a??b"], ["a{2}"], ["a{2,}"], ["a{1,2}"], ["a{1,2}?"], ["a{0}"], ["a{,2}"], ["a{"], ["a{1"], ["{1}"], ["x{2}y", "u"], ["a{", "u"], ["a{2,1}"], ["a**"], ["*"], ["+a"], ["?"], ["(?:a|b)*"], ["(?:a*)*"], ["(a*)*"], ["(a*)+"],
  ["(z)((a+)?(b+)?(c))*"], ["(?:(a)|(b)|(c))*"], ["(?:(a)|b)*"], ["((a)|(b))*", "i"], ["(a?)*?b"], ["(?:a?)*?$"], ["(a|ab)(c|bcd)(d*)"], ["a[a-z]{2,4}"], ["a[a-z]{2,4}?"], ["(aa|aabaac|ba|b|c)*"], ["(.*?)a(?!(a+)b\\2c)\\2(.*)"], ["a{4294967296}"], ["(?:){3}a"], ["\\d{4}-\\d{2}"], ["(\\d+)(?:\\.(\\d+))?"],
  // groups
  ["(a)(b)?(c)"], ["(a)|(b)|(c)", "g"], ["(?:a)(b)"], ["(?<x>a)(?<y>b)?"], ["(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)"], ["(?<a>.)\\k<a>"], ["\\k<a>(?<a>x)?"], ["\\k<a>"], ["\\k<a>", "u"], ["\\k"], ["(?<a>x)\\k"], ["(?<$>a)(?<_>b)"], ["(?<é>a)"], ["(?<𝒳>a)"], ["(?<a\\u0062>a)"], ["(?<a\\u{62}>a)"], ["(?<1>a)"], ["(?<>a)"], ["(?<a"], ["(?<a>x)(?<a>y)"],
  ["(?<__proto__>a)"], ["(?<constructor>b)|a"], ["(?<toString>a)?"], ["("], [")"], ["(?"], ["(?a)"], ["(?:"], ["((((((((((a))))))))))\\10"], ["(a)\\1"], ["(.)\\1", "g"], ["(.)\\1", "gi"], ["(.)\\1", "giu"], ["(?:(a)|b)\\1"], ["(a\\1)"], ["(a)(\\2b)"], ["[", ""], ["]"], ["]", "u"], ["}"], ["}", "u"], ["\\"], ["a|"], ["|a"], ["()"], ["(|a)+"], ["(?:|a)+b"],
  // case
  ["ß", "i"], ["ß", "iu"], ["ſ", "i"], ["ſ", "iu"], ["s", "gi"], ["s", "giu"], ["k", "gi"], ["k", "giu"], ["\\u212a", "i"], ["\\u212a", "iu"], ["[a-z]", "gi"], ["[a-z]", "giu"], ["[^x]", "iu"], ["σ", "gi"], ["σ", "giu"], ["ς", "giu"], ["[α-ω]+", "giu"], ["İ", "i"], ["i", "gi"], ["i", "giu"], ["ı", "giu"], ["é", "i"], ["[à-ý]", "gi"], ["мир", "iu"], ["\\u{1D4B3}", "iu"], ["[^\\u212a]", "giu"], ["ẞ", "iu"], ["å", "giu"],
  // properties
  ["\\p{L}"], ["\\p{L}+", "u"], ["\\p{L}+", "gu"], ["\\P{L}+", "gu"], ["\\p{Lu}", "gu"], ["\\p{Ll}", "gu"], ["\\p{Lu}", "giu"], ["\\P{Lu}", "giu"], ["[^\\P{Lu}]", "giu"], ["\\p{Letter}", "u"], ["\\p{General_Category=Uppercase_Letter}", "gu"], ["\\p{gc=Nd}+", "gu"], ["\\p{N}+", "gu"], ["\\p{Nl}", "u"], ["\\p{No}", "u"], ["\\p{P}", "gu"], ["\\p{S}", "gu"], ["\\p{Sm}", "gu"], ["\\p{Sc}", "u"], ["\\p{Z}", "gu"], ["\\p{Zs}", "gu"], ["\\p{M}", "gu"], ["\\p{Cc}", "gu"], ["\\p{Cs}", "u"], ["\\p{Cf}", "u"], ["\\p{Co}", "u"], ["\\p{C}", "gu"], ["\\p{LC}+", "gu"],
  ["\\p{Script=Greek}+", "gu"], ["\\p{sc=Cyrl}+", "gu"], ["\\p{Script=Han}+", "gu"], ["\\p{Script=Hiragana}+", "u"], ["\\p{Script=Katakana}+", "u"], ["\\p{Script=Latin}+", "gu"], ["\\p{scx=Hira}+", "u"], ["\\p{Script_Extensions=Greek}+", "gu"], ["\\p{Script=Arabic}+", "gu"], ["\\p{scx=Arab}+", "gu"], ["\\p{sc=Common}+", "u"], ["\\p{Script=Inherited}", "gu"],
  ["\\p{Alphabetic}+", "gu"], ["\\p{Alpha}+", "u"], ["\\p{ASCII}+", "gu"], ["\\p{Any}", "gu"], ["\\p{Assigned}", "gu"], ["\\p{Uppercase}", "gu"], ["\\p{Lowercase}", "gu"], ["\\p{White_Space}+", "gu"], ["\\p{ID_Start}\\p{ID_Continue}*", "gu"], ["\\p{IDS}\\p{IDC}*", "u"], ["\\p{XID_Start}", "u"], ["\\p{Emoji}", "gu"], ["\\p{Emoji_Presentation}", "gu"], ["\\p{Emoji_Modifier}", "gu"], ["\\p{Emoji_Modifier_Base}", "gu"], ["\\p{Extended_Pictographic}", "gu"], ["\\p{EPres}", "u"], ["\\p{Regional_Indicator}{2}", "u"], ["\\p{RI}", "gu"],
  ["\\p{ASCII_Hex_Digit}+", "gu"], ["\\p{AHex}+", "u"], ["\\p{Hex_Digit}+", "u"], ["\\p{Math}", "gu"], ["\\p{Dash}", "gu"], ["\\p{Diacritic}", "gu"], ["\\p{Cased}", "gu"], ["\\p{Case_Ignorable}", "gu"], ["\\p{Changes_When_Lowercased}", "gu"], ["\\p{CWU}", "gu"], ["\\p{CWKCF}", "gu"], ["\\p{Default_Ignorable_Code_Point}", "gu"], ["\\p{DI}", "u"], ["\\p{Grapheme_Base}", "u"], ["\\p{Grapheme_Extend}", "gu"], ["\\p{Ideographic}+", "u"], ["\\p{Unified_Ideograph}+", "u"], ["\\p{Join_Control}", "gu"], ["\\p{Noncharacter_Code_Point}", "u"], ["\\p{Pattern_Syntax}", "gu"], ["\\p{Pattern_White_Space}", "gu"], ["\\p{Quotation_Mark}", "gu"], ["\\p{Sentence_Terminal}", "gu"], ["\\p{Soft_Dotted}", "gu"], ["\\p{Terminal_Punctuation}", "gu"], ["\\p{Variation_Selector}", "gu"], ["\\p{Bidi_Mirrored}", "gu"], ["\\p{Bidi_Control}", "u"], ["\\p{Extender}", "gu"], ["\\p{Radical}", "u"],
  ["\\p{Foo}", "u"], ["\\p{lu}", "u"], ["\\p{Script}", "u"], ["\\p{Script=Foo}", "u"], ["\\p{IsGreek}", "u"], ["\\p{InBasicLatin}", "u"], ["\\p", "u"], ["\\pL", "u"], ["\\p{", "u"], ["\\p{L", "u"], ["\\p{}", "u"], ["\\p{ L}", "u"], ["\\p{Line_Break}", "u"], ["\\p{gc}", "u"], ["\\p{Block=Thai}", "u"], ["\\p{ASCII=Yes}", "u"], ["[\\p{L}\\d]+", "gu"], ["[^\\p{L}]+", "gu"], ["[\\p{Lu}-z]", "u"], ["[\\P{L}a]", "gu"], ["\\p{L}", "gi"],
  // the flag v
  ["\\p{L}+", "gv"], ["[\\p{L}--[a-z]]+", "gv"], ["[\\p{L}&&\\p{ASCII}]+", "gv"], ["[\\w--\\d]+", "gv"], ["[[a-z]&&[aeiou]]", "gv"], ["[a-z--[aeiou]]", "v"], ["[[a-z]--[aeiou]]+", "gv"], ["[[a-c][x-z]]", "gv"], ["[^[a-z]\\s]", "gv"], ["[\\q{abc|a|}]", "gv"], ["[\\q{foo|ba}r]", "gv"], ["[\\q{abc}--\\q{abc}]", "v"], ["[[ab]\\q{abc}&&\\q{abc|a}]", "gv"], ["^\\p{RGI_Emoji}$", "v"], ["\\p{RGI_Emoji}", "gv"], ["\\p{Emoji_Keycap_Sequence}", "gv"], ["\\p{RGI_Modifier_Sequence}", "gv"], ["\\p{RGI_Flag_Sequence}", "gv"], ["\\p{RGI_Emoji_Flag_Sequence}", "gv"], ["\\p{RGI_Emoji_ZWJ_Sequence}", "gv"], ["\\p{Basic_Emoji}", "gv"], ["\\P{RGI_Emoji}", "v"], ["[^\\p{RGI_Emoji}]", "v"], ["\\p{RGI_Emoji}", "u"], ["[\\p{RGI_Emoji}--\\q{😀}]", "gv"], ["[(]", "v"], ["[a-z&&[a-c]]", "v"], ["[a&&&b]", "v"], ["[a--b&&c]", "v"], ["[a||b]", "v"], ["[\\&\\-\\!]", "gv"], ["[a!]", "v"], ["[!!]", "v"], ["[]", "v"], ["[^]", "v"], ["[[]]", "v"], ["[k]", "giv"], ["[^k]", "giv"], ["\\P{Lu}", "giv"], ["[^\\P{Lu}]", "giv"], ["[\\p{Lu}&&[A-Z]]", "giv"], ["[\\q{KS}]", "giv"], [".", "gv"], ["x", "uv"], ["(?<a>\\p{L})\\k<a>", "v"], ["[\\d&&[0-5]]+", "gv"], ["[[\\p{sc=Greek}]&&\\p{Lu}]", "gv"],
  // flags
  ["a", "g"], ["a", "y"], ["a", "gy"], ["b", "y"], ["a", "d"], ["(a)(?<n>b)?", "d"], ["(a)(?<n>b)?", "dg"], ["(?<w>\\w)", "dgu"], ["a", "gg"], ["a", "x"], ["a", "ab"], ["", ""], ["", "g"], ["", "gu"], ["", "gv"], ["", "y"], ["(?:)", "gy"], ["^a", "y"], ["^a", "gm"],
  // what people write
  ["^[\\w.+-]+@[\\w-]+\\.[\\w.-]+$"], ["[a-z0-9]+@[a-z]+\\.com", "g"], ["^\\s+|\\s+$", "g"], ["\\s+", "g"], ["([a-z])([A-Z])", "g"], ["[-_.](.)", "g"], ["[&<>\"']", "g"], ["(\\d{1,3})(?=(?:\\d{3})+(?!\\d))", "g"], ["[.*+?^${}()|[\\]\\\\]", "g"], ["^(?:https?:\\/\\/)?([^/:]+)(?::(\\d+))?(\\/.*)?$"], ["\"(?:[^\"\\\\]|\\\\.)*\""], ["(?:^|;\\s*)([^=]+)=([^;]*)", "g"], ["^(?=.*[a-z])(?=.*\\d).{2,}$"], ["\\B(?=(\\d{3})+(?!\\d))", "g"], ["\\$\\{?(\\w+)\\}?", "g"], ["^(\\d{4})-(\\d\\d)-(\\d\\d)(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d))?)?(Z|[+-]\\d\\d:?\\d\\d)?$"], ["<(\\w+)[^>]*>.*?<\\/\\1>", "gs"], ["[\\ud800-\\udbff][\\udc00-\\udfff]", "g"], ["(?:\\r\\n|[\\n\\r\\u2028\\u2029])"], ["[^\\x00-\\x7F]+", "g"], ["^[\\u4e00-\\u9fa5]+"], ["(\\w+)\\s(\\w+)"],
];

const array = (m) => m && [[...m], m.index, m.groups && Object.entries(m.groups), m.indices && [[...m.indices], m.indices.groups && Object.entries(m.indices.groups)]];
// A hash of a text: most lines would be long, and what differs is found by trying.
function hash(text) {
  let h = 5381;
  for (let i = 0; i < text.length; i++) h = (h * 33 + text.charCodeAt(i)) % 4294967291;
  return h;
}

function results(source, flags) {
  let re;
  try { re = new RegExp(source, flags); } catch (e) { return e.name; }
  const all = [re.source, re.flags, `${re}`];
  let first;
  for (const s of inputs) {
    const fresh = () => new RegExp(re);
    const steps = [];
    const walking = fresh();
    for (let i = 0; i < 3; i++) steps.push(array(walking.exec(s)), walking.lastIndex);
    const from = fresh();
    from.lastIndex = 1;
    const global = new RegExp(re, re.global ? re.flags : re.flags + "g");
    const one = [steps, from.test(s), from.lastIndex, s.match(fresh()), s.search(fresh()), s.replace(fresh(), "<$&|$1|$<n>|$`|$'|$$|$01|$10>"),
      s.replace(global, (...args) => JSON.stringify(args)), s.split(fresh()), s.split(fresh(), 2), [...s.matchAll(global)].map(array)];
    if (first === undefined && steps[0] !== null) first = steps[0];
    all.push(one);
  }
  return [hash(JSON.stringify(all)), first === undefined ? null : JSON.stringify(first)];
}

const snippets = {};
for (const [source, flags] of patterns) {
  const name = `/${source.replaceAll(": ", "")}/${flags ?? ""}`;
  if (name in snippets) throw new Error(`twice: ${name}`);
  snippets[name] = () => results(source, flags);
}

export default Object.assign(snippets, {
  literals: () => ["aB1".match(/\p{Lu}/u), /[/]\//.source, /(?<=a)b/dy.flags, "x".replace(/(?<n>x)/, "$<n>$<m>$<"), /a/v.unicodeSets, /\u{1F600}/u.test("😀"), /[\]/]/.exec("/"), /=/.test("="), /\//g.flags],
  properties: () => [RegExp.name, RegExp.length, Object.getOwnPropertyNames(RegExp.prototype).sort(), RegExp.prototype.source, RegExp.prototype.flags, RegExp.prototype.global, String(RegExp.prototype), Object.prototype.toString.call(/x/), Object.getOwnPropertyDescriptor(/x/, "lastIndex")],
  constructor: () => { const re = /x/g; return [RegExp(re) === re, new RegExp(re) === re, RegExp(re, "i") === re, RegExp(re).flags, new RegExp(re, "y").flags, new RegExp().source, new RegExp(undefined, "g").flags, new RegExp("\n").source, new RegExp("a/b[/]\\/").source, new RegExp(null).source, new RegExp(123).source]; },
  "like a RegExp": () => [new RegExp({ [Symbol.match]: true, source: "a", flags: "g", constructor: Object }).flags, "abc".match({ [Symbol.match]: (s) => s + "!" }), "a".search({ [Symbol.search]: () => 7 })],
  subclass: () => { const log = []; class R extends RegExp { exec(s) { log.push(this.lastIndex); return super.exec(s); } static get [Symbol.species]() { log.push("species"); return RegExp; } } const r = new R("a", "g"); return [r instanceof R, r.constructor === R, "aaa".replace(r, "b"), "bab".split(new R("a")), [..."aa".matchAll(r)].length, log]; },
  "own exec": () => { const re = /a/g; let n = 0; re.exec = () => n++ < 2 ? { index: n, 0: "zz", length: 1 } : null; return ["aaaaaa".replace(re, "-"), "abc".match(re)]; },
  "exec that gives no object": () => { const re = /a/; re.exec = () => 5; return re.test("a"); },
  "methods on others": () => [RegExp.prototype.test.call({ exec: () => ({}) }, "x"), RegExp.prototype.toString.call({ source: "a", flags: "b" }), Object.getOwnPropertyDescriptor(RegExp.prototype, "flags").get.call({ global: 1, sticky: true })],
  "exec on another": () => RegExp.prototype.exec.call({}, "x"),
  "lastIndex": () => { const re = /a/g; re.lastIndex = "1"; const r = [re.test("aa"), re.lastIndex, re.test("aa"), re.lastIndex]; re.lastIndex = { valueOf: () => 1 }; r.push(re.test("aa"), re.lastIndex); re.lastIndex = -5; r.push(re.exec("ba").index, re.lastIndex); re.lastIndex = 99; r.push(re.test("a"), re.lastIndex, /a/[Symbol.replace]("a", "b")); return r; },
  "frozen": () => { const re = Object.freeze(/a/g); return re.test("a"); },
  "frozen, no g": () => Object.freeze(/a/).test("a"),
  "matchAll without g": () => "a".matchAll(/a/),
  "replaceAll": () => ["a.a".replaceAll("a", "$&$&"), "a1b2".replaceAll(/\d/g, (d) => d * 2)],
  "strings for patterns": () => ["a.c abc".match("a.c").index, "a+b".search("\\+"), [..."a1b2".matchAll("\\d")].map((m) => m[0]), "x".match().length, "\\p{L}".match("\\\\p").index, "undefined".match(undefined)[0]],
  "match(null)": () => ["null".match(null)[0], "xnull".search(null)],
  "matchAll's iterator": () => { const i = "aa".matchAll(/a/g); return [Object.prototype.toString.call(i), i[Symbol.iterator]() === i, i.next().value[0], i.next().done, i.next()]; },
  "groups have no prototype": () => { const m = /(?<a>x)/.exec("x"); return [Object.getPrototypeOf(m.groups), Object.keys(m), Object.keys(/x/d.exec("x"))]; },
  "replacer's arguments": () => "xay".replace(/(?<n>a)(b)?/, (...args) => JSON.stringify(args)),
  "replacer that matches": () => "abc".replace(/[a-c]/g, (c) => "xyz"["abc".search(new RegExp(c))] + /./.exec("q")[0]),
  "replacer that throws": () => "a".replace(/a/, () => { throw new RangeError("no"); }),
  "replacer gives": () => ["a".replace(/a/, () => undefined), "a".replace(/a/, () => ({ toString: () => "o" })), "a".replace(/a/, null)],
  "replacer gives a symbol": () => "a".replace(/a/, () => Symbol("x")),
  "split": () => ["a1b2c".split(/\d/), "a1b2c".split(/(\d)/), "abc".split(/(?=b)/), "".split(/a/), "".split(/(?:)/), "ab".split(/(?:)/u), "a,b,c".split(/,/, 2), "a,b,c".split(/,/, -1), "a,b".split(/,/, 0), "test".split(/(?:)/, -1), "A<B>bold</B>and<CODE>coded</CODE>".split(/<(\/)?([^<>]+)>/), "aXbxc".split(/x/i), "ab".split(/$/), "a b".split(/\s*/)],
  "compile": () => { const re = /a/g; re.lastIndex = 3; re.compile("b", "i"); return [re.source, re.flags, re.lastIndex, re.test("B")]; },
  "legacy escapes": () => [/\07/.test("\x07"), /[\07]/.test("\x07"), /\c/.test("\\c"), /\u{2}/.test("uu"), /\x/.test("x"), /a{,1}/.test("a{,1}"), /[\w-]/.test("-")],
  "escaped names": () => [/(?<\u0061b>x)/.exec("x").groups.ab, /(?<𝒜>x)/u.exec("x").groups["𝒜"]],
  "lone surrogates": () => [/^[^x]$/.test("\ud800"), /^[^x]$/u.test("\ud800"), /\udf06/u.test("\ud834\udf06"), /\udf06/.test("\ud834\udf06"), /^\S$/u.test("\ud834"), new RegExp("\ud834").test("\ud834"), new RegExp("[\ud834]", "u").test("\ud834\udf06")],
  "unicode lastIndex": () => { const re = /\udf06/gu; re.lastIndex = 1; const any = /./gu; any.lastIndex = 1; return [re.test("\ud834\udf06"), any.exec("\ud834\udf06").index, any.lastIndex, "😀".match(/(?:)/gu).length, "😀".match(/(?:)/g).length, "😀".match(/(?:)/gv).length]; },
  "case by code point": () => [/\u{10428}/ui.test("\u{10400}"), /[\u{10428}]/iu.test("\u{10400}"), /\u017f/i.test("s"), /\u017f/iu.test("s"), /[^\W]/iu.test("\u017f"), /\W/iu.test("S"), /[\W_S]/iu.test("s")],
});
