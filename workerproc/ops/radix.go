package ops

import (
	"math"

	"stockade.dev/stockade/workerproc/engine"
)

var radixOps = map[string]engine.Op{"numberText": numberText}

const digitChars = "0123456789abcdefghijklmnopqrstuvwxyz"

// numberText(x, radix) is x.toString(radix) as V8 writes it, of a number with a
// fraction: as many digits as tell it from its neighbours. The specification
// leaves that open; code compares it.
func numberText(args []any) (any, error) {
	x, _ := args0(args).(float64)
	radix := number(args, 1)
	if radix < 2 || radix > 36 || math.IsNaN(x) || math.IsInf(x, 0) {
		return "NaN", nil
	}
	return radixText(x, radix), nil
}

func args0(args []any) any {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}

func radixText(x float64, radix int) string {
	sign := ""
	if x < 0 {
		sign, x = "-", -x
	}
	whole := math.Floor(x)
	fraction, carry := radixFraction(x-whole, neighbour(x), radix)
	if carry {
		whole++
	}
	return sign + radixWhole(whole, float64(radix)) + fraction
}

// neighbour is half the distance to the next larger double.
func neighbour(x float64) float64 {
	return max(0.5*(math.Nextafter(x, math.Inf(1))-x), math.SmallestNonzeroFloat64)
}

// radixFraction writes digits while what is left could be another number's.
// carry: rounded up they make one.
func radixFraction(f, delta float64, radix int) (text string, carry bool) {
	if f < delta {
		return "", false
	}
	digits := []byte{'.'}
	for f >= delta {
		f *= float64(radix)
		delta *= float64(radix)
		digit := int(f)
		digits = append(digits, digitChars[digit])
		f -= float64(digit)
		if (f > 0.5 || f == 0.5 && digit&1 == 1) && f+delta > 1 {
			return roundUp(digits, radix)
		}
	}
	return string(digits), false
}

// roundUp adds one to the last digit; digits that become zero are left out.
func roundUp(digits []byte, radix int) (text string, carry bool) {
	for i := len(digits) - 1; i > 0; i-- {
		value := int(digits[i] - '0')
		if digits[i] > '9' {
			value = int(digits[i]-'a') + 10
		}
		if value+1 < radix {
			digits[i] = digitChars[value+1]
			return string(digits[:i+1]), false
		}
	}
	return "", true
}

func radixWhole(whole, radix float64) string {
	var reversed []byte
	for {
		rest := math.Mod(whole, radix)
		reversed = append(reversed, digitChars[int(rest)])
		if whole = (whole - rest) / radix; whole <= 0 {
			break
		}
	}
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	return string(reversed)
}
