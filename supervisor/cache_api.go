package supervisor

import (
	"errors"
	"sync"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
)

// isolateCache is the caches of a Worker as one isolate of it uses them. Calls are served one after the other by a
// goroutine that is there while there are any: a write to the store must not hold up what else the isolate says.
type isolateCache struct {
	mu      sync.Mutex // guards what follows
	waiting []cacheJob
	weight  int
	serving chan struct{} // closed when the goroutine has ended; nil: there is none
	over    bool

	writers map[uint64]*store.CacheWriter // the goroutine's own
	readers map[uint64]int64              // entries that were found, and their size; the goroutine's own
}

type cacheJob struct {
	id uint32
	m  *rpc.CacheCall
}

// Bounds for one isolate.
const (
	maxCacheWaiting = 8 << 20 // bytes of calls that wait
	maxCacheWriters = 64
	maxCacheReaders = 1024
)

func (j cacheJob) weight() int {
	return len(j.m.Data) + len(j.m.Meta) + len(j.m.Key) + len(j.m.Cache) + 256
}

// cacheCall takes a call on the cache.
func (i *isolate) cacheCall(id uint32, m *rpc.CacheCall) error {
	if len(m.Cache)+len(m.Key) > rpc.MaxCacheKey {
		return rpc.ErrProtocol
	}
	if i.invocation(m.Invocation) == nil || i.identity.s == nil {
		i.cacheAnswer(id, &rpc.CacheResult{Error: rpc.Errorf(rpc.Thrown, "The request to which this call belongs has ended.")})
		return nil
	}
	job := cacheJob{id, m}
	c := &i.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.weight+job.weight() > maxCacheWaiting {
		i.cacheAnswer(id, &rpc.CacheResult{Error: rpc.Errorf(rpc.Overloaded, "Too many calls on the cache are under way.")})
		return nil
	}
	c.waiting = append(c.waiting, job)
	c.weight += job.weight()
	if c.serving == nil {
		c.serving = make(chan struct{})
		i.identity.s.hostCalls.Go(i.serveCache)
	}
	return nil
}

func (i *isolate) cacheAnswer(id uint32, m *rpc.CacheResult) {
	i.post(rpc.Frame{ID: id, Message: m})
}

func (i *isolate) serveCache() {
	c := &i.cache
	for {
		c.mu.Lock()
		if len(c.waiting) == 0 || c.over {
			close(c.serving)
			c.serving = nil
			c.mu.Unlock()
			return
		}
		job := c.waiting[0]
		c.waiting = c.waiting[1:]
		c.weight -= job.weight()
		c.mu.Unlock()
		i.cacheAnswer(job.id, i.serveCacheCall(job.m))
	}
}

// endCache ends what the isolate has under way, and its cache if it was its alone.
func (i *isolate) endCache() {
	c := &i.cache
	c.mu.Lock()
	c.over = true
	serving := c.serving
	c.mu.Unlock()
	if serving != nil {
		<-serving
	}
	for _, w := range c.writers {
		w.Abort()
	}
	if s := i.identity.s; s != nil && i.cacheScope().Brief {
		if err := s.store.CacheEnd(i.cacheScope()); err != nil {
			i.log.Error("cannot clear a Worker's cache", "err", err)
		}
	}
}

// cacheScope is whose caches they are: a Worker's that is known by a name, or this isolate's alone.
func (i *isolate) cacheScope() store.CacheScope {
	a := i.identity.account
	if a.kind == store.UsageRun || a.dynamic && a.worker == "" {
		return store.CacheScope{Owner: a.owner, Worker: i.identity.name, Brief: true}
	}
	name := a.kind + "/" + a.name
	if a.dynamic {
		name += "\x00" + i.identity.name
	}
	return store.CacheScope{Owner: a.owner, Worker: name}
}

func (i *isolate) serveCacheCall(m *rpc.CacheCall) *rpc.CacheResult {
	out, err := i.cacheDo(m)
	var known *rpc.Error
	switch {
	case err == nil:
		return out
	case errors.As(err, &known):
		return &rpc.CacheResult{Error: known}
	case errors.Is(err, store.ErrCacheFull):
		return &rpc.CacheResult{Error: &rpc.Error{Kind: rpc.Denied, Name: "Error", Message: "Unable to put the response into the cache: it is larger than cache.per_owner of the policy allows."}}
	case errors.Is(err, store.ErrCacheGone):
		return &rpc.CacheResult{Error: &rpc.Error{Kind: rpc.Thrown, Name: "Error", Message: "The cached response was replaced or removed while it was read."}}
	}
	i.log.Error("cannot serve a call on the cache", "err", err)
	return &rpc.CacheResult{Error: rpc.Errorf(rpc.Internal, "The cache is not available.")}
}

var errNoCacheEntry = rpc.Errorf(rpc.Thrown, "There is no such entry.")

func (i *isolate) cacheDo(m *rpc.CacheCall) (*rpc.CacheResult, error) {
	s, scope, now := i.identity.s.store, i.cacheScope(), time.Now()
	if limits := cacheLimits(i.identity.s.policy.Load()); min(limits.Total, limits.PerOwner) == 0 {
		return &rpc.CacheResult{Entry: m.Entry}, nil // what is put is forgotten at once
	}
	switch m.Verb {
	case rpc.CacheMatch:
		return i.cacheMatch(m)
	case rpc.CacheRead:
		return i.cacheRead(m)
	case rpc.CacheDelete:
		there, err := s.CacheDelete(scope, m.Cache, m.Key, now)
		return &rpc.CacheResult{Found: there}, err
	case rpc.CachePut:
		return i.cachePut()
	}
	w := i.cache.writers[m.Entry]
	if w == nil {
		return nil, errNoCacheEntry
	}
	if m.Verb != rpc.CacheAbort {
		if _, err := w.Write(m.Data); err != nil {
			delete(i.cache.writers, m.Entry)
			return nil, err
		}
	}
	if m.Verb == rpc.CacheWrite {
		return &rpc.CacheResult{}, nil
	}
	delete(i.cache.writers, m.Entry)
	if m.Verb == rpc.CacheAbort {
		w.Abort()
		return &rpc.CacheResult{}, nil
	}
	return &rpc.CacheResult{}, w.Commit(m.Cache, m.Key, m.Meta, time.UnixMilli(m.Expires))
}

func (i *isolate) cacheMatch(m *rpc.CacheCall) (*rpc.CacheResult, error) {
	found, ok, err := i.identity.s.store.CacheMatch(i.cacheScope(), m.Cache, m.Key, rpc.ChunkSize, time.Now())
	if err != nil || !ok {
		return &rpc.CacheResult{}, err
	}
	if int64(len(found.Data)) < found.Size {
		if len(i.cache.readers) >= maxCacheReaders {
			clear(i.cache.readers) // those who still read them learn that they are gone
		}
		if i.cache.readers == nil {
			i.cache.readers = make(map[uint64]int64)
		}
		i.cache.readers[found.Entry] = found.Size
	}
	return &rpc.CacheResult{Found: true, Entry: found.Entry, Size: found.Size, Meta: found.Meta, Data: found.Data}, nil
}

// cacheRead reads on in what this isolate has found.
func (i *isolate) cacheRead(m *rpc.CacheCall) (*rpc.CacheResult, error) {
	size, ok := i.cache.readers[m.Entry]
	if !ok || m.Offset < 0 || m.Offset >= size {
		return nil, store.ErrCacheGone
	}
	b, err := i.identity.s.store.CacheRead(m.Entry, m.Offset, min(rpc.ChunkSize, size-m.Offset))
	return &rpc.CacheResult{Data: b}, err
}

func (i *isolate) cachePut() (*rpc.CacheResult, error) {
	c := &i.cache
	if len(c.writers) >= maxCacheWriters {
		return nil, rpc.Errorf(rpc.Overloaded, "Too many responses are being put into the cache.")
	}
	if c.writers == nil {
		c.writers = make(map[uint64]*store.CacheWriter)
	}
	w := i.identity.s.store.CachePut(i.cacheScope())
	c.writers[w.Entry()] = w
	return &rpc.CacheResult{Entry: w.Entry()}, nil
}
