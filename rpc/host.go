package rpc

import "time"

// Ready is the first message of a process: it is warm and narrowed, and has
// not seen any tenant's code.
type Ready struct {
	Protocol uint32
	Engine   string // "goja"
	Version  string // of engine and runtime: part of the key of Compiled
}

// Type implements Message.
func (*Ready) Type() Type { return TypeReady }

func (m *Ready) fields(c *codec) {
	c.u32(&m.Protocol)
	c.string(&m.Engine)
	c.string(&m.Version)
}

// Compiled is what the engine made of a module, for the cache.
type Compiled struct {
	Name string
	Data []byte
}

// Loaded says that the Worker's top level has run.
type Loaded struct {
	CPU      time.Duration // of start-up
	Wall     time.Duration // of start-up: Loaded may come in one piece with the first answer
	Compiled []Compiled    // only of modules that came without
}

// Type implements Message.
func (*Loaded) Type() Type { return TypeLoaded }

func (m *Loaded) fields(c *codec) {
	c.duration(&m.CPU)
	c.duration(&m.Wall)
	list(c, &m.Compiled, func(v *Compiled) { c.string(&v.Name); c.bytes(&v.Data) })
}

// LoadFailed says why the Worker could not be loaded. The process is of no
// use after it.
type LoadFailed struct{ Error Error }

// Type implements Message.
func (*LoadFailed) Type() Type { return TypeLoadFailed }

func (m *LoadFailed) fields(c *codec) { m.Error.visit(c) }

// ResponseHead begins the answer to a fetch.
type ResponseHead struct {
	Status     int // 200..599, or 101
	StatusText string
	Headers    []Header
	Body       []byte // the whole body, if it is at most ChunkSize and at hand
	Stream     bool   // the body follows in BodyData
}

// Type implements Message.
func (*ResponseHead) Type() Type { return TypeResponseHead }

func (m *ResponseHead) fields(c *codec) {
	c.int(&m.Status)
	c.string(&m.StatusText)
	headers(c, &m.Headers)
	c.bytes(&m.Body)
	c.bool(&m.Stream)
}

// CallResult is what a method returned: in JSON, empty for undefined; or
// coded, when the Invoke's arguments were.
type CallResult struct {
	Value    []byte
	Caps     []Cap
	Response *Response // in the place of Value, if the Invoke had a Request
}

// Type implements Message.
func (*CallResult) Type() Type { return TypeCallResult }

func (m *CallResult) fields(c *codec) {
	v := Value{m.Value, m.Caps}
	v.visit(c)
	m.Value, m.Caps = v.Data, v.Caps
	optional(c, &m.Response)
}

// InvokeFailed ends an invocation that has no answer. Thrown is what was
// thrown, when the Invoke's arguments were coded.
type InvokeFailed struct {
	Error  Error
	Thrown Value
}

// Type implements Message.
func (*InvokeFailed) Type() Type { return TypeInvokeFailed }

func (m *InvokeFailed) fields(c *codec) { m.Error.visit(c); m.Thrown.visit(c) }

// LogLine is one call of a console method. A Worker that is traced says it as tail() is told it: the arguments and, beside
// them, what its errors are; its other levels are "request", "response" and "channel" (parts/trace.js).
type LogLine struct {
	Level   string // debug, info, log, warn, error
	Message []byte // JSON array of the arguments
	Time    int64  // milliseconds since the epoch
}

// Type implements Message.
func (*LogLine) Type() Type { return TypeLogLine }

func (m *LogLine) fields(c *codec) {
	c.string(&m.Level)
	c.bytes(&m.Message)
	c.int64(&m.Time)
}

// Exception is an uncaught error of the Worker.
type Exception struct {
	Name, Message, Stack string
	Time                 int64 // milliseconds since the epoch
}

// Type implements Message.
func (*Exception) Type() Type { return TypeException }

func (m *Exception) fields(c *codec) {
	c.string(&m.Name)
	c.string(&m.Message)
	c.string(&m.Stack)
	c.int64(&m.Time)
}

// Done is the last message of an invocation, sent when its waitUntil promises
// have settled.
type Done struct {
	Outcome     string        // "ok", "exception", "exceededCpu", "exceededMemory", "canceled", …
	CPU         time.Duration // of this invocation
	SubRequests int64
	LogsDropped int64 // lines beyond LogLines or LogBytes
}

// Type implements Message.
func (*Done) Type() Type { return TypeDone }

func (m *Done) fields(c *codec) {
	c.string(&m.Outcome)
	c.duration(&m.CPU)
	c.int64(&m.SubRequests)
	c.int64(&m.LogsDropped)
}
