package supervisor

import "stockade.dev/stockade/rpc"

// bind gives the app's Worker a binding that reaches out of it.
func (s *Supervisor) bind(app, name string, b binding) error {
	return rpc.Errorf(rpc.BadRequest, "/bindings/%s: bindings of the type %q are not supported yet.", name, b.Type)
}
