package quickjs

import (
	"strings"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// ofBuffers says what lengths, offsets and indexes arrays, buffers and views
// can't have.
func (f *fault) ofBuffers() string {
	switch f.message {
	case "invalid array length":
		if f.builtIn == "set" {
			return "offset is out of bounds"
		}
		return "Invalid array length"
	case "invalid array index":
		return f.badIndex()
	case "ArrayBuffer is detached":
		return "Cannot perform " + f.operation() + " on a detached ArrayBuffer"
	case "array buffer is not resizable":
		return f.incompatible("ArrayBuffer.prototype")
	case "invalid offset":
		if elementSize(f.builtIn) == "" {
			return "Start offset " + f.arg(1) + " is outside the bounds of the buffer"
		}
		return "start offset of " + f.builtIn + " should be a multiple of " + elementSize(f.builtIn)
	case "invalid length":
		if f.arg(2) != "undefined" {
			return "Invalid typed array length: " + f.arg(2)
		}
		return "byte length of " + f.builtIn + " should be a multiple of " + elementSize(f.builtIn)
	case "invalid byteOffset":
		return "Start offset " + f.arg(1) + " is outside the bounds of the buffer"
	case "invalid byteLength":
		return "Invalid DataView length " + f.arg(2)
	}
	if index, ok := strings.CutPrefix(f.message, "invalid array index: "); ok {
		return "Invalid index : " + index
	}
	return ""
}

func (f *fault) badIndex() string {
	switch {
	case f.builtIn == "ArrayBuffer" || wording.Constructed(f.source, f.at) == "ArrayBuffer":
		return "Invalid array buffer length"
	case strings.HasPrefix(f.builtIn, "as"):
		return "Invalid value " + f.arg(0) + ": not (convertible to) a safe integer"
	case strings.HasPrefix(f.builtIn, "get"), strings.HasPrefix(f.builtIn, "set"):
		return "Offset is outside the bounds of the DataView"
	case f.builtIn == "with":
		return "Invalid typed array index"
	}
	return "Invalid typed array length: " + f.arg(0)
}

func elementSize(array string) string {
	return map[string]string{"Int16Array": "2", "Uint16Array": "2", "Float16Array": "2", "Int32Array": "4", "Uint32Array": "4", "Float32Array": "4"}[array] +
		map[string]string{"Float64Array": "8", "BigInt64Array": "8", "BigUint64Array": "8"}[array]
}

// ofNumbers says which numbers are out of range, or no BigInt's.
func (f *fault) ofNumbers() string {
	switch f.message {
	case "invalid repeat count":
		return "Invalid count value: " + f.arg(0)
	case "invalid code point":
		return "Invalid code point " + f.arg(0)
	case "invalid number of digits":
		return map[string]string{"toFixed": "toFixed() digits argument must be between 0 and 100", "toPrecision": "toPrecision() argument must be between 1 and 100",
			"toExponential": "toExponential() argument must be between 0 and 100"}[f.builtIn]
	case "cannot convert to BigInt: not an integer", "cannot convert NaN or Infinity to BigInt":
		return "The number " + f.arg(0) + " cannot be converted to a BigInt because it is not an integer"
	case "invalid bigint literal", "cannot convert to BigInt":
		return "Cannot convert " + f.arg(0) + " to a BigInt"
	case "cannot convert to bigint":
		if strings.HasPrefix(f.builtIn, "as") {
			return "Cannot convert " + f.arg(1) + " to a BigInt"
		}
	case "cannot convert bigint to number":
		if f.builtIn == "" {
			return "Cannot mix BigInt and other types, use explicit conversions"
		}
		return "Cannot convert a BigInt value to a number"
	}
	return ""
}

// ofReceivers says what built-in functions can't be called on, or be given.
func (f *fault) ofReceivers() string {
	switch f.message {
	case "null or undefined are forbidden":
		return "String.prototype." + f.builtIn + " called on null or undefined"
	case "invalid regular expression flags":
		return "Invalid flags supplied to RegExp constructor '" + f.arg(1) + "'"
	case "regexp not supported":
		return "First argument to String.prototype." + f.builtIn + " must not be a regular expression"
	case "regexp must have the 'g' flag":
		return "String.prototype." + f.builtIn + " called with a non-global RegExp argument"
	case "not a object":
		return "CreateListFromArrayLike called on non-object"
	case "not a symbol":
		return f.arg(0) + " is not a symbol"
	case "not a Date object":
		if strings.HasPrefix(f.builtIn, "get") || f.builtIn == "valueOf" {
			return "this is not a Date object."
		}
		return f.incompatible("Date.prototype")
	case "not a TypedArray":
		if f.builtIn == "set" || f.builtIn == "fill" {
			return "this is not a typed array."
		}
		return f.incompatible("%TypedArray%.prototype")
	case "invalid target":
		if f.builtIn == "register" {
			return "FinalizationRegistry.prototype.register: invalid target"
		}
		return "WeakRef: invalid target"
	}
	return ""
}
