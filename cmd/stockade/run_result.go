package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// runResult is the answer of POST /v1/run.
type runResult struct {
	Outcome    string          `json:"outcome"`
	Response   *httpResponse   `json:"response"`
	Result     json.RawMessage `json:"result"`
	Error      *apiError       `json:"error"`
	Logs       []logEntry      `json:"logs"`
	Exceptions []exception     `json:"exceptions"`
	Timing     struct {
		QueueMs, StartMs, LoadMs, RunMs float64
	} `json:"timing"`
	Usage struct {
		StartupCPUMs, CPUMs float64
		SubRequests         int64
	} `json:"usage"`
}

type httpResponse struct {
	Status     int            `json:"status"`
	StatusText string         `json:"statusText"`
	Headers    map[string]any `json:"headers"` // a string, or several
	Body       *string        `json:"body"`
	BodyBase64 []byte         `json:"bodyBase64"`
}

type logEntry struct {
	Level   string          `json:"level"`
	Message json.RawMessage `json:"message"`
}

type exception struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Stack   string `json:"stack"`
}

// print writes what the Worker said, then what it answered.
func (r *runResult) print(cmd *cobra.Command, head bool, sources func(string) string) error {
	errs := newTerminal(cmd.ErrOrStderr())
	for _, l := range r.Logs {
		l.print(errs)
	}
	for _, e := range r.Exceptions {
		e.print(errs, sources)
	}
	out := cmd.OutOrStdout()
	switch {
	case r.Response != nil && head:
		r.Response.printHead(newTerminal(out))
		fallthrough
	case r.Response != nil:
		body := r.Response.body()
		if isTerminal(out) && len(body) > 0 && body[len(body)-1] != '\n' {
			body = append(body, '\n')
		}
		_, err := out.Write(body)
		return err
	case r.Result != nil:
		_, err := fmt.Fprintf(out, "%s\n", r.Result)
		return err
	}
	return nil
}

func (r *httpResponse) body() []byte {
	if r.Body != nil {
		return []byte(*r.Body)
	}
	return r.BodyBase64
}

func (r *httpResponse) printHead(t *terminal) {
	text := r.StatusText
	if text == "" {
		text = http.StatusText(r.Status)
	}
	t.printf("%s\n", t.paint(bold, plain(strings.TrimSpace(fmt.Sprintf("HTTP %d %s", r.Status, text)))))
	var lines []string
	for name, value := range r.Headers {
		values, several := value.([]any)
		if !several {
			values = []any{value}
		}
		for _, v := range values {
			lines = append(lines, fmt.Sprintf("%s: %v", name, v))
		}
	}
	slices.Sort(lines)
	for _, line := range lines {
		t.printf("%s\n", plain(line))
	}
	t.printf("\n")
}

var levelColour = map[string]string{"error": red, "warn": yellow, "info": blue, "debug": grey, "trace": grey}

func (l logEntry) print(t *terminal) {
	level := t.paint(levelColour[l.Level], fmt.Sprintf("%-5s", plain(l.Level)))
	t.printf("%s %s\n", level, strings.ReplaceAll(t.coloured(l.text()), "\n", "\n      "))
}

// text is what console.log was given, as util.inspect shows it.
func (l logEntry) text() string {
	var parts []json.RawMessage
	if json.Unmarshal(l.Message, &parts) != nil {
		return string(l.Message)
	}
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = inspectJSON(part)
	}
	return strings.Join(texts, " ")
}

// print writes the stack, which most often begins with name and message, and the line at its top from the sources that there are.
func (e exception) print(t *terminal, sources func(string) string) {
	first := e.Name + ": " + e.Message
	if e.Name == "" {
		first = e.Message
	}
	trace := strings.TrimSpace(strings.TrimPrefix(e.Stack, first))
	t.printf("%s\n", t.paint(red, plain("uncaught "+first)))
	if frame := codeFrame(e.Stack, sources); frame != "" {
		t.printf("%s\n", plain(frame))
	}
	if trace != "" {
		t.printf("    %s\n", t.paint(grey, plain(trace)))
	} else if e.Name == "Error" && e.Stack == "" && !ofRuntime.MatchString(e.Message) {
		t.printf("    %s\n", t.paint(grey, "(what was thrown is no Error: nothing says where)"))
	}
}

// ofRuntime are messages of errors that the runtime makes, at no place in the code.
var ofRuntime = regexp.MustCompile(`^(Worker exceeded|This Worker |The script will never generate|Subrequest depth)`)

// printTiming says where the time went. setUp is that of an embedded supervisor, 0 with a daemon.
func (r *runResult) printTiming(t *terminal, setUp time.Duration) {
	total := r.Timing.QueueMs + r.Timing.StartMs + r.Timing.LoadMs + r.Timing.RunMs
	t.printf("\n%s\n", t.paint(bold, "   queue    start     load      run    total"))
	t.printf("%8.1f %8.1f %8.1f %8.1f %8.1f ms\n", r.Timing.QueueMs, r.Timing.StartMs, r.Timing.LoadMs, r.Timing.RunMs, total)
	t.printf("%s\n", t.paint(grey, fmt.Sprintf("CPU: %.1f ms to load, %.1f ms to run; %d subrequests", r.Usage.StartupCPUMs, r.Usage.CPUMs, r.Usage.SubRequests)))
	if setUp > 0 {
		t.printf("%s\n", t.paint(grey, fmt.Sprintf("and %.0f ms before, to set up a supervisor and its jail for this one run: a daemon has that behind it", float64(setUp.Microseconds())/1000)))
	}
}

// exit is the error that the outcome comes to.
func (r *runResult) exit(fail bool) error {
	switch {
	case r.Error != nil:
		return fmt.Errorf("cannot complete the run (%s): %w", plain(r.Outcome), r.brief())
	case r.Outcome != "ok":
		return &exitError{exitThrew, fmt.Errorf("cannot complete the run: its outcome is %q", r.Outcome)}
	case fail && r.Response != nil && r.Response.Status >= http.StatusBadRequest:
		return &exitError{exitThrew, errors.New("cannot call that a success: the Worker answered with status " + fmt.Sprint(r.Response.Status))}
	}
	return nil
}

// brief is the error without the stack that an exception has shown already.
func (r *runResult) brief() *apiError {
	brief := *r.Error
	if len(r.Exceptions) > 0 {
		brief.Details.Stack = ""
	}
	return &brief
}
