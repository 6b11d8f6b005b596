(module
 (import "js" "f" (func $f (param i32)))
 (memory (export "memory") 1 8192)
 (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
 (func (export "loop") (loop br 0))
 (func (export "out") (param i32) local.get 0 call $f)
 (func (export "grow") (param i32) (result i32) local.get 0 memory.grow)
 (func $rec (export "recurse") (result i32) call $rec i32.const 1 i32.add)
)
