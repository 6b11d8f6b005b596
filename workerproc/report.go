package workerproc

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// maxText bounds each text of an error, so that the message that carries it
// stays within its limit.
const maxText = 48 << 10

// clip makes a text short enough, and valid.
func clip(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// toRPC turns an error into the one that leaves the process. What is not the
// code's doing leaves without details.
func (i *isolate) toRPC(err error) *rpc.Error {
	var (
		own    *rpc.Error
		thrown *engine.Exception
		named  *engine.Error
	)
	limit, isLimit := asLimit(err)
	switch {
	case errors.As(err, &own):
		return own
	case isLimit:
		return limitExceeded(limit)
	case errors.As(err, &thrown):
		return i.describe(thrown.Thrown)
	case errors.As(err, &named):
		return &rpc.Error{Kind: rpc.Thrown, Name: named.Name, Message: clip(named.Message)}
	}
	return rpc.Errorf(rpc.Internal, "the Worker's process failed")
}

func (i *isolate) describe(thrown any) *rpc.Error {
	d := i.engine.Describe(thrown)
	if d.Name == "" {
		d.Name = "Error"
	}
	if d.Stack != "" {
		d.Stack += i.causes(d, 0)
	}
	return &rpc.Error{Kind: rpc.Thrown, Name: clip(d.Name), Message: clip(d.Message), Stack: clip(d.Stack)}
}

// maxCauses is how deep a chain of causes is followed.
const maxCauses = 5

// causes is what stands below a stack: what the error came of, and what an
// AggregateError is made of, each farther in.
func (i *isolate) causes(d engine.Description, depth int) string {
	if depth == maxCauses {
		return ""
	}
	var text strings.Builder
	add := func(what string, thrown any) {
		inner := i.engine.Describe(thrown)
		shown := inner.Stack
		if shown == "" {
			shown = inner.Message
		}
		shown += i.causes(inner, depth+1)
		if text.Len()+len(shown) < maxText {
			text.WriteString("\n  [" + what + "]: " + strings.ReplaceAll(shown, "\n", "\n  "))
		}
	}
	if d.Cause != nil {
		add("cause", d.Cause)
	}
	for n, one := range d.Errors {
		add("errors]["+strconv.Itoa(n), one)
	}
	return text.String()
}

var limitMessages = map[string]string{
	"cpuMs":  "Worker exceeded CPU time limit.",
	"wallMs": "Worker exceeded its time limit.",
	"memory": "Worker exceeded memory limit.",
}

func limitExceeded(l *limitError) *rpc.Error {
	return &rpc.Error{Kind: rpc.LimitExceeded, Name: "Error", Message: limitMessages[l.which],
		Limit: &rpc.Limit{Which: l.which, Value: l.value, Used: l.used}}
}

// outcomeOf is the outcome in the words of the Workers trace events.
func outcomeOf(e *rpc.Error) string {
	if e.Kind == rpc.NotFound && e.Name == "" {
		return "scriptNotFound"
	}
	if e.Kind != rpc.LimitExceeded || e.Limit == nil {
		return "exception"
	}
	switch e.Limit.Which {
	case "cpuMs":
		return "exceededCpu"
	case "memory":
		return "exceededMemory"
	case "wallMs":
		return "exceededWallTime"
	}
	return "exception"
}

func now() int64 { return time.Now().UnixMilli() }

func invocationID(v *invocation) uint32 {
	if v == nil {
		return 0
	}
	return v.id
}

// exception reports an uncaught error.
func (i *isolate) exception(v *invocation, e *rpc.Error) {
	i.out.add(invocationID(v), &rpc.Exception{Name: e.Name, Message: e.Message, Stack: e.Stack, Time: now()})
}

// maxRejectionRounds bounds how often the listeners of unhandledrejection may
// make new rejections before the turn ends.
const maxRejectionRounds = 16

// reportRejections reports promises whose rejection nothing handles, to the
// Worker's listeners first.
func (i *isolate) reportRejections() {
	for range maxRejectionRounds {
		list := i.engine.Rejections()
		if len(list) == 0 {
			return
		}
		for _, r := range list {
			var v *invocation
			if s, ok := r.Context.(*scope); ok && s.invocation != nil && !s.invocation.done {
				v = s.invocation
			}
			if !i.rejected(v, r) && !r.Handled {
				i.exception(v, i.describe(r.Reason))
			}
		}
	}
}

// rejected tells the runtime, which returns whether the Worker has dealt with
// it.
func (i *isolate) rejected(v *invocation, r engine.Rejection) (prevented bool) {
	i.run(v, nil, func() error {
		value, err := i.engine.Call(i.host["rejected"], r.Promise, r.Reason, r.Handled)
		prevented, _ = value.(bool)
		return err
	})
	return prevented
}

// log sends a line of the console, within the limits of the invocation.
func (i *isolate) log(v *invocation, level, message string) {
	if v != nil && (level == "request" || level == "response") {
		i.traceEvent(v, level, message)
		return
	}
	if v != nil && !i.mayLog(v, len(message)) {
		v.dropped++
		return
	}
	if len(message) > rpc.MaxLog-1024 {
		message = `["(a message too large to be logged)"]`
	}
	i.out.add(invocationID(v), &rpc.LogLine{Level: level, Message: []byte(message), Time: now()})
}

// traceEvent says what the event was, once each: it is short (parts/trace.js), and no line of the log.
func (i *isolate) traceEvent(v *invocation, level, message string) {
	said := &v.requestSaid
	if level == "response" {
		said = &v.responseSaid
	}
	if !*said && len(message) < rpc.MaxLog-1024 {
		*said = true
		i.out.add(v.id, &rpc.LogLine{Level: level, Message: []byte(message), Time: now()})
	}
}

// isTraced reports whether Tail Workers watch this Worker.
func (i *isolate) isTraced() bool { return i.load != nil && i.load.Traced }

func (i *isolate) mayLog(v *invocation, size int) bool {
	limits := i.load.Limits
	v.logLines++
	v.logBytes += int64(size)
	return (limits.LogLines <= 0 || v.logLines <= limits.LogLines) && (limits.LogBytes <= 0 || v.logBytes <= limits.LogBytes)
}
