import assert from "node:assert/strict";
import test from "node:test";
import { drawStarts } from "../../widgets/src/minibatches.mjs";
import { Generator } from "../../widgets/src/random.mjs";

function draws(count, draw) {
  return Array.from({ length: count }, draw);
}

// Return a generator whose integers are all the same.
function constant(integer) {
  return Object.assign(new Generator(0), { next: () => integer });
}

test("uniform numbers are below 1, and normal numbers are finite", () => {
  const most = 2 ** 32 - 1;
  assert.equal(constant(0).uniform(), 0);
  assert.ok(constant(most).uniform() < 1);
  assert.equal(constant(most).below(7), 6);
  for (const integer of [0, most]) {
    assert.ok(Number.isFinite(constant(integer).normal()));
  }
});

test("permutations have each integer once, and are equally frequent", () => {
  const generator = new Generator(9);
  const counts = new Map();
  draws(6000, () => {
    const order = generator.permutation(3).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  });
  assert.equal(counts.size, 6);
  // Five standard deviations, about 29 each.
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 145);
});

for (const isRandom of [false, true]) {
  test(`an epoch has any offset and no token twice, shuffled: ${isRandom}`, () => {
    const generator = new Generator(4);
    const settings = { batchSize: 3, numSteps: 5, isRandom };
    const offsets = draws(100, () => {
      const starts = drawStarts(100, settings, generator).flat();
      const places = starts.flatMap((start) => draws(5, (_, t) => start + t));
      assert.equal(new Set(places).size, places.length); // no token twice
      assert.ok(Math.max(...places) < 99); // the last has no successor
      return Math.min(...starts) % 5;
    });
    assert.deepEqual([...new Set(offsets)].sort(), [0, 1, 2, 3, 4]);
  });
}
