package supervisor

import (
	"sync/atomic"

	"stockade.dev/stockade/rpc"
)

// capability is something that an isolate can be given a grant on.
//
//	serviceCap  an entrypoint of a Worker, with props: service.go
//	exportCap   an object that an isolate has passed out
//	workerCap   a Worker that has been loaded: loader.go
//	loaderCap   a Worker Loader: loader.go
//	assetsCap   an app's files: app_assets_binding.go
//	fileCap     one of them, while it is read
type capability interface {
	// call answers c, now or later. It doesn't block.
	call(c *hostCall)
	// retain and release count the grants and parcels that hold it.
	retain()
	release()
}

// batched is a capability that can be called as part of what a reader does with the frames that have arrived.
type batched interface {
	callIn(b *batch, c *hostCall)
}

// parcel is a value on its way between two isolates. It holds its capabilities until it is delivered or dropped.
type parcel struct {
	data     []byte
	caps     []capability
	response *rpc.Response // in the place of data
}

func (p parcel) drop() {
	for _, c := range p.caps {
		c.release()
	}
}

// copied is the parcel once more.
func (p parcel) copied() parcel {
	for _, c := range p.caps {
		c.retain()
	}
	return p
}

// exportCap is an object in the heap of an isolate.
type exportCap struct {
	at         *isolate
	invocation uint32 // as part of which it was passed out
	id         uint32
	holders    atomic.Int64
}

func (e *exportCap) call(c *hostCall) { e.callIn(nil, c) }

func (e *exportCap) callIn(b *batch, c *hostCall) {
	e.at.stubCall(b, c, e.invocation, rpc.OnExport, e.id)
}

func (e *exportCap) retain() {
	if e.holders.Add(1) == 1 {
		e.at.exported.Add(1)
	}
}

func (e *exportCap) release() {
	if e.holders.Add(-1) == 0 {
		e.at.exported.Add(-1)
		e.at.post(rpc.Frame{Message: &rpc.Release{Exports: []uint32{e.id}}})
	}
}
