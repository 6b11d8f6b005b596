// The warden alone, as a static program for the tests.
package main

import (
	"os"

	"stockade.dev/stockade/supervisor/cell"
)

func main() { os.Exit(cell.WardenMain()) }
