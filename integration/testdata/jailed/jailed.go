// Package jailed begins programs that take the place of stockade-worker in a jail, as cmd/stockade-worker does.
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

// Main runs serve with a process that is warm and has narrowed itself, and its conversation with the supervisor. It ends the
// program when that fails.
func Main(name string, serve func(args []string, process *workerproc.Process, conn net.Conn) error) {
	process, conn, err := begin(os.Args[1:])
	if err == nil {
		err = serve(os.Args[1:], process, conn)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

func begin(args []string) (*workerproc.Process, net.Conn, error) {
	runtime.GOMAXPROCS(1)
	process, err := workerproc.Prepare(args[0])
	if err != nil {
		return nil, nil, err
	}
	if namespaces, is := zygote.FromArgs(args); is {
		if err := zygote.Serve(narrow.Conversation, namespaces); err != nil {
			return nil, nil, err
		}
	}
	runtime.UnlockOSThread()
	file := os.NewFile(narrow.Conversation, "conversation")
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, nil, err
	}
	return process, conn, narrow.Process(narrow.FromArgs(args))
}
