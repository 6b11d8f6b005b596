package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// The exit codes. exitCodesHelp documents them, a test compares.
const (
	exitOK          = 0
	exitThrew       = 1
	exitUsage       = 2
	exitCode        = 3
	exitDenied      = 4
	exitLimit       = 5
	exitUnreachable = 6
	exitFailed      = 7
	exitInterrupted = 130
)

const exitCodesHelp = `Exit codes of every command:
    0  done; for run: the Worker answered, whatever its status (but see --fail)
    1  the Worker threw or gave no answer; for check: this host lacks what the policy requires, for store check: damage
    2  the command line, an input or the policy is wrong, or what it names is not there
    3  the code can't be loaded: no such module, a syntax error, a throw at its top level
    4  the policy denies it
    5  a limit was exceeded; the message names it
    6  the daemon can't be reached, or is too busy: try again later
    7  Stockade failed, or the Worker's process was killed
  130  interrupted`

func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: exitCodesHelp}
}

// exitOfKind is the exit code of each kind of the API's errors.
var exitOfKind = map[string]int{
	"bad_request": exitUsage, "not_found": exitUsage, "conflict": exitUsage,
	"code_error": exitCode, "exception": exitThrew, "denied": exitDenied, "limit_exceeded": exitLimit,
	"overloaded": exitUnreachable, "worker_killed": exitFailed, "internal": exitFailed,
}

// exitError ends the program with a code. What there is to say has been said when it holds no error.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usageErrorf(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func exitOf(err error) int {
	var exit *exitError
	var api *apiError
	switch {
	case errors.As(err, &exit):
		return exit.code
	case errors.As(err, &api):
		if code, known := exitOfKind[api.Kind]; known {
			return code
		}
		return exitFailed
	case !strings.HasPrefix(err.Error(), "cannot "): // cobra's own: flags that exclude each other
		return exitUsage
	}
	return exitFailed
}

// report prints err, if it hasn't been: one line, and where a Worker's code is wrong the place. With --json standard output
// gets it, too, in the API's form.
func report(cmd *cobra.Command, err error) {
	var exit *exitError
	if errors.As(err, &exit) && exit.err == nil {
		return
	}
	if asked, _ := cmd.Flags().GetBool("json"); asked {
		printJSONError(cmd.OutOrStdout(), err)
	}
	text := newTerminal(cmd.ErrOrStderr())
	var api *apiError
	if errors.As(err, &api) {
		text.apiError(err, api)
		return
	}
	text.printf("stockade: %s\n", startWithCannot(err.Error()))
}

// startWithCannot keeps the one form of error messages for those of libraries.
func startWithCannot(message string) string {
	if strings.HasPrefix(message, "cannot ") {
		return message
	}
	return "cannot do that: " + message
}

func printJSONError(w io.Writer, err error) {
	var api *apiError
	if !errors.As(err, &api) {
		api = &apiError{Kind: kindOfExit(exitOf(err)), Message: err.Error()}
	}
	json.NewEncoder(w).Encode(map[string]any{"error": api})
}

// kindOfExit is the kind of an error that doesn't come from the API.
func kindOfExit(code int) string {
	switch code {
	case exitUsage:
		return "bad_request"
	case exitUnreachable:
		return "unreachable"
	case exitDenied:
		return "denied"
	}
	return "internal"
}
