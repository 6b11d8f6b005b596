package jailer

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Landlock denies every file but the Worker's program, which may be read and executed, and every TCP port. It is inherited: only
// the warden's threads that fork Workers put it on themselves, once, and a start costs nothing. (A Go program that puts
// it on its own threads stops all of them twice, 350 µs a start.)

// rulesetAttr is struct landlock_ruleset_attr. What a ruleset handles and no rule allows is denied.
type rulesetAttr struct {
	fs, net, scoped uint64
}

// handled says what each version of Landlock can deny: landlock(7), "ABI versions".
var handled = [...]rulesetAttr{
	1: {fs: 1<<13 - 1},
	2: {fs: 1<<14 - 1},
	3: {fs: 1<<15 - 1},
	4: {fs: 1<<15 - 1, net: 3},
	5: {fs: 1<<16 - 1, net: 3},
	6: {fs: 1<<16 - 1, net: 3, scoped: 3},
}

// size is how much of rulesetAttr a kernel with that version knows.
func (a rulesetAttr) size() uintptr {
	switch {
	case a.scoped != 0:
		return unsafe.Sizeof(a)
	case a.net != 0:
		return unsafe.Offsetof(a.scoped)
	}
	return unsafe.Offsetof(a.net)
}

// landlockVersion is the kernel's version of Landlock; 0 = it has none, or it is off.
func landlockVersion() int {
	version, _, errno := unix.RawSyscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(version)
}

// landlockRules makes the ruleset of a cell. The descriptor is the caller's.
func landlockRules(network bool) (int, error) {
	attr := handled[min(landlockVersion(), len(handled)-1)]
	if network {
		attr.net = 0
	}
	rules, _, errno := unix.RawSyscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), attr.size(), 0)
	if errno != 0 {
		return -1, fmt.Errorf("cannot make a Landlock ruleset: %w", errno)
	}
	program, err := unix.Open(workerPath, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		unix.Close(int(rules))
		return -1, fmt.Errorf("cannot find the Worker's program: %w", err)
	}
	defer unix.Close(program)
	rule := unix.LandlockPathBeneathAttr{Parent_fd: int32(program),
		Allowed_access: unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE} // execve wants both
	_, _, errno = unix.RawSyscall6(unix.SYS_LANDLOCK_ADD_RULE, rules, unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		unix.Close(int(rules))
		return -1, fmt.Errorf("cannot add a Landlock rule: %w", errno)
	}
	return int(rules), nil
}

// landlock puts the ruleset on the calling thread and on what it forks, for ever.
func landlock(rules int) error {
	if _, _, errno := unix.RawSyscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(rules), 0, 0); errno != 0 {
		return fmt.Errorf("cannot put on Landlock: %w", errno)
	}
	return nil
}

// tryLandlock puts the ruleset on a thread, which ends, and tries what nothing else would deny: to list the root.
func tryLandlock(rules int) error {
	result := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocks: no other goroutine gets this thread
		if err := landlock(rules); err != nil {
			result <- err
			return
		}
		fd, err := unix.Open("/", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err == nil {
			unix.Close(fd)
		}
		if err != unix.EACCES {
			result <- fmt.Errorf("the root can be listed (%v)", err)
		}
		close(result)
	}()
	return <-result
}
