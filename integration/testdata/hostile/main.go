// Hostile takes the place of stockade-worker in a jail, as if somebody had broken out of the engine and spoke the protocol
// themselves. A Worker whose main module is "hostile/ACT.js" has it say Ready, take Load, answer Loaded and then misbehave as
// ACT says (acts.go); every other Worker runs as in stockade-worker.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"stockade.dev/stockade/cmd/stockade-worker/jailed"
	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc"
)

func main() {
	process, conn, err := jailed.Begin(os.Args[1:])
	if err == nil {
		err = between(process, conn)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		os.Exit(1)
	}
}

// between stands between the supervisor and a real Worker's process until it is clear whose turn it is.
func between(process *workerproc.Process, conn net.Conn) error {
	ours, its := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- process.Serve(context.Background(), its) }()
	ready, err := rpc.ReadFrame(ours, rpc.Worker)
	if err != nil {
		return err
	}
	h := &hostile{conn: conn}
	h.send(0, ready.Message)
	start := make([]byte, 64) // the Worker's name and its main module come first
	n, err := io.ReadFull(conn, start)
	if err != nil {
		return err
	}
	if bytes.Contains(start[:n], []byte("hostile/never-reads-load")) {
		forever()
	}
	var raw bytes.Buffer
	frame, err := rpc.ReadFrame(io.TeeReader(io.MultiReader(bytes.NewReader(start), conn), &raw), rpc.Supervisor)
	if err != nil {
		return err
	}
	h.load = frame.Message.(*rpc.Load)
	if act, is := strings.CutPrefix(h.load.Main, "hostile/"); is {
		h.misbehave(strings.TrimSuffix(act, ".js"))
		return nil
	}
	go func() {
		ours.Write(raw.Bytes())
		io.Copy(ours, conn)
		ours.Close()
	}()
	go io.Copy(conn, ours)
	return <-served
}

// hostile speaks for itself.
type hostile struct {
	conn net.Conn
	load *rpc.Load
	id   uint32 // of the first Invoke
}

func (h *hostile) misbehave(act string) {
	if do := whileLoading[act]; do != nil {
		do(h)
	} else {
		h.send(0, &rpc.Loaded{CPU: time.Millisecond, Wall: time.Millisecond})
	}
	f := h.await(rpc.TypeInvoke)
	h.id = f.ID
	if do := acts[act]; do != nil {
		do(h)
	} else {
		h.answer("no act " + act)
	}
	io.Copy(io.Discard, h.conn)
}

// send sends a message that can be sent; it ends the process when the supervisor has hung up.
func (h *hostile) send(id uint32, m rpc.Message) {
	b, err := rpc.AppendFrame(nil, rpc.Frame{ID: id, Message: m})
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		os.Exit(1)
	}
	h.write(b)
}

// raw sends anything.
func (h *hostile) raw(t rpc.Type, id, length uint32, payload ...byte) {
	b := []byte{byte(length), byte(length >> 8), byte(length >> 16), byte(length >> 24), byte(t), byte(id), byte(id >> 8), byte(id >> 16), byte(id >> 24)}
	h.write(append(b, payload...))
}

func (h *hostile) write(b []byte) {
	if _, err := h.conn.Write(b); err != nil {
		os.Exit(0)
	}
}

// await passes over what comes until there is a message of that type.
func (h *hostile) await(t rpc.Type) rpc.Frame {
	for {
		f, err := rpc.ReadFrame(h.conn, rpc.Supervisor)
		if err != nil {
			os.Exit(0)
		}
		if f.Type() == t {
			return f
		}
	}
}

// answer ends the invocation as a Worker does.
func (h *hostile) answer(body string) {
	h.send(h.id, &rpc.ResponseHead{Status: 200, Body: []byte(body)})
	h.done()
}

func (h *hostile) done() { h.send(h.id, &rpc.Done{Outcome: "ok", CPU: time.Microsecond}) }

// ask makes a call, and returns what comes of it in words.
func (h *hostile) ask(number uint32, call *rpc.HostCall) string {
	call.Invocation = h.id
	h.send(number, call)
	result := h.await(rpc.TypeHostResult).Message.(*rpc.HostResult)
	if result.Error == nil {
		return "granted"
	}
	return string(result.Error.Kind) + ": " + result.Error.Message
}

func (*hostile) exit() { os.Exit(0) }
