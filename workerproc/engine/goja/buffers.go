package goja

import "github.com/dop251/goja"

// installBuffers gives ArrayBuffer.prototype what goja has for Go only: it can
// detach buffers.
func (e *Engine) installBuffers() error {
	if err := e.installResizable(); err != nil {
		return err
	}
	natives := e.vm.NewObject()
	for name, f := range map[string]native{
		"transfer":              func(call goja.FunctionCall) goja.Value { return e.transfer(call, true) },
		"transferToFixedLength": func(call goja.FunctionCall) goja.Value { return e.transfer(call, false) },
		"resize":                e.resizables.resize,
		"detached":              func(call goja.FunctionCall) goja.Value { return e.vm.ToValue(e.bufferOf(call.This).Detached()) },
		"resizable": func(call goja.FunctionCall) goja.Value {
			e.bufferOf(call.This)
			return e.vm.ToValue(e.resizables.of(call.This) != nil)
		},
		"maxByteLength": func(call goja.FunctionCall) goja.Value {
			buffer := e.bufferOf(call.This)
			if r := e.resizables.of(call.This); r != nil && !buffer.Detached() {
				return e.vm.ToValue(len(r.room))
			}
			return e.vm.ToValue(len(buffer.Bytes()))
		},
	} {
		_ = natives.Set(name, f)
	}
	install, err := e.vm.RunScript("stockade:engine", `(natives) => {
		for (const name of ["transfer", "transferToFixedLength", "resize", "detached", "resizable", "maxByteLength"]) {
			const method = name.startsWith("transfer") || name === "resize";
			if (name === "resize") Object.defineProperty(natives[name], "length", { value: 1 });
			Object.defineProperty(natives[name], "name", { value: method ? name : "get " + name });
			Object.defineProperty(ArrayBuffer.prototype, name, method
				? { value: natives[name], writable: true, enumerable: false, configurable: true }
				: { get: natives[name], set: undefined, enumerable: false, configurable: true });
		}
	}`)
	if err != nil {
		return err
	}
	call, _ := goja.AssertFunction(install)
	_, err = call(goja.Undefined(), natives)
	return err
}

// transfer is ArrayBuffer.prototype.transfer. A buffer that keeps its size keeps its bytes where they are.
func (e *Engine) transfer(call goja.FunctionCall, keep bool) goja.Value {
	buffer := e.bufferOf(call.This)
	if buffer.Detached() {
		panic(e.typeError("Cannot perform ArrayBuffer.prototype.transfer on a detached ArrayBuffer"))
	}
	bytes := buffer.Bytes()
	length := int64(len(bytes))
	if v := call.Argument(0); !goja.IsUndefined(v) {
		length = v.ToInteger()
	}
	r := e.resizables.of(call.This)
	if !keep {
		r = nil
	}
	if length < 0 || length > maxBuffer || r != nil && length > int64(len(r.room)) {
		panic(e.newError("RangeError", "Invalid array buffer length"))
	}
	if r != nil {
		clear(r.room[min(int(length), len(bytes)):len(bytes)])
		buffer.Detach()
		made := e.vm.ToValue(e.vm.NewArrayBuffer(nil)).(*goja.Object)
		return e.resizables.make(made, r.room, int(length))
	}
	if length != int64(len(bytes)) {
		bytes = make([]byte, length)
		copy(bytes, buffer.Bytes())
	}
	buffer.Detach()
	return e.vm.ToValue(e.vm.NewArrayBuffer(bytes))
}

// maxBuffer is how large a buffer may be.
const maxBuffer = 1 << 31

func (e *Engine) bufferOf(v goja.Value) goja.ArrayBuffer {
	if obj, ok := v.(*goja.Object); ok && obj.ExportType() == bufferType {
		return obj.Export().(goja.ArrayBuffer)
	}
	panic(e.typeError("Receiver is not an ArrayBuffer"))
}
