package cell

import (
	"os"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/rpc/wardenrpc"
)

// WardenMain is the program of the warden (`stockade warden`, hidden): pid 1 of a cell. It returns the exit code.
func WardenMain() int {
	log := wardenrpc.NewLogger(os.Stderr)
	inside, err := jailer.Enter(log)
	if err != nil {
		log.Error(err.Error())
		return 1
	}
	wardenrpc.Serve(&warden{inside}, os.Stderr) // until the supervisor says Quit
	return 0
}

// warden answers the control conversation.
type warden struct{ inside *jailer.Inside }

// Setup implements wardenrpc.Warden. From here on Workers can be started, and the process ends with its supervisor.
func (w *warden) Setup(s wardenrpc.Setup) ([]wardenrpc.Layer, error) {
	found, err := w.inside.Setup(jailer.Setup(s))
	if err != nil {
		return nil, err
	}
	go func() {
		if err := w.inside.Serve(); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}()
	layers := make([]wardenrpc.Layer, len(found))
	for i, l := range found {
		layers[i] = wardenrpc.Layer{Name: l.Name, State: string(l.State), Detail: l.Detail}
	}
	return layers, nil
}
