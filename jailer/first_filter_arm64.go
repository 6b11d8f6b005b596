package jailer

// startingHere are the calls of starting that only this architecture has.
var startingHere []uint32
