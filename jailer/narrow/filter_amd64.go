package narrow

import "golang.org/x/sys/unix"

// allowedHere are the calls that only this architecture has.
var allowedHere = []uint32{unix.SYS_EPOLL_WAIT, unix.SYS_TIME}
