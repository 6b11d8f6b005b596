package zygote_test

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/zygote"
)

var proof string // the binary of testdata/proof

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "zygote")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	proof = filepath.Join(dir, "proof")
	build := exec.Command("go", "build", "-o", proof, "./testdata/proof")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("cannot build proof: %v\n%s", err, out))
	}
	os.Chmod(dir, 0o755)
	before := descriptors("self")
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if after := descriptors("self"); code == 0 && len(after) > len(before)+2 { // a poller's two
		fmt.Fprintln(os.Stderr, "descriptors leaked:", after)
		code = 1
	}
	if _, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); !errors.Is(err, syscall.ECHILD) && code == 0 {
		fmt.Fprintln(os.Stderr, "processes leaked")
		code = 1
	}
	return code
}

// family is a zygote in a user and pid namespace of its own, and the control socket to it.
type family struct {
	cmd *exec.Cmd
	mu  sync.Mutex
	fd  int // guarded by mu: one request and its answer at a time
}

func startFamily(t testing.TB, mode string) *family {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_SEQPACKET|syscall.SOCK_CLOEXEC, 0)
	check(t, err)
	end := os.NewFile(uintptr(fds[1]), "control")
	defer end.Close()
	f := &family{cmd: namespaced(mode), fd: fds[0]}
	f.cmd.ExtraFiles = []*os.File{end}
	f.cmd.Stderr = os.Stderr
	check(t, f.cmd.Start())
	t.Cleanup(func() {
		syscall.Close(f.fd)
		f.cmd.Process.Kill()
		f.cmd.Wait()
	})
	return f
}

// namespaced is proof as root of 65,536 users, or of only one if the test has no privilege to map more.
func namespaced(mode string) *exec.Cmd {
	ids := []syscall.SysProcIDMap{{HostID: 100000, Size: 65536}}
	if os.Geteuid() != 0 {
		ids = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
	}
	gids := slices.Clone(ids)
	if os.Geteuid() != 0 {
		gids[0].HostID = os.Getegid()
	}
	cmd := exec.Command(proof, mode, fmt.Sprint(os.Geteuid()))
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:                 syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID,
		UidMappings:                ids,
		GidMappings:                gids,
		GidMappingsEnableSetgroups: os.Geteuid() == 0,
		Credential:                 &syscall.Credential{NoSetGroups: os.Geteuid() != 0},
	}
	return cmd
}

// child is a forked process: its pidfd, its id here, and a conversation.
type child struct {
	net.Conn
	lines *bufio.Scanner
	pidfd int
}

func (f *family) fork(t testing.TB) *child {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	check(t, err)
	defer syscall.Close(fds[1])
	file := os.NewFile(uintptr(fds[0]), "child")
	defer file.Close()
	conn, err := net.FileConn(file)
	check(t, err)
	f.mu.Lock()
	defer f.mu.Unlock()
	check(t, syscall.Sendmsg(f.fd, []byte{1}, syscall.UnixRights(fds[1]), nil, 0))
	oob := make([]byte, syscall.CmsgSpace(4))
	_, n, _, _, err := syscall.Recvmsg(f.fd, make([]byte, 1), oob, syscall.MSG_CMSG_CLOEXEC)
	check(t, err)
	if n == 0 {
		t.Fatal("the zygote is gone")
	}
	m, err := syscall.ParseSocketControlMessage(oob)
	check(t, err)
	rights, err := syscall.ParseUnixRights(&m[0])
	check(t, err)
	return &child{conn, bufio.NewScanner(conn), rights[0]}
}

// reap is the wait status of some child that ended.
func (f *family) reap(t testing.TB) (status syscall.WaitStatus) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := syscall.Write(f.fd, []byte{1})
	check(t, err)
	b := make([]byte, 16)
	n, err := syscall.Read(f.fd, b)
	check(t, err)
	_, err = fmt.Sscan(string(b[:n]), &status)
	check(t, err)
	return status
}

func (c *child) ask(question string) string {
	c.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintln(c, question)
	if !c.lines.Scan() {
		return fmt.Sprintf("no answer: %v", c.lines.Err())
	}
	return c.lines.Text()
}

func (c *child) close() {
	c.Close()
	syscall.Close(c.pidfd)
}

func (c *child) pid(t testing.TB) string {
	t.Helper()
	return field(t, fmt.Sprintf("/proc/self/fdinfo/%d", c.pidfd), "Pid")[0]
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func field(t testing.TB, file, name string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	check(t, err)
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.Fields(rest)
		}
	}
	t.Fatalf("no %s in %s", name, file)
	return nil
}

func descriptors(pid string) (links []string) {
	entries, _ := os.ReadDir("/proc/" + pid + "/fd")
	for _, e := range entries {
		if link, err := os.Readlink("/proc/" + pid + "/fd/" + e.Name()); err == nil {
			links = append(links, strings.TrimRight(link, "0123456789[]:"))
		}
	}
	slices.Sort(links)
	return links
}

func TestChildrenAreWhole(t *testing.T) {
	for mode, n := range map[string]int{"quiet": 300, "busy": 100} {
		if testing.Short() {
			n /= 10
		}
		t.Run(mode, func(t *testing.T) { forkMany(t, mode, n) })
	}
}

func forkMany(t *testing.T, mode string, n int) {
	f := startFamily(t, mode)
	jobs := make(chan int, n)
	for i := range n {
		jobs <- i
	}
	close(jobs)
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]bool{}
	for range 2 {
		wg.Go(func() {
			for range jobs {
				c := f.fork(t)
				answer := c.ask("whole?")
				if !strings.HasPrefix(answer, "whole ") {
					unix.PidfdSendSignal(c.pidfd, unix.SIGKILL, nil, 0) // it may hang
				}
				c.close()
				status := f.reap(t)
				mu.Lock()
				if !strings.HasPrefix(answer, "whole ") || seen[answer] || status != 0 {
					t.Errorf("answer %q (again: %v), status %#x", answer, seen[answer], status)
				}
				seen[answer] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestChildHasNothingOfItsParents(t *testing.T) {
	f := startFamily(t, "quiet")
	c := f.fork(t)
	defer c.close()
	if a := c.ask("ready?"); a != "ready" {
		t.Fatal(a)
	}
	pid := c.pid(t)
	if got := descriptors(pid); !slices.Equal(got, []string{"anon_inode:[eventfd", "anon_inode:[eventpoll", "socket"}) {
		t.Errorf("descriptors %q", got)
	}
	tasks, err := os.ReadDir("/proc/" + pid + "/task")
	check(t, err)
	for _, task := range tasks {
		status := "/proc/" + pid + "/task/" + task.Name() + "/status"
		for _, set := range []string{"CapEff", "CapPrm", "CapInh", "CapAmb"} {
			if got := field(t, status, set)[0]; strings.Trim(got, "0") != "" {
				t.Errorf("thread %s: %s %s", task.Name(), set, got)
			}
		}
		if got := field(t, status, "NoNewPrivs")[0]; got != "1" {
			t.Errorf("thread %s: no_new_privs %s", task.Name(), got)
		}
		if got := field(t, status, "Uid"); os.Geteuid() == 0 && !slices.Equal(got, []string{"101000", "101000", "101000", "101000"}) {
			t.Errorf("thread %s: uid %s", task.Name(), got)
		}
	}
	if ids := threadIDs(t, pid); !contains(ids, threadIDs(t, fmt.Sprint(f.cmd.Process.Pid))) {
		t.Errorf("thread ids %v, the zygote's are %v", ids, threadIDs(t, fmt.Sprint(f.cmd.Process.Pid)))
	}
}

// A child's first act is to put a filter on all its threads. None of them may have anything left to do that it forbids,
// however late the scheduler lets it run.
func TestThreadsAreDoneWhenForkReturns(t *testing.T) {
	f := startFamily(t, "narrowed")
	var done atomic.Bool
	defer done.Store(true)
	for range 2 * runtime.NumCPU() {
		go func() {
			for !done.Load() {
			}
		}()
	}
	for range 200 {
		c := f.fork(t)
		answer := c.ask("ready?")
		c.close()
		if status := f.reap(t); answer != "ready" || status != 0 {
			t.Fatalf("answer %q, status %#x", answer, status)
		}
	}
}

// threadIDs are those in the innermost pid namespace.
func threadIDs(t *testing.T, pid string) (ids []string) {
	tasks, err := os.ReadDir("/proc/" + pid + "/task")
	check(t, err)
	for _, task := range tasks {
		ns := field(t, "/proc/"+pid+"/task/"+task.Name()+"/status", "NSpid")
		ids = append(ids, ns[len(ns)-1])
	}
	return ids
}

func contains(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

func TestCrashIsTheChildsOwn(t *testing.T) {
	f := startFamily(t, "quiet")
	c := f.fork(t)
	defer c.close()
	c.ask("overflow")
	if status := f.reap(t); status.ExitStatus() != 2 {
		t.Errorf("status %#x, want the exit status 2 of a Go crash", status)
	}
	next := f.fork(t)
	defer next.close()
	if a := next.ask("ready?"); a != "ready" {
		t.Error(a)
	}
}

func TestPidfdKills(t *testing.T) {
	f := startFamily(t, "quiet")
	c := f.fork(t)
	defer c.close()
	check(t, unix.PidfdSendSignal(c.pidfd, unix.SIGKILL, nil, 0))
	if status := f.reap(t); status.Signal() != syscall.SIGKILL {
		t.Errorf("status %#x", status)
	}
}

func TestChildrenDieWithTheirZygote(t *testing.T) {
	f := startFamily(t, "quiet")
	var children []*child
	for range 10 {
		c := f.fork(t)
		defer c.close()
		if a := c.ask("ready?"); a != "ready" {
			t.Fatal(a)
		}
		children = append(children, c)
	}
	check(t, f.cmd.Process.Kill())
	for _, c := range children {
		if n, err := unix.Poll([]unix.PollFd{{Fd: int32(c.pidfd), Events: unix.POLLIN}}, 5000); n != 1 {
			t.Errorf("a child lives on: %v", err)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		mode, want string
		change     func(*exec.Cmd)
	}{
		{"supported", "<nil>", func(c *exec.Cmd) {}},
		{"supported", "cannot fork while GOMAXPROCS is not 1", func(c *exec.Cmd) { c.Env = append(c.Env, "GOMAXPROCS=2") }},
		{"supported", "cannot fork a process that is not the first", func(c *exec.Cmd) { c.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER }},
		{"polling", "or it is in use: device or resource busy", func(c *exec.Cmd) {}},
	} {
		cmd := namespaced(tt.mode)
		tt.change(cmd)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), tt.want) {
			t.Errorf("%s: %q, %v, want %q", tt.mode, out, err, tt.want)
		}
	}
	if err := zygote.Supported(); err == nil {
		t.Error("supported in a test, which is not pid 1")
	}
}

func BenchmarkFork(b *testing.B) {
	f := startFamily(b, "quiet")
	ready(b, f.fork(b))
	f.reap(b)
	start := cpu(b, f.cmd.Process.Pid)
	for b.Loop() {
		ready(b, f.fork(b))
		f.reap(b)
	}
	b.ReportMetric(float64(cpu(b, f.cmd.Process.Pid)-start)/1e6/float64(b.N), "cpu-ms/op")
}

func BenchmarkExec(b *testing.B) {
	var total time.Duration
	for b.Loop() {
		fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		check(b, err)
		ends := []*os.File{os.NewFile(uintptr(fds[0]), "warden"), os.NewFile(uintptr(fds[1]), "child")}
		conn, err := net.FileConn(ends[0])
		check(b, err)
		cmd := exec.Command(proof, "exec")
		cmd.ExtraFiles = ends[1:]
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS}
		check(b, cmd.Start())
		ends[0].Close()
		ends[1].Close()
		fd, err := unix.Dup(0)
		check(b, err)
		ready(b, &child{conn, bufio.NewScanner(conn), fd})
		check(b, cmd.Wait())
		total += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	b.ReportMetric(total.Seconds()*1e3/float64(b.N), "cpu-ms/op")
}

func ready(b *testing.B, c *child) {
	defer c.close()
	if a := c.ask("ready?"); a != "ready" {
		b.Fatal(a)
	}
}

// cpu is the time of the zygote and its reaped children, in nanoseconds.
func cpu(b *testing.B, pid int) (ns int64) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	check(b, err)
	for _, ticks := range strings.Fields(string(stat))[13:17] {
		var n int64
		fmt.Sscan(ticks, &n)
		ns += n * 1e7
	}
	return ns
}
