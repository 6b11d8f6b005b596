// Victim runs in a jail in place of a Worker's program and tries one forbidden act. The test tells it which, and whether
// before or after it has narrowed itself, through its conversation:
//
//	test ── "before NAME\n" | "after NAME\n" ──▶ victim ── "refused: …\n" | "succeeded: …\n" ──▶ test
//
// NAME may also be "call NUMBER": that system call, with arguments that nothing allows.
//
// An act after narrowing may also end the process. Outside of a jail, `victim list` prints the names of all acts.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"

	"stockade.dev/stockade/jailer/narrow"
	"stockade.dev/stockade/jailer/zygote"
)

// init keeps main on the process's first thread: a zygote forks from there.
func init() { runtime.LockOSThread() }

// act tries something forbidden. It returns nil if it could do it, else how it was refused.
type act struct {
	name string
	// later says why the act is possible before narrowing; "" = it must fail then, too.
	later string
	try   func() error
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "list" {
		for _, a := range acts {
			fmt.Printf("%s\t%s\n", a.name, a.later)
		}
		return
	}
	runtime.GOMAXPROCS(1)
	if namespaces, is := zygote.FromArgs(os.Args); is {
		if err := zygote.Serve(narrow.Conversation, namespaces); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	runtime.UnlockOSThread()
	conversation := os.NewFile(narrow.Conversation, "conversation")
	line, err := bufio.NewReader(conversation).ReadString('\n')
	if err != nil {
		os.Exit(1)
	}
	when, name, _ := strings.Cut(strings.TrimSpace(line), " ")
	if when == "after" {
		if err := narrow.Process(narrow.FromArgs(os.Args)); err != nil {
			fmt.Fprintf(conversation, "cannot narrow: %v\n", err)
			os.Exit(1)
		}
	}
	fmt.Fprintln(conversation, attempt(name))
}

func attempt(name string) string {
	for _, a := range acts {
		if a.name != name {
			continue
		}
		if err := a.try(); err != nil {
			return "refused: " + err.Error()
		}
		return "succeeded"
	}
	if number, is := strings.CutPrefix(name, "call "); is {
		return anyCall(number)
	}
	return "succeeded: no such act: " + name
}
