// Package wardenrpc is the control conversation between the supervisor and the warden of a cell: go-plugin over net/rpc.
// It is spoken a few times in the life of a cell; starting a Worker goes another way (package jailer/donation).
//
//	supervisor                        warden
//	             ◀── handshake ────   on its standard output: protocol version, address of its socket
//	Setup        ─────────────────▶   once: build label, what to make of the cell
//	             ◀── layers ───────   what it has verified from inside
//	             ◀── log lines ────   on its standard error, at any time
//
// Interface, client and server are in this one file, as in go-plugin's own examples.
package wardenrpc

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/rpc"
	"os/exec"
	"runtime/debug"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"
)

// Warden is what the supervisor may ask of a cell's warden.
type Warden interface {
	Setup(Setup) ([]Layer, error)
}

// Setup tells the warden what to make of its cell. The fields are those of jailer.Setup.
type Setup struct {
	WorkerArgs []string
	Expected   map[string]string
	PerWorker  uint64
	OwnUID     bool
	FirstUID   int
	Cgroup     int
	Fork       bool
	Landlock   bool
	Seccomp    bool
	Executable bool
	Network    bool
	Slots      int
}

// Layer is what the warden has found of one layer of the jail. The fields are those of jailer.Layer.
type Layer struct{ Name, State, Detail string }

// Request is Setup on the wire, with the build that sends it. net/rpc wants it exported.
type Request struct {
	Build string
	Setup Setup
}

// handshake keeps a user from running the warden by hand, and another release's warden from being taken for ours.
var handshake = plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "STOCKADE_WARDEN", MagicCookieValue: "cell"}

const name = "warden"

// buildLabel says which build this program is; both ends must be of the same.
func buildLabel() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	label := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" || s.Key == "vcs.modified" {
			label += " " + s.Value
		}
	}
	return label
}

// service is the go-plugin plugin on either side; warden is nil in the supervisor.
type service struct{ warden Warden }

func (s service) Server(*plugin.MuxBroker) (any, error) { return &server{s.warden}, nil }

func (service) Client(_ *plugin.MuxBroker, c *rpc.Client) (any, error) { return c, nil }

// Client is the supervisor's end.
type Client struct {
	plugin *plugin.Client
	rpc    *rpc.Client
}

// Runner is the process that a warden runs in.
type Runner = runner.Runner

// Start starts a warden and connects to it. launch gets its environment and a directory below dir for its socket. What
// the warden logs goes to log.
func Start(launch func(env []string, socketDir string) (Runner, error), dir string, timeout time.Duration, log *slog.Logger) (*Client, error) {
	c := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  handshake,
		Plugins:          plugin.PluginSet{name: service{}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolNetRPC},
		SkipHostEnv:      true,
		StartTimeout:     timeout,
		UnixSocketConfig: &plugin.UnixSocketConfig{TempDir: dir},
		Logger:           logger(log),
		RunnerFunc: func(_ hclog.Logger, cmd *exec.Cmd, socketDir string) (runner.Runner, error) {
			return launch(cmd.Env, socketDir)
		},
	})
	connection, err := c.Client()
	if err != nil {
		c.Kill()
		return nil, fmt.Errorf("cannot start the warden: %w", err)
	}
	raw, err := connection.Dispense(name)
	if err != nil {
		c.Kill()
		return nil, fmt.Errorf("cannot talk to the warden: %w", err)
	}
	return &Client{plugin: c, rpc: raw.(*rpc.Client)}, nil
}

// Setup asks Warden.Setup.
func (c *Client) Setup(ctx context.Context, s Setup) ([]Layer, error) {
	var layers []Layer
	call := c.rpc.Go("Plugin.Setup", Request{buildLabel(), s}, &layers, make(chan *rpc.Call, 1))
	select {
	case <-call.Done:
		return layers, call.Error
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Close ends the warden, if it is alive, and releases what the conversation holds. It may be called again.
func (c *Client) Close() {
	c.plugin.Kill()
	c.rpc.Close() // fails: its connection is closed; it releases its goroutine
}

// server is the warden's end, as net/rpc wants it.
type server struct{ warden Warden }

// Setup serves Client.Setup.
func (s *server) Setup(r Request, layers *[]Layer) (err error) {
	if own := buildLabel(); r.Build != own {
		return fmt.Errorf("the warden is another build (%s) than its supervisor (%s)", own, r.Build)
	}
	*layers, err = s.warden.Setup(r.Setup)
	return err
}

// Serve serves warden to the supervisor that has started this process, until it quits.
func Serve(warden Warden, log io.Writer) {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: handshake,
		Plugins:         plugin.PluginSet{name: service{warden}},
		Logger:          hclog.New(&hclog.LoggerOptions{Level: hclog.Info, Output: log, JSONFormat: true}),
	})
}
