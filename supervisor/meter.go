package supervisor

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"stockade.dev/stockade/netproxy"
	"stockade.dev/stockade/store"
)

// account is whom a Worker's use is charged to: the app or Worker that has loaded it, or itself.
type account struct {
	owner      uint32
	kind, name string // store.UsageApp, …
	dynamic    bool   // it was loaded at run time by name
	worker     string // its id, if dynamic; "" for one without
	code       string // what its code is known by; "" for a Worker that is only itself, such as load()'s
	counted    bool   // it is a dynamic Worker in the specification's sense
}

// loads is the account of a Worker that this one loads.
func (a account) loads(id string, code string) account {
	return account{owner: a.owner, kind: a.kind, name: a.name, dynamic: true, worker: id, code: code, counted: true}
}

// meter counts what Workers use, by UTC day, as the specification's pricing page does. What it has counted goes to the
// store once a second: a crash of the daemon loses that much at most.
type meter struct {
	store *store.Store
	log   *slog.Logger
	now   func() time.Time

	writing sync.Mutex // held by who writes to the store

	mu    sync.Mutex // guards what follows
	round int        // of lines: they change with the day, and when they are written
	day   string     // what seen and ids are of
	until time.Time  // its end
	seen  map[store.Seen]struct{}
	fresh []store.Seen                    // not in the store yet
	lines map[store.UsageKey]*store.Usage // not in the store yet
	ids   map[account]map[string]struct{} // of Workers that have a line of their own, by who has loaded them
	total map[store.UsageKey]*store.Usage // since the daemon has started, without days and Workers, for the metrics
}

// maxLines bounds the Workers that one app or Worker has a line each for on one day. The others share one, otherWorkers.
const maxLines = 10_000

const otherWorkers = "(others)"

func newMeter(log *slog.Logger) *meter {
	return &meter{log: log, now: time.Now, lines: make(map[store.UsageKey]*store.Usage), total: make(map[store.UsageKey]*store.Usage)}
}

// open begins with what an earlier run has counted today.
func (m *meter) open(db *store.Store) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.store = db
	m.turnLocked(m.now())
	seen, err := db.SeenOn(m.day)
	if err != nil {
		return fmt.Errorf("cannot read the usage: %w", err)
	}
	m.seen = seen
	return db.EachUsage(m.day, m.day, func(k store.UsageKey, _ store.Usage) error {
		if k.Dynamic && k.Worker != "" {
			m.hasLineLocked(account{owner: k.Owner, kind: k.Kind, name: k.Name}, k.Worker)
		}
		return nil
	})
}

// turnLocked begins a day.
func (m *meter) turnLocked(now time.Time) {
	now = now.UTC()
	m.day = now.Format(time.DateOnly)
	m.until = now.Truncate(24 * time.Hour).Add(24 * time.Hour)
	m.seen, m.ids = make(map[store.Seen]struct{}), make(map[account]map[string]struct{})
	m.round++
}

// meterLines is where an isolate's use is counted, in one round. Guarded by meter.mu.
type meterLines struct {
	round      int
	day, total *store.Usage
}

// addOfLocked counts what an isolate has used.
func (m *meter) addOfLocked(i *isolate, u store.Usage) {
	if i.identity.account.kind == "" {
		return
	}
	m.turnIfDueLocked()
	if i.metered.round != m.round {
		day, total := m.linesLocked(i.identity.account)
		i.metered = meterLines{m.round, day, total}
	}
	i.metered.day.Add(u)
	i.metered.total.Add(u)
}

func (m *meter) turnIfDueLocked() {
	if now := m.now(); !now.Before(m.until) {
		m.turnLocked(now)
	}
}

// linesLocked are where the account's use is counted: of today, and since the start.
func (m *meter) linesLocked(a account) (day, total *store.Usage) {
	m.turnIfDueLocked()
	k := store.UsageKey{Owner: a.owner, Kind: a.kind, Name: a.name}
	total = lineOf(m.total, totalKey(k))
	k.Day, k.Dynamic, k.Worker = m.day, a.dynamic, a.worker
	if a.worker != "" && !m.hasLineLocked(account{owner: a.owner, kind: a.kind, name: a.name}, a.worker) {
		k.Worker = otherWorkers
	}
	return lineOf(m.lines, k), total
}

// hasLineLocked gives a Worker that was loaded a line of its own, unless there are too many.
func (m *meter) hasLineLocked(loader account, id string) bool {
	ids := m.ids[loader]
	if ids == nil {
		ids = make(map[string]struct{})
		m.ids[loader] = ids
	}
	if _, has := ids[id]; !has && len(ids) >= maxLines {
		return false
	}
	ids[id] = struct{}{}
	return true
}

// totalKey keeps the metrics small: Workers of the socket API are one line for each owner.
func totalKey(k store.UsageKey) store.UsageKey {
	if k.Kind != store.UsageApp {
		k.Name = ""
	}
	return k
}

func lineOf(lines map[store.UsageKey]*store.Usage, k store.UsageKey) *store.Usage {
	u := lines[k]
	if u == nil {
		u = new(store.Usage)
		lines[k] = u
	}
	return u
}

// add counts what an account has used.
func (m *meter) add(a account, u store.Usage) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.addLocked(a, u)
}

func (m *meter) addLocked(a account, u store.Usage) {
	if a.kind == "" {
		return // a Worker of nobody's, such as a test's
	}
	day, total := m.linesLocked(a)
	day.Add(u)
	total.Add(u)
}

// charge is add for what an isolate has used.
func (m *meter) charge(i *isolate, u store.Usage) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.addOfLocked(i, u)
}

// used marks that an isolate is used today: the first time, its Worker is one more that the account has created on this
// day, unless one of the same id and code was there before.
func (m *meter) used(i *isolate, requests int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := i.identity.account
	m.addOfLocked(i, store.Usage{Requests: requests})
	if !a.counted || i.meteredOn == m.day {
		return
	}
	i.meteredOn = m.day
	if a.code != "" {
		one := store.Seen{Day: m.day, Hash: sha256.Sum256(fmt.Appendf(nil, "%d %q %q %v %q %q", a.owner, a.kind, a.name, a.dynamic, a.worker, a.code))}
		if _, before := m.seen[one]; before {
			return
		}
		m.seen[one] = struct{}{}
		m.fresh = append(m.fresh, one)
	}
	m.addOfLocked(i, store.Usage{Workers: 1})
}

// run writes what has been counted every second, until ctx ends, and removes what is older than keep days.
func (m *meter) run(ctx context.Context, keep func() int) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	pruned := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			m.flush()
		}
		m.mu.Lock()
		today := m.day
		m.mu.Unlock()
		if pruned != today {
			m.prune(today, keep())
			pruned = today
		}
	}
}

func (m *meter) prune(today string, keep int) {
	day, err := time.Parse(time.DateOnly, today)
	if err == nil {
		err = m.store.PruneUsage(day.AddDate(0, 0, -keep).Format(time.DateOnly), today)
	}
	if err != nil {
		m.log.Error("cannot remove old usage", "err", err)
	}
}

// flush writes what has been counted. What can't be written is kept for the next time.
func (m *meter) flush() {
	m.writing.Lock()
	defer m.writing.Unlock()
	m.mu.Lock()
	lines, fresh := m.lines, m.fresh
	m.round++
	m.lines, m.fresh = make(map[store.UsageKey]*store.Usage), nil
	m.mu.Unlock()
	if len(lines) == 0 && len(fresh) == 0 {
		return
	}
	failpoint("usage: before")
	err := m.store.AddUsage(lines, fresh)
	failpoint("usage: written")
	if err == nil {
		return
	}
	m.log.Error("cannot keep the usage", "err", err)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fresh = append(fresh, m.fresh...)
	for k, u := range lines {
		lineOf(m.lines, k).Add(*u)
	}
}

// totals are what has been used since the daemon has started.
func (m *meter) totals() map[store.UsageKey]store.Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make(map[store.UsageKey]store.Usage, len(m.total))
	for k, u := range m.total {
		all[k] = *u
	}
	return all
}

// egress counts what left the host and came from outside for a Worker.
func (m *meter) egress(a account, r netproxy.Record) {
	if r.Sent+r.Received > 0 {
		m.add(a, store.Usage{EgressIn: r.Received, EgressOut: r.Sent})
	}
}
