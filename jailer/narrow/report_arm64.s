#include "textflag.h"

// handler(signal R0, siginfo R1, context R2): see report.go. It must not return.
TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	MOVD $64, R8     // SYS_write
	MOVD $2, R0      // CrashPipe
	MOVD $32, R2     // reportSize
	SVC
	MOVD $0x5afe, R8 // lastCall
	SVC
	BRK

// func handlerPC() uintptr
TEXT ·handlerPC(SB), NOSPLIT, $0-8
	MOVD $handler<>(SB), R0
	MOVD R0, ret+0(FP)
	RET
