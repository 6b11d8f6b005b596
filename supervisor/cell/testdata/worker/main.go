// A Worker process that narrows itself, says Ready, and then lives until its conversation ends.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime"

	"stockade.dev/stockade/jailer/narrow"
	"stockade.dev/stockade/jailer/zygote"
	"stockade.dev/stockade/rpc"
)

func init() { runtime.LockOSThread() }

func main() {
	runtime.GOMAXPROCS(1)
	if namespaces, is := zygote.FromArgs(os.Args); is {
		if err := zygote.Serve(narrow.Conversation, namespaces); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	runtime.UnlockOSThread()
	if err := narrow.Process(narrow.FromArgs(os.Args)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	conn := os.NewFile(narrow.Conversation, "conversation")
	ready, err := rpc.AppendFrame(nil, rpc.Frame{Message: &rpc.Ready{Protocol: rpc.Protocol}})
	if err != nil {
		panic(err)
	}
	conn.Write(ready)
	io.Copy(io.Discard, conn)
}
