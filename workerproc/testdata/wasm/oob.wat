(module (memory (export "m") 1) (data (i32.const 0) "x") (data (i32.const 65534) "abc"))
