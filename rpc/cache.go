package rpc

// CacheVerb is what a CacheCall asks for.
type CacheVerb uint8

// The verbs. What HTTP says about caching is the isolate's business: the
// supervisor keeps bytes under keys of the isolate's own.
const (
	CacheMatch  CacheVerb = iota + 1 // → Found, Entry, Size, Meta and the first bytes
	CacheRead                        // of Entry, from Offset → Data
	CachePut                         // begins a new entry → Entry; nobody sees it before CacheCommit
	CacheWrite                       // appends Data to Entry
	CacheCommit                      // appends Data, and puts Entry in the place of what Key had
	CacheAbort                       // forgets Entry
	CacheDelete                      // → Found: there was one
)

// MaxCacheKey is the most that the name of a cache and a key may have together.
const MaxCacheKey = 32 << 10

// CacheCall is a call on the Worker's cache.
type CacheCall struct {
	Invocation uint32
	Verb       CacheVerb
	Cache, Key string // CacheMatch, CacheCommit, CacheDelete
	Entry      uint64
	Offset     int64
	Expires    int64  // CacheCommit: milliseconds since the epoch
	Meta       []byte // CacheCommit: what the isolate keeps beside the body
	Data       []byte
}

// Type implements Message.
func (*CacheCall) Type() Type { return TypeCacheCall }

func (m *CacheCall) fields(c *codec) {
	c.u32(&m.Invocation)
	c.u8((*uint8)(&m.Verb))
	c.string(&m.Cache)
	c.string(&m.Key)
	c.uint(&m.Entry)
	c.int64(&m.Offset)
	c.int64(&m.Expires)
	c.bytes(&m.Meta)
	c.bytes(&m.Data)
}

// CacheResult answers the CacheCall with the same number.
type CacheResult struct {
	Error *Error // nil on success
	Found bool
	Entry uint64
	Size  int64
	Meta  []byte
	Data  []byte
}

// Type implements Message.
func (*CacheResult) Type() Type { return TypeCacheResult }

func (m *CacheResult) fields(c *codec) {
	optionalError(c, &m.Error)
	c.bool(&m.Found)
	c.uint(&m.Entry)
	c.int64(&m.Size)
	c.bytes(&m.Meta)
	c.bytes(&m.Data)
}
