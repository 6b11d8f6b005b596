package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// watchdog tells systemd at intervals that the daemon answers (WatchdogSec= of its unit). Without one it never is due.
type watchdog struct {
	ticker *time.Ticker
	every  time.Duration
	client *client
	log    *slog.Logger
}

func (s *server) startWatchdog(socket string) *watchdog {
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		s.log.Warn("cannot serve systemd's watchdog", "err", err)
	}
	w := &watchdog{every: every, client: newClient(socket), log: s.log}
	if every > 0 {
		w.ticker = time.NewTicker(every / 3)
	}
	return w
}

func (w *watchdog) due() <-chan time.Time {
	if w.ticker == nil {
		return nil
	}
	return w.ticker.C
}

// feed asks the daemon as any client would, and tells systemd only if it answers.
func (w *watchdog) feed(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, w.every/3)
	defer cancel()
	if _, err := w.client.call(ctx, "GET", "/healthz", nil); err != nil {
		w.log.Error("cannot feed the watchdog: the daemon doesn't answer", "err", err)
		return
	}
	if _, err := daemon.SdNotify(false, daemon.SdNotifyWatchdog); err != nil {
		w.log.Warn("cannot notify systemd", "err", err)
	}
}

func (w *watchdog) stop() {
	if w.ticker != nil {
		w.ticker.Stop()
	}
	w.client.http.CloseIdleConnections()
}
