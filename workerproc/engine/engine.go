// Package engine is what the isolate host needs of a JavaScript engine, and
// nothing more. Each engine is a package below this one.
//
// What crosses between Go and the engine is one of
//
//	nil         undefined (null becomes nil too)
//	bool
//	float64     every number; ops may also return int and int64
//	string
//	[]byte      from an ArrayBuffer or a view of one; to a Uint8Array; always a copy
//	[]any       an array of the above
//	*Ref        an object or function that Go has made
//	BigInt      to a BigInt; one that comes is a Handle
//	Handle      any other JavaScript value, opaque to Go
//
// Errors that an engine returns are *Exception (the code threw), *SyntaxError
// (the code doesn't parse), *Interrupted (Interrupt was called) or *Error (a
// module graph that can't be linked).
package engine

// Op is a Go function that the runtime's own JavaScript calls as ops.name. It
// runs on the isolate's goroutine and must not block. An *Error becomes a
// JavaScript error of its Name; any other error a plain Error.
type Op func(args []any) (any, error)

// Handle is a reference to a JavaScript value of one engine.
type Handle any

// BigInt is what an op returns for a BigInt of 64 bits.
type BigInt int64

// Ref is a Go value that JavaScript has as an object: one without properties
// that Go alone can look into, or, with Call, a function. It is the same object
// as long as JavaScript has it, and comes back as the same Ref.
type Ref struct {
	Value any
	// Call makes it a function, whose arguments come as those of Foreign.Invoke
	// go.
	Call   Op
	Name   string
	Length int
	// Object belongs to the engine.
	Object any
}

// MaxList is how long an array may be that Go is given as a list. A longer one is a Handle: its length says nothing of what
// is in it, and a Worker can have its neighbours be given one.
const MaxList = 1 << 20

// Stubs is implemented by an engine that takes over the most frequent way of a call of a stub from the runtime
// (parts/rpc/stubs.js), where its JavaScript takes most of the time.
type Stubs interface {
	// Stubs gets the runtime's functions and returns those to be put in their place. send sends a call with simple values and
	// returns its number; false: the runtime has to.
	Stubs(parts Handle, send func(grant uint32, path []string, args []any) (uint32, bool)) (Handle, error)
	// Settle gives calls their results, simple values: number, value, … It does what Call does with the runtime's hostPlain, to
	// which those go that the runtime has made.
	Settle(results []any) error
	// Take returns the record of a call that was made so, and who waits for it: a function for its result, one for its error,
	// … The engine forgets it. Of one that the runtime has made it is nil.
	Take(number uint32) (record Handle, waiters []any)
}

// Followers is implemented by an engine that can tell what waits for a promise.
type Followers interface {
	// Passes reports whether an object that promise p is fulfilled with, which has no then, does nothing but fulfil promise o: p is
	// pending, and only o, or a chain of at most MaxPasses promises that ends at o, waits for it; o is pending, has exactly one
	// waiter (the caller's), and nothing else can settle it. What p is rejected with may go elsewhere. It runs none of the
	// Worker's code, and says false of what it can't be sure of.
	Passes(p, o Handle) bool
}

// MaxPasses is how long a chain Passes looks at.
const MaxPasses = 8

// Foreign is implemented by an engine that can show JavaScript what isn't its
// own: what WebAssembly needs. All of it belongs to the isolate's goroutine.
type Foreign interface {
	// Invoke is Call by which only undefined, booleans, numbers and Refs cross as
	// such. Every other value, null too, is a Handle, so that what goes through Go
	// comes out as it went in.
	Invoke(fn Handle, args ...any) (any, error)
	// IsNull tells null, which is a Handle here.
	IsNull(v Handle) bool
	// Int64 is the value of a BigInt, modulo 2^64.
	Int64(v Handle) (n int64, is bool)
	// NewBuffer makes an ArrayBuffer of memory outside Go's heap, which must not
	// go as long as keep is reachable. keep must not lead back to the buffer.
	NewBuffer(memory []byte, keep any) (Handle, error)
	// Collect collects the garbage of the engine's own heap, if it has one.
	Collect()
	// Detach detaches an ArrayBuffer.
	Detach(buffer Handle)
}

// Engine is one JavaScript heap. Its methods belong to the isolate's
// goroutine, Interrupt excepted, which any goroutine may call.
type Engine interface {
	Values
	Modules
	Control
}

// Values evaluates the runtime's own code and moves values across.
type Values interface {
	// Ops returns an object with a function for each op. The object is
	// frozen and has no prototype. It has one function more: follows(ok, bad)
	// tells a then that it was called by the promise job that has a promise
	// follow its object. Then ok and bad, its arguments, do nothing but settle
	// that promise, and nobody gets what it returns.
	Ops(map[string]Op) Handle
	// Script evaluates runtime code as a strict script and returns its
	// completion value. Frames of a name that begins with "stockade:" are
	// left out of stack traces.
	Script(name, source string) (any, error)
	// Call calls fn with this undefined. When it is the outermost call it
	// runs all promise jobs before it returns.
	Call(fn Handle, args ...any) (any, error)
	// Property reads object[name], or returns nil.
	Property(object Handle, name string) (any, error)
	// Parse turns JSON into a value.
	Parse(json []byte) (any, error)
	// Then has done called, on the isolate's goroutine, when promise settles.
	// err is an *Exception when it was rejected.
	Then(promise Handle, done func(value any, err error))
	// NewPromise returns a promise and the function that settles it, to be
	// called once and not from within an op; promise jobs run before that
	// returns.
	NewPromise() (promise Handle, settle func(value any, err error) error)
	// Internals tells what no code of the Worker can: that a value is a
	// "proxy", or a promise that is "pending", "fulfilled" or "rejected", with
	// what; kind is "" for any other.
	Internals(value Handle) (kind string, result Handle)
	// Describe returns what is known of a thrown value. It runs none of the
	// Worker's code. Stack is in the author's files, lines and columns.
	Describe(thrown any) Description
}

// Modules is the Worker's module graph.
type Modules interface {
	// Define adds a module. Nothing is parsed before the first Import that
	// reaches it.
	Define(Module)
	// Builtin makes exports (an object) importable under that name.
	Builtin(name string, exports Handle)
	// Provide sets who is asked, once each, for built-in modules that Builtin
	// doesn't know, by the name that an import spells: for its exports, with
	// what require returns as default, for nil, or for a string that the
	// error then has as its last line. A name of one of the Worker's modules
	// is never asked for.
	Provide(func(name string) (exports any, err error))
	// Require returns what require(specifier) does in the module importer.
	Require(specifier, importer string, namespace bool) (Handle, error)
	// Import links and evaluates the graph below a module. The promise is
	// fulfilled with the module's namespace object.
	Import(name string) (promise Handle, err error)
	// Primitive is the first export of a namespace that is neither an object nor
	// a function. In JavaScript it takes 2 ms to look at a thousand.
	Primitive(namespace Handle) (name string, found bool, err error)
	// Compiled returns what was made of the modules that were defined without
	// Compiled, to define them with in another process of the same Version.
	Compiled() map[string][]byte
}

// Control is about the engine as a whole.
type Control interface {
	// Version identifies what Compiled depends on.
	Version() string
	// Interrupt stops the running code, or the next to run, with an
	// *Interrupted error that wraps reason. Built-in functions run to their
	// end first.
	Interrupt(reason error)
	// AllowCode says whether strings may become code (eval, new Function); they
	// may not in a new engine.
	AllowCode(bool)
	// ClearInterrupt takes an Interrupt back that came too late.
	ClearInterrupt()
	// Context returns the value that follows the running code through its
	// promise jobs, and SetContext replaces it.
	Context() any
	SetContext(any)
	// Rejections returns and forgets the promises that were rejected since
	// the last call and that have no handler now, and those that it returned
	// earlier and that have got one since (Handled).
	Rejections() []Rejection
}

// Heap is implemented by an engine whose heap is not part of Go's.
type Heap interface {
	// Heap returns how many bytes the heap takes. What is beyond the limit is
	// not counted before garbage has been collected, which happens soon. Any
	// goroutine may call it.
	Heap() int64
	// LimitHeap sets the limit (0: none). Code that gets well above it is
	// interrupted with the error that exceeded makes. Code that wants more than
	// the limit at once gets a RangeError.
	LimitHeap(bytes int64, exceeded func(used int64) error)
}

// Rejection is an unhandled one: its reason and the context of the reject.
type Rejection struct {
	Promise Handle
	Reason  any
	Context any
	Handled bool
}

// ModuleKind is how a module's source is read.
type ModuleKind uint8

// The kinds that an engine evaluates. A Python module is made into one of these
// before it gets here. The default export of a Value is made by Module.Value.
const (
	ESModule ModuleKind = iota + 1
	TypeScript
	CommonJS
	Text
	JSON
	Data
	Value
)

// Module is one module of the graph. Compiled, if not empty, is what Compiled
// returned for the same source in an engine of the same Version. Once says that
// Compiled needs not return anything for it. Value is asked when the module is
// first imported.
type Module struct {
	Name     string
	Kind     ModuleKind
	Source   []byte
	Compiled []byte
	Once     bool
	Value    func() (any, error)
}

// Error is an error with the name of its JavaScript class.
type Error struct {
	Name    string // "TypeError", "RangeError", "DataCloneError" (a DOMException), …
	Message string
}

func (e *Error) Error() string { return e.Name + ": " + e.Message }

// Exception is a value that the code threw.
type Exception struct {
	Thrown   any  // pass it to Describe
	JobsLost bool // promise jobs that were waiting will never run
}

func (e *Exception) Error() string { return "uncaught exception" }

// Description is what can be said of a thrown value.
type Description struct {
	Name    string // "" when it isn't an Error
	Message string
	Stack   string // as V8 prints it, with the first line; "" when unknown
	Cause   any    // error.cause, to be described in its turn; nil for none
	Errors  []any  // of an AggregateError, the first few
}

// MaxErrors is how many of an AggregateError's errors are described.
const MaxErrors = 8

// SyntaxError says where in the author's source it doesn't parse.
type SyntaxError struct {
	Message string // without "SyntaxError: "
	File    string
	Line    int // 1-based
	Column  int // 1-based, in UTF-16 units as every engine counts
	Frame   string
}

func (e *SyntaxError) Error() string { return "SyntaxError: " + e.Message }

// Interrupted says that Interrupt ended the code.
type Interrupted struct{ Reason error }

func (e *Interrupted) Error() string { return "interrupted: " + e.Reason.Error() }

func (e *Interrupted) Unwrap() error { return e.Reason }
