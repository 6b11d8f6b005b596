// For the compiler: functions without a body in links.go are goja's.
