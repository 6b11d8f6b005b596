package supervisor

import (
	"fmt"
	"slices"

	"stockade.dev/stockade/netproxy"
	"stockade.dev/stockade/rpc"
)

// Most fetches between isolates cross as they are (rpc.Request, rpc.Response). Their sizes are the frames' to check.

// fetcher is a capability that takes such a request; others get the coded value of it.
type fetcher interface{ fetches() }

func (*serviceCap) fetches()  {}
func (*outboundCap) fetches() {}

// fetchPath is the path of fetch().
var fetchPath = []string{"fetch"}

// takeRequest makes c the call of fetch() that the isolate has sent.
func (c *hostCall) takeRequest(m *rpc.HostCall) error {
	if m.Request == nil || m.Get || m.Operation != "" || !slices.Equal(m.Path, fetchPath) || len(m.Args.Data) > 0 || len(m.Args.Caps) > 0 {
		return fmt.Errorf("%w: a request that is not one of fetch()", rpc.ErrProtocol)
	}
	c.request, c.passes, c.follows = m.Request, m.Passes, m.Follows
	return nil
}

// codeRequest has the request coded for a callee that takes none.
func (c *hostCall) codeRequest() {
	r := c.request
	if c.request = nil; r == nil {
		return
	}
	form := map[string]any{"m": r.Method, "u": r.URL, "h": flatHeaders(r.Headers), "r": "manual", "b": nil}
	text, blobs := any(form), [][]byte(nil)
	if r.HasBody {
		form["b"], blobs = []any{"b", 0}, [][]byte{r.Body}
	}
	c.args = parcel{data: appendPieces(codedText([]any{[]any{[]any{"Q", text}}}), blobs...)}
}

func flatHeaders(headers []rpc.Header) []string {
	flat := make([]string, 0, 2*len(headers))
	for _, h := range headers {
		flat = append(flat, h.Name, h.Value)
	}
	return flat
}

// proxyHeaders are the request's as netproxy takes them.
func proxyHeaders(headers []rpc.Header) []netproxy.Header {
	all := make([]netproxy.Header, len(headers))
	for i, h := range headers {
		all[i] = netproxy.Header(h)
	}
	return all
}

// responded is the answer to such a call, if the invocation had one.
func (v *invocation) responded(m *rpc.CallResult) (parcel, error) {
	p := v.takeResult()
	if m.Response == nil {
		return p, nil
	}
	if len(p.data) > 0 || len(p.caps) > 0 || !v.fetched {
		p.drop()
		return parcel{}, errNoResponse
	}
	return parcel{response: m.Response}, nil
}
