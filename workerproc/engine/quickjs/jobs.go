package quickjs

import (
	"unsafe"

	lib "modernc.org/libquickjs"
)

// jobs gives each promise job the context (engine.Control) in which it was
// registered. QuickJS has no notion of that. What it has is the promise that a
// registration makes: then returns one, and an async function has returned
// one. Hooks (hooks.go) note the context by that promise, where the job finds
// it again, by way of the functions that resolve it. A job that leads to no
// such promise gets the context that it was enqueued in.
type jobs struct {
	current  any
	contexts map[uintptr]any // by promise, or by async generator
	// enqueued are the contexts in which the jobs of QuickJS's list were
	// enqueued, in the list's order, up to the job noted.
	enqueued []any
	noted    uintptr
}

// Context implements engine.Control.
func (e *Engine) Context() any { return e.jobs.current }

// SetContext implements engine.Control.
func (e *Engine) SetContext(context any) {
	e.noteJobs()
	e.jobs.current = context
}

// jobList is the head of QuickJS's circular list.
func (e *Engine) jobList() uintptr {
	return e.rt + unsafe.Offsetof(lib.TJSRuntime{}.Fjob_list)
}

// noteJobs notes the current context for the jobs that have come since the
// last time.
func (e *Engine) noteJobs() {
	j, head := &e.jobs, e.jobList()
	last := j.noted
	if last == 0 {
		last = head
	}
	for next := at[lib.Tlist_head](last).Fnext; next != head; next = at[lib.Tlist_head](next).Fnext {
		j.enqueued = append(j.enqueued, j.current)
		j.noted = next
	}
}

// runJobs runs promise jobs until there are none, or the code is stopped.
func (e *Engine) runJobs() {
	before := e.jobs.current
	for !e.functions.stopped {
		e.noteJobs()
		job := at[lib.Tlist_head](e.jobList()).Fnext
		if job == e.jobList() {
			break
		}
		e.jobs.current = e.takeContext(job)
		if lib.XJS_ExecutePendingJob(e.tls, e.rt, 0) < 0 {
			e.free(lib.XJS_GetException(e.tls, e.ctx))
		}
	}
	e.noteJobs()
	e.jobs.current = before
}

// takeContext returns the context that the list's first job runs in.
func (e *Engine) takeContext(job uintptr) any {
	j := &e.jobs
	enqueued := j.enqueued[0]
	j.enqueued[0] = nil
	if j.enqueued = j.enqueued[1:]; len(j.enqueued) == 0 {
		j.enqueued = nil
	}
	if job == j.noted {
		j.noted = 0
	}
	for _, key := range [2]uintptr{derivedOf(job), continuationOf(job)} {
		if key == 0 {
			continue
		}
		if context, known := j.contexts[key]; known {
			return context
		}
	}
	return enqueued
}

// A reaction's job has the arguments resolve, reject, handler, whether it is
// a rejection, value.
const reactionArguments = 5

// derivedOf returns the promise that then has returned for a reaction.
func derivedOf(job uintptr) uintptr {
	if at[lib.TJSJobEntry](job).Fargc != reactionArguments {
		return 0
	}
	return promiseOf(jobArgument(job, 0))
}

// promiseOf returns the promise that a function resolves.
func promiseOf(resolve lib.TJSValue) uintptr {
	if class(resolve) != lib.EJS_CLASS_PROMISE_RESOLVE_FUNCTION || payload(resolve) == 0 {
		return 0
	}
	return pointer(at[lib.TJSPromiseFunctionData](payload(resolve)).Fpromise)
}

// continuationOf returns the promise of the async function, or the async
// generator, that goes on in a job.
func continuationOf(job uintptr) uintptr {
	if at[lib.TJSJobEntry](job).Fargc != reactionArguments {
		return 0
	}
	switch handler := jobArgument(job, 2); class(handler) {
	case lib.EJS_CLASS_ASYNC_FUNCTION_RESOLVE, lib.EJS_CLASS_ASYNC_FUNCTION_REJECT:
		if state := payload(handler); state != 0 {
			return promiseOf(at[lib.TJSAsyncFunctionState](state).Fresolving_funcs[0])
		}
	case lib.EJS_CLASS_C_FUNCTION_DATA:
		record := at[lib.TJSCFunctionDataRecord](payload(handler))
		if record.Fdata_len == 0 {
			return 0
		}
		generator := *valueAt(payload(handler)+unsafe.Sizeof(*record), 0)
		if class(generator) == lib.EJS_CLASS_ASYNC_GENERATOR {
			return pointer(generator)
		}
	}
	return 0
}

// noteContext notes that what waits for a promise, or goes on with an async
// generator, does so in the current context.
func (e *Engine) noteContext(v lib.TJSValue) {
	if e.jobs.current != nil && isObject(v) {
		e.jobs.contexts[pointer(v)] = e.jobs.current
	}
}

func (e *Engine) forgetContext(v lib.TJSValue) {
	if len(e.jobs.contexts) > 0 {
		delete(e.jobs.contexts, pointer(v))
	}
}

// forgetInterrupted takes the interrupt's error back from async functions
// that it has ended: nobody is to catch it.
func (e *Engine) forgetInterrupted() {
	for job := at[lib.Tlist_head](e.jobList()).Fnext; job != e.jobList(); job = at[lib.Tlist_head](job).Fnext {
		entry := at[lib.TJSJobEntry](job)
		if entry.Fargc == reactionArguments && e.isInterrupt(jobArgument(job, 4)) {
			entry.Fjob_func = e.functions.nothing
		}
	}
	kept := e.rejected[:0]
	for _, r := range e.rejected {
		if e.isInterrupt(r.reason.v) {
			continue
		}
		kept = append(kept, r)
	}
	e.rejected = kept
}

// isInterrupt recognises the error that QuickJS makes of an interrupt.
func (e *Engine) isInterrupt(v lib.TJSValue) bool {
	return class(v) == lib.EJS_CLASS_ERROR && e.isInternal(v) && e.ownText(v, "message") == "interrupted"
}

// isInternal recognises an error that QuickJS calls InternalError.
func (e *Engine) isInternal(v lib.TJSValue) bool {
	prototype := lib.XJS_GetPrototype(e.tls, e.ctx, v)
	defer e.free(prototype)
	return pointer(prototype) == pointer(e.context().Fnative_error_proto[lib.EJS_INTERNAL_ERROR])
}
