package supervisor

import (
	"log/slog"
	"testing"
	"time"

	"stockade.dev/stockade/store"
)

// metered is a meter over a real store, at a time that the test sets.
func metered(t *testing.T) (*meter, *store.Store, *time.Time) {
	t.Helper()
	db, err := store.Open(t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	now := time.Date(2026, 5, 26, 23, 59, 0, 0, time.UTC)
	m := newMeter(slog.New(slog.DiscardHandler))
	m.now = func() time.Time { return now }
	if err := m.open(db); err != nil {
		t.Fatal(err)
	}
	return m, db, &now
}

// counted is how many dynamic Workers the store has for a day, and requests.
func counted(t *testing.T, m *meter, db *store.Store, day string) (workers, requests int64) {
	t.Helper()
	m.flush()
	if err := db.EachUsage(day, day, func(_ store.UsageKey, u store.Usage) error {
		workers += u.Workers
		requests += u.Requests
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return workers, requests
}

var shop = account{owner: 1000, kind: store.UsageApp, name: "shop"}

// TestDynamicWorkersCreatedDaily has the scenarios of the specification's page on pricing.
func TestDynamicWorkersCreatedDaily(t *testing.T) {
	type use struct{ id, code string }
	for name, c := range map[string]struct {
		uses []use // each an isolate of its own, invoked twice
		want int64
	}{
		"same code, same ID, invoked multiple times": {[]use{{"a", "1"}, {"a", "1"}, {"a", "1"}}, 1},
		"same code, different IDs":                   {[]use{{"a", "1"}, {"b", "1"}, {"c", "1"}}, 3},
		"same ID, different code versions":           {[]use{{"a", "1"}, {"a", "2"}, {"a", "1"}}, 2},
		"no ID provided":                             {[]use{{"", ""}, {"", ""}, {"", ""}}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			m, db, now := metered(t)
			for _, u := range c.uses {
				i := &isolate{identity: identity{account: shop.loads(u.id, u.code)}}
				m.used(i, 1)
				m.used(i, 1)
			}
			if workers, requests := counted(t, m, db, "2026-05-26"); workers != c.want || requests != 2*int64(len(c.uses)) {
				t.Errorf("%d Workers and %d requests, want %d and %d", workers, requests, c.want, 2*len(c.uses))
			}
			*now = now.Add(2 * time.Minute) // the count resets daily
			m.used(&isolate{identity: identity{account: shop.loads("a", "1")}}, 1)
			if workers, _ := counted(t, m, db, "2026-05-27"); workers != 1 {
				t.Errorf("%d Workers on the next day, want 1", workers)
			}
		})
	}
}

// TestOneIsolateIsCountedInEachRound: what it has used counts once, whether it was written meanwhile, or a day has begun.
func TestOneIsolateIsCountedInEachRound(t *testing.T) {
	m, db, now := metered(t)
	i := &isolate{identity: identity{account: shop}}
	for range 3 {
		m.used(i, 1)
		m.charge(i, store.Usage{Requests: 10})
		m.flush()
	}
	m.used(i, 1)
	*now = now.Add(2 * time.Minute)
	m.used(i, 5)
	m.charge(i, store.Usage{Requests: 100})
	if _, requests := counted(t, m, db, "2026-05-26"); requests != 34 {
		t.Errorf("%d requests on the first day, want 34", requests)
	}
	if _, requests := counted(t, m, db, "2026-05-27"); requests != 105 {
		t.Errorf("%d requests on the next day, want 105", requests)
	}
	for _, u := range m.totals() {
		if u.Requests != 139 {
			t.Errorf("%d requests in all, want 139", u.Requests)
		}
	}
}

// TestUsageSurvives has a meter begin with what an earlier one has counted.
func TestUsageSurvives(t *testing.T) {
	m, db, now := metered(t)
	m.used(&isolate{identity: identity{account: shop.loads("a", "1")}}, 1)
	m.used(&isolate{identity: identity{account: shop}}, 1)
	m.flush()
	again := newMeter(slog.New(slog.DiscardHandler))
	again.now = func() time.Time { return *now }
	if err := again.open(db); err != nil {
		t.Fatal(err)
	}
	again.used(&isolate{identity: identity{account: shop.loads("a", "1")}}, 1)
	again.used(&isolate{identity: identity{account: shop.loads("a", "2")}}, 1)
	if workers, requests := counted(t, again, db, "2026-05-26"); workers != 2 || requests != 4 {
		t.Errorf("%d Workers and %d requests, want 2 and 4", workers, requests)
	}
}

// TestUsageIsBounded has an app load more Workers than there are lines for.
func TestUsageIsBounded(t *testing.T) {
	m, db, _ := metered(t)
	for n := range maxLines + 500 {
		m.used(&isolate{identity: identity{account: shop.loads(time.Duration(n).String(), "1")}}, 1)
	}
	m.flush()
	lines, others := 0, int64(0)
	db.EachUsage("2026-05-26", "2026-05-26", func(k store.UsageKey, u store.Usage) error {
		lines++
		if k.Worker == otherWorkers {
			others = u.Workers
		}
		return nil
	})
	if lines != maxLines+1 || others != 500 {
		t.Errorf("%d lines, and %d Workers in that of the others, want %d and 500", lines, others, maxLines+1)
	}
}

func TestUsageIsRemoved(t *testing.T) {
	m, db, now := metered(t)
	for range 10 {
		m.used(&isolate{identity: identity{account: shop.loads("a", "1")}}, 1)
		m.flush()
		*now = now.Add(24 * time.Hour)
	}
	m.prune("2026-06-04", 3)
	days := []string{}
	db.EachUsage("2026-01-01", "2026-12-31", func(k store.UsageKey, _ store.Usage) error {
		days = append(days, k.Day)
		return nil
	})
	if len(days) != 4 || days[0] != "2026-06-01" {
		t.Errorf("there are lines of %v, want those from 2026-06-01 to 2026-06-04", days)
	}
}
