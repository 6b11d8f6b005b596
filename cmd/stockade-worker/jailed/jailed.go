// Package jailed begins a program in a jail: stockade-worker, and those that tests put in its place.
package jailed

import (
	"fmt"
	"net"
	"os"
	"runtime"

	"stockade.dev/stockade/jailer/narrow"
	"stockade.dev/stockade/jailer/zygote"
	"stockade.dev/stockade/workerproc"
)

// A zygote forks from the process's first thread.
func init() { runtime.LockOSThread() }

// Begin makes the process warm, becomes one of its copies if it is a zygote, and takes from itself what it won't need. It
// returns the process, and its conversation with the supervisor. args are the engine and what the warden says.
func Begin(args []string) (*workerproc.Process, net.Conn, error) {
	runtime.GOMAXPROCS(1) // JavaScript has one thread; more would only wake each other
	prepare := workerproc.Prepare
	namespaces, copied := zygote.FromArgs(args)
	if copied {
		prepare = workerproc.PrepareForCopies
	}
	process, err := prepare(args[0])
	if err != nil {
		return nil, nil, err
	}
	if copied {
		if err := zygote.Serve(narrow.Conversation, namespaces); err != nil {
			return nil, nil, err
		}
	}
	runtime.UnlockOSThread()
	conn, err := conversation()
	if err != nil {
		return nil, nil, err
	}
	return process, conn, narrow.Process(narrow.FromArgs(args))
}

func conversation() (net.Conn, error) {
	file := os.NewFile(narrow.Conversation, "conversation")
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, fmt.Errorf("cannot use descriptor %d: %w", narrow.Conversation, err)
	}
	return conn, nil
}
