package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

const devHelp = `Serve the Workers project in DIR (default: here) on this machine while you work on it: it is bundled, run in a jail, and
served on 127.0.0.1 (--ip says otherwise); every change to its files, its configuration or .dev.vars takes effect at once. A change that can't be
built or loaded is reported, and the version before stays.

Logs, exceptions and requests are printed as they come; stacks show your files and lines.

With --config, several times, projects run together: the first one is served, and their service bindings reach each other.

What Workers log that a Worker Loader has loaded is printed with their ids, unless tails watch them.

The supervisor is one of its own, in this process, with network access to public addresses, and leaves nothing behind;
with --socket or $STOCKADE_SOCKET the daemon's is used, where the app is called NAME-dev until the end.`

// devOptions are the flags of dev.
type devOptions struct {
	configs []string
	ip      string
	port    int
	profile string
	socket  *string
	json    *bool
}

func devCommand() *cobra.Command {
	o := new(devOptions)
	cmd := &cobra.Command{Use: "dev [DIR]", Short: "Serve a Workers project on this machine, reload on change", Long: devHelp,
		Example: "  stockade dev\n  stockade dev shop/ --port 3000\n  stockade dev -c shop/wrangler.jsonc -c prices/wrangler.jsonc", Args: atMostOne("one directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && len(o.configs) > 0 {
				return usageErrorf("cannot take both DIR and --config: name every project with --config")
			}
			if len(o.configs) == 0 {
				o.configs = []string{directory(args)}
			}
			return o.run(cmd)
		}}
	f := cmd.Flags()
	f.StringArrayVarP(&o.configs, "config", "c", nil, "a project's configuration `file` or directory; may be given several times")
	f.StringVar(&o.ip, "ip", "127.0.0.1", "the `address` to serve on; 0.0.0.0 is every address of this machine, for whoever can reach it")
	f.IntVar(&o.port, "port", 8787, "the `port` to serve on; 0 is any that is free")
	f.StringVar(&o.profile, "profile", "", "the `name` of the policy's profile to run in (default: the role's)")
	o.socket = addSocketFlag(cmd)
	o.json = f.Bool("json", false, "print JSON lines: ready, reload, error, and an app's log lines")
	return cmd
}

func (o *devOptions) run(cmd *cobra.Command) (err error) {
	projects, err := o.open()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", net.JoinHostPort(o.ip, strconv.Itoa(o.port)))
	if err != nil {
		return o.cannotListen(err)
	}
	c, end, err := o.connect(cmd.Context())
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, end()) }()
	return serveDev(cmd.Context(), l, o.sessions(cmd, c, projects))
}

// cannotListen says what to change. What Go's net package checks itself has no error of the kernel's below it.
func (o *devOptions) cannotListen(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return usageErrorf("cannot serve on port %d: another program does: choose another with --port, or --port 0 for any that is free", o.port)
	case errors.Is(err, syscall.EACCES):
		return usageErrorf("cannot serve on port %d: only root may: choose one above 1023 with --port", o.port)
	case net.ParseIP(o.ip) == nil, errors.Is(err, syscall.EADDRNOTAVAIL):
		return usageErrorf("cannot serve on %q: it is no address of this machine: choose another with --ip", o.ip)
	case o.port < 0, o.port > 65535:
		return usageErrorf("cannot serve on port %d: ports go from 0, which is any that is free, to 65535", o.port)
	}
	return usageErrorf("cannot serve on %s, port %d: %w", o.ip, o.port, rootCause(err))
}

// open reads the configurations, once before anything is served.
func (o *devOptions) open() ([]*project, error) {
	var projects []*project
	named := make(map[string]string)
	for _, place := range o.configs {
		p, err := openProject(place, "", true)
		if err != nil {
			return nil, err
		}
		if other, twice := named[p.name]; twice {
			return nil, usageErrorf("cannot run %s and %s together: both are called %s", other, p.File, p.name)
		}
		named[p.name] = p.File
		projects = append(projects, p)
	}
	return projects, nil
}

// sessions are one for each project; the first is the one that is served.
func (o *devOptions) sessions(cmd *cobra.Command, c *client, projects []*project) []*devSession {
	var sessions []*devSession
	names, lines := make(map[string]string), new(sync.Mutex)
	_, daemon := socketPath(*o.socket)
	for n, p := range projects {
		d := &devSession{devOptions: o, place: o.configs[n], project: p, client: c, name: p.name, names: names, deployed: make(chan struct{}), tried: make(chan struct{}),
			out: &devOutput{t: newTerminal(cmd.OutOrStdout()), json: *o.json}}
		if len(projects) > 1 {
			d.out.app = p.name
			d.out.t.w = &prefixWriter{lines: lines, w: d.out.t.w, prefix: d.out.prefix()}
		}
		if daemon {
			d.name = (p.name + "-dev")[max(0, len(p.name)+4-63):]
		}
		names[p.name] = d.name
		sessions = append(sessions, d)
	}
	return sessions
}

// connect returns a client of the daemon that was named, or of a supervisor in this process.
func (o *devOptions) connect(ctx context.Context) (*client, func() error, error) {
	if path, named := socketPath(*o.socket); named {
		return newClient(path), func() error { return nil }, nil
	}
	return startEmbedded(ctx, embeddedSize{pool: 2, most: 64, dev: true})
}

// devSession is one `stockade dev`.
type devSession struct {
	*devOptions
	place   string
	name    string            // of the app in the daemon
	names   map[string]string // of all apps that are worked on together, in the daemon by those in the configurations
	client  *client
	out     *devOutput
	watcher *watcher

	project  *project      // the last whose configuration was right
	deployed chan struct{} // closed when there is a version
	tried    chan struct{} // closed when there is one, or it is known why not

	mu      sync.Mutex // guards what follows
	sources *sourceMap
	failure error // why there is no version yet
}

// serveDev builds, serves and watches until ctx ends.
func serveDev(ctx context.Context, l net.Listener, sessions []*devSession) (err error) {
	for _, d := range sessions {
		if d.watcher, err = newWatcher(); err != nil {
			return errors.Join(err, l.Close())
		}
		defer d.watcher.close()
		if err := d.clear(ctx); err != nil {
			return errors.Join(err, l.Close())
		}
		defer d.clear(context.WithoutCancel(ctx))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	main := sessions[0]
	server := &http.Server{Handler: main.proxy(), ReadHeaderTimeout: 10 * time.Second}
	var all sync.WaitGroup
	all.Go(func() { cancel(fmt.Errorf("cannot serve: %w", server.Serve(l))) })
	defer all.Wait()
	defer server.Close()
	defer cancel(nil)
	for _, d := range slices.Backward(sessions) {
		d.reload(ctx)
	}
	main.out.ready(main.name, "http://"+l.Addr().String())
	for _, d := range sessions {
		all.Go(func() { d.followLogs(ctx, cancel) })
		all.Go(func() { d.follow(ctx) })
	}
	<-ctx.Done()
	return stopped(ctx)
}

// follow builds the project anew whenever something in it has changed.
func (d *devSession) follow(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.watcher.changed:
			d.reload(ctx)
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
func (d *devSession) reload(ctx context.Context) {
	began := time.Now()
	p, err := openProject(d.place, "", true)
	if err == nil {
		d.project = p
	} else {
		d.watcher.watch(d.project, nil)
		d.failed(err)
		return
	}
	deployment, b, err := p.build(ctx)
	d.watcher.watch(p, b)
	if err != nil {
		d.failed(err)
		return
	}
	for _, m := range b.Warnings {
		d.out.warning(m)
	}
	for _, m := range d.strangers(deployment) {
		d.out.warning(m)
	}
	deployment.Profile = d.profile
	deployment.rename(d.names)
	answer, err := d.client.call(ctx, "PUT", appPath(d.name, "", ""), deployment)
	sources := newSourceMap(b, p.dir)
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
		d.hasTriedLocked()
	}
}

func (d *devSession) hasTriedLocked() {
	select {
	case <-d.tried:
	default:
		close(d.tried)
	}
}

// failed reports why there is no new version.
func (d *devSession) failed(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	d.mu.Lock()
	again := d.failure != nil && d.failure.Error() == err.Error()
	d.failure = err
	d.hasTriedLocked()
	d.mu.Unlock()
	if !again { // where what is printed lands in the project, it would go on for ever
		d.out.failed(err)
	}
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

// strangers warns of service bindings to apps that are none of the projects, where there is no daemon that may have them.
func (d *devSession) strangers(of *deployment) []bundleMessage {
	if _, daemon := socketPath(*d.socket); daemon {
		return nil
	}
	var all []bundleMessage
	for _, name := range slices.Sorted(maps.Keys(of.Bindings)) {
		b := of.Bindings[name]
		if _, ours := d.names[b.App]; b.App == "" || ours {
			continue
		}
		all = append(all, bundleMessage{Text: fmt.Sprintf("env.%s is the app %q, which is not running: calls of it fail. Run its project, too: stockade dev -c %s -c %s's wrangler file",
			name, b.App, d.place, b.App)})
	}
	return all
}
