package integration

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const greedyWorker = `
export default {
  fetch(request) {
    if (request.url.endsWith("/loop")) for (;;);
    return new Response("good");
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

// TestWhoCalculatesGoesLast has a Worker calculate without an end: its process gets what time the others leave, until it
// has been stopped.
func TestWhoCalculatesGoesLast(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/greedy", code(greedyWorker))
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/good", code(greedyWorker))
	ended := make(chan string, 1)
	go func() {
		status, text, err := d.request("GET", "/v1/workers/greedy/fetch/loop", http.Header{"Stockade-Limits": {`{"cpuMs": 1500}`}}, "")
		ended <- fmt.Sprint(status, text, err)
	}()
	last := 0
	eventually(t, 10*time.Second, func() string {
		for _, pid := range workersOf(t, d) {
			if p := policies(pid); p[unix.SCHED_IDLE] > 0 && len(p) == 1 {
				last = pid
				return ""
			}
		}
		return "no process has been put last"
	})
	if got := d.must(t, http.StatusOK, "GET", "/v1/workers/good/fetch/", ""); got != "good" {
		t.Errorf("the other Worker said %q", got)
	}
	if got := <-ended; !strings.Contains(got, "exceeded CPU time limit") {
		t.Errorf("the Worker that loops got %s", got)
	}
	eventually(t, 10*time.Second, func() string {
		if p := policies(last); p[unix.SCHED_IDLE] > 0 || p[unix.SCHED_NORMAL] == 0 {
			return fmt.Sprintf("the process that has stopped is scheduled as %v", p)
		}
		return ""
	})
	if got := d.must(t, http.StatusOK, "GET", "/v1/workers/greedy/fetch/", ""); got != "good" {
		t.Errorf("the Worker that has stopped looping said %q", got)
	}
}
