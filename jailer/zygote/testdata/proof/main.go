// Command proof is a zygote for the tests, and its children check from inside that they are whole processes.
package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/dop251/goja"
	"github.com/evanw/esbuild/pkg/api"
	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/seccomp"
	"stockade.dev/stockade/jailer/zygote"
)

const control = 3

var (
	engine  *goja.Runtime
	inChild atomic.Bool
	sink    atomic.Pointer[[]byte]
)

func main() {
	runtime.LockOSThread()
	switch os.Args[1] {
	case "supported":
		fmt.Println(zygote.Supported())
	case "polling":
		fmt.Println(forkPolling())
	case "exec":
		warm()
		serveChild(control)
	case "busy":
		keepBusy()
		fallthrough
	default:
		warm()
		serveZygote(os.Args[2] == "0")
	}
}

func warm() {
	engine = goja.New()
	var js strings.Builder
	for i := range 100 {
		fmt.Fprintf(&js, "class N%[1]d { constructor(a) { this.list = []; for (let i = 0; i < a; i++) this.list.push({ id: i }); }\n"+
			" sum() { let s = 0; for (const e of this.list) s += e.id; return s + %[1]d; } }\n"+
			"globalThis.f%[1]d = function (x) { return x > 100 ? JSON.stringify([x]) : new N%[1]d(x).sum(); };\n", i)
	}
	if _, err := engine.RunScript("core.js", js.String()); err != nil {
		panic(err)
	}
	transform("0")
	runtime.GC()
}

func transform(expression string) string {
	r := api.Transform("{ const x: number = "+expression+"; globalThis.result = x ?? 0 }",
		api.TransformOptions{Loader: api.LoaderTS, Target: api.ES2017})
	return string(r.Code)
}

// keepBusy has goroutines running, timers pending and the collector at work while the main goroutine forks.
func keepBusy() {
	for range 3 {
		go func() {
			for i := 1; !inChild.Load(); i++ {
				sink.Store(&[]byte{1, 2, 3})
				if i%1000 == 0 {
					time.Sleep(50 * time.Microsecond)
				}
				if i%5000 == 0 {
					go runtime.GC()
				}
			}
		}()
	}
}

func forkPolling() error {
	var p [2]int
	if err := syscall.Pipe2(p[:], syscall.O_NONBLOCK); err != nil {
		return err
	}
	defer os.NewFile(uintptr(p[0]), "pipe").Close()
	_, _, err := zygote.Fork(zygote.Options{})
	return err
}

// serveZygote answers a message with a descriptor by a pidfd, and one without by the wait status of a child.
func serveZygote(privileged bool) {
	o := zygote.Options{Namespaces: unix.CLONE_NEWIPC | unix.CLONE_NEWUTS}
	if privileged {
		o.UID, o.GID = 1000, 1001
	}
	b, oob := make([]byte, 1), make([]byte, syscall.CmsgSpace(4))
	for {
		n, oobn, _, _, err := syscall.Recvmsg(control, b, oob, 0)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil || n == 0:
			return
		case oobn == 0:
			var status syscall.WaitStatus
			if _, err := syscall.Wait4(-1, &status, 0, nil); err != nil {
				panic(err)
			}
			must(syscall.Sendmsg(control, fmt.Append(nil, uint32(status)), nil, nil, 0))
		default:
			m, _ := syscall.ParseSocketControlMessage(oob)
			fds, _ := syscall.ParseUnixRights(&m[0])
			forkOne(o, fds[0])
		}
	}
}

func forkOne(o zygote.Options, socket int) {
	o.Keep = []int{socket}
	pid, pidfd, err := zygote.Fork(o)
	must(err)
	if pid == 0 {
		inChild.Store(true)
		if os.Args[1] == "narrowed" {
			must(forbidCapset())
		}
		runtime.UnlockOSThread()
		serveChild(socket)
		os.Exit(0)
	}
	must(syscall.Sendmsg(control, []byte{1}, syscall.UnixRights(pidfd), nil, 0))
	must(syscall.Close(pidfd))
	must(syscall.Close(socket))
}

// forbidCapset kills this process at the next capset(2) of any of its threads.
func forbidCapset() error {
	rules := seccomp.Calls(seccomp.KillProcess, unix.SYS_CAPSET)
	filter, err := seccomp.Policy{Rules: rules, Default: seccomp.Allow}.Assemble()
	if err != nil {
		return err
	}
	return seccomp.Install(filter)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// serveChild answers line by line.
func serveChild(fd int) {
	f := os.NewFile(uintptr(fd), "socket")
	conn, err := net.FileConn(f)
	must(err)
	must(f.Close())
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		switch lines.Text() {
		case "ready?":
			fmt.Fprintln(conn, "ready")
		case "whole?":
			fmt.Fprintln(conn, whole(conn))
		case "overflow":
			debug.SetMaxStack(1 << 20)
			deep(1 << 30)
		}
	}
}

// whole tries what a process with threads missing, or with a part of its parent's state, would fail at or hang in.
func whole(conn net.Conn) string {
	for _, check := range []func() error{timers, channels, func() error { return poller(conn) }, scripts, garbage, preemption,
		blockedThreads, faults, deepStack, allThreads, moreProcessors} {
		if err := check(); err != nil {
			return err.Error()
		}
	}
	b := make([]byte, 8)
	if _, err := rand.Read(b); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("whole %x", b)
}

func timers() error {
	start := time.Now()
	time.Sleep(2 * time.Millisecond)
	fired := make(chan bool)
	time.AfterFunc(2*time.Millisecond, func() { close(fired) })
	<-fired
	if d := time.Since(start); d < 4*time.Millisecond {
		return fmt.Errorf("timers fired after %v", d)
	}
	return nil
}

func channels() error {
	c := make(chan int)
	go func() {
		defer close(c)
		for i := range 1000 {
			c <- i
		}
	}()
	sum := 0
	for i := range c {
		sum += i
	}
	if sum != 499500 {
		return fmt.Errorf("sum %d", sum)
	}
	return nil
}

func poller(conn net.Conn) error {
	must(conn.SetReadDeadline(time.Now().Add(2 * time.Millisecond)))
	defer conn.SetReadDeadline(time.Time{})
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("read past its deadline: %v", err)
	}
	p, q, err := pair()
	if err != nil {
		return err
	}
	defer p.Close()
	go func() {
		defer q.Close()
		time.Sleep(time.Millisecond)
		fmt.Fprint(q, "x")
	}()
	_, err = p.Read(make([]byte, 1))
	return err
}

func pair() (*os.File, *os.File, error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK, 0)
	return os.NewFile(uintptr(fds[0]), "a"), os.NewFile(uintptr(fds[1]), "b"), err
}

func scripts() error {
	v, err := engine.RunString(transform("f7(5) + f99(3)") + "; result")
	if err != nil || v.ToInteger() != 10+7+3+99 {
		return fmt.Errorf("script: %v, %v", v, err)
	}
	return nil
}

func garbage() error {
	for range 128 {
		b := make([]byte, 1<<20)
		b[len(b)/2] = 1
		sink.Store(&b)
	}
	sink.Store(nil)
	runtime.GC()
	debug.FreeOSMemory()
	return nil
}

// preemption: spin makes no call, so only a signal by the monitor thread takes the one P from it.
func preemption() error {
	var stop atomic.Bool
	done := make(chan bool)
	go func() { done <- spin(&stop) }()
	time.Sleep(time.Millisecond)
	runtime.ReadMemStats(new(runtime.MemStats)) // stops the world
	stop.Store(true)
	if !<-done {
		return errors.New("a busy loop was not preempted")
	}
	return nil
}

//go:noinline
func spin(stop *atomic.Bool) bool {
	for range 10_000_000_000 {
		if stop.Load() {
			return true
		}
	}
	return false
}

func blockedThreads() error {
	var wg sync.WaitGroup
	for range 6 {
		var p [2]int
		if err := syscall.Pipe(p[:]); err != nil {
			return err
		}
		wg.Go(func() { syscall.Read(p[0], make([]byte, 1)); syscall.Close(p[0]) })
		wg.Go(func() { syscall.Write(p[1], []byte{1}); syscall.Close(p[1]) })
	}
	wg.Wait()
	return nil
}

// faults takes a SIGSEGV on every thread, resumed ones too: each needs its signal stack.
func faults() error {
	var wg sync.WaitGroup
	var caught atomic.Int32
	start := make(chan bool)
	for range 8 {
		wg.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			<-start
			defer func() { recover(); caught.Add(1) }()
			var p *int
			*p = 1
		})
	}
	close(start)
	wg.Wait()
	if caught.Load() != 8 {
		return fmt.Errorf("%d of 8 faults caught", caught.Load())
	}
	return nil
}

func deepStack() (err error) {
	defer func() {
		if r := recover(); r != "bottom" {
			err = fmt.Errorf("recovered %v", r)
		}
	}()
	deep(20000)
	return nil
}

//go:noinline
func deep(n int) int {
	var pad [64]byte
	if n == 0 {
		panic("bottom")
	}
	pad[n%64] = 1
	return deep(n-1) + int(pad[3])
}

// allThreads needs the runtime to know every thread by its id.
func allThreads() error {
	if _, _, errno := syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_SET_TIMERSLACK, 50000, 0); errno != 0 {
		return errno
	}
	return nil
}

func moreProcessors() error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var wg sync.WaitGroup
	var sum atomic.Int64
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				sum.Add(int64(len(make([]byte, 1024))))
			}
		})
	}
	wg.Wait()
	runtime.GC()
	if sum.Load() != 8*1000*1024 {
		return fmt.Errorf("sum %d", sum.Load())
	}
	return nil
}
