package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"strings"
	"sync"

	"github.com/coreos/go-systemd/v22/journal"

	"stockade.dev/stockade/supervisor/policy"
)

// newLogger logs as the policy says.
func newLogger(l policy.Log, level *slog.LevelVar) *slog.Logger {
	level.Set(l.SlogLevel())
	options := &slog.HandlerOptions{Level: level}
	switch l.Format {
	case "json":
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	case "journal":
		return slog.New(newJournalHandler(level))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// journalHandler sends records to systemd's journal: the text handler's line without what the journal has by itself, and
// the priority of the level.
type journalHandler struct {
	slog.Handler // writes to line
	mu           *sync.Mutex
	line         *bytes.Buffer // guarded by mu
}

func newJournalHandler(level slog.Leveler) *journalHandler {
	line := new(bytes.Buffer)
	leaveOut := func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
			return slog.Attr{}
		}
		return a
	}
	return &journalHandler{slog.NewTextHandler(line, &slog.HandlerOptions{Level: level, ReplaceAttr: leaveOut}), new(sync.Mutex), line}
}

// Handle implements slog.Handler.
func (h *journalHandler) Handle(ctx context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.line.Reset()
	if err := h.Handler.Handle(ctx, r); err != nil {
		return err
	}
	return journal.Send(strings.TrimSpace(h.line.String()), priority(r.Level), map[string]string{"SYSLOG_IDENTIFIER": "stockade"})
}

// WithAttrs implements slog.Handler.
func (h *journalHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &journalHandler{h.Handler.WithAttrs(attrs), h.mu, h.line}
}

// WithGroup implements slog.Handler.
func (h *journalHandler) WithGroup(name string) slog.Handler {
	return &journalHandler{h.Handler.WithGroup(name), h.mu, h.line}
}

func priority(level slog.Level) journal.Priority {
	switch {
	case level >= slog.LevelError:
		return journal.PriErr
	case level >= slog.LevelWarn:
		return journal.PriWarning
	case level >= slog.LevelInfo:
		return journal.PriInfo
	}
	return journal.PriDebug
}
