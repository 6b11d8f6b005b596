package workerproc

import (
	"maps"
	"strings"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// ops are what the runtime calls (runtime/CONTRACT.md).
func (i *isolate) ops() map[string]engine.Op {
	all := maps.Clone(i.platform.ops)
	if all == nil {
		all = map[string]engine.Op{}
	}
	maps.Copy(all, i.wasm.Ops())
	maps.Copy(all, map[string]engine.Op{
		"lazy":        i.lazy,
		"require":     i.opRequire,
		"internals":   i.opInternals,
		"current":     func([]any) (any, error) { return int64(invocationID(i.scope().invocation)), nil },
		"context":     func([]any) (any, error) { return i.scope().frame, nil },
		"setContext":  i.opSetContext,
		"respond":     i.opRespond,
		"callResult":  i.opCallResult,
		"fail":        i.opFail,
		"exception":   i.opException,
		"settled":     i.opSettled,
		"bodyWrite":   i.opBodyWrite,
		"bodyClose":   i.opBodyClose,
		"bodyAbort":   i.opBodyAbort,
		"requestRead": i.opRequestRead,
		"log":         i.opLog,
		"setTimer":    i.opSetTimer,
		"clearTimer":  i.opClearTimer,
		"call":        i.opCall,
		"cacheCall":   i.opCacheCall,
		"callPlain":   i.opCallPlain,
		"fetch":       i.opFetch,
		"find":        i.opFind,
		"headerList":  i.opHeaderList,
		"statusText":  opStatusText,
		"answerFetch": i.opAnswerFetch,
		"answerPlain": i.opAnswerPlain,
		"stubs":       i.opStubs,
		"exportNames": i.opExportNames,
		"allowCode":   func([]any) (any, error) { i.allowCode(true); return nil, nil },
		"codeAllowed": func([]any) (any, error) { return i.codeAllowed, nil },
		"wasmCode":    i.opWasmCode,
		"drop":        i.opDrop,
		"answer":      i.opAnswer,
		"stubResult":  i.opStubResult,
		"describe":    i.opDescribe,
		"now":         func([]any) (any, error) { return i.clock.now(), nil },
	})
	maps.Copy(all, i.fileOps())
	return all
}

// scope is that of the running code.
func (i *isolate) scope() *scope {
	if s, ok := i.engine.Context().(*scope); ok {
		return s
	}
	return &scope{}
}

// arg returns an argument if it is there and of type T.
func arg[T any](args []any, n int) (v T, ok bool) {
	if n < len(args) {
		v, ok = args[n].(T)
	}
	return v, ok
}

func member(args []any, n int) any {
	if n < len(args) {
		return args[n]
	}
	return nil
}

// invocation is the one whose id is the first argument; nil when it is over.
func (i *isolate) invocation(args []any) *invocation {
	id, _ := arg[float64](args, 0)
	return i.invocations[uint32(id)]
}

func (i *isolate) opRequire(args []any) (any, error) {
	specifier, _ := arg[string](args, 0)
	importer, _ := arg[string](args, 1)
	namespace, _ := arg[bool](args, 2)
	return i.engine.Require(specifier, importer, namespace)
}

func (i *isolate) opInternals(args []any) (any, error) {
	kind, result := i.engine.Internals(member(args, 0))
	return []any{kind, result}, nil
}

func (i *isolate) opSetContext(args []any) (any, error) {
	i.engine.SetContext(&scope{invocation: i.scope().invocation, frame: member(args, 0)})
	return nil, nil
}

func (i *isolate) opRespond(args []any) (any, error) {
	v := i.invocation(args)
	if v == nil || v.isCall {
		return nil, nil
	}
	status, _ := arg[float64](args, 1)
	text, _ := arg[string](args, 2)
	streaming, _ := arg[bool](args, 5)
	head := &rpc.ResponseHead{Status: int(status), StatusText: text, Headers: headersOf(member(args, 3))}
	size := len(text)
	for _, h := range head.Headers {
		size += len(h.Name) + len(h.Value) + 8
	}
	if size > rpc.MaxHead-64 {
		i.fail(v, &rpc.Error{Kind: rpc.Thrown, Name: "RangeError", Message: "The response's headers are too large."})
		return nil, nil
	}
	i.respond(v, head, bytesOf(member(args, 4)), streaming)
	i.finish(v)
	return nil, nil
}

func bytesOf(v any) []byte {
	switch v := v.(type) {
	case string:
		return []byte(v)
	case []byte:
		return v
	}
	return nil
}

func (i *isolate) opCallResult(args []any) (any, error) {
	v := i.invocation(args)
	if v == nil || !v.isCall || v.coded {
		return nil, nil
	}
	result, _ := arg[string](args, 1)
	if len(result) > rpc.MaxValue {
		i.fail(v, &rpc.Error{Kind: rpc.LimitExceeded, Name: "RangeError", Message: "The value is too large to be returned.",
			Limit: &rpc.Limit{Which: "valueBytes", Value: rpc.MaxValue, Used: int64(len(result))}})
	} else if v.answer() {
		i.out.add(v.id, &rpc.CallResult{Value: []byte(result)})
	}
	i.finish(v)
	return nil, nil
}

func (i *isolate) opFail(args []any) (any, error) {
	v := i.invocation(args)
	if v == nil {
		return nil, nil
	}
	e := i.describe(member(args, 1))
	kind, _ := arg[string](args, 2)
	if kind == string(rpc.NotFound) || kind == string(rpc.BadRequest) || kind == string(rpc.Denied) {
		e.Kind = rpc.Kind(kind)
	}
	var thrown rpc.Value
	if v.coded {
		thrown, _ = i.coded(v, member(args, 3)) // without it the caller has name and message
	}
	i.failWith(v, e, thrown)
	if kind == "aborted" {
		i.failServing(v, e)
		v.settled, v.broken = true, true
	}
	i.finish(v)
	return nil, nil
}

func (i *isolate) opException(args []any) (any, error) {
	v := i.invocation(args)
	if v != nil && v.outcome == "" {
		v.outcome = "exception"
	}
	i.exception(v, i.describe(member(args, 1)))
	return nil, nil
}

func (i *isolate) opSettled(args []any) (any, error) {
	if v := i.invocation(args); v != nil {
		v.settled = true
		i.finish(v)
	}
	return nil, nil
}

func (i *isolate) opBodyWrite(args []any) (any, error) {
	if v := i.invocation(args); v != nil {
		return i.write(v, bytesOf(member(args, 1)))
	}
	return nil, errBodyOver
}

func (i *isolate) opBodyClose(args []any) (any, error) {
	if v := i.invocation(args); v != nil {
		i.closeBody(v)
		i.finish(v)
	}
	return nil, nil
}

func (i *isolate) opBodyAbort(args []any) (any, error) {
	if v := i.invocation(args); v != nil {
		reason, isText := arg[string](args, 1)
		if !isText {
			reason = i.describe(member(args, 1)).Error()
		}
		i.abortBody(v, reason)
		i.finish(v)
	}
	return nil, nil
}

func (i *isolate) opRequestRead(args []any) (any, error) {
	n, _ := arg[float64](args, 1)
	if v := i.invocation(args); v != nil && n <= rpc.Window {
		i.tookRequest(v, int(n))
	}
	return nil, nil
}

// traceLevels are what a Worker that is traced says beside its log.
var traceLevels = map[string]bool{"request": true, "response": true, "channel": true}

var logLevels = map[string]bool{"debug": true, "info": true, "log": true, "warn": true, "error": true}

func (i *isolate) opLog(args []any) (any, error) {
	v := i.invocation(args)
	if v == nil {
		v = i.scope().invocation
	}
	if v != nil && v.done {
		return nil, nil
	}
	level, _ := arg[string](args, 1)
	if !logLevels[level] && !(i.isTraced() && traceLevels[level]) {
		level = "log"
	}
	message, _ := arg[string](args, 2)
	i.log(v, level, strings.ToValidUTF8(message, "\ufffd"))
	return nil, nil
}

func (i *isolate) opSetTimer(args []any) (any, error) {
	ms, _ := arg[float64](args, 0)
	repeat, _ := arg[bool](args, 1)
	return i.setTimer(ms, repeat)
}

func (i *isolate) opClearTimer(args []any) (any, error) {
	number, _ := arg[float64](args, 0)
	i.clearTimer(int64(number))
	return nil, nil
}

func (i *isolate) opDescribe(args []any) (any, error) {
	d := i.engine.Describe(member(args, 0))
	return []any{d.Name, d.Message, d.Stack}, nil
}
