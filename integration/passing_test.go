package integration

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const passingPolicy = `profiles:
  default: {engine: %s, pool: {size: 2, max_workers: 16}, egress: {default: local}}
egress: {log: none, outbounds: {local: {rules: [{action: allow, cidrs: [127.0.0.1]}]}}}
`

func passingDaemon(t *testing.T, engine string) *daemon {
	d := serve(t, testDir(t), fmt.Sprintf(passingPolicy, engine))
	d.putLoader(t, "loader", readTestdata(t, "passing.js"))
	return d
}

// whole is all of an answer that a client sees.
type whole struct {
	Status  int
	Length  int64
	Chunked bool
	Header  http.Header
	Body    string
	Err     string
}

func (d *daemon) whole(t *testing.T, method, path string) (w whole) {
	t.Helper()
	req, err := http.NewRequest(method, "http://localhost/v1/apps/loader/fetch/"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	res, err := d.client.Do(req)
	if err != nil {
		return whole{Err: err.Error()}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	res.Header.Del("Date")
	w = whole{Status: res.StatusCode, Length: res.ContentLength, Chunked: len(res.TransferEncoding) > 0, Header: res.Header, Body: string(b)}
	if err != nil {
		w.Err = err.Error()
	}
	return w
}

func (d *daemon) passed(t *testing.T) int {
	t.Helper()
	found := regexp.MustCompile(`(?m)^stockade_answers_passed_total (\d+)$`).FindStringSubmatch(d.must(t, 200, "GET", "/metrics", ""))
	if found == nil {
		t.Fatal("no stockade_answers_passed_total")
	}
	n, _ := strconv.Atoi(found[1])
	return n
}

// passingAnswers are what a loaded Worker answers, by the paths of passing.js, and in how many steps each goes past those who pass it
// on: the loader, or the loader and two more.
var passingAnswers = []struct {
	method, path   string
	steps, chained int
}{
	{"GET", "text", 1, 3}, {"POST", "text", 1, 3}, {"HEAD", "text", 1, 3}, {"GET", "status", 1, 3}, {"GET", "cookies", 1, 3}, {"GET", "empty", 1, 3}, {"GET", "null", 1, 3},
	{"GET", "204", 1, 3}, {"GET", "205", 1, 3}, {"GET", "304", 1, 3}, {"GET", "500", 1, 3}, {"GET", "length", 1, 3}, {"GET", "bytes", 1, 3}, {"GET", "64k", 1, 3},
	{"GET", "redirect", 1, 3}, // a request that has come in does not follow it
	{"GET", "more", 0, 2}, {"GET", "1m", 0, 2}, {"GET", "manual", 0, 2}, {"GET", "automatic", 0, 2},
	{"GET", "2m", 0, 0}, {"GET", "stream", 0, 0}, {"GET", "throws", 0, 0}, {"GET", "none", 0, 0}, {"GET", "error", 0, 0},
}

// TestAnswersPassUntouched: a client gets the same of a loader that returns the promise of its fetch() as of one that looks at the
// response first; of chains of Workers, too.
func TestAnswersPassUntouched(t *testing.T) {
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := passingDaemon(t, engine)
			for _, a := range passingAnswers {
				for _, how := range []struct {
					name  string
					steps int
				}{{"", a.steps}, {"chain/", a.chained}} {
					before := d.passed(t)
					want := d.whole(t, a.method, how.name+"awaits/"+a.path)
					if d.passed(t) != before {
						t.Errorf("%s: what is awaited passes", a.path)
					}
					got := d.whole(t, a.method, how.name+"passes/"+a.path)
					if steps := d.passed(t) - before; steps != how.steps {
						t.Errorf("%s%s %s passes in %d steps, want %d", how.name, a.method, a.path, steps, how.steps)
					}
					if !reflect.DeepEqual(got, want) {
						t.Errorf("%s%s:\n got %.2000s\nwant %.2000s", how.name, a.path, shown(got), shown(want))
					}
					if want.Status == 404 {
						t.Fatal(want)
					}
				}
			}
		})
	}
}

// TestAnswersOfTheNetworkPass: such as are small and not compressed, at the end of the redirects that were followed none.
func TestAnswersOfTheNetworkPass(t *testing.T) {
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Set-Cookie"] = []string{"a=1", "b=2"}
		w.Header().Set("X-Latin", "\xe9")
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/zipped":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write([]byte("zipped"))
			_ = z.Close()
			return
		case "/redirect":
			http.Redirect(w, r, "/text", http.StatusFound)
			return
		case "/none":
			w.WriteHeader(http.StatusNoContent)
			return
		}
		_, _ = io.WriteString(w, "text")
	}))
	t.Cleanup(up.Close)
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := passingDaemon(t, engine)
			for path, want := range map[string]int{"/text": 1, "/gone": 1, "/none": 1, "/zipped": 0, "/redirect": 0} {
				before := d.passed(t)
				awaited, passed := d.whole(t, "GET", "net/awaits?"+up.URL+path), d.whole(t, "GET", "net/passes?"+up.URL+path)
				if steps := d.passed(t) - before; steps != want || !reflect.DeepEqual(awaited, passed) || awaited.Status == 404 {
					t.Errorf("%s passes in %d steps, want %d:\n got %s\nwant %s", path, steps, want, shown(passed), shown(awaited))
				}
			}
		})
	}
}

// TestWhatIsSaidOfAnswersThatPass: Tail Workers, logs, outcome and usage are those of a loader that awaits the response, and the work
// in waitUntil goes on.
func TestWhatIsSaidOfAnswersThatPass(t *testing.T) {
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := passingDaemon(t, engine)
			for _, what := range []string{"text", "status", "500", "throws", "stream", "late", "limit", "calls"} {
				var said [2]string
				for n, how := range []string{"passes", "awaits"} {
					said[n] = strings.ReplaceAll(d.told(t, how, what), how, "HOW")
				}
				if said[0] != said[1] || !strings.Contains(said[0], `"outcome"`) {
					t.Errorf("%s: one that passes is told of as\n%s\none that awaits as\n%s", what, said[0], said[1])
				}
			}
		})
	}
}

// told is what a Tail Worker is told of a Worker that passes on or awaits, and what the run of one is charged and logged for.
func (d *daemon) told(t *testing.T, how, what string) string {
	t.Helper()
	answer := d.whole(t, "GET", "watched/"+how+"/"+what)
	body, err := json.Marshal(map[string]any{"code": map[string]any{"mainModule": "a.js", "compatibilityDate": "2026-01-01", "modules": map[string]string{"a.js": readTestdata(t, "passing.js")},
		"bindings": map[string]any{"LOADER": map[string]string{"type": "worker_loader"}}, "limits": map[string]int{"cpuMs": 200}}, "request": map[string]string{"url": "http://x/" + how + "/" + what}})
	if err != nil {
		t.Fatal(err)
	}
	var run struct {
		Outcome    string
		Response   any
		Exceptions []struct{ Name, Message string }
		Logs       []struct {
			Level   string
			Message any
		}
		Usage struct{ SubRequests int }
	}
	_, text, err := d.request("POST", "/v1/run", nil, string(body))
	if err != nil || json.Unmarshal([]byte(text), &run) != nil {
		t.Fatalf("%s %v", text, err)
	}
	return shown(answer) + "\n" + d.must(t, 200, "GET", "/v1/apps/loader/fetch/told", "") + "\n" + shown(run)
}

func shown(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// TestAClientIsAnsweredPastItsLoader has the loader's process stopped, killed or left, or the Worker's that it has called, while an
// answer is on the way that is not the loader's own.
func TestAClientIsAnsweredPastItsLoader(t *testing.T) {
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := passingDaemon(t, engine)
			var during func(loader, called int)
			held := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				all := bySize(t, d)
				during(all[0], all[1])
				io.WriteString(w, "held")
			}))
			t.Cleanup(held.Close)
			ask := func() whole { return d.whole(t, "GET", "large/passes/held?"+held.URL) }

			stopped := 0
			during = func(loader, _ int) { stopped = loader; syscall.Kill(loader, syscall.SIGSTOP) }
			if w := ask(); w.Status != 200 || w.Body != "held" {
				t.Errorf("past a loader that is stopped: %.500s", shown(w))
			}
			syscall.Kill(stopped, syscall.SIGCONT)

			answered := make(chan struct{})
			during = func(loader, _ int) { syscall.Kill(loader, syscall.SIGKILL); <-answered }
			w := ask()
			close(answered)
			if w.Status != 502 || !strings.Contains(w.Body, "worker_killed") {
				t.Errorf("past a loader that is killed before: %.500s", shown(w))
			}

			during = func(_, called int) { syscall.Kill(called, syscall.SIGKILL) }
			if w := ask(); w.Status < 500 || !strings.Contains(w.Body, "process has ended") {
				t.Errorf("of a Worker that is killed: %.500s", shown(w))
			}

			ctx, leave := context.WithCancel(context.Background())
			during = func(int, int) { leave() }
			req, err := http.NewRequestWithContext(ctx, "GET", "http://localhost/v1/apps/loader/fetch/large/passes/held?"+held.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			if res, err := d.client.Do(req); err == nil {
				t.Errorf("who has left is answered: %d", res.StatusCode)
				res.Body.Close()
			}
			during = func(int, int) {}
			if w := ask(); w.Status != 200 || w.Body != "held" {
				t.Errorf("after all that: %.500s", shown(w))
			}
			eventually(t, 10*time.Second, func() string { return strings.Join(busy(t, d), "\n") })
			before := d.pools(t).Warm
			syscall.Kill(bySize(t, d)[0], syscall.SIGKILL)
			eventually(t, 10*time.Second, func() string {
				if p := d.pools(t); p.Warm+p.Busy != before-1 {
					return fmt.Sprintf("its place is not free: %+v", p)
				}
				return ""
			})
		})
	}
}

// busy are the Workers with requests under way, which none of those is that has been answered.
func busy(t *testing.T, d *daemon) (lines []string) {
	t.Helper()
	if p := d.pools(t); p.Busy > 0 {
		lines = append(lines, fmt.Sprintf("%d Workers have something under way", p.Busy))
	}
	return lines
}

// bySize are the worker processes, those with the most memory first.
func bySize(t *testing.T, d *daemon) []int {
	size := map[int]int{}
	for _, pid := range workersOf(t, d) {
		var total, resident int
		if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid)); err == nil {
			_, _ = fmt.Sscan(string(b), &total, &resident)
		}
		size[pid] = resident
	}
	pids := workersOf(t, d)
	slices.SortFunc(pids, func(a, b int) int { return size[b] - size[a] })
	return pids
}
