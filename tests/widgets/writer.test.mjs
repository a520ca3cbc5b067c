import assert from "node:assert/strict";
import test from "node:test";

import { decodeRows } from "../../widgets/src/writer.mjs";

// Return bytes in base64: units, in single precision, before whole numbers.
function packRows(rows) {
  const bytes = rows.flatMap(([unit, ...numbers]) => [
    ...new Uint8Array(Float32Array.of(unit).buffer),
    ...numbers,
  ]);
  return btoa(String.fromCharCode(...bytes.map((byte) => byte & 255)));
}

test("each row of weights is in its own unit", () => {
  const packed = packRows([
    [0.5, 1, -127, 4], // W_xh, of 2 symbols and 3 units
    [2, 0, 3, -1],
    ...[1, 1, 1].map((unit) => [unit, 0, 0, 0]),
    [0.25, 8, 0, -8],
    ...[1, 2, 4].map((unit) => [unit, 1, -1]), // W_hq
    [8, 127, -127],
  ]);
  const params = decodeRows(2, 3, packed);
  assert.deepEqual([...params.W_xh], [0.5, -63.5, 2, 0, 6, -2]);
  assert.deepEqual([...params.b_h], [2, 0, -2]);
  assert.deepEqual([...params.W_hq], [1, -1, 2, -2, 4, -4]);
  assert.deepEqual([...params.b_q], [1016, -1016]);
});
