package cell

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/rpc"
)

// forks is whether Workers start as copies of a warm process: TestForked.
var forks = os.Getenv("CELL_TEST_START") == "fork"

func specIn(dir string) jailer.Spec {
	return jailer.Spec{
		Profile:      "test",
		RunDir:       dir,
		WardenBinary: filepath.Join(programs, "warden"),
		WorkerBinary: filepath.Join(programs, "worker"),
		MaxWorkers:   64,
		Exec:         !forks,
		WorkerMemory: 256 << 20,
		Confinement:  jailer.Confinement{Landlock: jailer.Prefer, Cgroup: jailer.Prefer},
	}
}

func testSpec(t testing.TB) jailer.Spec {
	dir, err := os.MkdirTemp("", "cell-run-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	spec := specIn(dir)
	spec.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	return spec
}

func startCell(t testing.TB, spec jailer.Spec) *Cell {
	c, err := Start(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

// spawnReady starts a Worker and waits for its Ready.
func spawnReady(t testing.TB, c *Cell) *jailer.Jail {
	j, err := c.Spawn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	j.Conn().SetReadDeadline(time.Now().Add(2 * time.Minute))
	frame, err := rpc.ReadFrame(j.Conn(), rpc.Worker)
	if err != nil {
		j.Close()
		t.Fatalf("no Ready: %v; %v\n%s", err, j.Exit(), j.Exit().Output)
	}
	if _, ok := frame.Message.(*rpc.Ready); !ok {
		t.Fatalf("got %v", frame.Type())
	}
	return j
}

func TestAJailLivesAndDies(t *testing.T) {
	c := startCell(t, testSpec(t))
	j := spawnReady(t, c)
	if j.PID() == 0 {
		t.Error("no process id")
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	if exit := j.Exit(); exit.Signal != "SIGKILL" || !exit.Killed || exit.OOM || exit.CPU <= 0 {
		t.Errorf("got %+v", exit)
	}
}

func TestAJailEndsWithItsConversation(t *testing.T) {
	c := startCell(t, testSpec(t))
	j := spawnReady(t, c)
	j.Conn().Close()
	<-j.Done()
	if exit := j.Exit(); exit.Signal != "" || exit.Code != 0 || exit.Killed {
		t.Errorf("got %+v", exit)
	}
	j.Close()
}

func TestEverythingIsEnforcedHere(t *testing.T) {
	c := startCell(t, testSpec(t))
	for _, l := range c.Layers() {
		t.Log(l)
		if l.State != jailer.Enforced && os.Geteuid() == 0 && !sharesCgroup(l) {
			t.Errorf("%s is %s", l.Name, l.State)
		}
	}
	if os.Geteuid() == 0 && len(c.Warnings()) > 0 && !slices.ContainsFunc(c.Layers(), sharesCgroup) {
		t.Errorf("warnings: %v", c.Warnings())
	}
}

// sharesCgroup tells what cgroup v1 leaves of l when Workers are copies.
func sharesCgroup(l jailer.Layer) bool {
	return forks && l.State == jailer.Degraded && (l.Name == "cgroup" || l.Name == "memory") && strings.Contains(l.Detail, "cgroup")
}

func TestTheCellIsFull(t *testing.T) {
	spec := testSpec(t)
	spec.MaxWorkers = 2
	c := startCell(t, spec)
	first, second := spawnReady(t, c), spawnReady(t, c)
	if first.Slot() == second.Slot() {
		t.Error("two jails in one slot")
	}
	if _, err := c.Spawn(t.Context()); !errors.Is(err, ErrFull) {
		t.Errorf("got %v", err)
	}
	first.Close()
	spawnReady(t, c).Close()
	second.Close()
}

func TestCloseEndsEveryJail(t *testing.T) {
	c, err := Start(t.Context(), testSpec(t))
	if err != nil {
		t.Fatal(err)
	}
	j := spawnReady(t, c)
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
	<-j.Done()
	<-c.Done()
	if _, err := c.Spawn(t.Context()); !errors.Is(err, ErrGone) {
		t.Errorf("got %v", err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Errorf("closed again: %v", err)
	}
}

func TestAProgramThatCannotStart(t *testing.T) {
	spec := testSpec(t)
	spec.WorkerBinary = "/bin/sh"
	if _, err := Start(t.Context(), spec); err == nil || !strings.Contains(err.Error(), "dynamically linked") {
		t.Errorf("got %v", err)
	}
	spec.WorkerBinary = filepath.Join(spec.RunDir, "absent")
	if _, err := Start(t.Context(), spec); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestTheRunDirectoryMustBeReachable(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("the directory of one's own is always reachable")
	}
	spec := testSpec(t)
	os.Chmod(spec.RunDir, 0o700)
	if _, err := Start(t.Context(), spec); err == nil || !strings.Contains(err.Error(), "chmod o+x") {
		t.Errorf("got %v", err)
	}
}

func TestSpawnFromManyGoroutines(t *testing.T) {
	c := startCell(t, testSpec(t))
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := range 12 {
				j, err := c.Spawn(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				j.PID()
				if i%3 == 0 {
					go j.Kill()
				}
				if i%4 == 0 {
					j.SetMemory(128 << 20)
				}
				j.Close()
			}
		})
	}
	all.Wait()
}

// TestKillEndsNobodyElse kills jails that are ending by themselves, while others start in the slots that they leave.
func TestKillEndsNobodyElse(t *testing.T) {
	spec := testSpec(t)
	spec.MaxWorkers = 4
	c := startCell(t, spec)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 60 {
				j, err := c.Spawn(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := rpc.ReadFrame(j.Conn(), rpc.Worker); err != nil {
					<-j.Done()
					t.Errorf("killed as another: %v; %v", err, j.Exit())
				}
				j.Conn().Close() // its end
				killUntilDone(j)
			}
		})
	}
	all.Wait()
}

func killUntilDone(j *jailer.Jail) {
	for {
		select {
		case <-j.Done():
			return
		default:
			j.Kill()
		}
	}
}

func TestASpawnThatNobodyWaitsFor(t *testing.T) {
	c := startCell(t, testSpec(t))
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if j, err := c.Spawn(ctx); err == nil {
			j.Close()
		}
		cancel()
	}
	for range 64 { // every slot comes back
		spawnReady(t, c).Close()
	}
}

func TestWhenTheWardenIsKilledEverythingEnds(t *testing.T) {
	c := startCell(t, testSpec(t))
	j := spawnReady(t, c)
	warden, err := os.FindProcess(c.block.WardenPID())
	if err != nil {
		t.Fatal(err)
	}
	warden.Kill()
	<-c.Done()
	<-j.Done()
	if _, err := c.Spawn(t.Context()); !errors.Is(err, ErrGone) {
		t.Errorf("got %v", err)
	}
	j.Close()
}

func TestTwoCellsDoNotKnowEachOther(t *testing.T) {
	spec := testSpec(t)
	first := startCell(t, spec)
	spec.Profile = "other"
	second := startCell(t, spec)
	j := spawnReady(t, first)
	if err := second.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if exit := j.Exit(); exit != (jailer.Exit{}) {
		t.Errorf("the end of another cell has ended it: %v", exit)
	}
	spawnReady(t, first).Close()
	j.Close()
}
