package jailer

import (
	"github.com/opencontainers/runc/libcontainer/configs"
	"golang.org/x/sys/unix"
)

// wardenPids is how many threads the warden may have, besides one for each slot.
const wardenPids = 128

// reserve is what a Go program maps as data beyond its heap, which it maps in pieces of 64 MiB, and the heap that a copy has
// before it needs it (workerproc/room.go).
const reserve = (128 + 32) << 20

// dataLimit is RLIMIT_DATA of each Worker, where no cgroup of its own bounds its memory; 0 = none.
func (b *Block) dataLimit() uint64 {
	if b.plan.ownCgroup || b.spec.WorkerMemory == 0 {
		return 0
	}
	return uint64(b.spec.WorkerMemory) + reserve
}

// limitResources bounds the warden; Workers inherit it, and narrow it (package narrow).
func (b *Block) limitResources(c *configs.Config) {
	limits := map[int]uint64{
		unix.RLIMIT_CORE:       0,
		unix.RLIMIT_FSIZE:      largestProgram,                    // 0 from when the Worker's program is copied (memory.go)
		unix.RLIMIT_NOFILE:     uint64(512 + 4*b.spec.MaxWorkers), // the warden's: a Worker narrows itself to 16
		unix.RLIMIT_MEMLOCK:    0,
		unix.RLIMIT_MSGQUEUE:   0,
		unix.RLIMIT_NICE:       0,
		unix.RLIMIT_RTPRIO:     0,
		unix.RLIMIT_SIGPENDING: 1024,
		unix.RLIMIT_NPROC:      uint64(wardenPids + b.spec.MaxWorkers),
	}
	if data := b.dataLimit(); data > 0 && !b.plan.fork { // a zygote, which has more than one Worker's, must not have it
		limits[unix.RLIMIT_DATA] = data
	}
	for resource, value := range limits {
		c.Rlimits = append(c.Rlimits, configs.Rlimit{Type: resource, Hard: value, Soft: value})
	}
}
