package supervisor

import (
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what the daemon counts, in a registry of its own.
type metrics struct {
	registry    *prometheus.Registry
	invocations *prometheus.CounterVec   // by profile, kind (run, fetch, rpc) and outcome
	errors      *prometheus.CounterVec   // by kind of error
	passed      prometheus.Counter       // answers that have been passed on
	phases      *prometheus.HistogramVec // by profile and phase (queue, start, load, run), seconds
	cpu         *prometheus.CounterVec   // by profile and phase (startup, run), seconds

	mu    sync.Mutex // guards what follows
	known map[seriesKey]*series
}

// buckets reach from what a warm request takes to what the wall limit allows.
var buckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5, 30}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), known: map[seriesKey]*series{},
		invocations: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "stockade_invocations_total",
			Help: "Invocations of Workers, by profile, kind and outcome."}, []string{"profile", "kind", "outcome"}),
		passed: prometheus.NewCounter(prometheus.CounterOpts{Name: "stockade_answers_passed_total",
			Help: "Answers to fetch() that were those of the Workers that had called, too, and were given past them."}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "stockade_errors_total",
			Help: "Requests answered with an error, by its kind."}, []string{"kind"}),
		phases: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "stockade_phase_seconds", Buckets: buckets,
			Help: "Where the time of invocations went: queue, start, load, run."}, []string{"profile", "phase"}),
		cpu: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "stockade_worker_cpu_seconds_total",
			Help: "Processor time of Workers, by profile and phase (startup, run)."}, []string{"profile", "phase"})}
	m.registry.MustRegister(m.invocations, m.errors, m.passed, m.phases, m.cpu, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// handler serves the metrics in Prometheus's text form.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// timing is where the time of one request went.
type timing struct{ queue, start, load, run time.Duration }

// series are those that an invocation counts in. To look them up by their labels takes as long as a tenth of a call.
type series struct {
	invocations, startup, cpu prometheus.Counter
	queue, start, load, run   prometheus.Observer
}

// seriesKey has values of the policy and of outcome() only.
type seriesKey struct{ profile, kind, outcome string }

func (m *metrics) seriesOf(k seriesKey) *series {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.known[k]
	if s == nil {
		phase := func(name string) prometheus.Observer { return m.phases.WithLabelValues(k.profile, name) }
		s = &series{invocations: m.invocations.WithLabelValues(k.profile, k.kind, k.outcome),
			startup: m.cpu.WithLabelValues(k.profile, "startup"), cpu: m.cpu.WithLabelValues(k.profile, "run"),
			queue: phase("queue"), start: phase("start"), load: phase("load"), run: phase("run")}
		m.known[k] = s
	}
	return s
}

func (m *metrics) observe(profile, kind, outcome string, t timing, u usage) {
	s := m.seriesOf(seriesKey{profile, kind, outcome})
	s.invocations.Inc()
	observeTime(s.queue, t.queue)
	observeTime(s.start, t.start)
	observeTime(s.load, t.load)
	observeTime(s.run, t.run)
	s.startup.Add(u.startup.Seconds())
	s.cpu.Add(u.cpu.Seconds())
}

func observeTime(o prometheus.Observer, d time.Duration) {
	if d > 0 {
		o.Observe(d.Seconds())
	}
}

// usage is what one invocation used.
type usage struct {
	startup, cpu time.Duration
	subRequests  int64
}

// poolMetrics shows the pools as they are when they are asked for.
type poolMetrics struct {
	sup   *Supervisor
	slots *prometheus.Desc
	queue *prometheus.Desc
	boots *prometheus.Desc
	open  *prometheus.Desc
}

func newPoolMetrics(s *Supervisor) *poolMetrics {
	return &poolMetrics{sup: s,
		slots: prometheus.NewDesc("stockade_slots", "Slots of the pool, by profile, engine and state.", []string{"profile", "engine", "state"}, nil),
		queue: prometheus.NewDesc("stockade_queue_length", "Requests that wait for a slot, by profile and engine.", []string{"profile", "engine"}, nil),
		boots: prometheus.NewDesc("stockade_starts_total", "Worker processes started, by profile and engine.", []string{"profile", "engine"}, nil),
		open: prometheus.NewDesc("stockade_open", "What Workers have open now, by profile, engine and kind: invocations, calls of theirs that wait for an answer, "+
			"calls on their objects (stub_calls), Workers that a request has loaded (loads), requests that wait for their turn, capabilities that they hold (stubs), objects of theirs that others hold.", []string{"profile", "engine", "kind"}, nil)}
}

// Describe implements prometheus.Collector.
func (m *poolMetrics) Describe(c chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.slots, m.queue, m.boots, m.open} {
		c <- d
	}
}

// Collect implements prometheus.Collector.
func (m *poolMetrics) Collect(c chan<- prometheus.Metric) {
	for _, p := range m.sup.pools {
		n, name, engine := p.counts(), p.current().Name, p.current().Engine
		for state, count := range map[string]int{"idle": n.idle, "starting": n.starting, "taken": n.taken} {
			c <- prometheus.MustNewConstMetric(m.slots, prometheus.GaugeValue, float64(count), name, engine, state)
		}
		c <- prometheus.MustNewConstMetric(m.queue, prometheus.GaugeValue, float64(n.queued), name, engine)
		c <- prometheus.MustNewConstMetric(m.boots, prometheus.CounterValue, float64(p.stats.starts.Load()), name, engine)
		for kind, count := range p.holdings() {
			c <- prometheus.MustNewConstMetric(m.open, prometheus.GaugeValue, float64(count), name, engine, kind)
		}
	}
}
