// The network of the chapter, which reads minibatches or single symbols.
import { Workspace, padded } from "./arithmetic.mjs";
import { normalise } from "./decoding.mjs";

// The shapes of the parameters, by their names in the equations.
export function parameterShapes(V, h) {
  return { W_xh: [V, h], W_hh: [h, h], b_h: [1, h], W_hq: [h, V], b_q: [1, V] };
}

// Return tanh, in half the time of Math.tanh, and nearly always the same number
// in single precision.
function tanh(x) {
  const z = Math.max(-9.1, Math.min(9.1, x)) / 8; // beyond, tanh rounds to 1
  const s = z * z;
  let p = z * (10395 + s * (1260 + s * 21)); // tanh(z) is p / q
  let q = 10395 + s * (4725 + s * (210 + s)); // (Lambert's continued fraction)
  for (let i = 0; i < 3; i++) [p, q] = [2 * p * q, p * p + q * q]; // tanh(2 z)
  return p / q;
}

// In matrices of a minibatch, the rows of the first step come first. X is a
// list of symbols in the same order.
export class Network {
  // `others` are shapes of further matrices in the workspace.
  constructor({ V, h, batchSize = 1, numSteps = 1 }, kernel, others = {}) {
    Object.assign(this, { V, h, batchSize, numSteps });
    const shapes = {
      ...parameterShapes(V, padded(h)),
      H: [(numSteps + 1) * batchSize, h], // with the state before
      O: [numSteps * batchSize, V],
    };
    this.workspace = new Workspace({ ...shapes, ...others }, kernel);
  }

  // The parameters by name, as numbers row after row.
  get params() {
    const shapes = Object.entries(parameterShapes(this.V, this.h));
    const read = ([name, [m, n]]) => [name, this.workspace[name].numbers(m, n)];
    return Object.fromEntries(shapes.map(read));
  }

  set params(params) {
    const shapes = Object.entries(parameterShapes(this.V, this.h));
    for (const [name, [, columns]] of shapes) {
      this.workspace[name].fill(params[name], columns);
    }
  }

  // Return the rows of a step, counted from 0.
  at(matrix, step) {
    return matrix.slice(step * this.batchSize, (step + 1) * this.batchSize);
  }

  // The state from which the next minibatch begins, row after row.
  get state() {
    return this.at(this.workspace.H, this.numSteps).data;
  }

  // Let the next minibatch begin from a state of zeros.
  reset() {
    this.state.fill(0);
  }

  // Run along a minibatch, from the last state of the previous one.
  forward(X) {
    const { workspace, batchSize, numSteps } = this;
    const { W_xh, W_hh, b_h, W_hq, b_q, H, O } = workspace;
    const states = H.slice(batchSize, H.rows);
    this.at(H, 0).data.set(this.state);
    for (const { data } of [states, O]) data.fill(0);
    for (let i = 0; i < X.length; i++) {
      states.addRow(i, W_xh, X[i]);
      states.addRow(i, b_h, 0);
      O.addRow(i, b_q, 0);
    }
    for (let t = 0; t < numSteps; t++) {
      const after = this.at(H, t + 1);
      workspace.addProduct(after, this.at(H, t), W_hh);
      const { data } = after;
      for (let i = 0; i < data.length; i++) data[i] = tanh(data[i]); // (eq-hidden)
    }
    workspace.addProduct(O, states, W_hq); // (eq-output)
  }

  // Read a single symbol, and return the logits of the one that follows.
  read(symbol) {
    this.forward([symbol]);
    return this.workspace.O.numbers(1, this.V);
  }

  // Return the perplexity of a text, read from a state of zeros.
  perplexity(symbols) {
    let total = 0;
    this.reset();
    for (let i = 1; i < symbols.length; i++) {
      total -= normalise(this.read(symbols[i - 1]))[symbols[i]];
    }
    return Math.exp(total / (symbols.length - 1)); // (eq-perplexity)
  }
}
