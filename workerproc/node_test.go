package workerproc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
)

// TestNodeModules runs the snippets of testdata/node in a Worker and compares
// what they give with what Node.js gave (testdata/node/record.mjs). A line of
// differences.txt says which differ, and why.
func TestNodeModules(t *testing.T) { onEachEngine(t, testNodeModules) }

func testNodeModules(t *testing.T) {
	files, err := filepath.Glob("testdata/node/*_snippets.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no snippets:", err)
	}
	differ := differences(t, "testdata/node/differences.txt")
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), "_snippets.js")
		t.Run(name, func(t *testing.T) {
			want := read(t, "testdata/node/"+name+".want")
			compareLines(t, name, nodeSnippets(t, file), want, differ)
		})
	}
}

func read(t testing.TB, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// differences are the names that a list tells of, "NAME - REASON" a line. "NAME[2,5]" are the elements 2 and 5 of NAME's.
func differences(t *testing.T, file string) map[string]bool {
	list := map[string]bool{}
	for line := range strings.Lines(read(t, file)) {
		name, why, ok := strings.Cut(line, " - ")
		if !ok || strings.TrimSpace(why) == "" {
			continue
		}
		of, elements, _ := strings.Cut(strings.TrimSuffix(name, "]"), "[")
		if !strings.HasSuffix(name, "]") {
			of, elements = name, ""
		}
		for n := range strings.SplitSeq(elements, ",") {
			if n != "" {
				n = "[" + n + "]"
			}
			list[of+n] = true
		}
	}
	return list
}

// nodeWorker is a Load with nodejs_compat on.
func nodeWorker(modules ...string) *rpc.Load {
	m := worker(modules...)
	m.CompatFlag, m.CompatDate = []string{"nodejs_compat"}, "2026-11-17"
	return m
}

func nodeSnippets(t *testing.T, file string) string {
	t.Helper()
	main := `import { run } from "./show.js"; import snippets from "./snippets.js"; ` + handler(`return new Response(await run(snippets))`)
	s := startWith(t, real)
	if err := s.load(nodeWorker("main.js", main, "show.js", read(t, "testdata/node/show.js"), "snippets.js", read(t, file))); err != nil {
		t.Fatalf("cannot load: %v\n%s", err, err.Stack)
	}
	r := s.invoke(get())
	if r.head == nil {
		t.Fatalf("%s", r)
	}
	return r.body
}

func compareLines(t *testing.T, module, got, want string, differ map[string]bool) {
	t.Helper()
	lines := map[string]string{}
	for line := range strings.Lines(got) {
		name, result, _ := strings.Cut(line, ": ")
		lines[name] = result
	}
	answers, others := 0, 0
	for line := range strings.Lines(want) {
		name, result, _ := strings.Cut(line, ": ")
		known := differ[module+"/"+name] || differ[engineOf(t)+": "+module+"/"+name]
		if answers++; known {
			others++
		}
		switch same := lines[name] == result; {
		case !same && !known:
			t.Errorf("%s\n   got %s  want %s", name, lines[name], result)
		case same && known:
			t.Errorf("%s is the same: take it from differences.txt", name)
		}
	}
	t.Logf("%d answers, %d of them listed as different", answers, others)
}

// nodeModules are those of Node.js that the Workers runtime has.
var nodeModules = strings.Fields(`_http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _stream_duplex
	_stream_passthrough _stream_readable _stream_transform _stream_wrap _stream_writable _tls_common _tls_wrap assert assert/strict
	async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns dns/promises domain events fs
	fs/promises http http2 https inspector inspector/promises module net os path path/posix path/win32 perf_hooks process punycode
	querystring readline readline/promises repl sqlite stream stream/consumers stream/promises stream/web string_decoder sys test
	timers timers/promises tls trace_events tty url util util/types v8 vm wasi worker_threads zlib`)

func TestNodeImports(t *testing.T) { onEachEngine(t, testNodeImports) }

func testNodeImports(t *testing.T) {
	s := startWith(t, real)
	main := `import { createRequire } from "node:module"; const require = createRequire("/main.js"); ` + handler(`
		const wrong = [];
		for (const name of `+strings.ReplaceAll(quoted(nodeModules), "'", `"`)+`) {
			if (name === "test") continue; // node:test only
			try {
				const [prefixed, bare] = [await import("node:" + name), await import(name)];
				if (prefixed !== bare || require(name) !== bare.default || require("node:" + name) !== bare.default) wrong.push(name);
			} catch (e) { wrong.push(name + ": " + e.stack) }
		}
		return new Response(wrong.join("\n"))`)
	if err := s.load(nodeWorker("main.js", main)); err != nil {
		t.Fatal(err, err.Stack)
	}
	if got := s.invoke(get()).String(); got != "200 \nok" {
		t.Error(got)
	}
}

// TestWhatAWorkerDoesNotHave: files, sockets and processes can be imported, and
// say that they aren't there when they are used.
func TestWhatAWorkerDoesNotHave(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		s := startWith(t, real)
		main := `import fs, { readFileSync, promises } from "node:fs"; import http from "http"; import net from "node:net";
			import { spawn } from "child_process"; import { isMainThread } from "node:worker_threads"; import { isatty } from "node:tty"; ` + handler(`
			const out = [], no = async (f) => { try { out.push(await f()) } catch (e) { out.push(e.code + " " + e.message) } };
			await no(() => readFileSync("/etc/passwd"));
			await no(() => promises.stat("x"));
			await no(() => new Promise((done) => fs.readFile("y", "utf8", (e) => done(e.code))));
			await no(() => fs.existsSync("z"));
			await no(() => fs.writeFileSync("z", ""));
			await no(() => spawn("ls"));
			await no(() => new net.Socket({ fd: 1 }));
			await no(() => new http.Agent({ keepAlive: true }).keepAlive);
			out.push(isMainThread, isatty(1), http.STATUS_CODES[404], [net.isIP("1.2.3.4"), net.isIP("::1"), net.isIP("1::2::3"), net.isIP("1.2.3.256"), net.isIP("::ffff:1.2.3.4"), net.isIP("a")]);
			return new Response(out.join("\n"));`)
		if err := s.load(nodeWorker("main.js", main)); err != nil {
			t.Fatal(err, err.Stack)
		}
		const want = `ENOENT ENOENT: no such file or directory, open '/etc/passwd'
ENOENT ENOENT: no such file or directory, stat 'x'
ENOENT
false
EPERM EPERM: operation not permitted, open 'z'
ERR_METHOD_NOT_IMPLEMENTED The spawn method is not implemented
ERR_OPTION_NOT_IMPLEMENTED The options.fd option is not implemented
true
true
false
Not Found
4,6,0,0,6,0`
		if r := s.invoke(get()); r.body != want {
			t.Errorf("%s", r)
		}
	})
}

// TestNodeFiles: /bundle has the Worker's modules and can't be written; /tmp is an invocation's own.
func TestNodeFiles(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		s := startWith(t, real)
		main := `import fs from "node:fs"; fs.writeFileSync("/tmp/kept", "1"); ` + handler(`
			const out = [fs.readdirSync("/"), fs.readdirSync("/bundle", { recursive: true }).sort(), fs.readdirSync("/tmp"), fs.readFileSync("/bundle/lib/a.txt", "utf8"),
				fs.readFileSync("lib/a.txt", "utf8"), fs.statSync("main.js").size > 100, process.cwd()];
			for (const f of [() => fs.writeFileSync("/bundle/main.js", ""), () => fs.unlinkSync("main.js"), () => fs.mkdirSync("/x"), () => fs.renameSync("/tmp/a", "/dev/b/c"), () => fs.accessSync("/bundle/main.js", 2)])
				try { f(); out.push("no error") } catch (e) { out.push(e.message) }
			fs.writeFileSync("/tmp/mine", "1");
			return new Response(out.map((x) => x + "\n").join(""))`)
		if err := s.load(nodeWorker("main.js", main, "lib/a.txt", "text")); err != nil {
			t.Fatal(err, err.Stack)
		}
		const want = `bundle,dev,tmp
lib,lib/a.txt,main.js

text
text
true
/bundle
EPERM: operation not permitted, open '/bundle/main.js'
EPERM: operation not permitted, unlink 'main.js'
EPERM: operation not permitted, mkdir '/x'
EPERM: operation not permitted, rename '/dev/b/c'
EACCES: permission denied, access '/bundle/main.js'
`
		for range 2 {
			if r := s.invoke(get()); r.body != want {
				t.Errorf("%s", r)
			}
		}
	})
}

// TestNodeFilesLater: so has a large Worker that doesn't ask for node:fs before it runs.
func TestNodeFilesLater(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		s := startWith(t, real)
		text := strings.Repeat("0123456789abcdef", 80_000)
		main := handler(`
			const fs = await import("node:fs");
			const text = fs.readFileSync("/bundle/a.txt", "latin1");
			return new Response([fs.readdirSync("/bundle"), fs.statSync("/bundle/a.txt").size, text.length, text.slice(-20), fs.readFileSync("b/c.bin").length,
				fs.readFileSync("empty.txt").length, fs.readFileSync("main.js", "utf8").includes("node:fs")].join(" "))`)
		if err := s.load(nodeWorker("main.js", main, "a.txt", text, "b/c.bin", "\x00\x01", "empty.txt", "")); err != nil {
			t.Fatal(err, err.Stack)
		}
		for range 2 {
			if r := s.invoke(get()); r.body != "a.txt,b,empty.txt,main.js 1280000 1280000 cdef0123456789abcdef 2 0 true" {
				t.Errorf("%s", r)
			}
		}
	})
}

func quoted(names []string) string { return "['" + strings.Join(names, "','") + "']" }

// BenchmarkNodeImport is the first import of a module in an isolate, beside
// that of a module of the Worker.
func BenchmarkNodeImport(b *testing.B) {
	for _, name := range nodeModules {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s := startWith(b, real)
				b.StartTimer()
				if err := s.load(nodeWorker("main.js", `import "node:`+name+`"; `+hello)); err != nil {
					b.Fatal(err, err.Stack)
				}
				b.StopTimer()
				s.stop()
				s.ended <- nil // for Cleanup
				b.StartTimer()
			}
		})
	}
}

// TestNodeFlags says which flags and dates turn which names and globals on.
func TestNodeFlags(t *testing.T) { onEachEngine(t, testNodeFlags) }

func testNodeFlags(t *testing.T) {
	const (
		off  = "\n  Modules of Node.js need the compatibility flag \"nodejs_compat\"."
		none = "\n  This version of Stockade does not have it."
	)
	for name, test := range map[string]struct {
		date, flags, module, want string
	}{
		"without":         {"2026-01-01", "", "node:buffer", `No such module "node:buffer".` + "\n  imported from \"main.js\"" + off},
		"without, bare":   {"2026-01-01", "", "buffer", `No such module "buffer".` + "\n  imported from \"main.js\"" + off},
		"with":            {"2024-01-01", "nodejs_compat", "node:buffer", "object undefined"},
		"with, bare":      {"2024-01-01", "nodejs_compat", "buffer", `No such module "buffer".` + "\n  imported from \"main.js\"" + off},
		"v2 by date":      {"2024-09-23", "nodejs_compat", "buffer", "object function"},
		"v2 by name":      {"2024-01-01", "nodejs_compat_v2", "buffer", "object function"},
		"v2 switched off": {"2026-01-01", "nodejs_compat no_nodejs_compat_v2", "node:buffer", "object undefined"},
		"not there":       {"2026-01-01", "nodejs_compat", "node:quic", `No such module "node:quic".` + "\n  imported from \"main.js\"" + none},
		"no such":         {"2026-01-01", "nodejs_compat", "left-pad", `No such module "left-pad".` + "\n  imported from \"main.js\""},
		"in a prototype":  {"2026-01-01", "nodejs_compat", "node:toString", `No such module "node:toString".` + "\n  imported from \"main.js\"" + none},
	} {
		t.Run(name, func(t *testing.T) {
			s := startWith(t, real)
			m := worker("main.js", `import module from "`+test.module+`"; `+handler(`return new Response(typeof module + " " + typeof globalThis.Buffer)`))
			m.CompatDate, m.CompatFlag = test.date, strings.Fields(test.flags)
			got := ""
			if err := s.load(m); err != nil {
				got = err.Message
			} else {
				got = s.invoke(get()).body
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestRequireReturns: what createRequire's require gives of a module with exports, by the date, as workerd does; require of a
// CommonJS module always gives the default export.
func TestRequireReturns(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		for date, want := range map[string]string{
			"2026-01-21": "default,named Module|named Module|5|true Module|a Object|hi|list Object|d Object|true Function|5|ok",
			"2026-01-22": "d Object|named Module|5|true Function|a Object|hi|list Object|d Object|true Function|5|ok",
			"2026-06-16": "d Object|named Module|5|true Function|a Object|hi|list Object|d Object|true Function|5|ERR_OPTION_NOT_IMPLEMENTED",
		} {
			m := nodeWorker("main.js", `import { createRequire } from "node:module"; import old from "./old.cjs"; import tls from "node:tls"; const require = createRequire("/main.js");
				const show = (v) => typeof v === "string" || typeof v === "number" ? v : (v.strictEqual ? "strictEqual" in v : Object.keys(v).sort()) + " " + Object.prototype.toString.call(v).slice(8, -1); `+handler(`
				const out = ["./esm.js", "./only.js", "./prim.js", "node:assert", "./data.json", "./text.txt", "./old.cjs"].map((name) => show(name === "./prim.js" ? [].concat(require(name).default ?? require(name))[0] : require(name)));
				try { new tls.TLSSocket(undefined, { checkServerIdentity() {} }); out.push(...old.list(show), "ok") } catch (e) { out.push(...old.list(show), e.code) }
				return new Response(out.join("|"))`), "esm.js", "export default { d: 1 }; export const named = 2", "only.js", "export const named = 2", "prim.js", "export default 5; export const named = 3",
				"old.cjs", `exports.list = (show) => ["./esm.js", "node:assert", "./prim.js"].map((name) => show(require(name)))`, "data.json", `{"a":1}`, "text.txt", "hi")
			m.CompatDate = date
			s := startWith(t, real)
			if err := s.load(m); err != nil {
				t.Fatal(err, err.Stack)
			}
			if got := s.invoke(get()).body; got != want {
				t.Errorf("%s\n got %s\nwant %s", date, got, want)
			}
		}
	})
}

// TestNodeCommonJS requires modules of Node.js, and those of the Worker, from
// CommonJS; a module of the Worker comes before one of the same bare name.
func TestNodeCommonJS(t *testing.T) { onEachEngine(t, testNodeCommonJS) }

func testNodeCommonJS(t *testing.T) {
	s := startWith(t, real)
	if err := s.load(nodeWorker("main.js", `import lib from "./lib.cjs"; import mine from "util"; `+handler(`return new Response(lib() + mine)`),
		"lib.cjs", `const { Buffer: B } = require("node:buffer"); const path = require("path"); const list = require("node:module").createRequire("/lib.cjs")("./list.cjs");
			module.exports = () => B.from("hi").toString("hex") + path.join("a", "b") + (B === Buffer) + (list === require("./list.cjs"))`,
		"list.cjs", `module.exports = [1]`, "util", "mine")); err != nil {
		t.Fatal(err, err.Stack)
	}
	if got := s.invoke(get()).String(); got != "200 6869a/btruetruemine\nok" {
		t.Error(got)
	}
}

// askForModules is a Worker that tells which of the modules that
// testdata/workerd/modules.txt speaks of are there, as a line of it.
const askForModules = `const names = NAMES.split(" "); const there = async (name) => { try { return await import(name) } catch { return undefined } };
	export default { async fetch() {
		const prefixed = [], bare = [], globals = ["Buffer", "process", "global"].filter((name) => name in globalThis);
		for (const name of names) {
			if (await there("node:" + name)) prefixed.push(name);
			if (await there(name)) bare.push(name);
		}
		const t = setTimeout(() => {}, 1);
		clearTimeout(t);
		return new Response(prefixed.join(" ") + " | " + bare.join(" ") + " | " + globals.join(" ") + " | " + typeof t);
	} };`

// TestNodeModulesByDate compares which modules there are, by date and flags,
// with what the Workers runtime has (testdata/workerd/record_modules.mjs).
func TestNodeModulesByDate(t *testing.T) { onEachEngine(t, testNodeModulesByDate) }

func testNodeModulesByDate(t *testing.T) {
	for line := range strings.Lines(read(t, "testdata/workerd/modules.txt")) {
		given, want, _ := strings.Cut(strings.TrimSpace(line), ": ")
		t.Run(given, func(t *testing.T) {
			s := startWith(t, real)
			m := worker("main.js", strings.ReplaceAll(askForModules, "NAMES", `"`+strings.Join(nodeModules, " ")+`"`))
			words := strings.Fields(given)
			m.CompatDate, m.CompatFlag = words[0], words[1:]
			if err := s.load(m); err != nil {
				t.Fatal(err, err.Stack)
			}
			if got := s.invoke(get()).body; got != want {
				t.Errorf("\ngot  %s\nwant %s", got, want)
			}
		})
	}
}

// TestNodeExports compares the names that modules export with those of the
// Workers runtime (testdata/workerd/exports.txt). A line of missing_exports.txt
// says what is missing.
func TestNodeExports(t *testing.T) { onEachEngine(t, testNodeExports) }

func testNodeExports(t *testing.T) {
	s := startWith(t, real)
	main := handler(`const lines = [];
		for (const line of (await import("./exports.txt")).default.trim().split("\n")) {
			const [name, list] = line.split(": "), module = await import("node:" + name);
			const missing = list.split(" ").filter((one) => { const [key, type] = one.split(":"); return !(key in module) || typeof module[key] !== type; });
			if (missing.length > 0) lines.push(name + ": " + missing.join(" "));
		}
		return new Response(lines.join("\n") + "\n")`)
	if err := s.load(nodeWorker("main.js", main, "exports.txt", read(t, "testdata/workerd/exports.txt"))); err != nil {
		t.Fatal(err, err.Stack)
	}
	if got, want := s.invoke(get()).body, read(t, "testdata/workerd/missing_exports.txt"); got != want {
		t.Errorf("\ngot\n%s\nwant\n%s", got, want)
	}
}
