package wardenrpc

import (
	"context"
	"io"
	"log/slog"

	"github.com/hashicorp/go-hclog"
)

// logger returns a logger for go-plugin that hands everything to log.
func logger(log *slog.Logger) hclog.Logger {
	l := hclog.NewInterceptLogger(&hclog.LoggerOptions{Output: io.Discard, Level: hclog.Debug})
	l.RegisterSink(sink{log})
	return l
}

type sink struct{ log *slog.Logger }

// Accept implements hclog.SinkAdapter. The lines with a name are the warden's; the others are go-plugin's own about the
// warden's life, which its owner logs better.
func (s sink) Accept(name string, level hclog.Level, msg string, args ...any) {
	if name == "" {
		level = hclog.Debug
	}
	s.log.Log(context.Background(), levels[level], msg, args...)
}

var levels = map[hclog.Level]slog.Level{
	hclog.Trace: slog.LevelDebug, hclog.Debug: slog.LevelDebug, hclog.Info: slog.LevelInfo,
	hclog.Warn: slog.LevelWarn, hclog.Error: slog.LevelError,
}

// NewLogger returns the warden's logger: lines on w that go-plugin understands.
func NewLogger(w io.Writer) *slog.Logger {
	keys := map[string]string{slog.TimeKey: "@timestamp", slog.LevelKey: "@level", slog.MessageKey: "@message"}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if key, ok := keys[a.Key]; ok && len(groups) == 0 {
			a.Key = key
			if level, ok := a.Value.Any().(slog.Level); ok {
				a.Value = slog.StringValue(hclogName(level))
			}
		}
		return a
	}}))
}

func hclogName(level slog.Level) string {
	for from, to := range levels {
		if to == level && from != hclog.Trace {
			return from.String()
		}
	}
	return "info"
}
