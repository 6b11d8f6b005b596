// Sockets runs in a jail with a network (jailer.Spec.Network) in place of a Worker's program, and does with sockets what the
// test tells it, after it has narrowed itself:
//
//	test ── "ACT ARGUMENT\n" ──▶ sockets ── "…\n" ──▶ test
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"stockade.dev/stockade/jailer/narrow"
	"stockade.dev/stockade/jailer/testdata/sockets/act"
)

func main() {
	conversation := os.NewFile(narrow.Conversation, "conversation")
	in := bufio.NewReader(conversation)
	line, err := in.ReadString('\n') // by then its network is there
	if err != nil {
		os.Exit(1)
	}
	if err := narrow.Process(narrow.FromArgs(os.Args)); err != nil {
		fmt.Fprintf(conversation, "cannot narrow: %v\n", err)
		os.Exit(1)
	}
	for ; err == nil; line, err = in.ReadString('\n') {
		what, argument, _ := strings.Cut(strings.TrimSpace(line), " ")
		answer, err := act.Try(what, argument)
		if err != nil {
			answer = "error: " + err.Error()
		}
		fmt.Fprintf(conversation, "%s\n", strings.ReplaceAll(answer, "\n", " "))
	}
}
