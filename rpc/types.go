package rpc

import "fmt"

// Type numbers the messages on the wire.
type Type uint8

// Messages to the worker process (the Worker service, worker.go), and from it
// (the Host service, host.go). BodyData, BodyAbort and Credit go both ways.
const (
	TypeLoad Type = iota + 1
	TypeInvoke
	TypeCancel
	TypeHostResult
	TypeReady
	TypeLoaded
	TypeLoadFailed
	TypeResponseHead
	TypeCallResult
	TypeInvokeFailed
	TypeLogLine
	TypeException
	TypeDone
	TypeHostCall
	TypeBodyData
	TypeBodyAbort
	TypeCredit
	TypeStubCall
	TypeStubResult
	TypeRelease
	TypeDrop
	TypeCacheCall
	TypeCacheResult
)

// Sizes, in bytes, from the specification (code 64 MiB, env 1 MiB) and from
// the Workers platform (RPC values 32 MiB).
const (
	MaxCode     = 64 << 20
	MaxEnv      = 1 << 20
	MaxValue    = 32 << 20
	MaxCompiled = 32 << 20                   // what a process compiled of a Worker's modules, to be kept: of larger code not all is
	MaxLoad     = MaxCode + MaxEnv + MaxHead // what a Worker Loader is given
	MaxHead     = 128 << 10                  // a request's or response's line and headers
	MaxLog      = 256 << 10                  // one log line, exception or error

	// What the supervisor takes from one Worker to another, with the path of the call or the error: the message in which it
	// goes on has other numbers in it.
	MaxForwarded = MaxValue + MaxHead - 1024
	MaxInvoked   = MaxForwarded + MaxEnv // with the name and the props of an entrypoint
)

type row struct {
	name  string
	limit int
	from  Side // 0: either side
	make  func() Message
}

// table is the whole conversation: who may send what, and how large.
var table = [...]row{
	TypeLoad:         {"Load", 2*MaxCode + MaxEnv + MaxHead, Supervisor, func() Message { return new(Load) }},
	TypeInvoke:       {"Invoke", MaxValue + MaxEnv + MaxHead, Supervisor, func() Message { return new(Invoke) }},
	TypeCancel:       {"Cancel", MaxLog, Supervisor, func() Message { return new(Cancel) }},
	TypeHostResult:   {"HostResult", MaxValue + MaxHead, Supervisor, func() Message { return new(HostResult) }},
	TypeReady:        {"Ready", 1 << 10, Worker, func() Message { return new(Ready) }},
	TypeLoaded:       {"Loaded", MaxCompiled + MaxHead, Worker, func() Message { return new(Loaded) }},
	TypeLoadFailed:   {"LoadFailed", MaxLog, Worker, func() Message { return new(LoadFailed) }},
	TypeResponseHead: {"ResponseHead", MaxHead + ChunkSize, Worker, func() Message { return new(ResponseHead) }},
	TypeCallResult:   {"CallResult", MaxValue + MaxHead, Worker, func() Message { return new(CallResult) }},
	TypeInvokeFailed: {"InvokeFailed", MaxLog + MaxHead, Worker, func() Message { return new(InvokeFailed) }},
	TypeLogLine:      {"LogLine", MaxLog, Worker, func() Message { return new(LogLine) }},
	TypeException:    {"Exception", MaxLog, Worker, func() Message { return new(Exception) }},
	TypeDone:         {"Done", MaxLog, Worker, func() Message { return new(Done) }},
	TypeHostCall:     {"HostCall", MaxLoad + MaxHead, Worker, func() Message { return new(HostCall) }},
	TypeBodyData:     {"BodyData", ChunkSize + 16, 0, func() Message { return new(BodyData) }},
	TypeBodyAbort:    {"BodyAbort", MaxLog, 0, func() Message { return new(BodyAbort) }},
	TypeCredit:       {"Credit", 16, 0, func() Message { return new(Credit) }},
	TypeStubCall:     {"StubCall", MaxValue + MaxHead, Supervisor, func() Message { return new(StubCall) }},
	TypeStubResult:   {"StubResult", MaxValue + MaxHead, Worker, func() Message { return new(StubResult) }},
	TypeRelease:      {"Release", MaxHead, Supervisor, func() Message { return new(Release) }},
	TypeDrop:         {"Drop", MaxHead, Worker, func() Message { return new(Drop) }},
	TypeCacheCall:    {"CacheCall", MaxHead + ChunkSize + MaxCacheKey, Worker, func() Message { return new(CacheCall) }},
	TypeCacheResult:  {"CacheResult", MaxLog + MaxHead + ChunkSize, Supervisor, func() Message { return new(CacheResult) }},
}

func (t Type) known() bool { return int(t) < len(table) && table[t].make != nil }

// String returns the message's name.
func (t Type) String() string {
	if !t.known() {
		return fmt.Sprintf("message type %d", uint8(t))
	}
	return table[t].name
}

func (t Type) limit() int {
	if !t.known() {
		return 0
	}
	return table[t].limit
}

// message returns an empty message of type t, or nil if from may not send it.
func (t Type) message(from Side) Message {
	if !t.known() || (table[t].from != 0 && table[t].from != from) {
		return nil
	}
	return table[t].make()
}
