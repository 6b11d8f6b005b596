package supervisor

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// privateMemory is the memory in bytes that a process shares with nobody
// (proc_pid_smaps(5): Private_Clean and Private_Dirty).
func privateMemory(pid int) (int64, bool) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, false
	}
	var sum int64
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		fields := bytes.Fields(lines.Bytes())
		if len(fields) > 1 && bytes.HasPrefix(fields[0], []byte("Private_")) {
			kib, err := strconv.ParseInt(string(fields[1]), 10, 64)
			if err != nil {
				return 0, false
			}
			sum += kib << 10
		}
	}
	return sum, true
}
