import assert from "node:assert/strict";
import test from "node:test";
import { compile } from "../../widgets/src/arithmetic.mjs";
import { normalise } from "../../widgets/src/decoding.mjs";
import { Network } from "../../widgets/src/network.mjs";
import { Generator } from "../../widgets/src/random.mjs";
import {
  TrainableNetwork,
  Training,
  drawParams,
} from "../../widgets/src/training.mjs";

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

// Return for each minibatch of two epochs whether its first state is zero.
function resetsOf(reset) {
  const training = begin({ reset });
  const { network } = training;
  const found = [];
  network.forward = (X) => {
    TrainableNetwork.prototype.forward.call(network, X);
    found.push(network.at(network.workspace.H, 0).data.every((x) => x === 0));
  };
  training.epoch();
  training.epoch();
  return found;
}

test("the state is reset each minibatch, each epoch, or never", () => {
  const [yes, no] = [true, false];
  assert.deepEqual(resetsOf("minibatch"), [yes, yes, yes, yes, yes, yes]);
  assert.deepEqual(resetsOf("epoch"), [yes, no, no, yes, no, no]);
  assert.deepEqual(resetsOf("never"), [yes, no, no, no, no, no]);
});

test("a training is repeatable by its seed", () => {
  const run = (seed) => {
    const training = begin({ isRandom: true, seed });
    return [training.epoch(), training.epoch(), training.network.params];
  };
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1), run(2));
});

test("tanh is that of Math, but for the last bit", () => {
  const [V, h] = [1000, 16];
  const params = drawParams(V, h, new Generator(3), 3, 0);
  const network = new Network({ V, h }, kernel);
  network.params = params;
  for (let i = 0; i < V; i++) {
    network.read(i);
    network.state.forEach((found, j) => {
      const expected = Math.tanh(params.W_xh[i * h + j]);
      assert.ok(Math.abs(found - expected) <= 2 ** -23 * Math.abs(expected));
    });
  }
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

test("a step is at most theta long, if the learning rate is 1", () => {
  const theta = 0.001;
  const training = begin({ lr: 1, theta });
  const numbers = () =>
    Object.values(training.network.params).flatMap((param) => [...param]);
  const before = numbers();
  const { norms } = training.epoch();
  const distance = Math.hypot(...numbers().map((x, i) => x - before[i]));
  assert.ok(distance > 0 && distance <= 1.01 * theta * norms.length);
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
