package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// devOutput is what dev prints: for a person, or JSON lines. Two goroutines print.
type devOutput struct {
	mu       sync.Mutex // guards what follows
	t        *terminal
	json     bool
	reported int    // the version that was reported last
	broken   bool   // the last attempt has failed: the same version again is news
	app      string // whose output this is, if there are several
}

// prefix tells the lines of several apps apart.
func (o *devOutput) prefix() string {
	if o.json || o.app == "" {
		return ""
	}
	return o.t.paint(blue, "["+plain(o.app)+"]") + " "
}

// prefixWriter writes whole lines, each behind a prefix. Several share what they write to.
type prefixWriter struct {
	lines  *sync.Mutex // held while a line is written
	w      io.Writer
	prefix string
	begun  []byte // the line that has not ended
}

// Write implements io.Writer.
func (p *prefixWriter) Write(b []byte) (int, error) {
	p.begun = append(p.begun, b...)
	end := bytes.LastIndexByte(p.begun, '\n') + 1
	var out []byte
	for line := range bytes.Lines(p.begun[:end]) {
		out = append(append(out, p.prefix...), line...)
	}
	p.begun = append([]byte(nil), p.begun[end:]...)
	p.lines.Lock()
	defer p.lines.Unlock()
	_, err := p.w.Write(out)
	return len(b), err
}

func (o *devOutput) line(kind string, members map[string]any) {
	members["type"], members["timestamp"] = kind, float64(time.Now().UnixMicro())/1000
	if o.app != "" {
		members["app"] = o.app
	}
	json.NewEncoder(o.t.w).Encode(members)
}

func (o *devOutput) ready(name, url string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.json {
		o.line("ready", map[string]any{"app": name, "url": url})
		return
	}
	o.t.printf("%s %s\n", o.t.paint(bold, plain(name)+" at "+url), o.t.paint(grey, "(Ctrl-C ends it)"))
}

func (o *devOutput) reloaded(version int, took time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if version == o.reported && !o.broken {
		return // a file was written, and is the same
	}
	o.broken = false
	o.reported = version
	if o.json {
		o.line("reload", map[string]any{"version": version, "ms": took.Milliseconds()})
		return
	}
	o.t.printf("%s %s\n", o.t.paint(green, fmt.Sprintf("version %d", version)), o.t.paint(grey, fmt.Sprintf("built and loaded in %d ms", took.Milliseconds())))
}

func (o *devOutput) warning(m bundleMessage) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.json {
		o.line("warning", map[string]any{"message": m})
		return
	}
	m.print(o.t, yellow)
}

func (o *devOutput) failed(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.broken = true
	var bundle *bundleError
	api, isAPI := asAPIError(err)
	isBundle := errors.As(err, &bundle)
	switch {
	case o.json && isBundle:
		o.line("error", map[string]any{"error": bundle.api()})
	case o.json && isAPI:
		o.line("error", map[string]any{"error": api})
	case o.json:
		o.line("error", map[string]any{"error": &apiError{Kind: kindOfExit(exitOf(err)), Message: err.Error()}})
	case isBundle:
		for _, m := range bundle.messages {
			m.print(o.t, red)
		}
	case isAPI:
		o.t.apiError(err, api)
	default:
		o.t.printf("%s\n", o.t.paint(red, plain(err.Error())))
	}
	if !o.json && o.reported > 0 {
		o.t.printf("%s\n", o.t.paint(grey, fmt.Sprintf("version %d stays", o.reported)))
	}
}

// logLine prints a line of the app's log. Deployments have been reported.
func (o *devOutput) logLine(line []byte, sources *sourceMap) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	var l appLogLine
	if err := json.Unmarshal(line, &l); err != nil {
		return fmt.Errorf("cannot understand the daemon: %w", err)
	}
	switch {
	case l.Type == "deploy":
		return nil
	case !o.json:
		return printLogLine(o.t, line, false, sources)
	case l.Stack != "" || o.app != "":
		var members map[string]any
		if err := json.Unmarshal(line, &members); err != nil {
			return err
		}
		if l.Stack != "" {
			members["stack"] = sources.mapText(l.Stack)
		}
		if o.app != "" {
			members["app"] = o.app
		}
		return json.NewEncoder(o.t.w).Encode(members)
	}
	_, err := fmt.Fprintf(o.t.w, "%s\n", line)
	return err
}

// page is what a browser gets instead of an answer.
func page(err error, sources *sourceMap) string {
	var b strings.Builder
	var bundle *bundleError
	api, isAPI := asAPIError(err)
	switch {
	case errors.As(err, &bundle):
		for _, m := range bundle.messages {
			m.print(&terminal{w: &b}, "")
		}
	case isAPI:
		sources.mapError(err)
		t := &terminal{w: &b}
		if !strings.Contains(api.Details.Stack, api.Message) {
			t.printf("%s\n", plain(api.Message))
		}
		t.apiDetails(api)
	default:
		fmt.Fprintln(&b, err)
	}
	return b.String()
}
