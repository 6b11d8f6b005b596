package goja

import "github.com/dop251/goja"

// installBuffers gives ArrayBuffer.prototype what goja has for Go only: it can
// detach buffers.
func (e *Engine) installBuffers() error {
	transfer := func(call goja.FunctionCall) goja.Value {
		buffer := e.bufferOf(call.This)
		if buffer.Detached() {
			panic(e.typeError("Cannot perform ArrayBuffer.prototype.transfer on a detached ArrayBuffer"))
		}
		length := int64(len(buffer.Bytes()))
		if v := call.Argument(0); !goja.IsUndefined(v) {
			length = v.ToInteger()
		}
		if length < 0 || length > maxBuffer {
			panic(e.newError("RangeError", "Invalid array buffer length"))
		}
		bytes := buffer.Bytes()
		if length != int64(len(bytes)) {
			bytes = make([]byte, length)
			copy(bytes, buffer.Bytes())
		}
		buffer.Detach()
		return e.vm.ToValue(e.vm.NewArrayBuffer(bytes))
	}
	natives := e.vm.NewObject()
	for name, f := range map[string]native{
		"transfer": transfer, "transferToFixedLength": transfer,
		"detached":      func(call goja.FunctionCall) goja.Value { return e.vm.ToValue(e.bufferOf(call.This).Detached()) },
		"resizable":     func(call goja.FunctionCall) goja.Value { e.bufferOf(call.This); return e.vm.ToValue(false) },
		"maxByteLength": func(call goja.FunctionCall) goja.Value { return e.vm.ToValue(len(e.bufferOf(call.This).Bytes())) },
	} {
		_ = natives.Set(name, f)
	}
	install, err := e.vm.RunScript("stockade:engine", `(natives) => {
		for (const name of ["transfer", "transferToFixedLength", "detached", "resizable", "maxByteLength"]) {
			const method = name.startsWith("transfer");
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

// maxBuffer is how large a buffer may be.
const maxBuffer = 1 << 31

func (e *Engine) bufferOf(v goja.Value) goja.ArrayBuffer {
	if obj, ok := v.(*goja.Object); ok && obj.ExportType() == bufferType {
		return obj.Export().(goja.ArrayBuffer)
	}
	panic(e.typeError("Receiver is not an ArrayBuffer"))
}
