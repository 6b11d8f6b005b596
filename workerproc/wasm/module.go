package wasm

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/tetratelabs/wazero"

	"stockade.dev/stockade/workerproc/engine"
)

// Module is what a WebAssembly.Module stands for.
type Module struct {
	binary *binaryModule
	code   wazero.CompiledModule
	refs   []int       // functions that references exist of, in the order of that table
	place  map[int]int // of a function in refs
	ref    *engine.Ref
}

// maxModule bounds a module's size.
const maxModule = 64 << 20

// Compile validates and compiles a module of the Worker's code. Its error is
// a *engine.Error whose name is CompileError.
func (m *Machine) Compile(data []byte) (ref *engine.Ref, err error) {
	defer func() {
		if r := recover(); r != nil { // a fault of wazero's, which hostile bytes have led to
			ref, err = nil, compileError(fmt.Sprint(r))
		}
	}()
	if len(data) > maxModule {
		return nil, compileError(fmt.Sprintf("size %d > maximum module size %d", len(data), maxModule))
	}
	m.start()
	binary, err := parse(data)
	if err == nil {
		err = binary.check()
	}
	if err != nil {
		return nil, compileError(reasonOf(data, err))
	}
	rewritten, refs := binary.rewritten()
	code, err := m.runtime.CompileModule(context.Background(), rewritten)
	if err != nil {
		return nil, compileError(reasonOf(data, err))
	}
	module := &Module{binary: binary, code: code, refs: refs, place: map[int]int{}}
	for place, function := range refs {
		module.place[function] = place
	}
	binary.keepCustom()
	module.ref = &engine.Ref{Value: module}
	return module.ref, nil
}

// Valid tells whether a module is valid.
func (m *Machine) Valid(data []byte) (valid bool) {
	defer func() {
		if recover() != nil {
			valid = false
		}
	}()
	if len(data) > maxValidated {
		return false
	}
	ref, err := m.Compile(data)
	if err != nil {
		return false
	}
	_ = ref.Value.(*Module).code.Close(context.Background())
	return true
}

// maxValidated bounds what is validated while requests are served: it can't
// be interrupted.
const maxValidated = 8 << 20

func compileError(reason string) error {
	return &engine.Error{Name: "CompileError", Message: "WebAssembly.Module(): " + reason}
}

// keepCustom forgets all sections but those that the API can return.
func (m *binaryModule) keepCustom() {
	kept := make([]section, 0, 4)
	for _, s := range m.sections {
		if s.id == sectionCustom {
			kept = append(kept, section{s.id, append([]byte{}, s.body...)})
		}
	}
	m.sections = kept
}

// reasonOf says what is wrong with a module: in V8's words, in wazero's, or
// which feature is missing here.
func reasonOf(data []byte, err error) string {
	switch {
	case len(data) == 0:
		return "BufferSource argument is empty"
	case len(data) < 4 || string(data[:4]) != "\x00asm":
		return fmt.Sprintf("expected magic word 00 61 73 6d, found % x @+0", data[:min(4, len(data))])
	case len(data) < 8 || string(data[4:8]) != "\x01\x00\x00\x00":
		return fmt.Sprintf("expected version 01 00 00 00, found % x @+4", data[4:min(8, len(data))])
	}
	return missingFeature(err.Error(), data)
}

// missing are features that V8 has on by default and wazero has not, by what
// wazero says of code that uses them.
var missing = []struct {
	said    *regexp.Regexp
	feature string
}{
	{regexp.MustCompile(`legacy exception`), "exceptions of the earlier form"},
	{regexp.MustCompile(`memory64|invalid byte for limits|limits`), "64-bit memory (memory64)"},
	{regexp.MustCompile(`invalid instruction 0xfb|garbage-collected|!= 0x60`), "garbage collection (structs and arrays)"},
	{regexp.MustCompile(`at most one memory|multiple memories|multi-memory`), "more than one memory"},
	{regexp.MustCompile(`typed-function-references|function-references`), "typed function references"},
}

func missingFeature(said string, data []byte) string {
	said = strings.ToValidUTF8(said, "\ufffd")
	for _, f := range missing {
		if f.said.MatchString(said) {
			return said + " (this version of Stockade has no " + f.feature + ")"
		}
	}
	if hasRelaxed(data) {
		return said + " (this version of Stockade has no relaxed SIMD)"
	}
	return said
}

// hasRelaxed looks for the instructions of relaxed SIMD, which wazero takes for others.
func hasRelaxed(data []byte) bool {
	for i := 0; i+2 < len(data); i++ {
		if data[i] == 0xfd && data[i+1] >= 0x80 && data[i+1] <= 0x93 && data[i+2] == 2 {
			return true
		}
	}
	return false
}

// exportsOf lists name, kind, name, kind, …
func (b *binaryModule) exportsOf() (list []any) {
	for _, e := range b.exports {
		list = append(list, e.name, kindNames[e.kind])
	}
	return list
}

// importsOf lists module, name, kind, …
func (b *binaryModule) importsOf() (list []any) {
	for _, i := range b.imports {
		list = append(list, i.module, i.name, kindNames[i.kind])
	}
	return list
}

func (b *binaryModule) customOf(name string) []any {
	list := []any{}
	for _, content := range b.customSections(name) {
		list = append(list, content)
	}
	return list
}
