package integration

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slowWorker takes its time, and says how many requests it has.
const slowWorker = `
let requests = 0;
export default {
  async fetch(request) {
    if (request.url.endsWith("/requests")) return new Response(requests);
    const wait = Number(new URL(request.url).searchParams.get("ms"));
    requests++;
    await new Promise((resolve) => setTimeout(resolve, wait));
    requests--;
    return new Response("done");
  },
};`

// awaitRequest waits until slowWorker, stored as slow, has one.
func (d *daemon) awaitRequest(t testing.TB) {
	t.Helper()
	eventually(t, time.Minute, func() string {
		if got := d.must(t, http.StatusOK, "GET", "/v1/workers/slow/fetch/requests", ""); got != "1" {
			return "it has " + got + " requests"
		}
		return ""
	})
}

// process is one that was there at a time: another may have its id later.
type process struct {
	pid   int
	began string // in ticks since the machine has
}

// statOf is what proc_pid_stat(5) says after the name: state, parent, …
func statOf(pid int) ([]string, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:])), nil
}

// processesBelow lists the processes whose ancestor is pid.
func processesBelow(pid int) (all []process) {
	children := make(map[int][]process)
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		child, _ := strconv.Atoi(filepath.Base(dir))
		if stat, err := statOf(child); err == nil {
			parent, _ := strconv.Atoi(stat[1])
			children[parent] = append(children[parent], process{child, stat[19]})
		}
	}
	for queue := children[pid]; len(queue) > 0; queue = queue[1:] {
		all = append(all, queue[0])
		queue = append(queue, children[queue[0].pid]...)
	}
	return all
}

func alive(processes []process) (left []process) {
	for _, p := range processes {
		if stat, err := statOf(p.pid); err == nil && stat[19] == p.began {
			left = append(left, p)
		}
	}
	return left
}

// eventually waits until check returns "", on a machine that is busy for a minute.
func eventually(t testing.TB, within time.Duration, check func() string) {
	t.Helper()
	within = max(within, time.Minute)
	var wrong string
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if wrong = check(); wrong == "" {
			return
		}
	}
	t.Errorf("after %v: %s", within, wrong)
}

// leftovers are the cgroups and mounts that mention dir's cells.
func leftovers(dir string) []string {
	var found []string
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	if strings.Contains(string(mounts), dir) {
		found = append(found, "a mount in "+dir)
	}
	cells, _ := filepath.Glob(filepath.Join(dir, "run", "cells", "*"))
	return append(found, cells...)
}

func TestAWorkerKilledDuringARequestIsNamedAndReplaced(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/slow", code(slowWorker))
	answer := make(chan string, 1)
	go func() {
		status, text, err := d.request("GET", "/v1/workers/slow/fetch/?ms=180000", nil, "")
		answer <- fmt.Sprint(status, text, err)
	}()
	d.awaitRequest(t)
	for _, pid := range workersOf(t, d) {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	select {
	case got := <-answer:
		if !strings.HasPrefix(got, "502") || !strings.Contains(got, `"worker_killed"`) {
			t.Errorf("the request that was under way got %s", got)
		}
	case <-time.After(2 * time.Minute):
		t.Fatal("the request that was under way got no answer")
	}
	if got := d.must(t, http.StatusOK, "GET", "/v1/workers/slow/fetch/?ms=0", ""); got != "done" {
		t.Errorf("the next one got %q", got)
	}
}

// TestProcessesThatDieInThePoolAreReplaced has all processes that wait for a Worker be dead when one is asked for, and the
// daemon learn both at once: whoever asks knows nothing of it.
func TestProcessesThatDieInThePoolAreReplaced(t *testing.T) {
	d := serve(t, testDir(t), "profiles:\n  default: {pool: {size: 6, max_workers: 16}}\n")
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/kept", code(slowWorker))
	for n := range 10 {
		d.must(t, http.StatusOK, "PUT", "/v1/workers/kept?replace=true", code(fmt.Sprint(slowWorker, "//", n))) // it is not warm
		eventually(t, time.Minute, func() string {
			if p := d.pools(t); p.Idle < 6 {
				return fmt.Sprintf("%d of 6 wait", p.Idle)
			}
			return ""
		})
		request := "GET /v1/workers/kept/fetch/?ms=0 HTTP/1.1\r\nHost: localhost\r\n\r\n"
		if body := code(slowWorker); n%2 == 0 {
			request = fmt.Sprintf("POST /v1/run HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		}
		if status, text := d.killedPoolGets(t, request); status != http.StatusOK {
			t.Fatalf("%.40q: %d %s", request, status, text)
		}
	}
}

// killedPoolGets sends a request to the daemon while it is stopped, and its workers are being killed.
func (d *daemon) killedPoolGets(t *testing.T, request string) (int, string) {
	t.Helper()
	conn, err := net.Dial("unix", d.socket)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	d.cmd.Process.Signal(syscall.SIGSTOP)
	defer d.cmd.Process.Signal(syscall.SIGCONT)
	all := processesBelow(d.cmd.Process.Pid)
	workers := workersOf(t, d)
	killed := slices.DeleteFunc(all, func(p process) bool { return !slices.Contains(workers, p.pid) })
	for _, p := range killed {
		syscall.Kill(p.pid, syscall.SIGKILL)
	}
	eventually(t, time.Minute, func() string { return text(alive(killed)) }) // and what they had open is closed
	io.WriteString(conn, request)
	d.cmd.Process.Signal(syscall.SIGCONT)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// workersOf are the daemon's worker processes: those that run stockade-worker.
func workersOf(t testing.TB, d *daemon) []int {
	t.Helper()
	var workers []int
	for _, p := range processesBelow(d.cmd.Process.Pid) {
		pid := p.pid
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil || !strings.Contains(string(status), "\nUid:\t") {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(string(status), "Name:\t"), "\n")
		uid, _, _ := strings.Cut(strings.SplitN(string(status), "\nUid:\t", 2)[1], "\t")
		ns := strings.Fields(strings.SplitN(strings.SplitN(string(status), "\nNSpid:", 2)[1], "\n", 2)[0])
		if strings.HasPrefix(name, "stockade-worker"[:15]) || strings.HasPrefix(name, "worker") {
			if u, _ := strconv.Atoi(uid); u > 0 && ns[len(ns)-1] == "1" && !isZygote(pid) {
				workers = append(workers, pid)
			}
		}
	}
	if len(workers) == 0 {
		t.Fatal("no worker process found")
	}
	return workers
}

// isZygote tells a process that has children from one that is a Worker.
func isZygote(pid int) bool { return len(processesBelow(pid)) > 0 }

func TestNothingIsLeftOfAnOrderlyEnd(t *testing.T) {
	dir := testDir(t)
	d := serve(t, dir, smallPool)
	d.must(t, http.StatusOK, "POST", "/v1/run", code(slowWorker))
	processes := processesBelow(d.cmd.Process.Pid)
	if len(processes) < 3 {
		t.Fatalf("only %d processes", len(processes))
	}
	d.stop(t)
	eventually(t, 5*time.Second, func() string { return text(alive(processes)) })
	eventually(t, 2*time.Second, func() string { return text(leftovers(dir)) })
}

func text[T any](left []T) string {
	if len(left) == 0 {
		return ""
	}
	return fmt.Sprintf("left: %v", left)
}

func TestKill9OfTheSupervisorLeavesNothingAndLosesNothing(t *testing.T) {
	dir := testDir(t)
	d := serve(t, dir, smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/kept", code(slowWorker))
	processes := processesBelow(d.cmd.Process.Pid)
	d.cmd.Process.Kill()
	<-d.ended
	d.ended <- nil
	eventually(t, 5*time.Second, func() string { return text(alive(processes)) })

	again := serve(t, dir, smallPool)
	if got := again.must(t, http.StatusOK, "GET", "/v1/workers/kept/fetch/?ms=0", ""); got != "done" {
		t.Errorf("%q", got)
	}
	again.stop(t)
	eventually(t, 2*time.Second, func() string { return text(leftovers(dir)) })
	out, err := exec.Command(program("stockade"), "store", "check", "--state-dir", filepath.Join(dir, "state")).CombinedOutput()
	if err != nil {
		t.Errorf("store check: %v\n%s", err, out)
	}
}

func TestADrainFinishesWhatIsUnderWay(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/slow", code(slowWorker))
	answer := make(chan string, 1)
	go func() {
		status, text, err := d.request("GET", "/v1/workers/slow/fetch/?ms=4000", nil, "")
		answer <- fmt.Sprint(status, " ", text, " ", err)
	}()
	d.awaitRequest(t)
	d.ending = true
	d.cmd.Process.Signal(syscall.SIGTERM)
	if got := <-answer; got != "200 done <nil>" {
		t.Errorf("the request under way got %s", got)
	}
}

func TestABadPolicyKeepsTheOldOne(t *testing.T) {
	dir := testDir(t)
	d := serve(t, dir, smallPool)
	config := filepath.Join(dir, "stockade.yaml")
	write(t, config, fmt.Sprintf(policyHead, dir)+"profiles:\n  default:\n    pool: {sise: 2}\n")
	d.cmd.Process.Signal(syscall.SIGHUP)
	eventually(t, 5*time.Second, func() string {
		if strings.Contains(d.log.String(), "stockade.yaml:7:") && strings.Contains(d.log.String(), "size") {
			return ""
		}
		return "the log doesn't name the mistake: " + d.log.String()
	})
	d.must(t, http.StatusOK, "POST", "/v1/run", code(slowWorker))

	write(t, config, fmt.Sprintf(policyHead, dir)+"roles:\n  - {name: readers, match: {uids: [0]}, allow: [read]}\n"+smallPool)
	d.cmd.Process.Signal(syscall.SIGHUP)
	eventually(t, 5*time.Second, func() string {
		status, text, err := d.request("POST", "/v1/run", nil, code(slowWorker))
		if status == http.StatusForbidden {
			return ""
		}
		return fmt.Sprint("the new role doesn't hold: ", status, text, err)
	})
}

// TestALoadNeverReusesAProcess looks at what a second run could find of the
// first, on a pool of one.
func TestALoadNeverReusesAProcess(t *testing.T) {
	d := serve(t, testDir(t), "profiles:\n  default:\n    pool: {size: 1, max_workers: 1}\n")
	const mark = `if (globalThis.mark) throw new Error("a process was used again"); globalThis.mark = 1;
export default { fetch() { return new Response("fresh"); } };`
	for range 20 {
		if got := d.must(t, http.StatusOK, "POST", "/v1/run", code(mark)); field(t, got, "response.body") != "fresh" {
			t.Fatal(got)
		}
	}
}

// TestTheLeastRecentlyUsedMakesRoom loads more Workers than there is place.
func TestTheLeastRecentlyUsedMakesRoom(t *testing.T) {
	d := serve(t, testDir(t), "profiles:\n  default:\n    pool: {size: 0, max_workers: 3}\n")
	for n := range 6 {
		id := fmt.Sprintf("/v1/workers/w%d", n)
		d.must(t, http.StatusCreated, "PUT", id, code(slowWorker))
		d.must(t, http.StatusOK, "GET", id+"/fetch/?ms=0", "")
	}
	if warm := field(t, d.must(t, http.StatusOK, "GET", "/v1/workers/w0", ""), "warm"); warm != false {
		t.Error("the first of six is still warm where there is place for three")
	}
	d.must(t, http.StatusOK, "GET", "/v1/workers/w0/fetch/?ms=0", "") // loaded again
}

func TestAnIdleWorkerIsEvicted(t *testing.T) {
	d := serve(t, testDir(t), "profiles:\n  default:\n    pool: {size: 1, max_workers: 3, idle_ttl: 1s}\n")
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/w", code(slowWorker))
	eventually(t, 10*time.Second, func() string {
		if field(t, d.must(t, http.StatusOK, "GET", "/v1/workers/w", ""), "warm") == false {
			return ""
		}
		return "it is still warm"
	})
	d.must(t, http.StatusOK, "GET", "/v1/workers/w/fetch/?ms=0", "")
}

func TestABurstBeyondThePoolQueues(t *testing.T) {
	d := serve(t, testDir(t), "profiles:\n  default:\n    pool: {size: 1, max_workers: 2, queue: {length: 100, timeout: 2m}}\n")
	answers := make(chan int, 40)
	for range cap(answers) {
		go func() {
			status, _, _ := d.request("POST", "/v1/run", nil, code(slowWorker))
			answers <- status
		}()
	}
	for range cap(answers) {
		if status := <-answers; status != http.StatusOK {
			t.Errorf("%d", status)
		}
	}
}

func TestAFullQueueIsSaidSo(t *testing.T) {
	d := serve(t, testDir(t), "profiles:\n  default:\n    pool: {size: 0, max_workers: 1, queue: {length: 1, timeout: 3s}}\n")
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/slow", code(slowWorker))
	go d.request("GET", "/v1/workers/slow/fetch/?ms=20000", nil, "")
	d.awaitRequest(t)
	got := d.must(t, http.StatusServiceUnavailable, "POST", "/v1/run", code(slowWorker))
	if field(t, got, "error.kind") != "overloaded" {
		t.Error(got)
	}
}
