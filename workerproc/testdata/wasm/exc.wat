(module
 (import "js" "f" (func $f))
 (tag $e (export "e") (param i32))
 (func $throw (param i32) local.get 0 throw $e)
 (func (export "throw") (param i32) local.get 0 call $throw)
 (func (export "caught") (param i32) (result i32) (try (result i32) (do local.get 0 call $throw i32.const 0) (catch $e)))
 (func (export "all") (result i32) (try (result i32) (do call $f i32.const 0) (catch_all i32.const 1)))
)
