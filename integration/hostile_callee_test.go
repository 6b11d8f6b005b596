package integration

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// hostileCaller loads a Worker for each request, whose process is hostile, and calls it.
const hostileCaller = `import { WorkerEntrypoint } from "cloudflare:workers";
let n = 0;
export class Leaf extends WorkerEntrypoint { fetch(request) { return new Response("leaf " + new URL(request.url).pathname) } }
export default { async fetch(request, env, ctx) {
	const act = new URL(request.url).pathname.slice(1), main = "hostile/" + act + ".js";
	const call = async () => {
		const more = act.startsWith("passes-") ? { env: { LEAF: ctx.exports.Leaf({ props: {} }) } } : {};
		const worker = env.LOADER.load({ compatibilityDate: "2026-01-01", mainModule: main, modules: { [main]: "//" }, globalOutbound: null, ...more }).getEntrypoint();
		if (more.env) return (await worker.fetch("http://x/")).text();
		if (act === "stops-reading") { // it is left while more waits for it than a socket holds
			worker.m("x".repeat(8 << 20)).catch(() => {});
			await scheduler.wait(300);
			return "left";
		}
		let result = await worker.m(() => 1);
		if (act.startsWith("callee-stub")) result = await result.m();
		return typeof result === "string" ? result : JSON.stringify(result) + ({}).polluted;
	};
	let said;
	try { said = await call() } catch (e) { said = e.name + ": " + e.message }
	return new Response(++n + " " + said);
} };`

var hostileCallees = []struct{ act, want, broke string }{
	{"callee-response", `broke the protocol`, "a response to a call, or a body of one"},
	{"callee-body", `broke the protocol`, "a response to a call, or a body of one"},
	{"callee-credit", `broke the protocol`, "a response to a call, or a body of one"},
	{"callee-inline", `broke the protocol`, "a response to a call, or a body of one"},
	{"callee-forged", `broke the protocol`, "a result with what the isolate does not hold"},
	{"callee-garbage", `^TypeError: The value that came from the other side is malformed\.$`, ""},
	{"callee-no-json", `^SyntaxError: `, ""},
	{"callee-no-cap", `^TypeError: The value that came from the other side is malformed\.$`, ""},
	{"callee-no-blob", `^TypeError: The value that came from the other side is malformed\.$`, ""},
	{"callee-cycle", `^TypeError: The value that came from the other side is malformed\.$`, ""},
	{"callee-proto", `undefined$`, ""},
	{"callee-deep", `^TypeError: The value that came from the other side is malformed\.$|^SyntaxError|^RangeError|^InternalError`, ""},
	{"callee-thrown", `^TypeError: The value that came from the other side is malformed\.$`, ""},
	{"callee-stub-forged", `^Error: This Worker holds no such binding\.$`, ""},
	{"callee-stub-twice", `^first$`, ""},
	{"callee-stub-exits", `^Error: The execution context which host`, ""},
	{"callee-grants", `^1 granted$`, ""},
	{"passes-twice", `^leaf /1$`, ""},
	{"passes-and-answers", `^leaf /1$`, ""},
	{"passes-and-answers-twice", `^leaf /1$`, "second answer to one invocation"},
	{"passes-after", `^its own$`, ""},
	{"passes-for-others", `^its own$`, ""},
	{"passes-no-request", `broke the protocol`, "a request that is not one of fetch()"},
	{"passes-a-method", `broke the protocol`, "a request that is not one of fetch()"},
	{"exits", `Error: The Worker's process has ended`, ""},
	{"stops-reading", `^left$`, ""},
	{"callee-stub-twice", `^first$`, ""}, // after it
}

// TestHostileCallees has a Worker call others whose processes are hostile. It gets errors, and goes on in the same process.
func TestHostileCallees(t *testing.T) {
	bin, err := hostileBin()
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			dir := testDir(t)
			write(t, filepath.Join(dir, "stockade.yaml"), fmt.Sprintf(policyHead, dir)+"profiles:\n  default: {engine: "+engine+", pool: {size: 2, max_workers: 16}, limits: {default: {wall_ms: 12000}}}\n")
			d := launch(t, filepath.Join(bin, "stockade"), dir)
			d.awaitReady(t)
			d.putLoader(t, "caller", hostileCaller)
			for n, c := range hostileCallees {
				status, text := d.get(t, "caller/fetch/"+c.act)
				said, same := strings.CutPrefix(text, fmt.Sprint(n+1, " "))
				if status != http.StatusOK || !same || !regexp.MustCompile(c.want).MatchString(said) {
					t.Errorf("%s: %d %.300q, want %d %s", c.act, status, text, n+1, c.want)
				}
				d.logs(t, c.act, c.broke)
			}
			d.settles(t, 1) // the caller: who left nothing runs on
			if strings.Contains(d.log.String(), "panic") || strings.Contains(d.log.String(), "level=ERROR") {
				t.Error("the daemon's log has errors")
			}
		})
	}
}

// logs waits for a line of the log, which comes some time after the caller's answer.
func (d *daemon) logs(t *testing.T, act, line string) {
	t.Helper()
	eventually(t, 10*time.Second, func() string {
		if strings.Contains(d.log.String(), line) {
			return ""
		}
		return fmt.Sprintf("%s: the log has no %q", act, line)
	})
}
