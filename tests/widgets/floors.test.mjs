import assert from "node:assert/strict";
import test from "node:test";
import { letterPerplexity, pairPerplexity } from "../../widgets/src/floors.mjs";

test("the perplexities of letters and pairs are those of their shares", () => {
  const symbols = [1, 2, 1, 3, 1, 2, 1, 3, 1]; // 2 and 3 in turn after each 1
  const [p, q] = [5 / 9, 2 / 9];
  assert.equal(
    letterPerplexity(symbols).toFixed(9),
    (p ** -p * q ** (-2 * q)).toFixed(9),
  );
  assert.equal(pairPerplexity(symbols).toFixed(9), Math.SQRT2.toFixed(9));
  assert.equal(letterPerplexity([4, 4, 4]), 1);
  assert.equal(pairPerplexity([4, 4, 4]), 1);
});
