// Command build bundles and minifies the runtime's JavaScript: core/ into
// dist/core.js, each of parts/ (a file, or a folder of them) into a file of its name. It is run by
// `go generate` in the folder of package runtime. `build vendor` makes
// node/vendor of the npm packages in node/npm instead (`make runtime-node`).
package main

import (
	"fmt"
	"os"

	"stockade.dev/stockade/workerproc/runtime/bundle"
)

func main() {
	err := run(len(os.Args) > 1 && os.Args[1] == "vendor")
	if err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(vendor bool) error {
	if vendor {
		return bundle.Vendor("node")
	}
	files, err := bundle.All(".")
	if err != nil {
		return err
	}
	return write(files)
}

func write(files map[string]string) error {
	if err := os.MkdirAll("dist", 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile("dist/"+name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
