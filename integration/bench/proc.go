package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// once sends one request on a connection of its own.
func once(t target, request []byte) error {
	_, err := answerOf(t, request)
	return err
}

func answerOf(t target, request []byte) ([]byte, error) {
	c, err := net.Dial(t.network, t.address)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return exchangeBody(c, bufio.NewReader(c), request)
}

// poolState is what the bench reads of GET /v1/pool.
type poolState struct{ Profiles []profileState }

type profileState struct {
	Starts  int64
	StartMs struct{ P50 float64 }
	Memory  struct{ PrivateBytes, Processes int64 }
}

func (d *daemon) pool() poolState {
	var p poolState
	if body, err := answerOf(d.target, get("/v1/pool")); err != nil || json.Unmarshal(body, &p) != nil || len(p.Profiles) == 0 {
		fmt.Fprintln(os.Stderr, "bench: cannot read /v1/pool:", err)
		p.Profiles = append(p.Profiles, profileState{})
	}
	return p
}

func (d *daemon) starts() int64   { return d.pool().Profiles[0].Starts }
func (d *daemon) bootMs() float64 { return d.pool().Profiles[0].StartMs.P50 }

// private is the private memory of all Workers, in bytes: of their processes, or of the peer's one.
func (s *subject) private() int64 {
	if s.daemon == nil {
		return privateOf(s.pid)
	}
	m := s.daemon.pool().Profiles[0].Memory
	if m.Processes == 0 {
		return 0
	}
	return m.PrivateBytes
}

// privateOf is the private memory of a process, in bytes.
func privateOf(pid int) int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	var sum int64
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) > 1 && strings.HasPrefix(f[0], "Private_") {
			n, _ := strconv.ParseInt(f[1], 10, 64)
			sum += n << 10
		}
	}
	return sum
}

// cpuClock measures processor time of the whole machine, of the daemon and of
// the bench itself, so that the rest is the jails'.
type cpuClock struct {
	pid                   int
	machine, daemon, self time.Duration
}

func startCPU(pid int) cpuClock {
	return cpuClock{pid: pid, machine: machineCPU(), daemon: processCPU(pid), self: selfCPU()}
}

func (c cpuClock) perRequest(n int) string {
	machine, daemon, self := machineCPU()-c.machine, processCPU(c.pid)-c.daemon, selfCPU()-c.self
	each := func(d time.Duration) float64 { return d.Seconds() * 1e6 / float64(n) }
	return fmt.Sprintf("supervisor %.0f µs, jails and kernel %.0f µs, this client %.0f µs", each(daemon), each(machine-daemon-self), each(self))
}

// tick is the unit of /proc's processor times (USER_HZ).
const tick = time.Second / 100

// machineCPU is the busy time of all processors (proc_stat(5)).
func machineCPU() time.Duration {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	var busy time.Duration
	for i, field := range strings.Fields(string(line))[1:] {
		if i == 3 || i == 4 || i > 7 { // idle, iowait, guest
			continue
		}
		n, _ := strconv.ParseInt(field, 10, 64)
		busy += time.Duration(n) * tick
	}
	return busy
}

// processCPU is the time of a process without its children (proc_pid_stat(5)).
func processCPU(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	f := strings.Fields(rest)
	var sum time.Duration
	for _, i := range []int{11, 12} {
		n, _ := strconv.ParseInt(f[i], 10, 64)
		sum += time.Duration(n) * tick
	}
	return sum
}

func selfCPU() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[len(v)/2]
}
