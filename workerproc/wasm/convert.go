package wasm

import (
	"math"

	"stockade.dev/stockade/workerproc/engine"
)

const errTransform = "type incompatibility when transforming from/to JS"

// crosses tells whether values of that type can go to JavaScript and back.
func crosses(t byte) bool { return t >= f64 && t <= i32 || t == funcref || t == externref }

func (s *signature) crosses() bool {
	for _, list := range [][]byte{s.params, s.results} {
		for _, t := range list {
			if !crosses(t) {
				return false
			}
		}
	}
	return true
}

// toWasm converts a JavaScript value (engine.Foreign.Invoke) as ToWebAssemblyValue does.
func (m *Machine) toWasm(t byte, v any) (uint64, error) {
	switch t {
	case i64:
		return m.toInt64(v)
	case externref:
		return m.putExtern(v), nil
	case funcref:
		if m.isNull(v) {
			return 0, nil
		}
		if f := functionOf(v); f != nil {
			return f.reference()
		}
		return 0, typeError(errTransform)
	}
	f, err := m.toNumber(v)
	if err != nil {
		return 0, err
	}
	switch t {
	case i32:
		return uint64(toInt32(f)), nil
	case f32:
		return uint64(math.Float32bits(float32(f))), nil
	}
	return math.Float64bits(f), nil
}

// isNull: null is the one value of its kind that an engine's IsNull knows.
func (m *Machine) isNull(v any) bool { return m.engine.IsNull(v) }

func (m *Machine) toNumber(v any) (float64, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case nil:
		return math.NaN(), nil
	}
	n, err := m.engine.Invoke(m.js.toNumber, v)
	f, _ := n.(float64)
	return f, err
}

// toInt32 is the language's: modulo 2^32.
func toInt32(f float64) uint32 {
	if i := int32(f); float64(i) == f {
		return uint32(i)
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	f = math.Mod(math.Trunc(f), 1<<32)
	if f < 0 {
		f += 1 << 32
	}
	return uint32(f)
}

func (m *Machine) toInt64(v any) (uint64, error) {
	if h, ok := v.(engine.Handle); ok && h != nil {
		if n, is := m.engine.Int64(h); is {
			return uint64(n), nil
		}
	}
	v, err := m.engine.Invoke(m.js.toBigInt, v)
	if err != nil {
		return 0, err
	}
	n, _ := m.engine.Int64(v)
	return uint64(n), nil
}

// fromWasm is the inverse of toWasm.
func (m *Machine) fromWasm(t byte, v uint64) (any, error) {
	switch t {
	case i32:
		return float64(int32(v)), nil
	case i64:
		return engine.BigInt(v), nil
	case f32:
		return float64(math.Float32frombits(uint32(v))), nil
	case f64:
		return math.Float64frombits(v), nil
	case externref:
		return m.getExtern(v), nil
	}
	if v == 0 {
		return m.js.null, nil
	}
	f := m.functionAt(v)
	if f == nil {
		return nil, m.errorOf("RuntimeError", "this reference can't be shown to JavaScript")
	}
	return f.ref, nil
}

// defaultOf is what a missing value is in a global or a table.
func (m *Machine) defaultOf(t byte) uint64 {
	if t == externref {
		return m.putExtern(nil)
	}
	return 0
}
