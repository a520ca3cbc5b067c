import assert from "node:assert/strict";
import test from "node:test";
import * as decoding from "../../widgets/src/decoding.mjs";

const { makeStrategy, normalise, sampleSymbol } = decoding;
const ROW = [0.5, 0.3, 0.15, 0.05].map(Math.log);
const IDLE = { tau: 1, k: 0, p: 1 };

test("settings make a strategy of temperature, top-k, and top-p", () => {
  const all = { tau: 2, k: 3, p: 0.7 };
  const { compose, temperature, topK, topP } = decoding;
  const composed = compose(temperature(2), topK(3), topP(0.7));
  assert.deepEqual(makeStrategy(all)(ROW), composed(ROW));
  assert.deepEqual(makeStrategy(IDLE)(ROW), normalise(ROW));
  for (const name of Object.keys(all)) {
    const alone = makeStrategy({ ...IDLE, [name]: all[name] });
    assert.notDeepEqual(alone(ROW), normalise(ROW), name); // each is used
  }
  const greedy = makeStrategy({ ...all, tau: 0 });
  assert.deepEqual([...greedy(ROW)].map(Math.exp), [1, 0, 0, 0]);
});

test("logits without a distribution are rejected", () => {
  for (const row of [[NaN, 0], [0, Infinity], [-Infinity, -Infinity]]) {
    assert.throws(() => makeStrategy(IDLE)(row), /no distribution/);
  }
});

test("symbols are sampled in proportion to their probabilities", () => {
  const logP = [-Infinity, ...[0.5, 0.125, 0.375].map(Math.log), -Infinity];
  const counts = new Array(5).fill(0);
  for (let i = 0; i < 1000; i++) counts[sampleSymbol(logP, (i + 0.5) / 1000)]++;
  assert.deepEqual(counts, [0, 500, 125, 375, 0]);
});

test("a sampled symbol is possible, at the ends and despite rounding", () => {
  assert.equal(sampleSymbol(normalise([-800, 0]), 0), 1); // the first has probability 0
  const logP = [0.5, 0.25, 0].map(Math.log); // they sum to less than 1
  assert.equal(sampleSymbol(logP, 0.9), 1);
});
