(module (import "js" "s" (func $s (param i32))) (func $start i32.const 7 call $s) (start $start) (func (export "a")))
