package lre

import (
	"math"

	"modernc.org/libc"
)

// Math has functions of Math as QuickJS has them, which give what V8's give to the last digit where Go's don't.
type Math struct{ tls *libc.TLS }

func (m *Math) thread() *libc.TLS {
	if m.tls == nil {
		m.tls = libc.NewTLS()
	}
	return m.tls
}

// Of1 are those of one number.
func (m *Math) Of1() map[string]func(float64) float64 {
	functions := map[string]func(float64) float64{}
	for name, f := range map[string]func(*libc.TLS, float64) float64{
		"acos": libc.Xacos, "acosh": libc.Xacosh, "asin": libc.Xasin, "asinh": libc.Xasinh, "atan": libc.Xatan, "atanh": libc.Xatanh,
		"cbrt": libc.Xcbrt, "cos": libc.Xcos, "cosh": libc.Xcosh, "exp": libc.Xexp, "expm1": libc.Xexpm1, "log": libc.Xlog, "log10": libc.Xlog10,
		"log1p": libc.Xlog1p, "log2": libc.Xlog2, "sin": libc.Xsin, "sinh": libc.Xsinh, "tan": libc.Xtan, "tanh": libc.Xtanh,
	} {
		functions[name] = func(x float64) float64 { return f(m.thread(), x) }
	}
	return functions
}

// Of2 are those of two numbers.
func (m *Math) Of2() map[string]func(x, y float64) float64 {
	return map[string]func(x, y float64) float64{
		"atan2": func(x, y float64) float64 { return libc.Xatan2(m.thread(), x, y) },
		"pow": func(x, y float64) float64 {
			if math.IsNaN(y) || (x == 1 || x == -1) && math.IsInf(y, 0) {
				return math.NaN() // C says 1
			}
			return libc.Xpow(m.thread(), x, y)
		},
	}
}
