import assert from "node:assert/strict";
import test from "node:test";
import {
  compile,
  Matrix,
  padded,
  Room,
} from "../../../charrnn/browser/arithmetic.mjs";
import { Generator } from "../../../charrnn/browser/random.mjs";
import { WAYS } from "./kernel.mjs";
import { assertClose, bits } from "./numbers.mjs";

const SHAPES = [
  [1, 1, 1],
  [1, 512, 28], // more terms than are added in one go
  [3, 128, 16], // exactly as many
  [2, 129, 17], // one more
  [32, 35, 512],
];
const random = new Generator(0);
for (let i = 0; i < 20; i++) {
  SHAPES.push([9, 300, 70].map((limit) => 1 + random.below(limit)));
}

// Return a room with random numbers in A, B, and C, and A as it is multiplied.
function makeRoom([m, k, n], isTransposed, way) {
  const A = isTransposed ? [k, m] : [m, k];
  const shapes = { A, B: [k, n], C: [m, n] };
  const room = new Room({ ...shapes, after: [1, 1] }, way);
  const generator = new Generator(1);
  for (const [name, [rows, columns]] of Object.entries(shapes)) {
    const numbers = new Float32Array(rows * columns);
    room[name].fill(
      numbers.map(() => generator.uniform() - 0.5),
      columns,
    );
  }
  return { room, factor: isTransposed ? room.A.transposed : room.A };
}

// Return the numbers of C + A B, by the definition, in double precision.
function defined([m, k, n], { room, factor }) {
  const sums = Float64Array.from(room.C.numbers(m, n));
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < k; p++) {
        const a = factor.data[i * factor.row + p * factor.column];
        sums[i * n + j] += a * room.B.data[p * room.B.row + j];
      }
    }
  }
  return sums;
}

for (const isTransposed of [false, true]) {
  const kind = isTransposed ? "a transposed matrix" : "a matrix";

  test(`kernel and plain loop give the same bits for ${kind}`, () => {
    for (const shape of SHAPES) {
      const [one, other] = Object.values(WAYS).map((way) => {
        const { room, factor } = makeRoom(shape, isTransposed, way);
        room.addProduct(room.C, factor, room.B);
        return bits(room.C.data);
      });
      assert.deepEqual(one, other, `${shape}`);
    }
  });

  for (const [name, way] of Object.entries(WAYS)) {
    test(`${name} adds the product of ${kind}, and no more`, () => {
      for (const shape of SHAPES) {
        const made = makeRoom(shape, isTransposed, way);
        const { A, B, C, after } = made.room;
        const before = [A, B].map(({ data }) => data.slice());
        const expected = defined(shape, made);
        made.room.addProduct(C, made.factor, B);
        assertClose(C.numbers(shape[0], shape[2]), expected, 1e-5);
        const isPadding = (_, place) => place % C.row >= shape[2];
        for (const { data } of [C, after]) {
          const beside = data === C.data ? data.filter(isPadding) : data;
          assert.ok(beside.every((x) => x === 0));
        }
        assert.deepEqual([A.data, B.data], before);
      }
    });
  }
}

test("the columns are enough, and a multiple of sixteen", () => {
  const found = [1, 15, 16, 17, 28, 512].map(padded);
  assert.deepEqual(found, [16, 16, 16, 32, 32, 512]);
});

test("no kernel is compiled where there is no WebAssembly", (t) => {
  const { WebAssembly } = globalThis;
  t.after(() => Object.assign(globalThis, { WebAssembly }));
  assert.ok(compile(process.env.KERNEL));
  globalThis.WebAssembly = undefined;
  assert.equal(compile(process.env.KERNEL), null);
});

test("no kernel is compiled where it is not understood", () => {
  assert.equal(compile(btoa("no module")), null);
});

// Two rows, whose three numbers are followed by another.
function sample() {
  const data = Float32Array.of(1, 2, 3, 0, 4, 5, 6, 0);
  return new Matrix(data, 2, 4);
}

test("numbers come out of a matrix as they were filled in", () => {
  const matrix = new Matrix(new Float32Array(8), 2, 4);
  matrix.fill(Float32Array.of(1, 2, 3, 4, 5, 6), 3);
  assert.deepEqual(matrix, sample());
  assert.deepEqual([...matrix.numbers(2, 3)], [1, 2, 3, 4, 5, 6]);
  assert.deepEqual([...matrix.numbers(1, 2)], [1, 2]);
});

test("a transposed matrix is copied in the order of its rows", () => {
  const matrix = sample();
  const copied = new Matrix(new Float32Array(6), 3, 2);
  copied.copy(matrix.transposed);
  assert.deepEqual([...copied.data], [1, 4, 2, 5, 3, 6]);
  assert.deepEqual(matrix.transposed.transposed, matrix);
});

test("some rows of a matrix are not copied", () => {
  const matrix = sample();
  matrix.slice(1, 2).data[0] = 9;
  assert.equal(matrix.slice(1, 2).rows, 1);
  assert.deepEqual([...matrix.data], [1, 2, 3, 0, 9, 5, 6, 0]);
});

test("a row is replaced by another, or added to it", () => {
  const matrix = sample();
  matrix.setRow(0, sample(), 1);
  assert.deepEqual([...matrix.data], [4, 5, 6, 0, 4, 5, 6, 0]);
  matrix.addRow(1, sample(), 0);
  assert.deepEqual([...matrix.data], [4, 5, 6, 0, 5, 7, 9, 0]);
});
