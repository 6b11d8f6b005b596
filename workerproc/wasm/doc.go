// Package wasm is WebAssembly for the isolate: its JavaScript API
// (https://webassembly.github.io/spec/js-api/) over wazero. A module's way
// through this package:
//
//	reader.go    its binary is read, as far as the API needs to know it
//	binary.go      … its types, imports, exports, and which functions may be referred to
//	writer.go    it is written anew, to export what wazero's API has no way to
//	module.go    wazero compiles it: a Module
//	link.go      what it imports is checked, and functions of JavaScript become wazero's
//	instance.go  it is instantiated, and its exports become objects
//	function.go  an export is called, and calls what was imported
//	convert.go     … with values converted; extern.go has those that are any JavaScript value
//	trap.go        … and errors on their way through
//
// memory.go, table.go and global.go have what JavaScript makes, or shares with
// instances; glue.go the small modules that wazero needs for each. machine.go
// has what there is one of for each isolate, registry.go how running code is
// interrupted, ops.go what parts/wasm.js calls.
//
// wazero is reached into behind its API at three places: its flag of closed
// instances (registry.go), the depth of its interpreter (machine.go), and a
// goroutine that each call would start (function.go).
package wasm
