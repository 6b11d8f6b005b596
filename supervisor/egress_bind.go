package supervisor

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// outboundSpec is a globalOutbound as it comes over the socket: a Worker of the same owner, an app of theirs, or an outbound
// of the policy.
type outboundSpec struct {
	Service    string         `json:"service,omitzero"`
	App        string         `json:"app,omitzero"`
	Outbound   string         `json:"outbound,omitzero"`
	Entrypoint string         `json:"entrypoint,omitzero"`
	Props      jsontext.Value `json:"props,omitzero"`
}

const outboundMembers = `null, {"service": ID}, {"app": NAME} or {"outbound": NAME}`

// outboundOf reads globalOutbound: nil, nil if there is none to read.
func (c *workerCode) outboundOf() (*outboundSpec, error) {
	if c.GlobalOutbound == nil || c.GlobalOutbound.Kind() == 'n' {
		return nil, nil
	}
	o := new(outboundSpec)
	if c.GlobalOutbound.Kind() != '{' || decodeJSON(bytes.NewReader(c.GlobalOutbound), o) != nil {
		return nil, rpc.Errorf(rpc.BadRequest, "/code/globalOutbound: expected %s.", outboundMembers)
	}
	given := 0
	for _, name := range []string{o.Service, o.App, o.Outbound} {
		if name != "" {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, rpc.Errorf(rpc.BadRequest, "/code/globalOutbound: expected one of %s.", outboundMembers)
	case o.Outbound != "" && (o.Entrypoint != "" || o.Props != nil):
		return nil, rpc.Errorf(rpc.BadRequest, "/code/globalOutbound: an outbound of the policy has neither entrypoint nor props.")
	case o.Props != nil && o.Props.Kind() != '{':
		return nil, rpc.Errorf(rpc.BadRequest, "/code/globalOutbound/props: expected an object.")
	case len(o.Service) > maxID || len(o.App) > maxID || len(o.Entrypoint) > maxID:
		return nil, rpc.Errorf(rpc.BadRequest, "/code/globalOutbound: names have %d bytes at most.", maxID)
	}
	return o, nil
}

// checkOutbound refuses an outbound that the profile doesn't let its Workers ask for.
func (c *workerCode) checkOutbound(p policy.Profile) error {
	o, err := c.outboundOf()
	if err != nil || o == nil || o.Outbound == "" {
		return err
	}
	if !slices.Contains(p.Egress.Outbounds, o.Outbound) {
		return rpc.Errorf(rpc.Denied, "/code/globalOutbound/outbound: code of the profile %q can't ask for %.64q; its egress.outbounds has %q.", p.Name, o.Outbound, p.Egress.Outbounds)
	}
	return nil
}

// bindOutbound gives an isolate what its fetch() and connect() reach: what the code says, else the profile's default.
func (c *workerCode) bindOutbound(who identity, at *isolate) {
	if found := c.outboundCapability(who); found != nil {
		found.retain()
		at.grants.setOutbound(found)
	}
}

func (c *workerCode) outboundCapability(who identity) capability {
	profile := who.pool.current()
	o, err := c.outboundOf()
	switch {
	case err != nil || c.GlobalOutbound != nil && o == nil:
		return nil
	case o == nil && profile.Egress.Default == policy.EgressNone:
		return nil
	case o == nil:
		return &outboundCap{name: profile.Egress.Default, granted: who}
	case o.Outbound != "":
		if c.checkOutbound(*profile) != nil { // the policy has changed since
			return nil
		}
		return &outboundCap{name: o.Outbound, granted: who}
	}
	props, err := codedJSON(o.Props)
	if err != nil {
		return nil
	}
	var w worker = storedWorker{who.s, storeKey(who.account.owner, o.Service)}
	if o.App != "" {
		w = namedApp{who.s, fmt.Sprintf("%d/%s", who.account.owner, o.App)}
	}
	return &serviceCap{worker: w, entrypoint: o.Entrypoint, props: parcel{data: props}, identity: who}
}
