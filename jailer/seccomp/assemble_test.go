package seccomp

import (
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// run interprets the few instructions that Assemble emits, as seccomp(2) would.
func run(t testing.TB, prog []unix.SockFilter, call uint32, args [6]uint64) Action {
	var acc uint32
	for pc := 0; pc < len(prog); pc++ {
		in := prog[pc]
		branch := func(yes bool) {
			if yes {
				pc += int(in.Jt)
			} else {
				pc += int(in.Jf)
			}
		}
		switch in.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			switch {
			case in.K == offsetCall:
				acc = call
			case in.K == offsetArch:
				acc = arch
			case in.K >= offsetArgs:
				acc = uint32(args[(in.K-offsetArgs)/8] >> (8 * (in.K % 8)))
			}
		case unix.BPF_ALU | unix.BPF_AND | unix.BPF_K:
			acc &= in.K
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			branch(acc == in.K)
		case unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
			branch(acc >= in.K)
		case unix.BPF_JMP | unix.BPF_JA:
			pc += int(in.K)
		case unix.BPF_RET | unix.BPF_K:
			return Action(in.K)
		default:
			t.Fatalf("instruction %d: unknown code %#x", pc, in.Code)
		}
	}
	t.Fatal("the program runs off its end")
	return 0
}

// decide is the plain meaning of a policy.
func decide(p Policy, call uint32, args [6]uint64) Action {
	for _, r := range p.Rules {
		if r.Call != call {
			continue
		}
		for _, c := range r.When {
			if v := args[c.Arg] & c.Mask; v != c.Value && !slices.Contains(c.Or, v) {
				return r.Else
			}
		}
		return r.Then
	}
	return p.Default
}

func TestAssembleMeansThePolicy(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		p := randomPolicy(rnd)
		prog, err := p.Assemble()
		if err != nil {
			t.Fatal(err)
		}
		for call := range uint32(500) {
			args := [6]uint64{rnd.Uint64() % 4, rnd.Uint64(), rnd.Uint64() % 4 << 32}
			if got, want := run(t, prog, call, args), decide(p, call, args); got != want {
				t.Fatalf("call %d %v: got %#x, want %#x\n%+v", call, args, got, want, p)
			}
		}
		for _, call := range []uint32{1 << 30, 1<<32 - 1} {
			if got := run(t, prog, call, [6]uint64{}); got != p.Default {
				t.Fatalf("call %#x: got %#x", call, got)
			}
		}
	}
}

func randomPolicy(rnd *rand.Rand) Policy {
	actions := []Action{Allow, Trap, KillProcess, Refuse(unix.EPERM)}
	p := Policy{Default: actions[rnd.IntN(4)]}
	for _, call := range rnd.Perm(480)[:rnd.IntN(300)] {
		r := Rule{Call: uint32(call), Then: actions[rnd.IntN(4)]}
		for range rnd.IntN(3) {
			mask := rnd.Uint64() & 0x3_0000_0003
			c := Cond{Arg: rnd.IntN(3), Mask: mask, Value: rnd.Uint64() & mask}
			if c.Mask>>32 == 0 && c.Mask != 0 {
				for range rnd.IntN(3) {
					c.Or = append(c.Or, rnd.Uint64()&mask)
				}
			}
			r.When = append(r.When, c)
			r.Else = actions[rnd.IntN(4)]
		}
		p.Rules = append(p.Rules, r)
	}
	return p
}

func TestAssembleRefusesTwoRulesForOneCall(t *testing.T) {
	p := Policy{Rules: append(Calls(Allow, unix.SYS_READ), Calls(Trap, unix.SYS_READ)...)}
	if _, err := p.Assemble(); err == nil {
		t.Fatal("accepted")
	}
}
