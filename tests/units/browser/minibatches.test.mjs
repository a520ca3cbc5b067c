import assert from "node:assert/strict";
import test from "node:test";
import {
  drawStarts,
  randomStarts,
  sequentialStarts,
} from "../../../charrnn/browser/minibatches.mjs";
import { Generator } from "../../../charrnn/browser/random.mjs";

// Return sizes of all kinds, at which a text fills a minibatch or does not.
function sizes() {
  const random = new Generator(3);
  return Array.from({ length: 200 }, () => {
    const [batchSize, numSteps] = [1 + random.below(6), 1 + random.below(9)];
    const numTokens = 2 + numSteps + random.below(300);
    return { numTokens, batchSize, numSteps };
  });
}

// Call `verify` with sizes, and the starts of an epoch of either kind.
function check(verify) {
  for (const [seed, size] of sizes().entries()) {
    const offset = new Generator(seed).below(size.numSteps);
    for (const isRandom of [false, true]) {
      const settings = { ...size, isRandom };
      const generator = new Generator(seed);
      const starts = drawStarts(size.numTokens, settings, generator);
      verify({ ...settings, offset }, starts);
    }
  }
}

test("no character is read twice, and each has a successor", () => {
  check(({ numTokens, numSteps, offset }, starts) => {
    const places = starts
      .flat()
      .flatMap((start) =>
        Array.from({ length: numSteps }, (_, t) => start + t),
      );
    assert.equal(new Set(places).size, places.length);
    for (const place of places) {
      assert.ok(place >= offset && place + 1 < numTokens);
    }
  });
});

test("minibatches are full, and there is no room for one more", () => {
  check(({ numTokens, batchSize, numSteps, offset, isRandom }, starts) => {
    assert.ok(starts.every((rows) => rows.length === batchSize));
    const rest = numTokens - 1 - offset; // whose successors are there
    const [inRow, together] = [batchSize, numSteps].map((n) =>
      Math.floor(rest / n),
    );
    const count = isRandom ? together / batchSize : inRow / numSteps;
    assert.equal(starts.length, Math.floor(count));
  });
});

test("a row of a minibatch goes on where it ended in the last one", () => {
  const starts = sequentialStarts(1000, 4, 10, 3);
  assert.equal(starts.length, 24);
  assert.deepEqual(starts[0], [3, 252, 501, 750]);
  for (let batch = 1; batch < starts.length; batch++) {
    const ended = starts[batch - 1].map((start) => start + 10);
    assert.deepEqual(starts[batch], ended);
  }
});

test("shuffled subsequences come in the order given", () => {
  const starts = randomStarts(2, 10, 3, [4, 0, 3, 1, 2]);
  assert.deepEqual(starts, [
    [43, 3],
    [33, 13],
  ]);
});

for (const isRandom of [false, true]) {
  const settings = { batchSize: 3, numSteps: 5, isRandom };
  const kind = isRandom ? "shuffled" : "sequential";

  test(`an epoch begins at any offset below a row's length: ${kind}`, () => {
    const generator = new Generator(4);
    const offsets = Array.from({ length: 100 }, () => {
      const starts = drawStarts(100, settings, generator).flat();
      return Math.min(...starts) % settings.numSteps;
    });
    assert.deepEqual([...new Set(offsets)].sort(), [0, 1, 2, 3, 4]);
  });

  test(`the same seed draws the same minibatches: ${kind}`, () => {
    const draw = (seed) => drawStarts(500, settings, new Generator(seed));
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
  });
}

test("random sampling mixes what sequential partitioning walks along", () => {
  const settings = { batchSize: 3, numSteps: 5, isRandom: true };
  const [first, second] = drawStarts(500, settings, new Generator(5));
  const ended = first.map((start) => start + settings.numSteps);
  assert.notDeepEqual(second, ended);
});
