//go:build !race && !msan && !asan

#include "textflag.h"

#define SYS_rt_sigreturn 15
#define SYS_getpid       39
#define SYS_capset       126
#define SYS_arch_prctl   158
#define SYS_gettid       186
#define SYS_futex        202
#define SYS_exit_group   231
#define SYS_tgkill       234
#define SYS_clone3       435

#define ARCH_GET_FS        0x1003
#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129
#define SIGURG             23

// park is the signal handler that holds a thread while the main thread forks. The kernel enters it on the thread's
// signal stack with SP at the rt_sigframe and every signal blocked. It may use any register: rt_sigreturn restores all.
TEXT ·park(SB),NOSPLIT|NOFRAME,$0
	MOVL	$1, AX
	LEAQ	·claimed(SB), BX
	LOCK
	XADDL	AX, (BX)
	IMULQ	$24, AX			// sizeof(thread)
	LEAQ	·parked(SB), R12
	ADDQ	AX, R12
	LEAQ	·gate(SB), R14
	MOVL	(R14), R13
	LEAQ	·ready(SB), R15

	MOVQ	SP, 0(R12)		// thread.frame
	MOVL	$ARCH_GET_FS, DI
	LEAQ	8(R12), SI		// thread.tls
	MOVL	$SYS_arch_prctl, AX
	SYSCALL
	MOVL	$SYS_gettid, AX
	SYSCALL
	MOVQ	AX, 16(R12)		// thread.tid

	LOCK
	INCL	(R15)
	MOVQ	R15, DI
	MOVL	$FUTEX_WAKE_PRIVATE, SI
	MOVL	$1, DX
	MOVL	$SYS_futex, AX
	SYSCALL
wait:
	CMPL	(R14), R13
	JNE	leave
	MOVQ	R14, DI
	MOVL	$FUTEX_WAIT_PRIVATE, SI
	MOVL	R13, DX
	XORL	R10, R10
	MOVL	$SYS_futex, AX
	SYSCALL
	JMP	wait
leave:
	RET				// to unpark

// unpark is the restorer: with SP just above the frame's return address, the thread goes on where it was interrupted.
TEXT ·unpark(SB),NOSPLIT|NOFRAME,$0
	MOVL	$SYS_rt_sigreturn, AX
	SYSCALL
	INT	$3

// func handler() (park, unpark uintptr)
TEXT ·handler(SB),NOSPLIT,$0-16
	LEAQ	·park(SB), AX
	MOVQ	AX, park+0(FP)
	LEAQ	·unpark(SB), AX
	MOVQ	AX, unpark+8(FP)
	RET

// func resume(args *cloneArgs, size uintptr) (tid int)
//
// The new thread starts with SP above the return address in the frame of the thread it replaces, and with the caller's
// other registers. It drops its capabilities, sends itself a preemption request in case its predecessor's got lost,
// says that it is ready, waits for the gate to open, and returns from the signal.
TEXT ·resume(SB),NOSPLIT,$0-24
	LEAQ	·gate(SB), R14
	MOVL	(R14), R13
	MOVQ	args+0(FP), DI
	MOVQ	size+8(FP), SI
	MOVL	$SYS_clone3, AX
	SYSCALL
	TESTQ	AX, AX
	JEQ	thread
	MOVQ	AX, tid+16(FP)
	RET
thread:
	LEAQ	·capHeader(SB), DI
	LEAQ	·capNone(SB), SI
	MOVL	$SYS_capset, AX
	SYSCALL
	TESTQ	AX, AX
	JNE	die
	MOVL	$SYS_getpid, AX
	SYSCALL
	MOVQ	AX, R12
	MOVL	$SYS_gettid, AX
	SYSCALL
	MOVQ	R12, DI
	MOVQ	AX, SI
	MOVL	$SIGURG, DX
	MOVL	$SYS_tgkill, AX
	SYSCALL

	LEAQ	·ready(SB), DI
	LOCK
	INCL	(DI)
	MOVL	$FUTEX_WAKE_PRIVATE, SI
	MOVL	$1, DX
	MOVL	$SYS_futex, AX
	SYSCALL
wait:
	CMPL	(R14), R13
	JNE	leave
	MOVQ	R14, DI
	MOVL	$FUTEX_WAIT_PRIVATE, SI
	MOVL	R13, DX
	XORL	R10, R10
	MOVL	$SYS_futex, AX
	SYSCALL
	JMP	wait
leave:
	MOVL	$SYS_rt_sigreturn, AX
	SYSCALL
die:
	MOVL	$125, DI		// ExitBroken
	MOVL	$SYS_exit_group, AX
	SYSCALL
	INT	$3

// func usesCgo() bool
TEXT ·usesCgo(SB),NOSPLIT,$0-1
	MOVB	runtime·iscgo(SB), AX
	MOVB	AX, ret+0(FP)
	RET
