package goja

import (
	"runtime"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"

	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// muchText is the least text that two processors parse. To have a second one for a moment takes 0.1 ms, in which goja parses
// 4 KB.
const muchText = 32 << 10

// parseModule parses a module's text, in two halves at once where it is long: the parser knows nothing of one statement of the
// top level when it parses the next. If there is anything wrong with a half, the whole is parsed, for the error.
func parseModule(name string, text []byte, found source.Scanned) (*ast.Program, error) {
	if len(text) >= muchText && found.Middle > 0 && runtime.NumCPU() > 1 {
		if program := parseHalves(name, text, found.Middle); program != nil {
			return program, nil
		}
	}
	return parse(name, text)
}

func parseHalves(name string, text []byte, middle int) *ast.Program {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	var second *ast.Program
	var wrong error
	done := make(chan struct{})
	whole := string(text)
	go func() {
		defer close(done)
		second, wrong = parseFrom(whole, middle)
	}()
	first, err := parse(name, text[:middle])
	<-done
	if err != nil || wrong != nil {
		return nil
	}
	return &ast.Program{
		Body:            append(first.Body, second.Body...),
		DeclarationList: append(first.DeclarationList, second.DeclarationList...),
		File:            file.NewFile(name, whole, 1),
	}
}

// parseFrom parses what begins at an offset. All positions are those in the whole text: they go on where the one of a file before
// it has ended.
func parseFrom(text string, offset int) (program *ast.Program, err error) {
	defer recoverTo(&err)
	var files file.FileSet
	files.AddFile("", text[:offset-1])
	return parser.ParseFile(&files, "", text[offset:], 0, parser.WithDisableSourceMaps)
}
