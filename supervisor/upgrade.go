package supervisor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"stockade.dev/stockade/netproxy"
	"stockade.dev/stockade/rpc"
)

// A request that asks for a WebSocket is made as another isolate would make it: its answer is a coded Response, with which a
// capability comes when it has a WebSocket, the Worker's end. Here is the client's.
//
//	takeRequest ─▶ invokeForSocket ─▶ … the Worker … ─▶ answerUpgrade ─▶ upgrade ─▶ relay.run: toWorker, toClient
//	                                                        └─ no WebSocket ─▶ respondCoded

// asksForSocket reports whether the client does (RFC 6455, 4.1). HTTP/2 has no such requests here.
func asksForSocket(r *http.Request) bool {
	return r.ProtoMajor == 1 && r.Method == http.MethodGet && r.ContentLength == 0 &&
		strings.EqualFold(r.Header.Get("Upgrade"), "websocket") && connectionHeaders(r.Header)["Upgrade"]
}

// invokeForSocket codes the request.
func invokeForSocket(invoke *rpc.Invoke, r *http.Request, target string) error {
	props, err := codedJSON(invoke.Props.Data)
	if err != nil {
		return rpc.Errorf(rpc.BadRequest, "The header Stockade-Props must be a JSON object.")
	}
	q := fetchRequest{Method: r.Method, URL: target, Redirect: "manual", Body: codedText(nil)}
	for _, h := range append(forward(r), rpc.Header{Name: "connection", Value: "Upgrade"}, rpc.Header{Name: "upgrade", Value: "websocket"}) {
		q.Header = append(q.Header, h.Name, latin1(h.Value))
	}
	invoke.Coded, invoke.Path, invoke.Props.Data = true, []string{"fetch"}, props
	invoke.Args = rpc.Given{Data: appendPieces(codedText([][]any{{[]any{"Q", q}}}))}
	return nil
}

// answerUpgrade sends what the Worker has answered, or connects the client with the Worker's WebSocket until one of them ends.
func (s *Supervisor) answerUpgrade(w http.ResponseWriter, r *http.Request, x *exchange, answered func(status int)) error {
	result := x.inv.takeResult()
	defer result.drop()
	coded, blobs, err := fetchResponseOf(result.data)
	if err != nil {
		return rpc.Errorf(rpc.WorkerKilled, "The Worker's process gave an answer of the wrong kind.")
	}
	if answered != nil {
		answered(coded.Status)
	}
	if coded.Socket == nil {
		return s.respondCoded(w, r, x, coded, blobs, result.caps)
	}
	end, err := socketAt(*coded.Socket, result.caps)
	if err != nil {
		return rpc.Errorf(rpc.WorkerKilled, "The Worker's process gave an answer of the wrong kind.")
	}
	return s.upgrade(w, r, x, coded, end)
}

// socketAt returns the capability that is a WebSocket: an object of the isolate's own, or a WebSocket from outside.
func socketAt(n int, caps []capability) (capability, error) {
	if n < 0 || n >= len(caps) {
		return nil, errMalformedValue
	}
	switch caps[n].(type) {
	case *exportCap, *socketCap:
		return caps[n], nil
	}
	return nil, errMalformedValue
}

// respondCoded sends an answer that is no WebSocket.
func (s *Supervisor) respondCoded(w http.ResponseWriter, r *http.Request, x *exchange, coded *fetchResponse, blobs [][]byte, caps []capability) error {
	if coded.Status < 200 || coded.Status > 599 {
		return rpc.Errorf(rpc.Thrown, "The Worker answered with the status %d.", coded.Status)
	}
	q := fetchRequest{Body: coded.Body}
	body := netproxy.Request{Length: -1}
	if err := q.body(r.Context(), &body, blobs, caps); err != nil {
		return err
	}
	answerHeaders(w.Header(), coded.headers())
	w.WriteHeader(coded.Status)
	if body.Body == nil {
		return nil
	}
	most := int64(x.limits.ResponseBody)
	n, err := io.Copy(w, io.LimitReader(body.Body, most+1))
	if err == nil && n > most {
		err = limitError("responseBody", fmt.Sprintf("The response body exceeds the limit of %d bytes.", most), most, n)
	}
	if err != nil {
		s.log.Debug("a response was cut off", "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func (r *fetchResponse) headers() []rpc.Header {
	var all []rpc.Header
	for i := 0; i+1 < len(r.Header); i += 2 {
		all = append(all, rpc.Header{Name: r.Header[i], Value: r.Header[i+1]})
	}
	return all
}

// upgrade answers the handshake, takes the connection over and relays.
func (s *Supervisor) upgrade(w http.ResponseWriter, r *http.Request, x *exchange, coded *fetchResponse, end capability) error {
	status, handshake, reason := netproxy.Handshake(r)
	if status != http.StatusSwitchingProtocols {
		for name, values := range handshake {
			w.Header()[name] = values
		}
		http.Error(w, "ERROR: "+reason, status)
		return nil
	}
	h := make(http.Header)
	answerHeaders(h, coded.headers())
	h.Del("Sec-Websocket-Extensions") // none is spoken here
	for name, values := range handshake {
		h[name] = values
	}
	s.hostCalls.Add(1) // the server doesn't wait for a connection that it has given away
	defer s.hostCalls.Done()
	conn, buffers, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return fmt.Errorf("cannot take over the connection: %w", err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return errAnswered
	}
	if err := writeHandshake(conn, h); err != nil {
		return errAnswered
	}
	x.lasts(true)
	defer x.lasts(false)
	relay{sup: s, client: netproxy.ServeSocket(conn, buffers.Reader), worker: end, inv: x.inv}.run()
	return nil
}

func writeHandshake(w io.Writer, h http.Header) error {
	var text strings.Builder
	text.WriteString("HTTP/1.1 101 Switching Protocols\r\n")
	if err := h.Write(&text); err != nil {
		return err
	}
	text.WriteString("\r\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// relay takes messages from a client's end of a WebSocket to a Worker's and back, each when the one before has arrived: who
// doesn't take them makes the other wait.
type relay struct {
	sup    *Supervisor
	client *netproxy.Socket
	worker capability
	inv    *invocation
}

// closing is how long a client has to answer the Worker's close.
const closing = 10 * time.Second

// run ends when the connection has, or the Worker's invocation, or the daemon is to.
func (r relay) run() {
	ctx, cancel := context.WithCancel(r.sup.ctx)
	defer cancel()
	closed, ended := make(chan struct{}), make(chan struct{}) // the client has said that no message follows; it has gone
	r.sup.hostCalls.Go(func() {
		defer cancel()
		defer close(ended)
		r.toWorker(ctx, func() { close(closed) })
	})
	sent := make(chan struct{})
	r.sup.hostCalls.Go(func() {
		defer close(sent)
		if !r.toClient(ctx) {
			cancel()
			return
		}
		late := time.NewTimer(closing)
		defer late.Stop()
		select {
		case <-closed:
		case <-late.C:
		case <-ctx.Done():
		}
		cancel()
	})
	select {
	case <-r.sup.draining:
		r.client.SendClose(1001, "")
	case <-r.inv.done:
	case <-ctx.Done():
	}
	cancel()
	r.client.Close()
	<-ended
	<-sent
}

// toWorker returns when the client is gone, and the Worker knows. closed is called before, if the client has closed its side.
func (r relay) toWorker(ctx context.Context, closed func()) {
	for {
		m, err := r.client.Next()
		switch {
		case errors.Is(err, netproxy.ErrProtocol):
			r.lost(`"WebSocket protocol error"`)
			return
		case err != nil:
			r.lost("")
			return
		case m.Close:
			if _, err := r.ask(ctx, codedText([][]any{{m.Code, m.Reason}}), nil, "close"); err == nil {
				closed()
				r.client.Drain()
			}
			return
		}
		text, data := []byte(`[[["t","Uint8Array",0]]]`), m.Data
		if m.Text {
			text, data = codedText([][]any{{string(m.Data)}}), nil
		}
		if len(text)+len(data) > rpc.MaxValue+rpc.MaxHead/2 { // text takes more room where it has control characters
			r.client.SendClose(1009, "Message is too large")
			r.lost("")
			return
		}
		if _, err := r.ask(ctx, text, data, "send"); err != nil {
			return
		}
	}
}

// lost tells the Worker that the client is gone.
func (r relay) lost(why string) {
	c := &hostCall{ctx: r.sup.ctx, path: []string{"lost"}, args: parcel{data: appendPieces([]byte("[[" + why + "]]"))},
		reply: func(_ *rpc.Error, p parcel) { p.drop() }}
	r.worker.call(c)
}

// toClient reports whether the Worker has closed its side.
func (r relay) toClient(ctx context.Context) bool {
	for {
		result, err := r.ask(ctx, []byte("[[]]"), nil, "next")
		if err != nil {
			return false
		}
		m, err := messageOf(result.data)
		if err != nil {
			return false
		}
		if m.Close {
			return r.client.SendClose(m.Code, m.Reason) == nil
		}
		if err := r.client.Send(m.Text, m.Data); err != nil {
			return false
		}
	}
}

func (r relay) ask(ctx context.Context, text, data []byte, method string) (parcel, error) {
	args := appendPieces(text)
	if data != nil {
		args = appendPieces(text, data)
	}
	p, err := ask(ctx, r.worker, parcel{data: args}, method)
	p.drop() // nothing in it is of use here
	return p, err
}

// messageOf reads [0, text], [1, bytes] or [2, code, reason].
func messageOf(data []byte) (m netproxy.Message, err error) {
	text, blobs, err := pieces(data)
	if err != nil {
		return m, err
	}
	list, err := codedList(text)
	var kind int
	if err != nil || len(list) < 2 || json.Unmarshal(list[0], &kind) != nil {
		return m, errMalformedValue
	}
	if kind == 2 {
		m.Close = true
		if len(list) != 3 || json.Unmarshal(list[1], &m.Code) != nil || json.Unmarshal(list[2], &m.Reason) != nil || m.Code < 1000 || m.Code > 4999 || len(m.Reason) > 123 {
			return m, errMalformedValue
		}
		return m, nil
	}
	var message string
	if message, m.Data, m.Text, err = textOrBytes(list[1], blobs); m.Text {
		m.Data = []byte(message)
	}
	return m, err
}
