package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// benchmarkF calls the global function f that a module's code makes.
func benchmarkF(b *testing.B, e engine.Engine, code string) {
	e.Define(moduleOf("main.js", code+"; export default 1"))
	if _, err := importMain(b, e); err != nil {
		b.Fatal(err)
	}
	f, err := e.Script("x", "f")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := e.Call(f); err != nil {
			b.Fatal(err)
		}
	}
}

// padded is a module of about that many KiB of small exported functions.
func padded(kb int) string {
	var b strings.Builder
	for i := 0; b.Len() < kb<<10; i++ {
		fmt.Fprintf(&b, "export function f%d(a, b) { return (a + %d) * b - \"x%d\".length; }\n", i, i, i)
	}
	return b.String() + `export default { fetch() { return new Response("hello") } }`
}

// bundled is a module of about that many KiB as bundlers make them: functions of some lines, one export.
func bundled(kb int) string {
	var b strings.Builder
	for i := 0; b.Len() < kb<<10; i++ {
		fmt.Fprintf(&b, "var cache%d = /* @__PURE__ */ new Map();\nfunction helper%d(input, options = {}) {\n  const { depth = 0, name = \"none\", ...rest } = options;\n"+
			"  if (input === null || typeof input !== \"object\") return cache%d.get(input) ?? [input, rest];\n"+
			"  const result = [];\n  for (const [key, value] of Object.entries(input)) {\n    if (depth > %d) break;\n"+
			"    result.push(`${name}.${key}`, ...helper%d(value, { ...rest, depth: depth + 1 }));\n  }\n"+
			"  cache%d.set(input, result);\n  return result.filter((x) => x !== undefined).map((x) => typeof x === \"string\" ? x.replace(/[^a-z.]+/gi, \"-\") : x);\n}\n", i, i, i, i%7, max(i-1, 0), i)
	}
	return b.String() + `export default { fetch() { return new Response("hello") } }`
}

func BenchmarkImport(b *testing.B) {
	for _, m := range makers {
		b.Run(m.name, func(b *testing.B) { benchmarkImport(b, m) })
	}
}

func benchmarkImport(b *testing.B, m maker) {
	for name, modules := range map[string]files{
		"hello":         {"main.js": `export default { fetch() { return new Response("hello") } }`},
		"two":           {"main.js": `import {x} from "./x.js"; export default { fetch() { return new Response(x) } }`, "x.js": "export const x = 1"},
		"typescript":    {"main.js": `import {x} from "./x.ts"; export default { fetch() { return new Response(x) } }`, "x.ts": "export const x: number = 1"},
		"await":         {"main.js": `const x = await 1; export default { fetch() { return new Response(x) } }`},
		"100KB":         {"main.js": padded(100)},
		"1MB":           {"main.js": padded(1000)},
		"100KB bundled": {"main.js": bundled(100)},
		"1MB bundled":   {"main.js": bundled(1000)},
		"1MB lowered":   {"main.js": "import './x.js'; async function* x() {}\n" + padded(1000), "x.js": ""},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				e := m.engine(b)
				b.StartTimer()
				for name, source := range modules {
					e.Define(moduleOf(name, source))
				}
				if _, err := e.Import("main.js"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
