package integration

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What Workers are answered is compared with what they were answered by another runtime, question by question. What differs
// is listed with the reason, and a line of the list that is no longer true fails.

// comparison is of what a Worker answers on each engine.
type comparison struct {
	answers     string         // the peer's: a file in testdata
	differences string         // from them: "" for none
	line        *regexp.Regexp // of an answer in that file, and in what is answered here
	profile     string         // what the profile says beside its engine
}

func (c comparison) run(t *testing.T, probe func(*daemon, *testing.T) string) {
	want := answersAt(c.line, readTestdata(t, c.answers))
	var different map[string]*regexp.Regexp
	if c.differences != "" {
		different = readDifferences(t, c.differences)
	}
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), "profiles:\n  default: {engine: "+engine+", "+c.profile+"}\n")
			compareWithPeer(t, engine, answersAt(c.line, probe(d, t)), want, different)
		})
	}
}

// compareWithPeer compares answers by the names of their questions. A difference may be of one engine: "ENGINE NAME".
func compareWithPeer(t *testing.T, engine string, got, want map[string]string, different map[string]*regexp.Regexp) {
	t.Helper()
	listed := 0
	for name, answer := range want {
		re := different[engine+" "+name]
		if re == nil {
			re = different[name]
		}
		if re != nil {
			listed++
		}
		switch {
		case re == nil && got[name] != answer:
			t.Errorf("%s:\n  %s\nthe other runtime:\n  %s", name, got[name], answer)
		case re != nil && !re.MatchString(got[name]):
			t.Errorf("%s:\n  %s\nwant:\n  %s", name, got[name], re)
		case re != nil && got[name] == answer:
			t.Errorf("%s is as in the other runtime now: take it off the list of differences", name)
		}
	}
	t.Logf("%d answers, %d of them listed as different", len(want), listed)
}

// readDifferences reads lines of "NAME | what is answered here, a pattern | why".
func readDifferences(t *testing.T, file string) map[string]*regexp.Regexp {
	t.Helper()
	different := make(map[string]*regexp.Regexp)
	for line := range strings.Lines(readTestdata(t, file)) {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		name, rest, _ := strings.Cut(line, " | ")
		different[name] = regexp.MustCompile(rest[:strings.LastIndex(rest, " | ")])
	}
	return different
}

// answersAt are the answers by the names of the questions: a line that begins one has both, in the groups of head. Others
// go on with it.
func answersAt(head *regexp.Regexp, text string) map[string]string {
	answers, name := make(map[string]string), ""
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if m := head.FindStringSubmatch(line); m != nil {
			name = m[1]
			answers[name] = m[2]
			continue
		}
		answers[name] += "\n" + line
	}
	return answers
}

// probe runs code that asks all the questions, and returns what it prints.
func (d *daemon) probe(t *testing.T, run map[string]any) string {
	t.Helper()
	body, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	text := d.must(t, 200, "POST", "/v1/run", string(body))
	var answer struct{ Response struct{ Body string } }
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Response.Body == "" {
		t.Fatalf("%v %.3000s", err, text)
	}
	if log := d.log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("the daemon's log:\n%s", log)
	}
	return answer.Response.Body
}

func readTestdata(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
