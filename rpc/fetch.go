package rpc

import "errors"

// Most fetches between isolates are small: their request and response cross as they are, without being coded as values.
// Those that are larger, or that hold what only a value can (a stream, a signal, a WebSocket), are values like others.

// MaxInline and MaxInlineHead are the most that the body of an inline request or response may have, and the rest of it.
const (
	MaxInline     = 1 << 20
	MaxInlineHead = 32 << 10
)

// Request is what fetch() is called with.
type Request struct {
	Method  string
	URL     string
	Headers []Header
	HasBody bool
	Body    []byte
}

// Response is what it returns.
type Response struct {
	Status     int
	StatusText string
	Headers    []Header
	HasBody    bool
	Body       []byte
	Encoding   string // how Body is compressed, if the reader is to see what is in it
}

var errInline = errors.New("a request or response that is too large to be sent inline")

// Fits reports whether the request may cross as it is.
func (r *Request) Fits() bool {
	return len(r.Body) <= MaxInline && len(r.Method)+len(r.URL)+headSize(r.Headers) <= MaxInlineHead
}

// Fits reports whether the response may cross as it is.
func (r *Response) Fits() bool {
	return len(r.Body) <= MaxInline && len(r.StatusText)+len(r.Encoding)+headSize(r.Headers) <= MaxInlineHead
}

func headSize(headers []Header) (size int) {
	for _, h := range headers {
		size += len(h.Name) + len(h.Value) + 8
	}
	return size
}

func (r *Request) visit(c *codec) {
	c.string(&r.Method)
	c.string(&r.URL)
	headers(c, &r.Headers)
	c.bool(&r.HasBody)
	c.bytes(&r.Body)
	if !r.Fits() {
		c.fail(errInline)
	}
}

func (r *Response) visit(c *codec) {
	c.int(&r.Status)
	c.string(&r.StatusText)
	headers(c, &r.Headers)
	c.bool(&r.HasBody)
	c.bytes(&r.Body)
	c.string(&r.Encoding)
	if !r.Fits() {
		c.fail(errInline)
	}
}

// optional is a field that may be nil.
func optional[T any, P interface {
	*T
	visit(*codec)
}](c *codec, v *P) {
	has := *v != nil
	if c.bool(&has); !has {
		return
	}
	if *v == nil {
		*v = new(T)
	}
	(*v).visit(c)
}
