package engine_test

import "testing"

// TestNoArguments: what is around a module, or around a text that is evaluated, is a function of the runtime's with arguments
// that nobody is to see.
func TestNoArguments(t *testing.T) {
	const look = `(() => { try { return arguments } catch (e) { return e.message } })()`
	for name, code := range map[string]string{
		"module":                       `export default typeof arguments + "," + ` + look,
		"module with an export":        `export function f() {} export default typeof arguments + "," + ` + look,
		"module with sums":             `let s = ""; for (const x of ["a"]) s += x; export default typeof arguments + "," + ` + look,
		"module with async generators": `export async function* f() {} export default typeof arguments + "," + ` + look,
		"module with two arrows":       `export default ((a) => (b) => typeof arguments)(1)(2) + "," + ` + look,
		"module that waits":            `await 1; export default typeof arguments + "," + ` + look,
		"text":                         `export default eval("typeof arguments") + "," + eval(` + "`" + look + "`" + `);`,
		"text with sums":               `export default eval("var s = ''; for (var x of ['a']) s += x; typeof arguments") + "," + eval("let s = ''; for (const x of ['a']) s += x;" + ` + "`" + look + "`" + `);`,
		"text with async generators":   `export default eval("(async function* () {}); typeof arguments") + "," + eval("(async function* () {});" + ` + "`" + look + "`" + `);`,
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, m maker) {
				e := m.engine(t)
				e.AllowCode(true)
				e.Define(moduleOf("main.js", code))
				if got, err := importMain(t, e); got != "undefined,arguments is not defined" || err != nil {
					t.Errorf("%s %v", got, err)
				}
			})
		})
	}
}

// TestTextsAreNoModules: eval() refuses what only a module may say.
func TestTextsAreNoModules(t *testing.T) {
	for text, want := range map[string]string{
		"import x from 'x.js'": "SyntaxError: Cannot use import statement outside a module",
		"export const x = 1":   "SyntaxError: Unexpected token 'export'",
		"await 5":              "SyntaxError: await is only valid in async functions and the top level bodies of modules",
	} {
		e := makers[0].engine(t)
		e.AllowCode(true)
		e.Define(moduleOf("main.js", "let r; try { eval(`"+text+"`) } catch (e) { r = String(e) } export default r;"))
		if got, err := importMain(t, e); got != want || err != nil {
			t.Errorf("%s: %s %v", text, got, err)
		}
	}
}
