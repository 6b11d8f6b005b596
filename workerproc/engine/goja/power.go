package goja

import (
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"stockade.dev/stockade/workerproc/engine/quickjs/lre"
)

// execPower is a ** b, of numbers to the last digit that Math.pow gives (builtins.go).
func execPower(self, vm unsafe.Pointer) {
	in, code := (*iteration)(self), &machineCode
	for n := 2; n > 0; n-- {
		code.primitive(vm, n)
		code.numeric(code.operand(vm, n))
	}
	left, right := (*face)(code.operand(vm, 2)), (*face)(code.operand(vm, 1))
	x, ok := code.float64(left)
	y, ok2 := code.float64(right)
	if !ok || !ok2 {
		code.original[aPower](self, vm)
		return
	}
	*(*goja.Value)(code.operand(vm, 2)) = in.vm.ToValue(in.power(x, y))
	*(*int)(unsafe.Add(vm, code.sp))--
	*(*int)(unsafe.Add(vm, code.pc))++
}

// float64 is a number's.
func (in *instructions) float64(v *face) (float64, bool) {
	switch v[0] {
	case in.integer:
		return float64(*(*int64)(v[1])), true
	case in.float:
		return *(*float64)(v[1]), true
	}
	return 0, false
}

// powerOf replaces a power of literals, which goja works out when it compiles.
func powerOf(x *ast.BinaryExpression) {
	a, ok := literalNumber(x.Left)
	b, ok2 := literalNumber(x.Right)
	if !ok || !ok2 {
		return
	}
	var exact lre.Math
	x.Left = &ast.NumberLiteral{Idx: x.Left.Idx0(), Literal: "0", Value: exact.Of2()["pow"](a, b)}
	x.Right = &ast.NumberLiteral{Idx: x.Right.Idx0(), Literal: "1", Value: int64(1)}
}
