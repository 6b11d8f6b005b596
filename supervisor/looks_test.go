package supervisor

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestAgenda(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a agenda
		began := time.Now()
		came := make(chan time.Duration, 10)
		var p [5]appointment
		for n := range p {
			p[n].do = func() { came <- time.Duration(n)*time.Hour + time.Since(began) }
			a.set(&p[n], time.Duration(10-n)*time.Second) // each before the one that the timer is set for
		}
		a.set(&p[4], 20*time.Second) // later than it was
		a.set(&p[0], time.Second)    // earlier
		a.cancel(&p[2])
		a.cancel(&p[2])
		time.Sleep(time.Minute)
		synctest.Wait()
		close(came)
		var got []time.Duration
		for d := range came {
			got = append(got, d)
		}
		want := []time.Duration{time.Second, 3*time.Hour + 7*time.Second, time.Hour + 9*time.Second, 4*time.Hour + 20*time.Second}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if len(a.queue) > 0 || !a.armed.IsZero() {
			t.Errorf("%d are left, and the timer comes at %v", len(a.queue), a.armed)
		}
		p[1].do = func() { a.set(&p[1], time.Hour); a.cancel(&p[1]) } // from within
		a.set(&p[1], 0)
		synctest.Wait()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if len(a.queue) > 0 || !a.armed.IsZero() {
			t.Errorf("%d are left, and the timer comes at %v", len(a.queue), a.armed)
		}
	})
}
