package integration

import (
	"regexp"
	"testing"
)

// manyWorkers is a profile for a loader that loads a Worker for each question.
const manyWorkers = "pool: {size: 2, max_workers: 64}"

// TestALoaderAnswersAsWorkerdDoes gives a Worker Loader all it may be given, and more, and compares what comes of it with what
// workerd answered to the same (testdata/loader/workerd.txt). What differs is listed with the reason.
func TestALoaderAnswersAsWorkerdDoes(t *testing.T) {
	comparison{answers: "loader/workerd.txt", differences: "loader/differences.txt", line: answerLine, profile: manyWorkers}.run(t, (*daemon).loaderProbe)
}

// TestALoaderLooksAtDetailsAsWorkerdDoes asks in which order a loader looks at what it is given, what it makes of names, env,
// exports and errors, and what is left of stubs (testdata/loader/details.js).
func TestALoaderLooksAtDetailsAsWorkerdDoes(t *testing.T) {
	comparison{answers: "loader/details.txt", differences: "loader/details_differences.txt", line: answerLine, profile: manyWorkers}.run(t,
		func(d *daemon, t *testing.T) string {
			return d.probe(t, map[string]any{"code": map[string]any{"mainModule": "details.js", "compatibilityDate": "2026-01-01",
				"compatibilityFlags": []string{"nodejs_compat"}, "modules": map[string]string{"details.js": readTestdata(t, "loader/details.js")},
				"bindings": map[string]any{"LOADER": map[string]any{"type": "worker_loader"}}, "limits": map[string]any{"cpuMs": 60000, "subRequests": 10000}}})
		})
}

// TestVariationsOfTheExamples runs what a reader makes of the documentation's examples: other methods, options and errors, no
// env, no props.
func TestVariationsOfTheExamples(t *testing.T) {
	line := regexp.MustCompile(`^\["([^"]+)",(.*)\]$`)
	comparison{answers: "loader/variations.txt", line: line, profile: manyWorkers}.run(t, func(d *daemon, t *testing.T) string {
		return d.probe(t, map[string]any{"code": map[string]any{"mainModule": "variations.js", "compatibilityDate": "2026-05-01",
			"modules":  map[string]string{"variations.js": readTestdata(t, "loader/variations.js")},
			"bindings": map[string]any{"LOADER": map[string]any{"type": "worker_loader"}}}})
	})
}

func (d *daemon) loaderProbe(t *testing.T) string {
	t.Helper()
	loader := map[string]any{"type": "worker_loader"}
	shared := map[string]any{"type": "worker_loader", "id": "shared"}
	return d.probe(t, map[string]any{"code": map[string]any{"mainModule": "probe.js", "compatibilityDate": "2026-01-01",
		"compatibilityFlags": []string{"nodejs_compat"}, "modules": map[string]string{"probe.js": readTestdata(t, "loader/probe.js")},
		"bindings": map[string]any{"LOADER": shared, "LOADER2": shared, "LOADER3": loader}}})
}

var answerLine = regexp.MustCompile(`^([^:\n]+): ((?:sync |OK |\[object ).*)$`)
