import assert from "node:assert/strict";
import test from "node:test";
import { Generator } from "../../../charrnn/browser/random.mjs";

// What sfc32 of PractRand draws, seeded with 0.
const REFERENCE = [
  0x514676c3, 0x08a809df, 0x30349d2b, 0xfb52c520, 0x38802be1, 0x948279e6,
  0xec4bf1d9, 0x7cb0a909, 0xfad8b4a8, 0x3ca4b808, 0x3821b4c5, 0x5e7023ca,
  0x50f26bf7, 0xf1e1b0a2, 0x6163032f, 0x3bf3c9a4,
];

function draws(count, draw) {
  return Array.from({ length: count }, draw);
}

// Return a generator that draws nothing but the integer given.
function constant(integer) {
  return Object.assign(new Generator(0), { next: () => integer });
}

test("it draws what the generator of PractRand draws", () => {
  const generator = new Generator(0);
  assert.deepEqual(
    draws(16, () => generator.next()),
    REFERENCE,
  );
});

test("all 53 bits of a seed count", () => {
  const seeds = [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
  const first = seeds.map((seed) => new Generator(seed).next());
  assert.equal(new Set(first).size, seeds.length);
});

test("the smallest and the largest number are in [0, 1)", () => {
  assert.equal(constant(0).uniform(), 0);
  assert.ok(constant(2 ** 32 - 1).uniform() < 1);
});

test("uniform numbers fill all tenths alike", () => {
  const generator = new Generator(6);
  const counts = new Array(10).fill(0);
  draws(100000, () => counts[Math.floor(10 * generator.uniform())]++);
  const chiSquare = counts
    .map((count) => (count - 10000) ** 2 / 10000)
    .reduce((a, b) => a + b);
  assert.ok(chiSquare < 27.9); // 9 degrees of freedom, one in a thousand
});

test("integers below a limit are all drawn, and no other", () => {
  const generator = new Generator(7);
  const found = new Set(draws(1000, () => generator.below(7)));
  assert.deepEqual([...found].sort(), [0, 1, 2, 3, 4, 5, 6]);
  assert.equal(constant(2 ** 32 - 1).below(7), 6);
});

test("normal numbers have the moments of their distribution", () => {
  const generator = new Generator(8);
  const numbers = draws(100000, () => generator.normal());
  // The means of the powers, and the variances of these.
  const moments = [0, 1, 0, 3];
  const variances = [1, 2, 15, 96];
  for (const [i, moment] of moments.entries()) {
    const mean = numbers.reduce((sum, x) => sum + x ** (i + 1), 0) / 100000;
    const deviation = Math.sqrt(variances[i] / 100000);
    assert.ok(Math.abs(mean - moment) < 4 * deviation, `${i}: ${mean}`);
  }
});

test("no normal number is infinite", () => {
  for (const integer of [0, 1, 2 ** 32 - 1]) {
    assert.ok(Number.isFinite(constant(integer).normal()));
  }
});

test("a permutation has each integer once, in any order", () => {
  const generator = new Generator(9);
  const sorted = generator.permutation(50).sort((a, b) => a - b);
  assert.deepEqual(
    sorted,
    draws(50, (_, i) => i),
  );
  const counts = new Map();
  draws(6000, () => {
    const order = generator.permutation(3).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  });
  assert.equal(counts.size, 6);
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 120);
});

test("of nothing there is a permutation", () => {
  assert.deepEqual(new Generator(0).permutation(0), []);
});
