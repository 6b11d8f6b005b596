// Command stockade runs untrusted JavaScript Workers, each in a jailed process of its own: the daemon, and the tools
// around it.
//
//	main.go     what the process is: a cell's first program, its warden, or a command
//	root.go     the table of commands; exit.go: what becomes of their errors
//	run.go …    one command a file
//	client.go   how they speak to the daemon: HTTP on its socket
//
// `stockade run` without a daemon starts a supervisor in its own process (embedded.go), and speaks to it over a socket, too;
// so does `stockade dev`. project.go makes of a Workers project what dev and deploy send.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"stockade.dev/stockade/jailer"
)

func main() {
	jailer.Init() // must be the first call: in a cell's first process it never returns
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(execute(ctx, os.Args[1:]))
}
