import assert from "node:assert/strict";
import test from "node:test";
import { Network } from "../../widgets/src/network.mjs";
import { Generator } from "../../widgets/src/random.mjs";
import {
  drawParams,
  Trainer,
  Training,
} from "../../widgets/src/training.mjs";
import { kernel } from "./kernel.mjs";

const [V, h] = [5, 6];
const TEXT = Array.from({ length: 41 }, (_, i) => (i * i) % V);
const SETTINGS = {
  ...{ h, batchSize: 3, numSteps: 4, seed: 1, scale: 0.5, hiddenScale: 0.5 },
  ...{ theta: 1, lr: 0.5, isRandom: false, reset: "epoch" },
};

function begin(settings) {
  return new Training(TEXT, V, { ...SETTINGS, ...settings }, kernel);
}

test("a network that is reset has forgotten everything", () => {
  const params = drawParams(V, h, new Generator(2), 0.8, 0.4);
  const network = new Network(V, h, params, kernel);
  const readAll = () => TEXT.map((symbol) => network.step(symbol));
  const first = readAll();
  assert.notDeepEqual(readAll(), first);
  network.reset();
  assert.deepEqual(readAll(), first);
});

// Return for each minibatch of two epochs whether it begins from zeros.
function beginnings(reset) {
  const training = begin({ reset });
  const { trainer } = training;
  const found = [];
  trainer.forward = (X) => {
    Trainer.prototype.forward.call(trainer, X);
    found.push(trainer.at(trainer.room.H, 0).data.every((x) => x === 0));
  };
  training.epoch();
  training.epoch();
  return found;
}

test("the state returns to zeros as often as it is said to", () => {
  const [yes, no] = [true, false];
  assert.deepEqual(beginnings("minibatch"), [yes, yes, yes, yes, yes, yes]);
  assert.deepEqual(beginnings("epoch"), [yes, no, no, yes, no, no]);
  assert.deepEqual(beginnings("never"), [yes, no, no, no, no, no]);
});

test("a seed repeats a training, and another leads elsewhere", () => {
  const run = (seed) => {
    const training = begin({ isRandom: true, seed });
    return [training.epoch(), training.epoch(), training.trainer.params];
  };
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1), run(2));
});

test("settings may change from epoch to epoch", () => {
  const training = begin({});
  training.epoch();
  const before = training.trainer.params;
  training.settings.lr = 0;
  training.epoch();
  assert.deepEqual(training.trainer.params, before);
});

for (const wrong of [NaN, Infinity]) {
  test(`a gradient of ${wrong} changes nothing, and ends its epoch`, () => {
    const training = begin({});
    const b_q = new Float32Array(V).fill(wrong);
    const params = { ...training.trainer.params, b_q };
    training.trainer.params = params;
    const { norms } = training.epoch();
    assert.equal(norms.length, 1);
    assert.ok(!Number.isFinite(norms[0]));
    assert.deepEqual(training.trainer.params, params);
  });
}

test("weights are drawn with their deviations, and biases are zero", () => {
  const params = drawParams(40, 60, new Generator(11), 0.1, 0.3);
  const deviations = { W_xh: 0.1, W_hh: 0.3, W_hq: 0.1, b_h: 0, b_q: 0 };
  for (const [name, deviation] of Object.entries(deviations)) {
    const squares = params[name].reduce((sum, x) => sum + x * x, 0);
    const found = Math.sqrt(squares / params[name].length);
    assert.ok(Math.abs(found - deviation) <= 0.05 * deviation, name);
  }
});
