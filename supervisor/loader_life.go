package supervisor

import (
	"sync"
	"sync/atomic"

	"stockade.dev/stockade/rpc"
)

// A dynamic Worker has been given what its env, its globalOutbound and its tails stand for, which may be objects of other Workers. It holds them
// until nothing leads to it any more: then none of it can run again.
//
//	stubs: workerCap, serviceCap, start     ─┐
//	uses:  a process, a trace not yet told  ─┴─ both 0 ─▶ settle ─▶ giveBack
//
// A stub may be had from a stub, or from the process, at any time; a use only by whom holds either.

// hold counts something that leads to the Worker. It reports false when that comes too late.
func (w *dynamicWorker) hold() bool {
	for n := w.stubs.Load(); n > 0; n = w.stubs.Load() {
		if w.stubs.CompareAndSwap(n, n+1) {
			return true
		}
	}
	d := &w.identity.s.dynamic
	d.mu.Lock()
	defer d.mu.Unlock()
	if !w.forgotten {
		w.stubs.Add(1)
	}
	return !w.forgotten
}

// release is the inverse of hold. A Worker without an id ends when nobody has a stub on it any more.
func (w *dynamicWorker) release() {
	if w.stubs.Add(-1) > 0 {
		return
	}
	if !w.named {
		w.identity.s.warm.dropKey(w.key)
	}
	w.settle()
}

func (w *dynamicWorker) use() { w.uses.Add(1) }

func (w *dynamicWorker) unuse() {
	if w.uses.Add(-1) == 0 {
		w.settle()
	}
}

// settle forgets the Worker when nothing leads to it any more.
func (w *dynamicWorker) settle() {
	s := w.identity.s
	if w.uses.Load() == 0 && s.dynamic.settle(w) {
		s.quotas.free(w.identity.root, w.size)
		w.giveBack()
	}
}

// giveBack releases what the Worker has been given.
func (w *dynamicWorker) giveBack() {
	w.env.drop()
	if w.outbound != nil {
		w.outbound.release()
	}
	for _, tail := range w.tails {
		tail.release()
	}
}

// workerCap is a stub on a dynamic Worker.
type workerCap struct {
	worker  *dynamicWorker
	holders atomic.Int64
}

// stub makes a stub, held for the caller.
func (w *dynamicWorker) stub() *workerCap {
	w.stubs.Add(1)
	stub := &workerCap{worker: w}
	stub.retain()
	return stub
}

func (w *workerCap) call(c *hostCall) {
	c.args.drop()
	c.fail(rpc.Errorf(rpc.BadRequest, "A WorkerStub can't be called: call getEntrypoint()."))
}

func (w *workerCap) retain() { w.holders.Add(1) }

func (w *workerCap) release() {
	if w.holders.Add(-1) == 0 {
		w.worker.release()
	}
}

// dynamicWorkers are those that can be found by their id.
type dynamicWorkers struct {
	mu    sync.Mutex
	byKey map[string]*dynamicWorker
	warm  *registry
}

// find returns the Worker, if it has an isolate or is about to have one.
func (d *dynamicWorkers) find(key string) *workerCap {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.byKey[key]
	if w == nil || w.stubs.Load() == 0 && !d.warm.has(key) {
		return nil // one that is there nevertheless settles as its process ends
	}
	return w.stub()
}

// settle forgets a Worker to which nothing leads. It reports false for one that has been found meanwhile.
func (d *dynamicWorkers) settle(w *dynamicWorker) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if w.stubs.Load() > 0 || w.uses.Load() > 0 || w.forgotten { // in this order: who has no stub any more may have left a use
		return false
	}
	w.forgotten = true
	if d.byKey[w.key] == w {
		delete(d.byKey, w.key)
	}
	return true
}

// remove forgets the id of w.
func (d *dynamicWorkers) remove(w *dynamicWorker) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byKey[w.key] == w {
		delete(d.byKey, w.key)
	}
}

// put makes w the one of its id. An isolate of another code by the same id is of no use any more.
func (d *dynamicWorkers) put(w *dynamicWorker) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byKey[w.key] != nil {
		d.warm.dropKey(w.key)
	}
	d.byKey[w.key] = w
}
