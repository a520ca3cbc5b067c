import assert from "node:assert/strict";
import test from "node:test";
import { parameterShapes } from "../../../charrnn/browser/network.mjs";
import { Generator } from "../../../charrnn/browser/random.mjs";
import {
  cut,
  drawParams,
  Trainer,
  Training,
} from "../../../charrnn/browser/training.mjs";
import { WAYS } from "./kernel.mjs";
import { assertClose, bits } from "./numbers.mjs";

const [V, h, batchSize, numSteps] = [5, 6, 3, 4];
const SHAPES = parameterShapes(V, h);
const NAMES = Object.keys(SHAPES);
const TEXT = Array.from({ length: 41 }, (_, i) => (i * i) % V);
const SETTINGS = {
  ...{ h, batchSize, numSteps, seed: 1, scale: 0.5, hiddenScale: 0.5 },
  ...{ theta: 1, lr: 0.5, isRandom: false, reset: "epoch" },
};

function normals(generator, count) {
  return Float32Array.from({ length: count }, () => generator.normal());
}

// Return a trainer whose state is not zero, and a minibatch for it.
function makeTask(way) {
  const generator = new Generator(10);
  const trainer = new Trainer(V, h, batchSize, numSteps, way);
  const weights = drawParams(V, h, generator, 0.7, 0.5);
  const [b_h, b_q] = [normals(generator, h), normals(generator, V)];
  trainer.params = { ...weights, b_h, b_q };
  const H_0 = normals(generator, batchSize * h).map(Math.tanh);
  trainer.at(trainer.room.H, numSteps).fill(H_0, h); // where it goes on
  const [X, Y] = [0, 1].map(() =>
    Array.from({ length: batchSize * numSteps }, () => generator.below(V)),
  );
  return { trainer, H_0, X, Y };
}

// Return the mean loss of a minibatch, in double precision.
function meanLoss({ W_xh, W_hh, b_h, W_hq, b_q }, { H_0, X, Y }) {
  const H = Array.from({ length: batchSize }, (_, row) =>
    Float64Array.from(H_0.subarray(row * h, (row + 1) * h)),
  );
  const losses = X.map((symbol, place) => {
    const before = H[place % batchSize];
    const after = before.map((_, j) => {
      const sum = before.reduce((s, x, i) => s + x * W_hh[i * h + j], 0);
      return Math.tanh(W_xh[symbol * h + j] + sum + b_h[j]);
    });
    H[place % batchSize] = after;
    const logits = Array.from(b_q, (bias, q) =>
      after.reduce((s, x, i) => s + x * W_hq[i * V + q], bias),
    );
    const sum = logits.reduce((s, logit) => s + Math.exp(logit), 0);
    return Math.log(sum) - logits[Y[place]];
  });
  return losses.reduce((a, b) => a + b) / losses.length;
}

// Return the slopes of the loss along each number of a parameter.
function slopes(name, params, task) {
  const step = 1e-4;
  return Array.from(params[name], (value, i) => {
    const [above, below] = [step, -step].map((change) => {
      const moved = Float64Array.from(params[name]);
      moved[i] = value + change;
      return meanLoss({ ...params, [name]: moved }, task);
    });
    return (above - below) / (2 * step);
  });
}

function gradients(trainer) {
  const numbers = (name) => trainer.room[`d${name}`].numbers(...SHAPES[name]);
  return Object.fromEntries(NAMES.map((name) => [name, numbers(name)]));
}

// Return the numbers of all parameters in one list.
function together(params) {
  return NAMES.flatMap((name) => [...params[name]]);
}

function normOf(numbers) {
  return Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0));
}

for (const [name, way] of Object.entries(WAYS)) {
  test(`${name} computes the loss, and its slope everywhere`, () => {
    const { trainer, ...task } = makeTask(way);
    const { params } = trainer;
    const { loss, norm } = trainer.step(task.X, task.Y, 1, 0);
    assertClose([loss], [meanLoss(params, task)], 1e-6);
    const found = gradients(trainer);
    for (const parameter of NAMES) {
      assertClose(found[parameter], slopes(parameter, params, task), 1e-6);
    }
    assertClose([norm], [normOf(together(found))], 1e-6);
  });
}

test("a minibatch begins from the state where the last one ended", () => {
  const { trainer, H_0, X, Y } = makeTask(null);
  const began = () => trainer.at(trainer.room.H, 0).numbers(batchSize, h);
  const ended = () => trainer.at(trainer.room.H, numSteps).data.slice();
  trainer.step(X, Y, 1, 1);
  assert.deepEqual(began(), H_0);
  const last = ended();
  trainer.step(X, Y, 1, 1);
  assert.deepEqual(trainer.at(trainer.room.H, 0).data, last);
});

// Return by how much a step moves the parameters, and along which gradient.
function move(factor, lr) {
  const { trainer, X, Y } = makeTask(null);
  const { norm } = trainer.step(X, Y, 1, 0);
  trainer.at(trainer.room.H, numSteps).copy(trainer.at(trainer.room.H, 0));
  const before = together(trainer.params);
  trainer.step(X, Y, factor * norm, lr);
  const after = together(trainer.params);
  const moves = before.map((x, i) => x - after[i]);
  return { moves, norm, gradient: together(gradients(trainer)) };
}

for (const factor of [0.01, 0.5, 1, 2, Infinity]) {
  test(`a step follows the gradient, theta is ${factor} norms`, () => {
    const { moves, norm, gradient } = move(factor, 0.3);
    const rate = 0.3 * Math.min(1, factor); // (eq-clip)
    assertClose([normOf(moves) / norm], [rate], 1e-5);
    assertClose(
      moves,
      gradient.map((x) => rate * x),
      1e-6,
    );
  });
}

for (const wrong of [NaN, Infinity]) {
  test(`a gradient that is no longer finite changes nothing: ${wrong}`, () => {
    const { trainer, X, Y } = makeTask(null);
    const params = { ...trainer.params, b_q: new Float32Array(V).fill(wrong) };
    trainer.params = params;
    const { norm } = trainer.step(X, Y, 1, 1);
    assert.ok(!Number.isFinite(norm));
    assert.deepEqual(trainer.params, params);
  });
}

// Return for each minibatch of two epochs whether it begins from zeros.
function beginnings(reset) {
  const training = new Training(TEXT, V, { ...SETTINGS, reset }, null);
  const { trainer } = training;
  const found = [];
  trainer.forward = (X) => {
    Trainer.prototype.forward.call(trainer, X);
    found.push(trainer.at(trainer.room.H, 0).data.every((x) => x === 0));
  };
  const counts = [training.epoch(), training.epoch()];
  assert.deepEqual(
    counts.map(({ norms }) => norms.length),
    [3, 3],
  );
  return found;
}

test("the state returns to zeros as often as it is said to", () => {
  const [yes, no] = [true, false];
  assert.deepEqual(beginnings("minibatch"), [yes, yes, yes, yes, yes, yes]);
  assert.deepEqual(beginnings("epoch"), [yes, no, no, yes, no, no]);
  assert.deepEqual(beginnings("never"), [yes, no, no, no, no, no]);
});

// Return what two epochs lead to, to the bit.
function run(settings, way) {
  const training = new Training(TEXT, V, { ...SETTINGS, ...settings }, way);
  const epochs = [training.epoch(), training.epoch()];
  return [epochs, NAMES.map((name) => bits(training.trainer.params[name]))];
}

for (const isRandom of [false, true]) {
  const kind = isRandom ? "shuffled" : "sequential";

  test(`kernel and plain loop train to the same bits: ${kind}`, () => {
    const [one, other] = Object.values(WAYS).map((way) =>
      run({ isRandom, h: 19 }, way),
    );
    assert.deepEqual(one, other);
  });

  test(`a seed repeats, and another leads elsewhere: ${kind}`, () => {
    assert.deepEqual(run({ isRandom }, null), run({ isRandom }, null));
    const other = run({ isRandom, seed: 2 }, null);
    assert.notDeepEqual(run({ isRandom }, null), other);
  });
}

test("a network that knows nothing is as perplexed as it has symbols", () => {
  const settings = { ...SETTINGS, scale: 0, hiddenScale: 0, lr: 0 };
  const { perplexity } = new Training(TEXT, V, settings, null).epoch();
  assertClose([perplexity], [V], 1e-5);
});

test("the perplexity is that of the mean loss of the minibatches", () => {
  const training = new Training(TEXT, V, SETTINGS, null);
  const { trainer } = training;
  const losses = [];
  trainer.step = (...task) => {
    const result = Trainer.prototype.step.apply(trainer, task);
    losses.push(result.loss);
    return result;
  };
  const { perplexity, norms } = training.epoch();
  assert.equal(new Set(losses).size, norms.length); // each has another
  const mean = losses.reduce((a, b) => a + b) / losses.length;
  assertClose([perplexity], [Math.exp(mean)], 1e-9);
});

test("what repeats itself is learnt", () => {
  const text = Array.from({ length: 200 }, (_, i) => i % V);
  const training = new Training(text, V, SETTINGS, null);
  const found = Array.from({ length: 40 }, () => training.epoch().perplexity);
  assert.ok(found[0] > 2 && found.at(-1) < 1.1, `${found}`);
});

test("settings may change from epoch to epoch", () => {
  const training = new Training(TEXT, V, { ...SETTINGS }, null);
  training.epoch();
  const before = training.trainer.params;
  training.settings.lr = 0;
  training.epoch();
  assert.deepEqual(training.trainer.params, before);
  training.settings.lr = 1;
  training.epoch();
  assert.notDeepEqual(training.trainer.params, before);
});

test("a training that has diverged ends its epoch", () => {
  const training = new Training(TEXT, V, SETTINGS, null);
  const W_hq = new Float32Array(h * V).fill(NaN);
  training.trainer.params = { ...training.trainer.params, W_hq };
  const { perplexity, norms } = training.epoch();
  assert.ok(Number.isNaN(perplexity));
  assert.deepEqual(norms, [NaN]);
});

test("a minibatch has its symbols step after step, and what follows", () => {
  const text = [10, 11, 12, 13, 14, 15, 16];
  const { X, Y } = cut(text, [3, 0], 3);
  assert.deepEqual(X, [13, 10, 14, 11, 15, 12]);
  assert.deepEqual(Y, [14, 11, 15, 12, 16, 13]);
});

test("weights are drawn with their deviations, and biases are zero", () => {
  const params = drawParams(40, 60, new Generator(11), 0.1, 0.3);
  const sizes = NAMES.map((name) => params[name].length);
  assert.deepEqual(sizes, [2400, 3600, 60, 2400, 40]);
  const deviations = { W_xh: 0.1, W_hh: 0.3, W_hq: 0.1 };
  for (const [name, deviation] of Object.entries(deviations)) {
    const found = normOf(params[name]) / Math.sqrt(params[name].length);
    assert.ok(Math.abs(found / deviation - 1) < 0.05, `${name}: ${found}`);
  }
  for (const bias of [params.b_h, params.b_q]) {
    assert.ok(bias.every((x) => x === 0));
  }
});
