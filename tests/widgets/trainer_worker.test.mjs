import assert from "node:assert/strict";
import test from "node:test";

import "./kernel.mjs"; // raises an error if it is missing

const messages = [];
globalThis.KERNEL = process.env.KERNEL;
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

function begin(settings) {
  messages.length = 0;
  const all = { ...USUAL, ...RULES, hiddenScale: 0.1, ...settings };
  return ask({ ask: "begin", symbols, V: 6, settings: all });
}

const reports = () => messages.filter(({ epochs }) => epochs);
const epochs = () => reports().flatMap((report) => report.epochs);
const train = (limit) => ask({ ask: "train", limit, prefix: [1, 2] });

test("training reports each epoch up to the limit, and a sample", async () => {
  await begin({});
  await train(3);
  await train(5);
  assert.equal(epochs().length, 5);
  assert.ok(epochs().every(({ norms }) => norms.length > 0));
  const { written, hasDiverged } = reports().at(-1);
  assert.ok(written.length > 100 && !written.includes(0));
  assert.equal(hasDiverged, false);
});

test("the learning rate falls after its epoch", async () => {
  await begin({ falls: 2, fallen: 0.3 });
  await train(1);
  assert.equal(reports().at(-1).lr, 1);
  await train(2);
  assert.equal(reports().at(-1).lr, 0.3);
});

test("a learning rate that the reader has set does not fall", async () => {
  await begin({ falls: 2, fallen: 0.3 });
  await ask({ ask: "change", settings: { ...RULES, lr: 2, falls: 0 } });
  await train(3);
  assert.equal(reports().at(-1).lr, 2);
});

test("a training stops on request, and can go on", async () => {
  await begin({});
  const training = train(100000);
  await ask({ ask: "stop" });
  await training;
  const count = epochs().length;
  assert.ok(count > 0 && count < 100);
  await train(count + 1);
  assert.equal(epochs().length, count + 1);
});

test("a new training ends the previous one", async () => {
  await begin({});
  const before = train(100000);
  await begin({ seed: 1 });
  await before;
  assert.equal(epochs().length, 0);
  await train(2);
  assert.equal(epochs().length, 2);
});

test("a gradient that is not finite ends a training", async () => {
  await begin({ theta: Infinity, lr: 1e40 });
  await train(50);
  assert.equal(reports().at(-1).hasDiverged, true);
  assert.ok(epochs().length < 50);
  assert.equal(reports().at(-1).written, undefined);
});
