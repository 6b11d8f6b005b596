//go:build !linux || !amd64 || race || msan || asan

package zygote

import "errors"

var errUnsupported = errors.New("cannot fork: not supported on this platform, or under a sanitizer")

// Supported says why Fork can't work in this process, or nil.
func Supported() error { return errUnsupported }

// Fork fails on this platform; start Workers by exec.
func Fork(Options) (pid, pidfd int, err error) { return -1, -1, errUnsupported }
