package netproxy

import (
	"net/netip"
	"time"
)

// Record is what is kept of one request or connection: who went where, and what came of it.
type Record struct {
	Time     time.Time
	Who      Who
	Kind     string // fetch, websocket, connect
	Outbound string // the policy's name of it
	Scheme   string
	Host     string
	Port     uint16
	Addr     netip.Addr // what was dialled; invalid: nothing was
	Method   string
	Path     string // without the query: secrets stand there
	Status   int    // of the response; 0: there was none
	Sent     int64  // bytes of the request's body, or up the connection
	Received int64
	Duration time.Duration
	Allowed  bool // with neither this nor Denied it failed before it was decided: the name has no address
	Denied   bool
	Rule     string // where the rule is that decided; "" for the built-in default
	Reason   string // why it was denied, or failed
}

// Who made the request.
type Who struct {
	Worker  string
	Owner   uint32 // uid
	Role    string
	Profile string
}
