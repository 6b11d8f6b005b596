package rpc

import "time"

// A canceled invocation that goes on is ended by its Worker; where that doesn't help, the supervisor ends the Worker's process.
const (
	// Linger is how long one goes on before the Worker ends it, and again if it has something under way, MostLingers times
	// in all.
	Linger      = 500 * time.Millisecond
	MostLingers = 50

	// Grace is how long the supervisor waits for that, and again if others go on in the process, MostGraces times in all.
	Grace      = time.Second
	MostGraces = 30
)

// The Worker comes first: this doesn't compile otherwise.
const (
	_ = uint64(Grace - Linger - 1)
	_ = uint64(MostGraces*Grace - MostLingers*Linger - 1)
)
