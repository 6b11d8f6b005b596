#include "textflag.h"

// handler(signal DI, siginfo SI, context DX): see report.go. It must not return.
TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	MOVL $1, AX      // SYS_write
	MOVL $2, DI      // CrashPipe
	MOVL $32, DX     // reportSize
	SYSCALL
	MOVL $0x5afe, AX // lastCall
	SYSCALL
	INT  $3

// func handlerPC() uintptr
TEXT ·handlerPC(SB), NOSPLIT, $0-8
	LEAQ handler<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET
