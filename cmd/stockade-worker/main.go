// Command stockade-worker is the program in the jail: one isolate for one Worker. The warden starts it; by hand it is of
// no use.
//
//	stockade-worker ENGINE [--zygote=NAMESPACES] [--data=BYTES] [--without-seccomp] [--executable]
//
// It has its conversation with the supervisor (package rpc) as descriptor 3. With --zygote, 3 is instead the socket over
// which the warden asks it for copies of itself (package zygote), each with a conversation of its own.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"

	"stockade.dev/stockade/jailer/narrow"
	"stockade.dev/stockade/jailer/zygote"
	"stockade.dev/stockade/workerproc"
	"stockade.dev/stockade/workerproc/bundle"
)

// init keeps main on the process's first thread: a zygote forks from there.
func init() { runtime.LockOSThread() }

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "stockade-worker:", err)
		os.Exit(1)
	}
}

// run makes the process warm, becomes one of its copies if it is a zygote, takes from itself what it won't need, and
// serves its Worker.
func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("cannot run by hand: the warden of a cell starts this program")
	}
	if args[0] == "bundle" {
		return bundle.Serve(os.Stdin, os.Stdout)
	}
	runtime.GOMAXPROCS(1) // JavaScript has one thread; more would only wake each other
	process, err := workerproc.Prepare(args[0])
	if err != nil {
		return err
	}
	if namespaces, is := zygote.FromArgs(args); is {
		process.ExpectCopies()
		if err := zygote.Serve(narrow.Conversation, namespaces); err != nil {
			return err
		}
	}
	runtime.UnlockOSThread()
	conn, err := conversation()
	if err != nil {
		return err
	}
	config := narrow.FromArgs(args)
	if err := narrow.Process(config); err != nil {
		return err
	}
	if config.Executable {
		process.CompileWasm()
	}
	return process.Serve(context.Background(), conn)
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
