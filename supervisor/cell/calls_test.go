package cell

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/elastic/go-seccomp-bpf/arch"

	"stockade.dev/stockade/jailer/narrow"
)

// beyond are numbers that are no system call of this machine's: those after the last, and on amd64 those of the x32 ABI.
var beyond = []int{500, 511, 512, 547, 1023, 4095, 1 << 30, 1<<30 | 1, 1<<30 | 59, 1<<30 | 520, 1<<31 - 1}

// TestEverySystemCall makes every system call there is, each in a narrowed process of its own. All but those on the list
// must end the process, and the supervisor must know which it was.
func TestEverySystemCall(t *testing.T) {
	spec := testSpec(t)
	spec.WorkerBinary = filepath.Join(programs, "victim")
	c := startCell(t, spec)
	names := callNames(t)
	allowed := narrow.Calls()
	var (
		work sync.WaitGroup
		turn = make(chan struct{}, 4)
		mu   sync.Mutex
		sum  = map[string]int{}
	)
	count := func(came string) {
		mu.Lock()
		defer mu.Unlock()
		sum[came]++
	}
	for _, number := range slices.Concat(numbersOf(names), beyond) {
		if slices.Contains(allowed, uint32(number)) {
			count("allowed")
			continue
		}
		turn <- struct{}{}
		work.Go(func() {
			defer func() { <-turn }()
			count(attemptCall(t, c, number, names[number]))
		})
	}
	work.Wait()
	t.Logf("system calls by what became of them: %v", sum)
	if sum["killed"] < 300 {
		t.Errorf("only %d calls ended their process", sum["killed"])
	}
}

func callNames(t *testing.T) map[int]string {
	t.Helper()
	info, err := arch.GetInfo("")
	if err != nil {
		t.Fatal(err)
	}
	return info.SyscallNumbers
}

func numbersOf(names map[int]string) []int {
	all := []int{}
	for number := range names {
		all = append(all, number)
	}
	slices.Sort(all)
	return all
}

// conditional are the calls that some arguments are allowed for: with all bits set they may be refused by the kernel.
var conditional = []string{"ioctl", "rt_sigaction"}

// probes are the kernel's own: it lets no filter see them, and sends SIGILL to who calls them from elsewhere.
var probes = []string{"uretprobe", "uprobe"}

// attemptCall returns what became of one call: killed, refused or ended otherwise.
func attemptCall(t *testing.T, c *Cell, number int, name string) string {
	j, err := c.Spawn(t.Context())
	if err != nil {
		t.Error(err)
		return "not tried"
	}
	defer j.Close()
	fmt.Fprintf(j.Conn(), "after call %d\n", number)
	answer := make([]byte, 200)
	n, _ := j.Conn().Read(answer)
	if n > 0 {
		if !slices.Contains(conditional, name) {
			t.Errorf("call %d (%s): %s", number, name, answer[:n])
		}
		return "refused"
	}
	<-j.Done()
	exit := j.Exit()
	if slices.Contains(probes, name) && exit.Code != 0 {
		return "ended by the kernel"
	}
	if exit.Signal != "SIGSYS" || name != "" && exit.Syscall != name {
		t.Errorf("call %d (%s): %s", number, name, exit)
	}
	return "killed"
}
