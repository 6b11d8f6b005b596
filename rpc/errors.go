package rpc

import "fmt"

// Kind is the stable name of a class of errors (DESIGN §10): API clients
// branch on it.
type Kind string

// The kinds. BadRequest and NotFound are the caller's doing, CodeError and
// Exception the Worker's author's, Internal ours.
const (
	BadRequest    Kind = "bad_request"
	NotFound      Kind = "not_found"
	Conflict      Kind = "conflict"
	CodeError     Kind = "code_error" // the code can't be loaded
	Thrown        Kind = "exception"  // the code threw
	LimitExceeded Kind = "limit_exceeded"
	Denied        Kind = "denied"
	WorkerKilled  Kind = "worker_killed"
	Overloaded    Kind = "overloaded"
	Internal      Kind = "internal"

	// Settled answers a call on the result of an earlier one, which has been
	// sent meanwhile: the caller has it, and makes the call on it.
	Settled Kind = "settled"
)

var kinds = map[Kind]bool{BadRequest: true, NotFound: true, Conflict: true, CodeError: true, Thrown: true,
	LimitExceeded: true, Denied: true, WorkerKilled: true, Overloaded: true, Internal: true, Settled: true}

// Error is an error with its kind, as it crosses processes and reaches API
// clients.
type Error struct {
	Kind    Kind
	Name    string // of the JavaScript error: "TypeError"; else empty
	Message string
	Stack   string // in the author's files, lines and columns
	Limit   *Limit // with LimitExceeded
	Frame   string // with a syntax error: the code frame
	File    string
	Line    int // 1-based; 0: unknown
	Column  int // 1-based; 0: unknown
}

// Limit names the limit that was exceeded: its value and what was used.
type Limit struct {
	Which string // "cpuMs", "memory", …
	Value int64
	Used  int64
}

// Errorf returns an Error of that kind.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string {
	if e.Name != "" {
		return e.Name + ": " + e.Message
	}
	return e.Message
}

func (e *Error) visit(c *codec) {
	kind := string(e.Kind)
	if c.string(&kind); c.reading && !kinds[Kind(kind)] {
		c.fail(fmt.Errorf("unknown error kind %.40q", kind))
		return
	}
	if c.reading {
		e.Kind = Kind(kind)
	}
	c.string(&e.Name)
	c.string(&e.Message)
	c.string(&e.Stack)
	has := e.Limit != nil
	if c.bool(&has); has {
		if e.Limit == nil {
			e.Limit = new(Limit)
		}
		c.string(&e.Limit.Which)
		c.int64(&e.Limit.Value)
		c.int64(&e.Limit.Used)
	}
	c.string(&e.Frame)
	c.string(&e.File)
	c.int(&e.Line)
	c.int(&e.Column)
}

func optionalError(c *codec, e **Error) {
	has := *e != nil
	if c.bool(&has); !has {
		return
	}
	if *e == nil {
		*e = new(Error)
	}
	(*e).visit(c)
}
