package workerproc

import (
	"runtime"
	"testing"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

const hello = `export default { fetch() { return new Response("hello") } }`

// BenchmarkCold is from Ready to the answer of a Worker's first request, in
// CPU time of both ends (cpu-µs/op), with the frames of both in one write.
func BenchmarkCold(b *testing.B) { benchmarkEach(b, benchmarkCold) }

func benchmarkCold(b *testing.B) {
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
func BenchmarkWarm(b *testing.B) { benchmarkEach(b, benchmarkWarm) }

func benchmarkWarm(b *testing.B) {
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
func BenchmarkPrepare(b *testing.B) { benchmarkEach(b, benchmarkPrepare) }

func benchmarkPrepare(b *testing.B) {
	for b.Loop() {
		if _, err := prepare(engineOf(b), benchPlatform); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoad is the load alone, without a conversation, in a process that
// has been prepared.
func BenchmarkLoad(b *testing.B) { benchmarkEach(b, benchmarkLoad) }

func benchmarkLoad(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		p, err := prepare(engineOf(b), benchPlatform)
		if err != nil {
			b.Fatal(err)
		}
		load := worker("main.js", hello)
		runtime.GC()
		b.StartTimer()
		if err := p.isolate.receiveLoad(load); err != nil || p.isolate.loadFailure != nil {
			b.Fatal(err, p.isolate.loadFailure)
		}
		b.StopTimer()
		p.isolate.watchdog.stop()
		b.StartTimer()
	}
}

// BenchmarkHeap is the memory that an isolate with hello takes (heap-KiB).
func BenchmarkHeap(b *testing.B) { benchmarkEach(b, benchmarkHeap) }

func benchmarkHeap(b *testing.B) {
	var isolates []*isolate
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	own := int64(0)
	for b.Loop() {
		i, err := newIsolate(engines[engineOf(b)], benchPlatform)
		if err != nil {
			b.Fatal(err)
		}
		if err := i.receiveLoad(worker("main.js", hello)); err != nil || i.loadFailure != nil {
			b.Fatal(err, i.loadFailure)
		}
		i.watchdog.stop()
		if h, is := i.engine.(engine.Heap); is {
			own += h.Heap()
		}
		isolates = append(isolates, i)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	total := int64(after.HeapAlloc) - int64(before.HeapAlloc) + own
	b.ReportMetric(float64(total)/float64(len(isolates))/1024, "heap-KiB")
	runtime.KeepAlive(isolates)
}

func benchmarkEach(b *testing.B, benchmark func(*testing.B)) {
	for _, name := range engineNames {
		b.Run(name, benchmark)
	}
}

var benchPlatform = real
