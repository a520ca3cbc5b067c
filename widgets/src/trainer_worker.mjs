// The worker of the trainer: it trains, epoch after epoch, until told to stop.
import { compile } from "./arithmetic.mjs";
import { serve } from "./connection.mjs";
import { greedy } from "./decoding.mjs";
import { Network } from "./network.mjs";
import { Training } from "./training.mjs";

const kernel = compile(KERNEL);
const INTERVAL = 100; // milliseconds from one report to the next
const SAMPLE = 120; // characters
const READING = 1000; // milliseconds from one sample to the next
let sampled; // when the last sample was written
let training;
let epochs = []; // those not reported yet
let count = 0; // of epochs
let isTraining = false;

// Let the worker handle a question that has come meanwhile.
function yieldToQuestions() {
  return new Promise((resolve) => setTimeout(resolve));
}

// Continue a text greedily, by a network with the current parameters.
function sample({ V, h, params }, prefix) {
  const network = new Network({ V, h }, kernel);
  network.params = params;
  const written = [];
  let logits;
  for (const symbol of prefix) logits = network.read(symbol);
  while (written.length < SAMPLE) {
    logits[0] = -Infinity; // the unknown symbol is never written
    written.push(greedy(logits).indexOf(0)); // its log-probability
    logits = network.read(written.at(-1));
  }
  return written;
}

// Whether a gradient was not finite, so that the training cannot go on.
function hasDiverged() {
  const last = epochs.at(-1)?.norms.at(-1) ?? 0;
  return !Number.isFinite(last);
}

// Report the epochs since the last report, and now and then a sample.
function report(prefix, isLast) {
  const isOver = hasDiverged();
  const { lr } = training.settings;
  const message = { epochs, lr, hasDiverged: isOver };
  if (!isOver && (isLast || performance.now() - sampled > READING)) {
    message.written = sample(training.network, prefix);
    sampled = performance.now();
  }
  self.postMessage(message);
  epochs = [];
}

// Train up to `limit` epochs, unless told to stop, and report meanwhile.
async function train(limit, prefix) {
  const current = training;
  const { settings } = current;
  let reported = performance.now();
  sampled = -READING;
  isTraining = true;
  while (isTraining && current === training && count < limit) {
    epochs.push(current.epoch());
    count++;
    if (count === settings.falls) settings.lr = settings.fallen;
    if (hasDiverged()) isTraining = false;
    else if (performance.now() - reported > INTERVAL) {
      report(prefix, false);
      reported = performance.now();
    }
    await yieldToQuestions();
  }
  if (current !== training) return;
  if (epochs.length > 0) report(prefix, true);
  isTraining = false;
}

serve({
  begin({ symbols, V, settings }) {
    training = new Training(symbols, V, settings, kernel);
    [epochs, count] = [[], 0];
  },

  // Change the settings that may change while the training goes on.
  change({ settings: { theta, lr, isRandom, reset, falls } }) {
    Object.assign(training.settings, { theta, lr, isRandom, reset, falls });
  },

  train({ limit, prefix }) {
    return train(limit, prefix);
  },

  stop() {
    isTraining = false;
  },
});
