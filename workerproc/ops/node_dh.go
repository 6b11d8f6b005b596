package ops

import (
	"crypto/elliptic"
	"crypto/rand"
	"math/big"

	"stockade.dev/stockade/workerproc/engine"
)

// nodeDHOps are Diffie and Hellman's numbers and points, and primes, of node:crypto. What takes long can't be interrupted, so
// numbers are bounded, and who looks for a prime asks for a few tries at a time.
var nodeDHOps = map[string]engine.Op{
	"nodeModExp":     nodeModExp,
	"nodeIsPrime":    nodeIsPrime,
	"nodePrime":      nodePrime,
	"nodeEcGenerate": nodeEcGenerate,
	"nodeEcPublic":   nodeEcPublic,
	"nodeEcSecret":   nodeEcSecret,
	"nodeEcConvert":  nodeEcConvert,
}

const maxNodeNumber = 1250 // bytes; node:crypto's largest group has 1024

// nodeModExp(base, exponent, modulus) is base^exponent as long as the modulus; undefined for what is too large.
func nodeModExp(args []any) (any, error) {
	base, exponent, modulus := data(args, 0), data(args, 1), new(big.Int).SetBytes(data(args, 2))
	if max(len(base), len(exponent), len(data(args, 2))) > maxNodeNumber || modulus.Sign() == 0 {
		return nil, nil
	}
	out := new(big.Int).Exp(new(big.Int).SetBytes(base), new(big.Int).SetBytes(exponent), modulus)
	return out.FillBytes(make([]byte, (modulus.BitLen()+7)/8)), nil
}

// nodeIsPrime(number, rounds) tells whether it is a prime, with a chance of error of 4^-rounds at most.
func nodeIsPrime(args []any) (any, error) {
	if len(data(args, 0)) > maxNodeNumber {
		return fail("RangeError", "The candidate is too large")
	}
	return new(big.Int).SetBytes(data(args, 0)).ProbablyPrime(min(max(number(args, 1), 20), 64)), nil
}

const maxPrimeBits = 4096

// nodePrime(bits, safe, add, rem, tries) is a prime p of that many bits, with p mod add = rem and, where it is to be safe,
// (p-1)/2 prime, too; undefined if none of so many tries gave one.
func nodePrime(args []any) (any, error) {
	bits, safe, tries := number(args, 0), flag(args, 1), number(args, 4)
	if bits < 1 || bits > maxPrimeBits {
		return fail("RangeError", "A prime of so many bits can't be made")
	}
	add, rem := new(big.Int).SetBytes(data(args, 2)), new(big.Int).SetBytes(data(args, 3))
	one, top := big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), uint(bits))
	for range min(tries, 1<<16) {
		p, err := candidate(bits, top, add, rem)
		if err != nil {
			return nil, err
		}
		if p.BitLen() != bits || !p.ProbablyPrime(1) || safe && !new(big.Int).Rsh(new(big.Int).Sub(p, one), 1).ProbablyPrime(1) {
			continue
		}
		if p.ProbablyPrime(20) && (!safe || new(big.Int).Rsh(new(big.Int).Sub(p, one), 1).ProbablyPrime(20)) {
			return p.FillBytes(make([]byte, (bits+7)/8)), nil
		}
	}
	return nil, nil
}

// candidate is a random number with the two highest bits set, odd unless add says otherwise.
func candidate(bits int, top, add, rem *big.Int) (*big.Int, error) {
	p, err := rand.Int(rand.Reader, top)
	if err != nil {
		return nil, err
	}
	p.SetBit(p, bits-1, 1)
	if bits > 2 && add.Sign() == 0 {
		p.SetBit(p, bits-2, 1)
	}
	if add.Sign() > 0 {
		p.Sub(p, new(big.Int).Mod(p, add))
		return p.Add(p, rem), nil
	}
	if bits > 1 {
		p.SetBit(p, 0, 1)
	}
	return p, nil
}

// nodeEcGenerate(curve) is a new private key.
func nodeEcGenerate(args []any) (any, error) {
	curve := curves[text(args, 0)]
	if curve == nil {
		return nil, nil
	}
	n := curve.Params().N
	d, err := rand.Int(rand.Reader, new(big.Int).Sub(n, big.NewInt(1)))
	if err != nil {
		return nil, err
	}
	return d.Add(d, big.NewInt(1)).FillBytes(make([]byte, (n.BitLen()+7)/8)), nil
}

func scalar(curve elliptic.Curve, private []byte) *big.Int {
	d := new(big.Int).SetBytes(private)
	if d.Sign() == 0 || d.Cmp(curve.Params().N) >= 0 {
		return nil
	}
	return d
}

// nodeEcPublic(curve, private) is its point, uncompressed; undefined if the key isn't one of the curve.
func nodeEcPublic(args []any) (any, error) {
	curve := curves[text(args, 0)]
	if curve == nil {
		return nil, nil
	}
	d := scalar(curve, data(args, 1))
	if d == nil {
		return nil, nil
	}
	//lint:ignore SA1019 crypto/ecdh has no P-224
	x, y := curve.ScalarBaseMult(d.Bytes())
	//lint:ignore SA1019 the same
	return elliptic.Marshal(curve, x, y), nil
}

// pointOf reads a point in any of the forms of SEC 1, 2.3.3.
func pointOf(curve elliptic.Curve, point []byte) (x, y *big.Int) {
	if len(point) == 0 {
		return nil, nil
	}
	switch point[0] {
	case 2, 3:
		return elliptic.UnmarshalCompressed(curve, point)
	case 6, 7:
		if point[len(point)-1]&1 != point[0]&1 {
			return nil, nil
		}
		point = append([]byte{4}, point[1:]...)
	}
	//lint:ignore SA1019 crypto/ecdh has no P-224
	return elliptic.Unmarshal(curve, point)
}

// nodeEcSecret(curve, private, point) is the secret that two keys share; undefined if the point isn't on the curve.
func nodeEcSecret(args []any) (any, error) {
	curve := curves[text(args, 0)]
	if curve == nil {
		return nil, nil
	}
	d := scalar(curve, data(args, 1))
	x, y := pointOf(curve, data(args, 2))
	if d == nil || x == nil {
		return nil, nil
	}
	//lint:ignore SA1019 crypto/ecdh has no P-224
	x, _ = curve.ScalarMult(x, y, d.Bytes())
	return x.FillBytes(make([]byte, (curve.Params().BitSize+7)/8)), nil
}

// nodeEcConvert(curve, point, form) is the point "compressed", "uncompressed" or "hybrid".
func nodeEcConvert(args []any) (any, error) {
	curve := curves[text(args, 0)]
	if curve == nil {
		return nil, nil
	}
	x, y := pointOf(curve, data(args, 1))
	if x == nil {
		return nil, nil
	}
	if text(args, 2) == "compressed" {
		return elliptic.MarshalCompressed(curve, x, y), nil
	}
	//lint:ignore SA1019 crypto/ecdh has no P-224
	out := elliptic.Marshal(curve, x, y)
	if text(args, 2) == "hybrid" {
		out[0] = 6 + byte(y.Bit(0))
	}
	return out, nil
}
