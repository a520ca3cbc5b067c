// The training of the chapter: backpropagation through time, clipping, and a
// step of gradient descent, as in bptt.py and training.py.
import { padded } from "./arithmetic.mjs";
import { drawStarts } from "./minibatches.mjs";
import { Network, parameterShapes } from "./network.mjs";
import { Generator } from "./random.mjs";

const NAMES = ["W_xh", "W_hh", "b_h", "W_hq", "b_q"];

// Draw initial parameters. Weights have the standard deviation `scale`, those
// of W_hh `hiddenScale`; biases are zero.
export function drawParams(V, h, generator, scale, hiddenScale) {
  const drawn = {};
  for (const [name, [m, n]] of Object.entries(parameterShapes(V, h))) {
    const deviation = name === "W_hh" ? hiddenScale : scale;
    const draw = () => deviation * generator.normal();
    const zeros = new Float32Array(m * n);
    drawn[name] = name.startsWith("W") ? zeros.map(draw) : zeros;
  }
  return drawn;
}

// A network with its gradients, and what they need. Y is a list of symbols in
// the order of X.
export class TrainableNetwork extends Network {
  constructor(sizes, kernel) {
    const { V, h, batchSize, numSteps } = sizes;
    const params = Object.entries(parameterShapes(V, padded(h)));
    super(sizes, kernel, {
      ...Object.fromEntries(params.map(([name, shape]) => [`d${name}`, shape])),
      dH: [(numSteps + 1) * batchSize, h],
      dA: [numSteps * batchSize, h], // at the argument of tanh
      dO: [numSteps * batchSize, V],
      W_hh_T: [padded(h), h],
      W_hq_T: [V, h],
    });
  }

  // Train with one minibatch; return its mean loss, and the norm of the
  // gradient before clipping.
  step(X, Y, theta, lr) {
    this.forward(X);
    const loss = this.differentiateLoss(Y);
    this.backward(X);
    const norm = this.norm();
    if (Number.isFinite(norm)) this.descend(lr * Math.min(1, theta / norm));
    return { loss, norm };
  }

  // Return the mean loss, and set dO to its gradient for the logits.
  differentiateLoss(Y) {
    const { V } = this;
    const { O, dO } = this.workspace;
    let total = 0;
    for (let i = 0; i < Y.length; i++) {
      const logits = O.data.subarray(i * O.row, i * O.row + V);
      const row = dO.data.subarray(i * dO.row, i * dO.row + V);
      let [largest, sum] = [-Infinity, 0];
      for (let j = 0; j < V; j++) largest = Math.max(largest, logits[j]);
      for (let j = 0; j < V; j++) {
        row[j] = Math.exp(logits[j] - largest);
        sum += row[j];
      }
      total += Math.log(sum) + largest - logits[Y[i]];
      for (let j = 0; j < V; j++) {
        const truth = j === Y[i] ? 1 : 0; // (eq-logit-gradient)
        row[j] = (row[j] / sum - truth) / Y.length;
      }
    }
    return total / Y.length;
  }

  // Set the gradients of the parameters, from the last step to the first.
  backward(X) {
    const { workspace, batchSize, numSteps } = this;
    const { H, dH, dA, dO, W_hh_T, W_hq_T } = workspace;
    W_hh_T.copy(workspace.W_hh.transposed);
    W_hq_T.copy(workspace.W_hq.transposed);
    dH.data.fill(0);
    workspace.addProduct(dH.slice(batchSize, dH.rows), dO, W_hq_T);
    for (let t = numSteps; t > 0; t--) {
      const [after, dAfter] = [this.at(H, t).data, this.at(dH, t).data];
      const slope = this.at(dA, t - 1);
      for (let i = 0; i < after.length; i++) {
        slope.data[i] = dAfter[i] * (1 - after[i] * after[i]); // (eq-slope)
      }
      workspace.addProduct(this.at(dH, t - 1), slope, W_hh_T);
    } // (eq-state-gradient)
    for (const name of NAMES) workspace[`d${name}`].data.fill(0);
    for (let i = 0; i < X.length; i++) {
      workspace.dW_xh.addRow(X[i], dA, i);
      workspace.db_h.addRow(0, dA, i);
      workspace.db_q.addRow(0, dO, i);
    }
    const [before, after] = [H.slice(0, X.length), H.slice(batchSize, H.rows)];
    workspace.addProduct(workspace.dW_hh, before.transposed, dA);
    workspace.addProduct(workspace.dW_hq, after.transposed, dO);
  } // (eq-parameter-gradients)

  norm() {
    let sum = 0;
    for (const name of NAMES) {
      const { data } = this.workspace[`d${name}`];
      for (let i = 0; i < data.length; i++) sum += data[i] * data[i];
    }
    return Math.sqrt(sum);
  }

  descend(rate) {
    for (const name of NAMES) {
      const { data } = this.workspace[name];
      const gradient = this.workspace[`d${name}`].data;
      for (let i = 0; i < data.length; i++) data[i] -= rate * gradient[i];
    }
  }
}

// A run, an epoch at a time. The settings are h, batchSize, numSteps, seed,
// scale, and hiddenScale, and those that may change meanwhile: theta, lr,
// isRandom, and `reset`, which says when the state returns to zeros: each
// "minibatch", each "epoch", or "never".
export class Training {
  constructor(symbols, V, settings, kernel) {
    Object.assign(this, { symbols, settings });
    const { h, seed, scale, hiddenScale } = settings;
    this.generator = new Generator(seed);
    this.network = new TrainableNetwork({ V, ...settings }, kernel);
    this.network.params = drawParams(V, h, this.generator, scale, hiddenScale);
  }

  // Train for an epoch. Return its perplexity, the norm of the gradient in each
  // step, and how many steps were clipped. A norm that is not finite ends the
  // epoch: it has diverged.
  epoch() {
    const { symbols, settings, network, generator } = this;
    const { lr, reset } = settings;
    const theta = settings.theta ?? Infinity; // no threshold
    const starts = drawStarts(symbols.length, settings, generator);
    const norms = [];
    let total = 0;
    if (reset === "epoch") network.reset();
    for (const rows of starts) {
      if (reset === "minibatch") network.reset();
      const { X, Y } = cut(symbols, rows, settings.numSteps);
      const { loss, norm } = network.step(X, Y, theta, lr);
      norms.push(norm);
      total += loss;
      if (!Number.isFinite(norm)) break;
    }
    const clipped = norms.filter((norm) => norm > theta).length;
    return { perplexity: Math.exp(total / norms.length), norms, clipped };
  }
}

// Return the symbols of a minibatch, step after step, and their successors.
function cut(symbols, starts, numSteps) {
  const steps = [...Array(numSteps).keys()];
  const places = steps.flatMap((t) => starts.map((start) => start + t));
  const read = (shift) => places.map((place) => symbols[place + shift]);
  return { X: read(0), Y: read(1) };
}
