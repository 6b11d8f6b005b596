package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"stockade.dev/stockade/supervisor/policy"
)

// client speaks to a daemon over its socket.
type client struct {
	socket string
	http   *http.Client
}

func newClient(socket string) *client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	return &client{socket: socket, http: &http.Client{Transport: &http.Transport{DialContext: dial, DisableCompression: true}}}
}

// apiError is an error as the API sends it: {"error": …}.
type apiError struct {
	Kind    string       `json:"kind"`
	Message string       `json:"message"`
	Details errorDetails `json:"details,omitzero"`
}

type errorDetails struct {
	Name   string      `json:"name,omitzero"`
	Stack  string      `json:"stack,omitzero"`
	Frame  string      `json:"frame,omitzero"`
	File   string      `json:"file,omitzero"`
	Path   string      `json:"path,omitzero"`
	Line   int         `json:"line,omitzero"`
	Column int         `json:"column,omitzero"`
	Limit  *limitUsage `json:"limit,omitzero"`
	Source string      `json:"-"` // the line at the top of the stack, where its text is known here
}

type limitUsage struct {
	Which string `json:"which"`
	Value int64  `json:"value"`
	Used  int64  `json:"used"`
}

func (e *apiError) Error() string { return e.Message }

// call sends a request and returns the answer's JSON. body may be nil. The error is an *apiError when the daemon answered
// with one.
func (c *client) call(ctx context.Context, method, path string, body any) (json.RawMessage, error) {
	req, err := newRequest(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, &exitError{exitUnreachable, fmt.Errorf("cannot read the daemon's answer: %w", err)}
	}
	if res.StatusCode >= 300 {
		return nil, parseError(res.StatusCode, answer)
	}
	return answer, nil
}

func newRequest(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var reader io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("cannot write the request: %w", err)
		}
		reader = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://localhost"+path, reader)
	if err != nil {
		return nil, usageErrorf("%w", err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

func parseError(status int, answer []byte) error {
	var body struct {
		Error *apiError `json:"error"`
	}
	if json.Unmarshal(answer, &body) != nil || body.Error == nil {
		return &exitError{exitFailed, fmt.Errorf("cannot understand the daemon: it answered with status %d and no error of Stockade's", status)}
	}
	return body.Error
}

// unreachable says what to do about a daemon that can't be spoken to.
func (c *client) unreachable(err error) error {
	what := "it broke off: see its log"
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case isAbsent(err):
		what = "nothing listens there: start it (stockade serve), or name its socket (--socket)"
	case errors.Is(err, fs.ErrPermission):
		what = "permission denied: its administrator can let you in (socket.mode and socket.group of the policy)"
	}
	return &exitError{exitUnreachable, fmt.Errorf("cannot reach the daemon at %s: %s (%w)", c.socket, what, rootCause(err))}
}

// isAbsent reports whether an error of connecting means that there is no daemon.
func isAbsent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
}

// rootCause leaves out what wraps a system call's error: the request's URL says nothing here.
func rootCause(err error) error {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number
	}
	return err
}

// addSocketFlag lets a command name its daemon.
func addSocketFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("socket", "", "the daemon's `path` (default $STOCKADE_SOCKET, else "+policy.Default().Socket.Path+")")
}

func addJSONFlag(cmd *cobra.Command) *bool {
	return cmd.Flags().Bool("json", false, "print JSON, in the form of the socket API")
}

// socketPath is the daemon's socket: as the flag says, the environment, or the built-in policy.
func socketPath(flag string) (path string, named bool) {
	if flag != "" {
		return flag, true
	}
	if env := os.Getenv("STOCKADE_SOCKET"); env != "" {
		return env, true
	}
	return policy.Default().Socket.Path, false
}

func daemonClient(flag string) *client {
	path, _ := socketPath(flag)
	return newClient(path)
}

// printJSON prints an answer as it came, indented.
func printJSON(w io.Writer, answer json.RawMessage) error {
	var b bytes.Buffer
	if err := json.Indent(&b, answer, "", "  "); err != nil {
		return fmt.Errorf("cannot understand the daemon: %w", err)
	}
	b.WriteByte('\n')
	_, err := b.WriteTo(w)
	return err
}
