// What studies/browser.py measures, on a blank page.
import { compile } from "../widgets/src/arithmetic.mjs";
import { greedy } from "../widgets/src/decoding.mjs";
import { Network } from "../widgets/src/network.mjs";
import { Generator } from "../widgets/src/random.mjs";
import { Training, drawParams } from "../widgets/src/training.mjs";

const kernel = compile(KERNEL);

// Return a function that writes some characters.
function makeWriter(V, h) {
  const scale = 1 / Math.sqrt(h);
  const params = drawParams(V, h, new Generator(0), scale, scale);
  const network = new Network(V, h, params, kernel);
  let symbol = 1;
  return (count) => {
    for (let i = 0; i < count; i++) {
      symbol = greedy(network.step(symbol)).indexOf(0);
    }
  };
}

// Return a function that trains for some epochs.
function makeTrainer(V, h, symbols) {
  const minibatches = { batchSize: 32, numSteps: 35, isRandom: false };
  const rates = { theta: 1, lr: 1, reset: "epoch", seed: 0 };
  const scales = { scale: 0.01, hiddenScale: 0.01 };
  const settings = { h, ...minibatches, ...rates, ...scales };
  const training = new Training(symbols, V, settings, kernel);
  return (count) => {
    for (let i = 0; i < count; i++) training.epoch();
  };
}

globalThis.makers = { write: makeWriter, train: makeTrainer };
