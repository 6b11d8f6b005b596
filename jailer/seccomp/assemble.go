// Package seccomp turns a system-call policy that is written as data into a filter, and puts it on.
//
//	policy (a table of rules) ─ Assemble ─▶ BPF program ─ Install ─▶ the kernel, for all threads
//
// The program looks the number of the call up in a binary tree: the kernel runs every filter once for each of the
// ~450 calls when it is put on (to cache the plain answers), and with a list instead of a tree that costs more than
// everything else about it.
package seccomp

import (
	"cmp"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"
)

// Action is what the kernel does with a call: SECCOMP_RET_* of seccomp(2).
type Action uint32

// The actions in use.
const (
	Allow       Action = unix.SECCOMP_RET_ALLOW
	KillProcess Action = unix.SECCOMP_RET_KILL_PROCESS
	Trap        Action = unix.SECCOMP_RET_TRAP
	refuse      Action = unix.SECCOMP_RET_ERRNO
)

// Refuse makes the call fail with errno.
func Refuse(errno unix.Errno) Action { return refuse | Action(errno&unix.SECCOMP_RET_DATA) }

// Rule says what becomes of one call: Then where all conditions hold, else Else.
type Rule struct {
	Call uint32 // its number: unix.SYS_*
	When []Cond
	Then Action
	Else Action // used only with When
}

// Cond holds when (argument & Mask) == Value, or one of Or; with Or, Mask has 32 bits.
type Cond struct {
	Arg         int // 0..5
	Mask, Value uint64
	Or          []uint64
}

// Policy is a filter as data. Calls without a rule get Default, those of a foreign architecture KillProcess.
type Policy struct {
	Rules   []Rule
	Default Action
}

// Calls returns a rule with the same action for each of the calls.
func Calls(action Action, calls ...uint32) []Rule {
	rules := make([]Rule, len(calls))
	for i, call := range calls {
		rules[i] = Rule{Call: call, Then: action}
	}
	return rules
}

// Offsets in struct seccomp_data.
const (
	offsetCall = 0
	offsetArch = 4
	offsetArgs = 16
)

type program []unix.SockFilter

// Assemble returns the program of p. It fails when two rules are for the same call.
func (p Policy) Assemble() ([]unix.SockFilter, error) {
	rules := slices.SortedFunc(slices.Values(p.Rules), func(a, b Rule) int { return cmp.Compare(a.Call, b.Call) })
	for i := 1; i < len(rules); i++ {
		if rules[i].Call == rules[i-1].Call {
			return nil, fmt.Errorf("cannot assemble a filter: two rules for system call %d", rules[i].Call)
		}
	}
	prog := program{
		load(offsetArch),
		jump(unix.BPF_JEQ, arch, 1, 0),
		ret(KillProcess),
		load(offsetCall),
	}
	return append(prog, tree(p.spans(rules))...), nil
}

// span is a run of call numbers, from first to the next span's first, that get the same treatment.
type span struct {
	first uint32
	rule  Rule
}

func (p Policy) spans(rules []Rule) []span {
	other := Rule{Then: p.Default}
	spans := []span{{0, other}}
	add := func(first uint32, rule Rule) {
		last := &spans[len(spans)-1]
		switch {
		case last.first == first:
			last.rule = rule
		case rule.When == nil && last.rule.When == nil && rule.Then == last.rule.Then:
		default:
			spans = append(spans, span{first, rule})
		}
	}
	for _, rule := range rules {
		add(rule.Call, rule)
		add(rule.Call+1, other)
	}
	return spans
}

// tree returns the code that finds the span of the loaded number.
func tree(spans []span) program {
	if len(spans) == 1 {
		return spans[0].rule.code()
	}
	half := len(spans) / 2
	low, high := tree(spans[:half]), tree(spans[half:])
	prog := program{jump(unix.BPF_JGE, spans[half].first, 0, 1), {Code: unix.BPF_JMP | unix.BPF_JA, K: uint32(len(low))}}
	if len(low) < 256 {
		prog = program{jump(unix.BPF_JGE, spans[half].first, uint8(len(low)), 0)}
	}
	return append(append(prog, low...), high...)
}

// code checks the conditions one after the other and ends in an action.
func (r Rule) code() program {
	var checks program
	for _, c := range r.When {
		checks = append(checks, c.word(offsetArgs+8*c.Arg+4, uint32(c.Mask>>32), uint32(c.Value>>32))...)
		checks = append(checks, c.word(offsetArgs+8*c.Arg, uint32(c.Mask), uint32(c.Value), c.Or...)...)
	}
	for i := range checks { // a failed comparison goes to Else, behind the Then that follows the checks
		if checks[i].Code&unix.BPF_JMP == unix.BPF_JMP && checks[i].Jt == 0 {
			checks[i].Jf = uint8(len(checks) - i)
		}
	}
	prog := append(checks, ret(r.Then))
	if r.When != nil {
		prog = append(prog, ret(r.Else))
	}
	return prog
}

// word compares one half of an argument (little endian).
func (c Cond) word(offset int, mask, value uint32, or ...uint64) program {
	if mask == 0 {
		return nil
	}
	prog := program{load(uint32(offset)), {Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, K: mask}}
	for i, other := range or { // a hit jumps over the rest
		prog = append(prog, jump(unix.BPF_JEQ, uint32(other), uint8(len(or)-i), 0))
	}
	return append(prog, jump(unix.BPF_JEQ, value, 0, 0))
}

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

func jump(op uint16, k uint32, yes, no uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | op | unix.BPF_K, K: k, Jt: yes, Jf: no}
}

func ret(a Action) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: uint32(a)}
}
