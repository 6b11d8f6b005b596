package workerproc

import (
	"runtime"
	"testing"
	"time"

	"stockade.dev/stockade/rpc"
)

const hello = `export default { fetch() { return new Response("hello") } }`

// BenchmarkCold is from Ready to the answer of a Worker's first request, in
// CPU time of both ends (cpu-µs/op), with the frames of both in one write.
func BenchmarkCold(b *testing.B) {
	runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(runtime.NumCPU())
	var cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		s := startWith(b, benchPlatform)
		runtime.GC()
		b.StartTimer()
		from := cpuTime()
		err := s.conn.Send(rpc.Frame{Message: worker("main.js", hello)}, rpc.Frame{ID: 1, Message: get()})
		if err != nil {
			b.Fatal(err)
		}
		for !isHead(s.receive()) {
		}
		cpu += cpuTime() - from
		b.StopTimer()
		s.stop()
		s.ended <- nil // for Cleanup
		b.StartTimer()
	}
	b.ReportMetric(float64(cpu.Microseconds())/float64(b.N), "cpu-µs/op")
}

// BenchmarkWarm is one request after the other to one isolate.
func BenchmarkWarm(b *testing.B) {
	runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(runtime.NumCPU())
	s := startWith(b, benchPlatform)
	if err := s.load(worker("main.js", hello)); err != nil {
		b.Fatal(err)
	}
	from := cpuTime()
	for b.Loop() {
		s.invoke(get())
	}
	b.ReportMetric(float64((cpuTime()-from).Microseconds())/float64(b.N), "cpu-µs/op")
}

// BenchmarkPrepare is what a process does before it is ready.
func BenchmarkPrepare(b *testing.B) {
	for b.Loop() {
		if _, err := prepare("goja", benchPlatform); err != nil {
			b.Fatal(err)
		}
	}
}

var benchPlatform = real
