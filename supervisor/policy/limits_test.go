package policy

import (
	"math"
	"reflect"
	"testing"
	"time"
)

func requested(cpu, subRequests int64) RequestedLimits {
	c, s := Millis(cpu), Count(subRequests)
	return RequestedLimits{&c, &s}
}

func TestEffectiveLimits(t *testing.T) {
	none := RequestedLimits{}
	cpuOnly := RequestedLimits{CPU: requested(20, 0).CPU}
	type limits struct{ cpu, subRequests int64 }
	for _, c := range []struct {
		name               string
		standard, most     limits
		role               limits
		code, call         RequestedLimits
		wantCPU, wantCalls int64
	}{
		{"nothing asked", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, none, none, 30, 5},
		{"code lowers", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, requested(10, 1), none, 10, 1},
		{"code raises", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, requested(90, 40), none, 90, 40},
		{"code asks for too much", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, requested(101, 51), none, 100, 50},
		{"call lowers", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, none, requested(10, 1), 10, 1},
		{"call raises", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, none, requested(90, 40), 90, 40},
		{"call below code", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, requested(90, 40), requested(60, 7), 60, 7},
		{"call above code", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, requested(10, 1), requested(60, 7), 10, 1},
		{"one from each", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, requested(10, 7), requested(60, 1), 10, 1},
		{"only one limit asked", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, cpuOnly, none, 20, 5},
		{"code one limit, call both", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, cpuOnly, requested(40, 9), 20, 9},
		{"role below the default", limits{30, 5}, limits{100, 50}, limits{20, 2}, none, none, 20, 2},
		{"role below the request", limits{30, 5}, limits{100, 50}, limits{40, 6}, requested(90, 40), none, 40, 6},
		{"role above max", limits{30, 5}, limits{100, 50}, limits{1000, 500}, requested(900, 400), none, 100, 50},
		{"role with one ceiling", limits{30, 5}, limits{100, 50}, limits{20, Unlimited}, requested(90, 40), none, 20, 40},
		{"unlimited asked", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, requested(Unlimited, Unlimited), none, 100, 50},
		{"unlimited allowed", limits{30, 5}, limits{Unlimited, Unlimited}, limits{Unlimited, Unlimited}, requested(Unlimited, Unlimited), none, Unlimited, Unlimited},
		{"nothing wanted", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, requested(0, 0), none, 0, 0},
		{"negative in code", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, requested(-1, -1), none, 0, 0},
		{"negative in call", limits{30, 5}, limits{100, 50}, limits{Unlimited, Unlimited}, requested(9, 9), requested(-1, -1), 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			profile, role := defaultProfile("p"), defaultRole()
			set := func(l *Limits, to limits) { l.CPU, l.SubRequests = Millis(to.cpu), Count(to.subRequests) }
			set(&profile.Limits.Default, c.standard)
			set(&profile.Limits.Max, c.most)
			set(&role.Limits, c.role)
			got := EffectiveLimits(profile, role, c.code, c.call)
			want := profile.Limits.Default
			set(&want, limits{c.wantCPU, c.wantCalls})
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestRoleLowersEveryLimit(t *testing.T) {
	for _, key := range limitKeys {
		profile, role := defaultProfile("p"), defaultRole()
		*key.of(&role.Limits) = 0
		got := EffectiveLimits(profile, role, RequestedLimits{}, RequestedLimits{})
		want := profile.Limits.Default
		*key.of(&want) = 0
		if got != want {
			t.Errorf("%s: got %+v, want %+v", key.name, got, want)
		}
	}
}

func TestLimitKeysMatchTheStruct(t *testing.T) {
	keys := fieldsOf(reflect.TypeFor[Limits]()).keys
	if len(keys) != len(limitKeys) {
		t.Fatalf("%d fields, %d keys", len(keys), len(limitKeys))
	}
	for i, key := range limitKeys {
		var limits Limits
		*key.of(&limits) = 1
		if key.name != keys[i] || reflect.ValueOf(limits).Field(i).Int() != 1 {
			t.Errorf("field %d is %s, key %d is %s", i, keys[i], i, key.name)
		}
		if !(0 <= key.low && key.low <= key.standard && key.standard <= key.most && key.most <= key.high) {
			t.Errorf("%s: %d ≤ %d ≤ %d ≤ %d does not hold", key.name, key.low, key.standard, key.most, key.high)
		}
	}
}

func TestLayersMatchTheStruct(t *testing.T) {
	for i, key := range fieldsOf(reflect.TypeFor[Confinement]()).keys {
		var confinement Confinement
		*layers[i].of(&confinement) = Off
		if layers[i].name != key || reflect.ValueOf(confinement).Field(i).String() != string(Off) {
			t.Errorf("field %d is %s, layer %d is %s", i, key, i, layers[i].name)
		}
	}
}

func TestMillisDuration(t *testing.T) {
	for _, c := range []struct {
		in   Millis
		want time.Duration
	}{
		{0, 0}, {1500, 1500 * time.Millisecond}, {Unlimited, math.MaxInt64}, {Unlimited / 1000, math.MaxInt64},
	} {
		if got := c.in.Duration(); got != c.want {
			t.Errorf("%d ms: got %v, want %v", int64(c.in), got, c.want)
		}
	}
}

func TestBytesString(t *testing.T) {
	for in, want := range map[Bytes]string{
		0: "0", 1: "1", 1023: "1023", 1024: "1KiB", 1536: "1536", 64 << 20: "64MiB", 3 << 30: "3GiB", Unlimited: "unlimited",
	} {
		if got := in.String(); got != want {
			t.Errorf("%d: got %s, want %s", int64(in), got, want)
		}
	}
}

// FuzzEffectiveLimits: never above a ceiling, never negative, and whoever asks for more, or is allowed more, never gets
// less.
func FuzzEffectiveLimits(f *testing.F) {
	f.Add(int64(30), int64(100), int64(50), int64(10), int64(20), int64(1), uint8(3))
	f.Add(int64(0), int64(Unlimited), int64(Unlimited), int64(-1), int64(Unlimited), int64(5), uint8(1))
	f.Fuzz(func(t *testing.T, standard, most, ceiling, code, call, more int64, asked uint8) {
		standard, most, ceiling, more = natural(standard), natural(most), natural(ceiling), natural(more)
		get := func(most, ceiling, code, call int64) int64 {
			profile, role := defaultProfile("p"), defaultRole()
			profile.Limits.Default.CPU, profile.Limits.Max.CPU, role.Limits.CPU = Millis(standard), Millis(most), Millis(ceiling)
			profile.Limits.Default.SubRequests, profile.Limits.Max.SubRequests, role.Limits.SubRequests = Count(standard), Count(most), Count(ceiling)
			byCode, byCall := requested(code, code), requested(call, call)
			if asked&1 == 0 {
				byCode = RequestedLimits{}
			}
			if asked&2 == 0 {
				byCall = RequestedLimits{}
			}
			got := EffectiveLimits(profile, role, byCode, byCall)
			if int64(got.CPU) != int64(got.SubRequests) {
				t.Errorf("the same for both gave %d and %d", got.CPU, got.SubRequests)
			}
			return int64(got.CPU)
		}
		got := get(most, ceiling, code, call)
		if got < 0 || got > most || got > ceiling {
			t.Errorf("got %d with max %d and ceiling %d", got, most, ceiling)
		}
		if asked&1 != 0 && got > natural(code) || asked&2 != 0 && got > natural(call) {
			t.Errorf("got %d, code asked for %d and call for %d", got, code, call)
		}
		for name, raised := range map[string]int64{
			"max":     get(plus(most, more), ceiling, code, call),
			"ceiling": get(most, plus(ceiling, more), code, call),
			"code":    get(most, ceiling, plus(code, more), call),
			"call":    get(most, ceiling, code, plus(call, more)),
		} {
			if raised < got {
				t.Errorf("%s raised by %d: %d became %d", name, more, got, raised)
			}
		}
	})
}

func natural(n int64) int64 { return max(0, n) }

func plus(a, b int64) int64 {
	if a > 0 && b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + b
}
