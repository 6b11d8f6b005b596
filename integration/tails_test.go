package integration

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTailsAreToldAsInWorkerd has Tail Workers watch a dynamic Worker that does all there is to be told of, and compares what
// they get with what workerd told them (testdata/tails/workerd.txt; record.sh there makes it). What differs is listed.
func TestTailsAreToldAsInWorkerd(t *testing.T) {
	want := tailAnswers(readTailsFile(t, "workerd.txt"))
	different := tailDifferences(t)
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), "profiles:\n  default: {engine: "+engine+", pool: {size: 2, max_workers: 24}, limits: {default: {wall_ms: 120000}, max: {wall_ms: 120000}}}\n")
			got := tailAnswers(d.tailsProbe(t))
			if log := d.log.String(); strings.Contains(log, "level=ERROR") {
				t.Errorf("the daemon's log:\n%s", log)
			}
			for name, answer := range want {
				re := different[engine+" "+name]
				if re == nil {
					re = different[name]
				}
				switch {
				case re == nil && got[name] != answer:
					t.Errorf("%s:\n  %s\nworkerd:\n  %s", name, got[name], answer)
				case re != nil && !re.MatchString(got[name]):
					t.Errorf("%s:\n  %s\nwant:\n  %s", name, got[name], re)
				case re != nil && got[name] == answer:
					t.Errorf("%s is as workerd has it now: take it off the list of differences", name)
				}
			}
		})
	}
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
					"modules":  map[string]string{"ended.js": readTailsFile(t, "ended.js")},
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
	body, err := json.Marshal(map[string]any{"code": map[string]any{"mainModule": "probe.js", "compatibilityDate": "2026-01-01", "compatibilityFlags": []string{"nodejs_compat"},
		"modules":  map[string]any{"probe.js": readTailsFile(t, "probe.js"), "watched.txt": map[string]string{"text": readTailsFile(t, "watched.js")}},
		"bindings": map[string]any{"LOADER": map[string]string{"type": "worker_loader"}}}, "request": map[string]string{"url": "http://probe/"}})
	if err != nil {
		t.Fatal(err)
	}
	status, text, err := d.request("POST", "/v1/run", nil, string(body))
	if err != nil || status != 200 {
		t.Fatalf("%d %v %.2000s", status, err, text)
	}
	var answer struct {
		Response struct{ Body string }
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Response.Body == "" {
		t.Fatalf("%v %.3000s", err, text)
	}
	return answer.Response.Body
}

var tailAnswerLine = regexp.MustCompile(`^(\S.*?): ((?:OK |\[object ).*)$`)

// tailAnswers are the answers by the names of the questions, each with the lines of its tails.
func tailAnswers(text string) map[string]string {
	answers, name := make(map[string]string), ""
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if m := tailAnswerLine.FindStringSubmatch(line); m != nil {
			name = m[1]
			answers[name] = m[2]
			continue
		}
		answers[name] += "\n" + line
	}
	return answers
}

func tailDifferences(t *testing.T) map[string]*regexp.Regexp {
	different := make(map[string]*regexp.Regexp)
	for line := range strings.Lines(readTailsFile(t, "differences.txt")) {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		name, rest, _ := strings.Cut(line, " | ")
		different[name] = regexp.MustCompile(rest[:strings.LastIndex(rest, " | ")])
	}
	return different
}

func readTailsFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "tails", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
