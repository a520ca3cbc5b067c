// The functions that test_parity.py calls. Numbers come and go as bytes in
// base64, so that they are not rounded.
import { compile } from "../../widgets/src/arithmetic.mjs";
import {
  compose,
  greedy,
  minP,
  temperature,
  topK,
  topP,
} from "../../widgets/src/decoding.mjs";
import { Network, parameterShapes } from "../../widgets/src/network.mjs";
import { unpackNetwork } from "../../widgets/src/safetensors.mjs";
import {
  alignPrefix,
  cleanPrefix,
  cleanText,
  tokensOf,
} from "../../widgets/src/text.mjs";
import { TrainableNetwork, Training } from "../../widgets/src/training.mjs";

const kernel = compile();
const STEPS = { greedy: () => greedy, temperature, topK, topP, minP };

function decode(base64, Numbers) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new Numbers(bytes.buffer);
}

function toBase64(numbers) {
  const bytes = new Uint8Array(numbers.buffer);
  return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
}

function decodeParams(model) {
  const pairs = Object.entries(model);
  return Object.fromEntries(
    pairs.map(([name, base64]) => [name, decode(base64, Float32Array)]),
  );
}

// Make a network, or a trainable one with sizes of a minibatch.
function makeNetwork(model, sizes) {
  const params = decodeParams(model);
  const [V, h] = [params.b_q.length, params.b_h.length];
  const Kind = sizes ? TrainableNetwork : Network;
  return Object.assign(new Kind({ V, h, ...sizes }, kernel), { params });
}

// Return the logits after each symbol.
function readLogits(model, symbols) {
  const network = makeNetwork(model);
  return symbols.map((symbol) => toBase64(network.read(symbol)));
}

// Return the gradients of a minibatch, from a state.
function differentiate(model, state, X, Y, batchSize) {
  const numSteps = X.length / batchSize;
  const network = makeNetwork(model, { batchSize, numSteps });
  const before = network.at(network.workspace.H, numSteps);
  before.fill(decode(state, Float32Array), network.h);
  network.step(X, Y, 1, 0);
  const shapes = Object.entries(parameterShapes(network.V, network.h));
  return Object.fromEntries(
    shapes.map(([name, [m, n]]) => {
      const numbers = network.workspace[`d${name}`].numbers(m, n);
      return [name, toBase64(numbers)];
    }),
  );
}

// Train from given parameters, by minibatches drawn elsewhere; return the
// perplexities. An epoch is drawn as its offset, and an order.
function train(model, symbols, settings, epochs) {
  const params = decodeParams(model);
  const [V, h] = [params.b_q.length, params.b_h.length];
  const untrained = { h, seed: 0, scale: 0, hiddenScale: 0 };
  const all = { ...settings, ...untrained };
  const training = new Training(symbols, V, all, kernel);
  training.network.params = params;
  return epochs.map(({ offset, order }) => {
    training.generator = { below: () => offset, permutation: () => order };
    return training.epoch().perplexity;
  });
}

// Apply strategies, one after the other, to rows of logits.
function applyStrategies(steps, logits, V) {
  const made = steps.map(([name, value]) => STEPS[name](value));
  const strategy = made.length === 1 ? made[0] : compose(...made);
  const numbers = decode(logits, Float64Array);
  for (let i = 0; i < numbers.length; i += V) {
    numbers.set(strategy(numbers.slice(i, i + V)), i);
  }
  return toBase64(numbers);
}

// Return each text cleaned as a prefix, cleaned as the corpus is, and in
// pieces, joined.
function cleanAll(texts) {
  return texts.map((text) => {
    const pieces = alignPrefix(text);
    return [
      cleanPrefix(text),
      cleanText(text),
      pieces.map(({ typed }) => typed).join(""),
      pieces.map(({ read }) => read).join(""),
    ];
  });
}

// Return the network in a file, and its tokens.
function unpack(base64) {
  const { buffer } = decode(base64, Uint8Array);
  const { params, vocabulary, V, h } = unpackNetwork(buffer);
  const pairs = Object.entries(params);
  const model = pairs.map(([name, numbers]) => [name, toBase64(numbers)]);
  return [Object.fromEntries(model), tokensOf(vocabulary), V, h];
}

globalThis.parity = {
  ...{ readLogits, applyStrategies, cleanAll },
  ...{ differentiate, train, unpack },
};
