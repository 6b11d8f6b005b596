package workerproc

import (
	"fmt"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// opCacheCall sends a call on the cache and returns its number: ops.cacheCall(verb, cache, key, entry, offset, expires, meta,
// data). What a Worker asks its cache for counts as a subrequest.
func (i *isolate) opCacheCall(args []any) (any, error) {
	s, v, err := i.caller()
	if err != nil {
		return nil, err
	}
	m := &rpc.CacheCall{Invocation: v.id, Meta: bytesOf(member(args, 6)), Data: bytesOf(member(args, 7))}
	m.Cache, _ = arg[string](args, 1)
	m.Key, _ = arg[string](args, 2)
	for n, to := range map[int]*int64{4: &m.Offset, 5: &m.Expires} {
		f, _ := arg[float64](args, n)
		*to = int64(max(f, 0))
	}
	verb, _ := arg[float64](args, 0)
	m.Verb = rpc.CacheVerb(verb)
	entry, _ := arg[float64](args, 3)
	m.Entry = uint64(max(entry, 0))
	if err := i.checkCacheCall(v, m); err != nil {
		return nil, err
	}
	n := i.number(&hostCall{invocation: v, scope: s})
	i.out.add(n, m)
	return int64(n), nil
}

func (i *isolate) checkCacheCall(v *invocation, m *rpc.CacheCall) error {
	switch {
	case len(m.Cache)+len(m.Key) > rpc.MaxCacheKey:
		return &engine.Error{Name: "TypeError", Message: fmt.Sprintf("The URL is too long to be cached: %d bytes at most, with the cache's name.", rpc.MaxCacheKey)}
	case len(m.Meta) > rpc.MaxHead-64:
		return &engine.Error{Name: "TypeError", Message: "The response's headers are too large to be cached."}
	case len(m.Data) > rpc.ChunkSize:
		return &engine.Error{Name: "RangeError", Message: "The chunk is too large."}
	case len(i.calls) >= maxCalls:
		return v.tooManyCalls()
	case m.Verb != rpc.CacheMatch && m.Verb != rpc.CachePut && m.Verb != rpc.CacheDelete:
		return nil
	}
	if !v.mayAsk() {
		return v.tooManySubRequests()
	}
	v.subRequests++
	return nil
}

// cacheResult resumes the code that waits for the cache.
func (i *isolate) cacheResult(id uint32, m *rpc.CacheResult) error {
	c := i.calls[id]
	if c == nil {
		if !i.numbers.Given(id) {
			return fmt.Errorf("%w: a result of no call", rpc.ErrProtocol)
		}
		return nil // the invocation is over
	}
	delete(i.calls, id)
	var failure any
	if e := m.Error; e != nil {
		failure = []any{string(e.Kind), e.Name, e.Message}
	}
	i.run(c.invocation, c.scope, func() error {
		_, err := i.engine.Call(i.host["cacheResult"], int64(id), failure, m.Found, float64(m.Entry), float64(m.Size), m.Meta, m.Data)
		return err
	})
	return nil
}
