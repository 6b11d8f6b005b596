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
	"os"

	"stockade.dev/stockade/cmd/stockade-worker/jailed"
	"stockade.dev/stockade/jailer/narrow"
	"stockade.dev/stockade/workerproc/bundle"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "stockade-worker:", err)
		os.Exit(1)
	}
}

// run begins the process (package jailed) and serves its Worker.
func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("cannot run by hand: the warden of a cell starts this program")
	}
	if args[0] == "bundle" {
		return bundle.Serve(os.Stdin, os.Stdout)
	}
	process, conn, err := jailed.Begin(args)
	if err != nil {
		return err
	}
	if narrow.FromArgs(args).Executable {
		process.CompileWasm()
	}
	return process.Serve(context.Background(), conn)
}
