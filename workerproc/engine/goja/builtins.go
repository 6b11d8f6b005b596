package goja

import (
	"fmt"
	"math"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine/quickjs/lre"
)

// Corners of goja's built-in functions: the last digit of what those of Math give, an array's length among its descriptors, -0
// as a code point, and the BigInt of an object that isn't one's text.

func (e *Engine) installBuiltIns() error {
	if err := e.mendMath(); err != nil {
		return err
	}
	for name, mend := range map[string]func(native native, call goja.FunctionCall) goja.Value{
		"Object.getOwnPropertyDescriptors": e.descriptorsOf,
		"Array.prototype.flat":             e.flat,
		"String.fromCodePoint": func(native native, call goja.FunctionCall) goja.Value {
			args := append([]goja.Value(nil), call.Arguments...)
			for i, v := range args {
				if f, ok := v.Export().(float64); ok && f == 0 {
					args[i] = machineCode.number(0)
				}
			}
			return native(goja.FunctionCall{This: call.This, Arguments: args})
		},
		"BigInt": func(native native, call goja.FunctionCall) goja.Value {
			if o, ok := call.Argument(0).(*goja.Object); ok {
				call.Arguments = []goja.Value{toPrimitiveNumber(o)}
			}
			return native(call)
		},
	} {
		function, err := e.vm.RunScript("stockade:engine", name)
		if err != nil {
			return err
		}
		err = wrapNative(function.(*goja.Object), func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
			return func(call goja.FunctionCall) goja.Value { return mend(native, call) }
		})
		if err != nil {
			return fmt.Errorf("cannot mend %s: %w", name, err)
		}
	}
	return nil
}

// descriptorsOf: goja keeps the length of an array elsewhere.
func (e *Engine) descriptorsOf(native native, call goja.FunctionCall) goja.Value {
	result := native(call)
	o, ok := call.Argument(0).(*goja.Object)
	if !ok || e.implementation(o) != e.iteration.plain.kind {
		return result
	}
	if d, err := e.intrinsics.descriptor(goja.Undefined(), o, e.vm.ToValue("length")); err == nil {
		_ = result.(*goja.Object).DefineDataProperty("length", d, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	return result
}

// mendMath has functions of Math give what they give elsewhere.
func (e *Engine) mendMath() error {
	var exact lre.Math
	functions := map[string]native{"hypot": func(call goja.FunctionCall) goja.Value { return e.vm.ToValue(hypot(call.Arguments)) }}
	for name, f := range exact.Of1() {
		functions[name] = func(call goja.FunctionCall) goja.Value { return e.vm.ToValue(f(call.Argument(0).ToFloat())) }
	}
	for name, f := range exact.Of2() {
		if name == "pow" {
			e.iteration.power = f
		}
		functions[name] = func(call goja.FunctionCall) goja.Value {
			x := call.Argument(0).ToFloat()
			return e.vm.ToValue(f(x, call.Argument(1).ToFloat()))
		}
	}
	of := e.vm.Get("Math").(*goja.Object)
	for name, f := range functions {
		function, ok := of.Get(name).(*goja.Object)
		if !ok {
			return fmt.Errorf("cannot find Math.%s", name)
		}
		err := wrapNative(function, func(func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value { return f })
		if err != nil {
			return fmt.Errorf("cannot mend Math.%s: %w", name, err)
		}
	}
	return nil
}

// hypot adds squares as V8 does: of what is at most 1, with what is lost to rounding.
func hypot(args []goja.Value) float64 {
	numbers := make([]float64, len(args))
	most, nan := 0.0, false
	for i, v := range args {
		numbers[i] = math.Abs(v.ToFloat())
		most, nan = max(most, numbers[i]), nan || math.IsNaN(numbers[i])
	}
	for _, x := range numbers {
		if math.IsInf(x, 1) {
			return x
		}
	}
	switch {
	case nan:
		return math.NaN()
	case most == 0:
		return 0
	}
	sum, lost := 0.0, 0.0
	for _, x := range numbers {
		n := x / most
		square := n*n - lost
		next := sum + square
		lost, sum = next-sum-square, next
	}
	return math.Sqrt(sum) * most
}
