package goja

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"reflect"
	"sync"
	"unicode/utf16"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// goja's bitwise operators take a number of 2**63 or more for 0. Here it is replaced, on the machine's stack, by the 32
// bits that the operator looks at; two integers, which is what nearly all operands are, are done at once. In the place of an
// object is put what its valueOf gives.

func execAnd(self, vm unsafe.Pointer) {
	if a, b, ok := machineCode.integers(vm); ok {
		machineCode.result(vm, int64(int32(a)&int32(b)))
		return
	}
	machineCode.original[anAnd](self, vm)
}

func execOr(self, vm unsafe.Pointer) {
	if a, b, ok := machineCode.integers(vm); ok {
		machineCode.result(vm, int64(int32(a)|int32(b)))
		return
	}
	machineCode.original[anOr](self, vm)
}

func execXor(self, vm unsafe.Pointer) {
	if a, b, ok := machineCode.integers(vm); ok {
		machineCode.result(vm, int64(int32(a)^int32(b)))
		return
	}
	machineCode.original[aXor](self, vm)
}

func execLeft(self, vm unsafe.Pointer) {
	if a, b, ok := machineCode.integers(vm); ok {
		machineCode.result(vm, int64(int32(a)<<(uint32(b)&31)))
		return
	}
	machineCode.original[aLeft](self, vm)
}

func execRight(self, vm unsafe.Pointer) {
	if a, b, ok := machineCode.integers(vm); ok {
		machineCode.result(vm, int64(int32(a)>>(uint32(b)&31)))
		return
	}
	machineCode.original[aRight](self, vm)
}

func execUnsignedRight(self, vm unsafe.Pointer) {
	if a, b, ok := machineCode.integers(vm); ok {
		machineCode.result(vm, int64(uint32(a)>>(uint32(b)&31)))
		return
	}
	machineCode.original[anUnsignedRight](self, vm)
}

func execNot(self, vm unsafe.Pointer) {
	machineCode.primitive(vm, 1)
	machineCode.small(machineCode.operand(vm, 1))
	machineCode.original[aNot](self, vm)
}

// execNegate: goja's asks an object twice.
func execNegate(self, vm unsafe.Pointer) {
	machineCode.primitive(vm, 1)
	machineCode.original[aNegation](self, vm)
}

// execMultiply: goja's product of an integer that is negative and 0 is 0, not -0.
func execMultiply(self, vm unsafe.Pointer) {
	in := &machineCode
	left, right := (*face)(in.operand(vm, 2)), (*face)(in.operand(vm, 1))
	if left[0] != in.integer || right[0] != in.integer {
		if left[0] == in.float || right[0] == in.float { // which has no such corner
			in.original[aProduct](self, vm)
			return
		}
		in.primitive(vm, 2)
		in.primitive(vm, 1)
		in.numeric(in.operand(vm, 2))
		in.numeric(in.operand(vm, 1))
		left, right = (*face)(in.operand(vm, 2)), (*face)(in.operand(vm, 1))
	}
	if left[0] == in.integer && right[0] == in.integer {
		if a, b := *(*int64)(left[1]), *(*int64)(right[1]); (a == 0 || b == 0) && (a < 0 || b < 0) {
			*(*goja.Value)(in.operand(vm, 2)) = in.negativeZero
			*(*int)(unsafe.Add(vm, in.sp))--
			*(*int)(unsafe.Add(vm, in.pc))++
			return
		}
	}
	in.original[aProduct](self, vm)
}

// numeric replaces a primitive value that is no number, and no BigInt or symbol, by its number.
func (in *instructions) numeric(operand unsafe.Pointer) {
	v := *(*goja.Value)(operand)
	switch exported := v.(type) {
	case goja.String:
	case *goja.Symbol, *goja.Object:
		return
	default:
		if !goja.IsNull(exported) && !goja.IsUndefined(exported) && exported.ExportType().Kind() != reflect.Bool {
			return
		}
	}
	*(*goja.Value)(operand) = v.ToNumber()
}

// zeroOf replaces a product of literals, which goja works out when it compiles, if it is -0.
func zeroOf(x *ast.BinaryExpression) {
	a, ok := literalNumber(x.Left)
	b, ok2 := literalNumber(x.Right)
	if product := a * b; ok && ok2 && product == 0 && math.Signbit(product) {
		minus := &ast.NumberLiteral{Idx: x.Left.Idx0(), Literal: "0", Value: int64(0)}
		x.Left, x.Right = &ast.UnaryExpression{Operator: token.MINUS, Idx: minus.Idx, Operand: minus}, &ast.NumberLiteral{Idx: x.Right.Idx0(), Literal: "1", Value: int64(1)}
	}
}

// literalNumber is the number of an expression of literals.
func literalNumber(x ast.Expression) (float64, bool) {
	switch x := x.(type) {
	case *ast.StringLiteral:
		return goja.Value(goja.StringFromUTF16(utf16.Encode([]rune(x.Value.String())))).ToFloat(), true
	case *ast.NullLiteral:
		return 0, true
	case *ast.BooleanLiteral:
		if x.Value {
			return 1, true
		}
		return 0, true
	case *ast.UnaryExpression:
		v, ok := literalNumber(x.Operand)
		switch {
		case x.Operator == token.PLUS:
			return v, ok
		case x.Operator == token.MINUS:
			return -v, ok
		}
		return 0, false
	}
	return constantOf(x)
}

// integers are the operands, if both are that by now.
func (in *instructions) integers(vm unsafe.Pointer) (a, b int64, ok bool) {
	left, right := (*face)(in.operand(vm, 2)), (*face)(in.operand(vm, 1))
	if left[0] != in.integer || right[0] != in.integer {
		in.primitive(vm, 2)
		in.primitive(vm, 1)
		left, right = (*face)(in.operand(vm, 2)), (*face)(in.operand(vm, 1))
		in.small(unsafe.Pointer(left))
		in.small(unsafe.Pointer(right))
	}
	if left[0] != in.integer || right[0] != in.integer {
		return 0, 0, false
	}
	return *(*int64)(left[1]), *(*int64)(right[1]), true
}

// result puts the operator's result in the place of its operands.
func (in *instructions) result(vm unsafe.Pointer, v int64) {
	*(*goja.Value)(in.operand(vm, 2)) = in.number(v)
	*(*int)(unsafe.Add(vm, in.sp))--
	*(*int)(unsafe.Add(vm, in.pc))++
}

// digits are the numbers for which nothing has to be allocated.
var digits = func() (list [1024]int64) {
	for n := range list {
		list[n] = int64(n)
	}
	return list
}()

func (in *instructions) number(v int64) (number goja.Value) {
	at := &digits[v&int64(len(digits)-1)]
	if *at != v {
		at = new(int64)
		*at = v
	}
	*(*face)(unsafe.Pointer(&number)) = face{in.integer, unsafe.Pointer(at)}
	return number
}

// toNumeric gives the function that converts an object.
var toNumeric = sync.OnceValue(func() *goja.Program { return goja.MustCompile("stockade:engine", "(o) => o++", true) })

// primitive replaces an object by the number, or BigInt, that it is converted to. A symbol, which can't be, stays.
func (in *instructions) primitive(vm unsafe.Pointer, n int) {
	o, ok := (*(*goja.Value)(in.operand(vm, n))).(*goja.Object)
	if !ok {
		return
	}
	r := *(**goja.Runtime)(unsafe.Add(vm, in.r))
	v, err := r.RunProgram(toNumeric())
	if err == nil {
		if convert, is := goja.AssertFunction(v); is {
			v, err = convert(goja.Undefined(), o)
		}
	}
	if err != nil {
		panic(err)
	}
	*(*goja.Value)(in.operand(vm, n)) = v // the stack may lie elsewhere by now
}

// small replaces a number, or a string of one, that goja would take for 0.
func (in *instructions) small(operand unsafe.Pointer) {
	v := *(*goja.Value)(operand)
	if _, is := v.(goja.String); is {
		v = v.ToNumber()
	}
	w := (*face)(unsafe.Pointer(&v))
	if w[0] != in.float {
		return
	}
	if f := *(*float64)(w[1]); isLarge(f) {
		*(*goja.Value)(operand) = in.number(wrapped(f))
	}
}

// int32 is what a value is as 32 bits.
func (in *instructions) int32(v goja.Value) int32 {
	v = v.ToNumber()
	in.small(unsafe.Pointer(&v))
	if f, ok := v.Export().(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
		return 0
	}
	return int32(v.ToInteger())
}

func isLarge(f float64) bool { return (f >= 1<<63 || f < -1<<63) && !math.IsInf(f, 0) }

// wrapped is the number of 32 bits that stands for a large one.
func wrapped(f float64) int64 { return int64(int32(int64(math.Mod(f, 1<<32)))) }

// bitwise are the operators that look at 32 bits.
var bitwise = map[token.Token]bool{
	token.AND: true, token.OR: true, token.EXCLUSIVE_OR: true, token.SHIFT_LEFT: true, token.SHIFT_RIGHT: true, token.UNSIGNED_SHIFT_RIGHT: true,
}

// largeOperand replaces what goja would compute when it compiles, such as 2 ** 63 + 4096 | 0.
func largeOperand(at *ast.Expression) {
	if f, ok := constantOf(*at); ok && isLarge(f) {
		*at = &ast.NumberLiteral{Idx: (*at).Idx0(), Literal: "0", Value: wrapped(f)}
	}
}

// constantOf is the value of an expression of numbers only.
func constantOf(x ast.Expression) (float64, bool) {
	switch x := x.(type) {
	case *ast.NumberLiteral:
		switch v := x.Value.(type) {
		case int64:
			return float64(v), true
		case float64:
			return v, true
		}
	case *ast.UnaryExpression:
		if v, ok := constantOf(x.Operand); ok && x.Operator == token.MINUS {
			return -v, true
		}
	case *ast.BinaryExpression:
		left, ok := constantOf(x.Left)
		right, ok2 := constantOf(x.Right)
		if ok && ok2 {
			return computed(x.Operator, left, right)
		}
	}
	return 0, false
}

func computed(operator token.Token, a, b float64) (float64, bool) {
	switch operator {
	case token.PLUS:
		return a + b, true
	case token.MINUS:
		return a - b, true
	case token.MULTIPLY:
		return a * b, true
	case token.SLASH:
		return a / b, true
	case token.EXPONENT:
		return math.Pow(a, b), true
	}
	return 0, false
}

// installBits makes the two functions of Math that take 32 bits, and sign, which is NaN of nothing.
func (e *Engine) installBits() error {
	functions := e.vm.Get("Math").(*goja.Object)
	bits32 := machineCode.int32
	for name, f := range map[string]func(call goja.FunctionCall) goja.Value{
		"imul": func(c goja.FunctionCall) goja.Value {
			return machineCode.number(int64(bits32(c.Argument(0)) * bits32(c.Argument(1))))
		},
		"clz32": func(c goja.FunctionCall) goja.Value {
			return machineCode.number(int64(bits.LeadingZeros32(uint32(bits32(c.Argument(0))))))
		},
		"sign": func(c goja.FunctionCall) goja.Value { return e.sign(c.Argument(0).ToNumber()) },
	} {
		old := functions.Get(name).(*goja.Object)
		made := e.vm.ToValue(f).(*goja.Object)
		for _, property := range []string{"name", "length"} {
			if err := made.DefineDataProperty(property, old.Get(property), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
				return err
			}
		}
		if err := functions.DefineDataProperty(name, made, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
			return err
		}
	}
	return e.mendNumber()
}

func (e *Engine) sign(v goja.Value) goja.Value {
	switch n := v.ToFloat(); {
	case n > 0:
		return machineCode.number(1)
	case n < 0:
		return machineCode.number(-1)
	}
	return v // NaN, 0 or -0
}

// mendNumber has Number(BigInt) take large ones, of which goja keeps 64 bits. Number stays the object that it is: what it
// does when it is called is exchanged.
func (e *Engine) mendNumber() error {
	number := reflect.ValueOf(e.vm.Get("Number").(*goja.Object)).Elem().FieldByName("self").Elem()
	if number.Kind() != reflect.Pointer || number.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("cannot find what Number does")
	}
	field, err := writable(number.Elem(), "f")
	if err != nil {
		return err
	}
	called, ok := field.Addr().Interface().(*func(goja.FunctionCall) goja.Value)
	if !ok {
		return fmt.Errorf("cannot find what Number does")
	}
	old := *called
	large := big.NewInt(1)
	bigInt := reflect.TypeOf(e.vm.ToValue(large))
	*called = func(call goja.FunctionCall) goja.Value {
		if len(call.Arguments) > 0 && reflect.TypeOf(call.Arguments[0]) == bigInt {
			f, _ := new(big.Float).SetInt(call.Arguments[0].Export().(*big.Int)).Float64()
			return e.vm.ToValue(f)
		}
		return old(call)
	}
	return nil
}
