package integration

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTailsAreToldAsInWorkerd has Tail Workers watch a dynamic Worker that does all there is to be told of, and compares what
// they get with what workerd told them (testdata/tails/workerd.txt; record.sh there makes it). What differs is listed.
func TestTailsAreToldAsInWorkerd(t *testing.T) {
	comparison{answers: "tails/workerd.txt", differences: "tails/differences.txt", line: tailAnswerLine,
		profile: "pool: {size: 2, max_workers: 24}, limits: {default: {wall_ms: 120000}, max: {wall_ms: 120000}}"}.run(t, (*daemon).tailsProbe)
}

// TestTailExamples deploys the documentation's examples of observability: what a dynamic Worker logs gets into the log of the
// app that has loaded it.
func TestTailExamples(t *testing.T) {
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), "profiles:\n  default: {engine: "+engine+", pool: {size: 2, max_workers: 8}}\n")
			d.deploy(t, "testdata/tails/app", "observed")
			lines := d.followed(t, "observed")
			if _, text := d.get(t, "observed/fetch/w1"); text != "observed" {
				t.Error(text)
			}
			for _, want := range []string{
				`{"source":"dynamic-worker-tail","workerId":"w1","level":"log","message":["seen by the tail","GET"]}`,
				`{"source":"dynamic-worker-tail","workerId":"w1","level":"warn","message":[{"a":[1]}]}`,
			} {
				for lines.Scan() && !strings.Contains(lines.Text(), want) {
				}
				if err := lines.Err(); err != nil || !strings.Contains(lines.Text(), want) {
					t.Fatalf("the log ends (%v) before %s", err, want)
				}
			}
		})
	}
}

// TestTailsOfWhatIsEnded has Workers exceed their limits: their tails are told. What a tail does after the answer of a run is
// waited for before the run's process ends.
func TestTailsOfWhatIsEnded(t *testing.T) {
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), "profiles:\n  default: {engine: "+engine+", pool: {size: 2, max_workers: 8}, limits: {default: {memory: 64MiB, cpu_ms: 30000}}}\n")
			for path, want := range map[string]string{
				"loop":   `^Worker exceeded CPU time limit\. \| exceededCpu (http://host/x begins )?Worker exceeded CPU time limit\.$`,
				"memory": `^Worker exceeded memory limit\. \| exceededMemory .*Worker exceeded memory limit\.$`,
				"ok":     `^answered$`,
			} {
				body, err := json.Marshal(map[string]any{"code": map[string]any{"mainModule": "ended.js", "compatibilityDate": "2026-01-01",
					"modules":  map[string]string{"ended.js": readTestdata(t, "tails/ended.js")},
					"bindings": map[string]any{"LOADER": map[string]string{"type": "worker_loader"}}}, "request": map[string]string{"url": "http://x/" + path}})
				if err != nil {
					t.Fatal(err)
				}
				var answer struct{ Response struct{ Body string } }
				text := d.must(t, 200, "POST", "/v1/run", string(body))
				if err := json.Unmarshal([]byte(text), &answer); err != nil || !regexp.MustCompile(want).MatchString(answer.Response.Body) {
					t.Errorf("%s: %.2000s, want %s", path, text, want)
				}
			}
			d.counts(t, `stockade_invocations_total{kind="tail",outcome="exception",profile="default"} 1`)
		})
	}
}

// TestTailsThatTakeTheirTime has a Worker log much while its tails take their time: nobody waits for them, what they have not taken is
// bounded, and other tails are told.
func TestTailsThatTakeTheirTime(t *testing.T) {
	source := helper + `
		let other = 0;
		export class Slow extends WorkerEntrypoint { async tail() { await scheduler.wait(20000); } }
		export class Quick extends WorkerEntrypoint { tail() { other++; } }
		const much = "export default { fetch() { for (let i = 0; i < 20; i++) console.log('x'.repeat(10000)); return new Response('answered') } }";
		export default { async fetch(request, env, ctx) {
			const { pathname } = new URL(request.url);
			if (pathname === "/slow") return new Response(await text(env.LOADER.get("slow", () => code(much, { tails: [ctx.exports.Slow({ props: {} })] })).getEntrypoint()));
			const before = other;
			await text(env.LOADER.get("quick", () => code(hello, { tails: [ctx.exports.Quick({ props: {} })] })).getEntrypoint());
			while (other === before) await scheduler.wait(5);
			return new Response("told");
		} };`
	onBothEngines(t, 16, source, func(t *testing.T, d *daemon) {
		for range 100 { // 20 MB
			if status, text := d.get(t, "loader/fetch/slow"); status != 200 || text != "answered" {
				t.Fatalf("%d %s", status, text)
			}
		}
		if status, text := d.get(t, "loader/fetch/quick"); status != 200 || text != "told" {
			t.Errorf("%d %s", status, text)
		}
	})
}

// counts waits for a line of the metrics.
func (d *daemon) counts(t *testing.T, line string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		text := d.must(t, 200, "GET", "/metrics", "")
		if strings.Contains(text, line+"\n") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is not in\n%s", line, text)
		}
	}
}

func (d *daemon) tailsProbe(t *testing.T) string {
	t.Helper()
	return d.probe(t, map[string]any{"code": map[string]any{"mainModule": "probe.js", "compatibilityDate": "2026-01-01", "compatibilityFlags": []string{"nodejs_compat"},
		"modules":  map[string]any{"probe.js": readTestdata(t, "tails/probe.js"), "watched.txt": map[string]string{"text": readTestdata(t, "tails/watched.js")}},
		"bindings": map[string]any{"LOADER": map[string]string{"type": "worker_loader"}}}, "request": map[string]string{"url": "http://probe/"}})
}

var tailAnswerLine = regexp.MustCompile(`^(\S.*?): ((?:OK |\[object ).*)$`)
