// Package cell starts the cell block of one policy profile and speaks with its warden: it puts jailer (what the kernel
// enforces) and rpc/wardenrpc (the control conversation) together.
//
//	Start: jailer.Build ─▶ wardenrpc.Start(libcontainer) ─▶ Setup ─▶ Confirm ─▶ Serve
//	Spawn: jailer's donation socket
//	Close: Kill ─▶ the warden and every Worker are gone ─▶ Remove
package cell

import (
	"context"
	"errors"
	"fmt"
	"time"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/rpc/wardenrpc"
)

// ErrFull is returned by Spawn when every slot is taken, ErrGone when the warden is gone.
var (
	ErrFull = jailer.ErrFull
	ErrGone = jailer.ErrGone
)

// Cell is one live cell block. Its methods may be called from many goroutines.
type Cell struct {
	block   *jailer.Block
	warden  *jailer.WardenProcess // nil: not started
	control *wardenrpc.Client     // nil: not connected
}

// startTimeout is how long a cell may take to come up.
const startTimeout = 30 * time.Second

// Start builds the cell block of spec and waits until its warden has verified it from inside. A layer that spec requires
// and that does not hold is an error. ctx bounds the start only.
func Start(ctx context.Context, spec jailer.Spec) (*Cell, error) {
	block, err := jailer.Build(spec)
	if err != nil {
		return nil, err
	}
	c := &Cell{block: block}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(err, c.Close(context.WithoutCancel(ctx)))
	}
	return c, nil
}

func (c *Cell) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	deadline, _ := ctx.Deadline()
	launch := func(env []string, socketDir string) (wardenrpc.Runner, error) {
		var err error
		if c.warden, err = c.block.Warden(env, socketDir); err != nil {
			return nil, err // a nil *WardenProcess in a Runner would not be nil
		}
		return c.warden, nil
	}
	var err error
	if c.control, err = wardenrpc.Start(launch, c.block.Dir(), time.Until(deadline), c.block.Log()); err != nil {
		return err
	}
	found, err := c.control.Setup(ctx, wardenrpc.Setup(c.block.Setup()))
	if err != nil {
		return fmt.Errorf("cannot set up the cell: %w", err)
	}
	if err := c.block.Confirm(layers(found)); err != nil {
		return err
	}
	c.block.Serve()
	return nil
}

func layers(found []wardenrpc.Layer) []jailer.Layer {
	layers := make([]jailer.Layer, len(found))
	for i, l := range found {
		layers[i] = jailer.Layer{Name: l.Name, State: jailer.State(l.State), Detail: l.Detail}
	}
	return layers
}

// Spawn starts a Worker process in a free slot. It returns when the process exists, not when it is ready.
func (c *Cell) Spawn(ctx context.Context) (*jailer.Jail, error) { return c.block.Spawn(ctx) }

// Layers says what holds, in the order of the jail's steps, and which the warden has verified from inside.
func (c *Cell) Layers() []jailer.Layer { return c.block.Layers() }

// Warnings says every way in which the cell is weaker than the strictest one.
func (c *Cell) Warnings() []string { return c.block.Warnings() }

// Done is closed when the warden has died; every Worker of the cell is dead then.
func (c *Cell) Done() <-chan struct{} { return c.block.Gone() }

// Close kills every Worker and the warden, and removes what the cell left on the host. It may be called again.
func (c *Cell) Close(ctx context.Context) error {
	err := c.warden.Kill(ctx) // first: it has nothing to say any more, and a warden that quits breaks off go-plugin's goodbye
	if c.control != nil {
		c.control.Close()
	}
	return errors.Join(err, c.block.Remove())
}

// Sweep removes what killed supervisors left below runDir: processes, cgroups, files. Cells of live ones stay.
func Sweep(runDir string) error { return jailer.Sweep(runDir) }
