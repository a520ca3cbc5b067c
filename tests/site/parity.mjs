// The functions that test_parity.py calls, with networks as a page has them.
import { compile } from "../../widgets/src/arithmetic.mjs";
import {
  compose, costOf, greedy, normalise, temperature, topK, topP,
} from "../../widgets/src/decoding.mjs";
import { probabilityOf } from "../../widgets/src/game.mjs";
import { Network, parameterShapes } from "../../widgets/src/network.mjs";
import { decodeNetwork } from "../../widgets/src/safetensors.mjs";
import {
  descend, differentiate as follow, losses, run,
} from "../../widgets/src/small_network.mjs";
import {
  alignPrefix, cleanPrefix, cleanText, encode, tokensOf,
} from "../../widgets/src/text.mjs";
import { USUAL, trainingSettings } from "../../widgets/src/trainer_settings.mjs";
import { TrainableNetwork, Training } from "../../widgets/src/training.mjs";
import { Writer } from "../../widgets/src/writer.mjs";

const kernel = compile();
const STRATEGIES = {
  ...{ greedy: () => greedy, temperature },
  ...{ top_k: topK, top_p: topP },
};

// Read a network, or a trainable one with sizes of a minibatch.
function makeNetwork(file, sizes) {
  const { V, h, params } = decodeNetwork(file);
  const Kind = sizes ? TrainableNetwork : Network;
  return Object.assign(new Kind({ V, h, ...sizes }, kernel), { params });
}

// Return the logits after each symbol.
function readLogits(file, symbols) {
  const network = makeNetwork(file);
  return symbols.map((symbol) => [...network.read(symbol)]);
}

// Return the gradients of a minibatch, from a state.
function differentiate(file, state, X, Y, batchSize) {
  const numSteps = X.length / batchSize;
  const network = makeNetwork(file, { batchSize, numSteps });
  const before = network.at(network.workspace.H, numSteps);
  before.fill(Float32Array.from(state), network.h);
  network.step(X, Y, 1, 0);
  const shapes = Object.entries(parameterShapes(network.V, network.h));
  return shapes.map(([name, [m, n]]) => [
    ...network.workspace[`d${name}`].numbers(m, n),
  ]);
}

// Train a network further, by minibatches drawn elsewhere; return the
// perplexities. An epoch is drawn as its offset, and an order.
function train(file, symbols, settings, epochs) {
  const { V, h, params } = decodeNetwork(file);
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
function applyStrategies(steps, rows) {
  const strategy = compose(...steps.map(([name, value]) => STRATEGIES[name](value)));
  return rows.map((logits) => [...strategy(logits)]);
}

// Cut texts, each at a place, and read from zeros and after another passage.
function cutAll(file, cuts) {
  const writer = new Writer(decodeNetwork(file), kernel);
  return cuts.map(([text, place, passage]) => {
    const states = ["", passage].map((before) => {
      writer.begin(before, 0);
      return writer.network.state.slice();
    });
    writer.begin(text, 0);
    const all = normalise(writer.logits);
    const found = states.map((state) => writer.expectAfterCut(place, state));
    const bits = found.map((logQ) => costOf(logQ, all));
    return { bits, logs: [all, ...found].map((logP) => [...logP]) };
  });
}

// Return each text cleaned as a prefix, as the corpus is with letters only and
// with the rest, and in the pieces of both, joined.
function cleanAll(texts) {
  const joined = (text, lettersOnly) => {
    const pieces = alignPrefix(text, lettersOnly);
    return ["typed", "read"].map((name) => pieces.map((each) => each[name]).join(""));
  };
  return texts.map((text) => [
    ...[cleanPrefix(text), cleanText(text), cleanText(text, false)],
    ...[...joined(text, true), ...joined(text, false)],
  ]);
}

// Return the network in a file, and its tokens.
function unpack(file) {
  const { params, vocabulary, V, h } = decodeNetwork(file);
  const numbers = Object.values(params).map((each) => [...each]);
  return [numbers, tokensOf(vocabulary), V, h];
}

// Return what each of some letters costs, given the coins of its turn.
function payAll(counts, turns) {
  return turns.map(([coins, letter]) =>
    -Math.log2(probabilityOf(letter, [...coins], counts)));
}

// Let the small network read, and take a step downhill.
function learnSmall(params, start, symbols, truths) {
  const steps = run(params, start, symbols);
  const gradients = follow(params, steps, truths);
  const next = descend(params, gradients.params, 0.1);
  return { P: steps.map(({ P }) => P), losses: losses(steps, truths), next };
}

// Return the perplexities of a story, and what the network then writes.
function runStory({ opening, vocabulary }, { settings, changes, end }, seed) {
  const tokens = tokensOf(vocabulary);
  const { symbols } = encode(opening, tokens);
  const all = trainingSettings({ ...USUAL, ...settings, seed });
  const training = new Training(symbols, tokens.length, all, kernel);
  const perplexities = Array.from({ length: end }, (_, epoch) => {
    const due = changes.filter(([at]) => at === epoch).map(([, change]) => change);
    Object.assign(training.settings, ...due);
    return training.epoch().perplexity;
  });
  const { h, params } = training.network;
  const writer = new Writer({ vocabulary, h, params }, kernel);
  writer.begin(opening.slice(0, 18), 0);
  const written = Array.from({ length: 120 }, () => writer.write({ tau: 0 }).text);
  return { perplexities, written: written.join("") };
}

globalThis.parity = {
  ...{ readLogits, applyStrategies, cutAll, cleanAll },
  ...{ differentiate, train, unpack, payAll, runStory, learnSmall },
};
