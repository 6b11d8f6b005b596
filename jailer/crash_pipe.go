package jailer

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// crashPipe is the standard output and error of the Workers in a slot, one after the other: what the Go runtime says in a
// crash, and the report of a forbidden system call (package narrow). Nobody reads it while a Worker lives. When one has
// been reaped, all that held the other end is dead, and what is left in the pipe is its own.
type crashPipe struct {
	read, write int
}

// maxOutput is how much of a crash's output is kept.
const maxOutput = 8 << 10

func newCrashPipe() (*crashPipe, error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil, fmt.Errorf("cannot make a Worker's crash pipe: %w", err)
	}
	return &crashPipe{read: ends[0], write: ends[1]}, nil
}

// reset makes sure that a write to a full pipe fails instead of waiting: a Worker could have changed that for the next.
func (p *crashPipe) reset() error {
	if err := unix.SetNonblock(p.write, true); err != nil {
		return fmt.Errorf("cannot reset a Worker's crash pipe: %w", err)
	}
	return nil
}

// drain returns what is in the pipe: 64 KiB, or what a Worker has enlarged it to, at most 1 MiB (pipe(7)).
func (p *crashPipe) drain() []byte {
	var output []byte
	var buf [4 << 10]byte
	for {
		n, err := unix.Read(p.read, buf[:])
		switch {
		case err == unix.EINTR:
		case n <= 0:
			return output
		default:
			output = append(output, buf[:n]...)
		}
	}
}

func (p *crashPipe) close() {
	unix.Close(p.read)
	unix.Close(p.write)
}
