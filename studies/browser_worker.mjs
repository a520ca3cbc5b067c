// What studies/browser.py measures, in a worker as in the page.
import { compile } from "../widgets/src/arithmetic.mjs";
import { serve } from "../widgets/src/connection.mjs";
import { greedy } from "../widgets/src/decoding.mjs";
import { Network } from "../widgets/src/network.mjs";
import { Generator } from "../widgets/src/random.mjs";
import { Training, drawParams } from "../widgets/src/training.mjs";

const kernel = compile(KERNEL);
const [networks, trainings] = [{}, {}];

serve({
  write({ V, h, count }) {
    const scale = 1 / Math.sqrt(h);
    const params = () => drawParams(V, h, new Generator(0), scale, scale);
    const make = () => new Network({ V, h }, kernel);
    networks[h] ??= Object.assign(make(), { params: params() });
    const network = networks[h];
    let symbol = 1;
    for (let i = 0; i < count; i++) {
      symbol = greedy(network.read(symbol)).indexOf(0);
    }
  },

  train({ V, h, symbols, count }) {
    const usual = { batchSize: 32, numSteps: 35, theta: 1, lr: 1, seed: 0 };
    const others = { isRandom: false, reset: "epoch", scale: 0.01 };
    const settings = { h, hiddenScale: 0.01, ...usual, ...others };
    const make = () => new Training(symbols, V, settings, kernel);
    trainings[h] ??= make();
    for (let i = 0; i < count; i++) trainings[h].epoch();
  },
});
