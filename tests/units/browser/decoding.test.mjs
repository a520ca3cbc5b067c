import assert from "node:assert/strict";
import test from "node:test";
import {
  choose,
  compose,
  greedy,
  minP,
  normalise,
  ranked,
  strategyOf,
  temperature,
  topK,
  topP,
} from "../../../charrnn/browser/decoding.mjs";
import { Generator } from "../../../charrnn/browser/random.mjs";
import { assertClose } from "./numbers.mjs";

const STRATEGIES = {
  normalise,
  greedy,
  ...{ cold: temperature(0), cool: temperature(0.5), hot: temperature(3) },
  ...{ one: topK(1), three: topK(3), all: topK(99) },
  ...{ tiny: topP(1e-9), half: topP(0.5), most: topP(0.9), whole: topP(1) },
  ...{ none: minP(0), tenth: minP(0.1), largest: minP(1) },
  several: compose(temperature(0.7), topK(5), topP(0.8), minP(0.05)),
};

// Return rows of logits, of which many are equal, and some excluded.
function rows() {
  const random = new Generator(12);
  return Array.from({ length: 200 }, () => {
    const row = Array.from({ length: 1 + random.below(9) }, () =>
      random.below(4) ? (random.below(17) - 8) / 2 : -Infinity,
    );
    row[random.below(row.length)] = 1; // one at least is possible
    return row;
  });
}

function probabilities(strategy, row) {
  return [...strategy(row)].map(Math.exp);
}

// Return the symbols that are possible.
function support(strategy, row) {
  return [...strategy(row).keys()].filter((i) => strategy(row)[i] > -Infinity);
}

const total = (numbers) => numbers.reduce((a, b) => a + b, 0);

for (const [name, strategy] of Object.entries(STRATEGIES)) {
  test(`${name} gives a distribution, and what it excluded is lost`, () => {
    for (const row of rows()) {
      const before = [...row];
      const found = probabilities(strategy, row);
      assert.deepEqual(row, before);
      assertClose([total(found)], [1], 1e-12);
      assert.ok(found[row.indexOf(Math.max(...row))] > 0);
      assert.ok(row.every((x, i) => x > -Infinity || found[i] === 0));
    }
  });

  test(`${name} is as precise for logits in single precision`, () => {
    for (const row of rows()) {
      const found = strategy(Float32Array.from(row));
      assert.deepEqual(found, strategy(row));
      assert.ok(found instanceof Float64Array);
    }
  });

  test(`${name} refuses what is no distribution`, () => {
    for (const row of [
      [NaN, 0],
      [0, Infinity],
      [-Infinity, -Infinity],
    ]) {
      assert.throws(() => strategy(row), /no distribution/);
    }
  });
}

test("logits are turned into the logarithms of probabilities", () => {
  const row = [0.5, 0.3, 0.2].map((p) => Math.log(p) + 1000);
  assertClose(probabilities(normalise, row), [0.5, 0.3, 0.2], 1e-12);
});

test("of equals, the first comes first", () => {
  assert.deepEqual(ranked([0, 2, -Infinity, 2, -Infinity]), [1, 3, 0, 2, 4]);
});

test("ties at the border go to the lower symbol", () => {
  const row = [0, 2, 2, 0, 2];
  assert.deepEqual(support(greedy, row), [1]);
  assert.deepEqual(support(topK(2), row), [1, 2]);
  assert.deepEqual(support(topK(4), row), [0, 1, 2, 4]);
  assert.deepEqual(support(topP(0.5), row), [1, 2]);
  assert.deepEqual(support(minP(1), row), [1, 2, 4]);
});

test("settings that leave all as it is", () => {
  const idle = [temperature(1), topK(99), topP(1), minP(0), compose()];
  idle.push(strategyOf({ tau: 1, k: 0, p: 1, relative: 0 }));
  for (const strategy of idle) {
    for (const row of rows()) {
      assertClose(
        probabilities(strategy, row),
        probabilities(normalise, row),
        1e-12,
      );
    }
  }
});

test("settings that leave nothing but the largest", () => {
  const settings = { tau: 0, k: 0, p: 1, relative: 0 };
  const strict = [topK(1), topP(1e-9), topP(Number.MIN_VALUE)];
  strict.push(strategyOf(settings), strategyOf({ ...settings, k: 3 }));
  for (const strategy of strict) {
    for (const row of rows()) {
      const expected = probabilities(greedy, row);
      assert.equal(expected.indexOf(1), row.indexOf(Math.max(...row)));
      assert.deepEqual(probabilities(strategy, row), expected);
    }
  }
});

test("at temperature 0, the largest share", () => {
  for (const cold of [temperature(0), temperature(1e-300), minP(1)]) {
    const found = probabilities(cold, [3, 1, 3, -Infinity]);
    assertClose(found, [0.5, 0, 0.5, 0], 1e-12);
  }
});

test("p of 1 keeps what rounding would drop", () => {
  const row = [0, -60, -600, -Infinity];
  assert.deepEqual(support(topP(1), row), [0, 1, 2]);
  assert.deepEqual(support(minP(0), [0, -1e6, -Infinity]), [0, 1]);
});

test("k counts possible symbols alone", () => {
  const row = [0, -Infinity, 2, -Infinity];
  assert.deepEqual(support(topK(1), row), [2]);
  assert.deepEqual(support(topK(3), row), [0, 2]);
});

test("the symbol whose probability reaches p stays", () => {
  const row = [0.6, 0.3, 0.1].map(Math.log);
  assert.deepEqual(support(topP(0.59), row), [0]);
  assert.deepEqual(support(topP(0.61), row), [0, 1]);
  assert.deepEqual(support(topP(0.91), row), [0, 1, 2]);
});

test("a symbol that reaches p exactly is the last to stay", () => {
  const row = [1, 0, 0];
  const [p] = probabilities(normalise, row);
  assert.deepEqual(support(topP(p), row), [0]);
});

test("a symbol stays that is p times as probable as the first", () => {
  const row = [0.6, 0.3, 0.1].map(Math.log);
  assert.deepEqual(support(minP(0.51), row), [0]);
  assert.deepEqual(support(minP(0.49), row), [0, 1]);
  assert.deepEqual(support(minP(0.16), row), [0, 1, 2]);
});

test("the temperature divides the logits", () => {
  const found = probabilities(temperature(0.5), [0, Math.log(3)]);
  assertClose(found, [0.1, 0.9], 1e-12);
});

test("strategies apply in order: temperature, k, p, and min-p", () => {
  const row = [0.5, 0.3, 0.15, 0.05].map(Math.log);
  const some = { tau: 4, k: 0, p: 0.75, relative: 0 };
  assert.deepEqual(support(compose(topP(0.75), temperature(4)), row), [0, 1]);
  assert.deepEqual(support(strategyOf(some), row), [0, 1, 2]);
  const all = { tau: 2, k: 3, p: 0.7, relative: 0.5 };
  const composed = compose(temperature(2), topK(3), topP(0.7), minP(0.5));
  assert.deepEqual(strategyOf(all)(row), composed(row));
  for (const name of Object.keys(all)) {
    const idle = { tau: 1, k: 0, p: 1, relative: 0 };
    const alone = strategyOf({ ...idle, [name]: all[name] });
    assert.notDeepEqual(alone(row), normalise(row), name); // each is used
  }
});

test("a symbol is drawn as often as it is probable", () => {
  const logP = [-Infinity, ...[0.5, 0.125, 0.375].map(Math.log), -Infinity];
  const counts = new Array(5).fill(0);
  for (let i = 0; i < 1000; i++) counts[choose(logP, (i + 0.5) / 1000)]++;
  assert.deepEqual(counts, [0, 500, 125, 375, 0]);
});

test("the probability of the first draws the second already", () => {
  const logP = normalise([1, 0, 0]);
  assert.equal(choose(logP, Math.exp(logP[0])), 1);
  assert.equal(choose(normalise([-800, 0]), 0), 1); // the first has nothing
});

test("larger numbers draw later symbols", () => {
  for (const row of rows()) {
    const logP = normalise(row);
    const drawn = Array.from({ length: 50 }, (_, i) => choose(logP, i / 50));
    assert.deepEqual(
      drawn,
      [...drawn].sort((a, b) => a - b),
    );
  }
});

test("what is excluded is never drawn", () => {
  for (const row of rows()) {
    const logP = normalise(row);
    for (const uniform of [0, 1e-300, 0.3, 0.7, 1 - 2 ** -32, 1 - 2 ** -53]) {
      assert.ok(logP[choose(logP, uniform)] > -Infinity);
    }
  }
});

test("should rounding leave a rest, the last possible symbol is drawn", () => {
  const logP = [0.5, 0.25, 0].map(Math.log); // they sum to less than 1
  assert.equal(choose(logP, 0.9), 1);
});
