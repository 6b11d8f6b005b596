package rpc

import (
	"math"
	"time"
)

// ModuleKind is how a module's bytes are read: the keys of the
// specification's Module object.
type ModuleKind uint8

// The kinds of modules.
const (
	ModuleJS ModuleKind = iota + 1
	ModuleCJS
	ModuleText
	ModuleJSON
	ModuleData
	ModuleWasm
	ModulePython
	ModuleTypeScript
)

// Module is one entry of a Worker's modules. Compiled, if not empty, is what
// an earlier process made of the same Data (Loaded.Compiled), from the cache.
type Module struct {
	Name     string
	Kind     ModuleKind
	Data     []byte
	Compiled []byte
}

func (m *Module) visit(c *codec) {
	c.string(&m.Name)
	c.u8((*uint8)(&m.Kind))
	c.bytes(&m.Data)
	c.bytes(&m.Compiled)
}

// Load hands the process its Worker: the only one it will ever run.
type Load struct {
	Worker     string // whose cache what is compiled goes to; "" for a load() without id, which has none
	Main       string
	Modules    []Module
	CompatDate string   // YYYY-MM-DD
	CompatFlag []string // already checked against the known ones
	Env        Given    // a JSON object, at most MaxEnv; or coded
	EnvCoded   bool
	Bindings   []Binding // what env has beside that
	Limits     LoadLimits
	Frozen     bool // its clocks stand still while code runs
	Closed     bool // globalOutbound is null
	Traced     bool // Tail Workers watch it: what it logs is in their form (LogLine)
}

// Binding is one member of env that is a grant.
type Binding struct {
	Name  string
	Kind  string // "worker_loader", "service"
	Grant uint32
}

// LoadLimits hold for the process as a whole.
type LoadLimits struct {
	StartupCPU  time.Duration
	StartupWall time.Duration
	Memory      int64 // bytes, a soft limit for the garbage collector
	LogBytes    int64 // per invocation
	LogLines    int64 // per invocation
}

// Type implements Message.
func (*Load) Type() Type { return TypeLoad }

func (m *Load) fields(c *codec) {
	c.string(&m.Worker)
	c.string(&m.Main)
	longList(c, &m.Modules, math.MaxInt, func(v *Module) { v.visit(c) })
	c.string(&m.CompatDate)
	c.strings(&m.CompatFlag)
	m.Env.visit(c)
	c.bool(&m.EnvCoded)
	list(c, &m.Bindings, func(b *Binding) { c.string(&b.Name); c.string(&b.Kind); c.u32(&b.Grant) })
	c.duration(&m.Limits.StartupCPU)
	c.duration(&m.Limits.StartupWall)
	c.int64(&m.Limits.Memory)
	c.int64(&m.Limits.LogBytes)
	c.int64(&m.Limits.LogLines)
	c.bool(&m.Frozen)
	c.bool(&m.Closed)
	c.bool(&m.Traced)
}

// Header is one header line. Order and repetition are kept.
type Header struct{ Name, Value string }

func headers(c *codec, v *[]Header) {
	list(c, v, func(h *Header) { c.string(&h.Name); c.string(&h.Value) })
}

// Invoke begins an invocation: fetch when RPCMethod is empty, else a call.
type Invoke struct {
	Entrypoint string // "" is the default export
	Props      Given  // ctx.props in JSON, empty: {}; or coded
	Limits     InvokeLimits

	Method  string
	URL     string
	Headers []Header
	Body    []byte // the whole body, when it is at hand
	Stream  bool   // the body follows in BodyData

	RPCMethod string
	Args      Given // JSON array, or coded

	// Coded says that Args and Props are coded, and the result is to be. Path then leads from the entrypoint to what is
	// called, or read with Get; "fetch" is the handler.
	Coded bool
	Path  []string
	Get   bool

	// Event is a handler that is no method: "tail", whose Args are a JSON array of what tail() gets. Coded is set then.
	Event   string
	Request *Request // of a fetch() by another isolate, in the place of Args: the answer may be a Response
}

// InvokeLimits hold for one invocation.
type InvokeLimits struct {
	CPU         time.Duration
	Wall        time.Duration
	SubRequests int64 // 0: no limit
	Alone       bool  // it may make no subrequest at all
	UntilAnswer bool  // Wall holds until there is an answer: a WebSocket may last
}

// Type implements Message.
func (*Invoke) Type() Type { return TypeInvoke }

func (m *Invoke) fields(c *codec) {
	c.string(&m.Entrypoint)
	m.Props.visit(c)
	c.duration(&m.Limits.CPU)
	c.duration(&m.Limits.Wall)
	c.int64(&m.Limits.SubRequests)
	c.bool(&m.Limits.Alone)
	c.bool(&m.Limits.UntilAnswer)
	c.string(&m.Method)
	c.string(&m.URL)
	headers(c, &m.Headers)
	c.bytes(&m.Body)
	c.bool(&m.Stream)
	c.string(&m.RPCMethod)
	m.Args.visit(c)
	c.bool(&m.Coded)
	c.strings(&m.Path)
	c.bool(&m.Get)
	c.string(&m.Event)
	optional(c, &m.Request)
}

// Cancel says that nobody waits for the invocation's answer any more.
type Cancel struct{ Reason string }

// Type implements Message.
func (*Cancel) Type() Type { return TypeCancel }

func (m *Cancel) fields(c *codec) { c.string(&m.Reason) }

// BodyData is a piece of a request body (to the worker) or of a response body
// (from it), at most ChunkSize. Last is set on the final piece.
type BodyData struct {
	Data []byte
	Last bool
}

// Type implements Message.
func (*BodyData) Type() Type { return TypeBodyData }

func (m *BodyData) fields(c *codec) { c.bytes(&m.Data); c.bool(&m.Last) }

// BodyAbort says that the body ends here with an error.
type BodyAbort struct{ Reason string }

// Type implements Message.
func (*BodyAbort) Type() Type { return TypeBodyAbort }

func (m *BodyAbort) fields(c *codec) { c.string(&m.Reason) }

// Credit allows the peer to send that many more bytes of the invocation's
// body. Each body starts with a credit of Window.
type Credit struct{ Bytes uint32 }

// Type implements Message.
func (*Credit) Type() Type { return TypeCredit }

func (m *Credit) fields(c *codec) { c.u32(&m.Bytes) }
