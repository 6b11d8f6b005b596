package supervisor

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/netproxy"
)

// attach serves the network of a jail that has one, as long as the jail lives. The caller calls what it returns at its end.
func (s *Supervisor) attach(p *pool, at *slot) (detach func()) {
	link := at.jail.Link()
	if link == nil {
		return func() {}
	}
	tap, err := netproxy.NewTap(link, func() netproxy.Forwarder { return s.forwarder(at.isolate) }, p.current().InterceptTLS)
	if err != nil {
		s.log.Error("cannot serve the network of a Worker's process: it reaches nothing", "err", err)
		link.Close()
		return func() {}
	}
	return tap.Close
}

// forwarder is where what a jail's sockets send goes: to its Worker's globalOutbound, as fetch() and connect() do. nil: it has
// none, or there is no Worker in the jail yet.
func (s *Supervisor) forwarder(i *isolate) netproxy.Forwarder {
	c := i.grants.lookup(outbound)
	if c == nil {
		return nil
	}
	defer c.release()
	if o, ok := c.(*outboundCap); ok {
		client, err := s.egress.client(i.identity, o.granted, o.name)
		if err != nil {
			return nil
		}
		return client
	}
	return gatewayForwarder{s, i}
}

// gatewayForwarder hands requests and connections to the gateway that is an isolate's globalOutbound.
type gatewayForwarder struct {
	s *Supervisor
	i *isolate
}

var errNoGateway = errors.New("the Worker has no way out any more")

func (g gatewayForwarder) call(ctx context.Context, args parcel, method string) (parcel, error) {
	c := g.i.grants.lookup(outbound)
	if c == nil {
		args.drop()
		return parcel{}, errNoGateway
	}
	defer c.release()
	return ask(ctx, c, args, method)
}

// Do makes the request a fetch() of the gateway's.
func (g gatewayForwarder) Do(ctx context.Context, r *netproxy.Request) (*netproxy.Response, error) {
	q := fetchRequest{Method: r.Method, URL: r.URL, Redirect: "manual"}
	for _, h := range r.Header {
		q.Header = append(q.Header, strings.ToLower(h.Name), latin1(h.Value))
	}
	var args parcel
	if q.Body = codedText(nil); r.Body != nil {
		q.Body = codedText([]any{"R", 0, true})
		args.caps = []capability{newStreamCap(ctx, io.NopCloser(r.Body), r.Length, &g.s.hostCalls, func() {})}
	}
	args.data = appendPieces(codedText([][]any{{[]any{"Q", q}}}))
	result, err := g.call(ctx, args, "fetch")
	if err != nil {
		return nil, err
	}
	resp, err := g.response(ctx, result)
	if err != nil {
		result.drop()
	}
	return resp, err
}

func (g gatewayForwarder) response(ctx context.Context, result parcel) (*netproxy.Response, error) {
	coded, blobs, err := fetchResponseOf(result.data)
	if err != nil || coded.Status < 200 || coded.Status > 599 {
		return nil, errMalformedValue
	}
	resp := &netproxy.Response{Status: coded.Status, StatusText: coded.StatusText, Length: -1}
	for i := 0; i+1 < len(coded.Header); i += 2 {
		if netproxy.CheckHeader(coded.Header[i], coded.Header[i+1]) == nil {
			resp.Header = append(resp.Header, netproxy.Header{Name: coded.Header[i], Value: coded.Header[i+1]})
		}
	}
	q := fetchRequest{Body: coded.Body}
	body := netproxy.Request{Length: -1}
	if err := q.body(ctx, &body, blobs, result.caps); err != nil {
		return nil, err
	}
	if body.Body == nil {
		body.Body = strings.NewReader("")
	}
	resp.Body = &heldBody{Reader: body.Body, held: result}
	return resp, nil
}

// heldBody gives back what its stream comes from.
type heldBody struct {
	io.Reader
	held parcel
	once sync.Once
}

func (h *heldBody) Close() error {
	h.once.Do(h.held.drop)
	return nil
}

// Dial makes the connection a connect() of the gateway's.
func (g gatewayForwarder) Dial(ctx context.Context, _, host string, port uint16) (io.ReadWriteCloser, error) {
	args := parcel{data: appendPieces(codedText([][]any{{map[string]any{"hostname": host, "port": port, "secureTransport": "off", "allowHalfOpen": true}}}))}
	result, err := g.call(ctx, args, "connect")
	if err != nil {
		return nil, err
	}
	conn, err := gatewayConnOf(ctx, result)
	if err != nil {
		result.drop()
	}
	return conn, err
}

// gatewayConnOf reads {r: stream, w: sink, c: control}.
func gatewayConnOf(ctx context.Context, result parcel) (*gatewayConn, error) {
	text, _, err := pieces(result.data)
	if err != nil {
		return nil, err
	}
	var coded struct {
		Read  jsontext.Value `json:"r"`
		Write jsontext.Value `json:"w"`
	}
	if json.Unmarshal(text, &coded) != nil {
		return nil, errMalformedValue
	}
	r, err := formOf(coded.Read)
	if err != nil {
		return nil, err
	}
	w, err := formOf(coded.Write)
	if err != nil {
		return nil, err
	}
	read, err := r.streamAt(0, result.caps)
	if err != nil {
		return nil, err
	}
	write, err := w.capAt(0, result.caps)
	if err != nil {
		return nil, err
	}
	switch write.(type) {
	case *exportCap, *sinkCap:
		return &gatewayConn{jailReader: jailReader{ctx: ctx, source: read}, sink: write, held: result}, nil
	}
	return nil, errMalformedValue
}

// gatewayConn is a connection that a gateway serves.
type gatewayConn struct {
	jailReader
	sink capability
	held parcel
	once sync.Once
}

func (c *gatewayConn) Write(p []byte) (int, error) {
	result, err := ask(c.ctx, c.sink, parcel{data: appendPieces([]byte(`[[["t","Uint8Array",0]]]`), p)}, "write")
	result.drop()
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// CloseWrite says that nothing more comes.
func (c *gatewayConn) CloseWrite() error {
	result, err := ask(c.ctx, c.sink, parcel{data: appendPieces([]byte("[[]]"))}, "close")
	result.drop()
	return err
}

func (c *gatewayConn) Close() error {
	c.once.Do(c.held.drop)
	return nil
}
