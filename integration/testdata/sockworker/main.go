// Sockworker is a stockade-worker that, in a jail with a network, doesn't run its Worker's code but uses sockets, as engines of
// other languages will: a request to /ACT?ARGUMENT is answered with what came of it. Elsewhere it runs JavaScript.
package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"stockade.dev/stockade/cmd/stockade-worker/jailed"
	"stockade.dev/stockade/jailer/narrow"
	"stockade.dev/stockade/jailer/testdata/sockets/act"
	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc"
)

func main() {
	process, conn, err := jailed.Begin(os.Args[1:])
	if err == nil {
		err = run(process, conn)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sockworker:", err)
		os.Exit(1)
	}
}

func run(process *workerproc.Process, conn net.Conn) error {
	if !narrow.FromArgs(os.Args[1:]).Network {
		return process.Serve(context.Background(), conn)
	}
	return serve(rpc.NewConn(conn, rpc.Supervisor), os.Args[1])
}

func serve(conn *rpc.Conn, engine string) error {
	if err := conn.Send(rpc.Frame{Message: &rpc.Ready{Protocol: rpc.Protocol, Engine: engine, Version: "sockets"}}); err != nil {
		return err
	}
	for {
		f, err := conn.Receive()
		if err != nil {
			return nil
		}
		switch m := f.Message.(type) {
		case *rpc.Load:
			conn.Send(rpc.Frame{Message: &rpc.Loaded{}})
		case *rpc.Invoke:
			go answer(conn, f.ID, m)
		}
	}
}

func answer(conn *rpc.Conn, id uint32, m *rpc.Invoke) {
	text := "no act"
	if u, err := url.Parse(m.URL); err == nil {
		argument, _ := url.QueryUnescape(u.RawQuery)
		if text, err = act.Try(strings.TrimPrefix(u.Path, "/"), argument); err != nil {
			text = "error: " + err.Error()
		}
	}
	conn.Send(rpc.Frame{ID: id, Message: &rpc.ResponseHead{Status: 200, Body: []byte(text)}}, rpc.Frame{ID: id, Message: &rpc.Done{Outcome: "ok"}})
}
