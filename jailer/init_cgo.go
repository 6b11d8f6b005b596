//go:build cgo

package jailer

// It enters the namespaces in C, before the Go runtime has started threads. A program that is built without cgo can be a
// warden, not start one.
import _ "github.com/opencontainers/runc/libcontainer/nsenter"
