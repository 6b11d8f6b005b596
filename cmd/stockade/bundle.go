package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"stockade.dev/stockade/cmd/stockade/appconfig"
)

// bundleOptions are what `stockade-worker bundle` reads.
type bundleOptions struct {
	Dir    string           `json:"dir"`
	Main   string           `json:"main"`
	Rules  []appconfig.Rule `json:"rules,omitempty"`
	NodeJS bool             `json:"nodejs,omitempty"`
	Dev    bool             `json:"dev,omitempty"`
}

// bundled is what it writes.
type bundled struct {
	Main     string                     `json:"main"`
	Modules  map[string]json.RawMessage `json:"modules"` // in the API's form
	Inputs   []string                   `json:"inputs"`
	Errors   []bundleMessage            `json:"errors"`
	Warnings []bundleMessage            `json:"warnings"`
}

type bundleMessage struct {
	Text   string `json:"text"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Frame  string `json:"frame"`
}

// runBundler has stockade-worker bundle a project: this program holds nothing that parses JavaScript.
func runBundler(ctx context.Context, o bundleOptions) (*bundled, error) {
	programs, err := findPrograms()
	if err != nil {
		return nil, err
	}
	in, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, programs.worker, "bundle")
	var errs bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &errs
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("cannot bundle the project: %w: %s", err, strings.TrimSpace(errs.String()))
	}
	b := new(bundled)
	if err := json.Unmarshal(out, b); err != nil {
		return nil, fmt.Errorf("cannot understand stockade-worker: %w: install both programs from one release", err)
	}
	if len(b.Errors) > 0 {
		return b, &bundleError{b.Errors}
	}
	return b, nil
}

// bundleError is why a project can't be bundled.
type bundleError struct{ messages []bundleMessage }

func (e *bundleError) Error() string {
	m := e.messages[0]
	text, _, _ := strings.Cut(m.Text, "\n")
	if m.File != "" {
		text = fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, text)
	}
	if n := len(e.messages) - 1; n > 0 {
		text += fmt.Sprintf(" (and %d more)", n)
	}
	return text
}

// api is the error in the form of the socket API.
func (e *bundleError) api() *apiError {
	m := e.messages[0]
	return &apiError{Kind: "code_error", Message: m.Text, Details: errorDetails{File: m.File, Line: m.Line, Column: m.Column, Frame: m.Frame}}
}

// print writes a message with its place.
func (m bundleMessage) print(t *terminal, colour string) {
	where := ""
	if m.File != "" {
		where = fmt.Sprintf("%s:%d:%d: ", plain(m.File), m.Line, m.Column)
	}
	t.printf("%s%s\n", t.paint(bold, where), t.paint(colour, plain(m.Text)))
	if m.Frame != "" {
		t.printf("%s\n", plain(m.Frame))
	}
}

// reportBundle prints what is wrong with the code, and returns the error that ends the command.
func reportBundle(cmd *cobra.Command, err error) error {
	var failed *bundleError
	if !errors.As(err, &failed) {
		return err
	}
	if asked, _ := cmd.Flags().GetBool("json"); asked {
		printJSONError(cmd.OutOrStdout(), failed.api())
	}
	t := newTerminal(cmd.ErrOrStderr())
	for _, m := range failed.messages {
		m.print(t, red)
	}
	t.printf("stockade: cannot bundle the project: %s\n", counted(len(failed.messages), "error"))
	return &exitError{exitCode, nil}
}
