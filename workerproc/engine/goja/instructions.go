package goja

import (
	"fmt"
	"math"
	"reflect"
	"sync"
	"unsafe"

	"github.com/dop251/goja"
)

// goja's code is a list of instructions, values of an interface with one method. Some of them are wrong in corners
// (bits.go, asyncgen.go, and for-of over an iterator without next, which ends the process), and goja's API has nothing to
// change them by. So a program that has been compiled is gone through, and those instructions get a table of methods of
// this package's, whose method does what is missing and leaves the rest to goja's. All of goja that this relies on is
// looked up by name, once a process; an engine isn't made when a release of goja has something else.

// face is an interface value: the table of its type's methods, and where the value is.
type face [2]unsafe.Pointer

// itab is such a table, as Go's runtime makes it, for an interface of one method.
type itab struct {
	inter, typ unsafe.Pointer
	hash       uint32
	_          [4]byte
	method     uintptr
}

// exec is the method of an instruction.
type exec func(self, vm unsafe.Pointer)

// patch is what becomes of one type of instruction.
type patch struct {
	old      unsafe.Pointer // goja's table
	new      *itab          // nil: it stays
	programs []uintptr      // where the instruction has programs of its own
	function bool           // it makes a function: asyncgen.go looks at it
	method   bool           // … that is a method
	await    bool           // promises.go looks at what is awaited
	iterates bool           // it is of iterate.go's or spread.go's
	steps    bool           // … and goes on in a loop
	returns  bool           // stringify.go has it where a toJSON may be
	named    bool           // it makes a function, as newFunc does
	arrow    bool           // … in short form
}

// instructions are goja's, and those in their place.
type instructions struct {
	code, source             uintptr // where a program has its code, and newFunc its text
	r, pc, stack, sp, iters  uintptr // where goja's machine has these
	iterSize, iter, iterNext uintptr
	frames                   framesOf
	integer, float           unsafe.Pointer // types of values
	negativeZero             goja.Value
	enterBlock, enumGet      unsafe.Pointer // tables of instructions
	iterateAsIs              unsafe.Pointer // … as goja has it
	await                    unsafe.Pointer // the one of goja's yieldMarkers that is for that
	patches                  []patch
	returns                  *patch
	byTable                  [256][]*patch // by some bits of goja's table
	original                 [instructionCount]exec
}

// The instructions that have a table of this package's.
const (
	anAnd = iota
	anOr
	aXor
	aNot
	aLeft
	aRight
	anUnsignedRight
	aNegation
	aProduct
	anEnterFunc
	anEnterFinally
	anIterate
	anIterateP
	anIterNext
	aTake
	aTakeRest
	aClose
	aSpread
	anArraySpread
	aPower
	aSetElement
	aSetElementP
	aRet
	aNewFunc
	aNewMethod
	anAwait
	instructionCount
)

var replaced = map[string]struct {
	index int
	exec  exec
}{
	"_and": {anAnd, execAnd}, "_or": {anOr, execOr}, "_xor": {aXor, execXor}, "_bnot": {aNot, execNot}, "_neg": {aNegation, execNegate},
	"_mul": {aProduct, execMultiply}, "_exp": {aPower, execPower},
	"enterFunc": {anEnterFunc, execEnterFunc}, "enterFinally": {anEnterFinally, execEnterFinally},
	"_sal": {aLeft, execLeft}, "_sar": {aRight, execRight}, "_shr": {anUnsignedRight, execUnsignedRight},
	"_iterate": {anIterate, execIterate}, "_iterateP": {anIterateP, execIterateP},
	"iterNext": {anIterNext, execIterNext}, "iterGetNextOrUndef": {aTake, execTake}, "_newArrayFromIter": {aTakeRest, execTakeRest},
	"_enumPopClose": {aClose, execClose}, "_pushSpread": {aSpread, execSpread}, "_pushArraySpread": {anArraySpread, execArraySpread},
	"_setElemStrict": {aSetElement, execSetElement}, "_setElemStrictP": {aSetElementP, execSetElementP},
	"_ret":    {aRet, execReturn},
	"newFunc": {aNewFunc, execAsyncGenerator}, "newMethod": {aNewMethod, execAsyncMethod},
	"yieldMarker": {anAwait, execAwait},
}

// sample has all instructions that are of interest.
const sample = `(function (a, b) {
	a & b; a | b; a ^ b; ~a; -a; a * b; a ** b; a << b; a >> b; a >>> b;
	for (const x of a) { b = x; () => x }
	[a, ...a] = b;
	a(...[...b]);
	a = b[0] = 1; b[0] = 1;
	[() => 1, async () => 1, async function () { await a }, function* () {}];
	({ m() {}, async m() {}, *m() {} });
	(function (a) { try { b } catch { } finally { } return () => arguments[0] + a });
	class A { x = 1; static y = 2; constructor() {} }
	class B extends A { z = 1; constructor() { super() } }
})`

// machineCode is what New looks up; the functions below are only called when it has been.
var machineCode instructions

var lookUpInstructions = sync.OnceValue(func() error { return machineCode.lookUp() })

func (in *instructions) lookUp() error {
	program, err := goja.Compile("", sample, true)
	if err != nil {
		return err
	}
	vm := goja.New()
	if err := in.measure(reflect.TypeOf(program).Elem(), reflect.ValueOf(vm).Elem().FieldByName("vm")); err != nil {
		return err
	}
	value := func(v goja.Value) unsafe.Pointer { return (*face)(unsafe.Pointer(&v))[0] }
	in.negativeZero = vm.ToValue(math.Copysign(0, -1))
	in.integer, in.float = value(vm.ToValue(5000)), value(vm.ToValue(1.5))
	if reflect.TypeOf(vm.ToValue(5000)).Kind() != reflect.Int64 || reflect.TypeOf(vm.ToValue(1.5)).Kind() != reflect.Float64 {
		return fmt.Errorf("cannot tell goja's numbers apart")
	}
	if err := in.collect(reflect.ValueOf(program).Elem(), reflect.TypeOf(program).Elem()); err != nil {
		return err
	}
	for n, f := range in.original {
		if f == nil {
			return fmt.Errorf("cannot find goja's instruction %d", n)
		}
	}
	if in.await == nil || in.enumGet == nil || in.enterBlock == nil {
		return fmt.Errorf("cannot find goja's await and loops")
	}
	for n := range in.patches {
		p := &in.patches[n]
		if p.returns {
			in.returns = p
		}
		at := slot(p.old)
		in.byTable[at] = append(in.byTable[at], p)
	}
	return nil
}

// measure finds where goja's structures have what is used here.
func (in *instructions) measure(program reflect.Type, machine reflect.Value) error {
	if !machine.IsValid() || machine.Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find goja's machine")
	}
	iters, _ := machine.Type().Elem().FieldByName("iterStack")
	if iters.Type == nil || iters.Type.Kind() != reflect.Slice {
		return fmt.Errorf("cannot find goja's iterators")
	}
	item := iters.Type.Elem()
	iter, ok := item.FieldByName("iter")
	if !ok || iter.Type.Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find goja's iterators")
	}
	for _, f := range []struct {
		of   reflect.Type
		name string
		kind reflect.Kind
		at   *uintptr
	}{
		{program, "code", reflect.Slice, &in.code},
		{machine.Type().Elem(), "r", reflect.Pointer, &in.r}, {machine.Type().Elem(), "pc", reflect.Int, &in.pc},
		{machine.Type().Elem(), "stack", reflect.Slice, &in.stack}, {machine.Type().Elem(), "sp", reflect.Int, &in.sp},
		{machine.Type().Elem(), "iterStack", reflect.Slice, &in.iters}, {item, "iter", reflect.Pointer, &in.iter},
		{iter.Type.Elem(), "next", reflect.Func, &in.iterNext},
	} {
		field, ok := f.of.FieldByName(f.name)
		if !ok || field.Type.Kind() != f.kind {
			return fmt.Errorf("cannot find %s in goja's %s", f.name, f.of)
		}
		*f.at = field.Offset
	}
	if in.iterSize = item.Size(); in.iterSize != unsafe.Sizeof(iterItem{}) || in.iter != unsafe.Offsetof(iterItem{}.iter) ||
		in.iterNext != unsafe.Offsetof(iteratorRecord{}.next) || item.Field(0).Name != "val" {
		return fmt.Errorf("cannot find what is in goja's iterators")
	}
	return in.frames.measure(machine.Type().Elem())
}

// slot spreads the tables, which lie side by side.
func slot(table unsafe.Pointer) uint8 { return uint8(uintptr(table)>>3 ^ uintptr(table)>>11) }

// collect notes the types of instruction in a program of the sample.
func (in *instructions) collect(program reflect.Value, programType reflect.Type) error {
	code := program.FieldByName("code")
	raw := unsafe.Slice((*face)(code.UnsafePointer()), code.Len())
	for n := range raw {
		instruction := code.Index(n).Elem()
		p := patch{old: raw[n][0]}
		var below []reflect.Value
		if instruction.Kind() == reflect.Pointer && instruction.Elem().Kind() == reflect.Struct {
			below = programsIn(instruction.Elem(), 0, programType, &p.programs)
		}
		p.named, p.arrow = makesFunction(instruction.Type())
		if err := in.replace(instruction.Type(), &p); err != nil {
			return err
		}
		if p.await && fmt.Sprint(reflect.NewAt(instruction.Type().Elem(), raw[n][1]).Interface()) == "await" {
			in.await = raw[n][1]
		}
		switch t := instruction.Type(); {
		case t.Kind() == reflect.Pointer && t.Elem().Name() == "enterBlock":
			in.enterBlock = p.old
		case t.Name() == "_enumGet":
			in.enumGet = p.old
		case t.Name() == "_iterate":
			in.iterateAsIs = p.old
		}
		if (p.new != nil || p.programs != nil) && !in.has(p.old) {
			in.patches = append(in.patches, p)
		}
		for _, b := range below {
			if b.IsNil() {
				continue
			}
			if err := in.collect(b.Elem(), programType); err != nil {
				return err
			}
		}
	}
	return nil
}

// makesFunction says that an instruction is newFunc, or has one at its beginning, and makes no async function or generator.
func makesFunction(t reflect.Type) (is, arrow bool) {
	if t.Kind() != reflect.Pointer {
		return false, false
	}
	switch t.Elem().Name() {
	case "newFunc":
		return true, false
	case "newMethod", "newArrowFunc":
		field := t.Elem().Field(0)
		return field.Anonymous && field.Type.Name() == "newFunc", t.Elem().Name() == "newArrowFunc"
	}
	return false, false
}

func (in *instructions) has(table unsafe.Pointer) bool {
	for _, p := range in.patches {
		if p.old == table {
			return true
		}
	}
	return false
}

// programsIn finds the programs in an instruction, those that it embeds included.
func programsIn(v reflect.Value, base uintptr, program reflect.Type, at *[]uintptr) (list []reflect.Value) {
	for n := range v.NumField() {
		field := v.Type().Field(n)
		switch {
		case field.Type == reflect.PointerTo(program):
			*at = append(*at, base+field.Offset)
			list = append(list, v.Field(n))
		case field.Anonymous && field.Type.Kind() == reflect.Struct:
			list = append(list, programsIn(v.Field(n), base+field.Offset, program, at)...)
		}
	}
	return list
}

// replace makes the table for a type of instruction that has one of this package's.
func (in *instructions) replace(t reflect.Type, p *patch) error {
	name := t.Name()
	if t.Kind() == reflect.Pointer {
		name = t.Elem().Name()
	}
	r, ok := replaced[name]
	if !ok {
		return nil
	}
	table := *(*itab)(p.old)
	goja := table.method
	entry := &goja
	in.original[r.index] = *(*exec)(unsafe.Pointer(&entry))
	table.method = reflect.ValueOf(r.exec).Pointer()
	p.new = &table
	if p.await = r.index == anAwait; p.await && t.Elem().Size() > unsafe.Sizeof(awaited{}.room) {
		return fmt.Errorf("cannot stand in for goja's %s", t)
	}
	if r.index == anEnterFunc {
		return in.frames.measureEnter(t.Elem())
	}
	p.returns = r.index == aRet
	p.iterates, p.steps = r.index >= anIterate && r.index <= aSetElementP && r.index != anIterateP, r.index == anIterNext
	p.method = r.index == aNewMethod
	if p.function = p.method || r.index == aNewFunc; p.function {
		return in.lookUpFunction(t.Elem())
	}
	return nil
}

// lookUpFunction checks that newFunc and newMethod are what madeFunction is a copy of.
func (in *instructions) lookUpFunction(t reflect.Type) error {
	if embedded, ok := t.FieldByName("newFunc"); ok && embedded.Offset == 0 {
		if home, ok := t.FieldByName("homeObjOffset"); !ok || home.Offset != unsafe.Offsetof(madeFunction{}.home) || home.Type.Kind() != reflect.Uint32 {
			return fmt.Errorf("cannot find what is in goja's %s", t)
		}
		t = embedded.Type
	}
	source, ok := t.FieldByName("source")
	if !ok || source.Type.Kind() != reflect.String || t.Size() != unsafe.Sizeof(newFunc{}) {
		return fmt.Errorf("cannot find what is in goja's %s", t)
	}
	in.source = source.Offset
	return nil
}

// patch goes through a program. generators are the functions in it that stand for async generators, by where their text is.
func (in *instructions) patch(program unsafe.Pointer, generators map[*byte]bool, e *Engine) {
	if program == nil {
		return
	}
	code := *(*[]face)(unsafe.Add(program, in.code))
	for n := range code {
		table := code[n][0]
		for _, p := range in.byTable[slot(table)] {
			if p.old == table {
				in.patchOne(code[n:], p, generators, e)
				break
			}
		}
	}
}

func (in *instructions) patchOne(code []face, p *patch, generators map[*byte]bool, e *Engine) {
	instruction := &code[0]
	for _, at := range p.programs {
		in.patch(*(*unsafe.Pointer)(unsafe.Add(instruction[1], at)), generators, e)
	}
	if p.named {
		if f := (*newFunc)(instruction[1]); f.name == "toJSON" || f.name == "" && !p.arrow {
			in.countReturns(f.program, e)
		}
	}
	switch {
	case p.returns:
	case p.new == nil:
	case p.await:
		if instruction[1] == in.await {
			instruction[0], instruction[1] = unsafe.Pointer(p.new), unsafe.Pointer(&awaited{engine: e})
		}
	case p.steps:
		instruction[0], instruction[1] = unsafe.Pointer(p.new), unsafe.Pointer(&nextStep{*(*int32)(instruction[1]), in.takes(code[1:]), e.iteration})
	case p.iterates:
		instruction[0], instruction[1] = unsafe.Pointer(p.new), unsafe.Pointer(e.iteration)
	case !p.function:
		instruction[0] = unsafe.Pointer(p.new)
	case generators[unsafe.StringData(*(*string)(unsafe.Add(instruction[1], in.source)))]:
		instruction[0], instruction[1] = unsafe.Pointer(p.new), unsafe.Pointer(e.madeGenerator(instruction[1], p))
	}
}

// takes says that the first thing that is done with a loop's value is to take it apart by a pattern.
func (in *instructions) takes(code []face) bool {
	if code[0][0] == in.enterBlock {
		code = code[1:]
	}
	return code[0][0] == in.enumGet && code[1][0] == in.iterateAsIs
}

// patchProgram is patch for what goja has compiled.
func (e *Engine) patchProgram(program *goja.Program, generators map[*byte]bool) {
	machineCode.patch(unsafe.Pointer(program), generators, e)
}

// operand is the n-th value of the machine's stack from its top.
func (in *instructions) operand(vm unsafe.Pointer, n int) unsafe.Pointer {
	sp := *(*int)(unsafe.Add(vm, in.sp))
	return unsafe.Add(*(*unsafe.Pointer)(unsafe.Add(vm, in.stack)), (sp-n)*int(unsafe.Sizeof(face{})))
}

// execIterateP begins a loop over the value on top of the stack. goja calls an iterator's next without looking whether it is
// there.
func execIterateP(self, vm unsafe.Pointer) {
	machineCode.original[anIterateP](self, vm)
	machineCode.checkNext(vm)
}

func (in *instructions) checkNext(vm unsafe.Pointer) {
	stack := *(*[]byte)(unsafe.Add(vm, in.iters)) // of items: its length is their number
	last := unsafe.Add(unsafe.Pointer(unsafe.SliceData(stack)), uintptr(len(stack)-1)*in.iterSize)
	iter := *(*unsafe.Pointer)(unsafe.Add(last, in.iter))
	next := (*func(goja.FunctionCall) goja.Value)(unsafe.Add(iter, in.iterNext))
	if *next == nil {
		r := *(**goja.Runtime)(unsafe.Add(vm, in.r))
		*next = func(goja.FunctionCall) goja.Value { panic(r.NewTypeError("undefined is not a function")) }
	}
}
