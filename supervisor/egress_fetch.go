package supervisor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/netproxy"
	"stockade.dev/stockade/rpc"
)

// outboundCap is the network, by an outbound of the policy: what fetch() and connect() reach at the end of every chain.
// Whoever is handed it goes out with the rights of whom it was given to.
type outboundCap struct {
	name    string
	granted identity
}

func (*outboundCap) retain()  {}
func (*outboundCap) release() {}

func (o *outboundCap) call(c *hostCall) {
	if c.operation != "" || c.get || len(c.path) != 1 || c.path[0] != "fetch" && c.path[0] != "connect" {
		c.args.drop()
		c.fail(&rpc.Error{Kind: rpc.Thrown, Name: "TypeError", Message: fmt.Sprintf("The RPC receiver does not implement the method %q.", strings.Join(c.path, "."))})
		return
	}
	if v, ok := c.ctx.(*invocation); ok && !v.spend() {
		c.args.drop()
		c.fail(&rpc.Error{Kind: rpc.LimitExceeded, Name: "Error", Message: "Too many subrequests.", Limit: &rpc.Limit{Which: "subRequests", Value: max(0, v.mayAsk), Used: max(0, v.mayAsk) + 1}})
		return
	}
	o.granted.s.hostCalls.Go(func() {
		var err error
		if c.path[0] == "fetch" {
			err = o.fetch(c)
		} else {
			err = o.connect(c)
		}
		if err != nil {
			c.fail(o.failure(err))
		}
	})
}

func (o *outboundCap) client(c *hostCall) (*netproxy.Client, error) {
	return o.granted.s.egress.client(c.from.identity, o.granted, o.name)
}

// fetch sends one request. What the isolate has sent with it, a body or a signal, is held until the response has ended.
func (o *outboundCap) fetch(c *hostCall) error {
	args := c.args
	c.args = parcel{}
	ctx, cancel := context.WithCancel(o.granted.s.ctx)
	stop := context.AfterFunc(c.ctx, cancel) // until there is an answer; after that it lasts as long as somebody holds it
	defer stop()
	var once sync.Once
	end := func() { once.Do(func() { cancel(); args.drop() }) }
	r, err := o.request(ctx, cancel, c.request, args)
	if err != nil {
		end()
		return err
	}
	client, err := o.client(c)
	if err != nil {
		end()
		return err
	}
	resp, err := client.Do(ctx, r)
	if err == nil && !stop() { // the invocation has ended: nobody waits
		resp.Body.Close()
		err = netproxy.ErrLost
	}
	if err != nil {
		end()
		return err
	}
	o.respond(c, ctx, resp, end)
	return nil
}

// request is what the isolate wants to be sent: as it is, or coded in args.
func (o *outboundCap) request(ctx context.Context, cancel func(), inline *rpc.Request, args parcel) (*netproxy.Request, error) {
	if inline != nil {
		r := &netproxy.Request{Method: inline.Method, URL: inline.URL, Header: proxyHeaders(inline.Headers)}
		if r.Upgrade = upgrades(r.Header); inline.HasBody {
			r.Body, r.Length = bodyOf(inline.Body), int64(len(inline.Body))
		}
		return r, nil
	}
	text, blobs, err := pieces(args.data)
	if err != nil {
		return nil, err
	}
	coded, err := fetchRequestOf(text)
	if err != nil {
		return nil, err
	}
	r := &netproxy.Request{Method: coded.Method, URL: coded.URL, Header: coded.headers(), Length: -1}
	if err := coded.body(ctx, r, blobs, args.caps); err != nil {
		return nil, err
	}
	r.Upgrade = upgrades(r.Header)
	coded.watch(ctx, cancel, args.caps, &o.granted.s.hostCalls)
	return r, nil
}

func bodyOf(b []byte) io.Reader {
	if len(b) == 0 {
		return http.NoBody
	}
	return bytes.NewReader(b)
}

// body makes a reader of what the request has for one.
func (r *fetchRequest) body(ctx context.Context, into *netproxy.Request, blobs [][]byte, caps []capability) error {
	if r.Body == nil || r.Body.Kind() == 'n' {
		return nil
	}
	f, err := formOf(r.Body)
	if err != nil {
		return err
	}
	switch f.tag {
	case "s":
		var text string
		if len(f.rest) != 1 || json.Unmarshal(f.rest[0], &text) != nil {
			return errMalformedValue
		}
		into.Body, into.Length = strings.NewReader(text), int64(len(text))
	case "b":
		b, err := f.bytes(blobs)
		if err != nil {
			return err
		}
		into.Body, into.Length = strings.NewReader(string(b)), int64(len(b))
	case "R":
		source, err := f.streamAt(0, caps)
		if err != nil {
			return err
		}
		into.Body = &jailReader{ctx: ctx, source: source}
		if n, ok := f.number(2); ok && n > 0 { // of a FixedLengthStream; a body with another length fails the request
			into.Length = int64(n)
		}
	default:
		return errMalformedValue
	}
	if into.Length == 0 {
		into.Body = http.NoBody
	}
	return nil
}

// watch cancels the request when its signal says so.
func (r *fetchRequest) watch(ctx context.Context, cancel func(), caps []capability, group interface{ Go(func()) }) {
	if r.Signal == nil {
		return
	}
	f, err := formOf(r.Signal)
	if err != nil {
		return
	}
	signal, err := f.streamAt(0, caps)
	if err != nil {
		return // it has been aborted before: the isolate doesn't wait for an answer
	}
	group.Go(func() {
		p, err := ask(ctx, signal, parcel{data: appendPieces([]byte("[[]]"))}, "wait")
		p.drop()
		if err == nil {
			cancel()
		}
	})
}

func upgrades(headers []netproxy.Header) bool {
	for _, h := range headers {
		if strings.EqualFold(h.Name, "upgrade") {
			return strings.EqualFold(h.Value, "websocket")
		}
	}
	return false
}

// respond answers with a Response. A body that is there by now goes with it.
func (o *outboundCap) respond(c *hostCall, ctx context.Context, resp *netproxy.Response, end func()) {
	out := &rpc.Response{Status: resp.Status, StatusText: resp.StatusText, HasBody: true, Headers: make([]rpc.Header, len(resp.Header))}
	for i, h := range resp.Header {
		name := strings.ToLower(h.Name)
		out.Headers[i] = rpc.Header{Name: name, Value: latin1(h.Value)}
		if name == "content-encoding" {
			out.Encoding = compressions[strings.ToLower(h.Value)]
		}
	}
	if socket, ok := resp.Upgraded(); ok {
		s := newSocketCap(socket, &o.granted.s.hostCalls, end)
		c.answer(codedResponse(out, `null`, true, s))
		return
	}
	if resp.Length == 0 || resp.Status == http.StatusNoContent || resp.Status == http.StatusNotModified || resp.Status == http.StatusResetContent {
		resp.Body.Close()
		end()
		out.HasBody, out.Encoding = resp.Status == http.StatusOK || !nullBody(resp.Status), ""
		c.answer(wholeResponse(out))
		return
	}
	s := streamOf(resp.Body, end)
	s.runWith(ctx, resp.Length, func(whole []byte, ok bool) {
		if !ok {
			c.answer(codedResponse(out, `["R",0,true]`, false, s))
			return
		}
		if out.Body = whole; len(whole) == 0 {
			out.Encoding = "" // such as the answer to a HEAD
		}
		c.answer(wholeResponse(out))
		s.release()
	})
}

// wholeResponse is a response with all of its body, as it is if it can be.
func wholeResponse(r *rpc.Response) parcel {
	p := parcel{response: r}
	if !r.Fits() {
		return p.coded()
	}
	return p
}

// coded is the parcel without a response that is in no coded form.
func (p parcel) coded() parcel {
	switch {
	case p.response == nil:
		return p
	case p.response.HasBody:
		return codedResponse(p.response, `["b",0]`, false)
	}
	return codedResponse(p.response, `null`, false)
}

// codedResponse is the coded value of a response whose body is of that form.
func codedResponse(r *rpc.Response, body string, isSocket bool, caps ...capability) parcel {
	out := fetchResponse{Status: r.Status, StatusText: r.StatusText, Type: "default", Header: flatHeaders(r.Headers), Encoding: r.Encoding, FromNet: true,
		Body: jsontext.Value(body)}
	if isSocket {
		out.Socket = new(int) // the capability 0
	}
	return parcel{data: appendPieces(codedList1("P", out), r.Body), caps: caps}
}

func nullBody(status int) bool { return status == 204 || status == 205 || status == 304 }

var compressions = map[string]string{"gzip": "gzip", "x-gzip": "gzip", "br": "br"}

func codedList1(tag string, v any) []byte { return codedText([]any{tag, v}) }

// latin1 is a header's value as the Fetch Standard has it: a character for each byte.
func latin1(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			runes := make([]rune, len(s))
			for n := range len(s) {
				runes[n] = rune(s[n])
			}
			return string(runes)
		}
	}
	return s
}

// The wording is the Workers runtime's, where it has one.
var lost = &thrownError{&rpc.Error{Kind: rpc.Thrown, Name: "Error", Message: "Network connection lost."},
	parcel{data: codedError("Error", "Network connection lost.", map[string]any{"retryable": true})}}

func thrown(format string, args ...any) *rpc.Error {
	return &rpc.Error{Kind: rpc.Thrown, Name: "Error", Message: fmt.Sprintf(format, args...)}
}

// failure is an error as the Worker sees it: no address and nothing of the policy's secrets is in it.
func (o *outboundCap) failure(err error) error {
	var (
		denied    *netproxy.DeniedError
		malformed *netproxy.MalformedError
		own       *rpc.Error
	)
	switch {
	case errors.As(err, &own):
		return err
	case errors.As(err, &denied):
		to := net.JoinHostPort(denied.Dest.Host, strconv.Itoa(int(denied.Dest.Port)))
		return &rpc.Error{Kind: rpc.Denied, Name: "Error", Message: fmt.Sprintf("This Worker is not permitted to reach %s: %s. An administrator can allow it by a rule of the egress policy.", to, denied.Verdict.Reason)}
	case errors.As(err, &malformed):
		return &rpc.Error{Kind: rpc.Thrown, Name: "TypeError", Message: "Fetch API " + malformed.Error() + "."}
	case errors.Is(err, netproxy.ErrLookup):
		return thrown("DNS lookup failed.")
	case errors.Is(err, netproxy.ErrTLS):
		return thrown("TLS peer's certificate is not trusted.")
	case errors.Is(err, netproxy.ErrTimeout):
		return thrown("The request timed out.")
	case errors.Is(err, netproxy.ErrTooMuch):
		return &rpc.Error{Kind: rpc.LimitExceeded, Name: "Error", Message: "The transfer exceeds the limit that the egress policy sets.",
			Limit: &rpc.Limit{Which: "egressBytes"}}
	case errors.Is(err, errNoOutbound):
		return &rpc.Error{Kind: rpc.Denied, Name: "Error", Message: fmt.Sprintf("The outbound %q is no longer in the policy.", o.name)}
	}
	return lost
}
