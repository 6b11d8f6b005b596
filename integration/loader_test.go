package integration

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestALoaderAnswersAsWorkerdDoes gives a Worker Loader all it may be given, and more, and compares what comes of it with what
// workerd answered to the same (testdata/loader/workerd.txt). What differs is listed with the reason.
func TestALoaderAnswersAsWorkerdDoes(t *testing.T) {
	want := answersOf(readLoaderFile(t, "workerd.txt"))
	different := differences(t)
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), "profiles:\n  default: {engine: "+engine+", pool: {size: 2, max_workers: 64}}\n")
			got := answersOf(d.probe(t))
			if log := d.log.String(); strings.Contains(log, "level=ERROR") {
				t.Errorf("the daemon's log:\n%s", log)
			}
			for name, answer := range want {
				switch re := different[name]; {
				case re == nil && got[name] != answer:
					t.Errorf("%s:\n  %s\nworkerd:\n  %s", name, got[name], answer)
				case re != nil && !re.MatchString(got[name]):
					t.Errorf("%s:\n  %s\nwant:\n  %s", name, got[name], re)
				case re != nil && got[name] == answer:
					t.Logf("%s is as workerd has it now: take it off the list of differences", name)
				}
			}
		})
	}
}

// probe runs probe.js, and returns what it prints.
func (d *daemon) probe(t *testing.T) string {
	t.Helper()
	loader := map[string]any{"type": "worker_loader"}
	shared := map[string]any{"type": "worker_loader", "id": "shared"}
	body, err := json.Marshal(map[string]any{"code": map[string]any{"mainModule": "probe.js", "compatibilityDate": "2026-01-01",
		"compatibilityFlags": []string{"nodejs_compat"}, "modules": map[string]string{"probe.js": readLoaderFile(t, "probe.js")},
		"bindings": map[string]any{"LOADER": shared, "LOADER2": shared, "LOADER3": loader}}})
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
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Response.Body
}

var answerLine = regexp.MustCompile(`^([^:\n]+): (sync |OK |\[object )`)

// answersOf are the answers by the names of what was asked. They have more than one line where an error has.
func answersOf(text string) map[string]string {
	answers, name := make(map[string]string), ""
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if m := answerLine.FindStringSubmatch(line); m != nil {
			name = m[1]
			answers[name] = strings.TrimPrefix(line, name+": ")
			continue
		}
		answers[name] += "\n" + line
	}
	return answers
}

func differences(t *testing.T) map[string]*regexp.Regexp {
	different := make(map[string]*regexp.Regexp)
	for line := range strings.Lines(readLoaderFile(t, "differences.txt")) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " | ")
		want := rest[:strings.LastIndex(rest, " | ")]
		different[name] = regexp.MustCompile(want)
	}
	return different
}

func readLoaderFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "loader", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
