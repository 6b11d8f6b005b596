package integration

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// greedyWorker calculates for some time on the clock: how much it has of a CPU is the machine's matter.
const greedyWorker = `
export default {
  fetch(request) {
    if (request.url.endsWith("/loop")) for (const end = Date.now() + 1500; Date.now() < end;);
    return new Response("good");
  },
};`

// greedyLoader has loaded a greedyWorker.
const greedyLoader = `
export default {
  fetch(request, env) {
    const code = { compatibilityDate: "2026-01-01", mainModule: "a.js", modules: { "a.js": greedy } };
    return env.LOADER.get("greedy", () => code).getEntrypoint().fetch(request);
  },
};`

// policies are how the threads of a process are scheduled.
func policies(pid int) map[uint32]int {
	found := map[uint32]int{}
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	for _, task := range tasks {
		id, _ := strconv.Atoi(filepath.Base(task))
		if attr, err := unix.SchedGetAttr(id, 0); err == nil {
			found[attr.Policy]++
		}
	}
	return found
}

// TestWhoCalculatesGoesLast has a Worker calculate for long: its process gets what time the others leave, until it has an end.
// So does one that another has loaded.
func TestWhoCalculatesGoesLast(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/greedy", code(greedyWorker))
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/good", code(greedyWorker))
	d.putLoader(t, "loader", "const greedy = "+quoted(greedyWorker)+";"+greedyLoader)
	for _, path := range []string{"/v1/workers/greedy/fetch/", "/v1/apps/loader/fetch/"} {
		last := d.putLast(t, path+"loop")
		eventually(t, 10*time.Second, func() string {
			if p := policies(last); p[unix.SCHED_IDLE] > 0 || p[unix.SCHED_NORMAL] == 0 {
				return fmt.Sprintf("%s: the process that has stopped is scheduled as %v", path, p)
			}
			return ""
		})
		if got := d.must(t, http.StatusOK, "GET", path, ""); got != "good" {
			t.Errorf("%s: the Worker that has stopped said %q", path, got)
		}
	}
}

// putLast calls a Worker that calculates, again until its process has been put last: on a busy machine it may have had too
// little of a CPU. It returns the process.
func (d *daemon) putLast(t *testing.T, path string) (last int) {
	t.Helper()
	eventually(t, 10*time.Second, func() string {
		ended := make(chan string, 1)
		go func() {
			status, text, err := d.request("GET", path, nil, "")
			ended <- fmt.Sprint(status, " ", text, " ", err)
		}()
		for {
			if found := lastOf(workersOf(t, d)); found > 0 && last == 0 {
				last = found
				if got := d.must(t, http.StatusOK, "GET", "/v1/workers/good/fetch/", ""); got != "good" {
					t.Errorf("the other Worker said %q", got)
				}
			}
			select {
			case got := <-ended:
				if got != "200 good <nil>" {
					t.Errorf("the Worker that calculates got %s", got)
				}
				if last == 0 {
					return "no process has been put last"
				}
				return ""
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	return last
}

// lastOf is the process of which all threads go last; 0: none.
func lastOf(pids []int) int {
	for _, pid := range pids {
		if p := policies(pid); p[unix.SCHED_IDLE] > 0 && len(p) == 1 {
			return pid
		}
	}
	return 0
}

// turns are how long the threads of a process want to calculate in one turn, in nanoseconds.
func turns(t *testing.T, pid int) map[uint64]int {
	t.Helper()
	found := map[uint64]int{}
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	for _, task := range tasks {
		id, _ := strconv.Atoi(filepath.Base(task))
		if attr, err := unix.SchedGetAttr(id, 0); err == nil {
			found[attr.Runtime]++
		}
	}
	return found
}

// TestWorkersTakeOrdinaryTurns compares the time slices of Workers with those of the daemon, which asks for short ones, and of
// this test, which asks for none.
func TestWorkersTakeOrdinaryTurns(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/good", code(greedyWorker))
	d.must(t, http.StatusOK, "GET", "/v1/workers/good/fetch/", "")
	ordinary, short := turns(t, os.Getpid()), turns(t, d.cmd.Process.Pid)
	if len(short) == 1 && short[0] > 0 || fmt.Sprint(keysOf(short)) == fmt.Sprint(keysOf(ordinary)) {
		t.Skipf("this kernel has no time slices of a process's own: %v, and the daemon's are %v", ordinary, short)
	}
	t.Logf("ordinary turns: %v, the daemon's: %v", ordinary, short)
	for _, pid := range workersOf(t, d) {
		for slice, threads := range turns(t, pid) {
			if ordinary[slice] == 0 {
				t.Errorf("process %d has %d threads with slices of %d ns: ordinary are %v, the daemon's %v", pid, threads, slice, ordinary, short)
			}
		}
	}
}

func keysOf(m map[uint64]int) []uint64 { return slices.Sorted(maps.Keys(m)) }
