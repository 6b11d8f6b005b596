package goja

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"github.com/dop251/goja"
)

// What an async function that awaits does with the object that it gets can be told where that is next to nothing: it is returned,
// perhaps out of a try block, perhaps by way of a variable that no closure has, perhaps because it is an object. The same is so of what
// then was given: (r) => r || other. Any other instruction: it can't.

// returning has all instructions of such functions.
const returning = `(async (p, f) => {
	{ const v = await p; f(v) }
	{ let v; v = await p; { const w = await p; f(w) } var x = await p; x = await p; f(x + v) }
	if (p) f(); else f();
	try { return await p } catch { }
	f(p || f, p && f, p ?? f, p ? f : !f);
	while (!p) f();
}); (async (p, f) => {
	f(() => p);
	{ let v; v = await p; var x = await p; x = await p; f(x + v) }
	try { return await p } catch { }
})`

// step is what an instruction does, of those that a value may go through.
type step uint8

const (
	aReturn step = iota + 1
	aSave        // of what is on top of the stack, in the machine
	aLoad        // of that
	aLeave       // of a try block
	aBlockEnd
	aJump
	anEntry      // into a function whose arguments are on the stack
	aLogicalNot  // of what is on top of the stack
	aJumpIfTrue  // a jump that keeps what is on top of the stack if it is true, or takes it from there
	aJumpIfFalse // … if it is false
	aJumpUnless
	aJumpUnlessNull
	aVariable    // gets what is on top of the stack
	anAssignment // … if it has been initialised: it is an error else
	aRead
	aVariable1 // the same where the arguments aren't on the stack
	anAssignment1
	aRead1
)

var steps = map[string]step{
	"_ret": aReturn, "_saveResult": aSave, "_loadResult": aLoad, "leaveTry": aLeave, "leaveBlock": aBlockEnd, "jump": aJump,
	"enterFuncStashless": anEntry, "_not": aLogicalNot, "jeq": aJumpIfTrue, "jne": aJumpIfFalse, "jneP": aJumpUnless, "jcoalesc": aJumpUnlessNull,
	"initStackP": aVariable, "storeStackP": aVariable, "storeStackLexP": anAssignment, "loadStack": aRead, "loadStackLex": aRead,
	"initStack1P": aVariable1, "storeStack1P": aVariable1, "storeStack1LexP": anAssignment1, "loadStack1": aRead1, "loadStack1Lex": aRead1,
}

// returns is where goja has these things, and what its instructions do.
type returns struct {
	gen, promise                    uintptr // in an async function that runs, and where its promise's functions are
	program, pc, args, stack, tries uintptr // in what is saved of it
	finally                         uintptr // in a try block
	code                            uintptr // in a program
	trySize                         uintptr
	steps                           []stepOf
}

type stepOf struct {
	table unsafe.Pointer
	step
}

var lookUpReturns = sync.OnceValues(func() (*returns, error) {
	program, err := goja.Compile("", returning, true)
	if err != nil {
		return nil, err
	}
	r := &returns{}
	if err := r.measure(reflect.TypeOf(program).Elem()); err != nil {
		return nil, err
	}
	r.collect(reflect.ValueOf(program).Elem(), map[string]bool{})
	if len(r.steps) != len(steps) {
		return nil, fmt.Errorf("cannot find all instructions that return a value: %d of %d", len(r.steps), len(steps))
	}
	return r, nil
})

func (r *returns) measure(program reflect.Type) error {
	reaction := elem(reflect.TypeFor[goja.Promise](), "fulfillReactions")
	runner := elem(reaction, "asyncRunner")
	generator := elem(runner, "gen")
	context := elem(generator, "ctx")
	try := elem(context, "tryStack")
	in, _ := generator.FieldByName("ctx")
	r.trySize = try.Size()
	err := offsets(map[*uintptr]fieldOf{
		&r.gen: {runner, "gen", reflect.Struct}, &r.promise: {runner, "promiseCap", reflect.Pointer},
		&r.pc: {context, "pc", reflect.Int}, &r.args: {context, "args", reflect.Int}, &r.program: {context, "prg", reflect.Pointer},
		&r.stack: {context, "stack", reflect.Slice}, &r.tries: {context, "tryStack", reflect.Slice},
		&r.finally: {try, "finallyPos", reflect.Int32}, &r.code: {program, "code", reflect.Slice},
	})
	for _, at := range []*uintptr{&r.pc, &r.args, &r.program, &r.stack, &r.tries} {
		*at += r.gen + in.Offset
	}
	return err
}

// elem is the structure that a field is, or leads to; an empty one if there is none.
func elem(of reflect.Type, name string) reflect.Type {
	field, ok := of.FieldByName(name)
	for ok && (field.Type.Kind() == reflect.Pointer || field.Type.Kind() == reflect.Slice) {
		field.Type = field.Type.Elem()
	}
	if !ok || field.Type.Kind() != reflect.Struct {
		return reflect.TypeFor[struct{}]()
	}
	return field.Type
}

// collect notes the instructions of a program.
func (r *returns) collect(program reflect.Value, seen map[string]bool) {
	code := program.FieldByName("code")
	raw := unsafe.Slice((*face)(code.UnsafePointer()), code.Len())
	for n := range raw {
		instruction := code.Index(n).Elem()
		t := instruction.Type()
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if s := steps[t.Name()]; s != 0 && !seen[t.Name()] && s.operand() == t.Kind() {
			seen[t.Name()] = true
			r.steps = append(r.steps, stepOf{raw[n][0], s})
		}
		if instruction.Kind() == reflect.Pointer && t.Kind() == reflect.Struct {
			var at []uintptr
			for _, below := range programsIn(instruction.Elem(), 0, program.Type(), &at) {
				if !below.IsNil() {
					r.collect(below.Elem(), seen)
				}
			}
		}
	}
}

// operand is what an instruction is made of.
func (s step) operand() reflect.Kind {
	switch s {
	case aJump, aJumpIfTrue, aJumpIfFalse, aJumpUnless, aJumpUnlessNull:
		return reflect.Int32
	case aReturn, aSave, aLoad, aLeave, aBlockEnd, anEntry, aLogicalNot:
		return reflect.Struct
	}
	return reflect.Int
}

// mostSteps is how many instructions of a function are looked at.
const mostSteps = 16

// symbol is what is known of a value.
type symbol uint8

const (
	another  symbol = iota
	theValue        // that the function got: an object
	isFalse
)

func (s symbol) truth() bool { return s != isFalse }

// returned says where the value is that a function got.
type returned struct {
	top      symbol // of the stack
	saved    bool
	variable int // that has it, 0 for none; -1 is the first parameter
}

// awaited reports whether an async function that awaits returns the object that it gets, and does nothing else.
func (r *returns) awaited(runner unsafe.Pointer) bool {
	return !r.hasFinally(runner) && r.follow(returned{top: theValue}, *(*unsafe.Pointer)(unsafe.Add(runner, r.program)), *(*int)(unsafe.Add(runner, r.pc)), runner)
}

// given reports whether a function that isn't async returns the object that it is called with, and does nothing else.
func (r *returns) given(program unsafe.Pointer) bool {
	return r.follow(returned{variable: -1}, program, 0, nil)
}

func (r *returns) follow(v returned, program unsafe.Pointer, pc int, runner unsafe.Pointer) bool {
	if program == nil {
		return false
	}
	code := *(*[]face)(unsafe.Add(program, r.code))
	for range mostSteps {
		if pc < 0 || pc >= len(code) {
			return false
		}
		s := r.step(code[pc][0])
		switch {
		case s == aReturn:
			return v.top == theValue
		case s == anEntry && pc > 0:
			return false
		}
		ahead, ok := v.jump(s, code[pc][1])
		if !ok && !r.take(&v, s, code[pc][1], runner) || ahead <= 0 {
			return false
		}
		pc += ahead
	}
	return false
}

// jump is how far an instruction goes ahead, if it may go elsewhere than to the next; it needs to know the top of the stack.
func (v *returned) jump(s step, operand unsafe.Pointer) (ahead int, jumps bool) {
	if s != aJump && s != aJumpIfTrue && s != aJumpIfFalse && s != aJumpUnless && s != aJumpUnlessNull {
		return 1, false
	}
	top, ahead := v.top, int(*(*int32)(operand))
	switch {
	case s == aJump:
	case top == another:
		return 0, true
	case s == aJumpUnless && top.truth(), s == aJumpIfTrue && !top.truth(), s == aJumpIfFalse && top.truth():
		v.top = another
		return 1, true
	case s == aJumpUnless:
		v.top = another
	}
	return ahead, true
}

// hasFinally says that a function is within a try block that has something to do at its end.
func (r *returns) hasFinally(runner unsafe.Pointer) bool {
	tries := *(*slice)(unsafe.Add(runner, r.tries))
	for n := range tries.len {
		if *(*int32)(unsafe.Add(tries.data, uintptr(n)*r.trySize+r.finally)) >= 0 {
			return true
		}
	}
	return false
}

func (r *returns) step(table unsafe.Pointer) step {
	if table == unsafe.Pointer(machineCode.returns.new) { // stringify.go's
		return aReturn
	}
	for n := range r.steps {
		if r.steps[n].table == table {
			return r.steps[n].step
		}
	}
	return 0
}

// take follows the value through an instruction. It returns false for what isn't about the value alone.
func (r *returns) take(v *returned, s step, operand, runner unsafe.Pointer) bool {
	has := v.top == theValue
	switch s {
	case anEntry:
		return true
	case aLogicalNot:
		v.top = isFalse // it is an object
		return has
	case aSave:
		v.top, v.saved = another, has
		return has
	case aLoad:
		has = v.saved
		v.top, v.saved = theValue, false
		return has
	case aLeave:
		return v.top == another
	case aBlockEnd:
		return v.top == another && !v.saved
	case aVariable, aVariable1, anAssignment, anAssignment1:
		if !has || v.variable != 0 || (s == anAssignment || s == anAssignment1) && !r.isInitialised(s, *(*int)(operand), runner) {
			return false
		}
		v.top, v.variable = another, *(*int)(operand)
		return v.variable > 0
	case aRead, aRead1:
		has = v.top == another && !v.saved && v.variable != 0 && v.variable == *(*int)(operand)
		v.top = theValue
		return has
	}
	return false
}

// isInitialised says that a variable has a value already.
func (r *returns) isInitialised(s step, variable int, runner unsafe.Pointer) bool {
	if runner == nil {
		return false
	}
	stack := *(*[]face)(unsafe.Add(runner, r.stack))
	if s == anAssignment {
		variable += *(*int)(unsafe.Add(runner, r.args))
	}
	return variable > 0 && variable+1 < len(stack) && stack[variable+1][0] != nil
}
