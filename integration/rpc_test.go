package integration

import (
	"regexp"
	"strings"
	"testing"
)

// TestRPCIsAsInWorkerd has two Workers, one of which the other has loaded, ask each other for all that RPC can carry and for
// what it can't, and compares the answers with workerd's (testdata/rpc/workerd.txt; record.sh there makes it). What differs is
// listed with the reason.
func TestRPCIsAsInWorkerd(t *testing.T) {
	want := rpcAnswers(readTestdata(t, "rpc/workerd.txt"))
	different := rpcDifferences(t, want)
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel() // it waits for most of its time
			d := serve(t, testDir(t), "profiles:\n  default: {engine: "+engine+", pool: {size: 2, max_workers: 64}, limits: {default: {sub_requests: 10000, memory: 512MiB}, max: {sub_requests: 10000}}}\n")
			text := ""
			for _, which := range []string{"down", "up", "more-down", "more-up", "further-down", "further-up", "shapes"} {
				text += d.rpcProbe(t, which)
			}
			compareWithPeer(t, engine, rpcAnswers(text), want, different)
		})
	}
}

// rpcProbe is what one of the two finds.
func (d *daemon) rpcProbe(t *testing.T, which string) string {
	t.Helper()
	modules := map[string]any{}
	for _, name := range []string{"caller", "api", "show", "probe", "more", "moreapi", "further", "furtherapi", "shapes"} {
		modules[name+".js"] = readTestdata(t, "rpc/"+name+".js")
	}
	for _, name := range []string{"api", "show", "probe", "more", "moreapi", "further", "furtherapi"} {
		modules[name+".txt"] = map[string]string{"text": readTestdata(t, "rpc/"+name+".js")}
	}
	return d.probe(t, map[string]any{"code": map[string]any{"mainModule": "caller.js", "compatibilityDate": "2026-01-01",
		"compatibilityFlags": []string{"nodejs_compat"}, "modules": modules, "bindings": map[string]any{"LOADER": map[string]any{"type": "worker_loader"}}},
		"request": map[string]string{"url": "http://probe/?which=" + which}})
}

var rpcAnswerLine = regexp.MustCompile(`^((?:up|down|more up|more down|further up|further down|shapes): .*?): ((?:sync |OK |\[object |threw ).*)$`)

func rpcAnswers(text string) map[string]string {
	answers := make(map[string]string)
	for line := range strings.SplitSeq(text, "\n") {
		if m := rpcAnswerLine.FindStringSubmatch(line); m != nil {
			answers[m[1]] = m[2]
		}
	}
	return answers
}

// rpcDifferences are lines of "NAME | what is answered here, a pattern | why". A name without up: or down: is of both, one
// with an engine before it of that engine; one that ends in * is of all that begin so.
func rpcDifferences(t *testing.T, questions map[string]string) map[string]*regexp.Regexp {
	different := make(map[string]*regexp.Regexp)
	for name, re := range readDifferences(t, "rpc/differences.txt") {
		engine, base := "", name
		for _, e := range []string{"goja ", "quickjs "} {
			if after, is := strings.CutPrefix(name, e); is {
				engine, base = e, after
			}
		}
		before := len(different)
		for question := range questions {
			_, short, _ := strings.Cut(question, ": ")
			prefix, several := strings.CutSuffix(base, "*")
			if question == base || short == base || several && (strings.HasPrefix(question, prefix) || strings.HasPrefix(short, prefix)) {
				different[engine+question] = re
			}
		}
		if len(different) == before {
			t.Errorf("differences.txt: there is no question %q, or two lines have its answer", name)
		}
	}
	return different
}
