// A network small enough to be drawn, and its gradients. A vector is an array,
// and a matrix an array of its rows.
import { normalise } from "./decoding.mjs";

const columns = (W) => W[0].map((_, j) => W.map((row) => row[j]));
const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
const times = (x, W) => columns(W).map((column) => dot(x, column));
const add = (x, y, factor = 1) => x.map((value, i) => value + factor * y[i]);
const outer = (x, y) => x.map((a) => y.map((b) => a * b));

// Read symbols, from a state on: return what is computed at each step.
export function run({ W_xh, W_hh, b_h, W_hq, b_q }, start, symbols) {
  let H = start;
  return symbols.map((symbol) => {
    const before = H;
    const A = add(add(W_xh[symbol], times(before, W_hh)), b_h);
    H = A.map(Math.tanh);
    const O = add(times(H, W_hq), b_q);
    return { symbol, before, A, H, O, P: [...normalise(O).map(Math.exp)] };
  });
}

// Return the loss of each step, given what comes next.
export function losses(steps, truths) {
  return steps.map(({ P }, i) => -Math.log(P[truths[i]]));
}

// Return the gradients of the mean loss: at each step by what is computed there,
// and those of the parameters.
export function differentiate(params, steps, truths) {
  const { W_xh, W_hh, W_hq } = params;
  const sums = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, combine(value, value, -1)]),
  );
  const gather = (name, term) => (sums[name] = combine(sums[name], term));
  let later = W_hh.map(() => 0); // what the step after sends back
  const found = steps.toReversed().map(({ symbol, before, H, P }, back) => {
    const truth = truths[steps.length - 1 - back];
    const dO = P.map((p, j) => (p - (j === truth)) / steps.length);
    const dH = add(times(dO, columns(W_hq)), later);
    const dA = dH.map((value, j) => value * (1 - H[j] * H[j]));
    later = times(dA, columns(W_hh));
    gather("W_xh", outer(W_xh.map((_, k) => Number(k === symbol)), dA));
    gather("W_hh", outer(before, dA));
    gather("b_h", dA);
    gather("W_hq", outer(H, dO));
    gather("b_q", dO);
    return { dO, dH, dA, later };
  });
  return { steps: found.toReversed(), params: sums };
}

// Add a multiple of a vector or matrix to another.
function combine(x, y, factor = 1) {
  return Array.isArray(x[0])
    ? x.map((row, i) => add(row, y[i], factor))
    : add(x, y, factor);
}

// Return the parameters after a step of gradient descent.
export function descend(params, gradients, lr) {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) =>
      [name, combine(value, gradients[name], -lr)]),
  );
}
