package wasm

import (
	"reflect"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/tetratelabs/wazero/api"
)

// registry has the instances that live. It keeps none of them alive.
type registry struct {
	mu    sync.Mutex // guards flags: instances go while others run
	flags map[*atomic.Uint64]struct{}
	list  []weak.Pointer[instance]
}

// interrupted is what wazero's instances have for being closed, without having
// given anything back. The code of an instance looks at it in each loop and
// at the beginning of each function.
const interrupted = 1

// closedFlag is that flag of a module. wazero sets it when a context ends,
// and then closes the instance for good. A Worker whose one request has run
// for too long has to answer the others, so this package sets and clears it.
func closedFlag(module api.Module) *atomic.Uint64 {
	v := reflect.ValueOf(module)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	field := v.Elem().FieldByName("Closed")
	if !field.IsValid() || !field.CanAddr() || !field.Addr().CanInterface() {
		return nil
	}
	flag, _ := field.Addr().Interface().(*atomic.Uint64)
	return flag
}

func (r *registry) add(i *instance) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.flags == nil {
		r.flags = map[*atomic.Uint64]struct{}{}
	}
	r.flags[i.closed] = struct{}{}
}

func (r *registry) remove(flag *atomic.Uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.flags, flag)
}

func (r *registry) mark(value uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for flag := range r.flags {
		flag.Store(value)
	}
}

// each visits the instances that live.
func (r *registry) each(visit func(*instance) (more bool)) {
	kept := r.list[:0]
	going := true
	for _, w := range r.list {
		if i := w.Value(); i != nil {
			kept = append(kept, w)
			going = going && visit(i)
		}
	}
	r.list = kept
}
