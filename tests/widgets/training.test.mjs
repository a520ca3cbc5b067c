import assert from "node:assert/strict";
import test from "node:test";
import { compile } from "../../widgets/src/arithmetic.mjs";
import { normalise } from "../../widgets/src/decoding.mjs";
import { Network } from "../../widgets/src/network.mjs";
import { Generator } from "../../widgets/src/random.mjs";
import { Training, drawParams } from "../../widgets/src/training.mjs";

const kernel = compile();
const [V, h] = [5, 6];
const TEXT = Array.from({ length: 41 }, (_, i) => (i * i) % V);
const SETTINGS = {
  ...{ h, batchSize: 3, numSteps: 4, seed: 1, scale: 0.5, hiddenScale: 0.5 },
  ...{ theta: 1, lr: 0.5, isRandom: false, reset: "epoch" },
};

function begin(settings) {
  return new Training(TEXT, V, { ...SETTINGS, ...settings }, kernel);
}

test("the state is reset each minibatch, each epoch, or never", () => {
  for (const [reset, expected] of [["minibatch", 6], ["epoch", 2], ["never", 0]]) {
    const training = begin({ reset });
    let count = 0;
    training.network.reset = () => count++;
    for (let i = 0; i < 2; i++) training.epoch();
    assert.equal(count, expected, reset);
  }
});

test("a training is repeatable by its seed", () => {
  const run = (seed) => {
    const training = begin({ isRandom: true, seed });
    return [training.epoch(), training.epoch(), training.network.params];
  };
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1), run(2));
});

test("a perplexity is that of each next symbol, from a state of zeros", () => {
  const network = new Network({ V, h }, kernel);
  network.params = drawParams(V, h, new Generator(2), 0.8, 0.4);
  const logP = TEXT.map((symbol) => normalise(network.read(symbol)));
  const losses = TEXT.slice(1).map((next, i) => -logP[i][next]);
  const mean = losses.reduce((a, b) => a + b) / losses.length;
  const error = network.perplexity(TEXT) / Math.exp(mean) - 1;
  assert.ok(Math.abs(error) < 1e-12);
});

test("an epoch counts the steps whose gradient is longer than theta", () => {
  const { norms } = begin({ lr: 0 }).epoch();
  const [, theta] = norms.toSorted((a, b) => a - b);
  assert.equal(begin({ lr: 0, theta }).epoch().clipped, norms.length - 2);
});

test("a gradient that is not finite changes nothing, and ends the epoch", () => {
  const training = begin({});
  const b_q = new Float32Array(V).fill(Infinity);
  const params = { ...training.network.params, b_q };
  training.network.params = params;
  const { norms } = training.epoch();
  assert.equal(norms.length, 1);
  assert.ok(!Number.isFinite(norms[0]));
  assert.deepEqual(training.network.params, params);
});

test("weights have the given standard deviations, and biases are zero", () => {
  const params = drawParams(40, 60, new Generator(11), 0.1, 0.3);
  const deviations = { W_xh: 0.1, W_hh: 0.3, W_hq: 0.1, b_h: 0, b_q: 0 };
  for (const [name, deviation] of Object.entries(deviations)) {
    const squares = params[name].reduce((sum, x) => sum + x * x, 0);
    const found = Math.sqrt(squares / params[name].length);
    assert.ok(Math.abs(found - deviation) <= 0.05 * deviation, name);
  }
});
