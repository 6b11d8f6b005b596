package narrow

// allowedHere are the calls that only this architecture has.
var allowedHere []uint32
