package workerproc

import "time"

// clock is what the Worker's clocks show, in whole milliseconds.
type clock struct {
	frozen bool
	at     int64 // of the last tick
}

// tick is called when something has come in from outside of the isolate.
func (c *clock) tick() { c.at = time.Now().UnixMilli() }

func (c *clock) now() int64 {
	if c.frozen {
		return c.at
	}
	return time.Now().UnixMilli()
}
