// What test_parity.py asks of the network. Numbers come and go as bytes in
// base64, so that none is rounded, and none too large.
import { compile } from "../../widgets/src/arithmetic.mjs";
import {
  choose,
  compose,
  greedy,
  minP,
  strategyOf,
  temperature,
  topK,
  topP,
} from "../../widgets/src/decoding.mjs";
import { Network, parameterShapes } from "../../widgets/src/network.mjs";
import { Generator } from "../../widgets/src/random.mjs";
import { cleanPrefix, encode } from "../../widgets/src/text.mjs";
import { Trainer, Training } from "../../widgets/src/training.mjs";
import {
  STORIES,
  USUAL,
  settingsFor,
} from "../../widgets/src/trainings.mjs";

const kernel = compile(KERNEL);
const STEPS = { greedy: () => greedy, temperature, topK, topP, minP };

function decode(base64, Numbers) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new Numbers(bytes.buffer);
}

function toBase64(numbers) {
  const bytes = new Uint8Array(numbers.buffer);
  return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
}

function load(model) {
  const pairs = Object.entries(model);
  const params = Object.fromEntries(
    pairs.map(([name, base64]) => [name, decode(base64, Float32Array)]),
  );
  return { V: params.b_q.length, h: params.b_h.length, params };
}

function makeNetwork(model) {
  const { V, h, params } = load(model);
  return new Network(V, h, params, kernel);
}

// Return the logits after each symbol.
function readLogits(model, symbols) {
  const network = makeNetwork(model);
  return symbols.map((symbol) => toBase64(network.step(symbol)));
}

// Continue some symbols, never by <unk>, which is 0.
function write(model, symbols, count, settings, seed) {
  const network = makeNetwork(model);
  const generator = new Generator(seed);
  const strategy = strategyOf(settings);
  let logits = symbols.map((symbol) => network.step(symbol)).at(-1);
  const written = [];
  while (written.length < count) {
    logits[0] = -Infinity;
    written.push(choose(strategy(logits), generator.uniform()));
    logits = network.step(written.at(-1));
  }
  return written;
}

// Return the gradients of a minibatch, from a state.
function differentiate(model, state, X, Y, batchSize) {
  const { V, h, params } = load(model);
  const numSteps = X.length / batchSize;
  const trainer = new Trainer(V, h, batchSize, numSteps, kernel);
  trainer.params = params;
  const before = trainer.at(trainer.room.H, numSteps);
  before.fill(decode(state, Float32Array), h);
  trainer.step(X, Y, 1, 0);
  const shapes = Object.entries(parameterShapes(V, h));
  return Object.fromEntries(
    shapes.map(([name, [m, n]]) => {
      const numbers = trainer.room[`d${name}`].numbers(m, n);
      return [name, toBase64(numbers)];
    }),
  );
}

// Train from given parameters, by minibatches drawn elsewhere; return the
// perplexities. An epoch is drawn as its offset, and an order.
function train(model, symbols, settings, epochs) {
  const { V, h, params } = load(model);
  const untrained = { h, seed: 0, scale: 0, hiddenScale: 0 };
  const all = { ...settings, ...untrained };
  const training = new Training(symbols, V, all, kernel);
  training.trainer.params = params;
  return epochs.map(({ offset, order }) => {
    training.generator = { below: () => offset, permutation: () => order };
    return training.epoch().perplexity;
  });
}

// Return what strategies, one after the other, make of rows of logits.
function applyStrategies(steps, logits, V) {
  const made = steps.map(([name, value]) => STEPS[name](value));
  const strategy = made.length === 1 ? made[0] : compose(...made);
  const numbers = decode(logits, Float64Array);
  for (let i = 0; i < numbers.length; i += V) {
    numbers.set(strategy(numbers.slice(i, i + V)), i);
  }
  return toBase64(numbers);
}

// Return each text cleaned, and what of it is unknown.
function cleanAll(texts, tokens) {
  return texts.map((text) => {
    const cleaned = cleanPrefix(text);
    return [cleaned, encode(cleaned, tokens).unknown];
  });
}

function drawWords(seed, count) {
  const generator = new Generator(seed);
  return Array.from({ length: count }, () => generator.next());
}

// Tell a story of the lab: return the perplexity of each epoch.
function tell(title, symbols, V, count) {
  const { values } = STORIES.find((story) => story.title === title);
  const settings = settingsFor({ ...USUAL, ...values });
  const training = new Training(symbols, V, settings, kernel);
  const curve = [];
  while (curve.length < count) {
    curve.push(training.epoch().perplexity);
    if (curve.length === settings.falls) settings.lr = settings.fallen;
  }
  return curve;
}

globalThis.parity = {
  ...{ readLogits, write, differentiate, train, applyStrategies, cleanAll },
  ...{ drawWords, tell },
};
