package engine_test

import (
	"fmt"
	"strings"
	"testing"
)

// padded is a module of about that many KiB of small exported functions.
func padded(kb int) string {
	var b strings.Builder
	for i := 0; b.Len() < kb<<10; i++ {
		fmt.Fprintf(&b, "export function f%d(a, b) { return (a + %d) * b - \"x%d\".length; }\n", i, i, i)
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
		"hello":       {"main.js": `export default { fetch() { return new Response("hello") } }`},
		"two":         {"main.js": `import {x} from "./x.js"; export default { fetch() { return new Response(x) } }`, "x.js": "export const x = 1"},
		"typescript":  {"main.js": `import {x} from "./x.ts"; export default { fetch() { return new Response(x) } }`, "x.ts": "export const x: number = 1"},
		"await":       {"main.js": `const x = await 1; export default { fetch() { return new Response(x) } }`},
		"100KB":       {"main.js": padded(100)},
		"1MB":         {"main.js": padded(1000)},
		"1MB lowered": {"main.js": "import './x.js'; async function* x() {}\n" + padded(1000), "x.js": ""},
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
