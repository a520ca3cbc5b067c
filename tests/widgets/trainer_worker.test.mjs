import assert from "node:assert/strict";
import test from "node:test";

const messages = [];
globalThis.self = { postMessage: (message) => messages.push(message) };
await import("../../widgets/src/trainer_worker.mjs");

const symbols = Array.from({ length: 400 }, (_, i) => 1 + ((i * i) % 5));
const USUAL = { h: 4, batchSize: 2, numSteps: 10, seed: 0, scale: 0.1 };
const RULES = { theta: 1, lr: 1, isRandom: false, reset: "epoch" };

async function ask(question) {
  await self.onmessage({ data: { number: 1, ...question } });
  const { error } = messages.filter(({ number }) => number === 1).pop();
  if (error) throw new Error(error);
}

const TEXT = { symbols, heldOut: symbols.slice(0, 50), prefix: [1, 2] };

function begin(settings, changes = [], id = 1, more = {}) {
  if (id === 1) messages.length = 0;
  const all = { ...USUAL, ...RULES, hiddenScale: 0.1, ...settings };
  const facts = { id, text: TEXT, V: 6, settings: all, changes };
  return ask({ ask: "begin", ...facts, ...more });
}

const reports = () => messages.filter(({ epochs }) => epochs);
const epochs = () => reports().flatMap((report) => report.epochs);
const changes = () => reports().flatMap((report) => report.changes);
const train = (limit) => ask({ ask: "train", limit });

test("training reports each epoch up to the limit, and a sample", async () => {
  await begin({});
  await train(3);
  await train(5);
  assert.equal(epochs().length, 5);
  assert.ok(epochs().every(({ norms }) => norms.length > 0));
  const { written, heldOut, hasDiverged } = reports().at(-1);
  assert.ok(written.length > 100 && !written.includes(0));
  assert.ok(heldOut > 1 && heldOut < 10);
  assert.equal(hasDiverged, false);
});

test("a training that is kept continues from its parameters", async () => {
  await begin({});
  await train(2);
  const first = epochs()[0].perplexity;
  const { params } = reports().at(-1);
  await begin({}, [], 1, { params, epochs: 2 });
  await train(3);
  assert.equal(epochs().length, 1);
  assert.ok(epochs()[0].perplexity < first);
});

test("a setting that the reader has changed does not change again", async () => {
  await begin({}, [[2, { lr: 0.3 }]]);
  await train(1);
  await ask({ ask: "change", change: { lr: 2 } });
  await ask({ ask: "change", change: { theta: 5 } });
  await train(4);
  assert.deepEqual(changes(), [[1, { lr: 2, theta: 5 }]]);
});

test("a new training ends the previous one, whose last epochs are told", async () => {
  await begin({});
  const before = train(100000);
  await begin({ seed: 1 }, [], 2);
  await before;
  await train(2);
  const ids = reports().flatMap(({ id, epochs }) => epochs.map(() => id));
  assert.deepEqual(ids, [1, 2, 2]);
});

test("to train again while a training goes on makes it no faster", async () => {
  await begin({});
  const before = train(50);
  await train(3);
  await before;
  assert.ok(epochs().length <= 4);
});

test("a gradient that is not finite ends a training", async () => {
  await begin({ theta: Infinity, lr: 1e40 });
  await train(50);
  assert.equal(reports().at(-1).hasDiverged, true);
  assert.ok(epochs().length < 50);
  assert.equal(reports().at(-1).written, undefined);
});
