package rpc

import "errors"

// CapKind is what a Cap stands for.
type CapKind uint8

// The kinds of capabilities that an isolate may name.
const (
	CapGrant      CapKind = iota + 1 // something outside that it holds, by the grant's number
	CapExport                        // an object of its own, by a number that it has not used before
	CapEntrypoint                    // an entrypoint of a Worker: of its own (ctx.exports), or of one that it has loaded
)

// Cap is a capability as the isolate that sends it names it.
type Cap struct {
	Kind       CapKind
	ID         uint32 // of the grant or export; of CapEntrypoint the Worker's grant, 0: its own Worker
	Entrypoint string // CapEntrypoint; "" is the default export
	Props      Value  // CapEntrypoint
	Limits     string // CapEntrypoint: JSON, "" for none
}

// Value is a value that leaves an isolate. Data is opaque to the supervisor;
// the receiving isolate finds the capabilities in it by their place in Caps.
type Value struct {
	Data []byte
	Caps []Cap
}

// Given is a value that enters an isolate: each capability has become a grant
// in the isolate's own table.
type Given struct {
	Data   []byte
	Grants []uint32
	Own    []uint32 // for each grant the isolate's own export behind it, 0 for others'; empty if none is its own
}

// maxCapDepth is how deep the props of a CapEntrypoint may hold further ones.
const maxCapDepth = 8

var errDepth = errors.New("capabilities within capabilities too deep")

func (v *Value) visit(c *codec) { v.visitAt(c, 0) }

func (v *Value) visitAt(c *codec, depth int) {
	if depth > maxCapDepth {
		c.fail(errDepth)
		return
	}
	c.bytes(&v.Data)
	list(c, &v.Caps, func(cap *Cap) {
		c.u8((*uint8)(&cap.Kind))
		c.u32(&cap.ID)
		if cap.Kind == CapEntrypoint {
			c.string(&cap.Entrypoint)
			cap.Props.visitAt(c, depth+1)
			c.string(&cap.Limits)
		}
	})
}

func (v *Given) visit(c *codec) {
	c.bytes(&v.Data)
	list(c, &v.Grants, c.u32)
	list(c, &v.Own, c.u32)
	if c.reading && len(v.Own) > 0 && len(v.Own) != len(v.Grants) {
		c.fail(errRange)
	}
}

// HostCall is a call on something outside the isolate. What it names is
// looked up in the table of the isolate that sends it and nowhere else; grant
// 0 is globalOutbound.
type HostCall struct {
	Invocation uint32
	Target     Cap
	// Of is the HostCall whose result is the target; 0: none. With a CapEntrypoint as Target it is the call that has
	// loaded the entrypoint's Worker.
	Of        uint32
	Path      []string // properties from the target to what is called or read
	Get       bool     // read it, instead of calling it
	Operation string   // "" is a call; "broken" fails when Target has gone; others are those of a Worker Loader
	Args      Value
	Request   *Request // of fetch(), in the place of Args; nil: it is in them
	Passes    bool     // advice: the Response to Request is the invocation's answer, too, and nothing else becomes of it
	Follows   bool     // but a redirect, which is followed
}

// Type implements Message.
func (*HostCall) Type() Type { return TypeHostCall }

func (m *HostCall) fields(c *codec) {
	c.u32(&m.Invocation)
	one := Value{Caps: []Cap{m.Target}}
	one.visit(c)
	if c.reading {
		if len(one.Caps) != 1 || len(one.Data) > 0 {
			c.fail(errRange)
			return
		}
		m.Target = one.Caps[0]
	}
	c.u32(&m.Of)
	c.strings(&m.Path)
	c.bool(&m.Get)
	c.string(&m.Operation)
	m.Args.visit(c)
	optional(c, &m.Request)
	c.bool(&m.Passes)
	c.bool(&m.Follows)
}

// HostResult answers the HostCall with the same number. With an error, Value
// is what was thrown, if the callee is an isolate that could tell.
type HostResult struct {
	Error    *Error // nil on success
	Value    Given
	Response *Response // in the place of Value; nil: it is there
	Passed   bool      // the invocation has been answered with Response, as HostCall.Passes advised
}

// Type implements Message.
func (*HostResult) Type() Type { return TypeHostResult }

func (m *HostResult) fields(c *codec) {
	optionalError(c, &m.Error)
	m.Value.visit(c)
	optional(c, &m.Response)
	c.bool(&m.Passed)
}

// StubOn is what a StubCall is on.
type StubOn uint8

// What a StubCall is on.
const (
	OnExport     StubOn = iota + 1 // an object that the isolate has passed out
	OnInvocation                   // the result of the invocation itself, which may still be to come
	OnCall                         // the result of an earlier StubCall of the invocation
)

// StubCall is a call on an object of the isolate's, made by whom it was
// passed to. It is part of the invocation in which it was passed out.
type StubCall struct {
	Invocation uint32
	On         StubOn
	ID         uint32 // of the export or the StubCall
	Path       []string
	Get        bool
	Args       Given
}

// Type implements Message.
func (*StubCall) Type() Type { return TypeStubCall }

func (m *StubCall) fields(c *codec) {
	c.u32(&m.Invocation)
	c.u8((*uint8)(&m.On))
	c.u32(&m.ID)
	c.strings(&m.Path)
	c.bool(&m.Get)
	m.Args.visit(c)
}

// StubResult answers the StubCall with the same number. With an error, Value
// is what was thrown.
type StubResult struct {
	Error *Error // nil on success
	Value Value
}

// Type implements Message.
func (*StubResult) Type() Type { return TypeStubResult }

func (m *StubResult) fields(c *codec) {
	optionalError(c, &m.Error)
	m.Value.visit(c)
}

// Release says that nobody holds these exports of the isolate any more, and that nobody waits for these StubCalls.
type Release struct{ Exports, Calls []uint32 }

// Type implements Message.
func (*Release) Type() Type { return TypeRelease }

func (m *Release) fields(c *codec) {
	list(c, &m.Exports, c.u32)
	list(c, &m.Calls, c.u32)
}

// Drop says that the isolate is done with these grants.
type Drop struct{ Grants []uint32 }

// Type implements Message.
func (*Drop) Type() Type { return TypeDrop }

func (m *Drop) fields(c *codec) { list(c, &m.Grants, c.u32) }
