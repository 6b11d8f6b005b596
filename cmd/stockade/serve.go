package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	stdlog "log"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"

	"stockade.dev/stockade/supervisor"
	"stockade.dev/stockade/supervisor/policy"
)

// defaultConfig is the policy file of a daemon that is told of none.
const defaultConfig = "/etc/stockade/stockade.yaml"

const serveHelp = `Be the daemon: keep a pool of jailed processes, and serve the API on the policy's socket.

Without --config the policy is ` + defaultConfig + `, or the built-in one when that isn't there: root and the daemon's own user
may do everything, nobody else anything.

Signals:
  SIGTERM, SIGINT  take no new requests, finish those under way (30 s at most), and leave nothing behind
  a second one     end at once; what is left behind the next start removes
  SIGHUP           read the policy again; a wrong one is refused, and the old one stays

It speaks systemd's protocols: readiness, reloading, stopping, watchdog (sd_notify) and sockets (LISTEN_FDS).`

const serveExamples = `  stockade serve --config stockade.yaml
  systemctl enable --now stockade`

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "serve", Short: "Be the daemon", Long: serveHelp, Example: serveExamples, Args: exactly(0, "no argument")}
	config := addConfigFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), *config) }
	return cmd
}

func addConfigFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("config", "", "the policy `file` (default "+defaultConfig+", if it is there)")
}

// loadPolicy reads the policy that --config names. Its mistakes are the caller's: exit code 2.
func loadPolicy(config string) (*policy.Policy, error) {
	path := config
	if path == "" {
		path = defaultConfig
	}
	p, err := policy.Load(path)
	if config == "" && errors.Is(err, fs.ErrNotExist) {
		return policy.Default(), nil
	}
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("cannot use the policy:\n%w", err)}
	}
	return p, nil
}

// server is the daemon's process around the supervisor.
type server struct {
	config string
	*supervisor.Supervisor
	log   *slog.Logger
	level *slog.LevelVar // of log; a reload changes it
}

func serve(ctx context.Context, config string) error {
	p, err := loadPolicy(config)
	if err != nil {
		return err
	}
	found, err := findPrograms()
	if err != nil {
		return err
	}
	leaveProcessors()
	level := new(slog.LevelVar)
	log := newLogger(p.Log, level)
	stdlog.SetOutput(slog.NewLogLogger(log.Handler(), slog.LevelDebug).Writer()) // libraries' words, such as of servers that break HTTP
	s, err := supervisor.New(supervisor.Options{Policy: p, WorkerBinary: found.worker, WardenBinary: found.stockade, Log: log, Version: version()})
	if err != nil {
		return err
	}
	log.Info("starting", "version", version(), "policy", orBuiltIn(p.File), "socket", p.Socket.Path)
	warn(log, p)
	d := &server{config: p.File, Supervisor: s, log: log, level: level}
	return d.run(ctx, p.Socket.Path)
}

// leaveProcessors has half of the processors for the Workers alone. What is done here is small and at once: a second
// processor is mostly woken to find that nothing is left to do, which takes the time of who waits for an answer.
func leaveProcessors() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(1, runtime.GOMAXPROCS(0)/2))
	}
}

func orBuiltIn(file string) string {
	if file == "" {
		return "built-in"
	}
	return file
}

func warn(log *slog.Logger, p *policy.Policy) {
	for _, warning := range policy.Warnings(p) {
		log.Warn("the policy weakens the defaults", "what", warning)
	}
}

// run serves until ctx ends and everything has been drained.
func (s *server) run(ctx context.Context, socket string) error {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	inner, cancel := context.WithCancel(ctx)
	attended := make(chan struct{})
	go func() { defer close(attended); s.attend(inner, hangups, socket) }()
	err := s.Run(ctx)
	cancel()
	<-attended
	if err == nil {
		s.log.Info("ended")
	}
	return err
}

// attend does what systemd and the administrator ask for, until ctx ends.
func (s *server) attend(ctx context.Context, hangups <-chan os.Signal, socket string) {
	select {
	case <-ctx.Done():
		return
	case <-s.Ready():
	}
	s.notify(daemon.SdNotifyReady)
	s.log.Info("ready", "socket", socket)
	watch := s.startWatchdog(socket)
	defer watch.stop()
	for {
		select {
		case <-ctx.Done():
			s.notify(daemon.SdNotifyStopping)
			return
		case <-hangups:
			s.reload()
		case <-watch.due():
			watch.feed(ctx)
		}
	}
}

// notify tells systemd, if it has started us.
func (s *server) notify(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		s.log.Warn("cannot notify systemd", "err", err)
	}
}

// reload takes the policy file as it is now. A wrong one changes nothing.
func (s *server) reload() {
	s.notify(daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec())
	defer s.notify(daemon.SdNotifyReady)
	if s.config == "" {
		s.log.Warn("cannot reload: the built-in policy holds, and it has no file")
		return
	}
	p, err := policy.Load(s.config)
	if err != nil {
		s.log.Error("cannot reload the policy: the old one stays", "err", err)
		return
	}
	if err := s.Reload(p); err != nil {
		s.log.Error("cannot reload the policy: the old one stays", "err", err)
		return
	}
	s.level.Set(p.Log.SlogLevel())
	s.log.Info("the policy has been reloaded", "policy", s.config)
	warn(s.log, p)
}
