package cell

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// BenchmarkStart starts a Worker, waits for Ready, kills and reaps it, with so many at the same time.
func BenchmarkStart(b *testing.B) {
	for _, how := range []string{"exec", "fork"} {
		for _, parallel := range []int{1, 2, 4, 16} {
			b.Run(how+"/"+strconv.Itoa(parallel), func(b *testing.B) { benchmarkStart(b, how, parallel) })
		}
	}
}

func benchmarkStart(b *testing.B, how string, parallel int) {
	spec := testSpec(b)
	spec.Log, spec.Exec = nil, how == "exec"
	c := startCell(b, spec)
	var mu sync.Mutex
	var toReady, toDead, worker time.Duration
	spawnReady(b, c).Close()
	supervisor, warden := selfCPU(), wardenCPU(b, c)
	left := make(chan struct{}, b.N)
	for range b.N {
		left <- struct{}{}
	}
	close(left)
	b.ResetTimer()
	var all sync.WaitGroup
	for range parallel {
		all.Go(func() {
			for range left {
				begin := time.Now()
				j := spawnReady(b, c)
				ready := time.Now()
				j.Close()
				mu.Lock()
				toReady += ready.Sub(begin)
				toDead += time.Since(ready)
				worker += j.Exit().CPU
				mu.Unlock()
			}
		})
	}
	all.Wait()
	b.StopTimer()
	per := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(b.N) }
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "starts/s")
	b.ReportMetric(per(toReady), "µs-ready")
	b.ReportMetric(per(toDead), "µs-kill")
	b.ReportMetric(per(worker), "µs-cpu-worker")
	b.ReportMetric(per(selfCPU()-supervisor), "µs-cpu-supervisor")
	b.ReportMetric(per(wardenCPU(b, c)-warden), "µs-cpu-warden")
}

func selfCPU() time.Duration {
	var u unix.Rusage
	unix.Getrusage(unix.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// wardenCPU reads the run time of the warden's threads, which is exact: proc(5), schedstat.
func wardenCPU(b *testing.B, c *Cell) time.Duration {
	var total time.Duration
	tasks := "/proc/" + strconv.Itoa(c.block.WardenPID()) + "/task"
	threads, err := os.ReadDir(tasks)
	if err != nil {
		b.Fatal(err)
	}
	for _, thread := range threads {
		text, _ := os.ReadFile(tasks + "/" + thread.Name() + "/schedstat")
		nanos, _ := strconv.Atoi(strings.Fields(string(text))[0])
		total += time.Duration(nanos)
	}
	return total
}
