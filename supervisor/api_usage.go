package supervisor

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
)

// usageLine is what was used in one group.
type usageLine struct {
	Day     *string `json:"day,omitzero"`
	Owner   *uint32 `json:"owner,omitzero"`
	Kind    *string `json:"kind,omitzero"`
	Name    *string `json:"name,omitzero"`
	Dynamic *bool   `json:"dynamic,omitzero"`
	Worker  *string `json:"worker,omitzero"`
	usedBody
}

// usedBody is store.Usage as API clients see it.
type usedBody struct {
	Workers      int64   `json:"workers"`
	Requests     int64   `json:"requests"`
	StartupCPUMs float64 `json:"startupCpuMs"`
	CPUMs        float64 `json:"cpuMs"`
	MemoryPeak   int64   `json:"memoryPeakBytes"`
	EgressIn     int64   `json:"egressInBytes"`
	EgressOut    int64   `json:"egressOutBytes"`
}

func newUsedBody(u store.Usage) usedBody {
	return usedBody{Workers: u.Workers, Requests: u.Requests, StartupCPUMs: float64(u.StartupMicros) / 1000, CPUMs: float64(u.CPUMicros) / 1000,
		MemoryPeak: u.MemoryPeak, EgressIn: u.EgressIn, EgressOut: u.EgressOut}
}

// groupings are what lines can be told apart by, and how a key is cut down to what was asked for.
var groupings = map[string]func(from store.UsageKey, to *store.UsageKey){
	"day":    func(from store.UsageKey, to *store.UsageKey) { to.Day = from.Day },
	"owner":  func(from store.UsageKey, to *store.UsageKey) { to.Owner = from.Owner },
	"kind":   func(from store.UsageKey, to *store.UsageKey) { to.Kind = from.Kind },
	"name":   func(from store.UsageKey, to *store.UsageKey) { to.Name = from.Name },
	"worker": func(from store.UsageKey, to *store.UsageKey) { to.Dynamic, to.Worker = from.Dynamic, from.Worker },
}

// usageQuery is which lines are wanted.
type usageQuery struct {
	first, last string
	by          []string
	match       func(store.UsageKey) bool
}

// maxUsageLines bounds an answer.
const maxUsageLines = 100_000

// handleUsage answers with what was used, by day and app unless ?by= says otherwise.
func (s *Supervisor) handleUsage(w http.ResponseWriter, r *http.Request, c caller) error {
	q, err := s.usageQuery(r, c)
	if err != nil {
		return err
	}
	s.meter.flush()
	groups := make(map[store.UsageKey]*store.Usage)
	var total store.Usage
	err = s.store.EachUsage(q.first, q.last, func(k store.UsageKey, u store.Usage) error {
		if !q.match(k) {
			return nil
		}
		var group store.UsageKey
		for _, by := range q.by {
			groupings[by](k, &group)
		}
		lineOf(groups, group).Add(u)
		total.Add(u)
		if len(groups) > maxUsageLines {
			return rpc.Errorf(rpc.BadRequest, "These are more than %d lines: ask for fewer days, or without worker in ?by=.", maxUsageLines)
		}
		return nil
	})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		From  string      `json:"from"`
		To    string      `json:"to"`
		Lines []usageLine `json:"lines"`
		Total usedBody    `json:"total"`
	}{q.first, q.last, q.lines(groups), newUsedBody(total)})
	return nil
}

func (s *Supervisor) usageQuery(r *http.Request, c caller) (usageQuery, error) {
	values := r.URL.Query()
	today := s.meter.now().UTC()
	q := usageQuery{first: today.Format("2006-01") + "-01", last: today.Format(time.DateOnly), by: []string{"day", "owner", "kind", "name"}}
	for name, into := range map[string]*string{"from": &q.first, "to": &q.last} {
		if text := values.Get(name); text != "" {
			*into = text
		}
		if _, err := time.Parse(time.DateOnly, *into); err != nil {
			return q, rpc.Errorf(rpc.BadRequest, "%s must be a day such as 2026-11-25, not %q.", name, *into)
		}
	}
	if text, given := values["by"]; given {
		q.by = slices.DeleteFunc(strings.Split(strings.Join(text, ","), ","), func(s string) bool { return s == "" })
	}
	for _, by := range q.by {
		if groupings[by] == nil {
			return q, rpc.Errorf(rpc.BadRequest, "by is a list of %s, and not %q.", strings.Join(slices.Sorted(maps.Keys(groupings)), ", "), by)
		}
	}
	var err error
	q.match, err = usageMatch(values, c)
	return q, err
}

// usageMatch says which lines the caller sees, of those that are asked for.
func usageMatch(values url.Values, c caller) (func(store.UsageKey) bool, error) {
	owner, all := c.uid, false
	switch text := values.Get("owner"); {
	case text != "":
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return nil, rpc.Errorf(rpc.BadRequest, "owner must be a uid, not %q.", text)
		}
		owner = uint32(n)
	default:
		all = c.role.Sees(c.uid, c.uid+1)
	}
	name, kind := values.Get("name"), values.Get("kind")
	return func(k store.UsageKey) bool {
		return c.role.Sees(c.uid, k.Owner) && (all || k.Owner == owner) && (name == "" || k.Name == name) && (kind == "" || k.Kind == kind)
	}, nil
}

// lines are the groups in their order, with what they were grouped by.
func (q usageQuery) lines(groups map[store.UsageKey]*store.Usage) []usageLine {
	keys := slices.SortedFunc(maps.Keys(groups), func(a, b store.UsageKey) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name),
			cmp.Compare(byLoader(a.Dynamic), byLoader(b.Dynamic)), cmp.Compare(a.Worker, b.Worker))
	})
	lines := make([]usageLine, 0, len(keys))
	for _, k := range keys {
		line := usageLine{usedBody: newUsedBody(*groups[k])}
		for _, by := range q.by {
			switch by {
			case "day":
				line.Day = &k.Day
			case "owner":
				line.Owner = &k.Owner
			case "kind":
				line.Kind = &k.Kind
			case "name":
				line.Name = &k.Name
			case "worker":
				line.Dynamic, line.Worker = &k.Dynamic, &k.Worker
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// usageMetrics shows what has been used since the daemon started: a line for each app, and one for all of an owner's
// Workers that are called over the socket.
type usageMetrics struct {
	meter                                                   *meter
	workers, requests, startup, cpu, memory, received, sent *prometheus.Desc
}

func newUsageMetrics(m *meter) *usageMetrics {
	describe := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("stockade_usage_"+name, help, []string{"owner", "kind", "app"}, nil)
	}
	return &usageMetrics{meter: m,
		workers:  describe("dynamic_workers_total", "Unique dynamic Workers created, counted anew each UTC day."),
		requests: describe("requests_total", "Requests and method calls to Workers."),
		startup:  describe("startup_cpu_seconds_total", "Processor time of loading code."),
		cpu:      describe("cpu_seconds_total", "Processor time of requests."),
		memory:   describe("memory_peak_bytes", "The most that one process of a Worker's had resident."),
		received: describe("egress_received_bytes_total", "Bytes that came from outside the host."),
		sent:     describe("egress_sent_bytes_total", "Bytes that left the host.")}
}

// Describe implements prometheus.Collector.
func (m *usageMetrics) Describe(c chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.workers, m.requests, m.startup, m.cpu, m.memory, m.received, m.sent} {
		c <- d
	}
}

// Collect implements prometheus.Collector.
func (m *usageMetrics) Collect(c chan<- prometheus.Metric) {
	for k, u := range m.meter.totals() {
		show := func(d *prometheus.Desc, kind prometheus.ValueType, v float64) {
			c <- prometheus.MustNewConstMetric(d, kind, v, strconv.FormatUint(uint64(k.Owner), 10), k.Kind, k.Name)
		}
		show(m.workers, prometheus.CounterValue, float64(u.Workers))
		show(m.requests, prometheus.CounterValue, float64(u.Requests))
		show(m.startup, prometheus.CounterValue, float64(u.StartupMicros)/1e6)
		show(m.cpu, prometheus.CounterValue, float64(u.CPUMicros)/1e6)
		show(m.memory, prometheus.GaugeValue, float64(u.MemoryPeak))
		show(m.received, prometheus.CounterValue, float64(u.EgressIn))
		show(m.sent, prometheus.CounterValue, float64(u.EgressOut))
	}
}

// byLoader has the loader come before what it has loaded.
func byLoader(dynamic bool) int {
	if dynamic {
		return 1
	}
	return 0
}
