// The worker of the trainer: it trains, epoch after epoch, until told to stop.
import { compile } from "./arithmetic.mjs";
import { serve } from "./connection.mjs";
import { greedy } from "./decoding.mjs";
import { Network } from "./network.mjs";
import { prepareText } from "./own_text.mjs";
import { Training } from "./training.mjs";

const INTERVAL = 100; // milliseconds from one report to the next
const SAMPLE = 120; // characters
const READING = 500; // milliseconds from one examination to the next
const FIRST = 10; // epochs, after each of which the network is examined
let kernel; // compiled when asked, so that what fails is an answer
let training;
let planned = []; // changes to come, each with its epoch
let count = 0; // of epochs
let loop; // the one that trains, if it is not told to stop
let examined = { at: 0, epoch: 0 }; // when the network was, the last time
let news = { epochs: [], changes: [] }; // not reported yet

// Continue a text greedily.
function write(network, prefix) {
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

// Return the network, what it writes, and its perplexity of held-out text.
function examine() {
  const { network, prefix, heldOut } = training;
  const { V, h, params } = network;
  const reader = Object.assign(new Network({ V, h }, kernel), { params });
  const written = write(reader, prefix);
  const perplexity = heldOut.length > 1 && reader.perplexity(heldOut);
  return { params, written, heldOut: perplexity };
}

// Whether a gradient was not finite, so that the run cannot continue.
function hasDiverged() {
  const last = news.epochs.at(-1)?.norms.at(-1) ?? 0;
  return !Number.isFinite(last);
}

// Report what is new, and now and then what the network can do.
function report(isLast) {
  const message = { id: training.id, hasDiverged: hasDiverged(), ...news };
  const waited = performance.now() - examined.at;
  const isDue = isLast || count <= FIRST || waited > READING;
  if (!message.hasDiverged && isDue) {
    Object.assign(message, examine());
    examined = { at: performance.now(), epoch: count };
  }
  self.postMessage(message);
  news = { epochs: [], changes: [] };
}

// Make the changes that are planned for the next epoch.
function makeChanges() {
  const due = planned.filter(([epoch]) => epoch === count);
  const change = Object.assign({}, ...due.map(([, each]) => each));
  if (Object.keys(change).length === 0) return;
  Object.assign(training.settings, change);
  news.changes.push([count, change]);
}

// Train up to `limit` epochs, unless told to stop, and report meanwhile.
async function train({ limit }) {
  const [current, own] = [training, {}];
  let reported = performance.now();
  loop = own;
  while (loop === own && count < limit) {
    makeChanges();
    news.epochs.push(current.epoch());
    count++;
    if (hasDiverged()) loop = null;
    else if (count <= FIRST || performance.now() - reported > INTERVAL) {
      report(false);
      reported = performance.now();
    }
    await new Promise((resolve) => setTimeout(resolve)); // questions are answered
  }
  if (current === training && examined.epoch < count) report(true);
}

serve({
  prepare: ({ raw, lettersOnly }) => prepareText(raw, lettersOnly),

  // Begin a run, or continue one from its parameters after some epochs.
  begin({ id, text, V, settings, changes, params, epochs = 0 }) {
    const { symbols, heldOut, prefix } = text;
    kernel ??= compile();
    if (news.epochs.length > 0) report(false);
    loop = null;
    training = new Training(symbols, V, settings, kernel);
    Object.assign(training, { id, heldOut, prefix });
    if (params) training.network.params = params;
    [planned, count] = [changes, epochs];
    examined = { at: -READING, epoch: 0 };
    news = { epochs: [], changes: [] };
  },

  // Change settings from the next epoch on, whatever was planned for them.
  change({ change }) {
    const isTouched = (name) => Object.hasOwn(change, name);
    planned = planned.filter(([, each]) => !Object.keys(each).some(isTouched));
    planned.push([count, change]);
  },

  train,

  stop() {
    loop = null;
  },
});
