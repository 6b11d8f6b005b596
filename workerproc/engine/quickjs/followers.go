package quickjs

import "stockade.dev/stockade/workerproc/engine"

// Passes implements engine.Followers.
func (e *Engine) Passes(p, o engine.Handle) bool { return false }
