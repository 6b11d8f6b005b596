(module (func (export "dot") (param i32 i32) (result i32) (i32x4.extract_lane 2 (i32x4.mul (i32x4.splat (local.get 0)) (i32x4.splat (local.get 1))))) (func (export "v") (param v128)))
