;; The product of two matrices, added to a third: C += A B.
;;
;; C is m x n and B is k x n, row after row, and n is a multiple of 16. The
;; number in row i and column p of A is i * row + p * column bytes behind its
;; first one, so that A may also be the transpose of what lies in memory.
;;
;; Sixteen neighbours in each of two rows of C are held in vectors of four
;; numbers, c0 to c3 and d0 to d3, while p runs over the k terms of their sums.
;; Each term costs a number of A for each row, which is copied to all places of
;; a vector, and sixteen numbers of B, which serve both rows. The last of an
;; odd number of rows is computed twice, as both of a pair.
(module
  (import "page" "memory" (memory 1))
  (func (export "addProduct")
    (param $C i32) (param $A i32) (param $B i32)
    (param $m i32) (param $k i32) (param $n i32)
    (param $row i32) (param $column i32)
    (local $width i32) (local $j i32) (local $i i32) (local $p i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $next i32) (local $down i32)
    (local $s v128) (local $t v128) (local $x v128)
    (local $c0 v128) (local $c1 v128) (local $c2 v128) (local $c3 v128)
    (local $d0 v128) (local $d1 v128) (local $d2 v128) (local $d3 v128)

    (local.set $width (i32.shl (local.get $n) (i32.const 2))) ;; bytes a row
    (loop $columns ;; sixteen at a time: j counts bytes
      (local.set $i (i32.const 0))
      (loop $rows ;; two at a time
        (local.set $next ;; 1, or 0 if no row follows
          (i32.lt_u (i32.add (local.get $i) (i32.const 1)) (local.get $m)))
        (local.set $c
          (i32.add (i32.add (local.get $C) (local.get $j))
            (i32.mul (local.get $i) (local.get $width))))
        (local.set $d
          (i32.add (local.get $c)
            (i32.mul (local.get $next) (local.get $width))))
        (local.set $a
          (i32.add (local.get $A)
            (i32.mul (local.get $i) (local.get $row))))
        (local.set $down (i32.mul (local.get $next) (local.get $row)))
        (local.set $b (i32.add (local.get $B) (local.get $j)))
        (local.set $c0 (v128.load (local.get $c)))
        (local.set $c1 (v128.load offset=16 (local.get $c)))
        (local.set $c2 (v128.load offset=32 (local.get $c)))
        (local.set $c3 (v128.load offset=48 (local.get $c)))
        (local.set $d0 (v128.load (local.get $d)))
        (local.set $d1 (v128.load offset=16 (local.get $d)))
        (local.set $d2 (v128.load offset=32 (local.get $d)))
        (local.set $d3 (v128.load offset=48 (local.get $d)))

        (local.set $p (local.get $k))
        (loop $terms
          (local.set $s (v128.load32_splat (local.get $a)))
          (local.set $t
            (v128.load32_splat (i32.add (local.get $a) (local.get $down))))
          (local.set $x (v128.load (local.get $b)))
          (local.set $c0 (f32x4.add (local.get $c0)
            (f32x4.mul (local.get $s) (local.get $x))))
          (local.set $d0 (f32x4.add (local.get $d0)
            (f32x4.mul (local.get $t) (local.get $x))))
          (local.set $x (v128.load offset=16 (local.get $b)))
          (local.set $c1 (f32x4.add (local.get $c1)
            (f32x4.mul (local.get $s) (local.get $x))))
          (local.set $d1 (f32x4.add (local.get $d1)
            (f32x4.mul (local.get $t) (local.get $x))))
          (local.set $x (v128.load offset=32 (local.get $b)))
          (local.set $c2 (f32x4.add (local.get $c2)
            (f32x4.mul (local.get $s) (local.get $x))))
          (local.set $d2 (f32x4.add (local.get $d2)
            (f32x4.mul (local.get $t) (local.get $x))))
          (local.set $x (v128.load offset=48 (local.get $b)))
          (local.set $c3 (f32x4.add (local.get $c3)
            (f32x4.mul (local.get $s) (local.get $x))))
          (local.set $d3 (f32x4.add (local.get $d3)
            (f32x4.mul (local.get $t) (local.get $x))))
          (local.set $a (i32.add (local.get $a) (local.get $column)))
          (local.set $b (i32.add (local.get $b) (local.get $width)))
          (local.set $p (i32.sub (local.get $p) (i32.const 1)))
          (br_if $terms (local.get $p)))

        (v128.store (local.get $c) (local.get $c0))
        (v128.store offset=16 (local.get $c) (local.get $c1))
        (v128.store offset=32 (local.get $c) (local.get $c2))
        (v128.store offset=48 (local.get $c) (local.get $c3))
        (v128.store (local.get $d) (local.get $d0))
        (v128.store offset=16 (local.get $d) (local.get $d1))
        (v128.store offset=32 (local.get $d) (local.get $d2))
        (v128.store offset=48 (local.get $d) (local.get $d3))
        (local.set $i (i32.add (local.get $i) (i32.const 2)))
        (br_if $rows (i32.lt_u (local.get $i) (local.get $m))))
      (local.set $j (i32.add (local.get $j) (i32.const 64)))
      (br_if $columns (i32.lt_u (local.get $j) (local.get $width))))))
