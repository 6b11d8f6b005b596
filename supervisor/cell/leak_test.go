package cell

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// footprint is what a cell has on the host, by kind. Others are there, too.
type footprint struct{ processes, cgroups, mounts, descriptors, goroutines, threads int }

func look(t *testing.T, c *Cell) footprint {
	count := func(pattern string) int {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		return len(paths)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	return footprint{
		processes:   len(below(c.block.WardenPID())),
		cgroups:     count("/sys/fs/cgroup/*/stockade/" + c.block.ID() + "/*/"),
		mounts:      strings.Count(string(mounts), c.block.Dir()),
		descriptors: count("/proc/self/fd/*") + count(fmt.Sprintf("/proc/%d/fd/*", c.block.WardenPID())),
		goroutines:  runtime.NumGoroutine(),
		threads:     count(fmt.Sprintf("/proc/%d/task/*", c.block.WardenPID())),
	}
}

// below are the processes whose ancestor is pid.
func below(pid int) (all []int) {
	children := map[string][]int{}
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		stat, err := os.ReadFile(dir + "/stat") // proc_pid_stat(5): … (name) state parent …
		if err != nil {
			continue
		}
		parent := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))[1]
		child, _ := strconv.Atoi(filepath.Base(dir))
		children[parent] = append(children[parent], child)
	}
	for queue := children[strconv.Itoa(pid)]; len(queue) > 0; queue = queue[1:] {
		all = append(all, queue[0])
		queue = append(queue, children[strconv.Itoa(queue[0])]...)
	}
	return all
}

// settles waits until wrong says nothing any more: what has ended may be closed a moment later.
func settles(t *testing.T, wrong func() string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		text := wrong()
		if text == "" {
			return
		}
		if time.Now().After(end) {
			t.Error(text)
			return
		}
	}
}

func TestAThousandStartsLeaveNothing(t *testing.T) {
	c := startCell(t, testSpec(t))
	cycle := func(n int) {
		for range n {
			spawnReady(t, c).Close()
		}
	}
	cycle(50)
	before := look(t, c)
	cycle(1000)
	settles(t, func() (wrong string) {
		after := look(t, c)
		for _, kind := range []struct {
			name          string
			before, after int
			slack         int
		}{
			{"processes", before.processes, after.processes, 0},
			{"cgroups", before.cgroups, after.cgroups, 0},
			{"mounts", before.mounts, after.mounts, 0},
			{"descriptors", before.descriptors, after.descriptors, 0},
			{"goroutines", before.goroutines, after.goroutines, 0},
			{"threads of the warden", before.threads, after.threads, 16}, // as many as were in system calls at once
		} {
			if kind.after > kind.before+kind.slack {
				wrong += fmt.Sprintf("%s: %d before, %d after\n", kind.name, kind.before, kind.after)
			}
		}
		return wrong
	})
}

func TestCellsLeaveNothing(t *testing.T) {
	spec := testSpec(t)
	cycle := func() {
		c, err := Start(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		spawnReady(t, c).Close()
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	descriptors := func() int {
		open, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(open)
	}
	cycle()
	before := descriptors()
	for range 8 {
		cycle()
	}
	settles(t, func() string {
		if after := descriptors(); after > before {
			return fmt.Sprintf("%d descriptors before, %d after", before, after)
		}
		return ""
	})
	if left, _ := filepath.Glob(filepath.Join(spec.RunDir, "cells", "*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// supervisorMain starts a cell with some Workers, prints the run directory's processes, and waits to be killed.
func supervisorMain() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	c, err := Start(ctx, specIn(os.Getenv("CELL_TEST_RUN")))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println(c.block.WardenPID())
	for range 5 {
		j, err := c.Spawn(ctx)
		if err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println(j.PID())
	}
	fmt.Println("ready")
	select {} // until SIGKILL
}

func TestKilledSupervisorLeavesNothing(t *testing.T) {
	run := testSpec(t).RunDir
	cmd := rerun("supervisor")
	cmd.Env = append(cmd.Env, "CELL_TEST_RUN="+run)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pids []int
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "ready" {
		pid, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(lines.Text())
		}
		pids = append(pids, pid)
	}
	if len(pids) != 6 {
		t.Fatalf("got processes %v", pids)
	}
	if err := Sweep(run); err != nil { // leaves what belongs to the living
		t.Error(err)
	}
	if alive(pids) != 6 {
		t.Fatal("Sweep has ended the cell of a living supervisor")
	}
	ids, err := os.ReadDir(filepath.Join(run, "cells"))
	if err != nil || len(ids) != 1 {
		t.Fatalf("got cells %v, %v", ids, err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	for end := time.Now().Add(time.Minute); alive(pids) > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d of %d processes live on", alive(pids), len(pids))
		}
	}
	if err := Sweep(run); err != nil {
		t.Error(err)
	}
	cells, _ := os.ReadDir(filepath.Join(run, "cells"))
	cgroups, _ := filepath.Glob("/sys/fs/cgroup/*/stockade/" + ids[0].Name())
	if len(cells) > 0 || len(cgroups) > 0 {
		t.Errorf("left: %v %v", cells, cgroups)
	}
}

func alive(pids []int) int {
	n := 0
	for _, pid := range pids {
		if unix.Kill(pid, 0) == nil {
			n++
		}
	}
	return n
}
