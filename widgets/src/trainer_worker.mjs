// The worker of the lab: it trains, epoch after epoch, until it is to stop.
import { compile } from "./arithmetic.mjs";
import { serve } from "./connection.mjs";
import { greedy } from "./decoding.mjs";
import { Network } from "./network.mjs";
import { Training } from "./training.mjs";

const kernel = compile(KERNEL);
const PAUSE = 100; // milliseconds of training from one report to the next
const SAMPLE = 120; // characters
const GLANCE = 1000; // milliseconds from one sample to the next, to be read
let sampled; // when the last one was written
let training;
let epochs = []; // that are not reported yet
let count = 0; // of epochs
let isTraining = false;

// Let a question in that may have come meanwhile.
function breathe() {
  return new Promise((resolve) => setTimeout(resolve));
}

// Continue a text greedily by the network as it is now.
function sample({ V, h, params }, prefix) {
  const network = new Network(V, h, params, kernel);
  const written = [];
  let logits;
  for (const symbol of prefix) logits = network.step(symbol);
  while (written.length < SAMPLE) {
    logits[0] = -Infinity; // the unknown symbol is never written
    written.push(greedy(logits).indexOf(0)); // of logarithms: it is certain
    logits = network.step(written.at(-1));
  }
  return written;
}

// Whether a gradient was not finite, so that the training cannot go on.
function hasDiverged() {
  const last = epochs.at(-1)?.norms.at(-1) ?? 0;
  return !Number.isFinite(last);
}

// Report what has been done; a text comes now and then, and at the end.
function report(prefix, isLast) {
  const isOver = hasDiverged();
  const { lr } = training.settings;
  const message = { epochs, lr, hasDiverged: isOver };
  if (!isOver && (isLast || performance.now() - sampled > GLANCE)) {
    message.written = sample(training.trainer, prefix);
    sampled = performance.now();
  }
  self.postMessage(message);
  epochs = [];
}

// Train until there are `limit` epochs, or it is to stop; report meanwhile.
async function train(limit, prefix) {
  const mine = training;
  const { settings } = mine;
  let reported = performance.now();
  sampled = -GLANCE;
  isTraining = true;
  while (isTraining && mine === training && count < limit) {
    epochs.push(mine.epoch());
    count++;
    if (count === settings.falls) settings.lr = settings.fallen;
    if (hasDiverged()) isTraining = false;
    else if (performance.now() - reported > PAUSE) {
      report(prefix, false);
      reported = performance.now();
    }
    await breathe();
  }
  if (mine !== training) return;
  if (epochs.length > 0) report(prefix, true);
  isTraining = false;
}

serve({
  begin({ symbols, V, settings }) {
    training = new Training(symbols, V, settings, kernel);
    [epochs, count] = [[], 0];
  },

  // Change what may change while the training goes on.
  change({ settings }) {
    Object.assign(training.settings, settings);
  },

  train({ limit, prefix }) {
    return train(limit, prefix);
  },

  stop() {
    isTraining = false;
  },
});
