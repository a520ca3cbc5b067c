;; The product of two matrices, added to a third: C += A B.
;;
;; C is m x n and B is k x n, row after row, and n is a multiple of 16. The
;; number in row i and column p of A is i * row + p * column bytes behind its
;; first one, so that A may also be the transpose of what lies in memory.
;;
;; Sixteen neighbours in a row of C are held in four vectors of four numbers
;; while p runs over the k terms of their sums. Each term costs one number of
;; A, which is copied to all places of a vector, and sixteen numbers of B.
(module
  (import "page" "memory" (memory 1))
  (func (export "addProduct")
    (param $C i32) (param $A i32) (param $B i32)
    (param $m i32) (param $k i32) (param $n i32)
    (param $row i32) (param $column i32)
    (local $width i32) (local $j i32) (local $i i32) (local $p i32)
    (local $a i32) (local $b i32) (local $c i32)
    (local $s v128)
    (local $c0 v128) (local $c1 v128) (local $c2 v128) (local $c3 v128)

    (local.set $width (i32.shl (local.get $n) (i32.const 2))) ;; bytes a row
    (loop $columns ;; sixteen at a time: j counts bytes
      (local.set $i (i32.const 0))
      (loop $rows
        (local.set $c
          (i32.add (i32.add (local.get $C) (local.get $j))
            (i32.mul (local.get $i) (local.get $width))))
        (local.set $a
          (i32.add (local.get $A)
            (i32.mul (local.get $i) (local.get $row))))
        (local.set $b (i32.add (local.get $B) (local.get $j)))
        (local.set $c0 (v128.load (local.get $c)))
        (local.set $c1 (v128.load offset=16 (local.get $c)))
        (local.set $c2 (v128.load offset=32 (local.get $c)))
        (local.set $c3 (v128.load offset=48 (local.get $c)))

        (local.set $p (local.get $k))
        (loop $terms
          (local.set $s (v128.load32_splat (local.get $a)))
          (local.set $c0 (f32x4.add (local.get $c0)
            (f32x4.mul (local.get $s) (v128.load (local.get $b)))))
          (local.set $c1 (f32x4.add (local.get $c1)
            (f32x4.mul (local.get $s) (v128.load offset=16 (local.get $b)))))
          (local.set $c2 (f32x4.add (local.get $c2)
            (f32x4.mul (local.get $s) (v128.load offset=32 (local.get $b)))))
          (local.set $c3 (f32x4.add (local.get $c3)
            (f32x4.mul (local.get $s) (v128.load offset=48 (local.get $b)))))
          (local.set $a (i32.add (local.get $a) (local.get $column)))
          (local.set $b (i32.add (local.get $b) (local.get $width)))
          (local.set $p (i32.sub (local.get $p) (i32.const 1)))
          (br_if $terms (local.get $p)))

        (v128.store (local.get $c) (local.get $c0))
        (v128.store offset=16 (local.get $c) (local.get $c1))
        (v128.store offset=32 (local.get $c) (local.get $c2))
        (v128.store offset=48 (local.get $c) (local.get $c3))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $rows (i32.lt_u (local.get $i) (local.get $m))))
      (local.set $j (i32.add (local.get $j) (i32.const 64)))
      (br_if $columns (i32.lt_u (local.get $j) (local.get $width))))))
