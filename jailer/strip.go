package jailer

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// leaveRoot replaces the root file system by one that holds nothing but the Worker's program: what libcontainer and the
// warden needed to start (/proc, the warden's own program, the directory of its socket) is gone from the cell.
func leaveRoot() error {
	const newRoot = "/dev" // a place to mount on
	worker := newRoot + workerPath
	steps := []struct {
		name string
		do   func() error
	}{
		{"mount a new root", func() error {
			return unix.Mount("tmpfs", newRoot, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "size=16k,nr_inodes=4,mode=755")
		}},
		{"make a place for the program", func() error { return os.WriteFile(worker, nil, 0o444) }},
		{"bind the program", func() error { return unix.Mount(inMemory(workerPath), worker, "", unix.MS_BIND, "") }},
		{"make the program read-only", func() error {
			return unix.Mount("", worker, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY|lockedFlags(worker), "")
		}},
		{"enter the new root", func() error { return unix.Chdir(newRoot) }},
		{"pivot", func() error { return unix.PivotRoot(".", ".") }},
		{"leave the old root", func() error { return unix.Unmount(".", unix.MNT_DETACH) }},
		{"enter the root", func() error { return unix.Chdir("/") }},
		{"make the root read-only", func() error {
			return unix.Mount("", "/", "", unix.MS_REMOUNT|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "mode=555")
		}},
		{"end all writing of files", func() error { return unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{}) }},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			return fmt.Errorf("cannot leave the cell's root behind: %s: %w", step.name, err)
		}
	}
	return nil
}

// lockedFlags are those of a mount that a remount must repeat in a user namespace: mount_namespaces(7).
func lockedFlags(path string) uintptr {
	var s unix.Statfs_t
	if unix.Statfs(path, &s) != nil {
		return 0
	}
	return uintptr(s.Flags) & (unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME | unix.MS_NODIRATIME | unix.MS_RELATIME)
}
