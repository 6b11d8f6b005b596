package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"
)

const devHelp = `Serve the Workers project in DIR (default: here) on this machine while you work on it: it is bundled, run in a jail, and
served on 127.0.0.1; every change to its files, its configuration or .dev.vars takes effect at once. A change that can't be
built or loaded is reported, and the version before stays.

Logs, exceptions and requests are printed as they come; stacks show your files and lines.

The supervisor is one of its own, in this process, and leaves nothing behind; with --socket or $STOCKADE_SOCKET the daemon's
is used, where the app is called NAME-dev until the end.`

// devOptions are the flags of dev.
type devOptions struct {
	port    int
	profile string
	socket  *string
	json    *bool
}

func devCommand() *cobra.Command {
	o := new(devOptions)
	cmd := &cobra.Command{Use: "dev [DIR]", Short: "Serve a Workers project on this machine, reload on change", Long: devHelp,
		Example: "  stockade dev\n  stockade dev shop/ --port 3000", Args: atMostOne("one directory"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, directory(args)) }}
	f := cmd.Flags()
	f.IntVar(&o.port, "port", 8787, "the `port` on 127.0.0.1; 0 is any that is free")
	f.StringVar(&o.profile, "profile", "", "the `name` of the policy's profile to run in (default: the role's)")
	o.socket = addSocketFlag(cmd)
	o.json = f.Bool("json", false, "print JSON lines: ready, reload, error, and an app's log lines")
	return cmd
}

func (o *devOptions) run(cmd *cobra.Command, dir string) (err error) {
	p, err := openProject(dir, "", true)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(o.port)))
	if err != nil {
		return usageErrorf("cannot serve on port %d: %w: choose another with --port", o.port, rootCause(err))
	}
	c, end, err := o.connect(cmd.Context())
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, end()) }()
	d := &devSession{devOptions: o, place: dir, project: p, client: c, deployed: make(chan struct{}), out: &devOutput{t: newTerminal(cmd.OutOrStdout()), json: *o.json}}
	d.name = p.name
	if _, named := socketPath(*o.socket); named {
		d.name = (p.name + "-dev")[max(0, len(p.name)+4-63):]
	}
	return d.serve(cmd.Context(), l)
}

// connect returns a client of the daemon that was named, or of a supervisor in this process.
func (o *devOptions) connect(ctx context.Context) (*client, func() error, error) {
	if path, named := socketPath(*o.socket); named {
		return newClient(path), func() error { return nil }, nil
	}
	return startEmbedded(ctx, embeddedSize{pool: 2, most: 64})
}

// devSession is one `stockade dev`.
type devSession struct {
	*devOptions
	place  string
	name   string // of the app in the daemon
	client *client
	out    *devOutput

	project  *project      // the last whose configuration was right
	deployed chan struct{} // closed when there is a version

	mu      sync.Mutex // guards what follows
	sources *sourceMap
	failure error // why there is no version yet
}

// serve builds, serves and watches until ctx ends.
func (d *devSession) serve(ctx context.Context, l net.Listener) error {
	w, err := newWatcher()
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer w.close()
	if err := d.clear(ctx); err != nil {
		return errors.Join(err, l.Close())
	}
	defer d.clear(context.WithoutCancel(ctx))
	ctx, cancel := context.WithCancelCause(ctx)
	server := &http.Server{Handler: d.proxy(), ReadHeaderTimeout: 10 * time.Second}
	var all sync.WaitGroup
	all.Go(func() { cancel(fmt.Errorf("cannot serve: %w", server.Serve(l))) })
	defer all.Wait()
	defer server.Close()
	defer cancel(nil)
	d.reload(ctx, w)
	d.out.ready(d.name, "http://"+l.Addr().String())
	all.Go(func() { d.followLogs(ctx, cancel) })
	for {
		select {
		case <-ctx.Done():
			return stopped(ctx)
		case <-w.changed:
			d.reload(ctx, w)
		}
	}
}

// stopped is nil for an end that was asked for.
func stopped(ctx context.Context) error {
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// clear removes the app: what an earlier dev has left, and what this one leaves.
func (d *devSession) clear(ctx context.Context) error {
	_, err := d.client.call(ctx, "DELETE", appPath(d.name, "", ""), nil)
	if api, ok := asAPIError(err); ok && (api.Kind == "not_found" || api.Kind == "denied") {
		return nil
	}
	return err
}

// reload builds and deploys the project as it is now. What goes wrong is printed, and the version before stays.
func (d *devSession) reload(ctx context.Context, w *watcher) {
	began := time.Now()
	p, err := openProject(d.place, "", true)
	if err == nil {
		d.project = p
	} else {
		w.watch(d.project, nil)
		d.failed(err)
		return
	}
	deployment, b, err := p.build(ctx)
	w.watch(p, b)
	if err != nil {
		d.failed(err)
		return
	}
	for _, m := range b.Warnings {
		d.out.warning(m)
	}
	deployment.Profile = d.profile
	answer, err := d.client.call(ctx, "PUT", appPath(d.name, "", ""), deployment)
	sources := newSourceMap(b)
	if err != nil {
		d.failed(sources.mapError(err))
		return
	}
	d.succeeded(sources)
	if a, err := parseApp(answer); err == nil {
		d.out.reloaded(a.Version, time.Since(began))
	}
}

func (d *devSession) succeeded(sources *sourceMap) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sources, d.failure = sources, nil
	select {
	case <-d.deployed:
	default:
		close(d.deployed)
	}
}

// failed reports why there is no new version.
func (d *devSession) failed(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	d.mu.Lock()
	d.failure = err
	d.mu.Unlock()
	d.out.failed(err)
}

func (d *devSession) current() (*sourceMap, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sources, d.failure
}

// followLogs prints the app's log from its first version on.
func (d *devSession) followLogs(ctx context.Context, cancel context.CancelCauseFunc) {
	select {
	case <-ctx.Done():
		return
	case <-d.deployed:
	}
	err := d.client.logs(ctx, d.name, "", 1000, true, func(line []byte) error {
		sources, _ := d.current()
		return d.out.logLine(line, sources)
	})
	if err == nil {
		err = fmt.Errorf("cannot go on: the app %s was deleted, or its daemon has ended", d.name)
	}
	cancel(err)
}
