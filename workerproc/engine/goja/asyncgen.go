package goja

import (
	_ "embed"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// esbuild makes of async function* g() {…} a function that returns __asyncGenerator(this, arguments, function* () {…}),
// and of for await and using calls of helpers, too. The helpers are this package's (asyncgen.js), and the function gets
// the prototypes of an async generator function when it is made: its instruction is exchanged (instructions.go).

//go:embed asyncgen.js
var asyncGeneratorSource string

// asyncHelpers are the names of the helpers, in the order of asyncgen.js.
var asyncHelpers = []string{"__await", "__asyncGenerator", "__yieldStar", "__forAwait", "__using", "__callDispose"}

// asyncGenerators are what asyncgen.js made.
type asyncGenerators struct {
	helpers           []goja.Value
	function, objects *goja.Object // the prototypes
}

func (e *Engine) installAsyncGenerators() error {
	v, err := e.vm.RunScript("stockade:asyncgen", asyncGeneratorSource)
	if err != nil {
		return err
	}
	made := v.(*goja.Object)
	e.generators.function = made.Get("functionPrototype").(*goja.Object)
	e.generators.objects = made.Get("generatorPrototype").(*goja.Object)
	list := made.Get("helpers").(*goja.Object)
	for n := range asyncHelpers {
		e.generators.helpers = append(e.generators.helpers, list.Get(index(n)))
	}
	return nil
}

// asyncGenerator notes a function that esbuild made of an async generator.
func (r *rewriter) asyncGenerator(f *ast.FunctionLiteral) {
	if r.generators == nil || f.Body == nil || len(f.Body.List) == 0 {
		return
	}
	result, ok := f.Body.List[len(f.Body.List)-1].(*ast.ReturnStatement)
	if !ok {
		return
	}
	made, ok := result.Argument.(*ast.CallExpression)
	if !ok {
		return
	}
	if callee, ok := made.Callee.(*ast.Identifier); !ok || callee.Name != "__asyncGenerator" || len(made.ArgumentList) != 3 {
		return
	}
	if f.Name != nil {
		made.ArgumentList = append(made.ArgumentList, &ast.Identifier{Name: f.Name.Name, Idx: made.Idx0()})
	}
	r.generators[unsafe.StringData(f.Source)] = true
	if body, ok := made.ArgumentList[2].(*ast.FunctionLiteral); ok {
		r.asyncBodies[body] = f
	}
}

// delegate takes the helper for yield* of async generators from others': esbuild puts it in every generator.
func (r *rewriter) delegate(x *ast.YieldExpression) {
	call, ok := x.Argument.(*ast.CallExpression)
	if !ok || !x.Delegate || r.within == nil || r.within.async || len(call.ArgumentList) != 1 {
		return
	}
	if callee, ok := call.Callee.(*ast.Identifier); ok && callee.Name.String() == asyncHelpers[2] {
		x.Argument = call.ArgumentList[0]
	}
}

// newFunc is goja's instruction of that name.
type newFunc struct {
	program      unsafe.Pointer
	name, source string
	length       int
	strict       bool
}

// madeFunction is that, or newMethod, with the engine behind it.
type madeFunction struct {
	newFunc
	home   uint32 // newMethod's
	engine *Engine
}

// madeGenerator copies an instruction, p's, that makes an async generator function.
func (e *Engine) madeGenerator(instruction unsafe.Pointer, p *patch) *madeFunction {
	m := &madeFunction{newFunc: *(*newFunc)(instruction), engine: e}
	if p.method {
		m.home = (*madeFunction)(instruction).home
	}
	return m
}

func execAsyncGenerator(self, vm unsafe.Pointer) {
	machineCode.original[aNewFunc](self, vm)
	(*madeFunction)(self).engine.madeAsync(vm)
}

func execAsyncMethod(self, vm unsafe.Pointer) {
	machineCode.original[aNewMethod](self, vm)
	(*madeFunction)(self).engine.madeAsync(vm)
}

// madeAsync gives the function on top of the stack what an async generator function has.
func (e *Engine) madeAsync(vm unsafe.Pointer) {
	function, ok := (*(*goja.Value)(machineCode.operand(vm, 1))).(*goja.Object)
	if !ok {
		return
	}
	_ = function.SetPrototype(e.generators.function)
	prototype := e.vm.CreateObject(e.generators.objects)
	_ = function.DefineDataProperty("prototype", e.vm.ToValue(prototype), goja.FLAG_TRUE, goja.FLAG_FALSE, goja.FLAG_FALSE)
}
