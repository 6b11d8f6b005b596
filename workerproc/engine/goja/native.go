package goja

import (
	"github.com/dop251/goja"
)

// nativeCall is a call of a built-in function.
type nativeCall struct {
	callee *goja.Object
	name   string
	this   goja.Value
	args   []goja.Value
}

// arg is an argument, undefined where there is none.
func (n *nativeCall) arg(i int) goja.Value {
	if i < len(n.args) {
		return n.args[i]
	}
	return goja.Undefined()
}

// native is the call of the built-in function that runs. Its frame on goja's
// stack has the receiver, the function and the arguments. One that is called by
// call or apply has no frame but theirs. With new it has none at all.
func (f *faults) native() (n nativeCall, ok bool) {
	if !f.program.IsNil() {
		return n, false
	}
	sb, sp := int(f.sb.Int()), int(f.sp.Int())
	if sb < 2 || sp < sb || sp > f.stack.Len() {
		return n, false
	}
	at := func(i int) goja.Value {
		v, _ := f.stack.Index(i).Interface().(goja.Value)
		return v
	}
	if n.callee, ok = at(sb - 1).(*goja.Object); !ok {
		return n, false
	}
	n.this = at(sb - 2)
	for i := sb; i < sp; i++ {
		n.args = append(n.args, at(i))
	}
	n.name = f.nameOf(n.callee)
	for range 4 { // call of call
		if !f.passOn(&n) {
			break
		}
	}
	return n, true
}

// passOn makes of a call of call or apply the one that it makes.
func (f *faults) passOn(n *nativeCall) bool {
	if n.name != "call" && n.name != "apply" {
		return false
	}
	callee, this, list := n.this, n.arg(0), n.arg(1)
	if _, ok := goja.AssertFunction(callee); !ok { // Reflect.apply
		callee, this, list = n.arg(0), n.arg(1), n.arg(2)
	}
	function, ok := callee.(*goja.Object)
	if _, callable := goja.AssertFunction(callee); !ok || !callable {
		return false
	}
	next := nativeCall{callee: function, name: f.nameOf(function), this: this}
	switch o, is := list.(*goja.Object); {
	case n.name == "call":
		next.args = n.args[min(1, len(n.args)):]
	case !is && !goja.IsUndefined(list) && !goja.IsNull(list):
		return false // it is what apply can't take
	case is && o.ClassName() == "Array":
		for i := range 4 {
			v, _, found := f.own(o, index(i))
			if !found {
				break
			}
			next.args = append(next.args, v)
		}
	}
	*n = next
	return true
}

// builtIn is the name of the built-in function that runs.
func (f *faults) builtIn() string {
	if n, ok := f.native(); ok {
		return n.name
	}
	if frames := f.vm.CaptureCallStack(1, nil); len(frames) > 0 {
		return frames[0].FuncName()
	}
	return ""
}

var owners = []string{"Array", "String", "Promise", "Map", "Set", "WeakMap", "WeakSet", "WeakRef", "RegExp", "Date", "Number", "Boolean", "BigInt", "Symbol",
	"ArrayBuffer", "SharedArrayBuffer", "DataView", "Function", "Object", "Error"}

// owner is the class whose method a call is of, "" if it is of none.
func (f *faults) owner(n nativeCall) string {
	for _, class := range owners {
		c, _, _ := f.own(f.vm.GlobalObject(), class)
		constructor, ok := c.(*goja.Object)
		if !ok {
			continue
		}
		p, _, _ := f.own(constructor, "prototype")
		prototype, ok := p.(*goja.Object)
		if !ok {
			continue
		}
		if v, _, _ := f.own(prototype, n.name); v != nil && v.SameAs(n.callee) {
			return class
		}
	}
	return ""
}
