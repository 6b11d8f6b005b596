package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/store"
	"stockade.dev/stockade/supervisor/cell"
	"stockade.dev/stockade/supervisor/policy"
)

// Options are what a Supervisor needs to run.
type Options struct {
	Policy       *policy.Policy
	WorkerBinary string // path of stockade-worker
	WardenBinary string // path of stockade itself, the cells' first process
	Log          *slog.Logger
	Version      string
	LoadedLogs   bool // an app's log has what the Workers that it has loaded log, too; otherwise only its tails are told
}

// Supervisor is the daemon: New checks, Run does everything.
type Supervisor struct {
	options Options
	log     *slog.Logger
	policy  atomic.Pointer[policy.Policy]
	metrics *metrics
	meter   *meter
	egress  *egress
	warm    *registry
	apps    *appRegistry

	ready    chan struct{} // closed when the socket is served
	draining chan struct{} // closed when Run has been told to end

	// Run fills these before the first request and closes them after the last.
	ctx   context.Context // ends when the last request has
	store *store.Store
	cells map[string]*cell.Cell
	pools map[string]*pool

	dynamic   dynamicWorkers
	quotas    *quotas
	traces    *traces
	hostCalls sync.WaitGroup // calls between isolates
}

// New returns a supervisor that has done nothing yet.
func New(o Options) (*Supervisor, error) {
	if o.Policy == nil || o.WorkerBinary == "" || o.WardenBinary == "" {
		return nil, errors.New("cannot run without a policy and the two programs")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Supervisor{options: o, log: o.Log, metrics: newMetrics(), meter: newMeter(o.Log), warm: newRegistry(), apps: newAppRegistry(),
		ready: make(chan struct{}), draining: make(chan struct{}),
		cells: make(map[string]*cell.Cell), pools: make(map[string]*pool)}
	var err error
	if s.egress, err = newEgress(o.Log, o.Policy); err != nil {
		return nil, err
	}
	s.egress.used = s.meter.egress
	s.dynamic = dynamicWorkers{byKey: make(map[string]*dynamicWorker), warm: s.warm}
	s.quotas, s.traces = newQuotas(), newTraces()
	s.policy.Store(o.Policy)
	s.metrics.registry.MustRegister(newPoolMetrics(s), newUsageMetrics(s.meter))
	return s, nil
}

// Ready is closed when the socket is served.
func (s *Supervisor) Ready() <-chan struct{} { return s.ready }

// drainTime is how long requests under way may take once Run is told to end.
const drainTime = 30 * time.Second

// Run serves until ctx ends, then drains: no new requests, those under way
// are finished. It leaves nothing behind.
func (s *Supervisor) Run(ctx context.Context) error {
	var cancel context.CancelFunc
	s.ctx, cancel = context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	p := s.policy.Load()
	if err := shortSlices(); err != nil {
		s.log.Debug("cannot ask for short slices", "err", err)
	}
	if err := cell.Sweep(p.RunDir); err != nil {
		s.log.Warn("cannot remove what an earlier run left", "err", err)
	}
	if err := s.openStore(p.StateDir); err != nil {
		return err
	}
	defer s.closeStore()
	defer s.closeCells()
	if err := s.openCells(ctx, p); err != nil {
		return err
	}
	defer s.closePools()
	listeners, err := s.listen(p)
	if err != nil {
		return err
	}
	public, err := s.listenApps(p)
	if err != nil {
		return errors.Join(err, closeAll(listeners))
	}
	return s.serveUntil(ctx, listeners, public)
}

func (s *Supervisor) openStore(dir string) error {
	db, err := store.Open(dir, store.Options{Cache: cacheLimits(s.policy.Load()), Quota: storeQuota(s.policy.Load())})
	if err != nil {
		return err
	}
	s.store, s.apps.store = db, db
	return s.meter.open(db)
}

func storeQuota(p *policy.Policy) store.Quota {
	return store.Quota{Total: int64(p.Storage.Total), PerOwner: int64(p.Storage.PerOwner)}
}

func cacheLimits(p *policy.Policy) store.CacheLimits {
	return store.CacheLimits{Total: int64(p.Cache.Total), PerOwner: int64(p.Cache.PerOwner)}
}

func (s *Supervisor) closeStore() {
	s.meter.flush()
	if err := s.store.Close(); err != nil {
		s.log.Error("cannot close the store", "err", err)
	}
}

// openCells builds every profile's cell block and begins to fill its pool.
func (s *Supervisor) openCells(ctx context.Context, p *policy.Policy) error {
	for _, profile := range p.Profiles {
		for _, engine := range profile.AllEngines() {
			if err := s.openCell(ctx, p, profile, engine); err != nil {
				return fmt.Errorf("cannot start profile %q: %w", profile.Name, err)
			}
		}
	}
	return nil
}

// openCell builds the cell block of one of a profile's engines.
func (s *Supervisor) openCell(ctx context.Context, p *policy.Policy, profile policy.Profile, engine string) error {
	key := poolKey(profile, engine)
	spec := s.spec(p, profile)
	spec.Profile, spec.Engine = key, engine
	c, err := cell.Start(ctx, spec)
	if err != nil {
		return err
	}
	s.cells[key] = c
	for _, warning := range c.Warnings() {
		s.log.Warn("a layer of the jail is weaker than it could be", "profile", key, "layer", warning)
	}
	s.openPool(key, onEngine(profile, engine), c)
	return nil
}

// onEngine is a profile as the pool of one of its engines has it.
func onEngine(profile policy.Profile, engine string) policy.Profile {
	profile.Engines = profile.AllEngines()
	profile.Engine = engine
	return profile
}

func (s *Supervisor) openPool(key string, profile policy.Profile, c *cell.Cell) {
	p := newPool(s.ctx, profile, c.Spawn, s.log)
	p.cell = c
	p.evict = func() bool { return s.warm.evictOne(func(w *warm) bool { return w.meta.pool == p }) }
	p.attach = func(at *slot) func() { return s.attach(p, at) }
	s.pools[key] = p
	p.open()
}

// spec is the cell block of a profile, with what this daemon adds.
func (s *Supervisor) spec(p *policy.Policy, profile policy.Profile) jailer.Spec {
	spec := JailSpec(p, profile)
	spec.WardenBinary, spec.WardenArgs, spec.WorkerBinary = s.options.WardenBinary, []string{"warden"}, s.options.WorkerBinary
	spec.Log = s.log
	return spec
}

// JailSpec is what the policy says of a profile's jails, as the jailer takes it.
func JailSpec(p *policy.Policy, profile policy.Profile) jailer.Spec {
	n := profile.Confinement
	return jailer.Spec{Profile: profile.Name, Network: profile.Network == policy.NetworkProxied, Engine: profile.Engine, Exec: profile.Start == policy.StartExec, Executable: profile.Wasm == policy.WasmCompiler, RunDir: p.RunDir,
		MaxWorkers: profile.Pool.MaxWorkers, WorkerMemory: int64(profile.Limits.Max.Memory), WorkerPids: profile.Threads, CPUWeight: profile.CPUWeight,
		Confinement: jailer.Confinement{UserNamespace: jailer.Need(n.UserNamespace), MountNamespace: jailer.Need(n.MountNamespace),
			PIDNamespace: jailer.Need(n.PIDNamespace), NetworkNamespace: jailer.Need(n.NetworkNamespace),
			IPCNamespace: jailer.Need(n.IPCNamespace), UTSNamespace: jailer.Need(n.UTSNamespace), Cgroup: jailer.Need(n.Cgroup),
			NoNewPrivs: jailer.Need(n.NoNewPrivs), Landlock: jailer.Need(n.Landlock), Seccomp: jailer.Need(n.Seccomp)}}
}

func (s *Supervisor) closePools() {
	var all sync.WaitGroup
	for _, p := range s.pools {
		all.Go(p.close)
	}
	all.Wait()
	s.warm.loads.Wait()
	s.egress.close()
	s.hostCalls.Wait()
	s.apps.watch.Wait()
}

func (s *Supervisor) closeCells() {
	failpoint("end: cells")
	ctx, cancel := context.WithTimeout(s.ctx, drainTime)
	defer cancel()
	for name, c := range s.cells {
		if err := c.Close(ctx); err != nil {
			s.log.Error("cannot close a cell", "profile", name, "err", err)
		}
	}
}

// serveUntil serves the listeners until ctx ends or a cell dies, then drains.
func (s *Supervisor) serveUntil(ctx context.Context, listeners []net.Listener, public []appListener) error {
	api := s.server()
	servers := []*http.Server{api}
	g, ctx := errgroup.WithContext(ctx)
	for _, l := range listeners {
		g.Go(func() error { return served(api.Serve(quietly{l})) })
	}
	for _, l := range public {
		server := l.server()
		servers = append(servers, server)
		g.Go(func() error { return served(server.Serve(quietly{l.Listener})) })
	}
	for name, c := range s.cells {
		g.Go(func() error { return watch(ctx, name, c) })
	}
	g.Go(func() error { s.evictIdle(ctx); return nil })
	g.Go(func() error { s.meter.run(ctx, func() int { return s.policy.Load().Usage.KeepDays }); return nil })
	g.Go(func() error { return s.drain(ctx, servers) })
	close(s.ready)
	return g.Wait()
}

func closeAll(listeners []net.Listener) error {
	var all error
	for _, l := range listeners {
		all = errors.Join(all, l.Close())
	}
	return all
}

func served(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("cannot serve: %w", err)
}

// watch ends the daemon when a cell block dies: systemd starts it anew.
func watch(ctx context.Context, name string, c *cell.Cell) error {
	select {
	case <-ctx.Done():
		return nil
	case <-c.Done():
		return fmt.Errorf("cannot go on: the cell block of profile %q has died", name)
	}
}

// drain waits for the end of ctx, then for the requests under way.
func (s *Supervisor) drain(ctx context.Context, servers []*http.Server) error {
	<-ctx.Done()
	failpoint("end: draining")
	close(s.draining)
	s.log.Info("draining")
	late, cancel := context.WithTimeout(s.ctx, drainTime)
	defer cancel()
	var all errgroup.Group
	for _, server := range servers {
		all.Go(func() error { return s.shutDown(late, server) })
	}
	if err := all.Wait(); err != nil {
		return err
	}
	s.warm.drain(late)
	return nil
}

func (s *Supervisor) shutDown(ctx context.Context, server *http.Server) error {
	err := server.Shutdown(ctx)
	if err == nil {
		return nil
	}
	s.log.Warn("requests were cut off", "after", drainTime, "err", err)
	return server.Close()
}

// evictIdle ends isolates that nobody has used for their profile's idle_ttl, and removes what has expired in the caches.
func (s *Supervisor) evictIdle(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			s.egress.closeIdle(now)
			s.warm.evictIdle(func(w *warm) time.Duration { return w.meta.pool.current().Pool.IdleTTL }, now)
			if err := s.store.CacheSweep(now); err != nil {
				s.log.Error("cannot clear the caches of Workers", "err", err)
			}
		}
	}
}

// Reload takes a new policy: roles, limits and pool sizes hold at once. What
// the sockets and jails were built from holds after a restart, and is logged. An error changes nothing.
func (s *Supervisor) Reload(p *policy.Policy) error {
	if err := s.egress.take(p); err != nil {
		return err
	}
	for _, change := range policy.Diff(s.policy.Load(), p) {
		s.log.Info("the policy has changed", "key", change.Key, "from", change.Old, "to", change.New, "needsRestart", change.Restart)
	}
	s.policy.Store(p)
	s.store.LimitCache(cacheLimits(p))
	s.store.SetQuota(storeQuota(p))
	for _, pool := range s.pools {
		if profile, ok := p.Profile(pool.current().Name); ok {
			pool.change(onEngine(profile, pool.current().Engine))
		}
	}
	return nil
}
