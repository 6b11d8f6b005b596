package integration

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts' own commands, besides testscript's:
//
//	serve [POLICY-FILE]            starts the daemon; without a file with a small pool
//	http STATUS METHOD PATH [BODY-FILE] [HEADER:VALUE…]   sends a request; the answer is in the file "answer"
//	run STATUS FILE [JSON-FILE]    POST /v1/run of one module; JSON-FILE has what goes with the code
//	put STATUS ID FILE             PUT /v1/workers/ID of one module
//	json PATH VALUE                what the path (a.b.0) leads to in the answer is VALUE, as text
//	json PATH ~ REGEXP             … matches
//	answer REGEXP                  the answer as a whole matches; logs, usage and metrics are asked for again until they do
//	big FILE                       the word BIG in the file becomes 2 MiB
//	exits CODE PROGRAM ARGUMENT…   like exec, for a program that ends with this code
//	shutdown                       ends the daemon as systemd does ("stop" is testscript's own: it ends the script)
//	restart                        starts it again, with the same policy and state
//
//	port                           puts a free port into $PORT, for a policy with PORT in it
//	web STATUS METHOD PATH [HEADER:VALUE…]   a request to that port, or to stockade dev; "answer" is header, empty line and body
//	dev DIR [ARGUMENT…]            starts stockade dev
//	seen REGEXP                    it prints this, within 10 s
//	enddev                         ends it as Ctrl-C does
//
// `exec stockade …` finds the program and, after serve, its socket.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Setup: setup, Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"serve": scriptServe, "http": scriptHTTP, "run": scriptRun, "put": scriptPut, "json": scriptJSON, "answer": scriptAnswer, "big": scriptBig,
		"exits": scriptExits, "shutdown": scriptStop, "restart": scriptRestart,
		"port": scriptPort, "web": scriptWeb, "dev": scriptDev, "seen": scriptSeen, "enddev": scriptEndDev,
	}})
}

type daemonKey struct{}

func setup(env *testscript.Env) error {
	env.Setenv("PATH", filepath.Dir(program("stockade"))+":"+env.Getenv("PATH"))
	t, ok := env.T().(testing.TB)
	if !ok {
		return errors.New("no testing.TB behind the script")
	}
	examples, err := filepath.Abs("../examples")
	if err != nil {
		return err
	}
	env.Setenv("EXAMPLES", examples)
	env.Setenv("TMPDIR", testDir(t)) // testscript's own is closed to a jail's user
	env.Values[daemonKey{}] = &scripted{t: t}
	return nil
}

// scripted is what a script has: a daemon once it has served, and the last
// answer.
type scripted struct {
	t      testing.TB
	d      *daemon
	answer string
	again  func(*testscript.TestScript) // asks again for what comes a moment after the answer that causes it; nil: that is not so
	dev    *developing
	web    string // where web sends its requests
}

func of(ts *testscript.TestScript) *scripted { return ts.Value(daemonKey{}).(*scripted) }

func usage(ts *testscript.TestScript, neg bool, ok bool, text string) {
	if neg || !ok {
		ts.Fatalf("usage: %s", text)
	}
}

func scriptServe(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) <= 1, "serve [POLICY-FILE]")
	policy := smallPool
	if len(args) == 1 {
		policy = strings.ReplaceAll(ts.ReadFile(args[0]), "PORT", ts.Getenv("PORT"))
	}
	s := of(ts)
	s.d = serve(s.t, testDir(s.t), policy)
	ts.Setenv("STOCKADE_SOCKET", s.d.socket)
	ts.Setenv("STOCKADE_DIR", s.d.dir)
}

func scriptHTTP(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) >= 3, "http STATUS METHOD PATH [BODY-FILE] [HEADER:VALUE…]")
	body, header := "", http.Header{}
	for _, arg := range args[3:] {
		if name, value, ok := strings.Cut(arg, ":"); ok {
			header.Add(name, strings.TrimSpace(value))
		} else {
			body = ts.ReadFile(arg)
		}
	}
	request(ts, args[0], args[1], args[2], header, body)
}

func request(ts *testscript.TestScript, want, method, path string, header http.Header, body string) {
	s := of(ts)
	s.again = nil
	if method == http.MethodGet && later.MatchString(path) {
		s.again = func(ts *testscript.TestScript) { request(ts, want, method, path, header, body) }
	}
	status, text, err := s.d.request(method, path, header, body)
	ts.Check(err)
	s.answer = text
	ts.Check(os.WriteFile(ts.MkAbs("answer"), []byte(text), 0o644))
	if strconv.Itoa(status) != want {
		ts.Fatalf("%s %s: %d, want %s\n%.3000s", method, path, status, want, text)
	}
}

// later are the paths of what an invocation leaves when it has ended: its caller may have the answer before.
var later = regexp.MustCompile(`^/(v1/usage|v1/egress|metrics)|/logs($|\?)`)

// holds reports whether ok holds for the answer, or comes to hold.
func (s *scripted) holds(ts *testscript.TestScript, ok func() bool) bool {
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if s.again == nil || time.Now().After(end) {
			return false
		}
		s.again(ts)
	}
	return true
}

// bodyOf is the JSON of a request with one module, and what a file adds.
func bodyOf(ts *testscript.TestScript, file string, more []string) string {
	body := map[string]any{}
	if len(more) > 0 {
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(more[0])), &body))
	}
	code, _ := body["code"].(map[string]any)
	if code == nil {
		code = map[string]any{}
	}
	if code["mainModule"] == nil {
		code["mainModule"] = file
	}
	if code["compatibilityDate"] == nil {
		code["compatibilityDate"] = "2026-01-01"
	}
	modules, _ := code["modules"].(map[string]any)
	if modules == nil {
		modules = map[string]any{}
	}
	modules[file] = ts.ReadFile(file)
	code["modules"], body["code"] = modules, code
	b, err := json.Marshal(body)
	ts.Check(err)
	return string(b)
}

func scriptRun(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2 || len(args) == 3, "run STATUS FILE [JSON-FILE]")
	request(ts, args[0], "POST", "/v1/run", nil, bodyOf(ts, args[1], args[2:]))
}

func scriptPut(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) >= 3, "put STATUS ID FILE [JSON-FILE]")
	request(ts, args[0], "PUT", "/v1/workers/"+args[1], nil, bodyOf(ts, args[2], args[3:]))
}

func scriptJSON(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, false, len(args) == 2 || (len(args) == 3 && args[1] == "~"), "json PATH [~] VALUE")
	var text string
	var there bool
	matches := func() bool {
		var v any
		ts.Check(json.Unmarshal([]byte(of(ts).answer), &v))
		var got any
		got, there = lookUp(v, args[0])
		text = asText(got)
		if len(args) == 3 {
			return there && regexp.MustCompile("(?sm)"+args[2]).MatchString(text)
		}
		return there && text == args[len(args)-1]
	}
	if !of(ts).holds(ts, func() bool { return matches() != neg }) {
		ts.Fatalf("%s is %q (there: %v), want %q\n%.3000s", args[0], text, there, args[1:], of(ts).answer)
	}
}

// asText is a JSON value as scripts write it: a string as it is, everything
// else as JSON.
func asText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

func scriptAnswer(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, false, len(args) == 1, "answer REGEXP")
	re := regexp.MustCompile("(?sm)" + args[0])
	if !of(ts).holds(ts, func() bool { return re.MatchString(of(ts).answer) != neg }) {
		ts.Fatalf("the answer is %.3000q", of(ts).answer)
	}
}

func scriptBig(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1, "big FILE")
	text := strings.Replace(ts.ReadFile(args[0]), "BIG", strings.Repeat("x", 2<<20), 1)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) >= 2, "exits CODE PROGRAM ARGUMENT…")
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s\n%s", code, args[0], ts.ReadFile("stderr"))
	}
}

func scriptStop(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 0, "stop")
	s := of(ts)
	s.d.stop(s.t)
	s.d.ending = true
}

func scriptRestart(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 0, "restart")
	s := of(ts)
	s.d = start(s.t, s.d.dir)
}
