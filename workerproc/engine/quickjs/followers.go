package quickjs

import (
	"unsafe"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
)

// Passes implements engine.Followers. What waits for a promise stands in its list of reactions, and how often a function that settles
// one is referred to says whether anybody else can call it.
func (e *Engine) Passes(p, o engine.Handle) bool {
	from, to := e.pending(p), e.pending(o)
	if from == 0 || to == 0 || e.hasOwn(*e.classPrototype(lib.EJS_CLASS_OBJECT), lib.EJS_ATOM_then) {
		return false
	}
	for range engine.MaxPasses + 1 {
		if from == to {
			waiter, _ := only(to)
			return waiter != nil
		}
		if from = e.follower(from); from == 0 {
			return false
		}
	}
	return false
}

func (e *Engine) classPrototype(id int) *lib.TJSValue {
	return valueAt(e.context().Fclass_proto, id)
}

// pending is the address of a promise, if it is pending and the Worker has changed nothing about it.
func (e *Engine) pending(h engine.Handle) uintptr {
	if p, ok := h.(*handle); ok {
		return e.asItWas(p.v)
	}
	return 0
}

func (e *Engine) asItWas(v lib.TJSValue) uintptr {
	if class(v) != lib.EJS_CLASS_PROMISE || payload(v) == 0 || at[lib.TJSPromiseData](payload(v)).Fpromise_state != lib.EJS_PROMISE_PENDING {
		return 0
	}
	shape := at[lib.TJSShape](object(v).Fshape)
	if shape.Fprop_count != 0 || shape.Fproto != pointer(*e.classPrototype(lib.EJS_CLASS_PROMISE)) {
		return 0
	}
	return pointer(v)
}

// reactionsOf are the lists of what waits for a promise's value, and for the reason why there is none.
func reactionsOf(promise uintptr) *[2]lib.Tlist_head {
	return &at[lib.TJSPromiseData](at[lib.TJSObject](promise).Fu.Fopaque).Fpromise_reactions
}

func isEmpty(list *lib.Tlist_head) bool { return list.Fnext == uintptr(unsafe.Pointer(list)) }

// only are the two reactions of a promise that somebody waits for once.
func only(promise uintptr) (ok, bad *lib.TJSPromiseReactionData) {
	lists := reactionsOf(promise)
	for n := range lists {
		if isEmpty(&lists[n]) || lists[n].Fnext != lists[n].Fprev {
			return nil, nil
		}
	}
	return at[lib.TJSPromiseReactionData](lists[0].Fnext), at[lib.TJSPromiseReactionData](lists[1].Fnext)
}

// follower is the promise that is fulfilled with what a promise is fulfilled with, if nothing else is done then.
func (e *Engine) follower(promise uintptr) uintptr {
	reaction, other := only(promise)
	switch {
	case reaction == nil:
	case reaction.Fhandler.Ftag == lib.EJS_TAG_UNDEFINED: // then had no function for this: both reactions settle what it returned
		return e.resolved(&reaction.Fresolving_funcs, 2)
	case class(reaction.Fhandler) == lib.EJS_CLASS_ASYNC_FUNCTION_RESOLVE && payload(reaction.Fhandler) != 0:
		if f := at[lib.TJSAsyncFunctionState](payload(reaction.Fhandler)); f.Fis_completed == 0 && returnsNext(&f.Fframe) {
			return e.resolved(&f.Fresolving_funcs, 1)
		}
	case returnsGiven(reaction.Fhandler):
		return e.resolved(&reaction.Fresolving_funcs, 2)
	case class(reaction.Fhandler) == lib.EJS_CLASS_PROMISE_RESOLVE_FUNCTION && isUnused(reaction.Fresolving_funcs[0]):
		return e.resolved(&[2]lib.TJSValue{reaction.Fhandler, other.Fhandler}, 1)
	}
	return 0
}

// resolved is the promise that two functions settle, if neither has been called, and nobody else has them.
func (e *Engine) resolved(pair *[2]lib.TJSValue, holders int32) uintptr {
	if class(pair[0]) != lib.EJS_CLASS_PROMISE_RESOLVE_FUNCTION || class(pair[1]) != lib.EJS_CLASS_PROMISE_REJECT_FUNCTION ||
		references(pair[0]) != holders || references(pair[1]) != holders || payload(pair[0]) == 0 || payload(pair[1]) == 0 {
		return 0
	}
	resolve, reject := at[lib.TJSPromiseFunctionData](payload(pair[0])), at[lib.TJSPromiseFunctionData](payload(pair[1]))
	if resolve.Fpresolved != reject.Fpresolved || at[lib.TJSPromiseFunctionDataResolved](resolve.Fpresolved).Falready_resolved != 0 {
		return 0
	}
	return e.asItWas(resolve.Fpromise)
}

// isUnused says that a function resolves a promise that nothing waits for: the one that then has returned to the job that has
// called it.
func isUnused(resolve lib.TJSValue) bool {
	promise := promiseOf(resolve)
	return promise != 0 && at[lib.TJSObject](promise).Fu.Fopaque != 0 && isEmpty(&reactionsOf(promise)[0])
}
