package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// programs are the paths of what runs in a jail: this program, as its warden, and the Worker's.
type programs struct{ stockade, worker string }

// workerPlaces are where stockade-worker is looked for, relative to the directory of this program.
var workerPlaces = []string{"stockade-worker", "../libexec/stockade/stockade-worker", "../lib/stockade/stockade-worker"}

func findPrograms() (programs, error) {
	self, err := os.Executable()
	if err != nil {
		return programs{}, fmt.Errorf("cannot find this program: %w", err)
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return programs{}, fmt.Errorf("cannot find this program: %w", err)
	}
	for _, place := range workerPlaces {
		worker := filepath.Join(filepath.Dir(self), place)
		if info, err := os.Stat(worker); err == nil && info.Mode().IsRegular() {
			return programs{self, worker}, nil
		}
	}
	return programs{}, fmt.Errorf("cannot find stockade-worker: it belongs beside %s (or in %s): install both from one release, or 'make build'",
		self, strings.Join(workerPlaces[1:], ", "))
}

// release is the version that the Makefile builds in; "" in a build by hand.
var release string

func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

func platform() string { return runtime.GOOS + "/" + runtime.GOARCH }
