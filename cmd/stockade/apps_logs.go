package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

const appsLogsHelp = `Print an app's log: what it has logged and thrown, and one line for each request. The daemon keeps the last 1000 lines, or
256 KiB, in memory.`

// appLogLine is a line of an app's log as the API gives it, or of dev's own.
type appLogLine struct {
	Type      string          `json:"type"`
	Timestamp float64         `json:"timestamp"`
	Version   int             `json:"version"`
	Worker    string          `json:"worker"`
	Level     string          `json:"level"`
	Message   json.RawMessage `json:"message"`
	Name      string          `json:"name"`
	Stack     string          `json:"stack"`
	Method    string          `json:"method"`
	URL       string          `json:"url"`
	Status    int             `json:"status"`
	Outcome   string          `json:"outcome"`
	WallMs    float64         `json:"wallMs"`
	Count     int             `json:"count"`
}

func appsLogsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "logs NAME", Short: "Print an app's log", Long: appsLogsHelp,
		Example: "  stockade apps logs shop --follow\n  stockade apps logs shop --json | jq 'select(.type == \"exception\")'",
		Args:    exactly(1, "one name"), ValidArgsFunction: completeApps}
	follow := cmd.Flags().BoolP("follow", "f", false, "go on with the lines to come")
	tail := cmd.Flags().Int("tail", 100, "how many of the last `lines` to begin with")
	socket, owner := addSocketFlag(cmd), addOwnerFlag(cmd)
	asJSON := cmd.Flags().Bool("json", false, "print JSON lines, in the form of the socket API")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		t := newTerminal(cmd.OutOrStdout())
		err := daemonClient(*socket).logs(cmd.Context(), args[0], *owner, *tail, *follow, func(line []byte) error {
			if *asJSON {
				_, err := fmt.Fprintf(t.w, "%s\n", line)
				return err
			}
			return printLogLine(t, line, true, nil)
		})
		if err != nil {
			return fmt.Errorf("cannot read the log: %w", err)
		}
		return nil
	}
	return cmd
}

// logs calls do with each line of an app's log.
func (c *client) logs(ctx context.Context, name, owner string, tail int, follow bool, do func([]byte) error) error {
	query := url.Values{"tail": {strconv.Itoa(tail)}}
	if follow {
		query.Set("follow", "true")
	}
	if owner != "" {
		query.Set("owner", owner)
	}
	req, err := newRequest(ctx, "GET", appPath(name, "/logs", "")+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return c.unreachable(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		return errors.Join(parseError(res.StatusCode, answer), err)
	}
	return eachLine(ctx, res.Body, do)
}

func eachLine(ctx context.Context, r io.Reader, do func([]byte) error) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if text := strings.TrimSpace(string(line)); text != "" {
			if err := do([]byte(text)); err != nil {
				return err
			}
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return &exitError{exitUnreachable, fmt.Errorf("cannot go on: the daemon has broken off: %w", err)}
		}
	}
}

// printLogLine prints a line for a person.
func printLogLine(t *terminal, line []byte, clock bool, sources *sourceMap) error {
	var l appLogLine
	if err := json.Unmarshal(line, &l); err != nil {
		return fmt.Errorf("cannot understand the daemon: %w", err)
	}
	if clock {
		t.printf("%s ", t.paint(grey, time.UnixMicro(int64(l.Timestamp*1000)).Local().Format(time.TimeOnly)))
	}
	if l.Worker != "" {
		t.printf("%s ", t.paint(blue, "["+plain(l.Worker)+"]"))
	}
	switch l.Type {
	case "log":
		logEntry{Level: l.Level, Message: l.Message}.print(t)
	case "exception":
		exception{Name: l.Name, Message: l.text(), Stack: sources.mapText(l.Stack)}.print(t, sources.source)
	case "request":
		l.printRequest(t)
	case "deploy":
		t.printf("%s\n", t.paint(blue, strings.TrimSpace(fmt.Sprintf("version %d %s", l.Version, plain(l.text())))))
	case "dropped":
		t.printf("%s\n", t.paint(yellow, fmt.Sprintf("(%d lines are missing here)", l.Count)))
	default:
		t.printf("%s\n", plain(string(line)))
	}
	return nil
}

func (l appLogLine) text() string {
	var text string
	if json.Unmarshal(l.Message, &text) != nil {
		return string(l.Message)
	}
	return text
}

func (l appLogLine) printRequest(t *terminal) {
	place := l.URL
	if at, err := url.Parse(l.URL); err == nil && at.Host != "" {
		place = at.RequestURI()
	}
	status, colour := strconv.Itoa(l.Status), ""
	switch {
	case l.Status == 0:
		status, colour = "---", yellow
	case l.Status >= 500:
		colour = red
	case l.Status >= 400:
		colour = yellow
	}
	outcome := ""
	if l.Outcome != "ok" {
		outcome = " " + plain(l.Outcome)
	}
	t.printf("%s %s %s%s %s\n", t.paint(bold, plain(l.Method)), plain(place), t.paint(colour, status), outcome, t.paint(grey, fmt.Sprintf("%.1f ms", l.WallMs)))
}
